"""Rows of a table with the header above each cell, also where the header stands on the left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from apkcheck.model import Block
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

_LABEL_LENGTH = 24
"""Longest label on the left of a record, folded."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as a block, with the text of its cells."""

    block: Block
    texts: tuple[str, ...]
    is_header: bool = False
    """Marked as a header by the document itself."""


def is_label(folded: str, vocabulary: Vocabulary) -> bool:
    """Whether a text, folded, names a field of records (SDK名称, 收集信息)."""
    return any(folded in vocabulary.forms(kind) for kind in vocabulary.kinds("field-"))


def headed(
    rows: Sequence[TableRow],
    header: tuple[str, ...],
    vocabulary: Vocabulary,
    *,
    first_is_header: bool,
) -> tuple[list[Block], tuple[str, ...]]:
    """The blocks of a table, each with its header.

    Args:
        rows: Of the table; not empty.
        header: Of the part of the table before a caption; empty if there was none.
        vocabulary: The words that name fields.
        first_is_header: Whether the first row is a header though it names no fields.

    Returns:
        The blocks, and the header that the next part of the table goes on with. A table with the
        fields' names on its left gives one block for each record.
    """
    if _has_labels_left(rows, vocabulary):
        return list(_records(rows, vocabulary)), ()
    blocks = []
    for number, row in enumerate(rows):
        labels = sum(is_label(fold(text), vocabulary) for text in row.texts)
        begins = number == 0 and (labels > 1 or (first_is_header and not header))
        if row.is_header or begins:
            header = row.texts
            blocks.append(row.block)
        else:
            fits = len(row.texts) == len(header)
            blocks.append(replace(row.block, header=header if fits else ()))
    return blocks, header


def _has_labels_left(rows: Sequence[TableRow], vocabulary: Vocabulary) -> bool:
    """Two columns of which the left one names the fields and the right one does not."""
    if len(rows) < 2 or any(len(row.texts) != 2 for row in rows):
        return False
    left, right = (
        [is_label(fold(row.texts[side])[:_LABEL_LENGTH], vocabulary) for row in rows]
        for side in (0, 1)
    )
    return sum(left) * 2 > len(rows) and sum(left) > 1 and not (left[0] and right[0])


def _records(rows: Sequence[TableRow], vocabulary: Vocabulary) -> Iterator[Block]:
    """One block for each record; a new one begins where a field comes a second time."""
    record: list[TableRow] = []
    for row in rows:
        label = fold(row.texts[0])
        if any(fold(r.texts[0]) == label for r in record):
            yield _record(record)
            record = []
        record.append(row)
    yield _record(record)


def _record(rows: Sequence[TableRow]) -> Block:
    return Block(
        "row",
        rows[0].block.start,
        rows[-1].block.end,
        header=tuple(row.texts[0] for row in rows),
        cells=tuple(row.block.cells[1] for row in rows),
    )
