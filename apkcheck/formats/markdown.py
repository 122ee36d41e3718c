"""The report as Markdown: a comment on a pull request whose summary is short, all else folded.

Texts of strangers are escaped: no markup, no link, no mention comes out of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from apkcheck.formats import Style
from apkcheck.formats.cells import clean
from apkcheck.formats.sheets import Cell, Sheet, sheets
from apkcheck.formats.table import checklist_line
from apkcheck.formats.view import View
from apkcheck.model import Finding, Report, Severity

_SPECIAL = re.compile(
    r"[\\`*\[\]<>&|~$]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.|^[#+\-=]", re.I
)
"""What Markdown could read as markup: most only at the edge of words, some only at the start."""
_NUMBER = re.compile(r"^(\d+)([.)])")
_TAGS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BADGE = {Severity.HIGH: "🔴", Severity.MEDIUM: "🟠", Severity.LOW: "🔵", Severity.INFO: "⚪"}
_SHORT = 10
"""Findings in the summary."""
_ROWS = 200
"""Rows of a folded table; the workbook and JSON have all."""
_CELL = 400
"""Characters of a line in a cell."""
_LINE, _LINES = 160, 3
"""Characters of a line and lines of a cell in a table; the workbook has all."""
_ROOM = 60_000
"""Characters of a comment, of which GitHub takes 65,536; further tables are named only."""


def render(report: Report, style: Style) -> str:
    """The summary, then findings and tables, each folded."""
    view = View(report)
    parts = [*_summary(view), *_details(view)]
    room = _ROOM if not style.verbose else None
    return "\n\n".join([*parts, *_tables(view, parts, room), *_end(view)]) + "\n"


def escaped(text: str, limit: int = _CELL) -> str:
    """A text in one line that Markdown shows as it is; a word joiner keeps ``@`` from calling."""
    shown = _SPECIAL.sub(_escape, clean(text, limit))
    return _NUMBER.sub(r"\1\\\2", shown).replace("@", "@&#8288;")


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _TAGS.get(char, "\\" + char)


def code(text: str, limit: int = 160) -> str:
    """An identifier between back quotes."""
    return f"`{clean(text, limit).replace('`', chr(0x2019)).replace('|', chr(0xFF5C))}`"


# -- the summary ----------------------------------------------------------------------------------


def _summary(view: View) -> Iterator[str]:
    report = view.report
    app = report.app
    yield f"## apkcheck: {escaped(app.label or app.package, 80)} {escaped(view.version(), 60)}"
    counts = report.summary.by_severity
    heads = [f"{_BADGE[s]} {view.text(f'severity.{s}')}" for s in Severity]
    yield table(heads, [[counts[s] for s in Severity]])
    lines = []
    packer = view.packer_name()
    if packer:
        lines.append(f"**{escaped(view.text('text.packed', packer=packer))}**")
    if not report.findings:
        lines.append(escaped(view.text("text.no-findings")))
    if report.policies:
        summary = report.summary
        verdicts = view.text(
            "text.verdicts",
            disclosed=summary.disclosed,
            umbrella=summary.umbrella,
            undisclosed=summary.undisclosed,
            over_declared=summary.over_declared,
        )
        lines.append(escaped(verdicts))
    if report.checklist:
        lines.append(escaped(checklist_line(view)))
    for gap in report.evidence.gaps:
        lines.append(f"{view.label('gaps')}: {escaped(f'{gap.what}: {gap.why}')}")
    if lines:
        yield "\n".join(f"- {line}" for line in lines)
    shown = [f for f in report.findings if f.severity in (Severity.HIGH, Severity.MEDIUM)]
    if shown:
        yield _short(view, shown)


def _short(view: View, found: Sequence[Finding], most: int = _SHORT) -> str:
    """Findings in a line each."""
    rows = [
        (
            _BADGE[finding.severity],
            "<br>".join(map(escaped, filter(None, (finding.title, view.reasons(finding))))),
            escaped(view.subject_name(finding), 80),
            _place(view, finding),
            code(finding.rule),
        )
        for finding in found[:most]
    ]
    keys = ("problem", "subject", "place", "rule")
    heads = ("", *map(view.label, keys))
    more = ""
    if len(found) > most:
        more = "\n\n" + escaped(view.text("text.more", count=len(found) - most))
    return table(heads, rows) + more


def _place(view: View, finding: Finding) -> str:
    claims = view.claims_of(finding)
    return code(view.place(claims[0])) if claims else "—"


# -- folded ---------------------------------------------------------------------------------------


def _details(view: View) -> Iterator[str]:
    """The findings, one block for each severity."""
    for severity in Severity:
        found = [f for f in view.report.findings if f.severity is severity]
        if found:
            title = f"{_BADGE[severity]} {view.text(f'severity.{severity}')} ({len(found)})"
            if severity is Severity.INFO:
                shown = _short(view, found, _ROWS)
            else:
                shown = "\n\n".join(_finding(view, finding) for finding in found[:_ROWS])
            if len(found) > _ROWS and severity is not Severity.INFO:
                shown += "\n\n" + escaped(view.text("text.more", count=len(found) - _ROWS))
            yield folded(title, shown)


def _finding(view: View, finding: Finding) -> str:
    title = f"**{escaped(finding.title)}** · {escaped(view.subject_name(finding), 80)}"
    lines = [f"{title} {code(finding.rule)}", f"- {escaped(finding.message)}"]
    if finding.reasons:
        lines.append(f"- {view.label('reasons')}: {escaped(view.reasons(finding))}")
    for claim in view.claims_of(finding)[:2]:
        lines.append(f"- {code(view.place(claim))} “{escaped(claim.quote, 200)}”")
    for proof in view.proofs(finding)[:2]:
        lines.append(f"- {code(view.proof_line(proof))}")
    clauses = view.join(clause.id for clause in finding.clauses)
    lines.append(f"- {view.label('clause')}: {escaped(clauses)}")
    lines.append(f"- {view.label('remedy')}: {escaped(finding.remedy)}")
    return "\n".join(lines)


def _tables(view: View, before: Iterable[str], room: int | None) -> Iterator[str]:
    """The regulator's tables, as many as there is room for; the others by name."""
    used = sum(len(part) for part in before)
    left_out = []
    for sheet in sorted(sheets(view), key=_rank):
        if sheet.id == "findings" or not sheet.rows:
            continue
        part = folded(escaped(sheet.title), _sheet(view, sheet))
        used += len(part)
        if room is not None and used > room:
            used -= len(part)
            left_out.append(sheet.title)
            continue
        yield part
    if left_out:
        yield escaped(view.text("text.left-out", tables=view.join(left_out)), 1_000)


