"""The chunks of binary XML and resource tables, every one bounded by the one around it.

Chunks and strings are checked as Android checks them (AOSP ``ResourceTypes.cpp``,
``validate_chunk``, ``ResStringPool``) before anything in them is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apkcheck.apk.second_reader import SecondReader

STRING_POOL = 0x0001
_HEADER = struct.Struct("<HHI")
_POOL = struct.Struct("<HHI5I")
_ENTRY = struct.Struct("<I")
_UTF8 = 0x100
_TEXT_FACTOR = 4
_MOST_CHUNKS = 1 << 20
_MOST_STRINGS = 1 << 21


class ChunkError(Exception):
    """Says what is wrong with the structure of the data."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The place of one chunk in its data."""

    type: int
    start: int
    body: int
    """Offset of what follows the header."""
    end: int


def chunk_at(data: bytes, start: int, end: int) -> Chunk:
    """The chunk that begins at ``start`` and lies wholly before ``end``.

    Raises:
        ChunkError: if there is no well-formed chunk.
    """
    if start + _HEADER.size > end:
        raise ChunkError(f"a chunk at {start:#x} is cut short")
    kind, header, size = _HEADER.unpack_from(data, start)
    if header < _HEADER.size or header > size or (header | size) & 3 or start + size > end:
        raise ChunkError(f"the chunk at {start:#x} has an impossible size")
    return Chunk(kind, start, start + header, start + size)


def chunks(data: bytes, start: int, end: int) -> Iterator[Chunk]:
    """The chunks between two offsets, in order.

    Raises:
        ChunkError: at the first that is not well formed.
    """
    for _ in range(_MOST_CHUNKS):
        if start + _HEADER.size > end:
            return
        chunk = chunk_at(data, start, end)
        yield chunk
        start = chunk.end
    raise ChunkError(f"there are more than {_MOST_CHUNKS} chunks")


class StringPool:
    """The strings of a pool, decoded when they are asked for.

    Raises:
        ChunkError: if counts or offsets of the pool lie outside its chunk.
    """

    def __init__(self, data: bytes, chunk: Chunk) -> None:
        size = chunk.end - chunk.start
        if chunk.type != STRING_POOL or chunk.body - chunk.start < _POOL.size:
            raise ChunkError("there is no string pool where one is due")
        _, _, _, count, styles, flags, strings, style_spans = _POOL.unpack_from(data, chunk.start)
        end = style_spans if styles else size
        if count and not (chunk.body + 4 * count <= chunk.end and strings < end <= size):
            raise ChunkError("the string pool is larger than its chunk")
        if count > _MOST_STRINGS:
            raise ChunkError(f"there are more than {_MOST_STRINGS} strings")
        self._data, self._chunk = data, chunk
        self._count = count
        self._utf8 = bool(flags & _UTF8)
        self._start, self._end = chunk.start + strings, chunk.start + end
        self._known: dict[int, str] = {}
        self._second: SecondReader | None = None
        # Strings may overlap: without a budget a small pool could unpack to gigabytes.
        self._budget = _TEXT_FACTOR * size

    def __getitem__(self, index: int) -> str | None:
        """The string, or None if there is none of that index."""
        if not 0 <= index < self._count:
            return None
        if index in self._known:
            return self._known[index]
        text = self._text(index)
        if text is None:
            text = self._tampered(index)
        self._budget -= len(text)
        if self._budget < 0:
            raise ChunkError("the strings of the pool overlap without end")
        self._known[index] = text
        return text

    def _text(self, index: int) -> str | None:
        """The string if it is as it has to be; None if Android would refuse it."""
        (offset,) = _ENTRY.unpack_from(self._data, self._chunk.body + 4 * index)
        if self._utf8:
            return _utf8_text(self._data, self._start + offset, self._end)
        return _utf16_text(self._data, self._start + offset // 2 * 2, self._end)

    def _tampered(self, index: int) -> str:
        """What androguard makes of a string that is not as it has to be."""
        # It takes a tenth of a second to load, and hardly any app needs it.
        from apkcheck.apk.second_reader import SecondReader

        if self._second is None:
            self._second = SecondReader(self._data[self._chunk.start : self._chunk.end])
        return self._second.text(index)


def _utf8_text(data: bytes, at: int, end: int) -> str | None:
    units, at = _length(data, at, 1)
    size, at = _length(data, at, 1)
    if at + size >= end or data[at + size]:
        return None
    raw = data[at : at + size]
    if raw.isascii():
        return raw.decode("ascii") if size == units else None
    try:
        text = raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    # Characters beyond U+FFFF may be written as two surrogates: the detour joins them.
    wide = text.encode("utf-16-le", "surrogatepass")
    return wide.decode("utf-16-le", "replace") if len(wide) == 2 * units else None


def _utf16_text(data: bytes, at: int, end: int) -> str | None:
    units, at = _length(data, at, 2)
    stop = at + 2 * units
    if stop + 2 > end or data[stop : stop + 2] != b"\0\0":
        return None
    return data[at:stop].decode("utf-16-le", "replace")


def _length(data: bytes, at: int, width: int) -> tuple[int, int]:
    """A length of one or two characters of so many bytes, and the offset after it."""
    first = int.from_bytes(data[at : at + width], "little")
    high = 1 << 8 * width - 1
    if not first & high:
        return first, at + width
    second = int.from_bytes(data[at + width : at + 2 * width], "little")
    return (first ^ high) << 8 * width | second, at + 2 * width
