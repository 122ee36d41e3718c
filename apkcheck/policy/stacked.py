"""Tables of a plain text that lost their form: every cell stands on a line of its own.

Pages that are copied as text come so: the labels of the columns one below the other, then the cells
of the first row, of the second, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from apkcheck.policy.tabulation import is_label
from apkcheck.tables import Vocabulary

_LONGEST_LABEL = 16
"""Longest line that may be a column's label, folded."""
_LONGEST_NAME = 40
"""Longest cell of the first column, folded."""
_LONGEST_CELL = 600
_MOST_COLUMNS = 8
_CHAPTERS = 4
"""Ranks of numbering that begin a chapter or a part of one: no cell begins so."""
_SENTENCE = re.compile("[。；;!！?？:]")
_ADDRESS = re.compile(r"https?:|www\.|\.(?:com|cn|net|html?)|^[/\-—]")
"""What a cell of the column of links holds."""


class Line(Protocol):
    """A line of the text."""

    @property
    def folded(self) -> str:
        """Its text as it is compared."""

    @property
    def level(self) -> int:
        """Rank of its numbering; 0 if it has none."""


LineT = TypeVar("LineT", bound=Line)


@dataclass(frozen=True, slots=True)
class Stack:
    """A table whose cells are lines."""

    columns: int
    end: int
    """Index of the first line behind it."""


def stack_at(lines: Sequence[Line], start: int, vocabulary: Vocabulary) -> Stack | None:
    """The table that begins with the label at an index; None if none does."""
    columns = _labels(lines, start, vocabulary)
    if columns < 2:
        return None
    links = [
        at for at in range(columns) if lines[start + at].folded in vocabulary.forms("field-link")
    ]
    nothing = vocabulary.forms("value-nothing")
    end = start + columns
    while _is_row(lines[end : end + columns], columns, links, nothing):
        end += columns
    return Stack(columns, end) if end > start + columns else None


def rows_of(lines: Sequence[LineT], start: int, stack: Stack) -> Iterator[Sequence[LineT]]:
    """The rows of a table, its labels first."""
    for at in range(start, stack.end, stack.columns):
        yield lines[at : at + stack.columns]


def _labels(lines: Sequence[Line], start: int, vocabulary: Vocabulary) -> int:
    """How many labels stand one below the other; 0 if they name no fields of two kinds."""
    found: list[str] = []
    for line in lines[start : start + _MOST_COLUMNS]:
        folded = line.folded
        if len(folded) > _LONGEST_LABEL or folded in found or not is_label(folded, vocabulary):
            break
        found.append(folded)
    kinds = {
        k for label in found for k in vocabulary.kinds("field-") if label in vocabulary.forms(k)
    }
    return len(found) if len(kinds) > 1 else 0


def _is_row(
    cells: Sequence[Line], columns: int, links: Sequence[int], nothing: Container[str]
) -> bool:
    if len(cells) < columns:
        return False
    first = cells[0].folded
    if len(first) > _LONGEST_NAME or _SENTENCE.search(first):
        return False
    if any(0 < c.level <= _CHAPTERS or len(c.folded) > _LONGEST_CELL for c in cells):
        return False
    addresses = (cells[at].folded for at in links)
    return all(_ADDRESS.search(cell) or cell in nothing for cell in addresses)
