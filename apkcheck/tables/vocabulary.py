"""The words of a language by what they do, and their patterns, ready to match."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

from apkcheck.tables.pieces import Sieve, Wording, wordings_of
from apkcheck.tables.rows import Word
from apkcheck.text import fold


class Vocabulary:
    """Looks words up by kind. All matching is done on folded text (``apkcheck.text``)."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._words = tuple(words)
        self._forms: dict[str, frozenset[str]] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}

    def forms(self, kind: str) -> frozenset[str]:
        """The folded forms of a kind of word."""
        if kind not in self._forms:
            found = (fold(f) for w in self._words if w.kind == kind for f in w.forms)
            self._forms[kind] = frozenset(found)
        return self._forms[kind]

    def kinds(self, prefix: str) -> tuple[str, ...]:
        """All kinds that begin with ``prefix``, sorted."""
        return tuple(sorted({w.kind for w in self._words if w.kind.startswith(prefix)}))

    def pattern(self, kind: str) -> re.Pattern[str]:
        """One regular expression for all forms and patterns of a kind; it may match nowhere."""
        if kind not in self._patterns:
            self._patterns[kind] = re.compile(self._expression(kind))
        return self._patterns[kind]

    def before(self, kind: str, folded: str) -> str:
        """Of each sentence of a folded text, what stands before the first word of the kind."""
        word = self.pattern(kind)
        return "。".join(word.split(part, 1)[0] for part in folded.split("。"))

    def sieve(self, kinds: Iterable[str]) -> Sieve:
        """Tells which of the kinds a text can match; their patterns are not compiled for this."""
        return Sieve({kind: self._wordings(kind) for kind in kinds})

    def _wordings(self, kind: str) -> tuple[Wording, ...] | None:
        patterns = [p for w in self._words if w.kind == kind for p in w.patterns]
        found: list[Wording] = []
        for expression in (*patterns, *map(re.escape, sorted(self.forms(kind)))):
            wordings = wordings_of(expression)
            if wordings is None:
                return None
            found.extend(wordings)
        return tuple(found)

    def _expression(self, kind: str) -> str:
        parts = [f"(?:{p})" for w in self._words if w.kind == kind for p in w.patterns]
        forms = sorted(self.forms(kind), key=lambda f: (-len(f), f))
        parts.extend(re.escape(form) for form in forms)
        return "|".join(_unnamed(parts)) or r"(?!)"

    def rows(self, kind: str) -> tuple[Word, ...]:
        """The rows of a kind, in the order of their ids."""
        return tuple(w for w in self._words if w.kind == kind)

    def names(self, kind: str, text: str) -> Iterable[str]:
        """Every ``name`` or ``date`` group that a pattern of the kind captures, in text order."""
        for _, value in sorted(
            (match.start(), value)
            for pattern in _compiled(tuple(p for w in self.rows(kind) for p in w.patterns))
            for match in pattern.finditer(text)
            for value in match.groupdict().values()
            if value
        ):
            yield value


@functools.cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in patterns)


def _unnamed(parts: list[str]) -> list[str]:
    """Several patterns may name the same group, which one expression must not."""
    return [re.sub(r"\(\?P<\w+>", "(?:", part) for part in parts]


def vocabulary(words: Mapping[str, Word]) -> Vocabulary:
    """The vocabulary of one table of words."""
    return Vocabulary(words.values())
