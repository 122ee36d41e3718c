"""The rows of the mapping tables: one class a table, one field a key of its JSON objects.

These classes *are* the schema: the loader checks every row against them, and a key that is not
here is a mistake. Every row has ``source``, ids of ``sources.json``, and ``example``, which its own
row must match and which ``apkcheck mappings lint`` tries.

They are named tuples because thousands of rows are made each time that the program starts: a frozen
data class costs five times as much to define, and more than that to make.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from apkcheck.terms import Confidence, Platform, Severity

Sensitivity = Literal["sensitive", "general", "contextual"]


class Source(NamedTuple):
    """Where facts come from (``sources.json``)."""

    id: str
    title: str
    """What it is."""
    origin: str
    """Address or bibliographic reference of the source."""
    licence: str
    """Licence of the source, or why facts may be taken from it."""
    date: str
    """ISO date on which it was read or published."""
    evidence: Literal["notice", "list", "code"] | None = None
    """What it is to the row of an SDK: the vendor's own word, a list of somebody else, or code. A
    row is verified by its vendor's notice, by two lists that do not rest on each other, or by
    code."""
    counts_with: str | None = None
    """A list that it was made from or into: both count as one."""
    note: str | None = None


class DataType(NamedTuple):
    """A kind of personal information (``data_types.json``)."""

    id: str
    zh: str
    en: str
    kind: Literal["leaf", "umbrella"]
    """``umbrella``: a word for several kinds, which discloses none of them by name."""
    parent: str | None
    """The umbrella above it, which strictly covers it: whoever speaks of the umbrella speaks of it
    too, though not by name, so that a claim covers it as ``umbrella``."""
    sensitivity: Sensitivity
    """``sensitive``: listed by PIPL art. 28; ``contextual``: depends on use; else ``general``."""
    forms: tuple[str, ...]
    """The ways policies write it. ASCII forms match whole words only; case is ignored."""
    source: tuple[str, ...]
    example: str
    platform: Platform = Platform.ANY
    """Where it exists."""
    arises_in_app: bool = False
    """Also typed in by users or made by using the app: no call needs to read it."""
    origins: tuple[str, ...] = ()
    """How it may come without a call that reads it: ``typed-in`` by users, ``uploaded`` in their
    files, worked out by a ``server``, or told by the ``web`` page that the app shows."""
    guarded_forms: tuple[str, ...] = ()
    """Forms that mean it only inside an enumeration of identifiers or data (``MAC``, ``GPS``)."""
    forms_en: tuple[str, ...] = ()
    """The ways English policies write it; looked for in English policies alone."""
    partly_under: tuple[str, ...] = ()
    """Words of other kinds that may mean it but need not (设备信息 for 应用列表): a claim about
    them does not cover it, but makes a finding that it is not declared less sure."""
    standards: tuple[str, ...] = ()
    """Where a national standard lists it as sensitive, as ``source: clause``."""
    note: str | None = None


class Permission(NamedTuple):
    """An Android permission (``permissions.json``)."""

    id: str
    """Full name: ``android.permission.CAMERA``."""
    zh: str
    en: str
    protection: Literal["dangerous", "normal", "signature", "internal", "unknown"]
    """Base word of the protection level; ``unknown`` if no platform defines the permission."""
    source: tuple[str, ...]
    example: str
    """A sentence of a policy that names it as a permission."""
    special: bool = False
    """Granted by the user on a settings page of its own (appop) rather than by a dialog."""
    regulated: bool = False
    """Treated by Chinese regulators as a privacy permission though the platform just grants it."""
    group: str | None = None
    """Runtime group without its prefix: ``LOCATION``."""
    data_types: tuple[str, ...] = ()
    """What holding it opens."""
    since: int | None = None
    """First API level that knows it; None if it is not the platform's."""
    until: int | None = None
    """Last API level at which it opens anything; None if it still does."""
    purposes: tuple[str, ...] = ()
    """Typical purposes (``purposes.json``), for drafts; not a justification."""
    without: bool = False
    """The same can be had without it, through another app or a screen of the system."""
    note: str | None = None


class PermissionLabel(NamedTuple):
    """Words by which policies name permissions, and what they cover (permission_labels.json)."""

    id: str
    zh: str
    nouns: tuple[str, ...]
    """Head nouns: they name a permission before 权限 (摄像头、麦克风权限) or after 访问, 开启 …"""
    covers: tuple[str, ...]
    """Permissions that the label discloses explicitly."""
    source: tuple[str, ...]
    example: str
    names: tuple[str, ...] = ()
    """Names that stand alone, without the word 权限 (允许安装未知应用)."""
    nouns_en: tuple[str, ...] = ()
    """Head nouns of English policies, looked for in them alone: camera permission."""
    ambiguous: tuple[str, ...] = ()
    """Permissions that the label may mean but does not say."""
    note: str | None = None


