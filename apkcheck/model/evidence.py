"""Evidence: what the app can do."""

from __future__ import annotations

from dataclasses import dataclass


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
    special: bool = False
    """Whether it is special access, which users grant on a page of the settings."""


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
