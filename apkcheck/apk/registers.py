"""Which string a register holds at a call: the last write in front of it, in a straight line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from apkcheck.apk.code import Code
from apkcheck.apk.dex import Dex, DexError, Flags, Integers

_CONST_STRING, _CONST_STRING_JUMBO = 0x1A, 0x1B
_MOVES = {0x07: 4, 0x08: 8, 0x09: 16}
"""Moves of references, and how many bits name the register that is written."""
_RANGE_CALLS = range(0x74, 0x79)
_MOST_STEPS = 4_000_000
_REACH = 4096
"""How many units of code in front of a call are looked at."""
_BLOCKS = (32, 224, _REACH)
"""How many at a time: what a call passes was mostly written right before it."""

_WRITES = (
    # (first and last opcode, bits that name the register that is written)
    (0x01, 0x01, 4), (0x02, 0x02, 8), (0x03, 0x03, 16), (0x04, 0x04, 4), (0x05, 0x05, 8),
    (0x06, 0x06, 16), (0x07, 0x07, 4), (0x08, 0x08, 8), (0x09, 0x09, 16), (0x0A, 0x0D, 8),
    (0x12, 0x12, 4), (0x13, 0x1C, 8), (0x20, 0x21, 4), (0x22, 0x22, 8), (0x23, 0x23, 4),
    (0x2D, 0x31, 8), (0x44, 0x4A, 8), (0x52, 0x58, 4), (0x60, 0x66, 8), (0x7B, 0x8F, 4),
    (0x90, 0xAF, 8), (0xB0, 0xD7, 4), (0xD8, 0xE2, 8), (0xFE, 0xFF, 8),
)  # fmt: skip
_WIDE_WRITES = (
    (0x04, 0x06), (0x0B, 0x0B), (0x16, 0x19), (0x45, 0x45), (0x53, 0x53), (0x61, 0x61),
    (0x7D, 0x7E), (0x80, 0x81), (0x83, 0x83), (0x86, 0x86), (0x88, 0x89), (0x8B, 0x8B),
    (0x9B, 0xA5), (0xAB, 0xAF), (0xBB, 0xC5), (0xCB, 0xCF),
)  # fmt: skip


def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """For each opcode the bits that name the register it writes, and whether it writes two."""
    bits, wide = np.zeros(256, np.uint8), np.zeros(256, np.bool_)
    for first, last, count in _WRITES:
        bits[first : last + 1] = count
    for first, last in _WIDE_WRITES:
        wide[first : last + 1] = True
    return bits, wide


_BITS, _WIDE = _tables()


class Registers:
    """Follows the arguments of calls back to constant strings."""

    def __init__(self, dex: Dex, code: Code) -> None:
        self._dex = dex
        self._code = code
        self._steps = 0

    def string_argument(self, call: int, position: int) -> str | None:
        """The string that a call passes; None if that cannot be told.

        The call is given by its number among the instructions that refer to something. Only
        registers are counted: ``this`` is one, ``long`` and ``double`` are two.

        Raises:
            DexError: if the code takes too long to follow.
        """
        place = int(self._code.referring[call])
        register = self._argument(place, position)
        if register is None:
            return None
        first = max(int(self._code.starts[self._code.pieces[call]]), place - _REACH)
        while (place := self._last_write(register, first, place)) >= 0:
            opcode = int(self._code.units[place]) & 0xFF
            if opcode not in _MOVES:
                return self._constant(place, opcode)
            register = self._moved(place, opcode)
        return None

    def _last_write(self, register: int, first: int, end: int) -> int:
        """The place of the last instruction between two that writes a register; -1 if none."""
        for block in _BLOCKS:
            start = max(first, end - block)
            self._steps += end - start
            if self._steps > _MOST_STEPS:
                raise DexError("its code passes more arguments than can be followed")
            places = self._code.places(start, end)
            found = places[self._writes(register, places)]
            if len(found):
                return int(found[-1])
            end = start
        return -1

    def _writes(self, register: int, places: Integers) -> Flags:
        """Whether each instruction writes the register."""
        units = self._code.units
        opcodes, written = units[places] & 0xFF, units[places] >> 8
        bits = _BITS[opcodes]
        written[bits == 4] &= 0xF
        far = bits == 16
        written[far] = units[places[far] + 1]
        one: Flags = written == register
        two: Flags = _WIDE[opcodes] & (written == register - 1)
        found: Flags = (bits > 0) & (one | two)
        return found

    def _argument(self, call: int, position: int) -> int | None:
        first, _, registers = (int(unit) for unit in self._code.units[call : call + 3])
        if first & 0xFF in _RANGE_CALLS:
            return registers + position if position < first >> 8 else None
        if position >= min(first >> 12, 4):
            return None
        return registers >> 4 * position & 0xF

    def _moved(self, place: int, opcode: int) -> int:
        units = self._code.units
        bits = _MOVES[opcode]
        if bits == 4:
            return int(units[place]) >> 12
        return int(units[place + (1 if bits == 8 else 2)])

    def _constant(self, place: int, opcode: int) -> str | None:
        units = self._code.units
        if opcode == _CONST_STRING:
            index = int(units[place + 1])
        elif opcode == _CONST_STRING_JUMBO:
            index = int(units[place + 1]) | int(units[place + 2]) << 16
        else:
            return None
        return self._dex.text(index) if index < self._dex.string_count else None
