"""The ZIP container, read the way Android reads it.

Only the end record, the central directory and the entries asked for are read, never the whole
file. The central directory decides: encryption flags are ignored (Android does not look at them),
every method but deflate counts as stored, checksums are not compared. The local header is used to
find the data, and has to name the same entry. Rules: AOSP ``system/libziparchive/zip_archive.cc``.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import BinaryIO, Self

_END = struct.Struct("<4s4H2IH")
_END_MAGIC = b"PK\x05\x06"
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_CENTRAL_MAGIC = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_LONGEST_COMMENT = 0xFFFF
_UNKNOWN_COUNT = 0xFFFF
_DEFLATED = 8
_STEP = 1 << 18

_MOST_DIRECTORY = 32 << 20
"""Largest central directory that is read, in bytes: 146 for an entry with 100 letters of name."""


class ArchiveError(Exception):
    """Says why an archive or one of its entries cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the central directory says of one file."""

    name: str
    raw_name: bytes
    method: int
    compressed: int
    """Bytes in the archive."""
    size: int
    """Bytes when unpacked."""
    header: int
    """Offset of the local header."""


class Archive:
    """An open ZIP file; a context manager, which closes the file.

    Raises:
        ArchiveError: if there is no usable central directory.
        OSError: if the file cannot be opened or read.
    """

    def __init__(self, source: Path | BinaryIO) -> None:
        self._file: BinaryIO = source.open("rb") if isinstance(source, Path) else source
        try:
            self.size = self._file.seek(0, 2)
            self.directory, size, count = self._end_record()
            self._entries, self.duplicates = _entries(self._at(self.directory, size), count)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All entries by name, in the order of the directory; of duplicates the first."""
        return MappingProxyType(self._entries)

    def read(self, name: str, limit: int) -> bytes:
        """Unpacks one entry of at most ``limit`` bytes.

        Raises:
            ArchiveError: if it is missing, too large, cut short or damaged.
        """
        return b"".join(self.pieces(name, limit))

    def pieces(self, name: str, limit: int) -> Iterator[bytes]:
        """What ``read`` gives, piece by piece, so that it need not fit into memory."""
        entry = self._entries.get(name)
        if entry is None:
            raise ArchiveError("is missing")
        if entry.size > limit:
            raise ArchiveError(f"would unpack to more than {limit >> 20} MB")
        start = self._data_start(entry)
        if entry.method == _DEFLATED:
            yield from self._inflated(start, entry)
            return
        if start + entry.size > self.size:
            raise ArchiveError("the archive is cut short")
        for at in range(0, entry.size, _STEP):
            yield self._at(start + at, min(_STEP, entry.size - at))

    def before_directory(self, length: int) -> bytes:
        """The ``length`` bytes in front of the central directory: where signing blocks end."""
        start = max(0, self.directory - length)
        return self._at(start, self.directory - start)

    def _at(self, start: int, length: int) -> bytes:
        if start + length > self.size:
            raise ArchiveError("the archive is cut short")
        self._file.seek(start)
        data = self._file.read(length)
        if len(data) != length:
            raise ArchiveError("the archive is cut short")
        return data

    def _end_record(self) -> tuple[int, int, int]:
        """Offset, size and number of entries of the central directory."""
        length = min(self.size, _END.size + _LONGEST_COMMENT)
        tail = self._at(self.size - length, length)
        at = tail.rfind(_END_MAGIC, 0, max(0, length - _END.size + len(_END_MAGIC)))
        if at < 0:
            raise ArchiveError("it has no central directory")
        _, _, _, _, count, size, start, _ = _END.unpack_from(tail, at)
        if start + size > self.size - length + at or size > _MOST_DIRECTORY:
            raise ArchiveError("its central directory lies outside the file")
        return start, size, count

    def _data_start(self, entry: Entry) -> int:
        header = _LOCAL.unpack(self._at(entry.header, _LOCAL.size))
        name_length, extra_length = int(header[9]), int(header[10])
        at = entry.header + _LOCAL.size
        if header[0] != _LOCAL_MAGIC or self._at(at, name_length) != entry.raw_name:
            raise ArchiveError("its local header names something else")
        return at + name_length + extra_length

    def _inflated(self, start: int, entry: Entry) -> Iterator[bytes]:
        end = start + entry.compressed
        if end > self.size:
            raise ArchiveError("the archive is cut short")
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        # One byte more than was declared shows a stream that is too long.
        room = entry.size + 1
        packed = b""
        while room and not stream.eof:
            if not packed:
                packed = self._at(start, min(end - start, _STEP))
                start += len(packed)
            try:
                piece = stream.decompress(packed, min(room, _STEP))
            except zlib.error as error:
                raise ArchiveError(f"its compressed data is damaged ({error})") from None
            if not piece and not packed:
                break
            packed = stream.unconsumed_tail
            room -= len(piece)
            yield piece
        if not stream.eof or room != 1:
            raise ArchiveError("its compressed data does not have the declared size")


def _entries(directory: bytes, count: int) -> tuple[dict[str, Entry], tuple[str, ...]]:
    entries: dict[str, Entry] = {}
    duplicates = []
    at = 0
    # Archives of more entries than 16 bits can count say 65,535 and go on to the directory's end.
    while count == _UNKNOWN_COUNT or count > 0:
        if count == _UNKNOWN_COUNT and at == len(directory):
            break
        if at + _CENTRAL.size > len(directory) or directory[at : at + 4] != _CENTRAL_MAGIC:
            raise ArchiveError("its central directory is broken")
        fields = _CENTRAL.unpack_from(directory, at)
        name_end = at + _CENTRAL.size + fields[10]
        raw_name = directory[at + _CENTRAL.size : name_end]
        name = raw_name.decode("utf-8", "replace")
        if name in entries:
            duplicates.append(name)
        else:
            entries[name] = Entry(name, raw_name, fields[4], fields[8], fields[9], fields[16])
        at = name_end + fields[11] + fields[12]
        count -= count != _UNKNOWN_COUNT
    return entries, tuple(duplicates)
