"""The report: everything that a format needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from apkcheck.model.catalogue import Catalogue
from apkcheck.model.claims import Claim, Document
from apkcheck.model.evidence import App, Evidence
from apkcheck.model.findings import ChecklistItem, Coverage, Finding, ManualItem
from apkcheck.model.kinds import Severity
from apkcheck.model.tool import SCHEMA_VERSION, Tool


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures at the head of a report."""

    by_severity: dict[str, int]
    by_rule: dict[str, int]
    disclosed: int
    umbrella: int
    undisclosed: int
    over_declared: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a format needs: it can be rendered again without the APK."""

    generated_at: str
    """The only clock in the report: UTC, ISO 8601."""
    lang: str
    profile: str
    app_type: str | None
    tool: Tool
    app: App
    policies: tuple[Document, ...]
    evidence: Evidence
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    manual: tuple[ManualItem, ...]
    summary: Summary
    coverage: tuple[Coverage, ...] = ()
    catalogue: Catalogue = field(default_factory=Catalogue)
    checklist: tuple[ChecklistItem, ...] = ()
    """The items of the regulator's checklist in its order; empty if the profile has none."""
    schema_version: int = field(default=SCHEMA_VERSION)

    def notice_phrases(self, authority: str) -> tuple[str, ...]:
        """The phrases of an authority for all findings (所涉问题), each once, severe ones first.

        Findings of severity ``info`` are no problems and give none.
        """
        phrases = (
            notice.phrase
            for finding in self.findings
            if finding.severity is not Severity.INFO
            for notice in finding.notices
            if notice.authority == authority
        )
        return tuple(dict.fromkeys(phrases))
