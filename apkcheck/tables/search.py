"""Finds rows by what a person knows of them: an id, a name, a class, a word of a policy."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from apkcheck.tables.index import Tables
from apkcheck.tables.references import REFERENCES, indexes_of
from apkcheck.text import fold

UNSEARCHED = frozenset({"messages"})
"""Tables that say nothing about the world."""

_PROSE = frozenset({"gist", "gist_en", "text", "remedy_zh", "remedy_en", "look_zh", "look_en"})
_SKIPPED = frozenset({"example", "source", "note"})
_OWNING = frozenset({"sdks", "libraries"})
_TRACES = frozenset({"native", "assets", "classes", "components", "authorities"})
_FIRST = ("data_types", "permissions", "sdks", "apis", "libraries", "packers")
"""The tables that people ask for most, in this order."""
_SIDE = frozenset({"vendor_names", "cues"})
"""Fields by which a row may be meant, but another more likely is."""
_DISASSEMBLED = re.compile(r"^L([\w/$-]+);(?:->([\w$<>-]+).*)?$")


class Match(IntEnum):
    """How well a value fits what was asked, best first."""

    EXACT = 0
    """The value, or the last part of a dotted name, is what was asked."""
    OWNER = 1
    """A package prefix that the class or package asked for belongs to."""
    BEGINS = 2
    """The value begins with what was asked."""
    HOLDS = 3
    """What was asked stands in the value."""
    REFERS = 4
    """The row names a row whose id holds what was asked."""
    PROSE = 5
    """What was asked stands in a sentence about it."""


class Hit(NamedTuple):
    """A row that was found, and by what."""

    match: Match
    table: str
    row: Any
    field: str
    value: str

    @property
    def order(self) -> tuple[int, bool, bool, bool, int, str]:
        """What people mean first: a thing by its own name before what only touches it."""
        table = self.table.partition("/")[0]
        tail = self.table == "apis" and self.match is Match.EXACT
        return (
            self.match,
            self.field in _SIDE or tail,
            self.field != "id",
            not fold(getattr(self.row, "name", "")).startswith(fold(self.value)),
            _FIRST.index(table) if table in _FIRST else len(_FIRST),
            self.row.id,
        )


def search(tables: Tables, text: str) -> tuple[Hit, ...]:
    """Every row that a text may mean, the best first; one hit a row.

    A class or package name finds the SDK or library that owns it; a short name finds the permission
    (``READ_PHONE_STATE``) or method (``getDeviceId``); case, full width and blanks do not count.
    """
    asked = fold(_plain(text))
    if not asked:
        return ()
    hits = [
        best
        for table, index in indexes_of(tables)
        if table not in UNSEARCHED
        for row in index.values()
        if (best := min(_hits(table, row, asked), default=None, key=lambda hit: hit.order))
    ]
    longest = max((len(hit.value) for hit in hits if hit.match is Match.OWNER), default=0)
    return tuple(
        sorted(
            (h for h in hits if h.match is not Match.OWNER or len(h.value) == longest),
            key=lambda hit: hit.order,
        )
    )


def rows_named(tables: Tables, name: str) -> tuple[tuple[str, Any], ...]:
    """The rows of any table whose id this is; permissions also by their short name."""
    asked = fold(name)
    return tuple(
        (table, row)
        for table, index in indexes_of(tables)
        for row in index.values()
        if asked in (fold(row.id), *((_tail(fold(row.id)),) if table == "permissions" else ()))
    )


def filled_fields(row: Any) -> Mapping[str, Any]:
    """What a row says beyond the defaults of its class, in the order of its fields."""
    defaults = row._field_defaults
    return {
        key: value
        for key, value in row._asdict().items()
        if key not in defaults or value != defaults[key]
    }


def _plain(text: str) -> str:
    """A class or member that was copied from a disassembly, as the tables write it."""
    match = _DISASSEMBLED.match(text.strip())
    if match is None:
        return text
    return ".".join(part.replace("/", ".") for part in match.groups() if part)


def _hits(table: str, row: Any, asked: str) -> Iterator[Hit]:
    for field, value in row._asdict().items():
        if field in _SKIPPED:
            continue
        for text in (value,) if isinstance(value, str) else _strings(value):
            match = _match(table, field, fold(text), asked)
            if match is not None:
                yield Hit(match, table, row, field, text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        yield from (part for part in value if isinstance(part, str))


def _match(table: str, field: str, value: str, asked: str) -> Match | None:
    if field in _PROSE:
        return Match.PROSE if asked in value else None
    if field != "id" and (table.partition("/")[0], field) in REFERENCES:
        return Match.REFERS if asked in value else None
    if asked == value or (field == "id" and asked == _tail(value)):
        return Match.EXACT
    if field in _TRACES and "*" in value and fnmatch.fnmatchcase(asked, value):
        return Match.EXACT
    if table in _OWNING and field == "packages" and asked.startswith(f"{value}."):
        return Match.OWNER
    if value.startswith(asked):
        return Match.BEGINS
    return Match.HOLDS if len(asked) > 1 and asked in value else None


def _tail(value: str) -> str:
    """The last part of a dotted name or of a key: ``read_phone_state``, ``android_id``."""
    return re.split(r"[.:]", value)[-1]
