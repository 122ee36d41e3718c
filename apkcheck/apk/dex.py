"""The tables of DEX files as arrays, versions 035 to 041, every index and offset checked once.

Format: source.android.com/docs/core/runtime/dex-format. From version 041 on one file may hold
several logical DEX files, whose offsets all count from the start of the file.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterable, Iterator, Set

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.signedinteger]
Table = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]
"""Small numbers that are kept for long: two of these for one of ``Integers``."""

_VERSIONS = (b"035", b"036", b"037", b"038", b"039", b"040", b"041")
_CONTAINER = b"041"
_HEADER = struct.Struct("<8s24x20I")
_TABLES = slice(6, 18)
_HEADER_SIZE, _CONTAINER_HEADER_SIZE = 0x70, 0x78
_LITTLE_ENDIAN = 0x12345678
_NO_INDEX = 0xFFFFFFFF
_MOST_ROWS = 1 << 16
"""Of every table but the strings: instructions name rows with 16 bits."""
_MOST_STARTING = 1 << 16
_MOST_LISTED = 1 << 22
"""Types in all parameter lists or interface lists together."""
_LONGEST_NAME = 4096
_MOST_LOGICAL = 256
_STRING_VALUE = 0x17
_WHOLE_NUMBERS = frozenset({0x00, 0x02, 0x04, 0x06})
_EMPTY_VALUES = frozenset({0x1E, 0x1F})
"""null, and booleans, whose value stands in the byte of the type."""
_NESTED_VALUES = frozenset({0x1C, 0x1D})

MEMBER = np.dtype([("class", "<u2"), ("type", "<u2"), ("name", "<u4")])
"""A row of the field and method tables; ``type`` is a type of a field, a prototype of a method."""


class DexError(Exception):
    """Says what is wrong with a DEX file."""


class Dex:
    """One logical DEX file.

    Raises:
        DexError: if the header or a table does not fit the file.
    """

    def __init__(self, data: bytes, start: int = 0) -> None:
        header = _header(data, start)
        self.data = data
        self.length = header[0]
        """Bytes from its header to the next one."""
        tables = iter(header[_TABLES])
        self._strings = self._table(tables, "string", 1)[:, 0]
        types = self._table(tables, "type", 1)[:, 0]
        protos = self._table(tables, "proto", 3)
        self.fields = self._members(tables, "field")
        self.methods = self._members(tables, "method")
        classes = self._table(tables, "class", 8)
        tables_of_rows = (types, protos, self.fields, self.methods, classes)
        if any(len(table) > _MOST_ROWS for table in tables_of_rows):
            raise DexError(f"a table has more than the {_MOST_ROWS} rows that code can name")
        self._types, self._protos = types, protos
        self.class_types: Table = classes[:, 0]
        """The type that each class definition defines."""
        self._supers: Table = classes[:, 2]
        self.class_access: Table = classes[:, 1]
        self.class_data: Table = classes[:, 6]
        """Where the members of each class are listed; 0 if it has none."""
        self.interface_lists: Table = classes[:, 3]
        """Where the interfaces of each class are listed; 0 if it has none."""
        self.annotations: Table = classes[:, 5]
        """Where the annotations of each class and its members are listed; 0 if it has none."""
        self._static_values: Table = classes[:, 7]
        self._check()
        self._names: dict[int, str] = {}

    def _table(self, sizes: Iterator[int], what: str, columns: int) -> Table:
        count, start = next(sizes), next(sizes)
        if count and (start % 4 or start + 4 * columns * count > len(self.data)):
            raise DexError(f"the {what} table lies outside the file")
        flat = np.frombuffer(self.data, "<u4", columns * count, start if count else 0)
        return flat.reshape(count, columns)

    def _members(self, sizes: Iterator[int], what: str) -> npt.NDArray[np.void]:
        return self._table(sizes, what, 2).reshape(-1).view(MEMBER)

    def _check(self) -> None:
        strings, types, protos = len(self._strings), len(self._types), len(self._protos)
        supers = self._supers[self._supers != _NO_INDEX]
        for values, end in (
            (self._strings, len(self.data)),
            (self._types, strings),
            (self._protos[:, 0], strings),
            (self._protos[:, 1], types),
            (self.fields["class"], types),
            (self.fields["name"], strings),
            (self.methods["class"], types),
            (self.methods["type"], protos),
            (self.methods["name"], strings),
            (self.class_types, types),
            (supers, types),
            (self.class_data, len(self.data)),
        ):
            if len(values) and int(values.max()) >= end:
                raise DexError("an index or offset lies outside its table")

    @property
    def string_count(self) -> int:
        """The number of strings."""
        return len(self._strings)

    # -- names ------------------------------------------------------------------------------------

    def raw(self, string: int) -> bytes:
        """A string as it lies in the file (modified UTF-8), cut after 4096 bytes.

        Raises:
            DexError: if it has no end.
        """
        at = int(self._strings[string])
        for _ in range(5):
            at += 1
            if self.data[at - 1 : at] < b"\x80":
                break
        end = self.data.find(b"\0", at, at + _LONGEST_NAME)
        if end < 0:
            end = min(at + _LONGEST_NAME, len(self.data))
            if end == len(self.data):
                raise DexError("a string has no end")
        return self.data[at:end]

    def raw_all(self, strings: Integers) -> list[bytes]:
        """Different strings as ``raw`` gives them; one without an end is cut at the file's end.

        Raises:
            DexError: if they overlap so much that they would take more room than the file.
        """
        data = np.frombuffer(self.data, np.uint8)
        at = self._strings[strings].astype(np.int64)
        inside = np.ones(len(at), np.bool_)
        for _ in range(5):
            at += inside
            inside &= data[np.minimum(at, len(data)) - 1] >= 0x80
            if not inside.any():
                break
        whole, find = self.data, self.data.find
        starts = at.tolist()
        ends = [find(b"\0", start, start + _LONGEST_NAME) for start in starts]
        if -1 in ends:
            cut = zip(starts, ends, strict=True)
            ends = [e if e >= 0 else min(s + _LONGEST_NAME, len(whole)) for s, e in cut]
        if sum(ends) - sum(starts) > 2 * len(whole):
            raise DexError("its strings overlap without end")
        return [whole[start:end] for start, end in zip(starts, ends, strict=True)]

    @functools.cached_property
    def type_names(self) -> list[str]:
        """The descriptors of all types."""
        raws = self.raw_all(self._types.astype(np.int64))
        joined = b"\0".join(raws)
        if joined.isascii():
            return joined.decode("ascii").split("\0") if raws else []
        return [decode(raw) for raw in raws]

    @functools.cached_property
    def type_numbers(self) -> dict[str, int]:
        """The index of each type by its descriptor."""
        return {name: number for number, name in enumerate(self.type_names)}

    def types_among(self, descriptors: Set[str]) -> Flags:
        """For each type whether its descriptor is one of these."""
        return np.array([name in descriptors for name in self.type_names], np.bool_)

    def text(self, string: int) -> str:
        """A string, decoded."""
        known = self._names.get(string)
        if known is None:
            known = self._names[string] = decode(self.raw(string))
        return known

    def type_name(self, index: int) -> str:
        """The descriptor of a type: ``Lcom/example/Main;``."""
        return self.type_names[index]

    def prototype(self, index: int) -> str:
        """What tells overloads apart: return type and the place of the parameter list."""
        shorty, result, _ = (int(value) for value in self._protos[index])
        return f"{self.text(shorty)}{self.type_name(result)}{self._parameters(index)}"

    def _parameters(self, index: int) -> str:
        at = int(self._protos[index, 2])
        if not at:
            return ""
        if at + 4 > len(self.data):
            raise DexError("a parameter list lies outside the file")
        (count,) = struct.unpack_from("<I", self.data, at)
        if count > 255 or at + 4 + 2 * count > len(self.data):
            raise DexError("a parameter list lies outside the file")
        types = struct.unpack_from(f"<{count}H", self.data, at + 4)
        if any(kind >= len(self._types) for kind in types):
            raise DexError("a parameter list names a type that is not there")
        return "".join(self.type_name(kind) for kind in types)

    def prototypes(self) -> tuple[Integers, Integers]:
        """For each prototype the number of its types, and the types of all in one row.

        The first type is the result, those after it are the parameters.

        Raises:
            DexError: if a parameter list lies outside the file.
        """
        sizes, parameters = self.type_lists(self._protos[:, 2])
        if len(sizes) and int(sizes.max()) > 255:
            raise DexError("a method has more parameters than there can be")
        first = np.cumsum(sizes) - sizes
        return sizes + 1, np.insert(parameters, first, self._protos[:, 1].astype(np.int64))

    def type_lists(self, offsets: Table) -> tuple[Integers, Integers]:
        """The sizes of the type lists at these offsets (0: none), and their types in one row.

        Raises:
            DexError: if a list lies outside the file or names types that are not there.
        """
        at = offsets.astype(np.int64)
        units = np.frombuffer(self.data, "<u2", len(self.data) // 2)
        if (at % 4).any() or (at + 4 > len(self.data)).any():
            raise DexError("a list of types lies outside the file")
        sizes = units[at // 2].astype(np.int64) | units[at // 2 + 1].astype(np.int64) << 16
        sizes[at == 0] = 0
        if (at + 4 + 2 * sizes > len(self.data)).any() or sizes.sum() > _MOST_LISTED:
            raise DexError("a list of types lies outside the file")
        listed = units[spread(at // 2 + 2, sizes, 1)].astype(np.int64)
        if len(listed) and int(listed.max()) >= len(self._types):
            raise DexError("a list names a type that is not there")
        return sizes, listed

    def classes(self) -> Iterator[tuple[str, str | None]]:
        """Descriptor and superclass of each class that is defined here."""
        names = self.type_names
        for kind, parent in zip(self.class_types.tolist(), self._supers.tolist(), strict=True):
            yield names[kind], None if parent == _NO_INDEX else names[parent]

    def constants(self, descriptor: str) -> Iterator[tuple[str, str]]:
        """The static fields of a class that this file defines, with their initial values as text.

        Fields without a value of their own are left out, and so is all that is neither a string
        nor a whole number.

        Raises:
            DexError: if the values do not fit the file.
        """
        kind = self.find_type(descriptor)
        found = np.flatnonzero(self.class_types == kind) if kind is not None else ()
        for row in found[:1]:
            data, values = int(self.class_data[row]), int(self._static_values[row])
            if data and values:
                yield from zip(self._static_fields(data), self._values(values), strict=False)

    def _static_fields(self, at: int) -> Iterator[str]:
        count, at = self._unsigned(at)
        for _ in range(3):
            _, at = self._unsigned(at)
        field = 0
        for _ in range(count):
            step, at = self._unsigned(at)
            _, at = self._unsigned(at)
            field += step
            if field >= len(self.fields):
                raise DexError("a class defines a field that is not in the field table")
            yield self.text(int(self.fields["name"][field]))

    def _unsigned(self, at: int) -> tuple[int, int]:
        """The variable-length number at an offset, and the offset after it."""
        value = 0
        for place, byte in enumerate(self.data[at : at + 5]):
            value |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                return value, at + place + 1
        raise DexError("the data of a class runs out of the file")

    def _values(self, at: int) -> Iterator[str]:
        """The values of an encoded array, up to the first that holds other values."""
        count, at = self._unsigned(at)
        for _ in range(count):
            if at >= len(self.data):
                raise DexError("the values of a class run out of the file")
            kind, size = self.data[at] & 0x1F, (self.data[at] >> 5) + 1
            if kind in _NESTED_VALUES:
                return
            size = 0 if kind in _EMPTY_VALUES else size
            content = self.data[at + 1 : at + 1 + size]
            at += 1 + size
            yield self._value(kind, content)

    def _value(self, kind: int, content: bytes) -> str:
        if kind == _STRING_VALUE:
            index = int.from_bytes(content, "little")
            if index >= len(self._strings):
                raise DexError("a value names a string that is not there")
            return self.text(index)
        if kind in _WHOLE_NUMBERS:
            return str(int.from_bytes(content, "little", signed=True))
        return ""

    # -- looking up -------------------------------------------------------------------------------

    def find(self, text: str) -> int | None:
        """The index of a string, which the format keeps in order."""
        wanted = encode(text)
        at = self._first(wanted)
        return at if at < len(self._strings) and self._sortable(at) == wanted else None

    def starting(self, prefix: str) -> Iterator[tuple[int, str]]:
        """All strings that begin with ASCII ``prefix``, with their indexes.

        Raises:
            DexError: if there are more than 65,536.
        """
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        found = range(self._first(encode(prefix)), self._first(encode(after)))
        if len(found) > _MOST_STARTING:
            raise DexError(f"more than {_MOST_STARTING} strings begin with {prefix}")
        for index in found:
            yield index, decode(self.raw(index))

    def find_type(self, descriptor: str) -> int | None:
        """The index of a type."""
        return self.type_numbers.get(descriptor)

    def _first(self, wanted: bytes) -> int:
        low, high = 0, len(self._strings)
        while low < high:
            middle = (low + high) // 2
            if self._sortable(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _sortable(self, string: int) -> bytes:
        """The string's bytes, which sort as its UTF-16 units do once NUL is written as one byte."""
        return self.raw(string).replace(b"\xc0\x80", b"\0")


