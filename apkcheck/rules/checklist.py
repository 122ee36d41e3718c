"""The regulator's checklist: each item of the 认定方法 answered from findings and claims.

Files show what code can do and what a text says, never what the app does. So an item is *met* only
where the text of the policy alone proves it, *not met* where findings show it, and all others are
for a person, who is told what to look at and where to start.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from apkcheck.model import (
    ChecklistItem,
    Claim,
    ClaimKind,
    Compliance,
    Finding,
    Grade,
    Platform,
    Polarity,
    Severity,
    Strength,
)
from apkcheck.rules.case import Case
from apkcheck.tables import ChecklistEntry

COLLECTION_RULES = "collection-rules"
"""Stands among the subjects of claims for any statement that data is collected or used."""

_PLACES_SHOWN = 2
"""How many callers of one data type the reason for an item names."""


def checklist(case: Case, findings: Iterable[Finding]) -> tuple[ChecklistItem, ...]:
    """Answers every item of the profile's checklist, in the order of the regulation."""
    found = tuple(findings)
    return tuple(
        _answer(case, entry, found)
        for entry in case.tables.checklist.values()
        if entry.profile == case.profile
    )


def _answer(case: Case, entry: ChecklistEntry, findings: tuple[Finding, ...]) -> ChecklistItem:
    violating = [
        f for f in findings if f.rule in entry.violated_by and f.severity is not Severity.INFO
    ]
    hinting = [
        f
        for f in findings
        if f.rule in entry.hinted_by or (entry.starts and f.strength is Strength.API_CALL_AT_START)
    ]
    proving = _about(case, entry.proved_by)
    verdict = _verdict(case, entry, bool(violating), bool(proving))
    shown = {
        Compliance.NOT_MET: [*violating, *hinting],
        Compliance.MANUAL: hinting,
    }.get(verdict, [])
    claims = proving if verdict is Compliance.MET else _about(case, entry.stated_by)
    clause = case.tables.clauses[entry.id]
    gist = clause.gist if case.lang == "zh" else clause.gist_en
    verbatim = clause.text if clause.verified and case.lang == "zh" else None
    return ChecklistItem(
        id=entry.id,
        item=clause.item,
        text=verbatim or gist,
        verbatim=verbatim is not None,
        verdict=verdict,
        reason=_reason(case, entry, verdict, violating),
        findings=tuple(dict.fromkeys(f.id for f in shown)),
        claims=tuple(dict.fromkeys(c.id for c in claims)),
    )


def _verdict(case: Case, entry: ChecklistEntry, violated: bool, proved: bool) -> Compliance:
    if violated:
        return Compliance.NOT_MET
    if proved:
        return Compliance.MET
    if entry.needs_runtime_permission and not _asks_by_dialog(case):
        return Compliance.NOT_APPLICABLE
    return Compliance.MANUAL


def _asks_by_dialog(case: Case) -> bool:
    return any(use.protection == "dangerous" for use in case.evidence.permissions)


def _about(case: Case, subjects: tuple[str, ...]) -> tuple[Claim, ...]:
    """Claims about topics of the policy; the first of each document and topic is enough."""
    return tuple(claim for (_, topic), claim in _first_told(case).items() if topic in subjects)


@functools.lru_cache(maxsize=2)
def _first_told(case: Case) -> dict[tuple[int, str], Claim]:
    """The first claim of each document about each topic, in text order."""
    first: dict[tuple[int, str], Claim] = {}
    for claim in case.claims:
        foreign = claim.platform is Platform.IOS and claim.kind is not ClaimKind.STATEMENT
        if not foreign:
            first.setdefault((claim.policy, _topic(claim)), claim)
    return first


def _topic(claim: Claim) -> str:
    if claim.kind is ClaimKind.STATEMENT:
        return claim.subject
    asserted = claim.polarity is Polarity.ASSERTS and claim.grade is Grade.EXPLICIT
    return COLLECTION_RULES if claim.kind is ClaimKind.DATA and asserted else ""


def _started(case: Case) -> Iterator[str]:
    """The calls that run before anybody could agree, each with its place; disclosed ones too."""
    calls = [c for calls in case.calls_by_data.values() for _, c in calls if c.at_start]
    places: dict[str, dict[str, None]] = {}
    for call in calls:
        place = f"{call.caller_class}.{call.caller_method}"
        places.setdefault(case.data_name(call.data_type), {})[place] = None
    told = [
        case.tables.message(
            "checklist.start-call", case.lang, name=name, places=_shortened(case, list(found))
        )
        for name, found in places.items()
    ]
    if told:
        yield case.tables.message("checklist.at-start", case.lang, calls=_semicolons(case, told))


def _shortened(case: Case, places: list[str]) -> str:
    """The first places, and how many more there are; the evidence of the report has them all."""
    shown = case.join(places[:_PLACES_SHOWN])
    more = len(places) - _PLACES_SHOWN
    if more <= 0:
        return shown
    return case.tables.message("checklist.more-places", case.lang, places=shown, count=more)


def _semicolons(case: Case, parts: list[str]) -> str:
    return ("；" if case.lang == "zh" else "; ").join(parts)


def _reason(
    case: Case, entry: ChecklistEntry, verdict: Compliance, violating: list[Finding]
) -> str:
    if verdict is Compliance.MANUAL:
        rows = [case.tables.manual_checks[m] for m in entry.manual]
        looks = [row.look_zh if case.lang == "zh" else row.look_en for row in rows]
        return " ".join([*looks, *(_started(case) if entry.starts else ())])
    titles = case.join(dict.fromkeys(f.title for f in violating))
    return case.tables.message(f"checklist.{verdict}", case.lang, findings=titles)
