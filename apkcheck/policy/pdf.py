"""PDF with a text layer: lines joined to paragraphs, tables by their rules, page margins dropped.

pdfium reads the characters with their places; what belongs together is decided here. A page that
is a picture has no characters: that is said, never guessed at.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apkcheck.errors import PolicyError
from apkcheck.model import Block
from apkcheck.policy.layout import Layout, Row
from apkcheck.policy.rulings import Box, Grid, grids
from apkcheck.tables import Vocabulary

_MOST_PAGES = 600
_MOST_CHARS = 2_000_000
_EDGE = 0.09
"""Share of a page's height at its top and bottom in which headers and footers stand."""
_LARGER = 1.12
"""How much larger than the body a line is that is a heading."""
_TERMINAL = tuple("。！？；：:;!?.…")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character with the place that it takes on its page, in points from the lower left."""

    char: str
    box: Box
    size: float
    """Of its font, in points."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    text: str
    box: Box
    size: float
    page: int
    edge: bool
    """Stands at the top or bottom edge of its page."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table between rules."""

    rows: tuple[Row, ...]
    page: int
    edge: bool = False


def read_pdf(
    content: bytes, name: str, vocabulary: Vocabulary
) -> tuple[str, tuple[Block, ...], tuple[int, ...]]:
    """Gives the text of a PDF file, its blocks, and the numbers of the pages that are pictures.

    Raises:
        PolicyError: if the file is protected, damaged, or has no text layer.
    """
    pictures: list[int] = []
    pages = list(_pages(content, name, pictures))
    if not any(page for page in pages):
        raise PolicyError(
            f"{name}: has no text layer (a scanned PDF?); save the policy from its source, "
            "or run text recognition over it first"
        )
    layout = Layout(vocabulary)
    parts = [part for page in pages for part in page]
    margins = _running_titles(parts, len(pages))
    kept = [part for part in parts if isinstance(part, Table) or part not in margins]
    for group in _groups(kept, layout):
        _add(group, layout, _body_size(parts))
    return *layout.finish(), tuple(pictures)


# -- pages to lines and tables


def _pages(content: bytes, name: str, pictures: list[int]) -> Iterator[list[Line | Table]]:
    """The parts of each page; notes the pages, counted from 1, that show nothing but pictures."""
    pdfium = _pdfium(name)
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise _refused(name, str(error)) from None
    with_room = _MOST_CHARS
    try:
        if len(document) > _MOST_PAGES:
            raise PolicyError(f"{name}: has {len(document)} pages; is it the policy?")
        for number in range(len(document)):
            page = document[number]
            glyphs = list(_glyphs(page, with_room))
            with_room -= len(glyphs)
            if not glyphs and with_room > 0 and _shows_picture(page):
                pictures.append(number + 1)
            yield _parts(glyphs, grids(_rules(page)), page.get_height(), number)
            page.close()
    except pdfium.PdfiumError:
        raise _refused(name, "damaged") from None
    finally:
        document.close()


def _shows_picture(page: Any) -> bool:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    return any(True for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))


def _pdfium(name: str) -> Any:
    try:
        import pypdfium2
    except ImportError:
        raise PolicyError(
            f"{name}: is a PDF file, for which pypdfium2 is needed; "
            "install it (pip install pypdfium2), or save the policy as DOCX or HTML"
        ) from None
    return pypdfium2


def _refused(name: str, reason: str) -> PolicyError:
    if "password" in reason.lower():
        return PolicyError(f"{name}: is a PDF protected by a password; save the policy without one")
    return PolicyError(f"{name}: is a damaged PDF file; save the policy again")


def _glyphs(page: Any, most: int) -> Iterator[Glyph]:
    """The characters of a page in reading order; line ends that pdfium adds are among them."""
    import ctypes

    import pypdfium2.raw as raw

    text = page.get_textpage()
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    for index in range(min(raw.FPDFText_CountChars(text), most)):
        code = raw.FPDFText_GetUnicode(text, index)
        raw.FPDFText_GetCharBox(text, index, *map(ctypes.byref, (left, right, bottom, top)))
        box = Box(left.value, bottom.value, right.value, top.value)
        char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        yield Glyph(char, box, raw.FPDFText_GetFontSize(text, index))
    text.close()


def _rules(page: Any) -> Iterator[Box]:
    """The boxes of all drawn paths: those of tables are thin, or frame cells."""
    import pypdfium2.raw as raw

    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        yield Box(*item.get_bounds())


def _parts(
    glyphs: Sequence[Glyph], tables: Sequence[Grid], height: float, page: int
) -> list[Line | Table]:
    """Lines and tables in the order in which they begin."""
    parts: list[Line | Table] = []
    inside: dict[int, list[Glyph]] = {}
    line: list[Glyph] = []
    places: dict[int, int] = {}
    for glyph in glyphs:
        at = next((n for n, grid in enumerate(tables) if grid.holds(glyph.box)), None)
        if at is not None and glyph.char not in "\r\n":
            if at not in places:
                parts.extend(_line(line, height, page))
                line = []
                places[at] = len(parts)
                parts.append(Table((), page))
            inside.setdefault(at, []).append(glyph)
        elif glyph.char in ("\r", "\n"):
            parts.extend(_line(line, height, page))
            line = []
        else:
            line.append(glyph)
    parts.extend(_line(line, height, page))
    for at, place in places.items():
        parts[place] = Table(tuple(_rows(tables[at], inside[at])), page)
    return parts


