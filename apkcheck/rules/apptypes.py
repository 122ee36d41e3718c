"""Rules about what an app of its type needs: permissions that it may do without, forced consent.

The regulation on necessary information lists what each of 39 types of apps needs for its basic
service. It speaks of information and never of permissions: which permissions that may justify is
inferred by the tables, and the messages say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from apkcheck.model import (
    Claim,
    ClaimKind,
    Grade,
    PermissionUse,
    Severity,
    Strength,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import HEADINGS, Case, Draft
from apkcheck.rules.permissions import severity_of
from apkcheck.rules.statements import statements
from apkcheck.tables import AppType

_FORCED = "forced-app"
_ADJACENT = 4
"""Characters between two sentences that stand next to each other."""


def permission_off_type(case: Case) -> Iterator[Draft]:
    """Privacy permissions that the basic service of the app's type hardly needs."""
    app_type = _app_type(case)
    if app_type is None:
        return
    for index, use in enumerate(case.evidence.permissions):
        judged = use.source != "implied" and severity_of(case, use) is Severity.HIGH
        if judged and not _needs(case, app_type, use):
            yield _off_type(case, app_type, index, use)


def permission_forced(case: Case) -> Iterator[Draft]:
    """Permissions without which, so the policy says, the app as a whole cannot be used."""
    app_type = _app_type(case)
    forced = _forced(case, ClaimKind.PERMISSION)
    held = {use.name for use in case.evidence.permissions if use.source != "implied"}
    # One label names several permissions; those that the app asks for stand for it.
    for name, claims in forced.items():
        labels = {(c.start, c.end, c.surface) for c in claims if c.subject == name}
        asked = any(
            labels & {(c.start, c.end, c.surface) for c in others if c.subject in held}
            for others in forced.values()
        )
        if asked and name not in held:
            continue
        if app_type is None or name not in app_type.permissions:
            shown = case.permission_name(name)
            yield Draft(
                subject=Subject(SubjectKind.PERMISSION, name, shown),
                severity=Severity.MEDIUM if app_type is None else Severity.HIGH,
                message="permission-forced",
                values={"name": shown, "id": name, "quote": _sentence(claims)},
                grade=Grade.EXPLICIT,
                claims=claims,
            )


def forced_consent(case: Case) -> Iterator[Draft]:
    """Data that the type does not need, and without which, the policy says, nothing works."""
    app_type = _app_type(case)
    if app_type is None:
        return
    for data_type, claims in _forced(case, ClaimKind.DATA).items():
        if data_type not in HEADINGS and not _necessary(case, app_type, data_type):
            name = case.data_name(data_type)
            yield Draft(
                subject=Subject(SubjectKind.DATA, data_type, name),
                severity=Severity.MEDIUM,
                message="forced-consent",
                values={
                    "name": name,
                    "quote": _sentence(claims),
                    "type": _name(case, app_type),
                    "necessary": _necessities(case, app_type),
                },
                grade=Grade.EXPLICIT,
                claims=claims,
            )


def _app_type(case: Case) -> AppType | None:
    return case.tables.app_types.get(case.app_type or "")


def _needs(case: Case, app_type: AppType, use: PermissionUse) -> bool:
    """Whether the tables hold that the basic service may justify a permission."""
    return use.name in app_type.permissions or any(
        _necessary(case, app_type, data_type) for data_type in use.data_types
    )


def _necessary(case: Case, app_type: AppType, data_type: str) -> bool:
    """Whether a data type is necessary for the type, or part or umbrella of what is."""
    if data_type in app_type.data_types:
        return True
    above = set(case.tables.ancestors(data_type)) - HEADINGS
    below = (set(case.tables.ancestors(needed)) - HEADINGS for needed in app_type.data_types)
    return bool(above & set(app_type.data_types)) or any(
        data_type in umbrella for umbrella in below
    )


def _forced(case: Case, kind: ClaimKind) -> dict[str, tuple[Claim, ...]]:
    """What a sentence that forces consent, or the one right before it, speaks of, by subject."""
    found: dict[str, list[Claim]] = {}
    for forced in statements(case, _FORCED):
        for claim in case.claims:
            if claim.kind is kind and claim.policy == forced.policy and _adjoins(claim, forced):
                found.setdefault(claim.subject, [forced]).append(claim)
    return {subject: tuple(claims) for subject, claims in sorted(found.items())}


def _adjoins(claim: Claim, forced: Claim) -> bool:
    same = claim.start < forced.end and forced.start < claim.end
    return same or 0 <= forced.start - claim.end <= _ADJACENT


def _sentence(claims: tuple[Claim, ...]) -> str:
    return " ".join(claims[0].quote.split())


def _name(case: Case, app_type: AppType) -> str:
    return app_type.zh if case.lang == "zh" else app_type.en


def _necessities(case: Case, app_type: AppType) -> str:
    """What the regulation lists; its words where a report is Chinese and they were compared."""
    if not app_type.necessary:
        return case.tables.message("app-type.nothing-necessary", case.lang)
    if case.lang != "zh":
        return case.data_names(app_type.data_types) or "—"
    quoted = "；".join(app_type.necessary)
    return f"“{quoted}”" if app_type.verified else quoted


def _off_type(case: Case, app_type: AppType, index: int, use: PermissionUse) -> Draft:
    name = case.permission_name(use.name)
    return Draft(
        subject=Subject(SubjectKind.PERMISSION, use.name, name),
        severity=Severity.LOW,
        message="permission-off-type",
        values={
            "name": name,
            "id": use.name,
            "type": _name(case, app_type),
            "item": app_type.item,
            "service": app_type.service if case.lang == "zh" else app_type.service_en,
            "necessary": _necessities(case, app_type),
        },
        strength=Strength.PERMISSION_HELD,
        evidence=(f"/evidence/permissions/{index}",),
    )
