"""Turns a JSON table into rows, strictly: every problem is collected with its file and line."""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

Row = TypeVar("Row")
Check = Callable[[object], "tuple[Any, str | None]"]
"""Gives the value to store, and what is wrong with it (None if nothing)."""

_TWICE = "\0twice"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keeps a key that stands twice in one object from passing silently."""
    row = dict(pairs)
    if len(row) != len(pairs):
        keys = [key for key, _ in pairs]
        row[_TWICE] = sorted({key for key in keys if keys.count(key) > 1})
    return row


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)
_SPACE = re.compile(r"[ \t\r\n]*")


class Placed(NamedTuple, Generic[Row]):
    """A row with the line of the file on which it begins."""

    row: Row
    line: int


class Problems:
    """Collects what is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, line: int, message: str) -> None:
        """Notes one problem."""
        self.found.append(f"{self.file}:{line}: {message}")


def decode_table(text: str, row_class: type[Row], problems: Problems) -> list[Placed[Row]]:
    """Reads a JSON array of objects as rows of ``row_class``.

    A row with a problem is left out; the problems say why. Broken JSON ends the reading.
    """
    rows: list[Placed[Row]] = []
    for start, line, value in _objects(text, problems):
        if not isinstance(value, dict):
            problems.add(line, "a row must be a JSON object")
            continue
        row = _decode_row(value, row_class, _Place(text, start, line), problems)
        if row is not None:
            rows.append(Placed(row, line))
    return rows


class _Place(NamedTuple):
    """Where a row begins, so that the line of one of its keys can be told when it is needed."""

    text: str
    start: int
    line: int

    def line_of(self, key: str) -> int:
        at = self.text.find(json.dumps(key, ensure_ascii=False), self.start)
        return self.line + self.text.count("\n", self.start, at) if at >= 0 else self.line


def _objects(text: str, problems: Problems) -> Iterator[tuple[int, int, object]]:
    """Yields each element of the array with its offset and line; decodes at C speed."""
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        problems.add(1, "a table must be a JSON array of rows")
        return
    at, counted, line = _skip(text, at + 1), 0, 1
    while text[at : at + 1] != "]":
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            problems.add(error.lineno, f"not valid JSON: {error.msg}")
            return
        yield at, line, value
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            problems.add(text.count("\n", 0, at) + 1, "expected ',' or ']' after a row")
            return
    end = _skip(text, at + 1)
    if end != len(text):
        problems.add(text.count("\n", 0, end) + 1, "text after the end of the table")


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _decode_row(
    value: dict[str, object], row_class: type[Row], place: _Place, problems: Problems
) -> Row | None:
    checks, required = _schema(row_class)
    good = True
    fields: dict[str, Any] = {}
    for key, raw in value.items():
        check = checks.get(key)
        if key == _TWICE:
            problems.add(place.line, f"{value.get('id', 'a row')!r} says {raw} twice")
            good = False
            continue
        if check is None:
            known = ", ".join(sorted(checks))
            problems.add(place.line_of(key), f"unknown key {key!r}; known are {known}")
            good = False
            continue
        fields[key], wrong = check(raw)
        if wrong:
            problems.add(place.line_of(key), f"{key}: {wrong}")
            good = False
    for key in sorted(required - value.keys()):
        problems.add(place.line, f"{value.get('id', 'a row')!r} lacks {key!r}")
        good = False
    return row_class(**fields) if good else None


_SCHEMAS: dict[type[Any], tuple[dict[str, Check], frozenset[str]]] = {}


def _schema(row_class: type[Any]) -> tuple[dict[str, Check], frozenset[str]]:
    if row_class not in _SCHEMAS:
        _SCHEMAS[row_class] = _make_schema(row_class)
    return _SCHEMAS[row_class]


def _make_schema(row_class: type[Any]) -> tuple[dict[str, Check], frozenset[str]]:
    hints = typing.get_type_hints(row_class)
    checks = {name: _check_for(hints[name]) for name in row_class._fields}
    return checks, frozenset(checks.keys() - row_class._field_defaults.keys())


def _check_for(hint: Any) -> Check:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (a for a in arguments if a is not type(None))
        return _optional(_check_for(inner))
    if origin is typing.Literal:
        return _one_of({a: a for a in arguments})
    if origin is tuple:
        return _strings
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _one_of({m.value: m for m in hint})
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _nested(hint)
    return {str: _string, bool: _boolean, int: _integer}[hint]


def _string(value: object) -> tuple[Any, str | None]:
    if not isinstance(value, str) or not value or value != value.strip():
        return value, "must be a string, not empty and without spaces around it"
    return value, None


def _boolean(value: object) -> tuple[Any, str | None]:
    return value, None if isinstance(value, bool) else "must be true or false"


def _integer(value: object) -> tuple[Any, str | None]:
    good = isinstance(value, int) and not isinstance(value, bool)
    return value, None if good else "must be a whole number"


def _strings(value: object) -> tuple[Any, str | None]:
    if not isinstance(value, list):
        return value, "must be a list of strings"
    if any(not isinstance(v, str) or not v or v != v.strip() for v in value):
        return value, "must hold strings, none empty and none with spaces around it"
    if len(set(value)) != len(value):
        twice = sorted({v for v in value if value.count(v) > 1})
        return value, f"says {', '.join(twice)} twice"
    return tuple(value), None


def _optional(check: Check) -> Check:
    return lambda value: (None, None) if value is None else check(value)


def _one_of(choices: dict[str, Any]) -> Check:
    def check(value: object) -> tuple[Any, str | None]:
        if isinstance(value, str) and value in choices:
            return choices[value], None
        return value, f"must be one of {', '.join(choices)}"

    return check


def _nested(row_class: type[Any]) -> Check:
    checks, required = _schema(row_class)

    def check(value: object) -> tuple[Any, str | None]:
        if not isinstance(value, dict) or value.keys() - checks.keys() or required - value.keys():
            return value, f"must be an object with the keys {', '.join(checks)}"
        fields = {}
        for key, raw in value.items():
            fields[key], wrong = checks[key](raw)
            if wrong:
                return value, f"{key}: {wrong}"
        return row_class(**fields), None

    return check
