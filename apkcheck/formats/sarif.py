"""SARIF 2.1.0, for code scanning: findings at their places in the policy's files.

GitHub keeps 5,000 results of at most 20 runs and 10 MB, and wants addresses that are relative to
the repository; a policy given by an absolute path is named by its file name alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from apkcheck.formats import Style
from apkcheck.formats.cells import clean
from apkcheck.formats.view import View
from apkcheck.model import ApiCall, Claim, Document, Finding, NamedRule, Report, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 5_000
"""GitHub shows no more; the most severe are kept."""

_LEVELS = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_PROBLEM = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "recommendation",
    Severity.INFO: "recommendation",
}
_RELATED = 10
"""Further places of a result."""

_NO_POLICY = "AndroidManifest.xml"
"""Where a result is if there is no policy: every result needs a file."""


def render(report: Report, style: Style) -> str:
    """The log, one run."""
    view = View(report)
    rules = _rules(view)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    kept = report.findings[:MAX_RESULTS]
    run = {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "semanticVersion": report.tool.version,
                "language": "zh-CN" if report.lang == "zh" else "en-US",
                "rules": rules,
                "properties": {"mappingsDigest": report.tool.mappings_digest},
            }
        },
        "language": "zh-CN" if report.lang == "zh" else "en-US",
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(document) for document in report.policies],
        "invocations": [_invocation(view, len(kept))],
        "automationDetails": {"id": f"apkcheck/{quote(clean(report.app.package, 160))}/"},
        "results": [_result(view, finding, index[finding.rule]) for finding in kept],
        "properties": {
            "package": clean(report.app.package, 160),
            "version": clean(view.version(), 80),
            "sha256": report.app.sha256,
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


# -- rules ----------------------------------------------------------------------------------------


def _rules(view: View) -> list[dict[str, Any]]:
    rules = [_rule(view, rule) for rule in view.report.catalogue.rules]
    known = {rule["id"] for rule in rules}
    for finding in view.report.findings:
        if finding.rule not in known:
            known.add(finding.rule)
            severity, title = finding.severity, finding.title
            named = NamedRule(finding.rule, title, severity, (), finding.remedy, (), True)
            rules.append(_rule(view, named))
    return rules


def _rule(view: View, rule: NamedRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": clean(rule.title)},
        "fullDescription": {"text": clean(f"{rule.title} — {rule.remedy}", 900)},
        "help": {"text": _help(view, rule, "{}"), "markdown": _help(view, rule, "**{}**")},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["privacy", rule.id.partition("-")[0]],
            "precision": "high",
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


def _help(view: View, rule: NamedRule, strong: str) -> str:
    """What it finds and cannot know, what to do and why.

    The wording of a clause is quoted only where it was verified.
    """
    lines = []
    for key, told in (("explain.finds", rule.finds), ("explain.limits", rule.limits)):
        if told:
            lines += [strong.format(view.text(key)), "", clean(told, 2_000), ""]
    lines += [strong.format(view.label("remedy")), "", clean(rule.remedy, 2_000), ""]
    lines += [strong.format(view.label("clauses")), ""]
    for key in rule.clauses:
        clause = view.clauses.get(key)
        if clause:
            said = f"“{clean(clause.quote, 300)}”" if clause.quote else clean(clause.gist, 300)
            lines.append(f"- {clause.id} {clean(clause.law)} {clean(clause.item)}: {said}")
    return "\n".join(lines)


# -- results --------------------------------------------------------------------------------------


def _result(view: View, finding: Finding, index: int) -> dict[str, Any]:
    claims = view.claims_of(finding)
    message = clean(finding.message, 2_000)
    remedy = f"{view.label('remedy')}: {clean(finding.remedy, 2_000)}"
    why = [f"{view.label('reasons')}: {clean(view.reasons(finding))}"] if finding.reasons else []
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "kind": "fail",
        "message": {"text": "\n".join([message, *why, remedy])},
        "locations": [_location(view, claims[0] if claims else None, finding)],
        "partialFingerprints": {
            "apkcheckFindingId/v1": finding.id,
            "primaryLocationLineHash": f"{finding.id}:1",
        },
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "subject": clean(finding.subject.id),
            "clauses": [clean(clause.id, 80) for clause in finding.clauses],
        },
    }
    related = [*_places(view, claims[1:]), *_callers(view, finding)][:_RELATED]
    if related:
        result["relatedLocations"] = [{"id": n, **place} for n, place in enumerate(related, 1)]
    return result


def _location(view: View, claim: Claim | None, finding: Finding) -> dict[str, Any]:
    """The claim's place; the head of the policy where the policy is silent."""
    if claim is not None:
        physical = _physical(view, claim)
    elif view.report.policies:
        physical = {"artifactLocation": _address(view.report.policies[0], 0), "region": _TOP}
    else:
        physical = {"artifactLocation": {"uri": _NO_POLICY}, "region": _TOP}
    name = clean(finding.subject.id, 200)
    logical = {"fullyQualifiedName": name, "kind": clean(finding.subject.kind)}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