class Api(NamedTuple):
    """A sensitive method, field, content URI, settings key, property or reflective name.

    The kind follows from the form of the id (``apis.json``): ``content://…`` a content URI,
    ``settings:<namespace>:<key>``, ``property:<key>``, ``reflection:<method>``,
    ``service:<name>``, otherwise ``<class>.<member>`` with the Java name of the class.
    """

    id: str
    kind: Literal["method", "field", "uri", "settings", "property", "reflection", "service"]
    """What it is; follows from the form of the id."""
    data_type: str
    """What whoever uses it can read."""
    source: tuple[str, ...]
    example: str
    """As a disassembler writes it: ``Landroid/os/Build;->getSerial()Ljava/lang/String;``."""
    fields: tuple[str, ...] = ()
    """Of a URI: the constants that hold it (``android.provider.CallLog$Calls.CONTENT_URI``)."""
    classes: tuple[str, ...] = ()
    """Of a method or field: further classes that declare the same (support, vendor copies)."""
    permissions: tuple[str, ...] = ()
    """Permissions any of which it needs; none if it needs none."""
    since: int | None = None
    """First API level that has it; None if that is older than 21 or it is not the platform's."""
    until: int | None = None
    """Last API level at which an ordinary app gets the data; None if it still does."""
    note: str | None = None


class Notice(NamedTuple):
    """The vendor's own notice of what its SDK collects."""

    title: str
    """As it calls itself."""
    date: str | None = None
    """ISO date on which it was last changed, if it says so."""
    url: str | None = None
    """Where it stands or stood."""
    collects_nothing: bool = False
    """It says that the SDK collects no personal information."""


class Sdk(NamedTuple):
    """A third-party SDK (``sdks.json``)."""

    id: str
    """``<vendor>-<product>`` in lower-case ASCII."""
    name: str
    vendor: str
    """The vendor's legal name."""
    names: tuple[str, ...]
    """Names of the product as policies write them."""
    category: str
    """Id of a row of ``sdk_categories.json``."""
    verified: bool
    """The facts agree in the vendor's notice, in two independent lists, or in real code; lint asks
    for sources of that kind."""
    source: tuple[str, ...]
    example: str
    """A class of it, in full; ``package.*`` where no class is known by name; where no package is
    known, a text that names it."""
    packages: tuple[str, ...] = ()
    """Dotted package prefixes, no trailing dot; the longest defined prefix wins over all SDKs."""
    untraced: str | None = None
    """Only where no package or other trace in an app is known: why. Policies that name it are
    understood; whether an app holds it cannot be told, so it is never over-declared."""
    vendor_names: tuple[str, ...] = ()
    """Names of the vendor or its brand: they name this SDK only where nothing nearer does. So does
    ``vendor``, unless the row is ``untraced``: a bank is not its SDK for payments."""
    inside: tuple[str, ...] = ()
    """SDKs below whose packages some of its packages lie: it is a part with a row of its own."""
    components: tuple[str, ...] = ()
    """Names of components that its manifest declares."""
    native: tuple[str, ...] = ()
    """File names of native libraries: ``libBaiduMapSDK_base.so``; ``*`` matches a version."""
    metadata: tuple[str, ...] = ()
    """Names of ``meta-data`` that apps declare for it."""
    authorities: tuple[str, ...] = ()
    """Authorities of its content providers, or parts of them."""
    actions: tuple[str, ...] = ()
    """Actions of intents of its own."""
    assets: tuple[str, ...] = ()
    """Paths of files that it brings."""
    domains: tuple[str, ...] = ()
    """Hosts that it speaks to."""
    purposes: tuple[str, ...] = ()
    """What it is used for, as notices and lists say."""
    data_types: tuple[str, ...] = ()
    """What the vendor's notice or the published lists of apps say that it collects."""
    permissions: tuple[str, ...] = ()
    """Permissions that its notice or manifest asks for."""
    notice: Notice | None = None
    """Where the vendor itself says what it collects."""
    versions: tuple[str, ...] = ()
    """Where it says its version; the first that is there counts: ``com.acme.Sdk.VERSION``, a
    constant, ``META-INF/acme.version``, a file, or ``acme.properties#version``, a key in a file.
    Words in front of the number are left out."""
    note: str | None = None

    @property
    def all_vendor_names(self) -> tuple[str, ...]:
        """All names of the vendor that can name the SDK."""
        return self.vendor_names if self.untraced else (*self.vendor_names, self.vendor)


