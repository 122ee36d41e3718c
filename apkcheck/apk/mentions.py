"""Classes that resources name: views and fragments in layouts, services, names in string tables.

All of them are created by name, so they are reachable though no code calls them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from apkcheck.apk.archive import Archive, ArchiveError
from apkcheck.apk.chunks import STRING_POOL, Chunk, ChunkError, chunk_at, chunks
from apkcheck.apk.graph import descriptor_in
from apkcheck.apk.policies import Signs, addresses_in

_MANIFEST, _RESOURCES = "AndroidManifest.xml", "resources.arsc"
_SERVICES = "META-INF/services/"
_XML = ".xml"
_MOST_FILE = 4 << 20
_MOST_RESOURCES = 64 << 20
_MOST_READ = 128 << 20
"""Of all files that may name classes together, in bytes unpacked."""
_UTF8 = 0x100
_FLAGS_AT = 16
_LENGTHS = 2
"""Characters in front of a string that hold its length and may look like letters."""
_DOTTED = re.compile(rb"(?<![\w$\x80-\xff])[\w$\x80-\xff]*+(?:\.[\w$\x80-\xff]++)++")
_LINE = re.compile(rb"^[ \t]*([\w$.\x80-\xff]+)", re.MULTILINE)


class Mentions:
    """Looks for names of classes; ``classes`` holds descriptors."""

    def __init__(
        self, archive: Archive, package: str, classes: Collection[str], signs: Signs
    ) -> None:
        self._archive = archive
        self._package = package
        self._classes = classes
        self._signs = signs
        self.complete = True
        """Whether all files that may name classes could be read."""
        self.addresses: set[str] = set()
        """Addresses of policies in the resource table."""

    def found(self) -> Iterator[str]:
        """The names of classes, with repetitions; reads the archive."""
        room = _MOST_READ
        for name, entry in self._archive.entries.items():
            if not _may_name(name):
                continue
            room -= entry.size
            try:
                if room < 0:
                    raise ArchiveError("is beyond what is read")
                yield from self._named_in(name)
            except (ArchiveError, ChunkError):
                self.complete = False

    def _named_in(self, name: str) -> Iterator[str]:
        limit = _MOST_RESOURCES if name == _RESOURCES else _MOST_FILE
        data = self._archive.read(name, limit)
        if name.startswith(_SERVICES):
            yield from self._known(_LINE.findall(data))
            return
        for text in _pools(data):
            if name == _RESOURCES:
                self.addresses.update(addresses_in(text, self._signs))
            yield from self._known(_DOTTED.findall(text))

    def _known(self, words: list[bytes]) -> Iterator[str]:
        for word in set(words):
            text = word.decode("utf-8", "replace")
            if text.startswith("."):
                text = self._package + text
            for skipped in range(_LENGTHS + 1):
                if descriptor_in(text[skipped:]) in self._classes:
                    yield text[skipped:]


def _may_name(name: str) -> bool:
    return (
        name == _RESOURCES
        or name.startswith(_SERVICES)
        or (name.endswith(_XML) and name != _MANIFEST)
    )


def _pools(data: bytes) -> Iterator[bytes]:
    """The bytes of all string pools right inside a document, as UTF-8."""
    if data[:1] not in (b"\x02", b"\x03"):
        return  # XML that is plain text: Android reads no class names from it.
    outer = chunk_at(data, 0, len(data))
    for chunk in chunks(data, outer.body, outer.end):
        if chunk.type == STRING_POOL:
            yield _utf8(data, chunk)


def _utf8(data: bytes, pool: Chunk) -> bytes:
    body = data[pool.body : pool.end]
    if int.from_bytes(data[pool.start + _FLAGS_AT : pool.start + _FLAGS_AT + 4], "little") & _UTF8:
        return body
    return body.decode("utf-16-le", "replace").encode("utf-8", "replace")
