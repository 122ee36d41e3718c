"""The methods of a DEX file and their instructions, stepped through exactly.

All methods are stepped through at once: one vector holds the place of each, and every step moves
all of them on by the width of their instruction. The tables that belong to some instructions
(switches and array data) are skipped as a whole, so nothing in them is taken for an instruction.
Widths and payloads: source.android.com/docs/core/runtime/dalvik-bytecode and instruction-formats.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apkcheck.apk.dex import Dex, DexError, Flags, Integers, Numbers, distinct, spread

Units = npt.NDArray[np.uint16]
Used = npt.NDArray[np.integer]
"""What instructions refer to."""

_WIDTH_RUNS = (
    # (last opcode of the run, width in 16-bit units); opcodes that are not used count one unit
    (0x01, 1), (0x02, 2), (0x03, 3), (0x04, 1), (0x05, 2), (0x06, 3), (0x07, 1), (0x08, 2),
    (0x09, 3), (0x12, 1), (0x13, 2), (0x14, 3), (0x16, 2), (0x17, 3), (0x18, 5), (0x1A, 2),
    (0x1B, 3), (0x1C, 2), (0x1E, 1), (0x20, 2), (0x21, 1), (0x23, 2), (0x26, 3), (0x28, 1),
    (0x29, 2), (0x2C, 3), (0x3D, 2), (0x43, 1), (0x6D, 2), (0x72, 3), (0x73, 1), (0x78, 3),
    (0x8F, 1), (0xAF, 2), (0xCF, 1), (0xE2, 2), (0xF9, 1), (0xFB, 4), (0xFD, 3), (0xFF, 2),
)  # fmt: skip
_REFERRING = (
    range(0x1A, 0x1D),
    range(0x1F, 0x21),
    range(0x22, 0x26),
    range(0x52, 0x73),
    range(0x74, 0x79),
    range(0xFA, 0x100),
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


def _width_table() -> bytes:
    widths = bytearray(256)
    first = 0
    for last, width in _WIDTH_RUNS:
        widths[first : last + 1] = bytes((width,)) * (last + 1 - first)
        first = last + 1
    return bytes(widths)


@functools.cache
def _flags_of(*opcodes: range) -> bytes:
    """For each opcode 1 if it is one of these, else 0."""
    return bytes(any(opcode in run for run in opcodes) for opcode in range(256))


_WIDTHS = _width_table()


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
    """Every instruction of every method; places are indexes of 16-bit units in the file.

    Instructions that refer to a string, type, field, method or handle are numbered through in the
    order of their places; those that run out of their code are left out.
    """

    units: Units
    offsets: Integers
    """Where each piece of code lies in the file, in bytes, ascending."""
    starts: Integers
    """The place of the first instruction of each piece."""
    begins: Flags
    """Of the units from the first piece on: whether an instruction begins there."""
    referring: Numbers
    """The place of each instruction that refers to something."""
    opcodes: bytes
    """Of those."""
    operands: Units
    """The unit after the opcode of those: what most refer to."""
    pieces: Numbers
    """The number of the piece of code in which each of those lies."""

    def instructions(self, *opcodes: range) -> Integers:
        """The numbers of all instructions of these opcodes, which have to refer to something."""
        return np.flatnonzero(self._are(*opcodes))

    def any(self, *opcodes: range) -> bool:
        """Whether there is an instruction of these opcodes."""
        return bool(self._are(*opcodes).any())

    def _are(self, *opcodes: range) -> Flags:
        return np.frombuffer(self.opcodes.translate(_flags_of(*opcodes)), np.bool_)

    def long_operands(self, numbers: Integers) -> Integers:
        """What instructions refer to by two units, such as ``const-string/jumbo``."""
        high = self.units[self.referring[numbers] + 2].astype(np.int64)
        return self.operands[numbers] | high << 16

    def places(self, start: int, end: int) -> Integers:
        """The places of all instructions between two places."""
        first = int(self.starts[0])
        return np.flatnonzero(self.begins[start - first : end - first]) + start


# -- methods --------------------------------------------------------------------------------------


def read_methods(dex: Dex) -> Methods:
    """Reads the class data of all classes.

    Raises:
        DexError: if it runs out of the file or names methods that are not there.
    """
    offsets = distinct(dex.class_data[dex.class_data > 0].astype(np.int64))
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
        value = (self._bytes[begins] & 0x7F).astype(np.int64)
        for at in range(1, 5):
            longer = np.nonzero(begins + at <= ends)
            if not len(longer[0]):
                break
            byte = (self._bytes[begins[longer] + at] & 0x7F).astype(np.int64)
            value[longer] |= byte << 7 * at
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
    offsets = distinct(methods.code[methods.code > 0])
    if not len(offsets):
        nothing, none = np.empty(0, np.int64), np.empty(0, np.int32)
        return Code(units, nothing, nothing, nothing > 0, none, b"", units[:0], none)
    if (offsets % 4).any() or int(offsets[-1]) + _CODE_HEADER > len(dex.data):
        raise DexError("the code of a method lies outside the file")
    size_at = (offsets + _SIZE_AT) // 2
    sizes = units[size_at].astype(np.int64) | units[size_at + 1].astype(np.int64) << 16
    starts = (offsets + _CODE_HEADER) // 2
    ends = starts + sizes
    if int(ends.max()) > len(units) or (ends[:-1] > starts[1:] - _CODE_HEADER // 2).any():
        raise DexError("the code of a method lies outside the file or overlaps other code")
    first = int(starts[0])
    inside = units[first : int(ends[-1])]
    opcodes = inside.view(np.uint8)[::2].tobytes()
    begins = _Stepping(inside, opcodes).begins(starts - first, ends - first)
    refers = np.frombuffer(opcodes.translate(_flags_of(*_REFERRING)), np.bool_)
    referring = np.flatnonzero(refers & begins)
    counts = np.diff(np.searchsorted(referring, starts - first), append=len(referring))
    return Code(
        units=units,
        offsets=offsets,
        starts=starts,
        begins=begins,
        referring=(referring + first).astype(np.int32),
        opcodes=np.frombuffer(opcodes, np.uint8)[referring].tobytes(),
        operands=units[referring + (first + 1)],
        pieces=np.repeat(np.arange(len(starts), dtype=np.int32), counts),
    )


class _Stepping:
    """Marks the units at which instructions begin."""

    def __init__(self, units: Units, opcodes: bytes) -> None:
        self._units = units
        self._widths = np.frombuffer(bytearray(opcodes.translate(_WIDTHS)), np.uint8)
        for payload in (_PACKED_SWITCH, _SPARSE_SWITCH, _ARRAY_DATA):
            self._widths[np.flatnonzero(units == payload)] = _IS_PAYLOAD
        self._begins = np.zeros(len(units), np.bool_)
        self._payloads = 0

    def begins(self, starts: Integers, ends: Integers) -> Flags:
        alive = starts < ends
        at, end = starts[alive], ends[alive]
        while len(at) > _FEW:
            self._begins[at] = True
            after = at + self._widths_at(at)
            done = after >= end
            if done.any():
                self._begins[at[after > end]] = False
                alive = ~done
                after, end = after[alive], end[alive]
            at = after
        for lane in range(len(at)):
            self._step_one(int(at[lane]), int(end[lane]))
        return self._begins

    def _widths_at(self, places: Integers) -> npt.NDArray[np.integer]:
        widths = self._widths[places]
        if widths.all():
            return widths
        widths = widths.astype(np.int64)
        for lane in np.flatnonzero(widths == _IS_PAYLOAD).tolist():
            widths[lane] = self._payload_width(int(places[lane]))
        return widths

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
