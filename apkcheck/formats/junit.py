"""The report for continuous integration: one test case for every rule of the profile.

A rule fails if it found anything of severity high, medium or low; findings of severity info are in
its output. A rule that had nothing to judge is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from apkcheck.formats import Style
from apkcheck.formats.cells import clean
from apkcheck.formats.view import View
from apkcheck.model import Finding, NamedRule, Report, Severity

_LIMIT = 2_000
"""Characters of one finding's text."""


def render(report: Report, style: Style) -> str:
    """XML as JUnit's readers expect it."""
    view = View(report)
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.rule, []).append(finding)
    cases = [_case(view, rule, found.get(rule.id, [])) for rule in _rules(report, found)]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": 0,
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    figures = {name: str(count) for name, count in counts.items()}
    name = f"{report.tool.name}: {clean(report.app.package, 160)}"
    timestamp = report.generated_at.removesuffix("Z")
    suite = Xml.Element("testsuite", {"name": name, "time": "0", **figures, "timestamp": timestamp})
    _properties(suite, view)
    suite.extend(cases)
    gaps = [f"{clean(gap.what, 160)}: {clean(gap.why)}" for gap in report.evidence.gaps]
    if gaps:
        Xml.SubElement(suite, "system-err").text = "\n".join([view.label("gaps"), *gaps])
    del figures["skipped"]
    suites = Xml.Element("testsuites", {"name": report.tool.name, "time": "0", **figures})
    suites.append(suite)
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, "unicode") + "\n"


def _rules(report: Report, found: dict[str, list[Finding]]) -> Iterable[NamedRule]:
    """The profile's rules, and those of findings that the report does not name."""
    known = {rule.id for rule in report.catalogue.rules}
    yield from report.catalogue.rules
    for rule, findings in sorted(found.items()):
        if rule not in known:
            first = findings[0]
            yield NamedRule(rule, first.title, first.severity, (), first.remedy, (), True)


def _properties(suite: Xml.Element, view: View) -> None:
    report = view.report
    properties = Xml.SubElement(suite, "properties")
    values = (
        ("app.version", clean(view.version(), 80)),
        ("app.sha256", report.app.sha256),
        ("tool.version", report.tool.version),
        ("mappings.digest", report.tool.mappings_digest),
        *((f"policy.{n}.sha256", d.sha256) for n, d in enumerate(report.policies)),
    )
    for name, value in values:
        Xml.SubElement(properties, "property", name=name, value=clean(value, 160))


def _case(view: View, rule: NamedRule, findings: list[Finding]) -> Xml.Element:
    group = clean(rule.id, 80).partition("-")[0]
    name = clean(f"{rule.id}: {rule.title}")
    case = Xml.Element("testcase", classname=f"apkcheck.{group}", name=name, time="0")
    failing = [f for f in findings if f.severity is not Severity.INFO]
    noted = [f for f in findings if f.severity is Severity.INFO]
    if failing:
        worst = min((f.severity for f in failing), key=lambda severity: severity.rank)
        title = f"{clean(rule.title)} ({len(failing)})"
        failure = Xml.SubElement(case, "failure", type=str(worst), message=title)
        failure.text = _texts(view, failing)
    elif not rule.applied:
        Xml.SubElement(case, "skipped")
    if noted:
        Xml.SubElement(case, "system-out").text = _texts(view, noted)
    return case


def _texts(view: View, findings: list[Finding]) -> str:
    return "\n\n".join(_text(view, finding) for finding in findings)


def _text(view: View, finding: Finding) -> str:
    lines = [f"[{view.text(f'severity.{finding.severity}')}] {clean(finding.message, _LIMIT)}"]
    if finding.reasons:
        lines.append(f"{view.label('reasons')}: {clean(view.reasons(finding), _LIMIT)}")
    for claim in view.claims_of(finding)[:3]:
        lines.append(f"{clean(view.place(claim))}: “{clean(claim.quote)}”")
    clauses = view.join(clause.id for clause in finding.clauses)
    lines.append(f"{view.label('clause')}: {clean(clauses)}")
    lines.append(f"{view.label('remedy')}: {clean(finding.remedy, _LIMIT)}")
    return "\n".join(lines)
