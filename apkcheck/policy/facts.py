"""What a document says of itself: title, dates, language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apkcheck.model import Block
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

_DATE = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})")
_HEAD = 4_000
"""Characters at the beginning and the end in which dates are looked for."""
_TITLE_BLOCKS = 12
_TITLE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """Title, ISO dates and language of a document."""

    title: str | None
    updated: str | None
    effective: str | None
    language: str


def facts_of(text: str, blocks: tuple[Block, ...], vocabulary: Vocabulary) -> Facts:
    """Reads the facts; what a document does not say stays None."""
    lines = (*text[:_HEAD].splitlines(), *text[-_HEAD:].splitlines())
    head = "\n".join(fold(line) for line in lines)
    return Facts(
        title=_title(text, blocks, vocabulary),
        updated=_date("date-updated", head, vocabulary),
        effective=_date("date-effective", head, vocabulary),
        language=language_of(text),
    )


def language_of(text: str) -> str:
    """``zh`` if at least a tenth of the letters are Chinese characters, else ``en``."""
    sample = text[:50_000]
    letters = sum(c.isalpha() for c in sample)
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in sample)
    return "zh" if chinese * 10 >= max(letters, 1) else "en"


def _title(text: str, blocks: tuple[Block, ...], vocabulary: Vocabulary) -> str | None:
    pattern = vocabulary.pattern("title")
    for block in blocks[:_TITLE_BLOCKS]:
        line = " ".join(text[block.start : block.end].split())
        if len(line) <= _TITLE_LENGTH and pattern.search(fold(line)):
            return line
    return None


def _date(kind: str, head: str, vocabulary: Vocabulary) -> str | None:
    for found in vocabulary.names(kind, head):
        match = _DATE.match(found)
        if match:
            year, month, day = (int(g) for g in match.groups())
            if 1 <= month <= 12 and 1 <= day <= 31:
                return f"{year:04}-{month:02}-{day:02}"
    return None
