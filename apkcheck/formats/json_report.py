"""The JSON report: the contract that other people's scripts rely on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from apkcheck.model import SCHEMA_VERSION

if TYPE_CHECKING:
    from apkcheck.formats import Style
    from apkcheck.model import App, Claim, Document, Evidence, Finding, ManualItem, Report, Tool

_UNPAIRED = re.compile("[\ud800-\udfff]")
"""Surrogates that stand in file names and class names which are no text; one for one."""


def render(report: Report, style: Style) -> str:
    """The whole report; keys in the order of the contract, one newline at the end."""
    content = {
        "schema_version": report.schema_version,
        "generated_at": report.generated_at,
        "lang": report.lang,
        "profile": report.profile,
        "app_type": report.app_type,
        "tool": report.tool,
        "app": report.app,
        "policies": policies_as_json(report.policies),
        "evidence": report.evidence,
        "claims": report.claims,
        "findings": [_cited(finding) for finding in report.findings],
        "manual": [_cited(item) for item in report.manual],
        "summary": report.summary,
        "coverage": report.coverage,
        "catalogue": report.catalogue,
        "checklist": report.checklist,
    }
    return dump(content)


def evidence_as_json(app: App, evidence: Evidence, tool: Tool) -> str:
    """What ``apkcheck apk --format json`` prints."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": tool,
            "app": app,
            "evidence": evidence,
        }
    )


def claims_as_json(documents: Iterable[Document], claims: Iterable[Claim], tool: Tool) -> str:
    """What ``apkcheck policy --format json`` prints."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": tool,
            "policies": policies_as_json(documents),
            "claims": tuple(claims),
        }
    )


def policies_as_json(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """What a report says of its policies; their blocks stay out."""
    contents = [_members(document) for document in documents]
    for content in contents:
        del content["blocks"], content["pictures"]
    return contents


def dump(content: dict[str, Any]) -> str:
    """JSON as every report has it: UTF-8, two spaces, never an unpaired surrogate."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_members)
    return _UNPAIRED.sub("\ufffd", text) + "\n"


def _members(value: Any) -> dict[str, Any]:
    """A value of the model as JSON has it: its fields by their names, in their order."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _cited(item: Finding | ManualItem) -> dict[str, Any]:
    """An item with its clauses, which have a quote only where their wording was verified."""
    clauses = [_members(clause) for clause in item.clauses]
    for clause in clauses:
        if clause["quote"] is None:
            del clause["quote"]
    return {**_members(item), "clauses": clauses}
