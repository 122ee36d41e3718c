"""Extracted text as it grows: lines and tables of a page or document to text with blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apkcheck.model import Block
from apkcheck.policy.structure import Numbering, cut, looks_like_heading
from apkcheck.policy.tabulation import TableRow, headed
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

_HEADING_MOST = 80
"""Longest line that a document can make a heading, in characters; longer ones are paragraphs."""
_SENTENCE_END = ("。", "；", ";")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a cell that spans several columns stands in each of them."""

    cells: Sequence[str]
    is_header: bool = False
    """Marked as a header by the document itself."""
    is_whole: bool = False
    """One cell goes over all columns: a caption between rows."""


class Layout:
    """Collects lines and tables in the order in which a reader sees them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.numbering = Numbering(vocabulary)
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        """The text and its blocks."""
        text = "".join(self._parts)
        return text, tuple(cut(text, self._blocks))

    def line(self, text: str, *, rank: int = 0, is_item: bool = False) -> None:
        """Adds a heading, item or paragraph.

        Args:
            text: What it says; white space counts as one blank.
            rank: Of what the document itself makes a heading, 1 for the highest; else 0.
            is_item: Whether the document itself makes it an item of a list.
        """
        line = _BLANKS.sub(" ", text).strip()
        if not line:
            return
        folded, level = fold(line), self.numbering.level(line)
        start = self._append(line)
        if self._is_heading(line, folded, level, rank):
            kind = "heading"
        else:
            kind = "item" if level or is_item else "paragraph"
        self._blocks.append(Block(kind, start, start + len(line), level=level))

    def _is_heading(self, line: str, folded: str, level: int, rank: int) -> bool:
        if rank and len(line) <= _HEADING_MOST and not line.endswith(_SENTENCE_END):
            return True
        return looks_like_heading(folded, level, self.vocabulary)

    def _append(self, line: str) -> int:
        start = self._length
        self._parts.append(line + "\n")
        self._length += len(line) + 1
        return start

    def table(self, rows: Sequence[Row]) -> None:
        """Adds a table; captions over all columns part it into tables with the same header."""
        body: list[TableRow] = []
        header: tuple[str, ...] = ()
        for row in rows:
            cells = tuple(_BLANKS.sub(" ", cell).strip() for cell in row.cells)
            if row.is_whole or len(cells) == 1:
                header = self._close(body, header)
                self.line(cells[0])
            elif any(cells):
                body.append(self._row(cells, row.is_header))
        self._close(body, header)

    def _close(self, body: list[TableRow], header: tuple[str, ...]) -> tuple[str, ...]:
        """Ends a part of a table; gives the header that the next part goes on with."""
        if body:
            blocks, header = headed(body, header, self.vocabulary, first_is_header=True)
            self._blocks.extend(blocks)
            body.clear()
        return header

    def _row(self, cells: tuple[str, ...], is_header: bool) -> TableRow:
        spans = []
        start = at = self._length
        for cell in cells:
            spans.append((at, at + len(cell)))
            at += len(cell) + 1
        self._append("\t".join(cells))
        return TableRow(Block("row", start, at - 1, cells=tuple(spans)), cells, is_header)
