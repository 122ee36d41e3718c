"""The words of all tables in one dictionary, and the segmentation of a text into them.

jieba finds the segmentation with the fewest pieces over a dictionary that holds nothing but the
tables' words, so the longest word wins and words compete fairly: 显著位置 is no 位置, SSID no SID.
jieba's own dictionary, which takes a second to load, is never read. Only stretches of text in which
words overlap are given to it: elsewhere there is nothing to decide.
"""

from __future__ import annotations

import functools
import importlib
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import compress, count, pairwise
from types import ModuleType
from typing import Any, NamedTuple

from apkcheck.tables import Tables, Vocabulary
from apkcheck.text import Dense, fold, pairs_of

DATA = "data"
DATA_GUARDED = "data-guarded"
LABEL = "label"
LABEL_NAME = "label-name"
PERMISSION = "permission"
PERMISSION_NOUN = "permission-noun"
LABELS = frozenset({LABEL, PERMISSION_NOUN})
"""Kinds of words that name nothing but permissions."""
SDK = "sdk"
VENDOR = "vendor"

_DOTTED = re.compile(
    r"https?://[!-~]*|(?<![a-z0-9_\-])(?![0-9]+\.)[a-z0-9_\-]+(?:[.@][a-z0-9_\-]+)+"
)
"""Addresses and package names; not the number of an item with its first word (1.IMEI)."""
_VERSION = re.compile(r"[a-z0-9_\-]*sdk[_\-]?v?[0-9]+(?:\.[0-9]+)+")
"""The name of an SDK with its version (BuglySDK V4.1.9): no address."""
_TOKEN_KINDS = (
    "party-own",
    "party-user",
    "party-category",
    "party-carrier",
    "verb-collect",
    "verb-provide",
    "verb-share",
    "verb-give",
    "verb-use",
    "verb-other",
    "verb-access",
    "verb-embed",
    "verb-entrust",
    "sdk-word",
    "denial",
    "purpose-mark",
    "object-before",
    "open-list",
    "open-list-end",
    "platform-android",
    "platform-ios",
    "blocker",
)
_GAP = re.compile(r"(?<=[a-z0-9]) (?=[a-z])|(?<=[\u4e00-\u9fff]) ?(?=[a-z])")
"""Where a hyphen may stand between the words of a name; not in front of SDK, which is cut off."""
_HYPHEN = re.compile(r"(?<=[a-z0-9\u4e00-\u9fff])-(?=[a-z]{2})")
"""A hyphen that may be left out of a name."""
_HEADS = (3, 2, 1)
"""Numbers of characters at the beginning of a word by which it is looked for."""
_MANY = 1_000_000.0
"""What jieba takes for the size of its corpus; every word counts one, so that only the number of
pieces decides."""


class Entry(NamedTuple):
    """One meaning of a word: what kind of thing it names and which."""

    kind: str
    id: str


class Token(NamedTuple):
    """A word of the lexicon in a dense text."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    kinds: frozenset[str] = frozenset()
    """The kinds of its entries."""

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids that the word names as things of this kind."""
        return tuple(e.id for e in self.entries if e.kind == kind)

    def has(self, *kinds: str) -> bool:
        """Whether the word can be a thing of one of these kinds."""
        return not self.kinds.isdisjoint(kinds)


