"""Sentences of a block, with the words and turns that decide how each is read."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from apkcheck.claims.lexicon import Token
from apkcheck.tables import Vocabulary
from apkcheck.tables.pieces import Sieve
from apkcheck.text import Dense

_STOPS = "。！？!?"
_OPENING, _CLOSING = "([【", ")]】"
LONGEST = 2000
"""Characters after which a sentence is cut at the next comma; the longest real ones have 1,000."""
_OVERLONG = 100
"""Characters after which a sentence without any comma is cut anywhere."""
_MARK = re.compile(r"[。！？!?;；(\[【)\]】.,，、/]")
_ENGLISH_STOP = re.compile(r"\.(?=[^a-z0-9]|$)")

TURN_KINDS = (
    "refusal",
    "consequence",
    "exemption",
    "exception",
    "definition-mark",
    "to-us",
    "to-others",
    "for-user",
    "protection",
    "aside",
)
"""Turns of phrase that are found by pattern and change how the words after them count."""

CONDITION_KINDS = ("condition-action", "condition-consent")
"""Conditions, which are found by pattern too."""
LINK_KIND = "linked-document"
NAME_KINDS = ("sdk-name", "company")
"""Names that no table knows."""
STATEMENT_KINDS = "statement-"
"""What the kinds of words that name a topic of a statement begin with."""

MARK_KINDS = ("platform-ios", "platform-android", "open-list", "open-list-end")


class Turn(NamedTuple):
    """A turn of phrase in a dense text."""

    kind: str
    start: int
    end: int


@functools.lru_cache(maxsize=4)
def _sieve_of(vocabulary: Vocabulary) -> Sieve:
    statements = vocabulary.kinds(STATEMENT_KINDS)
    return vocabulary.sieve((*TURN_KINDS, *CONDITION_KINDS, LINK_KIND, *NAME_KINDS, *statements))


@dataclass(frozen=True)
class Sentence:
    """A sentence as a span of dense text, with its words and turns."""

    dense: Dense
    start: int
    end: int
    tokens: tuple[Token, ...]
    vocabulary: Vocabulary = field(compare=False, repr=False)
    marks: tuple[Token, ...] = ()
    """Of the tokens, those that name a platform or leave a list open."""
    known: dict[str, tuple[Turn, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The turns that were looked for, by kind: most sentences are never asked for most."""

    chars: str = field(init=False, compare=False, repr=False)
    """The sentence's dense characters."""
    kinds: frozenset[str] = field(init=False, compare=False, repr=False)
    """The kinds of all its words."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "chars", self.dense.chars[self.start : self.end])
        kinds = [token.kinds for token in self.tokens]
        object.__setattr__(self, "kinds", kinds[0].union(*kinds) if kinds else frozenset())

    def has(self, *kinds: str) -> bool:
        """Whether a word of one of these kinds stands in it."""
        return not self.kinds.isdisjoint(kinds)

    def words(self, *kinds: str) -> tuple[Token, ...]:
        """Its words of these kinds, in text order."""
        if self.kinds.isdisjoint(kinds):
            return ()
        return tuple(token for token in self.tokens if not token.kinds.isdisjoint(kinds))

    @functools.cached_property
    def possible(self) -> set[str]:
        """The kinds of turns, conditions and statements that its characters allow."""
        return _sieve_of(self.vocabulary).kinds(self.dense.pieces(self.start, self.end))

    @property
    def is_complete(self) -> bool:
        """Whether it ends with a full stop, so that what it said does not carry on."""
        return self.dense.chars[self.end - 1] in _STOPS + "."

    def turns(self, kind: str) -> tuple[Turn, ...]:
        """The turns of a kind in the sentence, in text order."""
        if kind not in self.possible:
            return ()
        if kind not in self.known:
            found = self.vocabulary.pattern(kind).finditer(self.chars)
            at = self.start
            self.known[kind] = tuple(Turn(kind, at + m.start(), at + m.end()) for m in found)
        return self.known[kind]

    def has_turn(self, *kinds: str) -> bool:
        """Whether a turn of one of these kinds stands in the sentence."""
        return any(self.turns(kind) for kind in kinds if kind in self.possible)

    def turn_at(self, kind: str, start: int, end: int) -> bool:
        """Whether a turn of the kind overlaps a span."""
        return any(t.start < end and start < t.end for t in self.turns(kind))

    def clause_start(self, index: int) -> int:
        """Where the clause that holds ``index`` begins: after the last comma or colon."""
        stops = self.dense.stops
        at = bisect.bisect_left(stops, index) - 1
        return max(self.start, stops[at] + 1) if at >= 0 else self.start

    def clause_end(self, index: int) -> int:
        """Where the clause that holds ``index`` ends."""
        stops = self.dense.stops
        at = bisect.bisect_left(stops, index)
        return min(self.end, stops[at]) if at < len(stops) else self.end


def sentences(
    dense: Dense, tokens: tuple[Token, ...], vocabulary: Vocabulary
) -> Iterator[Sentence]:
    """Splits a block at full stops, and at semicolons outside brackets."""
    first = 0
    for start, end in _spans(dense):
        last = first
        while last < len(tokens) and tokens[last].start < end:
            last += 1
        inside = tuple(token for token in tokens[first:last] if token.end <= end)
        marks = tuple(token for token in inside if token.has(*MARK_KINDS))
        yield Sentence(dense, start, end, inside, vocabulary, marks)
        first = last


def _spans(dense: Dense) -> Iterator[tuple[int, int]]:
    chars = dense.chars
    start = depth = 0
    for match in _MARK.finditer(chars):
        index, char = match.start(), match.group()
        while index - start > LONGEST + _OVERLONG:
            yield start, start + LONGEST
            start += LONGEST
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        if (
            char in _STOPS
            or (char in ";；" and not depth)
            or _english_stop(dense, index)
            or _too_long(char, index - start)
        ):
            yield start, index + 1
            start, depth = index + 1, 0
    while start < len(chars):
        end = min(start + LONGEST + _OVERLONG, len(chars))
        yield start, end
        start = end


def _too_long(char: str, length: int) -> bool:
    return length >= LONGEST and (char in ",，、/" or length >= LONGEST + _OVERLONG)


def _english_stop(dense: Dense, index: int) -> bool:
    """A full stop after a word, and before a blank or no letter, ends an English sentence."""
    chars = dense.chars
    if chars[index] != "." or not chars[max(0, index - 2) : index].isalpha():
        return False
    return index + 1 in dense.gaps or _ENGLISH_STOP.match(chars, index) is not None
