"""The resource table, asked for single strings: only the entries asked for are read.

Format: AOSP ``ResourceTypes.h`` (``ResTable_*``), with the sparse, 16-bit and compact forms.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from apkcheck.apk.binaryxml import TYPE_REFERENCE, TYPE_STRING
from apkcheck.apk.chunks import STRING_POOL, Chunk, ChunkError, StringPool, chunk_at, chunks

_TABLE, _PACKAGE, _TYPE = 0x0002, 0x0200, 0x0201
_PACKAGE_ID = struct.Struct("<I")
_TYPE_HEADER = struct.Struct("<BBHII")
_CHUNK_HEADER = 8
_SPARSE, _OFFSET16 = 0x01, 0x02
_COMPLEX, _COMPACT = 0x0001, 0x0008
_NO_ENTRY16, _NO_ENTRY = 0xFFFF, 0xFFFFFFFF
_ENTRY = struct.Struct("<HHI")
_VALUE = struct.Struct("<HBBI")
_MOST_HOPS = 8
_MOST_STEPS = 4_000_000
"""How many entries are looked at in all: a hostile table asks for billions."""

_LOCALE_AT, _SCRIPT_AT, _SCRIPT_END = 8, 36, 40
_SIMPLIFIED = ("CN", "SG")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a resource, and for which devices it is meant."""

    language: str
    """``zh``; empty for the default locale."""
    region: str
    script: str
    plain: bool
    """Nothing but the locale qualifies it."""
    type: int
    data: int


class ResourceTable:
    """The strings of ``resources.arsc``.

    Raises:
        ChunkError: if the data is not a resource table.
    """

    def __init__(self, data: bytes) -> None:
        table = chunk_at(data, 0, len(data))
        if table.type != _TABLE:
            raise ChunkError("it is not a resource table")
        self._data = data
        self._pool: StringPool | None = None
        self._types: dict[tuple[int, int], list[Chunk]] = {}
        self._steps = 0
        for chunk in chunks(data, table.body, table.end):
            if chunk.type == STRING_POOL and self._pool is None:
                self._pool = StringPool(data, chunk)
            elif chunk.type == _PACKAGE:
                self._index(chunk)

    def _index(self, package: Chunk) -> None:
        if package.body - package.start < _CHUNK_HEADER + _PACKAGE_ID.size:
            raise ChunkError("a package of the resource table is cut short")
        (package_id,) = _PACKAGE_ID.unpack_from(self._data, package.start + _CHUNK_HEADER)
        for chunk in chunks(self._data, package.body, package.end):
            header = chunk.body - chunk.start
            if chunk.type == _TYPE and header >= _CHUNK_HEADER + _TYPE_HEADER.size + 4:
                key = package_id, self._data[chunk.start + _CHUNK_HEADER]
                self._types.setdefault(key, []).append(chunk)

    def text(self, resource: int, lang: str) -> str | None:
        """The string of a resource as a device of that language shows it; None if there is none.

        Chinese means simplified Chinese first; otherwise, and where that is missing, the default
        locale counts, and after it the first value there is.

        Raises:
            ChunkError: if an entry lies outside the table.
        """
        for _ in range(_MOST_HOPS):
            values = sorted(self.values(resource), key=lambda value: _rank(value, lang))
            if not values:
                return None
            best = values[0]
            if best.type == TYPE_STRING:
                return self._pool[best.data] if self._pool else None
            if best.type != TYPE_REFERENCE:
                return None
            resource = best.data
        return None

    def number(self, resource: int) -> int | None:
        """The default value of an integer resource."""
        values = sorted(self.values(resource), key=lambda value: _rank(value, ""))
        is_number = values and values[0].type not in (TYPE_STRING, TYPE_REFERENCE)
        return values[0].data if is_number else None

    def values(self, resource: int) -> Iterator[Value]:
        """All simple values of a resource, in the order of the table."""
        key = resource >> 24, resource >> 16 & 0xFF
        for chunk in self._types.get(key, ()):
            self._step(1)
            value = self._value(chunk, resource & 0xFFFF)
            if value is not None:
                yield value

    def _value(self, chunk: Chunk, index: int) -> Value | None:
        _, flags, _, count, start = _TYPE_HEADER.unpack_from(
            self._data, chunk.start + _CHUNK_HEADER
        )
        offset = self._offset(chunk, flags, count, index)
        if offset is None:
            return None
        at = chunk.start + start + offset
        size, entry_flags, key = self._unpack(_ENTRY, at, chunk.end)
        if entry_flags & _COMPLEX:
            return None
        if entry_flags & _COMPACT:
            kind, data = entry_flags >> 8, key
        else:
            _, _, kind, data = self._unpack(_VALUE, at + size, chunk.end)
        config = self._data[chunk.start + _CHUNK_HEADER + _TYPE_HEADER.size : chunk.body]
        return _qualified(config, kind, data)

    def _offset(self, chunk: Chunk, flags: int, count: int, index: int) -> int | None:
        """Where an entry stands, counted from the first one; None if it has no value here."""
        if flags & _SPARSE:
            return self._sparse_offset(chunk, count, index)
        if index >= count:
            return None
        if flags & _OFFSET16:
            (offset,) = self._unpack(struct.Struct("<H"), chunk.body + 2 * index, chunk.end)
            return None if offset == _NO_ENTRY16 else int(offset) * 4
        (offset,) = self._unpack(struct.Struct("<I"), chunk.body + 4 * index, chunk.end)
        return None if offset == _NO_ENTRY else int(offset)

    def _sparse_offset(self, chunk: Chunk, count: int, index: int) -> int | None:
        end = chunk.body + 4 * count
        if end > chunk.end:
            raise ChunkError("the entries of a resource type lie outside its chunk")
        self._step(count)
        pairs = struct.iter_unpack("<HH", self._data[chunk.body : end])
        return next((offset * 4 for at, offset in pairs if at == index), None)

    def _step(self, count: int) -> None:
        self._steps += count
        if self._steps > _MOST_STEPS:
            raise ChunkError("the resource table takes too long to search")

    def _unpack(self, form: struct.Struct, at: int, end: int) -> tuple[int, ...]:
        if at + form.size > end:
            raise ChunkError("an entry of the resource table lies outside its chunk")
        return form.unpack_from(self._data, at)


def _qualified(config: bytes, kind: int, data: int) -> Value:
    (size,) = struct.unpack_from("<I", config)
    config = config[: min(size, len(config))]
    locale = config[_LOCALE_AT : _LOCALE_AT + 4].ljust(4, b"\0")
    script = config[_SCRIPT_AT:_SCRIPT_END]
    others = config[4:_LOCALE_AT] + config[_LOCALE_AT + 4 : _SCRIPT_AT] + config[48:]
    return Value(
        language=_letters(locale[:2]),
        region=_letters(locale[2:]),
        script=_letters(script),
        plain=not any(others),
        type=kind,
        data=data,
    )


def _letters(code: bytes) -> str:
    return code.rstrip(b"\0").decode("latin-1")


def _rank(value: Value, lang: str) -> tuple[int, bool]:
    if lang == "zh" and value.language == "zh":
        if value.region in _SIMPLIFIED or value.script == "Hans":
            return 0, not value.plain
        if not value.region and not value.script:
            return 1, not value.plain
        return 3, not value.plain
    return (4 if value.language else 2), not value.plain
