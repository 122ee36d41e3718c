"""Rules about giving data away: denied while SDKs take it, or to somebody without a name."""

from __future__ import annotations

from collections.abc import Iterator

from apkcheck.model import (
    Action,
    Claim,
    ClaimKind,
    Grade,
    Polarity,
    SdkUse,
    Severity,
    Strength,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import HEADINGS, Case, Draft, call_pointers, strength_of
from apkcheck.rules.passages import passage_text, quote_text, vocabulary_of
from apkcheck.text import fold

Place = tuple[int, int, int]
"""A sentence: its policy, start and end."""

_FLAT = 90
"""Longest sentence that is taken for a flat denial, in characters: longer ones have conditions."""


def denied(case: Case) -> Iterator[Draft]:
    """The policy says that data is given to nobody, and SDKs of others in the app read it."""
    for data_type, claims in sorted(case.data_claims.items()):
        flat = tuple(c for c in claims if is_flat_denial(case, c) and c.action is Action.SHARE)
        readers = [
            (index, sdk, _taken(case, sdk, data_type))
            for index, sdk in enumerate(case.evidence.sdks)
        ]
        readers = [entry for entry in readers if entry[2]]
        if flat and readers:
            yield _denied(case, data_type, flat, readers)


def is_flat_denial(case: Case, claim: Claim) -> bool:
    """Whether a claim denies in so many words, without exception, and not for an occasion only."""
    if claim.polarity is not Polarity.DENIES or claim.end - claim.start > _FLAT:
        return False
    words = vocabulary_of(case, claim)
    text = quote_text(case, claim)
    kind = "plain-denial-share" if claim.action is Action.SHARE else "plain-denial"
    plain = words.pattern(kind).search(text)
    return plain is not None and not words.pattern("scoped-denial").search(text)


def unnamed(case: Case) -> Iterator[Draft]:
    """Data is given to a category of recipients, and nothing near says who they are."""
    named = any(c.named and c.polarity is Polarity.ASSERTS for c in case.recipient_claims)
    found: dict[str, list[Claim]] = {}
    for claim in case.recipient_claims:
        if (
            not claim.named
            and claim.action is Action.SHARE
            and claim.polarity is Polarity.ASSERTS
            and not _is_authority(case, claim)
            and not _explained(case, claim)
        ):
            found.setdefault(fold(claim.subject), []).append(claim)
    for claims in _merged(found):
        first = claims[0]
        yield Draft(
            subject=Subject(SubjectKind.RECIPIENT, first.subject, first.subject),
            severity=Severity.LOW if named else Severity.MEDIUM,
            message="recipient-unnamed",
            values={"name": first.subject, "quote": " ".join(first.quote.split())},
            grade=Grade.UMBRELLA,
            claims=tuple(claims),
        )


def _merged(found: dict[str, list[Claim]]) -> Iterator[list[Claim]]:
    """One group for 合作伙伴 and 授权合作伙伴, and for those that sentences tell in one breath.

    The shorter name stands for the longer, and the one that is told most often for all.
    """
    short = [name for name in found if not any(o != name and o in name for o in found)]
    groups: list[tuple[set[Place], dict[str, list[Claim]]]] = []
    for name in sorted(short):
        same = [claim for other, claims in found.items() if name in other for claim in claims]
        places = {(c.policy, c.start, c.end) for c in same}
        names = {name: same}
        for group in [g for g in groups if g[0] & places]:
            groups.remove(group)
            places |= group[0]
            names |= group[1]
        groups.append((places, names))
    for _, names in groups:
        first = max(names, key=lambda name: (len(names[name]), name))
        claims = dict.fromkeys(claim for same in names.values() for claim in same)
        yield sorted(claims, key=lambda c: (fold(c.subject) != first, c.policy, c.start))


def _taken(case: Case, sdk: SdkUse, data_type: str) -> tuple[str, ...]:
    """What the SDK's code reads of a data type that is denied; 个人信息 stands for all."""
    if data_type in HEADINGS:
        return sdk.data_types_observed
    return tuple(
        t
        for t in sdk.data_types_observed
        if t == data_type or data_type in case.tables.ancestors(t)
    )


def _denied(
    case: Case,
    data_type: str,
    claims: tuple[Claim, ...],
    readers: list[tuple[int, SdkUse, tuple[str, ...]]],
) -> Draft:
    taken = {(sdk.id, t) for _, sdk, types in readers for t in types}
    calls = [
        (i, c)
        for i, c in enumerate(case.evidence.api_calls)
        if (c.owner, c.data_type) in taken and c.reachable is not False
    ]
    named = all(sdk.id not in case.undisclosed_sdks for _, sdk, _ in readers)
    name = case.data_name(data_type)
    return Draft(
        subject=Subject(SubjectKind.DATA, data_type, name),
        severity=Severity.HIGH if calls and not named else Severity.MEDIUM,
        message="share-denied",
        values={
            "name": name,
            "quote": " ".join(claims[0].quote.split()),
            "sdks": case.join(sdk.name for _, sdk, _ in readers),
            "data": case.data_names({t for _, t in taken}),
        },
        grade=Grade.DENIED,
        strength=strength_of(c for _, c in calls) if calls else Strength.SDK_PRESENT,
        evidence=(
            *(f"/evidence/sdks/{index}" for index, _, _ in readers),
            *call_pointers(calls),
        ),
        claims=claims,
    )


def _is_authority(case: Case, claim: Claim) -> bool:
    """Courts and authorities need no name: the law gives them one."""
    return bool(vocabulary_of(case, claim).pattern("party-authority").search(fold(claim.surface)))


def _explained(case: Case, claim: Claim) -> bool:
    """Whether the sentence names somebody, or refers to a list that does."""
    if any(c.named and c.kind is ClaimKind.RECIPIENT for c in case.claims_beside(claim)):
        return True
    return bool(
        vocabulary_of(case, claim).pattern("recipient-list").search(passage_text(case, claim))
    )
