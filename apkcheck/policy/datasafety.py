"""Data safety forms: the CSV file that Google Play's console exports, as blocks of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apkcheck.model import Block

_HEADER = "question id (machine readable)"
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,"\r\n]*')


def looks_like_data_safety(text: str) -> bool:
    """Whether a text begins with the first column of the form."""
    return text.lstrip('\ufeff"')[: len(_HEADER)].lower() == _HEADER


def read_data_safety(text: str) -> tuple[Block, ...]:
    """The answers of the form, each a block of kind ``answer`` with its cells."""
    rows = tuple(_rows(text))
    header = tuple(text[start:end].strip('"') for start, end in rows[0]) if rows else ()
    return tuple(
        Block("answer", cells[0][0], cells[-1][1], header=header, cells=cells)
        for cells in rows[1:]
        if any(start < end for start, end in cells)
    )


def _rows(text: str) -> Iterator[tuple[tuple[int, int], ...]]:
    """Spans of the cells of each row; a quoted cell may hold commas and line ends."""
    at, cells = 0, []
    while at <= len(text):
        match = _FIELD.match(text, at)
        assert match is not None
        cells.append(match.span())
        at = match.end()
        if text[at : at + 1] == ",":
            at += 1
            continue
        yield tuple(cells)
        cells = []
        at = _next_line(text, at)


def _next_line(text: str, at: int) -> int:
    """Where the next row begins, past what stands behind a closing quote against the format."""
    end = text.find("\n", at)
    return len(text) + 1 if end < 0 else end + 1