_TOP = {"startLine": 1}


def _physical(view: View, claim: Claim) -> dict[str, Any]:
    """Lines and columns count from 1; the end of a region is after its last character."""
    document = view.report.policies[claim.policy]
    snippet = {"text": clean(claim.quote, 1_000)}
    region: dict[str, Any] = {"startLine": 1, "snippet": snippet}
    if document.text_kind == "file":
        region = {
            "startLine": view.line_of(claim.policy, claim.start),
            "startColumn": view.column_of(claim.policy, claim.start),
            "endLine": view.line_of(claim.policy, claim.end),
            "endColumn": view.column_of(claim.policy, claim.end),
            "charOffset": claim.start,
            "charLength": claim.end - claim.start,
            "snippet": snippet,
        }
    return {"artifactLocation": _address(document, claim.policy), "region": region}


def _places(view: View, claims: list[Claim]) -> Iterator[dict[str, Any]]:
    for claim in claims:
        message = {"text": f"“{clean(claim.quote, 300)}”"}
        yield {"physicalLocation": _physical(view, claim), "message": message}


def _callers(view: View, finding: Finding) -> Iterator[dict[str, Any]]:
    for proof in view.proofs(finding):
        message = {"text": clean(view.proof_line(proof), 300)}
        if isinstance(proof, ApiCall):
            name = clean(f"{proof.caller_class}.{proof.caller_method}", 300)
            logical = {"fullyQualifiedName": name, "kind": "function"}
            yield {"logicalLocations": [logical], "message": message}
        else:
            yield {"message": message}


def _artifact(document: Document) -> dict[str, Any]:
    return {
        "location": {"uri": address(document)},
        "hashes": {"sha-256": document.sha256},
        "encoding": "UTF-8",
        "roles": ["analysisTarget"],
    }


def _address(document: Document, index: int) -> dict[str, Any]:
    return {"uri": address(document), "index": index}


def address(document: Document) -> str:
    """A policy's file relative to where the check ran, as a URI; else its name alone."""
    path = PurePosixPath(document.path.replace("\\", "/") or "policy")
    outside = path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
    parts = path.parts[-1:] if outside else path.parts
    return "/".join(quote(clean(part, 255)) for part in parts)


def _invocation(view: View, kept: int) -> dict[str, Any]:
    """What could not be read, and how many results were left out."""
    report = view.report
    told = [f"{clean(gap.what, 160)}: {clean(gap.why)}" for gap in report.evidence.gaps]
    packer = view.packer_name()
    if packer:
        told.append(view.text("text.packed", packer=clean(packer, 80)))
    if kept < len(report.findings):
        told.append(view.text("text.more", count=len(report.findings) - kept))
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if told:
        invocation["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": text}} for text in told
        ]
    return invocation
