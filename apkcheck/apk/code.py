"""The methods of a DEX file and their instructions, stepped through exactly.

All methods are stepped through at once: one vector holds the place of each, and every step moves
all of them on by the width of their instruction. The tables that belong to some instructions
(switches and array data) are skipped as a whole, so nothing in them is taken for an instruction.
Widths and payloads: source.android.com/docs/core/runtime/dalvik-bytecode and instruction-formats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apkcheck.apk.dex import Dex, DexError, Integers, spread

Units = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int32]

_WIDTH_RUNS = (
    # (last opcode of the run, width in 16-bit units); opcodes that are not used count one unit
    (0x01, 1), (0x02, 2), (0x03, 3), (0x04, 1), (0x05, 2), (0x06, 3), (0x07, 1), (0x08, 2),
    (0x09, 3), (0x12, 1), (0x13, 2), (0x14, 3), (0x16, 2), (0x17, 3), (0x18, 5), (0x1A, 2),
    (0x1B, 3), (0x1C, 2), (0x1E, 1), (0x20, 2), (0x21, 1), (0x23, 2), (0x26, 3), (0x28, 1),
    (0x29, 2), (0x2C, 3), (0x3D, 2), (0x43, 1), (0x6D, 2), (0x72, 3), (0x73, 1), (0x78, 3),
    (0x8F, 1), (0xAF, 2), (0xCF, 1), (0xE2, 2), (0xF9, 1), (0xFB, 4), (0xFD, 3), (0xFF, 2),
)  # fmt: skip
_REFERRING_RUNS = (
    (0x1A, 0x1C),
    (0x1F, 0x20),
    (0x22, 0x25),
    (0x52, 0x72),
    (0x74, 0x78),
    (0xFA, 0xFF),
)
_PACKED_SWITCH, _SPARSE_SWITCH, _ARRAY_DATA = 0x0100, 0x0200, 0x0300
_IS_PAYLOAD = 0

_CODE_HEADER = 16
_SIZE_AT = 12
_MOST_CLASS_DATA = 2 << 20
"""More bytes than the data of a class can have that defines 65,536 fields and methods."""
_USUAL_CLASS_DATA = 1 << 15
_MOST_PAYLOADS = 1 << 19
_BLOCK = 1 << 16
_FEW = 192
"""Fewer methods than this are stepped through one by one, which is faster then."""


def _width_table() -> npt.NDArray[np.uint8]:
    widths = np.empty(256, np.uint8)
    first = 0
    for last, width in _WIDTH_RUNS:
        widths[first : last + 1] = width
        first = last + 1
    return widths


def _referring_table() -> Flags:
    referring = np.zeros(256, np.bool_)
    for first, last in _REFERRING_RUNS:
        referring[first : last + 1] = True
    return referring


_WIDTHS = _width_table()
_REFERRING = _referring_table()


@dataclass(frozen=True, slots=True, eq=False)
class Methods:
    """All methods that a DEX file defines, in the order of its class definitions."""

    index: Integers
    """Index into the method table."""
    code: Integers
    """Offset of the code; 0 for abstract and native methods."""
    access: Integers
    """Access flags."""


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """Every instruction of every method; places are indexes of 16-bit units in the file."""

    units: Units
    offsets: Integers
    """Where each piece of code lies in the file, in bytes, ascending."""
    places: Places
    """Where each instruction begins, ascending; those that run out of their code are left out."""
    opcodes: npt.NDArray[np.uint8]
    """Of each instruction."""
    bounds: Integers
    """Which instruction is the first of each piece of code, and how many there are in all."""
    referring: Places
    """The places of those that refer to a string, type, field, method or handle."""
    referring_opcodes: npt.NDArray[np.uint8]

    def instructions(self, *opcodes: range) -> Integers:
        """The places of all instructions of these opcodes, which have to refer to something."""
        wanted = np.zeros(256, np.bool_)
        for run in opcodes:
            wanted[run.start : run.stop] = True
        return self.referring[wanted[self.referring_opcodes]].astype(np.int64)

    def owners(self, places: Integers) -> Integers:
        """The number of the piece of code in which each instruction lies."""
        at = np.searchsorted(self.places, places.astype(np.int32))
        return np.searchsorted(self.bounds, at, "right").astype(np.int64) - 1

    def upto(self, place: int) -> tuple[int, int]:
        """Which instruction is the first of the code that this one lies in, and which is this."""
        at = int(np.searchsorted(self.places, np.int32(place)))
        owner = int(np.searchsorted(self.bounds, at, "right")) - 1
        return int(self.bounds[owner]), at


# -- methods --------------------------------------------------------------------------------------


def read_methods(dex: Dex) -> Methods:
    """Reads the class data of all classes.

    Raises:
        DexError: if it runs out of the file or names methods that are not there.
    """
    offsets = np.unique(dex.class_data[dex.class_data > 0]).astype(np.int64)
    if not len(offsets):
        nothing = np.empty(0, np.int64)
        return Methods(nothing, nothing, nothing)
    try:
        return _methods_at(dex, offsets, _USUAL_CLASS_DATA)
    except DexError:
        return _methods_at(dex, offsets, _MOST_CLASS_DATA)


def _methods_at(dex: Dex, offsets: Integers, longest: int) -> Methods:
    """Reads class data of which the last is not longer than this."""
    numbers = _Numbers(dex.data, int(offsets[0]), int(offsets[-1]) + longest)
    header = numbers.index_at(offsets)
    counts = numbers.values(header[:, None] + np.arange(4))
    fields, methods = counts[:, 0] + counts[:, 1], counts[:, 2] + counts[:, 3]
    # Classes that shared their data would multiply its members.
    if fields.sum() > len(dex.fields) or methods.sum() > len(dex.methods):
        raise DexError("its classes define more members than its tables have")
    sizes = counts[:, 2:4].reshape(-1)
    first_item = np.stack([header + 4 + 2 * fields, header + 4 + 2 * fields + 3 * counts[:, 2]], 1)
    items = spread(first_item.reshape(-1), sizes, 3)
    index = _running_sums(numbers.values(items), sizes)
    if len(index) and int(index.max()) >= len(dex.methods):
        raise DexError("a class defines a method that is not in the method table")
    return Methods(index, numbers.values(items + 2), numbers.values(items + 1))


class _Numbers:
    """The variable-length numbers (ULEB128) that lie between two offsets."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._bytes = np.frombuffer(data, np.uint8, min(end, len(data)) - start, start)
        self._start = start
        self._ends = np.flatnonzero(self._bytes < 0x80).astype(np.int32)

    def index_at(self, offsets: Integers) -> Integers:
        """Which number begins at each offset."""
        return np.searchsorted(self._ends, offsets - self._start).astype(np.int64)

    def values(self, numbers: Integers) -> Integers:
        if numbers.size and int(numbers.max()) >= len(self._ends):
            raise DexError("the data of a class runs out of the file")
        ends = self._ends[numbers].astype(np.int64)
        begins = np.where(numbers > 0, self._ends[numbers - 1].astype(np.int64) + 1, 0)
        value = np.zeros(numbers.shape, np.int64)
        for at in range(5):
            inside = begins + at <= ends
            byte = self._bytes[np.where(inside, begins + at, 0)].astype(np.int64) & 0x7F
            value |= np.where(inside, byte, 0) << (7 * at)
        return value


