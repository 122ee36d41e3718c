"""The table for people in a terminal: the summary first, then findings by severity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

from apkcheck.formats import Style
from apkcheck.formats.cells import clean, columns, grid, wrap
from apkcheck.formats.view import View
from apkcheck.model import Claim, Document, Finding, Report, Severity

ORDINARY = frozenset({"permission-undisclosed", "permission-implied"})
"""Rules whose findings of severity info (INTERNET, VIBRATE) are named in one line only."""

_QUOTE = 90
"""Characters of a quotation in a cell."""


def render(report: Report, style: Style) -> str:
    """The report as text."""
    view = View(report)
    parts = [_head(report, view), _verdict(report, view, style)]
    shown, quiet = _split(report.findings, style)
    if shown:
        parts.append(_findings(report, shown, view, style))
    if quiet:
        parts.append(_quiet(report, quiet, view, style))
    if report.evidence.gaps:
        parts.append(_gaps(report, view, style))
    if style.verbose:
        parts.extend(_remedies(report, shown, view, style))
        parts.append(_manual(report, view, style))
    parts.append(wrap(view.text("text.limits"), style.width))
    return "\n\n".join(parts) + "\n"


def _head(report: Report, view: View) -> str:
    app = report.app

    def label(key: str) -> str:
        return view.text(f"label.{key}")

    none = label("none")
    version = " ".join(str(v) for v in (app.version_name, app.version_code) if v is not None)
    names = [clean(PurePath(d.path).name) + _dates(d, label) for d in report.policies]
    lines = (
        (label("app"), f"{clean(app.label or none, 80)} ({clean(app.package, 160)})"),
        (label("version"), clean(version or none, 80)),
        (label("sha256"), app.sha256),
        (label("policy"), ", ".join(names) or none),
    )
    return "\n".join(f"{name}: {value}" for name, value in lines)


def _dates(document: Document, label: Callable[[str], str]) -> str:
    dates = [
        f"{label(key)} {value}"
        for key, value in (("updated", document.updated), ("effective", document.effective))
        if value
    ]
    return f" ({', '.join(dates)})" if dates else ""


def _verdict(report: Report, view: View, style: Style) -> str:
    counts = report.summary.by_severity
    lines = []
    if report.evidence.packer:
        packer = view.packer_name()
        lines.append(view.text("text.packed", packer=packer))
    if report.findings:
        total = len(report.findings)
        lines.append(view.text("text.summary", total=total, **counts))
    elif not report.evidence.gaps or report.policies:
        lines.append(view.text("text.no-findings"))
    if report.policies:
        summary = report.summary
        lines.append(
            view.text(
                "text.verdicts",
                disclosed=summary.disclosed,
                umbrella=summary.umbrella,
                undisclosed=summary.undisclosed,
                over_declared=summary.over_declared,
            )
        )
    return "\n".join(wrap(line, style.width) for line in lines)


def _split(
    findings: Iterable[Finding], style: Style
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings to list, and ordinary permissions to be named in one sentence only."""
    shown: list[Finding] = []
    quiet: list[Finding] = []
    for finding in findings:
        ordinary = finding.rule in ORDINARY and finding.severity is Severity.INFO
        (quiet if ordinary and not style.verbose else shown).append(finding)
    return tuple(shown), tuple(quiet)


def _findings(report: Report, findings: Iterable[Finding], view: View, style: Style) -> str:
    keys = ("severity", "problem", "seen", "says", "clause")
    headers = [view.text(f"label.{key}") for key in keys]
    claims = {claim.id: claim for claim in report.claims}
    rows = [
        (
            view.text(f"severity.{finding.severity}"),
            f"{clean(finding.title)}\n{finding.rule}",
            clean(finding.message),
            _says(report, [claims[c] for c in finding.claims], view),
            "\n".join(clause.id for clause in finding.clauses[:4]),
        )
        for finding in findings
    ]
    return grid(headers, rows, columns(style.width, (10, 25, 35, 29, 10), minimum=10))


def _says(report: Report, claims: list[Claim], view: View) -> str:
    if not claims:
        return "—"
    first = claims[0]
    quote = f"“{clean(_around(first), _QUOTE)}”"
    place = place_of(first, report.policies)
    more = len({(c.policy, c.start) for c in claims}) - 1
    rest = f" ({view.text('text.more-claims', count=more)})" if more > 0 else ""
    return f"{quote}\n{place}{rest}"


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


def _quiet(report: Report, findings: tuple[Finding, ...], view: View, style: Style) -> str:
    names = ", ".join(clean(f.subject.id.rpartition(".")[2], 60) for f in findings)
    text = view.text("text.hidden-info", count=len(findings))
    return wrap(f"{text}\n{names}", style.width)


def _gaps(report: Report, view: View, style: Style) -> str:
    lines = [f"{clean(gap.what, 120)}: {clean(gap.why, 240)}" for gap in report.evidence.gaps]
    head = view.text("label.gaps")
    return "\n".join([f"{head}:", *(wrap(f"- {line}", style.width) for line in lines)])


def _remedies(
    report: Report, findings: Iterable[Finding], view: View, style: Style
) -> Iterable[str]:
    head = view.text("label.remedy")
    for finding in findings:
        lines = [f"{finding.rule} {clean(finding.subject.id)} [{finding.id}]"]
        lines.append(wrap(f"{head}: {clean(finding.remedy)}", style.width))
        lines.extend(wrap(f"- {line}", style.width) for line in _evidence(report, finding))
        yield "\n".join(lines)


def _evidence(report: Report, finding: Finding) -> Iterable[str]:
    for pointer in finding.evidence:
        _, _, kind, index = pointer.split("/")
        if kind == "api_calls":
            call = report.evidence.api_calls[int(index)]
            yield clean(f"{call.caller_class}.{call.caller_method} → {call.api} ({call.owner})")
        elif kind == "permissions":
            use = report.evidence.permissions[int(index)]
            yield clean(f"{use.name} ({use.source})")
        else:
            sdk = report.evidence.sdks[int(index)]
            signals = ", ".join(f"{s.kind} {s.value} ×{s.count}" for s in sdk.signals[:6])
            yield clean(f"{sdk.id}: {signals}")


def _manual(report: Report, view: View, style: Style) -> str:
    head = view.text("label.manual")
    lines = [f"- {item.title}: {item.what_to_look_at}" for item in report.manual]
    return "\n".join([f"{head}:", *(wrap(line, style.width) for line in lines)])