def _line(glyphs: Sequence[Glyph], height: float, page: int) -> Iterator[Line]:
    shown = [glyph for glyph in glyphs if glyph.char.strip()]
    if not shown:
        return
    box = Box.around(glyph.box for glyph in shown)
    size = Counter(round(glyph.size, 1) for glyph in shown).most_common(1)[0][0]
    edge = box.bottom > height * (1 - _EDGE) or box.top < height * _EDGE
    text = "".join(glyph.char for glyph in glyphs)
    yield Line(" ".join(text.split()), box, size, page, edge)


def _rows(grid: Grid, glyphs: Iterable[Glyph]) -> Iterator[Row]:
    """The rows of a table; a cell over several rows or columns stands in each."""
    texts: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        texts.setdefault(grid.cell_of(glyph.box), []).append(glyph)
    joined = {cell: _joined(content) for cell, content in texts.items()}
    for row in grid.cells:
        cells = [joined.get(cell, "") for cell in row]
        yield Row(cells, is_whole=len(set(row)) == 1)


def _joined(glyphs: Sequence[Glyph]) -> str:
    """The text of a cell: its lines without their ends."""
    parts: list[str] = []
    for before, glyph in zip((None, *glyphs), glyphs, strict=False):
        if before is not None and glyph.box.top < before.box.bottom:
            parts.append(_seam(before.char, glyph.char))
        parts.append(glyph.char)
    return "".join(parts)


def _seam(before: str, after: str) -> str:
    """What stands between two lines that are one: a blank between letters, else nothing."""
    latin = before[-1:].isascii() and after[:1].isascii()
    return " " if latin and before[-1:].isalnum() and after[:1].isalnum() else ""


# -- lines to paragraphs


def _body_size(parts: Iterable[Line | Table]) -> float:
    sizes: Counter[float] = Counter()
    for part in parts:
        if isinstance(part, Line):
            sizes[part.size] += len(part.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _running_titles(parts: Iterable[Line | Table], pages: int) -> set[Line]:
    """Lines at the edges that come again on most pages, but for their numbers."""
    edges = [part for part in parts if isinstance(part, Line) and part.edge]
    seen = Counter(key for key, _ in {(_numberless(line), line.page) for line in edges})
    often = max(2, pages // 2)
    return {line for line in edges if seen[_numberless(line)] >= often or not _words(line)}


def _numberless(line: Line) -> str:
    return "".join(char for char in line.text if not char.isdigit() and not char.isspace())


def _words(line: Line) -> str:
    """What is left of a line without digits and signs: nothing, if it is a page's number."""
    return "".join(char for char in line.text if char.isalpha())


def _groups(parts: Sequence[Line | Table], layout: Layout) -> Iterator[list[Line] | list[Table]]:
    """Lines that are one paragraph, and tables that go on on the next page."""
    rights = _right_margins(parts)
    lines: list[Line] = []
    tables: list[Table] = []
    for part in parts:
        if isinstance(part, Table):
            if lines:
                yield lines
                lines = []
            if tables and len(tables[-1].rows[-1].cells) != len(part.rows[0].cells):
                yield tables
                tables = []
            tables.append(part)
            continue
        if tables:
            yield tables
            tables = []
        if lines and not _goes_on(lines[-1], part, rights, layout):
            yield lines
            lines = []
        lines.append(part)
    yield from filter(None, (lines, tables))


def _right_margins(parts: Iterable[Line | Table]) -> dict[int, float]:
    """How far lines reach on each page; on one with short lines only, as far as on the others."""
    rights: dict[int, float] = {}
    for part in parts:
        if isinstance(part, Line):
            rights[part.page] = max(rights.get(part.page, 0.0), part.box.right)
    usual = statistics.median_high(rights.values()) if rights else 0.0
    return {page: max(right, usual) for page, right in rights.items()}


def _goes_on(before: Line, line: Line, rights: dict[int, float], layout: Layout) -> bool:
    """Whether a line was broken only because the page ended at its right."""
    if layout.numbering.is_bare(before.text):
        return True
    size = max(before.size, 1.0)
    if abs(before.size - line.size) > 0.05 * size:
        return False
    if before.box.right < rights[before.page] - 2.5 * size:
        return False
    ends = before.text.endswith(_TERMINAL)
    if ends and (line.box.left > before.box.left + size or layout.numbering.level(line.text)):
        return False
    return not (layout.numbering.level(line.text) and line.box.left < before.box.left - size)


def _add(group: Sequence[Line] | Sequence[Table], layout: Layout, body: float) -> None:
    first = group[0]
    if isinstance(first, Table):
        rows: list[Row] = []
        for table in group:
            repeated = rows and rows[0].cells == table.rows[0].cells  # type: ignore[union-attr]
            rows.extend(table.rows[1:] if repeated else table.rows)  # type: ignore[union-attr]
        layout.table(rows)
        return
    text = first.text
    for line in group[1:]:
        text += _seam(text, line.text) + line.text  # type: ignore[union-attr]
    layout.line(text, rank=1 if first.size > body * _LARGER else 0)
