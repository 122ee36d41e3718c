"""A policy against itself: what it says in one place and denies in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apkcheck.model import (
    FIRST_PARTY,
    Action,
    Claim,
    Grade,
    Platform,
    Polarity,
    Severity,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import HEADINGS, Case, Draft
from apkcheck.rules.passages import in_heading
from apkcheck.rules.sharing import is_flat_denial


def contradiction(case: Case) -> Iterator[Draft]:
    """Data, a permission or a recipient that is told in one place and denied in another."""
    for kind, subject, name, told, denied in _opposed(case):
        first, second = told[0], denied[0]
        yield Draft(
            subject=Subject(kind, subject, name),
            severity=Severity.MEDIUM,
            message="policy-contradiction",
            values={
                "name": name,
                "told": " ".join(first.quote.split()),
                "quote": " ".join(second.quote.split()),
            },
            grade=Grade.DENIED,
            claims=(*told, *denied),
        )


Opposed = tuple[SubjectKind, str, str, tuple[Claim, ...], tuple[Claim, ...]]

_ACTIONS = (frozenset({Action.COLLECT, Action.USE}), frozenset({Action.SHARE}))


def _opposed(case: Case) -> Iterator[Opposed]:
    for data_type, claims in sorted(case.data_claims.items()):
        for actions in _ACTIONS:
            chosen = [c for c in claims if c.action in actions and _comparable(c)]
            told, denied = _sides(case, chosen)
            if told and denied and data_type not in HEADINGS:
                yield SubjectKind.DATA, data_type, case.data_name(data_type), told, denied
                break
    for name, claims in sorted(case.permission_claims.items()):
        told, denied = _sides(case, claims)
        if told and denied:
            yield SubjectKind.PERMISSION, name, case.permission_name(name), told, denied
    yield from _recipients(case)


def _comparable(claim: Claim) -> bool:
    """What the app itself does; what it gives away it gives to anybody."""
    return claim.action is Action.SHARE or claim.party == FIRST_PARTY


def _recipients(case: Case) -> Iterator[Opposed]:
    by_sdk: dict[str, list[Claim]] = {}
    for claim in case.recipient_claims:
        if claim.subject in case.tables.sdks:
            by_sdk.setdefault(claim.subject, []).append(claim)
    for sdk_id, claims in sorted(by_sdk.items()):
        told, denied = _sides(case, claims)
        if told and denied:
            yield SubjectKind.SDK, sdk_id, case.tables.sdks[sdk_id].name, told, denied


def _sides(case: Case, claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """What is told and what is flatly denied, in different sentences of the running text."""
    found = tuple(claims)
    denied = tuple(c for c in found if c.platform is Platform.ANY and is_flat_denial(case, c))
    places = {(c.policy, c.start, c.end) for c in denied}
    told = tuple(
        c
        for c in found
        if c.polarity is Polarity.ASSERTS
        and c.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
        and (c.policy, c.start, c.end) not in places
        and not in_heading(case, c)
    )
    return told, denied
