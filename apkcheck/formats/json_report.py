"""The JSON report: the contract that other people's scripts rely on."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from apkcheck.model import SCHEMA_VERSION, Claim

if TYPE_CHECKING:
    from apkcheck.formats import Style
    from apkcheck.model import App, Document, Evidence, Finding, ManualItem, Report, Tool

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
        "tool": asdict(report.tool),
        "app": asdict(report.app),
        "policies": policies_as_json(report.policies),
        "evidence": asdict(report.evidence),
        "claims": [_flat(claim) for claim in report.claims],
        "findings": [_cited(finding) for finding in report.findings],
        "manual": [_cited(item) for item in report.manual],
        "summary": asdict(report.summary),
        "coverage": [asdict(row) for row in report.coverage],
        "catalogue": asdict(report.catalogue),
        "checklist": [asdict(item) for item in report.checklist],
    }
    return dump(content)


def evidence_as_json(app: App, evidence: Evidence, tool: Tool) -> str:
    """What ``apkcheck apk --format json`` prints."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": asdict(tool),
            "app": asdict(app),
            "evidence": asdict(evidence),
        }
    )


def claims_as_json(documents: Iterable[Document], claims: Iterable[Claim], tool: Tool) -> str:
    """What ``apkcheck policy --format json`` prints."""
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": asdict(tool),
            "policies": policies_as_json(documents),
            "claims": [_flat(claim) for claim in claims],
        }
    )


_FIELDS = tuple(field.name for field in fields(Claim))
_values = operator.attrgetter(*_FIELDS)


def _flat(claim: Claim) -> dict[str, Any]:
    """As ``asdict``, which copies deeply: a claim holds nothing but text, numbers and tuples."""
    return dict(zip(_FIELDS, _values(claim), strict=True))


def policies_as_json(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """What a report says of its policies; their blocks stay out."""
    contents = [asdict(replace(document, blocks=())) for document in documents]
    for content in contents:
        del content["blocks"]
    return contents


def dump(content: dict[str, Any]) -> str:
    """JSON as every report has it: UTF-8, two spaces, never an unpaired surrogate."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _UNPAIRED.sub("\ufffd", text) + "\n"


def _cited(item: Finding | ManualItem) -> dict[str, Any]:
    """An item with its clauses, which have a quote only where their wording was verified."""
    content = asdict(item)
    for clause in content["clauses"]:
        if clause["quote"] is None:
            del clause["quote"]
    return content
