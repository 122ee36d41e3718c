"""What a text must hold for a pattern to match: lets most patterns be passed over unsearched.

Each way in which a pattern can match, its *wording*, is parsed into what every text with such a
match holds: characters and pairs of neighbouring ones, its *pieces* (``Dense.pieces``).
撤回.*(?:同意|授权) asks for 撤回 and for one of 同意 and 授权. A *sieve* tells, of many kinds of
patterns at once, which a text can match at all, by looking its pieces up in one index.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_MOST_RANGE = 12
"""Characters up to which a range such as [0-9] is spelled out."""
_PAIR = 2

_parser: Any = importlib.import_module("re._parser")
"""Python's own reader of patterns. It is not documented, so whatever it gives that is not known
here counts as a part that says nothing."""

Pieces = frozenset[str]
Wording = tuple[Pieces, ...]
"""Sets of pieces: a text with a match of this wording holds at least one piece of each."""


def wordings_of(pattern: str) -> tuple[Wording, ...] | None:
    """The ways in which a pattern can match; None if there is one that is sure of nothing."""
    parsed = _parser.parse(pattern)
    if parsed.state.flags & re.IGNORECASE:
        return None
    found = tuple(tuple(_of_sequence(nodes)) for nodes in _choices(parsed))
    return found if all(found) else None


def _choices(parsed: Any) -> list[Any]:
    """The alternatives of a pattern that is nothing but these."""
    nodes = [*parsed]
    if len(nodes) == 1 and str(nodes[0][0]) == "BRANCH":
        return list(nodes[0][1][1])
    return [parsed]


def _of_sequence(nodes: Any) -> Iterator[Pieces]:
    """What each part asks for; letters in a row are one part."""
    run = ""
    for name, value in [(str(op), value) for op, value in nodes] + [("END", None)]:
        if name == "LITERAL":
            run += chr(value)
            continue
        yield from _of_run(run)
        run = ""
        yield from _of_part(name, value)


def _of_run(run: str) -> Iterator[Pieces]:
    pairs = [run[at : at + _PAIR] for at in range(len(run) - 1)] or [*run]
    yield from (frozenset({piece}) for piece in pairs)


def _of_part(name: str, value: Any) -> Iterable[Pieces]:
    if name == "SUBPATTERN":
        _, added, _, body = value
        return () if added & re.IGNORECASE else _of_sequence(body)
    if name == "ATOMIC_GROUP":
        return _of_sequence(value)
    if name == "BRANCH":
        return _of_choices(min(_of_sequence(c), key=_badness, default=None) for c in value[1])
    if name.endswith("_REPEAT"):
        least, _, body = value
        return _of_sequence(body) if least else ()
    if name == "IN":
        return _of_choices(_of_member(str(kind), member) for kind, member in value)
    return ()


def _badness(pieces: Pieces) -> tuple[bool, int, list[str]]:
    """Single characters are common in any text, and so is one of many."""
    return any(len(piece) < _PAIR for piece in pieces), len(pieces), sorted(pieces)


def _of_choices(choices: Iterable[Pieces | None]) -> Iterator[Pieces]:
    """One of several: what one of them asks for is asked for only if each asks for something."""
    found: set[str] = set()
    for choice in choices:
        if choice is None:
            return
        found |= choice
    yield frozenset(found)


def _of_member(kind: str, member: Any) -> Pieces | None:
    """A member of a set of characters."""
    if kind == "LITERAL":
        return frozenset({chr(member)})
    if kind == "RANGE" and member[1] - member[0] < _MOST_RANGE:
        return frozenset(map(chr, range(member[0], member[1] + 1)))
    return None


class _Asked(NamedTuple):
    """What a wording asks for beside the piece under which it is looked up."""

    kind: str
    every: Pieces
    some: tuple[Pieces, ...]


class Sieve:
    """Tells which kinds of patterns a text can match."""

    def __init__(self, kinds: Mapping[str, tuple[Wording, ...] | None]) -> None:
        """Args: kinds: The wordings of each kind; None for one that is sure of nothing."""
        self._always = frozenset(kind for kind, wordings in kinds.items() if wordings is None)
        known = [(kind, wording) for kind, found in kinds.items() for wording in found or ()]
        common = Counter(p for _, wording in known for pieces in wording for p in pieces)
        """In how many wordings a piece stands: the most common ones say the least."""
        self._by_piece: dict[str, list[_Asked]] = {}
        for kind, wording in known:
            ranked = {
                (_badness(p)[0], sum(common[piece] for piece in p), *sorted(p)): p for p in wording
            }
            key = ranked[min(ranked)]
            asked = _asked(kind, (pieces for pieces in wording if pieces != key))
            for piece in key:
                self._by_piece.setdefault(piece, []).append(asked)
        self._pieces = frozenset(self._by_piece)

    def kinds(self, held: set[str]) -> set[str]:
        """The kinds that a text with these pieces can match; it matches none of the others."""
        found = set(self._always)
        for piece in self._pieces & held:
            for kind, every, some in self._by_piece[piece]:
                if kind not in found and every <= held and not any(map(held.isdisjoint, some)):
                    found.add(kind)
        return found


def _asked(kind: str, wording: Iterable[Pieces]) -> _Asked:
    needed = [*wording]
    every = frozenset(piece for pieces in needed if len(pieces) == 1 for piece in pieces)
    return _Asked(kind, every, tuple(pieces for pieces in needed if len(pieces) > 1))
