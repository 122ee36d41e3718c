"""Formats: a report to text or bytes. To add one, write ``render`` in a module and name it here."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apkcheck.model import Report

__all__ = ["BINARY", "FORMATS", "Style", "render"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is to be shown."""

    width: int = 100
    """Columns of the terminal; one Chinese character takes two."""
    verbose: bool = False
    color: bool = False
    """Whether the terminal shows colours."""


FORMATS: dict[str, str] = {
    "table": "apkcheck.formats.table",
    "markdown": "apkcheck.formats.markdown",
    "csv": "apkcheck.formats.csv_report",
    "json": "apkcheck.formats.json_report",
    "sarif": "apkcheck.formats.sarif",
    "junit": "apkcheck.formats.junit",
    "html": "apkcheck.formats.html_report",
    "xlsx": "apkcheck.formats.xlsx",
    "codequality": "apkcheck.formats.codequality",
}
"""Every format with its module, which is loaded when it is asked for."""

BINARY = frozenset({"xlsx"})
"""Formats that no terminal can show: they need ``--output``."""


def render(name: str, report: Report, style: Style) -> str | bytes:
    """Renders a report in a format of ``FORMATS``, from the report alone."""
    renderer: Callable[[Report, Style], str | bytes] = importlib.import_module(FORMATS[name]).render
    return renderer(report, style)