def distinct(values: Integers) -> Integers:
    """Sorted and each once; much faster than ``np.unique``, which builds a hash table."""
    if len(values) < 2:
        return values
    values = np.sort(values)
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def spread(first: Integers, counts: Integers, step: int) -> Integers:
    """``first``, ``first + step`` … ``counts`` times for each, in one row."""
    ends = counts.cumsum()
    if not len(ends) or not ends[-1]:
        return np.empty(0, np.int64)
    within: Integers = np.arange(ends[-1]) * step if step != 1 else np.arange(ends[-1])
    within += (first - step * (ends - counts)).repeat(counts)
    return within


def read_dex(data: bytes) -> Iterator[Dex]:
    """The logical DEX files in a file, in order.

    Raises:
        DexError: at the first that is broken.
    """
    start = 0
    for _ in range(_MOST_LOGICAL):
        dex = Dex(data, start)
        yield dex
        if data[start + 4 : start + 7] != _CONTAINER:
            return
        start += dex.length
        if start >= len(data):
            return
    raise DexError(f"it holds more than {_MOST_LOGICAL} logical DEX files")


def decode(raw: bytes) -> str:
    """Decodes modified UTF-8; what is not valid becomes U+FFFD."""
    if raw.isascii():
        return raw.decode("ascii")
    raw = raw.replace(b"\xc0\x80", b"\0")
    try:
        text = raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")
    # Characters beyond U+FFFF are written as two surrogates: the detour joins them.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def encode(text: str) -> bytes:
    """Encodes as ``decode`` reads, but for NUL, which stays one byte."""
    if text.isascii():
        return text.encode("ascii")
    units = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, struct.unpack(f"<{len(units) // 2}H", units))).encode(
        "utf-8", "surrogatepass"
    )


