"""The report as a workbook: one sheet for each table that a regulator or lawyer works with.

The same report gives the same bytes: XlsxWriter dates the parts of its archive 1980, and the
workbook's own date is the report's.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

import xlsxwriter

from apkcheck.formats import Style
from apkcheck.formats.sheets import Cell, Sheet, sheets
from apkcheck.formats.view import View
from apkcheck.model import Report

_FONT = "Microsoft YaHei"
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
"""What a cell holds stays text, whatever it looks like."""

_HEADER = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "valign": "vcenter"}
_FILLS = {
    "severity.high": "#F8CBAD",
    "severity.medium": "#FFE699",
    "severity.low": "#DDEBF7",
    "verdict.not-met": "#F8CBAD",
    "verdict.met": "#E2EFDA",
    "verdict.manual": "#FFF2CC",
    "grade.absent": "#F8CBAD",
    "grade.denied": "#F8CBAD",
    "grade.umbrella": "#FFE699",
    "grade.definition-only": "#FFE699",
    "grade.linked-document-missing": "#FFE699",
    "grade.explicit": "#E2EFDA",
}
"""Colours of severities, verdicts and grades; their words stand in the cell too."""


_LINE = 15
"""Points of a line of text."""

_HIGHEST = 409
"""Points of the highest row that a spreadsheet takes: what is cut off is not printed."""


def render(report: Report, style: Style) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    view = View(report)
    with xlsxwriter.Workbook(out, _SAFE) as workbook:
        _properties(workbook, view)
        formats = _Formats(workbook, view)
        for sheet in sheets(view):
            if sheet.rows:
                _write(workbook, sheet, formats)
    return out.getvalue()


def _properties(workbook: Any, view: View) -> None:
    made = view.report.generated_at
    workbook.set_properties(
        {
            "title": view.text("sheet.findings"),
            "author": f"{view.report.tool.name} {view.report.tool.version}",
            "created": _date(made),
        }
    )


def _date(text: str) -> datetime.datetime:
    """The report's time; a fixed one if a saved report has none that can be read."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return datetime.datetime(1980, 1, 1)


class _Formats:
    """The formats of cells, made once each."""

    def __init__(self, workbook: Any, view: View) -> None:
        base = {"font_name": _FONT, "font_size": 10, "text_wrap": True, "valign": "top"}
        lines = {"border": 1, "border_color": "#BFBFBF"}
        self.text = workbook.add_format({**base, **lines})
        self.header = workbook.add_format({**base, **lines, **_HEADER})
        self.title = workbook.add_format({"font_name": _FONT, "font_size": 14, "bold": True})
        self.number = workbook.add_format({**base, **lines, "align": "center"})
        self.note = workbook.add_format({**base, "font_color": "#595959", "italic": True})
        self.fills = {
            view.text(key): workbook.add_format({**base, **lines, "bg_color": color})
            for key, color in _FILLS.items()
        }

    def of(self, cell: Cell, colored: bool) -> Any:
        """The format of a cell; the first of several grades decides the colour."""
        if colored and isinstance(cell, str):
            return self.fills.get(cell.partition(" / ")[0], self.text)
        return self.text


def _write(workbook: Any, sheet: Sheet, formats: _Formats) -> None:
    """Title and note, then the table with a header that stays and prints on every page."""
    page = workbook.add_worksheet(sheet.title)
    last = len(sheet.columns) - 1
    page.write_string(0, 0, sheet.title, formats.title)
    page.set_row(0, 24)
    top = 1
    if sheet.note:
        page.merge_range(1, 0, 1, min(last, 6), "", formats.note)
        page.write_string(1, 0, sheet.note, formats.note)
        page.set_row(1, 34)
        top = 2
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(top, number, column.title, formats.header)
    page.set_row(top, 22)
    for at, row in enumerate(sheet.rows, top + 1):
        page.set_row(at, _height(sheet, row))
        for number, cell in enumerate(row):
            format_ = formats.of(cell, number == sheet.severity)
            if isinstance(cell, int):
                page.write_number(at, number, cell, formats.number)
            else:
                page.write_string(at, number, cell, format_)
    page.autofilter(top, 0, top + len(sheet.rows), last)
    page.freeze_panes(top + 1, 2)
    page.repeat_rows(top)
    page.print_area(0, 0, top + len(sheet.rows), (sheet.printed or len(sheet.columns)) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L&A&R&P / &N")


def _height(sheet: Sheet, row: tuple[Cell, ...]) -> float:
    """Points that the longest cell of a row needs: LibreOffice does not fit such rows itself."""
    lines = 1
    for column, cell in zip(sheet.columns, row, strict=True):
        if isinstance(cell, str):
            needed = sum(1 + (_columns(line) - 1) // column.width for line in cell.split("\n"))
            lines = max(lines, needed)
    return float(min(lines * _LINE + 3, _HIGHEST))


def _columns(text: str) -> int:
    """Columns that a text takes, about; every character outside of ASCII counts for two."""
    return max(1, len(text) if text.isascii() else len(text.encode("gb18030", "replace")))
