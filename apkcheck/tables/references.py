"""Checks that the ids which rows name exist in the tables that they belong to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apkcheck.tables.index import Tables

REFERENCES: dict[tuple[str, str], str] = {
    ("apis", "data_type"): "data_types",
    ("apis", "permissions"): "permissions",
    ("app_types", "data_types"): "data_types",
    ("app_types", "permissions"): "permissions",
    ("checklist", "id"): "clauses",
    ("checklist", "manual"): "manual_checks",
    ("checklist", "profile"): "profiles",
    ("data_safety", "data_types"): "data_types",
    ("data_safety", "purposes"): "purposes",
    ("data_types", "parent"): "data_types",
    ("data_types", "partly_under"): "data_types",
    ("manual_checks", "clauses"): "clauses",
    ("manual_checks", "profiles"): "profiles",
    ("permission_labels", "covers"): "permissions",
    ("permission_labels", "ambiguous"): "permissions",
    ("permissions", "data_types"): "data_types",
    ("permissions", "purposes"): "purposes",
    ("profiles", "clauses"): "clauses",
    ("sdk_categories", "purposes"): "purposes",
    ("sdks", "category"): "sdk_categories",
    ("sdks", "data_types"): "data_types",
    ("sdks", "inside"): "sdks",
    ("sdks", "permissions"): "permissions",
    ("sdks", "purposes"): "purposes",
    ("sources", "counts_with"): "sources",
}
"""Which field of which table names ids of which table; ``profiles`` stands for each of them."""


def check_references(tables: Tables, lines: Mapping[tuple[str, str], str]) -> list[str]:
    """Gives every reference that leads nowhere, with the place of its row."""
    problems = []
    for table, rows, field, target in _references(tables):
        known = getattr(tables, target)
        for row in rows.values():
            for name in _names(getattr(row, field)):
                if name not in known:
                    place = lines[table, row.id]
                    problems.append(f"{place}: {row.id}: {field} names {name!r}, not in {target}")
    problems.extend(_parent_cycles(tables, lines))
    return problems


def _references(tables: Tables) -> Iterator[tuple[str, Mapping[str, Any], str, str]]:
    for table, rows in indexes_of(tables):
        for (name, field), target in REFERENCES.items():
            if name == table.partition("/")[0]:
                yield table, rows, field, target
        if table not in ("messages", "sources"):
            yield table, rows, "source", "sources"


def indexes_of(tables: Tables) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table by the name under which its lines are kept."""
    for index in dataclasses.fields(tables):
        if index.name not in ("digest", "profiles"):
            yield index.name, getattr(tables, index.name)
    for name, profile in tables.profiles.items():
        yield f"profiles/{name}", profile


def rows_that_name(tables: Tables, target: str, row_id: str) -> Iterator[tuple[str, str, Any]]:
    """The rows that name a row of the table ``target``, each with its table and field."""
    for table, rows, field, known in _references(tables):
        if known == target:
            for row in rows.values():
                if row_id in _names(getattr(row, field)):
                    yield table, field, row


def _names(value: Any) -> Iterable[str]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _parent_cycles(tables: Tables, lines: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for start, row in tables.data_types.items():
        seen, parent = {start}, row.parent
        while parent is not None and parent in tables.data_types:
            if parent in seen:
                yield f"{lines['data_types', start]}: {start}: its parents run in a circle"
                break
            seen.add(parent)
            parent = tables.data_types[parent].parent
