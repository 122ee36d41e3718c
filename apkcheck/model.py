"""The frozen vocabulary: what evidence, claims, findings and reports are made of.

Everything here is immutable and knows nothing of files, tables or third parties. The names and the
values of the enumerations are those of the JSON report, which other people's scripts rely on.
A scalar that is missing or could not be resolved is ``None``, never ``""``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from apkcheck.terms import Confidence as Confidence
from apkcheck.terms import Doubt as Doubt
from apkcheck.terms import Platform as Platform
from apkcheck.terms import Severity as Severity

SCHEMA_VERSION = 1
"""Counts breaking changes of the JSON report."""


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


# -- evidence: what the app can do ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class App:
    """The app as its manifest names it."""

    package: str
    label: str | None
    """The default locale's label; Chinese first when the report is Chinese."""
    version_name: str | None
    version_code: int | None
    min_sdk: int | None
    target_sdk: int | None
    sha256: str
    """Of the file, in hexadecimal."""
    size: int
    """Of the file, in bytes."""
    signers: tuple[str, ...] = ()
    """SHA-256 of each signing certificate, in hexadecimal, sorted."""
    signature_schemes: tuple[str, ...] = ()
    """The signatures that are there, unverified: ``v1``, ``v2``, ``v3``, ``v3.1``, ``v4``."""


@dataclass(frozen=True, slots=True)
class PermissionUse:
    """A permission that the app asks for."""

    name: str
    protection: str | None
    """Base word of its protection level (``dangerous``); None if the tables do not know it."""
    group: str | None
    """Runtime group (``LOCATION``), from the tables: the platform is silent since API 29."""
    zh: str | None
    data_types: tuple[str, ...]
    """What holding it opens; holding is not reading."""
    max_sdk: int | None
    source: str
    """``manifest``, ``sdk-23``, ``sdk-m``, ``implied`` or ``service``."""
    flags: tuple[str, ...] = ()
    implied_by: str | None = None
    """The permission that brings it along at the app's target level; None if every app of that
    level has it, or if it is not implied."""


@dataclass(frozen=True, slots=True)
class DefinedPermission:
    """A permission, or what holds permissions together, that the app itself defines."""

    kind: str
    """``permission``, ``permission-group`` or ``permission-tree``."""
    name: str
    protection: str | None
    """Base word of its protection level; None of groups and trees."""
    group: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """Other apps that the app wants to see (``<queries>``)."""

    kind: str
    """``package``, ``intent`` or ``provider``."""
    value: str
    """A package, an authority, or an intent as ``action scheme://host type``."""


@dataclass(frozen=True, slots=True)
class ForegroundService:
    """What a service says that it goes on doing in the foreground while the app is not shown."""

    service: str
    """The class, with dots."""
    type: str
    """``location``, ``camera``, ``microphone`` …"""
    permission: str | None
    """What an app needs for it that targets level 34 or newer; None if nothing."""
    requested: bool
    """Whether the manifest asks for that permission."""


@dataclass(frozen=True, slots=True)
class PolicyCandidate:
    """A trace of a privacy policy in the package; whether users see it is not known."""

    kind: str
    """``file`` or ``address``."""
    value: str
    """The path of a text, or an address."""
    place: str | None = None
    """Of an address: ``classes2.dex`` or ``resources.arsc``."""
    owners: tuple[str, ...] = ()
    """Of an address in code: whose classes name it, as owners of calls are told."""


@dataclass(frozen=True, slots=True)
class Component:
    """A component of the manifest, with its class name in full."""

    kind: str
    """``activity``, ``activity-alias``, ``service``, ``receiver`` or ``provider``."""
    name: str
    exported: bool | None
    process: str | None
    permission: str | None
    authorities: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """One trace by which an SDK was recognised."""

    kind: str
    """``class``, ``component``, ``native``, ``metadata``, ``asset``, ``authority``, ``action``."""
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SdkUse:
    """An embedded third-party SDK."""

    id: str
    name: str
    vendor: str
    packages: tuple[str, ...]
    """The package prefixes under which classes of it are defined in this app."""
    signals: tuple[Signal, ...]
    data_types_declared: tuple[str, ...]
    """What the vendor's own documents say that it collects."""
    data_types_observed: tuple[str, ...]
    """What sensitive calls in its code can read."""
    stub: bool = False
    """Only interfaces, constants and methods that call nothing are there: it cannot do anything."""
    version: str | None = None
    """What its code or files say, where the tables know where to look."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """Calls of one sensitive API in one method."""

    api: str
    """The id of the table's entry."""
    data_type: str
    caller_class: str
    caller_method: str
    owner: str
    """``first-party``, an SDK's id, ``library:<id>`` or ``unknown``."""
    reachable: bool | None
    """Whether an entry point reaches the caller; None if none was found, but code is missing."""
    dex: str
    """``classes2.dex``."""
    count: int = 1
    """Number of call sites in the method."""
    first_reached_by: str | None = None
    """The entry class that reaches it first: the Application class, then providers, then others."""
    at_start: bool = False
    """Reached from the Application class or a provider that starts by itself, so possibly before
    anybody could agree to anything."""
    reached_from: tuple[str, ...] = ()
    """Of a call in a library: the owners of the code that leads to it; the call counts as theirs.
    Empty if nobody's does, and of all other calls."""


