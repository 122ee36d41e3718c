"""GitLab's code quality report: findings at their places in the policy's files, as JSON."""

from __future__ import annotations

import json

from apkcheck.formats import Style
from apkcheck.formats.cells import clean
from apkcheck.formats.sarif import address
from apkcheck.formats.view import View
from apkcheck.model import Finding, Report, Severity

_SEVERITIES = {
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
_NO_POLICY = "AndroidManifest.xml"


def render(report: Report, style: Style) -> str:
    """A list of issues."""
    view = View(report)
    issues = [_issue(view, finding) for finding in report.findings]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _issue(view: View, finding: Finding) -> dict[str, object]:
    path, line = _NO_POLICY, 1
    claims = view.claims_of(finding)
    policies = view.report.policies
    if policies:
        document = policies[claims[0].policy if claims else 0]
        path = address(document)
        if claims and document.text_kind == "file":
            line = view.line_of(claims[0].policy, claims[0].start)
    return {
        "description": clean(f"{finding.title}: {finding.message}", 2_000),
        "check_name": finding.rule,
        "fingerprint": finding.id,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": line}},
    }
