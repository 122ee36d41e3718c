"""Privacy policies that an app carries: texts among its files, and addresses in its strings.

A file counts as a policy if its first lines or its name say so and it speaks of personal
information. What was found is a candidate: whether it is the text that users see is not known.
The words that decide are rows of the tables (kinds ``inside-…``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from apkcheck.apk.archive import ArchiveError
from apkcheck.apk.code import Code, Methods
from apkcheck.apk.containers import Package, open_package
from apkcheck.apk.dex import Dex
from apkcheck.apk.parts import Part
from apkcheck.tables import Tables
from apkcheck.text import fold

_SUFFIXES = (".htm", ".html", ".md", ".txt", ".xhtml")
_MOST_FILE = 2 << 20
_MOST_READ = 32 << 20
"""Of all files that may be policies together, in bytes unpacked."""
_LONGEST = 200_000
"""Characters of a file that are looked at."""
_HEAD = 300
"""Characters of visible text among which a title is looked for."""
_LEAST_MENTIONS = 3
"""How often a policy speaks of personal information at least."""
_MARKUP = re.compile(r"<[^<>]*>|&nbsp;")
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]*>([^<>]*)", re.IGNORECASE)

_ADDRESS = re.compile(rb"https?://[\x21-\x7e\x80-\xff]{4,400}")
_END_OF_ADDRESS = re.compile(r"[\"'<>\\^`{|}\s\ufffd\u3000-\u303f\uff00-\uffef].*", re.DOTALL)
_SCHEMES = ("http://", "https://")
_MOST_ADDRESSES = 4096
"""Addresses of any kind that are looked at in one file."""
_CONST_STRING, _CONST_STRING_JUMBO = range(0x1A, 0x1B), range(0x1B, 0x1C)


@dataclass(frozen=True, slots=True)
class InsidePolicy:
    """A text in the package that reads like a privacy policy."""

    entry: str
    """Its path in the archive; in a split with the split's name in front, as gaps have it."""
    content: bytes
    """The file as it is, in whatever encoding."""


class Signs:
    """The words by which a policy is told, of all languages."""

    def __init__(self, tables: Tables) -> None:
        self._vocabularies = (tables.zh, tables.en)

    def named(self, path: str) -> bool:
        """Whether the name of a file says that it is a policy."""
        return self._match("inside-name", path.rpartition("/")[2])

    def addressed(self, address: str) -> bool:
        """Whether an address says that a policy is there."""
        return self._match("inside-address", address)

    def policy(self, path: str, text: str) -> bool:
        """Whether a text reads like a policy."""
        title = _TITLE.search(text)
        visible = _MARKUP.sub(" ", _HIDDEN.sub(" ", text[:_LONGEST]))
        head = (title[1] if title else "") + visible.lstrip()[:_HEAD]
        if not self.named(path) and not self._match("inside-title", head):
            return False
        return sum(self._count("inside-data", fold(visible))) >= _LEAST_MENTIONS

    def _match(self, kind: str, text: str) -> bool:
        folded = fold(text)
        return any(v.pattern(kind).search(folded) for v in self._vocabularies)

    def _count(self, kind: str, folded: str) -> Iterator[int]:
        for vocabulary in self._vocabularies:
            yield sum(1 for _ in vocabulary.pattern(kind).finditer(folded))


def policies_inside(path: Path, tables: Tables) -> tuple[InsidePolicy, ...]:
    """The texts of an app that read like its privacy policy, for use when none was given.

    Those whose file name says that they are one come first, and of these the longest; an app may
    hold several documents (the policy, a list of SDKs, the same in another language). Addresses
    of policies are not here: ``Evidence.policy_candidates`` lists them.

    Args:
        path: What ``read_apk`` takes.
        tables: The tables, whose words tell a policy.

    Raises:
        ApkError: as ``read_apk``.
    """
    signs = Signs(tables)
    with open_package(path, "zh") as package:
        found = [
            InsidePolicy(part.label(name), content)
            for part in package.parts
            for name, content in _texts(part, signs)
        ]
    return tuple(sorted(found, key=lambda p: (not signs.named(p.entry), -len(p.content), p.entry)))


def policy_files(package: Package, signs: Signs) -> Iterator[str]:
    """The paths of the texts that ``policies_inside`` gives."""
    for part in package.parts:
        for name, _ in _texts(part, signs):
            yield part.label(name)


def _texts(part: Part, signs: Signs) -> Iterator[tuple[str, bytes]]:
    room = _MOST_READ
    entries = part.archive.entries
    names = [n for n in entries if n.lower().endswith(_SUFFIXES) and not n.startswith("META-INF/")]
    for name in sorted(names, key=lambda name: (not signs.named(name), name)):
        size = entries[name].size
        if size > min(room, _MOST_FILE):
            continue
        room -= size
        try:
            content = part.archive.read(name, _MOST_FILE)
        except ArchiveError:
            continue  # Not one of the files that evidence rests on.
        if signs.policy(name, _decoded(content)):
            yield name, content


def _decoded(content: bytes) -> str:
    """Text good enough to look for words in it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


# -- addresses ------------------------------------------------------------------------------------


def addresses_in_code(
    dex: Dex, methods: Methods, code: Code, signs: Signs
) -> Iterator[tuple[str, str]]:
    """The addresses of policies that code loads, each with a class that does, by descriptor."""
    wanted = dict(_addresses(dex, signs))
    if not wanted:
        return
    short, jumbo = code.instructions(_CONST_STRING), code.instructions(_CONST_STRING_JUMBO)
    strings = np.concatenate([code.operands[short], code.long_operands(jumbo)])
    used = np.isin(strings, list(wanted))
    offsets = code.offsets[code.pieces[np.concatenate([short, jumbo])[used]]]
    for string, offset in sorted(set(zip(strings[used].tolist(), offsets.tolist(), strict=True))):
        for row in methods.index[methods.code == offset].tolist():
            yield wanted[string], dex.type_name(int(dex.methods["class"][row]))


def _addresses(dex: Dex, signs: Signs) -> Iterator[tuple[int, str]]:
    for scheme in _SCHEMES:
        for index, text in itertools.islice(dex.starting(scheme), _MOST_ADDRESSES):
            address = _END_OF_ADDRESS.sub("", text)
            if signs.addressed(address):
                yield index, address


def addresses_in(data: bytes, signs: Signs) -> Iterator[str]:
    """The addresses of policies in UTF-8 text."""
    for found in itertools.islice(_ADDRESS.finditer(data), _MOST_ADDRESSES):
        address = _END_OF_ADDRESS.sub("", found[0].decode("utf-8", "replace"))
        if signs.addressed(address):
            yield address
