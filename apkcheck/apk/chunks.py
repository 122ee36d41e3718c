"""The chunks of binary XML and resource tables, every one bounded by the one around it.

Chunks are checked as Android checks them (AOSP ``ResourceTypes.cpp``, ``validate_chunk``) before
anything in them is read. androguard decodes the string pools; here its input is bounded and its
exceptions are turned into ``ChunkError``.
"""

from __future__ import annotations

import importlib.util
import io
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from loguru import logger


def _when_used(name: str) -> None:
    """Has a module run when something is asked of it, not when it is imported."""
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Found there, it is not looked for among the modules, which would ask it for its name.
    package, _, last = name.rpartition(".")
    setattr(sys.modules[package], last, module)


# The names of the platform's resources: a tenth of a second of parsing, and asked for by nothing
# that is called here.
_when_used("androguard.core.resources.public")

from androguard.core.axml import StringBlock  # noqa: E402

# androguard logs every oddity of a file; what matters is said by exceptions here.
logger.disable("androguard")

STRING_POOL = 0x0001
_HEADER = struct.Struct("<HHI")
_POOL = struct.Struct("<HHI5I")
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
        _, _, _, count, styles, _, strings, _ = _POOL.unpack_from(data, chunk.start)
        offsets_end = _POOL.size + 4 * (count + styles)
        if count and not offsets_end <= strings < size:
            raise ChunkError("the string pool is larger than its chunk")
        if strings > _POOL.size + 4 * _MOST_STRINGS:
            raise ChunkError(f"there are more than {_MOST_STRINGS} strings")
        self._block = _string_block(data[chunk.start : chunk.end]) if count else None
        self._known: dict[int, str] = {}
        # Strings may overlap: without a budget a small pool could unpack to gigabytes.
        self._budget = _TEXT_FACTOR * size

    def __getitem__(self, index: int) -> str | None:
        """The string, or None if there is none of that index."""
        if self._block is None or not 0 <= index < len(self._block):
            return None
        if index in self._known:
            return self._known[index]
        try:
            text = str(self._block.getString(index))
        except Exception as error:
            raise ChunkError(f"string {index} cannot be read ({error})") from None
        self._budget -= len(text)
        if self._budget < 0:
            raise ChunkError("the strings of the pool overlap without end")
        self._known[index] = text
        return text


class _PoolHeader:
    """The one attribute of a chunk header that androguard's reader of pools uses."""

    def __init__(self, size: int) -> None:
        self.size = size


def _string_block(chunk: bytes) -> StringBlock:
    stream = io.BytesIO(chunk)
    stream.seek(_HEADER.size)
    try:
        return StringBlock(stream, _PoolHeader(len(chunk)))
    except Exception as error:
        raise ChunkError(f"the string pool cannot be read ({error})") from None
