"""What made a result."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA_VERSION = 1
"""Counts breaking changes of the JSON report."""


@dataclass(frozen=True, slots=True)
class Tool:
    """The tool and the tables that made a report."""

    name: str
    version: str
    mappings_digest: str
