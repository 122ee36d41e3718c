"""Formats: a report to text. To add one, write ``render`` in a module and name it here."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from apkcheck.model import Report
from apkcheck.tables import Tables

__all__ = ["FORMATS", "Style", "render"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is to be shown."""

    width: int = 100
    """Columns of the terminal; one Chinese character takes two."""
    verbose: bool = False


FORMATS: dict[str, str] = {
    "json": "apkcheck.formats.json_report",
    "table": "apkcheck.formats.table",
}
"""Every format with its module, which is loaded when it is asked for."""


def render(name: str, report: Report, tables: Tables, style: Style) -> str:
    """Renders a report in a format of ``FORMATS``."""
    renderer: Callable[[Report, Tables, Style], str] = importlib.import_module(FORMATS[name]).render
    return renderer(report, tables, style)
