"""Findings: what comes of comparing evidence with claims."""

from __future__ import annotations

from dataclasses import dataclass

from apkcheck.model.kinds import Compliance, Confidence, Grade, Severity, Strength, SubjectKind


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about."""

    kind: SubjectKind
    id: str
    name: str | None = None
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """A clause that a finding touches; ``quote`` only where its wording was verified."""

    id: str
    law: str
    item: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class NoticePhrase:
    """How the public notices (通报) of an authority word what a finding says."""

    authority: str
    """``cac``, ``cverc``, ``miit``."""
    phrase: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something that looks wrong may be fine; known of this subject, not of the rule."""

    id: str
    """``typed-in``, ``server``, ``other-platform`` …: the tables' messages are ``reason.<id>``."""
    text: str
    """In the report's language."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement between what the app can do and what its policy says."""

    id: str
    """A fingerprint of rule, subject and package: it survives rewording and rebuilding."""
    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    subject: Subject
    grade: Grade | None
    strength: Strength | None
    message: str
    evidence: tuple[str, ...]
    """JSON Pointers into the report."""
    claims: tuple[str, ...]
    """Ids of claims."""
    clauses: tuple[ClauseRef, ...]
    remedy: str
    notices: tuple[NoticePhrase, ...] = ()
    """At most one phrase of each authority, for the column 所涉问题 of its tables."""
    reasons: tuple[Reason, ...] = ()
    """Of what the policy tells and the package does not show: why that may be fine."""


@dataclass(frozen=True, slots=True)
class ManualItem:
    """Something a person has to look at (需人工核验), because static analysis cannot know it."""

    id: str
    title: str
    what_to_look_at: str
    clauses: tuple[ClauseRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of the regulator's checklist (认定方法) and how the app fares on it."""

    id: str
    """Id of the clause: ``RD-2.1``."""
    item: str
    """Its place in the regulation: 第二条第1项."""
    text: str
    """Its wording if that was verified, else what it asks in our words."""
    verbatim: bool
    """Whether ``text`` is the regulation's own wording; only then may it stand in quotation
    marks. The wording names the violation, our words name the duty."""
    verdict: Compliance
    reason: str
    """Why, and for a person what to look at."""
    findings: tuple[str, ...]
    """Ids of the findings that decide it, or that whoever looks at it should start from."""
    claims: tuple[str, ...]
    """Ids of the claims that it rests on, or that a person should try out in the app."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the policy discloses one thing that the app shows, one row per owner."""

    kind: SubjectKind
    """``permission``, ``data`` or ``sdk``."""
    id: str
    owner: str
    """Whose: ``first-party``, an SDK's id or ``unknown``; a permission is the app's."""
    grade: Grade | None
    """None without a policy."""
    strength: Strength
    evidence: tuple[str, ...]
    """JSON Pointers into the report."""
    claims: tuple[str, ...]
    """Ids of the claims that the grade rests on."""
