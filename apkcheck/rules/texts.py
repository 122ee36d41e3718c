"""The documents of a case as patterns are matched with them; what was folded is kept."""

from __future__ import annotations

import bisect
import functools

from apkcheck.model import Document
from apkcheck.tables import Vocabulary
from apkcheck.text import fold


class Text:
    """One document and the words of its language."""

    def __init__(self, document: Document, words: Vocabulary) -> None:
        self.document = document
        self.blocks = document.blocks
        self.words = words
        self._parts: dict[tuple[int, int], str] = {}
        self._mentioned: dict[tuple[str, str | None], bool] = {}

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @functools.cached_property
    def _whole(self) -> str:
        return fold(self.document.text)

    def part(self, start: int, end: int) -> str:
        """Part of the document: folded, but English keeps its blanks."""
        if (start, end) not in self._parts:
            self._parts[start, end] = self._comparable(self.document.text[start:end])
        return self._parts[start, end]

    def _comparable(self, text: str) -> str:
        return " ".join(text.lower().split()) if self.document.language == "en" else fold(text)

    def block(self, index: int) -> str:
        """The text of a block."""
        block = self.blocks[index]
        return self.part(block.start, block.end)

    def block_at(self, offset: int) -> int:
        """The index of the block that holds a character of the document."""
        return max(0, bisect.bisect_right(self._starts, offset) - 1)

    def mentions(self, kind: str, *, outside: str | None = None) -> bool:
        """Whether any of a kind of words stands anywhere, but in turns of another kind."""
        if (kind, outside) not in self._mentioned:
            whole = self.words.pattern(outside).sub("\n", self._whole) if outside else self._whole
            self._mentioned[kind, outside] = self.words.pattern(kind).search(whole) is not None
        return self._mentioned[kind, outside]
