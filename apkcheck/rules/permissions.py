"""Rules about permissions: what the manifest asks for against what the policy names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from apkcheck.model import (
    Claim,
    ClaimKind,
    Doubt,
    Grade,
    PermissionUse,
    Platform,
    Polarity,
    Severity,
    Strength,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import Case, Draft
from apkcheck.rules.excuses import excuses_of_permission
from apkcheck.rules.passages import Told, purpose_told

BACKGROUND_LOCATION = "android.permission.ACCESS_BACKGROUND_LOCATION"
"""Has a rule of its own and no other (design of the judgement, 2026)."""

_FILE_GROUPS = frozenset({"READ_MEDIA_AURAL", "READ_MEDIA_VISUAL", "STORAGE"})
"""Permissions that ordinary reading and writing of files uses, which is no sensitive call."""


def undisclosed(case: Case) -> Iterator[Draft]:
    """Permissions that the policy neither names nor implies by the data that they open."""
    for index, use in _asked(case):
        verdict = case.permission_verdict(use.name)
        if verdict.grade in (Grade.EXPLICIT, Grade.UMBRELLA):
            continue
        if verdict.grade is Grade.ABSENT and _implying(case, use):
            continue
        yield _draft(
            case,
            index,
            use,
            severity_of(case, use),
            f"permission-undisclosed.{_unsaid(use, verdict.grade)}",
            verdict.grade,
            verdict.claims,
        )


def _unsaid(use: PermissionUse, grade: Grade) -> str:
    """How to say it: who offers a service asks for nothing, users switch the service on."""
    if grade is Grade.DENIED:
        return "denied"
    return "service" if use.source == "service" else "absent"


def implied(case: Case) -> Iterator[Draft]:
    """Permissions that the policy does not name though it declares the data that they open."""
    for index, use in _asked(case):
        verdict = case.permission_verdict(use.name)
        claims = _implying(case, use)
        if verdict.grade is not Grade.ABSENT or not claims:
            continue
        severity = severity_of(case, use)
        yield _draft(
            case,
            index,
            use,
            Severity.MEDIUM if severity is Severity.HIGH else severity,
            "permission-implied",
            Grade.UMBRELLA,
            claims[:8],
            declared=case.data_names({c.subject for c in claims}),
        )


def label_ambiguous(case: Case) -> Iterator[Draft]:
    """Permissions that a label of the policy may mean but does not say (电话权限)."""
    for index, use in _asked(case):
        verdict = case.permission_verdict(use.name)
        if verdict.grade is Grade.UMBRELLA:
            yield _draft(
                case,
                index,
                use,
                Severity.LOW,
                "permission-label-ambiguous",
                Grade.UMBRELLA,
                verdict.claims,
                surface=verdict.claims[0].surface,
            )


def no_purpose(case: Case) -> Iterator[Draft]:
    """Permissions that the policy names, nowhere with a purpose or only with a general one."""
    for index, use in _asked(case):
        severity = severity_of(case, use)
        verdict = case.permission_verdict(use.name)
        if severity is Severity.INFO or verdict.grade not in (Grade.EXPLICIT, Grade.UMBRELLA):
            continue
        told = max((purpose_told(case, c) for c in verdict.claims), key=lambda t: t.value)
        if told is Told.PURPOSE:
            continue
        vague = told is Told.GENERIC
        yield _draft(
            case,
            index,
            use,
            Severity.LOW if vague else Severity.MEDIUM,
            "permission-no-purpose.generic" if vague else "permission-no-purpose",
            verdict.grade,
            verdict.claims,
            surface=verdict.claims[0].surface,
        )


def background_location(case: Case) -> Iterator[Draft]:
    """Background location: high when undisclosed, low when disclosed without a purpose."""
    for index, use in enumerate(case.evidence.permissions):
        if use.name != BACKGROUND_LOCATION:
            continue
        verdict = case.permission_verdict(use.name)
        claims = verdict.claims or case.opened_data_claims({"location_background"})
        if not claims or verdict.grade is Grade.DENIED:
            yield _draft(
                case,
                index,
                use,
                severity_of(case, use),
                "permission-background-location.absent",
                verdict.grade,
                claims,
            )
        elif all(purpose_told(case, c) is not Told.PURPOSE for c in claims):
            yield _draft(
                case,
                index,
                use,
                Severity.LOW,
                "permission-background-location.scene",
                Grade.EXPLICIT,
                claims,
            )


def overdeclared(case: Case) -> Iterator[Draft]:
    """Permissions that the policy names and the manifest does not ask for."""
    held = {use.name for use in case.evidence.permissions if not _never_asked(case, use)}
    mentions: dict[tuple[int, int, int, str], list[Claim]] = {}
    for claim in case.claims:
        if (
            claim.kind is ClaimKind.PERMISSION
            and claim.polarity is Polarity.ASSERTS
            and claim.grade is Grade.EXPLICIT
            and claim.platform is not Platform.IOS
        ):
            key = (claim.policy, claim.start, claim.end, claim.surface)
            mentions.setdefault(key, []).append(claim)
    found: dict[str, list[Claim]] = {}
    for claims in mentions.values():
        names = {c.subject for c in claims}
        if not names & held:
            found.setdefault(_representative(case, names), []).append(claims[0])
    for name, claims in sorted(found.items()):
        yield Draft(
            subject=Subject(SubjectKind.PERMISSION, name, case.permission_name(name)),
            severity=Severity.INFO,
            message="permission-overdeclared",
            values={"name": case.permission_name(name), "surface": claims[0].surface},
            grade=Grade.EXPLICIT,
            claims=tuple(claims),
            reasons=excuses_of_permission(case, name, tuple(claims)),
        )


def unused(case: Case) -> Iterator[Draft]:
    """Dangerous permissions that no code needs, though all code could be read."""
    if not case.evidence.code_complete:
        return
    used = _used(case)
    for index, use in _asked(case):
        if _shows_in_calls(case, use) and use.name not in used:
            severity = severity_of(case, use)
            draft = _draft(case, index, use, severity, "permission-unused", Grade.ABSENT, ())
            yield replace(draft, grade=None)


def _used(case: Case) -> frozenset[str]:
    """The permissions that calls need, in whosever code they stand."""
    rows = [case.tables.apis[call.api] for call in case.evidence.api_calls]
    used = {name for row in rows for name in row.permissions}
    # A reflected method needs what the method needs; the table says only what it reads.
    reflected = {row.data_type for row in rows if row.kind == "reflection"}
    used |= {use.name for use in case.evidence.permissions if reflected & set(use.data_types)}
    return frozenset(used)


def _shows_in_calls(case: Case, use: PermissionUse) -> bool:
    """Whether the app itself asks for it, and a call would show that it is used."""
    return (
        use.protection == "dangerous"
        and use.source != "implied"
        and use.group not in _FILE_GROUPS
        and any(use.name in row.permissions for row in case.tables.apis.values())
    )


def severity_of(case: Case, use: PermissionUse) -> Severity:
    """High if it opens data and the user, or the regulator, has a say; low if it opens none.

    What the manifest does not name but the target level brings along is less: newer systems may
    grant it, but nobody asked for it.
    """
    row = case.permission_row(use)
    if row is None or not (row.protection == "dangerous" or row.special or row.regulated):
        return Severity.INFO
    if _never_asked(case, use):
        return Severity.INFO
    if use.source == "implied":
        return Severity.LOW if row.data_types else Severity.INFO
    return Severity.HIGH if row.data_types else Severity.LOW


def _never_asked(case: Case, use: PermissionUse) -> bool:
    """Whether only systems get the request (maxSdkVersion) on which the app cannot be installed."""
    oldest = case.app.min_sdk
    return use.max_sdk is not None and oldest is not None and use.max_sdk < oldest


def _asked(case: Case) -> Iterator[tuple[int, PermissionUse]]:
    """The permissions that are judged: not the app's own ones, not background location."""
    own = case.app.package + "."
    held = {use.name: use for use in case.evidence.permissions}
    for index, use in enumerate(case.evidence.permissions):
        cause = held.get(use.implied_by or "")
        if cause is not None and _adds_nothing(use, cause):
            continue
        if use.name != BACKGROUND_LOCATION and not use.name.startswith(own):
            yield index, use


