"""The numbers that a word processor puts before paragraphs: they are not in their text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_PLACE = re.compile(r"%([1-9])")
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = (
    (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"),
    (1, "i"),
)  # fmt: skip
_HAN_ONE = 0x3220
"""The ideograph of one in brackets: its compatibility form gives the character."""
_CIRCLED_ONE = 0x2460
BULLET = "•"


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list is numbered."""

    form: str | None
    """``decimal``, ``chineseCounting``, ``bullet`` …, as the file format names them."""
    text: str
    """With places for numbers: ``第%1条``, ``%1.%2``."""
    start: int


@dataclass
class ListNumbers:
    """Counts the paragraphs of every list."""

    lists: dict[str, dict[int, Level]]
    """The levels of each list by its id."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, number: str, level: int) -> str:
        """The mark of the next paragraph of a list at a level; empty if it has none."""
        levels = self.lists.get(number, {})
        own = levels.get(level)
        if own is None:
            return ""
        counts = self.counts.setdefault(number, {})
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if own.form == "bullet":
            return BULLET

        def place(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, own)
            return numeral(counts.get(at, other.start), other.form)

        return "" if own.form == "none" else _PLACE.sub(place, own.text)


def numeral(number: int, form: str | None) -> str:
    """A number as a form writes it; decimal where the form is not known or does not reach."""
    form = form or "decimal"
    if form.startswith(("chinese", "ideograph", "japaneseCounting", "taiwaneseCounting")):
        return _han(number)
    if form in ("lowerLetter", "upperLetter") and 0 < number <= len(_LATIN):
        letter = _LATIN[number - 1]
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < number < 200:
        return _roman(number).upper() if form == "upperRoman" else _roman(number)
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(_CIRCLED_ONE + number - 1)
    return str(number)


def _roman(number: int) -> str:
    letters = []
    for value, sign in _ROMAN:
        letters.append(sign * (number // value))
        number %= value
    return "".join(letters)


def _han(number: int) -> str:
    """Chinese numerals up to ninety-nine; no list of a policy is longer."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = _ideograph(10) if tens else ""
    return (_ideograph(tens) if tens > 1 else "") + ten + (_ideograph(ones) if ones else "")


def _ideograph(number: int) -> str:
    """The character of a number from one to ten, out of its form in brackets."""
    bracketed = unicodedata.normalize("NFKC", chr(_HAN_ONE + number - 1))
    return bracketed.strip("()")