class SdkCategory(NamedTuple):
    """What an SDK is for (``sdk_categories.json``)."""

    id: str
    zh: str
    en: str
    purposes: tuple[str, ...]
    """Purposes that fit the category."""
    source: tuple[str, ...]
    example: str
    """An SDK of it."""
    without_code: tuple[str, ...] = ()
    """How such a service may be used without its SDK in this package: by ``web-service`` in a page,
    by the app's ``server-service``, or only in a ``channel-build`` for one store or brand."""
    cues: tuple[str, ...] = ()
    """Words that mean a vendor's SDK of it behind the vendor's name: 推送 in 阿里云推送. A word may
    be one of several categories (登录). None that only some SDKs of it answer to: a vendor's SDK
    for faces is not its SDK for texts (OCR)."""


class Library(NamedTuple):
    """A building block of the platform or of open source (``libraries.json``)."""

    id: str
    name: str
    packages: tuple[str, ...]
    """Dotted package prefixes, no trailing dot."""
    source: tuple[str, ...]
    example: str
    names: tuple[str, ...] = ()
    """Names by which policies list it among SDKs, if more than ``name``: it is no recipient."""
    note: str | None = None


class Packer(NamedTuple):
    """A product that packs apps (加固), so that their code cannot be read (``packers.json``)."""

    id: str
    name: str
    source: tuple[str, ...]
    example: str
    """A stub class of it, or else a file in the archive, which no other packer has."""
    vendor: str | None = None
    """The vendor's legal name."""
    classes: tuple[str, ...] = ()
    """Its stub classes: names, or package prefixes of them; ``*`` matches anything."""
    native: tuple[str, ...] = ()
    """File names of its native libraries, which lie in ``lib/`` or ``assets/``; ``*`` as above."""
    assets: tuple[str, ...] = ()
    """Paths of its other files, below ``assets/`` or in the archive's root; ``*`` as above."""
    note: str | None = None


class Purpose(NamedTuple):
    """A purpose of processing (``purposes.json``)."""

    id: str
    zh: str
    en: str
    cues: tuple[str, ...]
    """Words of a sentence that tell it."""
    source: tuple[str, ...]
    example: str
    weak: bool = False
    """Too general to stand alone (改善产品)."""


class Word(NamedTuple):
    """Words of policies that decide how a sentence is read (``words/<language>.json``)."""

    id: str
    kind: str
    """What the words do: ``verb-collect``, ``denial``, ``heading-rights`` …"""
    source: tuple[str, ...]
    example: str
    forms: tuple[str, ...] = ()
    """Words and turns, in any case."""
    patterns: tuple[str, ...] = ()
    """Regular expressions, where words alone do not do."""
    note: str | None = None


class Clause(NamedTuple):
    """A clause of law or guidance (``clauses.json``)."""

    id: str
    law: str
    """Full title with its official number."""
    item: str
    """第二条第1项."""
    gist: str
    """What it asks, in our own words."""
    gist_en: str
    """The same in English."""
    verified: bool
    """The wording was compared with a faithful copy; only then may it be quoted."""
    source: tuple[str, ...]
    example: str
    """A rule that cites it."""
    text: str | None = None
    """Its wording, only where that was verified."""


class AppType(NamedTuple):
    """One of the 39 types of apps whose necessary information is regulated (app_types.json)."""

    id: str
    """``T01`` to ``T39``, in the order of the regulation."""
    zh: str
    en: str
    item: str
    """Where the regulation has it: 第五条（一）."""
    service: str
    """The basic service, in the words of the regulation."""
    service_en: str
    """The same in English: a translation of our own."""
    verified: bool
    """``service`` and ``necessary`` were compared with a faithful copy of the regulation."""
    source: tuple[str, ...]
    example: str
    """A sentence that names the type and its basic service."""
    necessary: tuple[str, ...] = ()
    """The necessary information, in the words of the regulation; none where none is needed."""
    data_types: tuple[str, ...] = ()
    """What these words mean in ``data_types.json``: apkcheck's own reading."""
    permissions: tuple[str, ...] = ()
    """Permissions that the basic service may justify. The regulation speaks of information and
    never of permissions: this is apkcheck's own inference, and must be said to be."""
    note: str | None = None