def _adds_nothing(implied: PermissionUse, cause: PermissionUse) -> bool:
    """Whether the finding on the permission that brings another along tells of both."""
    same = implied.group is not None and implied.group == cause.group
    return same or set(implied.data_types) <= set(cause.data_types)


def _implying(case: Case, use: PermissionUse) -> tuple[Claim, ...]:
    return case.opened_data_claims(use.data_types)


def _representative(case: Case, names: set[str]) -> str:
    """The permission that stands for a label: the first that the label's row lists."""
    for label in case.tables.permission_labels.values():
        if names <= set(label.covers):
            for name in label.covers:
                if name in names:
                    return name
    return min(names)


def _draft(
    case: Case,
    index: int,
    use: PermissionUse,
    severity: Severity,
    message: str,
    grade: Grade,
    claims: tuple[Claim, ...],
    **values: str,
) -> Draft:
    name = case.permission_name(use.name)
    opened = case.data_names(use.data_types) if use.data_types else "—"
    return Draft(
        subject=Subject(SubjectKind.PERMISSION, use.name, name),
        severity=severity,
        message=message,
        values={"name": name, "id": use.name, "data": opened, **values},
        grade=grade,
        strength=Strength.PERMISSION_HELD,
        evidence=(f"/evidence/permissions/{index}",),
        claims=claims,
        doubts=frozenset({Doubt.SERVICE_OFFERED} if use.source == "service" else ()),
    )
