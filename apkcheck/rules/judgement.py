"""From what a rule saw to a finding that a report can print, and the figures over all findings."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from apkcheck.model import (
    FIRST_PARTY,
    ClauseRef,
    Confidence,
    Finding,
    Grade,
    ManualItem,
    NoticePhrase,
    Severity,
    Summary,
)
from apkcheck.rules.case import BADNESS, CLIPBOARD, Case, Draft
from apkcheck.rules.permissions import severity_of
from apkcheck.tables import Clause, RuleText

_PLACEHOLDERS = ("name", "id", "packages", "vendor", "quote", "document", "data", "proof")
_FINGERPRINT = 16
"""Hexadecimal digits of a finding's id."""


def finding_of(case: Case, rule: str, text: RuleText, draft: Draft) -> Finding:
    """Completes a draft with the profile's title, clauses and remedy; severity has a ceiling."""
    values = dict.fromkeys(_PLACEHOLDERS, "—")
    values |= {"id": draft.subject.id, "name": draft.subject.name or draft.subject.id}
    if draft.claims:
        values["quote"] = " ".join(draft.claims[0].quote.split())
    if draft.strength:
        values["proof"] = case.tables.message(f"proof.{draft.strength}", case.lang)
    values |= draft.values
    remedy = text.remedy_zh if case.lang == "zh" else text.remedy_en
    return Finding(
        id=fingerprint(rule, draft.subject.kind, draft.subject.id, case.app.package),
        rule=rule,
        title=text.title_zh if case.lang == "zh" else text.title_en,
        severity=_severity(text, draft),
        confidence=_confidence(text, draft),
        subject=draft.subject,
        grade=draft.grade,
        strength=draft.strength,
        message=case.tables.message(draft.message, case.lang, **values),
        evidence=draft.evidence,
        claims=tuple(dict.fromkeys(claim.id for claim in draft.claims)),
        clauses=tuple(clause_of(case.tables.clauses[c]) for c in text.clauses),
        remedy=remedy.format(**values),
        notices=tuple(_notices(text)),
        reasons=draft.reasons,
    )


def _severity(text: RuleText, draft: Draft) -> Severity:
    """What the rule saw, at most the profile's ceiling, which doubts lower."""
    lowered = (Severity(level) for level in _levels(text.severity_lowered, draft))
    return max((draft.severity, text.severity, *lowered), key=lambda s: s.rank)


def _confidence(text: RuleText, draft: Draft) -> Confidence:
    lowered = (Confidence(level) for level in _levels(text.confidence_lowered, draft))
    return max((text.confidence, *lowered), key=lambda c: c.rank)


def _levels(entries: tuple[str, ...], draft: Draft) -> Iterable[str]:
    """The levels that the doubts of a finding lead to."""
    for entry in entries:
        doubt, _, level = entry.partition(": ")
        if doubt in draft.doubts:
            yield level


def fingerprint(rule: str, kind: str, subject: str, package: str) -> str:
    """What a finding is known by: it does not change when texts are reworded or code rebuilt."""
    content = "\0".join((rule, kind, subject, package)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:_FINGERPRINT]


def sort_key(finding: Finding) -> tuple[int, int, str, str]:
    """Severe findings first, then strong proof, then rule and subject."""
    strength = finding.strength.rank if finding.strength else -1
    return finding.severity.rank, -strength, finding.rule, finding.subject.id


def _notices(text: RuleText) -> Iterable[NoticePhrase]:
    for notice in text.notices:
        authority, _, phrase = notice.partition(": ")
        yield NoticePhrase(authority, phrase)


def clause_of(row: Clause) -> ClauseRef:
    """A clause as a report cites it: its wording only where that was verified."""
    return ClauseRef(row.id, row.law, row.item, row.text if row.verified else None)


def manual_items(case: Case) -> tuple[ManualItem, ...]:
    """What static analysis cannot know and a person has to look at."""
    chinese = case.lang == "zh"
    return tuple(
        ManualItem(
            id=row.id,
            title=row.title_zh if chinese else row.title_en,
            what_to_look_at=row.look_zh if chinese else row.look_en,
            clauses=tuple(clause_of(case.tables.clauses[c]) for c in row.clauses),
        )
        for row in case.tables.manual_checks.values()
        if case.profile in row.profiles
    )


def summarize(case: Case, findings: Iterable[Finding]) -> Summary:
    """Counts findings, and how the policy fares on everything that the app shows.

    What is counted are the privacy permissions (dangerous, special or regulated), the data types
    that code reads, and the SDKs.
    """
    found = tuple(findings)
    grades = Counter(_grades(case)) if case.documents else Counter[Grade]()
    by_rule = Counter(f.rule for f in found)
    return Summary(
        by_severity={s.value: sum(f.severity is s for f in found) for s in Severity},
        by_rule=dict(sorted(by_rule.items())),
        disclosed=grades[Grade.EXPLICIT],
        umbrella=grades[Grade.UMBRELLA],
        undisclosed=sum(grades.values()) - grades[Grade.EXPLICIT] - grades[Grade.UMBRELLA],
        over_declared=sum(n for rule, n in by_rule.items() if rule.endswith("-overdeclared")),
    )


def _grades(case: Case) -> Iterable[Grade]:
    for use in case.evidence.permissions:
        if use.source != "implied" and severity_of(case, use) is not Severity.INFO:
            grade = case.permission_verdict(use.name).grade
            if grade is Grade.ABSENT and case.opened_data_claims(use.data_types):
                grade = Grade.UMBRELLA
            yield grade
    for data_type, calls in case.calls_by_data.items():
        if data_type == CLIPBOARD:
            stated = any(c.grade is Grade.EXPLICIT for c in case.data_claims.get(CLIPBOARD, ()))
            yield Grade.EXPLICIT if stated else Grade.ABSENT
            continue
        owners = {c.owner if c.owner in case.tables.sdks else FIRST_PARTY for _, c in calls}
        yield max((case.data_verdict(data_type, o).grade for o in owners), key=BADNESS.__getitem__)
    for sdk in case.evidence.sdks:
        yield Grade.ABSENT if sdk.id in case.undisclosed_sdks else Grade.EXPLICIT