_FIRST = ("notice", "checklist", "sdks", "permissions", "matrix")
"""Tables that go before the others where there is no room for all."""


def _rank(sheet: Sheet) -> int:
    return _FIRST.index(sheet.id) if sheet.id in _FIRST else len(_FIRST)


def _sheet(view: View, sheet: Sheet) -> str:
    heads = [escaped(column.title) for column in sheet.columns]
    rows = [[_cell(cell) for cell in row] for row in sheet.rows[:_ROWS]]
    parts = [escaped(sheet.note)] if sheet.note else []
    parts.append(table(heads, rows))
    if len(sheet.rows) > _ROWS:
        parts.append(escaped(view.text("text.more", count=len(sheet.rows) - _ROWS)))
    return "\n\n".join(parts)


def _cell(cell: Cell) -> str:
    if isinstance(cell, int):
        return str(cell)
    lines = cell.split("\n")
    shown = [escaped(line, _LINE) for line in lines[:_LINES]]
    return "<br>".join([*shown, "…"] if len(lines) > _LINES else shown)


def _end(view: View) -> Iterator[str]:
    report = view.report
    yield escaped(view.text("text.limits"))
    tool = f"{report.tool.name} {report.tool.version} · SHA-256 {report.app.sha256[:16]}"
    yield f"<sub>{escaped(tool)}</sub>"


def folded(title: str, content: str) -> str:
    """A part that opens on a click."""
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table; its cells are escaped already."""
    lines = [_row(heads), _row(["---"] * len(heads))]
    lines.extend(_row(row) for row in rows)
    return "\n".join(lines)


def _row(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
