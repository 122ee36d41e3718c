"""The report as one page that needs nothing else: no network, no script of others, no clock.

Everything is there without the script, which only filters, opens and leads. Texts of strangers
are escaped by the template and shown inert; a content security policy lets the page's own script
and style run and nothing else load.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apkcheck.formats import Style
from apkcheck.formats.highlighting import Line, Mark, Note, highlighted
from apkcheck.formats.inert import inert
from apkcheck.formats.pages import NAME_LENGTH, Once, label_of, page_of
from apkcheck.formats.view import Proof, View
from apkcheck.model import (
    FIRST_PARTY,
    ApiCall,
    Claim,
    ClaimKind,
    Component,
    Coverage,
    Finding,
    Gap,
    Grade,
    NamedClause,
    PermissionUse,
    Polarity,
    Report,
    SdkUse,
    Severity,
    UnknownPackage,
)

_KINDS: dict[type[Proof], str] = {
    ApiCall: "call",
    Component: "component",
    Gap: "gap",
    PermissionUse: "permission",
    SdkUse: "sdk",
    UnknownPackage: "unknown",
}
"""Which part of the template shows a piece of evidence."""
_TONES = (*(f"s-{severity}" for severity in Severity), *(f"g-{grade}" for grade in Grade))
"""Colours of marked passages: findings by severity before claims by grade."""


def render(report: Report, style: Style) -> str:
    """The page; the same bytes for the same report."""
    page = _Page(report)
    values = {"page": page, "report": report, "t": label_of(page.text), "once": Once()}
    return page_of("report.html.j2", ("report.css",), "report.js", values)


# -- what the template is given -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar, in per cent of its whole."""

    tone: str
    label: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Item:
    """One finding with all that the page shows of it."""

    number: int
    finding: Finding
    says: tuple[tuple[Claim, str], ...]
    """The claims that it rests on, one for each passage, with their place."""
    seen: tuple[Proof, ...]
    """Calls, permissions, SDKs and other evidence that it rests on."""
    words: str
    """What the search looks in: folded."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How one data type stands with one party."""

    grade: str | None
    claim: str | None
    """Id of the first claim."""
    calls: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A data type: declared and seen, in the app's own part and in SDKs."""

    data_type: str
    own: Cell
    others: Cell
    permissions: tuple[str, ...]
    """Held permissions that open it."""


