"""Text of strangers for a page: what could turn the direction of writing is shown as its code.

Names come from APKs and policies of unknown origin. Escaping keeps them from being markup; this
keeps them from looking like something else (a name that reads backwards, a hidden character).
"""

from __future__ import annotations

import functools
import re
import unicodedata

_SUSPECT = re.compile("[^\\S\n\t ]|[^\\w\\s!-~\u2010-\u2027\u3001-\u301f\uff01-\uff5e]")
"""What may be harmful: common punctuation is known not to be, which saves most of the time."""
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories: controls, formats (directions, zero widths), unpaired surrogates, unassigned
characters, and separators of lines that no editor shows."""
ELLIPSIS = "…"


@functools.lru_cache(maxsize=4096)
def inert(text: str, limit: int | None = None) -> str:
    """The text with every invisible or directing character shown as ``\\u202e``; one for one else.

    Args:
        text: Any text; line feeds, tabs and all blanks stay.
        limit: Most characters of the result; what is cut is marked.
    """
    cut = text if limit is None else text[: limit + 1]
    shown = _SUSPECT.sub(_shown, cut)
    if limit is not None and len(shown) > limit:
        return shown[: limit - 1] + ELLIPSIS
    return shown


def _shown(match: re.Match[str]) -> str:
    char = match.group()
    if unicodedata.category(char) in _HARMFUL and char not in "\r":
        return f"\\u{ord(char):04x}"
    return char
