"""What a text must hold for a pattern to match: lets most patterns be passed over unsearched.

Of the parsed pattern one part is chosen that every match contains, such as 删除|清除|清空, and of
each of its wordings the first one or two characters, its *piece* (``apkcheck.text.pieces_in``).
A text that holds none of the pieces has no match. Where no such part is found, the pattern has to
be searched for.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

_MOST_RANGE = 12
"""Characters up to which a range such as [0-9] is spelled out."""
_PAIR = 2

_parser: Any = importlib.import_module("re._parser")
"""Python's own reader of patterns. It is not documented, so whatever it gives that is not known
here counts as a part that says nothing."""

Pieces = frozenset[str]


def pieces_of(pattern: str) -> Pieces | None:
    """Pieces of which every text with a match holds at least one; None if there are none such."""
    parsed = _parser.parse(pattern)
    return None if parsed.state.flags & re.IGNORECASE else _of_sequence(parsed)


def _of_sequence(nodes: Any) -> Pieces | None:
    """The best that any part asks for; letters in a row are one part."""
    found: list[Pieces] = []
    run = ""
    for name, value in [(str(op), value) for op, value in nodes] + [("END", None)]:
        if name == "LITERAL":
            run += chr(value)
            continue
        if run:
            found.append(frozenset({run[:_PAIR]}))
        run = ""
        asked = _of_part(name, value)
        if asked:
            found.append(asked)
    return min(found, key=_badness, default=None)


def _badness(pieces: Pieces) -> tuple[bool, int, list[str]]:
    """Single characters are common in any text, and so is one of many."""
    return any(len(piece) < _PAIR for piece in pieces), len(pieces), sorted(pieces)


def _of_part(name: str, value: Any) -> Pieces | None:
    if name == "SUBPATTERN":
        _, added, _, body = value
        return None if added & re.IGNORECASE else _of_sequence(body)
    if name == "ATOMIC_GROUP":
        return _of_sequence(value)
    if name == "BRANCH":
        return _of_choices(_of_sequence(choice) for choice in value[1])
    if name.endswith("_REPEAT"):
        least, _, body = value
        return _of_sequence(body) if least else None
    if name == "IN":
        return _of_choices(_of_member(str(kind), member) for kind, member in value)
    return None


def _of_choices(choices: Any) -> Pieces | None:
    """One of several: what one of them asks for is asked for only if each asks for something."""
    found: set[str] = set()
    for choice in choices:
        if choice is None:
            return None
        found |= choice
    return frozenset(found)


def _of_member(kind: str, member: Any) -> Pieces | None:
    """A member of a set of characters."""
    if kind == "LITERAL":
        return frozenset({chr(member)})
    if kind == "RANGE" and member[1] - member[0] < _MOST_RANGE:
        return frozenset(map(chr, range(member[0], member[1] + 1)))
    return None
