"""Lines to blocks: headings, list items, paragraphs and table rows of a plain text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from apkcheck.model import Block
from apkcheck.policy.stacked import rows_of, stack_at
from apkcheck.policy.tabulation import TableRow, headed, is_label
from apkcheck.tables import Vocabulary
from apkcheck.text import LABEL_LEAD, fold

HEADING_LENGTH = 42
"""Longest heading, in folded characters: longer numbered lines are items."""

_SHORT_HEADING = 24
"""Longest heading without a number; one in Latin letters may be twice as long."""

BLOCK_LENGTH = 20_000
"""Longest block, in characters: memory stays small even if a policy has no line ends."""

_TERMINAL = tuple("。！？；：:;!?.…")
_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c]+")
_TABBED = re.compile(r"[^\t]+")
_BARS = "|｜"
_BARRED = re.compile(r"(?<=[|｜])[^|｜]*|[^|｜]+")
_SPACED = re.compile(r"\S+(?: \S+)*")
"""Words that no more than one blank parts: a column of a table that is set with blanks."""
_LEAST_COLUMNS = 3
_NO_CELL = re.compile("[。；;：:！？!?]")
"""What text that is set apart by blanks holds, and cells do not."""
_MOST_CELLS = 100
"""Most cells of a row of a plain text: lines of more bars or tabs are drawings."""
_BARE_LENGTH = 8
_INNER_STOP = re.compile(r"[。；;！!]|[，,].*[，,]")
_TOLD = re.compile(r":[^:/]{2,}?,.")
"""A name, a colon and what is said of it (华为推送：收集设备信息，用于推送): no heading."""
_BRACKETED = re.compile(r"【[^【】]{2,20}】")
"""A line of its own that brackets set apart from the text."""
_WRAPPED_LENGTH = 12
"""A line shorter than this was not wrapped by a page's width: the next one begins a new block."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    level: int
    """Rank of its numbering, 1 for the outermost; 0 if it has none."""
    folded: str
    ends: bool
    """Ends like a sentence."""
    cells: tuple[tuple[int, int], ...]
    """The spans of its cells, if it is a row of a table."""


def blocks_of_text(text: str, vocabulary: Vocabulary) -> tuple[Block, ...]:
    """Splits a plain text into blocks; a sentence that was wrapped over lines stays whole."""
    numbering = Numbering(vocabulary)
    lines = [
        line
        for match in _LINE.finditer(text)
        if (line := _line(text, match.start(), match.end(), numbering)) is not None
    ]
    blocks = _blocks(text, lines, numbering, vocabulary)
    return tuple(cut(text, _headed(text, blocks, vocabulary)))


def _blocks(
    text: str, lines: list[_Line], numbering: Numbering, vocabulary: Vocabulary
) -> Iterator[Block]:
    """Blocks of one or more lines; of a table whose cells are lines, one for each row."""
    at = begun = 0
    while at < len(lines):
        stack = stack_at(lines, at, vocabulary)
        if stack is None:
            at += 1
            continue
        for group in _groups(text, lines[begun:at], numbering):
            yield _block(text, group, vocabulary)
        for row in rows_of(lines, at, stack):
            cells = tuple((line.start, line.end) for line in row)
            yield Block("row", row[0].start, row[-1].end, cells=cells)
        at = begun = stack.end
    for group in _groups(text, lines[begun:], numbering):
        yield _block(text, group, vocabulary)


class Numbering:
    """Recognises the numbering styles of headings and items (一、 （一） 1. 1.1 (1) 1) a. •)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._styles = [
            re.compile("|".join(f"(?:{p})" for p in row.patterns))
            for row in vocabulary.rows("numbering")
        ]
        self._any = re.compile("|".join(f"(?:{style.pattern})" for style in self._styles) or "(?!)")

    def level(self, line: str) -> int:
        """The rank of the line's numbering style, 1 for the outermost; 0 if it has none."""
        raw = line.lstrip()[:40]
        folded = fold(raw)
        if not self._any.match(raw) and not self._any.match(folded):
            return 0
        for rank, style in enumerate(self._styles, 1):
            if style.match(raw) or style.match(folded):
                return rank
        return 0

    def is_bare(self, line: str) -> bool:
        """Whether a line is a number alone, set apart from what it numbers."""
        raw = line.strip()
        return len(raw) <= _BARE_LENGTH and any(
            (match := style.match(raw)) and match.end() == len(raw) for style in self._styles
        )


