"""What to look for in code: the rows of the API table, arranged by how code shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apkcheck.tables import Api

Member = tuple[str, str]
"""Descriptor of the declaring class, and name: overloads share one."""

_SETTINGS_CLASS = "Landroid/provider/Settings${};"


@dataclass(frozen=True, slots=True)
class Targets:
    """The ids of the table by what stands in a DEX file."""

    methods: Mapping[Member, str]
    fields: Mapping[Member, str]
    """Sensitive fields, and the constants that hold content URIs."""
    uris: tuple[str, ...]
    """Content URIs, longest first."""
    properties: Mapping[str, str]
    settings: Mapping[str, Mapping[str, str]]
    """By the descriptor of the settings class, then by key."""
    reflections: Mapping[str, str]
    services: Mapping[str, str]

    def uri(self, text: str) -> str | None:
        """The row of the content URI at the head of a string."""
        for uri in self.uris:
            if text == uri or (text.startswith(uri) and text[len(uri)] in "/?#"):
                return uri
        return None


def targets_of(apis: Iterable[Api]) -> Targets:
    """Arranges the rows of the API table."""
    rows = tuple(apis)
    members = {row.id: row for row in rows if row.kind in ("method", "field")}
    fields = {member(name): row.id for row in rows if row.kind == "uri" for name in row.fields}
    fields.update(_members(row for row in members.values() if row.kind == "field"))
    uris = [row.id for row in rows if row.kind == "uri"]
    return Targets(
        methods=_members(row for row in members.values() if row.kind == "method"),
        fields=fields,
        uris=tuple(sorted(uris, key=lambda uri: (-len(uri), uri))),
        properties=_by_last_part(rows, "property"),
        settings=_settings(row.id for row in rows if row.kind == "settings"),
        reflections=_by_last_part(rows, "reflection"),
        services=_by_last_part(rows, "service"),
    )


def member(name: str) -> Member:
    """``android.os.Build.SERIAL`` as descriptor and name."""
    owner, _, last = name.rpartition(".")
    return descriptor(owner), last


def descriptor(java_name: str) -> str:
    """``android.os.Build`` as ``Landroid/os/Build;``."""
    return f"L{java_name.replace('.', '/')};"


def _members(rows: Iterable[Api]) -> dict[Member, str]:
    found = {}
    for row in rows:
        owner, name = member(row.id)
        for other in (owner, *map(descriptor, row.classes)):
            found[other, name] = row.id
    return found


def _by_last_part(rows: Iterable[Api], kind: str) -> dict[str, str]:
    return {row.id.partition(":")[2]: row.id for row in rows if row.kind == kind}


def _settings(ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Every key by every namespace.

    Android moved keys from one namespace to another and still answers in the old one, so a key
    that the table knows in one namespace only is meant in the others too.
    """
    split = sorted((*row_id.split(":", 2)[1:], row_id) for row_id in ids)
    spaces = Counter(key for _, key, _ in split)
    everywhere = {key: row_id for _, key, row_id in split if spaces[key] == 1}
    settings = {}
    for namespace in ("secure", "system", "global"):
        own = {key: row_id for space, key, row_id in split if space == namespace}
        settings[_SETTINGS_CLASS.format(namespace.capitalize())] = everywhere | own
    return settings if split else {}
