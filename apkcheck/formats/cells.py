"""Text for cells of terminal tables: harmless, wrapped by the columns that characters take."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tabulate import tabulate
from wcwidth import wcwidth

if TYPE_CHECKING:
    from apkcheck.model import ApiCall, PermissionUse

ELLIPSIS = "…"
_PADDING = 2
"""Columns that tabulate adds to the widest line of a header."""


@functools.lru_cache(maxsize=32_768)
def clean(text: str, limit: int = 400) -> str:
    """One line without control or direction characters, cut after ``limit`` characters.

    Names come from APKs and policies of strangers: what could move the cursor or turn the
    direction of writing is shown as its code.
    """
    shown = " ".join(text[: limit * 2].split())
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else _code(char) for char in shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}"


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(max(wcwidth(char), 0) for char in text)


def wrap(text: str, width: int) -> str:
    """Breaks a text into lines of at most ``width`` columns, at blanks where there are any near."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for word in _pieces(paragraph):
            size = width_of(word)
            if used and used + size > width:
                lines.append(line.rstrip())
                line, used, word = "", 0, word.lstrip()
                size = width_of(word)
            while size > width:
                head = _head(word, width)
                lines.append(head)
                word = word[len(head) :]
                size = width_of(word)
            line, used = line + word, used + size
        lines.append(line.rstrip())
    return "\n".join(lines)


def _pieces(text: str) -> Iterable[str]:
    """Words with their blanks, and wide characters, each of which may end a line.

    Closing punctuation stays with what is before it, opening with what follows.
    """
    piece = ""
    for char in text:
        if piece and _may_break(piece, char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(piece: str, char: str) -> bool:
    last = piece[-1]
    if unicodedata.category(last) in ("Ps", "Pi"):
        return False
    wide = wcwidth(char) == 2
    if (wide or wcwidth(last) == 2) and unicodedata.category(char) in ("Pe", "Pf", "Po"):
        return False
    if wide or wcwidth(last) == 2 or last == " ":
        return char != " "
    return last in "/._" and char not in "/._"


def _head(word: str, width: int) -> str:
    used = 0
    for index, char in enumerate(word):
        used += max(wcwidth(char), 0)
        if used > width:
            return word[: max(index, 1)]
    return word


def grid(headers: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> str:
    """A table with lines between its cells; each column is as wide as told."""
    body = [[wrap(cell, size) for cell, size in zip(row, widths, strict=True)] for row in rows]
    head = [wrap(cell, size - _PADDING) for cell, size in zip(headers, widths, strict=True)]
    return tabulate(body, head, tablefmt="grid", disable_numparse=True)


def columns(total: int, weights: Sequence[int], minimum: int = 6) -> tuple[int, ...]:
    """Shares ``total`` columns out by weight, after the lines of the grid.

    Every column has ``minimum``, if need be at the cost of the widest, so that the grid is wider
    than ``total`` only where all columns are at the minimum.
    """
    room = max(total - 3 * len(weights) - 1, minimum * len(weights))
    shares = [max(minimum, room * weight // sum(weights)) for weight in weights]
    while sum(shares) > room:
        shares[shares.index(max(shares))] -= 1
    shares[-1] += room - sum(shares)
    return tuple(shares)


def protection(use: PermissionUse, text: Callable[..., str]) -> str:
    """How a permission is protected, in the platform's words, and whether users grant it apart.

    ``text`` gives a message by its key, with its placeholders filled.
    """
    words = [word for word in (use.protection, use.group, *use.flags) if word]
    return " ".join([*words, text("label.special")] if use.special else words) or "—"


def permission_source(use: PermissionUse, text: Callable[..., str]) -> str:
    """Where the app has a permission from; what another one brings along says which."""
    source = text(f"label.source-{use.source}")
    if use.source == "implied" and use.implied_by is not None:
        source = text("text.implied-by", cause=clean(use.implied_by.rpartition(".")[2], 80))
    return source if use.max_sdk is None else f"{source} (≤ API {use.max_sdk})"


def reachability(call: ApiCall, text: Callable[..., str]) -> str:
    """Whether a call can run, in a word."""
    if call.at_start:
        return text("reachable.at-start")
    names = {True: "yes", False: "no", None: "unknown"}
    return text(f"reachable.{names[call.reachable]}")
