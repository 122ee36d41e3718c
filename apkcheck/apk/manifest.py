"""AndroidManifest.xml as Android reads it (AOSP ``ParsingPackageUtils``), without judging it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from apkcheck.apk.binaryxml import (
    FIRST_INTEGER,
    LAST_INTEGER,
    TYPE_BOOLEAN,
    TYPE_DYNAMIC_REFERENCE,
    TYPE_REFERENCE,
    TYPE_STRING,
    Attribute,
    Element,
)
from apkcheck.model import Component, DefinedPermission, Query

# Resource ids of the attributes: AOSP core/res/res/values/public-final.xml.
_LABEL = 0x01010001
_NAME = 0x01010003
_PERMISSION = 0x01010006
_PROTECTION_LEVEL = 0x01010009
_PERMISSION_GROUP = 0x0101000A
_HAS_CODE = 0x0101000C
_ENABLED = 0x0101000E
_EXPORTED = 0x01010010
_PROCESS = 0x01010011
_AUTHORITIES = 0x01010018
_VALUE = 0x01010024
_MIME_TYPE = 0x01010026
_SCHEME = 0x01010027
_HOST = 0x01010028
_MIN_SDK = 0x0101020C
_VERSION_CODE = 0x0101021B
_VERSION_NAME = 0x0101021C
_TARGET_SDK = 0x01010270
_MAX_SDK = 0x01010271
_BACKUP_AGENT = 0x0101027F
_VERSION_CODE_MAJOR = 0x01010576
_COMPONENT_FACTORY = 0x0101057A
_FOREGROUND_TYPE = 0x01010599
_USES_PERMISSION_FLAGS = 0x01010644

_FLAG_NAMES = ((0x00010000, "neverForLocation"),)
_COMPONENTS = ("activity", "activity-alias", "service", "receiver", "provider")
_PERMISSION_SOURCES = {
    "uses-permission": "manifest",
    "uses-permission-sdk-23": "sdk-23",
    "uses-permission-sdk-m": "sdk-m",
}
_DEFINITIONS = ("permission", "permission-group", "permission-tree")
_PROTECTIONS = ("normal", "dangerous", "signature", "signature", "internal")
"""By the base of a level: 3 is the old ``signatureOrSystem``. AOSP ``PermissionInfo``."""
_FOREGROUND_TYPES = {
    0: "dataSync",
    1: "mediaPlayback",
    2: "phoneCall",
    3: "location",
    4: "connectedDevice",
    5: "mediaProjection",
    6: "camera",
    7: "microphone",
    8: "health",
    9: "remoteMessaging",
    10: "systemExempted",
    11: "shortService",
    12: "fileManagement",
    13: "mediaProcessing",
    30: "specialUse",
}
"""By bit. AOSP ``ServiceInfo``."""
_LATER_COMPONENTS = ("activity", "service", "receiver")
_AT_START, _LATER = 1, 3
"""Ranks of entries."""
_MAIN, _LAUNCHER = "android.intent.action.MAIN", "android.intent.category.LAUNCHER"
_PROVIDERS_EXPORTED_BELOW = 17
_MOST_AUTHORITIES = 64
"""Of one provider."""

ResolveText = Callable[[int], "str | None"]
ResolveNumber = Callable[[int], "int | None"]
Listed = TypeVar("Listed")


class ManifestError(Exception):
    """Says why Android could not use the manifest."""


@dataclass(frozen=True, slots=True)
class Request:
    """One ``uses-permission`` element."""

    name: str
    source: str
    max_sdk: int | None
    flags: tuple[str, ...]
    implied_by: str | None = None
    """The permission that brings it along, if the element does not stand in the manifest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A class that Android creates because the manifest names it."""

    rank: int
    """0 the Application class, 1 what else starts by itself, 2 other providers, 3 all others."""
    name: str
    """The class, with dots."""
    named: tuple[str, ...] = ()
    """Keys and values of its metadata, which may be names of classes."""

    @property
    def at_start(self) -> bool:
        """It runs whenever the app is started, before anything is shown."""
        return self.rank <= _AT_START


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest says, with class names in full and references resolved."""

    package: str
    split: str | None
    """The name of the split, if this is the manifest of one."""
    label: str | None
    version_name: str | None
    version_code: int | None
    min_sdk: int | None
    target_sdk: int | None
    """What Android takes: ``min_sdk`` where no target is given."""
    has_code: bool
    application: str | None
    """The Application class, if the app has one of its own."""
    launchers: tuple[str, ...]
    """Classes that the launcher starts."""
    requests: tuple[Request, ...]
    components: tuple[Component, ...]
    metadata: tuple[str, ...]
    """Keys, as often as they stand there."""
    defined: tuple[DefinedPermission, ...] = ()
    queries: tuple[Query, ...] = ()
    foreground: tuple[tuple[str, str], ...] = ()
    """Services with each type of what they do in the foreground."""
    entries: tuple[Entry, ...] = ()
    """By rank, and those of one rank by name."""
    named: tuple[str, ...] = ()
    """Keys and values of the application's own metadata."""


