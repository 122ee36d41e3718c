"""The page ``docs/tables.md``: every table with its keys, made of the classes of their rows.

``python -m tests.tables_page`` writes it anew.
"""

from __future__ import annotations

import ast
import types
import typing
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from apkcheck.tables import TABLE_FILES, rows
from apkcheck.tables.references import REFERENCES

PAGE = Path(__file__).parents[1] / "docs" / "tables.md"

FILES: dict[str, tuple[str, type[Any]]] = {
    **TABLE_FILES,
    "profiles": ("profiles/<profile>.json", rows.RuleText),
}

HEAD = """# The mapping tables

What apkcheck knows lies in `mappings/`, one JSON array of rows a file, sorted by `id`. This page is
made of `apkcheck/tables/rows.py`, which is also what checks the tables; `python -m
tests.tables_page` writes it anew. How to add a row: [contributing](contributing.md).

| keys of many tables | meaning |
|---|---|
"""

KNOWN: dict[str, tuple[int, int]] = {
    "rows": (730, 255),
    "what it collects, as the vendor or lists say": (168, 24),
    "permissions, as the vendor says or its manifest asks": (105, 8),
    "the vendor's own notice": (97, 8),
    "… with its date": (32, 0),
    "verified": (255, 195),
}
"""What is known of the SDKs, at least: of vendors with a Chinese name, and of the others. Raise it
when rows were added; a test finds figures that are not reached."""

COMMON = {
    "id": "what other rows and reports call it; unique in its table",
    "zh": "what people call it in Chinese",
    "en": "what people call it in English",
    "name": "what people call it",
    "source": "where it is known from",
    "example": "what the row must match, and no other row; `apkcheck mappings lint` tries it",
    "note": "what to know of it, in a sentence",
}
"""Keys that mean the same wherever nothing else is said of them."""


def page() -> str:
    """The page as it has to be."""
    common = "".join(f"| `{key}` | {meaning} |\n" for key, meaning in COMMON.items())
    parts = [HEAD + common]
    documents = _documents()
    for table, (file, row_class) in sorted(FILES.items(), key=lambda item: item[1][0]):
        parts.append(_section(table, file, row_class, documents))
    parts.append(_keys("Notice", rows.Notice, "", documents))
    parts.append(_known())
    return "\n".join(parts)


def sdk_figures(sdks: Iterable[rows.Sdk]) -> dict[str, int]:
    """How many rows know each thing of ``KNOWN``; a vendor may say that it collects nothing."""
    found = dict.fromkeys(KNOWN, 0)
    for row in sdks:
        told = row.notice is not None and row.notice.collects_nothing
        facts = (
            True,
            bool(row.data_types) or told,
            bool(row.permissions),
            row.notice is not None,
            row.notice is not None and row.notice.date is not None,
            row.verified,
        )
        for name, known in zip(KNOWN, facts, strict=True):
            found[name] += known
    return found


def _known() -> str:
    lines = ["## What is known of the SDKs", ""]
    lines += ["How many rows of `sdks.json` say what, at least; a test counts them.", ""]
    lines += ["| | Chinese market | others |", "|---|---|---|"]
    lines += [f"| {name} | {chinese} | {others} |" for name, (chinese, others) in KNOWN.items()]
    return "\n".join(lines) + "\n"


def undocumented() -> list[str]:
    """Keys of which neither their class nor ``COMMON`` says what they mean."""
    documents = _documents()
    return [
        f"{row_class.__name__}.{key}"
        for _, row_class in FILES.values()
        for key in row_class._fields
        if (row_class.__name__, key) not in documents and key not in COMMON
    ]


def _section(
    table: str, file: str, row_class: type[Any], documents: dict[tuple[str, str], str]
) -> str:
    return _keys(f"`{file}`", row_class, table, documents)


def _keys(
    title: str, row_class: type[Any], table: str, documents: dict[tuple[str, str], str]
) -> str:
    lines = [f"## {title}", "", _flat(row_class.__doc__ or ""), ""]
    lines += ["| key | value | meaning |", "|---|---|---|"]
    hints = typing.get_type_hints(row_class)
    for key in row_class._fields:
        must = "" if key in row_class._field_defaults else " **(must)**"
        meaning = documents.get((row_class.__name__, key)) or COMMON.get(key, "")
        target = "sources" if key == "source" else REFERENCES.get((table, key))
        if target:
            meaning = f"{meaning}{' ' if meaning else ''}(ids of `{FILES[target][0]}`)"
        lines.append(f"| `{key}`{must} | {_value(hints[key])} | {_cell(meaning)} |")
    return "\n".join(lines) + "\n"


def _value(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_value(part) for part in arguments)
    if origin is typing.Literal:
        return ", ".join(f"`{choice}`" for choice in arguments)
    if origin is tuple:
        return "strings"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return ", ".join(f"`{member}`" for member in hint)
    plain = {str: "string", int: "number", bool: "true or false", type(None): "null"}
    return plain.get(hint) or f"object: {hint.__name__}"


def _documents() -> dict[tuple[str, str], str]:
    """What ``rows.py`` says under each field, by class and field."""
    tree = ast.parse(Path(rows.__file__).read_text("utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {(node.name, field): text for node in classes for field, text in _fields(node)}


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, following in zip(node.body, node.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
            assert isinstance(statement.target, ast.Name)
            yield statement.target.id, ast.literal_eval(following.value)


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("``", "`")


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