@dataclass(frozen=True, slots=True)
class UnknownPackage:
    """Code that is neither the app's own nor in the tables, as far as one package holds it."""

    package: str | None
    """The shortest package without known code; None for classes that lie in no package."""
    classes: int
    """Number of classes in it and below."""
    apis: tuple[str, ...]
    """The sensitive APIs that they call: ids of the table's entries, sorted."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read, and why: a result of its own."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was seen in one app."""

    permissions: tuple[PermissionUse, ...] = ()
    components: tuple[Component, ...] = ()
    defined_permissions: tuple[DefinedPermission, ...] = ()
    queries: tuple[Query, ...] = ()
    foreground_services: tuple[ForegroundService, ...] = ()
    sdks: tuple[SdkUse, ...] = ()
    api_calls: tuple[ApiCall, ...] = ()
    unknown_packages: tuple[UnknownPackage, ...] = ()
    """Those with most classes first."""
    policy_candidates: tuple[PolicyCandidate, ...] = ()
    """Texts and addresses in the package that may be its policy."""
    packer: str | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def code_complete(self) -> bool:
        """Whether all code could be read: only then does the absence of code say anything."""
        of_code = (".dex", ".apk")
        return self.packer is None and not any(gap.what.endswith(of_code) for gap in self.gaps)


# -- policy: the text and what it says ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row of a document, as a span of its text."""

    kind: str
    """``heading``, ``item``, ``paragraph`` or ``row``."""
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 for the highest; 0 otherwise."""
    header: tuple[str, ...] = ()
    """Of a row: the header cell above each of its cells; empty if the table has none."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a row: the span of each cell."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document as text; offsets are Unicode code points, ends exclusive."""

    path: str
    sha256: str
    """Of the file's bytes, in hexadecimal."""
    text: str
    text_kind: str
    """``file``: the decoded file itself; ``extracted``: what was read out of HTML and the like."""
    title: str | None
    updated: str | None
    """ISO date."""
    effective: str | None
    """ISO date."""
    language: str
    """``zh`` or ``en``."""
    operator: str | None = None
    """The company that the document introduces as the app's own."""
    contact: str | None = None
    """An address of e-mail or a telephone number for questions."""
    version: str | None = None
    copies: int = 1
    """How often the whole policy stands in the document; 2 where a page holds two versions."""
    blocks: tuple[Block, ...] = ()
    """Not in the JSON report: what is made of a report needs the text alone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a policy about one permission, data type or recipient."""

    id: str
    kind: ClaimKind
    subject: str
    """A permission's full name, a data type's id, an SDK's id, or a name as written."""
    surface: str
    """The words that name the subject."""
    action: Action
    polarity: Polarity
    party: str
    """``first-party``, an SDK's id, or a name as written."""
    purposes: tuple[str, ...]
    platform: Platform
    section_role: SectionRole
    grade: Grade
    policy: int
    """Index into the report's policies."""
    start: int
    end: int
    quote: str
    """``text[start:end]`` of the document: the sentence or list item that the claim rests on."""
    open_list: bool = False
    """The list that names the subject is left open (等, 包括但不限于)."""
    named: bool = True
    """Of a recipient: a name, not only a category (合作伙伴)."""
    surface_start: int = 0
    """Where the surface stands in the document, in code points."""
    surface_end: int = 0
    condition: str | None = None
    """The words that say when it is done (当您使用打车功能时, 经您同意后), or what is refused."""
    condition_kind: ConditionKind | None = None


# -- findings and the report ----------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class NamedDataType:
    """What a person calls a data type."""

    id: str
    name: str
    parent: str | None
    """The umbrella above it."""
    sensitivity: str
    """``sensitive``, ``general`` or ``contextual``."""


@dataclass(frozen=True, slots=True)
class NamedPermission:
    """What a person calls a permission."""

    id: str
    name: str
    purposes: tuple[str, ...] = ()
    """What apps usually ask it for; not a justification."""


@dataclass(frozen=True, slots=True)
class NamedSdk:
    """What a person calls an SDK, and what is known of it."""

    id: str
    name: str
    vendor: str
    category: str | None
    """What it is for, in words."""
    purposes: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    notice_url: str | None = None
    """Where its vendor says what it collects."""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class NamedThing:
    """What a person calls a purpose or a packer."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class NamedClause:
    """A clause with its wording where that was verified, and with what it asks in our words."""

    id: str
    law: str
    item: str
    quote: str | None
    gist: str


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule of the profile."""

    id: str
    title: str
    severity: Severity
    """The most that it may be."""
    clauses: tuple[str, ...]
    remedy: str
    """What to do about all of its findings; what each is about stands in the finding."""
    notices: tuple[str, ...]
    """Phrases of regulators' public notices, as ``authority: phrase``."""
    applied: bool
    """False if it had nothing to judge, as without a policy."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Names, in the report's language, of the ids that occur in it; each sorted by id."""

    data_types: tuple[NamedDataType, ...] = ()
    permissions: tuple[NamedPermission, ...] = ()
    sdks: tuple[NamedSdk, ...] = ()
    purposes: tuple[NamedThing, ...] = ()
    packers: tuple[NamedThing, ...] = ()
    clauses: tuple[NamedClause, ...] = ()
    rules: tuple[NamedRule, ...] = ()
    """All of the profile, those that found nothing too."""


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
class Tool:
    """The tool and the tables that made a report."""

    name: str
    version: str
    mappings_digest: str


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
