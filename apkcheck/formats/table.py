"""The table for people in a terminal: the summary first, then findings by severity and rule.

Findings of one rule share its title, clauses and remedy, so these are said once for all of them.
Those of severity ``info`` are named in one line for each rule, unless all evidence is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from apkcheck.formats import Style
from apkcheck.formats.cells import clean, columns, grid, width_of, wrap
from apkcheck.formats.view import View
from apkcheck.model import Claim, Compliance, Document, Finding, Report, Severity

_QUOTE = 90
"""Characters of a quotation in a cell."""

_NAMES = 40
"""Names in a line of findings of severity info; JSON has all."""

_REMEDY = 4_000
"""Characters of a remedy, which is shown whole; only the quotes of strangers in it are longer."""

_VERDICTS = (
    Compliance.NOT_MET,
    Compliance.MANUAL,
    Compliance.MET,
    Compliance.NOT_APPLICABLE,
)

_BOLD, _DIM = "1", "2"
_COLORS = {Severity.HIGH: "1;31", Severity.MEDIUM: "1;33", Severity.LOW: "1;36", Severity.INFO: "1"}
"""How a terminal is told to show a heading (SGR parameters)."""

_BADGE = {Severity.HIGH: "●●●", Severity.MEDIUM: "●●", Severity.LOW: "●", Severity.INFO: "○"}
"""Severity without colours."""


def render(report: Report, style: Style) -> str:
    """The report as text."""
    table = _Table(View(report), style)
    return "\n\n".join(part for part in table.parts() if part) + "\n"


class _Table:
    """One report in one style."""

    def __init__(self, view: View, style: Style) -> None:
        self.view, self.style, self.report = view, style, view.report
        self.text, self.label = view.text, view.label

    def parts(self) -> Iterator[str]:
        yield self.head()
        yield self.verdict()
        yield self.not_assessed()
        for severity in Severity:
            yield from self.findings_of(severity)
        if self.style.verbose:
            yield from self.manual()
        else:
            yield self.hints()
        yield self.wrapped(self.text("text.limits"))

    # -- the summary

    def head(self) -> str:
        app = self.report.app
        none = self.label("none")
        documents = [clean(self.view.file_of(i)) + self.dates(d) for i, d in self.policies()]
        return self.pairs(
            (
                (self.label("app"), f"{clean(app.label or none, 80)} ({clean(app.package, 160)})"),
                (self.label("version"), clean(self.view.version(), 80)),
                (self.label("sha256"), app.sha256),
                (self.label("policy"), ", ".join(documents) or none),
            )
        )

    def policies(self) -> Iterable[tuple[int, Document]]:
        return enumerate(self.report.policies)

    def dates(self, document: Document) -> str:
        dates = [
            f"{self.label(key)} {value}"
            for key, value in (("updated", document.updated), ("effective", document.effective))
            if value
        ]
        return f" ({', '.join(dates)})" if dates else ""

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> str:
        """Names and values, the values below each other."""
        found = list(pairs)
        size = max(width_of(name) for name, _ in found) + 2
        lines = []
        for name, value in found:
            first, *rest = wrap(value, self.style.width - size).split("\n")
            lines.append(self.paint(name, _DIM) + " " * (size - width_of(name)) + first)
            lines.extend(" " * size + line for line in rest)
        return "\n".join(lines)

    def verdict(self) -> str:
        report, summary = self.report, self.report.summary
        lines = []
        packer = self.view.packer_name()
        if packer:
            lines.append(self.text("text.packed", packer=clean(packer, 80)))
        if report.findings:
            counts = {severity.value: summary.by_severity[severity] for severity in Severity}
            lines.append(self.text("text.summary", total=len(report.findings), **counts))
        elif not report.evidence.gaps or report.policies:
            lines.append(self.text("text.no-findings"))
        if report.policies:
            lines.append(
                self.text(
                    "text.verdicts",
                    disclosed=summary.disclosed,
                    umbrella=summary.umbrella,
                    undisclosed=summary.undisclosed,
                    over_declared=summary.over_declared,
                )
            )
        if report.checklist:
            lines.append(checklist_line(self.view))
        return "\n".join(self.paint(self.wrapped(line), _BOLD) for line in lines)

    def not_assessed(self) -> str:
        gaps = self.report.evidence.gaps
        if not gaps:
            return ""
        lines = [f"{clean(gap.what, 120)}: {clean(gap.why, 240)}" for gap in gaps]
        head = self.paint(f"{self.label('gaps')}:", _BOLD)
        return "\n".join([head, *(self.item(line) for line in lines)])

    # -- findings

    def findings_of(self, severity: Severity) -> Iterator[str]:
        found = [f for f in self.report.findings if f.severity is severity]
        if not found:
            return
        badge, name = _BADGE[severity], self.text(f"severity.{severity}")
        yield self.paint(f"{badge} {name} ({len(found)})", _COLORS[severity])
        groups: dict[str, list[Finding]] = {}
        for finding in found:
            groups.setdefault(finding.rule, []).append(finding)
        if severity is Severity.INFO and not self.style.verbose:
            yield "\n".join(line for group in groups.values() for line in self.in_lines(group))
            return
        for group in groups.values():
            yield self.group(group)

    def in_lines(self, group: list[Finding]) -> Iterator[str]:
        """A rule's findings in one line; those that may be fine below it, by the reasons for it."""
        head = f"{clean(group[0].title)} ({clean(group[0].rule, 60)}, {len(group)})"
        by_reasons: dict[str, list[Finding]] = {}
        for finding in group:
            by_reasons.setdefault(self.view.reasons(finding), []).append(finding)
        if list(by_reasons) == [""]:
            yield self.item(f"{head}: {self.names(group)}")
            return
        yield self.item(head)
        for reasons, found in by_reasons.items():
            why = clean(reasons) or self.text("text.no-reason")
            line = self.item(f"{self.names(found)} — {why}", self.style.width - 2)
            yield "  " + line.replace("\n", "\n  ")

    def names(self, group: list[Finding]) -> str:
        names = [clean(self.view.subject_name(f), 60) for f in group[:_NAMES]]
        if len(group) > _NAMES:
            names.append(self.text("text.more", count=len(group) - _NAMES))
        return self.view.join(names)

    def group(self, group: list[Finding]) -> str:
        """The findings of one rule: title, a row for each, then clauses and remedy."""
        first = group[0]
        size = f" ({len(group)})" if len(group) > 1 else ""
        title = f"{clean(first.title)}{size} · {clean(first.rule, 60)}"
        lines = [self.paint(self.wrapped(title), _BOLD), self.grid(group)]
        clauses = dict.fromkeys(clause.id for finding in group for clause in finding.clauses)
        told = (
            (self.label("clause"), clean(self.view.join(clauses))),
            (self.label("remedy"), self.remedy(group)),
        )
        lines.append(self.pairs(told))
        if self.style.verbose:
            lines.extend(self.details(group))
        return "\n".join(lines)

    def grid(self, group: list[Finding]) -> str:
        """Subject and what was seen; what the policy says only where it says something."""
        says = any(finding.claims for finding in group)
        keys = ("subject", "seen", "says") if says else ("subject", "seen")
        weights = (16, 42, 36) if says else (20, 74)
        rows = []
        before = ""
        for finding in group:
            row = [self.subject(finding), clean(finding.message)]
            if says:
                said = self.says(self.view.claims_of(finding))
                row.append(said if said != before or said == "—" else self.text("text.as-above"))
                before = said
            rows.append(row)
        headers = [self.label(key) for key in keys]
        return grid(headers, rows, columns(self.style.width, weights, minimum=10))

    def subject(self, finding: Finding) -> str:
        name, key = self.view.subject_name(finding), finding.subject.id
        short = key.rpartition(".")[2]
        shown = clean(name, 80)
        return shown if short in (name, "") else f"{shown}\n{clean(short, 80)}"

    def says(self, claims: list[Claim]) -> str:
        if not claims:
            return "—"
        first = claims[0]
        quote = f"“{clean(_around(first), _QUOTE)}”"
        more = len(claims) - 1
        rest = f" ({self.text('text.more-claims', count=more)})" if more else ""
        return f"{quote}\n{clean(self.view.place(first))}{rest}"

    def remedy(self, group: list[Finding]) -> str:
        """What to do: of one finding its own, of several what their rule says of all."""
        rule = self.view.rules.get(group[0].rule)
        several = len(group) > 1 and not self.style.verbose
        return clean(rule.remedy if rule and several else group[0].remedy, _REMEDY)

    def details(self, group: list[Finding]) -> Iterator[str]:
        """Of each finding its id, all evidence, all places and its own remedy."""
        for finding in group:
            name = clean(self.view.subject_name(finding), 80)
            yield f"{name} [{clean(finding.id, 40)}]"
            if reasons := self.view.reasons(finding):
                yield self.item(f"{self.label('reasons')}: {clean(reasons)}")
            for proof in self.view.proofs(finding):
                yield self.item(clean(self.view.proof_line(proof)))
            for claim in self.view.claims_of(finding):
                place, quote = clean(self.view.place(claim)), clean(claim.quote)
                yield self.item(f"{place} “{quote}”")
            if len(group) > 1:
                yield self.item(f"{self.label('remedy')}: {clean(finding.remedy, _REMEDY)}")

    # -- the end

    def manual(self) -> Iterator[str]:
        if not self.report.manual:
            return
        lines = [f"{clean(m.title)}: {clean(m.what_to_look_at)}" for m in self.report.manual]
        head = self.paint(f"{self.label('manual')}:", _BOLD)
        yield "\n".join([head, *(self.item(line) for line in lines)])

    def hints(self) -> str:
        lines = []
        if self.report.manual:
            titles = self.view.join(clean(item.title, 60) for item in self.report.manual)
            lines.append(f"{self.label('manual')} ({len(self.report.manual)}): {titles}")
        lines.append(self.text("text.verbose"))
        return "\n".join(self.wrapped(line) for line in lines)

    # -- lines

    def wrapped(self, text: str) -> str:
        return wrap(text, self.style.width)

    def item(self, text: str, width: int | None = None) -> str:
        """An item of a list, its further lines below its first."""
        return "- " + wrap(text, (width or self.style.width) - 2).replace("\n", "\n  ")

    def paint(self, text: str, parameters: str) -> str:
        """Text in a colour or weight, line by line, where the terminal shows any."""
        if not self.style.color:
            return text
        return "\n".join(f"\x1b[{parameters}m{line}\x1b[0m" for line in text.split("\n"))


def checklist_line(view: View) -> str:
    """How the app fares on the regulator's checklist, in one line."""
    counted = Counter(item.verdict for item in view.report.checklist)
    verdicts = [f"{view.text(f'verdict.{v}')} {counted[v]}" for v in _VERDICTS if counted[v]]
    comma = "，" if view.lang == "zh" else ", "
    total = len(view.report.checklist)
    return view.text("text.checklist", total=total, verdicts=comma.join(verdicts))


def _around(claim: Claim) -> str:
    """The part of a long sentence that holds the claim's words."""
    at = claim.quote.find(claim.surface)
    if len(claim.quote) <= _QUOTE or at < 0:
        return claim.quote
    start = max(0, min(at - _QUOTE // 3, len(claim.quote) - _QUOTE + 2))
    return ("…" if start else "") + claim.quote[start:]


def place_of(claim: Claim, policies: tuple[Document, ...]) -> str:
    """File and line of a claim, as an editor opens them; lines count from 1."""
    document = policies[claim.policy]
    line = document.text.count("\n", 0, claim.start) + 1
    return f"{clean(PurePath(document.path).name)}:{line}"
