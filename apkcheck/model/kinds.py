"""The kinds that evidence, claims and findings are told apart by, and the names of owners."""

from __future__ import annotations

from enum import StrEnum

from apkcheck.terms import Confidence as Confidence
from apkcheck.terms import Doubt as Doubt
from apkcheck.terms import Platform as Platform
from apkcheck.terms import Severity as Severity


class Strength(StrEnum):
    """How strong the proof in the app is (证据强度), weakest first."""

    PERMISSION_HELD = "permission-held"
    SDK_DECLARED = "sdk-declared"
    SDK_PRESENT = "sdk-present"
    API_CALL = "api-call"
    API_CALL_REACHABLE = "api-call-reachable"
    API_CALL_AT_START = "api-call-at-start"

    @property
    def rank(self) -> int:
        """0 for the weakest."""
        return list(Strength).index(self)


class Grade(StrEnum):
    """How far a policy discloses something (披露程度)."""

    EXPLICIT = "explicit"
    UMBRELLA = "umbrella"
    DEFINITION_ONLY = "definition-only"
    LINKED_DOCUMENT_MISSING = "linked-document-missing"
    DENIED = "denied"
    ABSENT = "absent"


class ClaimKind(StrEnum):
    """What a claim is about."""

    PERMISSION = "permission"
    DATA = "data"
    RECIPIENT = "recipient"
    STATEMENT = "statement"


class Action(StrEnum):
    """What a claim says is done."""

    COLLECT = "collect"
    USE = "use"
    SHARE = "share"
    REQUEST = "request"


class Polarity(StrEnum):
    """Whether a claim says that it is done."""

    ASSERTS = "asserts"
    DENIES = "denies"
    DENIES_WITH_EXCEPTION = "denies-with-exception"


class ConditionKind(StrEnum):
    """What has to happen for a statement to hold."""

    USER_ACTION = "user-action"
    """The user does something (当您使用打车功能时)."""
    CONSENT = "consent"
    """The user agrees (经您同意后)."""
    REFUSAL = "refusal"
    """The user refuses; the statement tells what follows (如您拒绝提供…, 将无法…)."""


class SectionRole(StrEnum):
    """What the part of the policy is for in which a claim stands."""

    DEFINITION = "definition"
    COLLECTION = "collection"
    PERMISSION = "permission"
    SDK_LIST = "sdk-list"
    SHARING = "sharing"
    COOKIE = "cookie"
    SECURITY = "security"
    RIGHTS = "rights"
    MINORS = "minors"
    STORAGE = "storage"
    CHANGE = "change"
    CONTACT = "contact"
    EXEMPTION = "exemption"
    OTHER = "other"


class Compliance(StrEnum):
    """The answer to an item of the regulator's checklist."""

    MET = "met"
    """符合: the text of the policy proves it; what the app does is never proved by its files."""
    NOT_MET = "not-met"
    """不符合."""
    NOT_APPLICABLE = "not-applicable"
    """不适用."""
    MANUAL = "manual"
    """需人工核验."""


class SubjectKind(StrEnum):
    """What a finding is about."""

    PERMISSION = "permission"
    DATA = "data"
    SDK = "sdk"
    RECIPIENT = "recipient"
    POLICY = "policy"


FIRST_PARTY = "first-party"
"""The app's own operator: as ``Claim.party`` and as the owner of the app's own code."""

UNKNOWN_OWNER = "unknown"
"""Owner of code that is neither the app's own nor in the tables."""

LIBRARY_PREFIX = "library:"
"""Owners that are building blocks of the platform or open source: ``library:okhttp``."""
