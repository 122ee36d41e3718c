"""How far the policy discloses everything that the app shows, whether or not a rule speaks."""

from __future__ import annotations

from collections.abc import Iterator

from apkcheck.model import FIRST_PARTY, Coverage, Grade, Strength, SubjectKind
from apkcheck.rules.case import CLIPBOARD, Case, Verdict, call_pointers, strength_of
from apkcheck.tables import Tables


def coverage_of(case: Case) -> tuple[Coverage, ...]:
    """One row for every permission, for every data type and owner that reads it, for every SDK."""
    return (*_permissions(case), *_data(case), *_sdks(case))


def _permissions(case: Case) -> Iterator[Coverage]:
    for index, use in enumerate(case.evidence.permissions):
        verdict = case.permission_verdict(use.name)
        if verdict.grade is Grade.ABSENT and (opened := case.opened_data_claims(use.data_types)):
            verdict = Verdict(Grade.UMBRELLA, opened)
        pointers = (f"/evidence/permissions/{index}",)
        strength = Strength.PERMISSION_HELD
        yield _row(case, SubjectKind.PERMISSION, use.name, FIRST_PARTY, verdict, strength, pointers)


def _data(case: Case) -> Iterator[Coverage]:
    for data_type, calls in case.calls_by_data.items():
        for owner in dict.fromkeys(sorted(call.owner for _, call in calls)):
            own = [(index, call) for index, call in calls if call.owner == owner]
            strength = strength_of(call for _, call in own)
            yield _row(
                case,
                SubjectKind.DATA,
                data_type,
                owner,
                _data_verdict(case, data_type, owner),
                strength,
                tuple(call_pointers(own)),
            )


def _data_verdict(case: Case, data_type: str, owner: str) -> Verdict:
    """As the rules see it: the clipboard is disclosed by a statement of anybody."""
    if data_type == CLIPBOARD:
        told = [c for c in case.data_claims.get(CLIPBOARD, ()) if c.grade is Grade.EXPLICIT]
        return Verdict(Grade.EXPLICIT if told else Grade.ABSENT, tuple(told))
    return case.data_verdict(data_type, owner if _is_sdk(owner, case.tables) else FIRST_PARTY)


def _is_sdk(owner: str, tables: Tables) -> bool:
    return owner in tables.sdks


def _sdks(case: Case) -> Iterator[Coverage]:
    for index, sdk in enumerate(case.evidence.sdks):
        naming = case.naming_claims(sdk)
        verdict = Verdict(Grade.EXPLICIT if naming else Grade.ABSENT, naming)
        pointers = (f"/evidence/sdks/{index}",)
        yield _row(case, SubjectKind.SDK, sdk.id, sdk.id, verdict, Strength.SDK_PRESENT, pointers)


def _row(
    case: Case,
    kind: SubjectKind,
    subject: str,
    owner: str,
    verdict: Verdict,
    strength: Strength,
    evidence: tuple[str, ...],
) -> Coverage:
    return Coverage(
        kind=kind,
        id=subject,
        owner=owner,
        grade=verdict.grade if case.documents else None,
        strength=strength,
        evidence=evidence,
        claims=tuple(dict.fromkeys(claim.id for claim in verdict.claims)),
    )