class RuleText(NamedTuple):
    """What a profile says about a rule (``profiles/<profile>.json``)."""

    id: str
    title_zh: str
    """What is wrong, in a few words."""
    title_en: str
    """The same in English."""
    severity: Severity
    """The ceiling: strength and grade may lower it."""
    confidence: Confidence
    """How sure a finding is to which no doubt applies."""
    clauses: tuple[str, ...]
    """The clauses that a finding cites."""
    remedy_zh: str
    """May hold the placeholders that every rule fills: ``{name}``, ``{id}``, ``{packages}``,
    ``{vendor}``, ``{quote}``, ``{document}`` and ``{data}``."""
    remedy_en: str
    """The same in English."""
    source: tuple[str, ...]
    example: str
    """A situation in which the rule speaks."""
    severity_lowered: tuple[str, ...] = ()
    """What lowers the ceiling, as ``doubt: severity``; the doubts are those of ``terms.Doubt``."""
    confidence_lowered: tuple[str, ...] = ()
    """What makes a finding less sure, as ``doubt: confidence``; the lowest that applies counts."""
    notices: tuple[str, ...] = ()
    """Phrases of regulators' public notices, as ``authority: phrase``."""
    advice_zh: str | None = None
    """The remedy for several findings at once and for ``explain``: without placeholders, and with
    all that the remedy says. Only where the remedy has placeholders."""
    advice_en: str | None = None
    """The same in English."""
    why_zh: str | None = None
    """Why it matters, with the clauses that say so."""
    why_en: str | None = None
    """The same in English."""
    finds_zh: str | None = None
    """What the rule finds and how severe that is; other rules by their ids in back quotes. Told in
    one profile for all."""
    finds_en: str | None = None
    """The same in English."""
    limits_zh: str | None = None
    """What it cannot know. Told in one profile for all."""
    limits_en: str | None = None
    """The same in English."""
    example_en: str | None = None
    """The example in English. Told in one profile for all."""

    def advice(self, lang: str) -> str:
        """What to do, of no finding in particular."""
        if lang == "zh":
            return self.advice_zh or self.remedy_zh
        return self.advice_en or self.remedy_en


class DataSafety(NamedTuple):
    """A type of data or a purpose of Google Play's Data safety form (``data_safety.json``)."""

    id: str
    """As the form's export writes it: ``PSL_DEVICE_ID``."""
    kind: Literal["type", "purpose"]
    """What is chosen: that data of a type is collected or shared, or what it is used for."""
    en: str
    source: tuple[str, ...]
    example: str
    """A line of an export that chooses it."""
    category: str | None = None
    """Of a type: the question that it answers."""
    data_types: tuple[str, ...] = ()
    """Of a type: what it means in ``data_types.json``."""
    purposes: tuple[str, ...] = ()
    """Of a purpose: what it means in ``purposes.json``."""


class ManualCheck(NamedTuple):
    """What a person has to look at, because no file tells it (``manual_checks.json``)."""

    id: str
    title_zh: str
    """What is to be looked at, in a few words."""
    title_en: str
    """The same in English."""
    look_zh: str
    """How to look, and what would be wrong."""
    look_en: str
    """The same in English."""
    clauses: tuple[str, ...]
    """The clauses that ask for it."""
    profiles: tuple[str, ...]
    """The profiles whose reports list it."""
    source: tuple[str, ...]
    example: str
    """What somebody who looked found."""


class ChecklistEntry(NamedTuple):
    """How an item of the regulator's checklist is judged (``checklist.json``)."""

    id: str
    """Id of its clause, in the order of the regulation."""
    profile: str
    """The profile whose report has it."""
    source: tuple[str, ...]
    example: str
    """A situation in which it is not met."""
    violated_by: tuple[str, ...] = ()
    """Rules whose findings, if more than ``info``, show that it is not met (不符合)."""
    hinted_by: tuple[str, ...] = ()
    """Rules whose findings a person who looks at it should start from."""
    proved_by: tuple[str, ...] = ()
    """Subjects of claims that prove it met (符合) where the policy's text alone can."""
    stated_by: tuple[str, ...] = ()
    """Subjects of claims of the policy that a person should try out in the app."""
    needs_runtime_permission: bool = False
    """Not applicable (不适用) to an app that asks for no permission by dialog."""
    starts: bool = False
    """It is about what happens before consent: calls that are reached at start, and the findings
    that rest on them, are where a person should start."""
    manual: tuple[str, ...] = ()
    """What a person has to look at: ids of ``manual_checks.json``."""


class Message(NamedTuple):
    """A sentence or label that people read, in both languages (``messages.json``)."""

    id: str
    zh: str
    en: str
