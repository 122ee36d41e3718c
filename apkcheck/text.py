"""Text as it is compared: folded, without blanks, with a map back to the text as it lies on disk.

Policies write one word in many ways: ＩＭＥＩ, OPEN U DID, "Android" and "ID" on two lines. So
words are looked for in *dense* text: NFKC, lower case, no white space, nothing invisible. Each of
its characters knows the offset of the character that it came from.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import operator
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
)
"""Characters that show nothing: soft hyphen, zero-width ones and direction marks."""

_TYPESETTING = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys(INVISIBLE, "")
)
"""Hyphens that typesetting puts for the plain one (Wi‑Fi), and what shows nothing."""


_NARROW = {wide: chr(ord(wide) - 0xFEE0) for wide in "，：；（）！？"} | dict.fromkeys(
    "\u3000\xa0", " "
)
"""What nearly all Chinese text has that NFKC changes, character by character: with these done
first, most texts are found to be normal."""
_TYPESET = re.compile("[" + "".join(map(chr, sorted(_TYPESETTING))) + "]")
_UNEVEN = re.compile(f"{_TYPESET.pattern}|Σ")
"""What does not become one character, or (Greek sigma) another one at the end of a word."""
LABEL_LEAD = "0123456789.、-•·*(),;。"
"""What may stand before the label of a field (1. SDK名称：…), folded."""
_CLAUSE_STOP = re.compile("[,，;；:]")
_BLANK = re.compile(r"\s+")
_WORDS = re.compile(r"\S+")
_ASCII_WORD = re.compile("[A-Za-z0-9]{2,}")


@dataclass(frozen=True)
class Dense:
    """Dense text with its offsets."""

    chars: str
    offsets: Sequence[int]
    """For each character, the offset of its origin in the source text."""
    gaps: frozenset[int]
    """Indexes before which white space was left out."""

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source text that ``chars[start:end]`` came from."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def is_boundary(self, index: int) -> bool:
        """Whether an ASCII word may begin or end before ``index``."""
        return index not in self.inner

    @functools.cached_property
    def stops(self) -> tuple[int, ...]:
        """The indexes of commas, semicolons and colons: clauses end there."""
        return tuple(match.start() for match in _CLAUSE_STOP.finditer(self.chars))

    @functools.cached_property
    def pairs(self) -> list[str]:
        """Each character but the last with the one behind it."""
        return pairs_of(self.chars)

    def pieces(self, start: int, end: int) -> set[str]:
        """The characters of a part and its pairs of neighbouring ones."""
        return {*self.pairs[start : end - 1], *self.chars[start:end]}

    @functools.cached_property
    def inner(self) -> frozenset[int]:
        """The indexes inside ASCII words: no word begins or ends there (SID in SSID)."""
        inside = (
            index
            for match in _ASCII_WORD.finditer(self.chars)
            for index in range(match.start() + 1, match.end())
        )
        return frozenset(inside) - self.gaps


def densify(text: str, start: int = 0, end: int | None = None) -> Dense:
    """Makes dense text of ``text[start:end]``; offsets count in the whole text."""
    part = text[start:end]
    plain = _in_step(part)
    if plain is None:
        return _densified(part, start)
    if not _BLANK.search(plain):
        return Dense(plain, range(start, start + len(plain)), frozenset())
    words = [*_WORDS.finditer(plain)]
    offsets = [
        *itertools.chain.from_iterable(range(start + w.start(), start + w.end()) for w in words)
    ]
    return Dense("".join(w.group() for w in words), offsets, _gaps(plain, start, offsets))


def _in_step(part: str) -> str | None:
    """The text folded but with its blanks, if each character becomes just one; else None."""
    folded = _narrowed(part)
    if not unicodedata.is_normalized("NFKC", folded) or _UNEVEN.search(folded):
        return None
    lower = folded.lower()
    return lower if len(lower) == len(part) else None


def _densified(part: str, start: int) -> Dense:
    """Dense text of any characters, one by one."""
    folded = [*map(_fold_char, part)]
    lengths = map(len, folded)
    offsets = [
        *itertools.chain.from_iterable(map(itertools.repeat, itertools.count(start), lengths))
    ]
    return Dense("".join(folded), offsets, _gaps(part, start, offsets))


def _gaps(part: str, start: int, offsets: Sequence[int]) -> frozenset[int]:
    """Where blanks were left out; ``offsets`` are those of what is left."""
    blanks = _BLANK.finditer(part)
    return frozenset(bisect.bisect_left(offsets, start + blank.start()) for blank in blanks)


def pairs_of(text: str) -> list[str]:
    """Each character of a text but the last with the one behind it."""
    return [*map(operator.add, text, text[1:])]


def fold(text: str) -> str:
    """Text in the form in which words are compared; a form of a table is folded alike."""
    if text.isascii():
        return "".join(text.split()).lower()
    folded = text
    if not unicodedata.is_normalized("NFKC", text):
        folded = _narrowed(text)
        if not unicodedata.is_normalized("NFKC", folded):
            folded = unicodedata.normalize("NFKC", folded)
    folded = folded.lower()
    if folded.isalnum():
        return folded  # As most words are: there is nothing in them to leave out.
    if _TYPESET.search(folded):
        folded = folded.translate(_TYPESETTING)
    return "".join(folded.split())


def _narrowed(text: str) -> str:
    for wide, narrow in _NARROW.items():
        text = text.replace(wide, narrow)
    return text


@functools.lru_cache(maxsize=1 << 15)
def _fold_char(char: str) -> str:
    return fold(char)