class Lexicon:
    """Finds words of the tables in dense text."""

    def __init__(self, tables: Tables, language: str) -> None:
        vocabulary = tables.en if language == "en" else tables.zh
        self._entries = _entries(tables, vocabulary, language)
        self._kinds = {form: _kinds(entries) for form, entries in self._entries.items()}
        self._segmenter = _segmenter(self._entries)
        self._pairs = frozenset(form[:2] for form in self._entries if len(form) > 1)
        """What words of several characters begin with."""
        self._lengths = _lengths(self._entries)
        self._short = frozenset(form for form in self._entries if len(form) == 1)
        self._spaced = language == "en"
        self._hosts = _hosts(tables)
        self._compounds: dict[str, bool] = {}

    def tokens(self, dense: Dense, *, compounds: bool = True) -> tuple[Token, ...]:
        """The words of a text in order; they do not overlap.

        Args:
            dense: The text.
            compounds: Whether labels of permissions that are made of other words count (获取手机
                号码): as data they are read as a verb and what follows it.
        """
        chars = dense.chars
        masks = list(self._masks(dense))
        found = [
            Token(start, end, self._entries[form], self._kinds[form])
            for start, end in self._pieces(dense, compounds=compounds)
            if (form := chars[start:end]) in self._entries
        ]
        if masks:
            found = [t for t in found if not any(a <= t.start < b for a, b in masks)]
            found = sorted((*found, *self._dotted(chars, masks)), key=lambda token: token.start)
        return tuple(found)

    def _masks(self, dense: Dense) -> Iterator[tuple[int, int]]:
        """Where addresses and names with dots stand; in English a blank ends them."""
        for match in _DOTTED.finditer(dense.chars):
            start, end = match.span()
            cuts = [at for at in range(start + 1, end) if at in dense.gaps] if self._spaced else []
            for first, last in pairwise((start, *cuts, end)):
                name = dense.chars[first:last]
                if (not cuts or _DOTTED.fullmatch(name)) and not _VERSION.fullmatch(name):
                    yield first, last

    def is_compound(self, form: str) -> bool:
        """Whether a word, folded, is a label of permissions made of a verb, data or both."""
        if form not in self._compounds:
            self._compounds[form] = self._is_label(form) and self._is_made_of_words(form)
        return self._compounds[form]

    def _is_label(self, form: str) -> bool:
        return form in self._kinds and self._kinds[form] <= LABELS

    def _is_made_of_words(self, form: str) -> bool:
        words = self._words(form, pairs_of(form), frozenset())
        words[0] = [end for end in words.get(0, ()) if not self._is_label(form[:end])]
        inside = {
            kind
            for start, end in self._route(form, words)
            for kind in self._kinds.get(form[start:end], ())
        }
        return bool(inside & {DATA, DATA_GUARDED}) or inside >= {"verb-access", LABEL}

    def _pieces(self, dense: Dense, *, compounds: bool) -> Iterator[tuple[int, int]]:
        """The words of the segmentation."""
        chars = dense.chars
        words = self._words(chars, dense.pairs, dense.inner)
        if not compounds:
            plain = (
                (start, [end for end in ends if not self.is_compound(chars[start:end])])
                for start, ends in words.items()
            )
            words = {start: ends for start, ends in plain if ends}
        for start, end in _stretches(words):
            if words[start][-1] == end:
                yield start, end
                continue
            inside = {
                at - start: [e - start for e in words.get(at, ())] for at in range(start, end)
            }
            for first, last in self._route(chars[start:end], inside):
                if last - first > 1 or last in inside.get(first, ()):
                    yield start + first, start + last

    def _words(self, chars: str, pairs: list[str], inner: frozenset[int]) -> dict[int, list[int]]:
        """Where words begin, each place with the ends of the words there, nearest first.

        A word competes only where it may begin and end (网易云信|IMSDK).
        """
        likely = compress(count(), map(self._pairs.__contains__, pairs))
        short = compress(count(), map(self._short.__contains__, chars))
        lengths, entries, last = self._lengths, self._entries, len(chars)
        words = {}
        for at in sorted({*likely, *short} - inner):
            for size in _HEADS:
                if (possible := lengths.get(chars[at : at + size])) is not None:
                    ends = (at + length for length in possible)
                    found = [e for e in ends if e <= last and chars[at:e] in entries]
                    if found:
                        words[at] = [e for e in found if e not in inner]
                    break
        return {at: ends for at, ends in words.items() if ends}

    def _route(self, chars: str, words: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
        """The way through the words with the fewest pieces."""
        graph = {
            start: [end - 1 for end in words.get(start, ())] or [start]
            for start in range(len(chars))
        }
        route: dict[int, tuple[float, int]] = {}
        self._segmenter.calc(chars, graph, route)
        index = 0
        while index < len(chars):
            end = route[index][1] + 1
            yield index, end
            index = end

    def _dotted(self, chars: str, masks: Iterable[tuple[int, int]]) -> Iterator[Token]:
        """Names with dots: permissions in full, and packages and hosts that belong to an SDK."""
        for start, end in masks:
            name = chars[start:end]
            entries = self._entries.get(name)
            if entries is None:
                sdk = self._sdk_of(name.removeprefix("http://").removeprefix("https://"))
                entries = (Entry(SDK, sdk),) if sdk else None
            if entries:
                yield Token(start, end, entries, _kinds(entries))

    def _sdk_of(self, name: str) -> str | None:
        """The SDK of a package (com.umeng) or host (www.mob.com/about), by longest prefix."""
        labels = re.split("[/:]", name)[0].split(".")
        for candidate in (labels, labels[::-1]):
            for length in range(len(candidate), 1, -1):
                sdk = self._hosts.get(".".join(candidate[:length]))
                if sdk is not None:
                    return sdk
        return None


def _stretches(words: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
    """The parts of a text that words lie in, each as short as no word reaches over its bounds."""
    start = reach = -1
    for at, ends in words.items():
        if at >= reach:
            if reach > 0:
                yield start, reach
            start = at
        reach = max(reach, ends[-1])
    if reach > 0:
        yield start, reach


def _lengths(forms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long words are, the shortest first, by what they begin with, up to three characters."""
    found: dict[str, set[int]] = {}
    for form in forms:
        head = form[: _HEADS[0]]
        if head in found:
            found[head].add(len(form))
        else:
            found[head] = {len(form)}
    for head, lengths in found.items():
        for size in range(1, len(head)):
            lengths |= found.get(head[:size], frozenset())
    return {head: tuple(sorted(lengths)) for head, lengths in found.items()}


def _kinds(entries: Iterable[Entry]) -> frozenset[str]:
    return _kinds_of(tuple([entry[0] for entry in entries]))


@functools.cache
def _kinds_of(kinds: tuple[str, ...]) -> frozenset[str]:
    """One set for all words of the same kinds: there are thousands of words and few such sets."""
    return frozenset(kinds)


def _entries(tables: Tables, vocabulary: Vocabulary, language: str) -> dict[str, tuple[Entry, ...]]:
    entries: dict[str, tuple[Entry, ...]] = {}
    for forms, entry in (*_all_forms(tables, vocabulary), *_own_forms(tables, language)):
        for form in map(fold, forms):
            known = entries.get(form)
            if known is None:
                entries[form] = (entry,)
            elif entry not in known:
                entries[form] = (*known, entry)
    entries.pop("", None)
    return entries


def _all_forms(tables: Tables, vocabulary: Vocabulary) -> Iterator[tuple[Iterable[str], Entry]]:
    """The forms of everything that has names, and what each of them means."""
    for data in tables.data_types.values():
        yield data.forms, Entry(DATA, data.id)
        yield data.guarded_forms, Entry(DATA_GUARDED, data.id)
    for label in tables.permission_labels.values():
        yield label.nouns, Entry(LABEL, label.id)
        yield label.names, Entry(LABEL_NAME, label.id)
    for permission in tables.permissions.values():
        short = permission.id.rpartition(".")[2]
        is_told = "_" in short and permission.id.startswith("android.permission.")
        names = (permission.id, short) if is_told else (permission.id,)
        yield names, Entry(PERMISSION, permission.id)
        yield (permission.zh,), Entry(PERMISSION_NOUN, permission.id)
    services = tuple(sorted(tables.zh.forms("sdk-service")))
    for sdk in tables.sdks.values():
        written = (form for name in sdk.names for form in _written(name, services))
        yield written, Entry(SDK, sdk.id)
        yield sdk.all_vendor_names, Entry(VENDOR, sdk.id)
    for kind in _TOKEN_KINDS:
        yield from (((form,), Entry(kind, form)) for form in sorted(vocabulary.forms(kind)))


def _own_forms(tables: Tables, language: str) -> Iterator[tuple[Iterable[str], Entry]]:
    """Words of data and permissions that are looked for in one language alone."""
    if language == "en":
        for data in tables.data_types.values():
            yield data.forms_en, Entry(DATA, data.id)
        for label in tables.permission_labels.values():
            yield label.nouns_en, Entry(LABEL, label.id)


def _segmenter(words: Iterable[str]) -> Any:
    jieba = _quiet_jieba()
    segmenter = jieba.Tokenizer()
    segmenter.FREQ = dict.fromkeys(words, 1)
    segmenter.total = _MANY
    segmenter.initialized = True
    return segmenter


def _quiet_jieba() -> Any:
    """Imports jieba without what it needs only for text outside of a dictionary.

    That is pkg_resources, which opens the dictionary it ships, and finalseg, which guesses at
    words: that one loads by itself where somebody else in the process asks it for anything.
    """
    absent = object()
    before = sys.modules.get("pkg_resources", absent)
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        _load_when_needed("jieba.finalseg")
        import jieba
    finally:
        if before is absent:
            del sys.modules["pkg_resources"]
        else:
            sys.modules["pkg_resources"] = before  # type: ignore[assignment]
    jieba.setLogLevel(logging.ERROR)
    return jieba


def _load_when_needed(name: str) -> None:
    """Lets something stand in for a module that is not imported yet, until it is first used."""

    def load(attribute: str) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    stand_in = ModuleType(name)
    stand_in.__getattr__ = load  # type: ignore[method-assign]
    sys.modules.setdefault(name, stand_in)


def _written(name: str, services: tuple[str, ...]) -> Iterator[str]:
    """A name as it is written: with a hyphen between its words (Unity-Ads, 阿里云-OSS) and without
    (UPush); with SDK glued to a Latin word (BuglySDK); with 服务, which else other words take
    (高德|定位服务)."""
    lower = name.lower()
    for form in dict.fromkeys((lower, _GAP.sub("-", lower), _HYPHEN.sub("", lower))):
        yield form
        if form[-1].isascii() and form[-1].isalnum() and not form.endswith("sdk"):
            yield f"{form}sdk"
        elif not form[-1].isascii():
            yield from (f"{form}{service}" for service in services)


def _hosts(tables: Tables) -> dict[str, str]:
    """Package prefixes and reversed domains, each with the SDK that it belongs to."""
    hosts: dict[str, str] = {}
    for sdk in tables.sdks.values():
        for package in sdk.packages:
            hosts[package.lower()] = sdk.id
    for sdk in tables.sdks.values():
        for domain in sdk.domains:
            hosts.setdefault(".".join(reversed(domain.lower().split("."))), sdk.id)
    return hosts
