"""Findings as CSV for spreadsheets: UTF-8 with a byte order mark, and no cell that computes."""

from __future__ import annotations

import csv
import io

from apkcheck.formats import Style
from apkcheck.formats.sheets import Cell, findings
from apkcheck.formats.view import View
from apkcheck.model import Report

_COMPUTES = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20")
"""What begins a formula in one spreadsheet or another, full-width forms too."""


def render(report: Report, style: Style) -> str:
    """One row per finding under one row of names."""
    sheet = findings(View(report))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.title for column in sheet.columns])
    writer.writerows([_inert(cell) for cell in row] for row in sheet.rows)
    return "\ufeff" + out.getvalue()


def _inert(cell: Cell) -> Cell:
    """A cell that a spreadsheet takes for text: an apostrophe stands before what could compute."""
    if isinstance(cell, str) and cell.lstrip()[:1] in _COMPUTES:
        return f"'{cell}"
    return cell
