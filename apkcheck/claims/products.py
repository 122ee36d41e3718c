"""SDKs by a vendor's name and words for what they do, where no table has the name (阿里云|推送)."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from apkcheck.tables import Sdk, Tables, Vocabulary
from apkcheck.text import fold

_SHORTEST = 2
"""Shortest brand, in characters."""
_INSIDE = re.compile("[a-z0-9]{2}")
"""Two characters between which no Latin word ends: One is no brand in OnePush."""


class ProductNames:
    """Resolves names made of a brand and words for what its product does.

    A brand is a name of a vendor, or what stands before such words in the name of a product
    (荣耀 in 荣耀推送). Behind it there may be nothing but words of ``sdk_categories.json`` and
    filling ones; the SDK must be the vendor's only one that fits, else the name stays unresolved:
    an SDK taken for another would hide that this one is not named.
    """

    def __init__(self, tables: Tables, vocabulary: Vocabulary) -> None:
        self._tables = tables
        self._cues: dict[str, frozenset[str]] = {}
        for category in tables.sdk_categories.values():
            for cue in map(fold, category.cues):
                self._cues[cue] = self._cues.get(cue, frozenset()) | {category.id}
        filling = vocabulary.pattern("sdk-filling").pattern
        cues = "|".join(map(re.escape, sorted(self._cues, key=lambda c: (-len(c), c))))
        self._cue = re.compile(cues or "(?!)")
        self._word = re.compile(f"(?P<cue>{cues or '(?!)'})|{filling}")
        self._words = re.compile(f"(?:{self._word.pattern.replace('(?P<cue>', '(?:')})+")
        self._end = re.compile(r"(?![a-z0-9\u4e00-\u9fff])")
        self._names = [
            (
                row,
                tuple(map(fold, row.names)),
                frozenset(map(fold, row.all_vendor_names)),
            )
            for row in tables.sdks.values()
        ]
        self._brands = frozenset(self._all_brands())

    def of(self, name: str) -> str | None:
        """The SDK that a folded name without blanks and without SDK at its end means."""
        for end in range(len(name) - 1, _SHORTEST - 1, -1):
            if name[:end] in self._brands and (cues := self._behind(name, end)):
                return self._only(name[:end], cues)
        return None

    def is_shared(self, name: str) -> bool:
        """Whether a folded name is the brand of several SDKs: of a vendor, or what their names
        begin with."""
        own = (row for row, names, vendors in self._names if _is_of(name, names, vendors))
        return name in self._brands and len(tuple(itertools.islice(own, 2))) > 1

    def by_purpose(self, brand: str, purpose: str) -> str | None:
        """The SDK that a folded brand means beside the words for what it is used for.

        All words that tell a category count: an SDK for one of several uses is no sure find.
        The name of a company is none: it may have a product that has a name of its own.
        """
        bare = brand.removesuffix("sdk")
        if bare not in self._brands:
            return None
        cues = {m.group(): self._cues[m.group()] for m in self._cue.finditer(purpose)}
        found = {self._only(bare, {cue: categories}) for cue, categories in cues.items()}
        return found.pop() if len(found) == 1 else None

    def end(self, chars: str, start: int, stop: int) -> int:
        """Where the words for what a product does end that begin at ``start``: there, if none do.

        They must reach the end of the word, or its SDK.
        """
        match = self._words.match(chars, start, stop)
        if match is None:
            return start
        whole = chars.startswith("sdk", match.end()) or self._end.match(chars, match.end())
        return match.end() if whole else start

    def _all_brands(self) -> Iterator[str]:
        for _, names, vendors in self._names:
            yield from vendors
            for name in names:
                for end in range(_SHORTEST, len(name)):
                    if self._behind(name, end) and not self._words.fullmatch(name, 0, end):
                        yield name[:end]

    def _behind(self, name: str, start: int) -> dict[str, frozenset[str]]:
        """The cues behind a brand, if nothing but cues and filling follows; else none."""
        if _INSIDE.match(name, start - 1):
            return {}
        words, at = name[start:], 0
        found: dict[str, frozenset[str]] = {}
        while at < len(words):
            match = self._word.match(words, at)
            if match is None or match.end() == at:
                return {}
            if match["cue"]:
                found[match["cue"]] = self._cues[match["cue"]]
            at = match.end()
        return found

    def _only(self, brand: str, cues: dict[str, frozenset[str]]) -> str | None:
        """The only SDK of a brand that fits; one with such a name in the table comes first.

        One of which no trace is known must have such a name: else it would leave in doubt whether
        another is meant, which an app can show.
        """
        categories = frozenset.intersection(*cues.values())
        found: list[Sdk] = []
        called: list[Sdk] = []
        for row, names, vendors in self._names:
            own = [name for name in names if name.startswith(brand)]
            if not own and brand not in vendors:
                continue
            named = any(all(c in n for c in cues) for n in names)
            if named or (row.category in categories and not row.untraced):
                found.append(row)
            if row.category in categories and any(all(c in n for c in cues) for n in own):
                called.append(row)
        for rows in (called, found):
            if len(rows) == 1:
                return rows[0].id
        return None


def _is_of(brand: str, names: tuple[str, ...], vendors: frozenset[str]) -> bool:
    return brand in vendors or any(name.startswith(brand) for name in names)


@functools.lru_cache(maxsize=4)
def product_names(tables: Tables, vocabulary: Vocabulary) -> ProductNames:
    """The names of the tables, made ready once."""
    return ProductNames(tables, vocabulary)