def java_name(descriptor: str) -> str:
    """``Lcom/example/Main$1;`` as ``com.example.Main$1``."""
    if descriptor.startswith("L") and descriptor.endswith(";"):
        return descriptor[1:-1].replace("/", ".")
    return descriptor


def java_names(descriptors: Iterable[str]) -> list[str]:
    """What ``java_name`` gives, for many."""
    return [
        name[1:-1].replace("/", ".") if name[:1] == "L" and name[-1:] == ";" else name
        for name in descriptors
    ]


def _header(data: bytes, start: int) -> tuple[int, ...]:
    if start + _HEADER_SIZE > len(data):
        raise DexError("it is cut short")
    magic, *fields = _HEADER.unpack_from(data, start)
    length, size, endian = fields[0:3]
    if magic[:4] != b"dex\n" or magic[7:] != b"\0":
        raise DexError("it is not a DEX file; it may be encrypted")
    if magic[4:7] not in _VERSIONS:
        raise DexError(f"its DEX version {magic[4:7].decode('latin-1')!r} is not known")
    if endian != _LITTLE_ENDIAN:
        raise DexError("it is not little-endian")
    if size < (_CONTAINER_HEADER_SIZE if magic[4:7] == _CONTAINER else _HEADER_SIZE):
        raise DexError("its header is too short")
    if length < size:
        raise DexError("its header gives an impossible size")
    if start + length > len(data):
        raise DexError(f"it is cut short: {len(data) - start} of {length} bytes are there")
    return tuple(fields)