def looks_like_heading(folded: str, level: int, vocabulary: Vocabulary) -> bool:
    """Whether a line, folded, is a heading: short, no sentence, numbered or with heading words."""
    if not folded or len(folded) > HEADING_LENGTH or _INNER_STOP.search(folded):
        return False
    if folded.endswith(("。", ".", ";", ",", "，", "、", ":")) or _is_field(folded, vocabulary):
        return False
    if _BRACKETED.fullmatch(folded):
        return True
    if _TOLD.search(folded):
        return False
    if level:
        return not vocabulary.pattern("party-own").search(folded) or len(folded) <= 32
    kinds = vocabulary.kinds("heading-")
    longest = _SHORT_HEADING * (2 if folded.isascii() else 1)
    return len(folded) <= longest and any(vocabulary.pattern(k).search(folded) for k in kinds)


def _is_field(folded: str, vocabulary: Vocabulary) -> bool:
    """Whether a line is a field of a record (SDK名称：…, 收集信息：…), whatever words it holds."""
    label, colon, _ = folded.partition(":")
    return bool(colon) and is_label(label.lstrip(LABEL_LEAD), vocabulary)


def _groups(text: str, lines: Iterable[_Line], numbering: Numbering) -> Iterator[tuple[_Line, ...]]:
    group: list[_Line] = []
    for line in lines:
        if group and not _continues(group[-1], line, text, numbering):
            yield tuple(group)
            group = []
        group.append(line)
    if group:
        yield tuple(group)


def _line(text: str, start: int, end: int, numbering: Numbering) -> _Line | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    content = text[start:end]
    folded = fold(content)
    ends = content.endswith(_TERMINAL)
    return _Line(start, end, numbering.level(content), folded, ends, _cells(text, start, end))


def _continues(before: _Line, line: _Line, text: str, numbering: Numbering) -> bool:
    """Whether a line goes on with the sentence of the line before it (wrapped text)."""
    if line.level or before.cells or line.cells or text.count("\n", before.end, line.start) > 1:
        return False
    if before.level and numbering.is_bare(text[before.start : before.end]):
        return True
    if before.ends:
        return False
    indented = line.start - before.end > 4
    long_enough = len(before.folded) >= _WRAPPED_LENGTH and not (
        before.level
        and len(before.folded) <= HEADING_LENGTH
        and not _INNER_STOP.search(before.folded)
    )
    return long_enough and (indented or len(before.folded) > HEADING_LENGTH)


def _block(text: str, lines: tuple[_Line, ...], vocabulary: Vocabulary) -> Block:
    first, last = lines[0], lines[-1]
    start, end = first.start, last.end
    if len(lines) == 1:
        if first.cells:
            return Block("row", start, end, cells=first.cells)
        if looks_like_heading(first.folded, first.level, vocabulary):
            return Block("heading", start, end, level=first.level)
    return Block("item" if first.level else "paragraph", start, end, level=first.level)


def _headed(text: str, blocks: Iterable[Block], vocabulary: Vocabulary) -> Iterator[Block]:
    """Gives the rows of each table their headers."""
    for is_row, group in itertools.groupby(blocks, key=lambda block: block.kind == "row"):
        if is_row:
            rows = [TableRow(b, tuple(text[start:end] for start, end in b.cells)) for b in group]
            yield from headed(rows, (), vocabulary, first_is_header=False)[0]
        else:
            yield from group


def cut(text: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """Cuts blocks without end (a policy on one line), at a sentence's end where there is one."""
    for block in blocks:
        start = block.start
        while block.end - start > BLOCK_LENGTH and block.kind != "row":
            stops = (text.rfind(stop, start, start + BLOCK_LENGTH) + 1 for stop in _TERMINAL)
            end = max(stops)
            end = end if end > start else start + BLOCK_LENGTH
            yield replace(block, start=start, end=end)
            start = end
        yield replace(block, start=start)


def _cells(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The cells of a row whose cells are set apart by tabs or, as in Markdown, by bars."""
    bars = sum(text.count(bar, start, end) for bar in _BARS)
    by_bars = bars > 1
    if not by_bars and "\t" not in text[start:end]:
        return _spaced_cells(text, start, end)
    if (bars if by_bars else text.count("\t", start, end)) > _MOST_CELLS:
        return ()
    if by_bars:  # Those at both ends only frame the row; what is empty between two is a cell.
        start += text[start] in _BARS
        end -= text[end - 1] in _BARS
    cells = []
    for match in (_BARRED if by_bars else _TABBED).finditer(text, start, end):
        first, last = match.span()
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last or by_bars:
            cells.append((first, last))
    return tuple(cells) if len(cells) > 1 else ()


def _spaced_cells(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The cells of a row whose columns are set with blanks."""
    if "  " not in text[start:end] or _NO_CELL.search(text, start, end):
        return ()
    cells = tuple(match.span() for match in _SPACED.finditer(text, start, end))
    return cells if _LEAST_COLUMNS <= len(cells) <= _MOST_CELLS else ()