def _running_sums(values: Integers, counts: Integers) -> Integers:
    """Sums within each group of ``counts`` values: method indexes are stored as differences."""
    total = np.cumsum(values)
    group_starts = np.cumsum(counts) - counts
    before: Integers = np.concatenate([np.zeros(1, np.int64), total])[group_starts]
    return total - np.repeat(before, counts)


# -- instructions ---------------------------------------------------------------------------------


def read_code(dex: Dex, methods: Methods) -> Code:
    """Steps through the code of all methods.

    Raises:
        DexError: if code lies outside the file or overlaps other code.
    """
    units = np.frombuffer(dex.data, "<u2", len(dex.data) // 2)
    offsets = np.unique(methods.code[methods.code > 0])
    if not len(offsets):
        nothing = np.empty(0, np.int64)
        none, no_opcode = np.empty(0, np.int32), np.empty(0, np.uint8)
        return Code(units, nothing, none, no_opcode, np.zeros(1, np.int64), none, no_opcode)
    if (offsets % 4).any() or int(offsets[-1]) + _CODE_HEADER > len(dex.data):
        raise DexError("the code of a method lies outside the file")
    size_at = (offsets + _SIZE_AT) // 2
    sizes = units[size_at].astype(np.int64) | units[size_at + 1].astype(np.int64) << 16
    starts = (offsets + _CODE_HEADER) // 2
    ends = starts + sizes
    if int(ends.max()) > len(units) or (ends[:-1] > starts[1:] - _CODE_HEADER // 2).any():
        raise DexError("the code of a method lies outside the file or overlaps other code")
    first = int(starts[0])
    begins = _Stepping(units[first : int(ends[-1])]).begins(starts - first, ends - first)
    places = np.flatnonzero(begins).astype(np.int32) + np.int32(first)
    bounds = np.append(np.searchsorted(places, starts), len(places)).astype(np.int64)
    opcodes = (units[places] & 0xFF).astype(np.uint8)
    referring = np.flatnonzero(_REFERRING[opcodes])
    return Code(units, offsets, places, opcodes, bounds, places[referring], opcodes[referring])


class _Stepping:
    """Marks the units at which instructions begin."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._widths = _WIDTHS[units & 0xFF]
        for payload in (_PACKED_SWITCH, _SPARSE_SWITCH, _ARRAY_DATA):
            self._widths[units == payload] = _IS_PAYLOAD
        self._begins = np.zeros(len(units), np.bool_)
        self._payloads = 0

    def begins(self, starts: Integers, ends: Integers) -> Flags:
        alive = starts < ends
        at, end = starts[alive], ends[alive]
        while len(at) > _FEW:
            self._begins[at] = True
            width = self._widths[at].astype(np.int64)
            for lane in np.flatnonzero(width == _IS_PAYLOAD).tolist():
                width[lane] = self._payload_width(int(at[lane]))
            after = at + width
            self._begins[at[after > end]] = False
            alive = after < end
            at, end = after[alive], end[alive]
        for lane in range(len(at)):
            self._step_one(int(at[lane]), int(end[lane]))
        return self._begins

    def _step_one(self, at: int, end: int) -> None:
        """Steps through one method, in blocks so that long ones take no more memory."""
        while at < end:
            block = self._widths[at : min(at + _BLOCK, end)].tobytes()
            places = []
            offset = 0
            while offset < len(block):
                places.append(offset)
                offset += block[offset] or self._payload_width(at + offset)
            self._begins[np.array(places, np.int64) + at] = True
            if at + offset > end:
                self._begins[at + places[-1]] = False
            at += offset

    def _payload_width(self, at: int) -> int:
        """The width of the table at ``at``."""
        self._payloads += 1
        if self._payloads > _MOST_PAYLOADS:
            raise DexError(f"its code has more than {_MOST_PAYLOADS} tables")
        head: list[int] = self._units[at : at + 4].tolist()
        kind, second, third, fourth = [*head, 0, 0, 0][:4]
        if kind == _PACKED_SWITCH:
            return 4 + 2 * second
        if kind == _SPARSE_SWITCH:
            return 2 + 4 * second
        return 4 + (second * (third | fourth << 16) + 1) // 2
