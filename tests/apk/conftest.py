"""Small tables: just the rows that a test needs."""

from __future__ import annotations

from typing import Any

from apkcheck.tables import TABLE_FILES, Tables


def small_tables(**rows: list[Any]) -> Tables:
    """Tables that hold these rows and nothing else."""
    indexes = {name: {row.id: row for row in rows.get(name, [])} for name in TABLE_FILES}
    return Tables(**indexes, digest="0" * 64)