class _Page(View):
    """A report in the order of the page."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.items = tuple(self._item(n, f) for n, f in enumerate(report.findings, 1))

    @functools.cached_property
    def cited(self) -> tuple[NamedClause, ...]:
        """Every clause that a finding cites, once."""
        ids = {clause.id for finding in self.report.findings for clause in finding.clauses}
        return tuple(row for row in self.report.catalogue.clauses if row.id in ids)

    def number_of(self, finding: str) -> int:
        """The number under which a finding stands in the page."""
        return self._numbers[finding]

    @functools.cached_property
    def _numbers(self) -> dict[str, int]:
        return {item.finding.id: item.number for item in self.items}

    def subject(self, claim: Claim) -> str:
        """What a claim is about, in words."""
        if claim.kind is ClaimKind.DATA:
            return self.data_name(claim.subject)
        if claim.kind is ClaimKind.PERMISSION:
            return self.permission_name(claim.subject)
        return self.party_name(claim.subject)

    @functools.cached_property
    def grades(self) -> dict[tuple[str, str], Coverage]:
        """How far each permission and SDK is disclosed."""
        return {(row.kind, row.id): row for row in self.report.coverage}

    # figures

    @property
    def severities(self) -> tuple[Segment, ...]:
        counts = self.report.summary.by_severity
        return _segments((f"s-{s}", self.text(f"severity.{s}"), counts.get(s, 0)) for s in Severity)

    @property
    def disclosure(self) -> tuple[Segment, ...]:
        summary = self.report.summary
        return _segments(
            (
                (f"g-{Grade.EXPLICIT}", self.text("grade.explicit"), summary.disclosed),
                (f"g-{Grade.UMBRELLA}", self.text("grade.umbrella"), summary.umbrella),
                (f"g-{Grade.ABSENT}", self.text("html.undisclosed"), summary.undisclosed),
            )
        )

    @property
    def speaking(self) -> tuple[tuple[str, str, int, float, str], ...]:
        """Rules that speak: id, title, count, per cent of the most frequent, worst severity."""
        counts = Counter(finding.rule for finding in self.report.findings)
        first: dict[str, Finding] = {}
        for finding in self.report.findings:
            first.setdefault(finding.rule, finding)
        most = max(counts.values(), default=1)
        return tuple(
            (rule, found.title, counts[rule], round(100 * counts[rule] / most, 2), found.severity)
            for rule, found in first.items()
        )

    # findings

    def _item(self, number: int, finding: Finding) -> Item:
        says = tuple((claim, self.place(claim)) for claim in self.claims_of(finding))
        words = " ".join(
            (finding.rule, finding.title, finding.message, finding.subject.id, finding.remedy)
        )
        return Item(number, finding, says, tuple(self.proofs(finding)), words.casefold())

    def kind_of(self, proof: Proof) -> str:
        """Which part of the template shows it."""
        return _KINDS[type(proof)]

    # the policy

    @functools.cached_property
    def _items_by_claim(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            for claim in item.finding.claims:
                found.setdefault(claim, []).append(item)
        return found

    def items_of(self, claim: Claim) -> list[Item]:
        """The findings that rest on a claim."""
        return self._items_by_claim.get(claim.id, [])

    def lines(self, index: int) -> Iterator[Line]:
        """A policy's text with its claims marked."""
        marks = (self._mark(claim) for claim in self.report.claims if claim.policy == index)
        return highlighted(self.report.policies[index].text, marks)

    def _mark(self, claim: Claim) -> Mark:
        items = self.items_of(claim)
        tone = f"s-{items[0].finding.severity}" if items else f"g-{claim.grade}"
        notes = tuple(
            Note(
                f"f-{item.finding.id}",
                str(item.number),
                f"s-{item.finding.severity}",
                inert(f"{item.finding.title}: {item.finding.subject.id}", NAME_LENGTH),
            )
            for item in items
        )
        return Mark(claim.start, claim.end, claim.id, tone, _TONES.index(tone), notes)

    # the matrix

    def matrix(self) -> tuple[MatrixRow, ...]:
        """Every data type that is declared or can be read, by the app and by others."""
        calls = Counter(
            (call.data_type, call.owner == FIRST_PARTY) for call in self.report.evidence.api_calls
        )
        declared = self._declared()
        opened: dict[str, list[str]] = {}
        for use in self.report.evidence.permissions:
            for data_type in use.data_types:
                opened.setdefault(data_type, []).append(use.name.rpartition(".")[2])
        seen = {name for name, _ in calls}
        unseen = {name for name, _ in declared} - seen
        rows = []
        for name in (*sorted(seen), *sorted(unseen)):
            own, others = (self._cell(name, first, declared, calls) for first in (True, False))
            rows.append(MatrixRow(name, own, others, tuple(opened.get(name, ()))))
        return tuple(rows)

    @staticmethod
    def _cell(
        name: str,
        first: bool,
        declared: dict[tuple[str, bool], tuple[str, str]],
        calls: Counter[tuple[str, bool]],
    ) -> Cell:
        grade, claim = declared.get((name, first), (None, None))
        return Cell(grade, claim, calls[name, first])

    def _declared(self) -> dict[tuple[str, bool], tuple[str, str]]:
        """The best grade of each data type, and the claim that has it: own first, then others."""
        order = {grade: rank for rank, grade in enumerate(Grade)}
        best: dict[tuple[str, bool], tuple[str, str]] = {}
        for claim in self.report.claims:
            if claim.kind is not ClaimKind.DATA or claim.polarity is not Polarity.ASSERTS:
                continue
            key = (claim.subject, claim.party == FIRST_PARTY)
            if key not in best or order[claim.grade] < order[Grade(best[key][0])]:
                best[key] = (claim.grade, claim.id)
        return best


def _segments(parts: Iterable[tuple[str, str, int]]) -> tuple[Segment, ...]:
    listed = [part for part in parts if part[2]]
    total = sum(count for _, _, count in listed)
    segments, start = [], 0.0
    for tone, label, count in listed:
        width = round(100 * count / total, 2)
        segments.append(Segment(tone, label, count, round(start, 2), width))
        start += width
    return tuple(segments)