@dataclass(frozen=True, slots=True)
class References:
    """How references to resources are resolved."""

    text: ResolveText
    number: ResolveNumber


def split_name(root: Element) -> str | None:
    """The name of the split whose manifest this is; None for a base APK."""
    return root.plain("split") or None


def with_splits(base: Manifest, splits: Iterable[Manifest]) -> Manifest:
    """The manifest of an app that is installed with splits: what any of them declares."""
    merged = base
    for split in splits:
        known = {(component.kind, component.name) for component in merged.components}
        merged = replace(
            merged,
            has_code=merged.has_code or split.has_code,
            launchers=tuple(dict.fromkeys((*merged.launchers, *split.launchers))),
            requests=(*merged.requests, *split.requests),
            components=(
                *merged.components,
                *(c for c in split.components if (c.kind, c.name) not in known),
            ),
            metadata=(*merged.metadata, *split.metadata),
            defined=_each_once((*merged.defined, *split.defined)),
            queries=_each_once((*merged.queries, *split.queries)),
            foreground=_each_once((*merged.foreground, *split.foreground)),
            entries=_ranked((*merged.entries, *split.entries)),
            named=(*merged.named, *split.named),
        )
    return merged


def _each_once(values: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(dict.fromkeys(values))


def _ranked(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each class once, as what it is created first."""
    first: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.rank, entry.name)):
        first.setdefault(entry.name, entry)
    return tuple(first.values())


def read_manifest(root: Element, references: References) -> Manifest:
    """Reads the root element.

    Raises:
        ManifestError: if it is not a manifest or names no package.
    """
    return _Reader(root, references).manifest()


class _Reader:
    def __init__(self, root: Element, references: References) -> None:
        self._root = root
        self._references = references
        self._package = root.plain("package") or ""
        if root.name != "manifest" or not self._package:
            raise ManifestError("it has no manifest element with a package name")
        applications = root.all("application")
        self._application = applications[0] if applications else Element("application", (), ())
        self._min_sdk, self._target_sdk = self._sdk_levels()

    def manifest(self) -> Manifest:
        application = self._application
        return Manifest(
            package=self._package,
            split=split_name(self._root),
            label=self._text(application, _LABEL),
            version_name=self._text(self._root, _VERSION_NAME),
            version_code=self._version_code(),
            min_sdk=self._min_sdk,
            target_sdk=self._target_sdk,
            has_code=self._flag(application, _HAS_CODE) is not False,
            application=self._class_name(self._text(application, _NAME)),
            launchers=tuple(self._launchers()),
            requests=tuple(self._requests()),
            components=tuple(self._components()),
            metadata=tuple(self._metadata()),
            defined=_each_once(self._defined()),
            queries=_each_once(self._queries()),
            foreground=_each_once(self._foreground()),
            entries=_ranked(self._entries()),
            named=tuple(self._data_of(application)),
        )

    def _sdk_levels(self) -> tuple[int | None, int | None]:
        lowest = target = None
        for element in self._root.all("uses-sdk"):
            lowest = self._number(element, _MIN_SDK)
            target = self._number(element, _TARGET_SDK)
        return lowest, lowest if target is None else target

    def _version_code(self) -> int | None:
        code = self._number(self._root, _VERSION_CODE)
        major = self._number(self._root, _VERSION_CODE_MAJOR) or 0
        return None if code is None else major << 32 | code & 0xFFFFFFFF

    def _requests(self) -> Iterator[Request]:
        """Only elements right below the root count, and only names that are written out."""
        for element in self._root.all(*_PERMISSION_SOURCES):
            name = element.attribute(_NAME)
            if name is None or not name.text:
                continue
            flags = self._number(element, _USES_PERMISSION_FLAGS) or 0
            yield Request(
                name=name.text,
                source=_PERMISSION_SOURCES[element.name],
                max_sdk=self._number(element, _MAX_SDK) or None,
                flags=tuple(word for bit, word in _FLAG_NAMES if flags & bit),
            )

    def _defined(self) -> Iterator[DefinedPermission]:
        for element in self._root.all(*_DEFINITIONS):
            name = self._text(element, _NAME)
            if name is None:
                continue
            level = (self._number(element, _PROTECTION_LEVEL) or 0) & 0xF
            known = element.name == "permission" and level < len(_PROTECTIONS)
            yield DefinedPermission(
                kind=element.name,
                name=name,
                protection=_PROTECTIONS[level] if known else None,
                group=self._text(element, _PERMISSION_GROUP),
            )

    def _queries(self) -> Iterator[Query]:
        for queries in self._root.all("queries"):
            for element in queries.all("package"):
                name = self._text(element, _NAME)
                if name is not None:
                    yield Query("package", name)
            for element in queries.all("intent"):
                yield Query("intent", self._intent(element))
            for element in queries.all("provider"):
                for name in self._authorities(element):
                    yield Query("provider", name)

    def _intent(self, element: Element) -> str:
        """An intent as its action, address and type, as far as it names them."""
        words = sorted(self._named((element,), "action"))
        for data in element.all("data"):
            scheme, host = self._text(data, _SCHEME), self._text(data, _HOST)
            if scheme is not None or host is not None:
                words.append(f"{scheme or '*'}://{host or ''}")
            words += [kind for kind in [self._text(data, _MIME_TYPE)] if kind is not None]
        return " ".join(words) or "*"

    def _foreground(self) -> Iterator[tuple[str, str]]:
        for element in self._application.all("service"):
            name = self._class_name(self._text(element, _NAME))
            types = self._number(element, _FOREGROUND_TYPE) or 0
            for bit, word in _FOREGROUND_TYPES.items():
                if name is not None and types & 1 << bit:
                    yield name, word

    def _components(self) -> Iterator[Component]:
        for element in self._application.all(*_COMPONENTS):
            name = self._class_name(self._text(element, _NAME))
            if name is None:
                continue
            actions = self._named(element.all("intent-filter"), "action")
            yield Component(
                kind=element.name,
                name=name,
                exported=self._exported(element),
                process=self._process(element),
                permission=self._text(element, _PERMISSION)
                or self._text(self._application, _PERMISSION),
                authorities=self._authorities(element),
                actions=tuple(sorted(actions)),
            )

    def _exported(self, element: Element) -> bool:
        stated = self._flag(element, _EXPORTED)
        if stated is not None:
            return stated
        if element.name == "provider":
            return (self._target_sdk or 1) < _PROVIDERS_EXPORTED_BELOW
        return bool(element.all("intent-filter"))

    def _process(self, element: Element) -> str | None:
        name = self._text(element, _PROCESS) or self._text(self._application, _PROCESS)
        return self._package + name if name and name.startswith(":") else name

    def _authorities(self, element: Element) -> tuple[str, ...]:
        joined = self._text(element, _AUTHORITIES) or ""
        names = joined.split(";", _MOST_AUTHORITIES)[:_MOST_AUTHORITIES]
        return tuple(sorted({name for name in names if name}))

    def _launchers(self) -> Iterator[str]:
        for element in self._application.all("activity"):
            for intents in element.all("intent-filter"):
                starts = _MAIN in self._named((intents,), "action")
                if starts and _LAUNCHER in self._named((intents,), "category"):
                    name = self._class_name(self._text(element, _NAME))
                    if name is not None:
                        yield name

    def _metadata(self) -> Iterator[str]:
        for element in (self._application, *self._application.all(*_COMPONENTS)):
            for data in element.all("meta-data"):
                name = self._text(data, _NAME)
                if name is not None:
                    yield name

    def _entries(self) -> Iterator[Entry]:
        """What Android creates by name; the application's own metadata is everybody's."""
        for rank, element, name in self._started():
            shared = element is self._application
            yield Entry(rank, name, () if shared else tuple(self._data_of(element)))

    def _started(self) -> Iterator[tuple[int, Element, str]]:
        application = self._application
        named = [
            (0, application, _NAME),
            (_AT_START, application, _COMPONENT_FACTORY),
            (_LATER, application, _BACKUP_AGENT),
        ]
        named += [(_LATER, element, _NAME) for element in self._root.all("instrumentation")]
        named += [(_LATER, element, _NAME) for element in application.all(*_LATER_COMPONENTS)]
        for element in application.all("provider"):
            named.append((_AT_START + (not self._starts_itself(element)), element, _NAME))
        for rank, element, attribute in named:
            name = self._class_name(self._text(element, attribute))
            if name is not None:
                yield rank, element, name

    def _starts_itself(self, provider: Element) -> bool:
        """Android creates the providers of a process when it starts it."""
        process = self._process(provider)
        main = self._text(self._application, _PROCESS)
        if main is not None and main.startswith(":"):
            main = self._package + main
        own = process in (None, main, self._package if main is None else main)
        return own and self._flag(provider, _ENABLED) is not False

    def _data_of(self, element: Element) -> Iterator[str]:
        for data in element.all("meta-data"):
            for attribute in (_NAME, _VALUE):
                text = self._text(data, attribute)
                if text is not None:
                    yield text

    def _named(self, parents: tuple[Element, ...], tag: str) -> set[str]:
        names = (self._text(child, _NAME) for parent in parents for child in parent.all(tag))
        return {name for name in names if name is not None}

    def _class_name(self, name: str | None) -> str | None:
        if name is None:
            return None
        if name.startswith("."):
            return self._package + name
        return name if "." in name else f"{self._package}.{name}"

    def _text(self, element: Element, resource_id: int) -> str | None:
        attribute = element.attribute(resource_id)
        if attribute is None:
            return None
        if attribute.type == TYPE_STRING:
            return attribute.text or None
        if attribute.type in (TYPE_REFERENCE, TYPE_DYNAMIC_REFERENCE):
            return self._references.text(attribute.data) or None
        number = self._integer(attribute)
        return None if number is None else str(number)

    def _number(self, element: Element, resource_id: int) -> int | None:
        attribute = element.attribute(resource_id)
        return None if attribute is None else self._integer(attribute)

    def _integer(self, attribute: Attribute) -> int | None:
        if FIRST_INTEGER <= attribute.type <= LAST_INTEGER:
            return attribute.data
        if attribute.type in (TYPE_REFERENCE, TYPE_DYNAMIC_REFERENCE):
            return self._references.number(attribute.data)
        text = attribute.text or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def _flag(self, element: Element, resource_id: int) -> bool | None:
        attribute = element.attribute(resource_id)
        if attribute is None:
            return None
        if attribute.type == TYPE_STRING:
            return {"true": True, "1": True, "false": False, "0": False}.get(attribute.text or "")
        if attribute.type == TYPE_BOOLEAN or FIRST_INTEGER <= attribute.type <= LAST_INTEGER:
            return attribute.data != 0
        if attribute.type == TYPE_REFERENCE:
            number = self._references.number(attribute.data)
            return None if number is None else number != 0
        return None
