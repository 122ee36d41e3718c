"""Which string a register holds at a call: the last write in front of it, in a straight line."""

from __future__ import annotations

from apkcheck.apk.code import Code
from apkcheck.apk.dex import Dex, DexError

_CONST_STRING, _CONST_STRING_JUMBO = 0x1A, 0x1B
_MOVES = {0x07: 4, 0x08: 8, 0x09: 16}
"""Moves of references, and how many bits name the register that is written."""
_RANGE_CALLS = range(0x74, 0x79)
_MOST_STEPS = 2_000_000

_WRITES = (
    # (first and last opcode, bits that name the register that is written)
    (0x01, 0x01, 4), (0x02, 0x02, 8), (0x03, 0x03, 16), (0x04, 0x04, 4), (0x05, 0x05, 8),
    (0x06, 0x06, 16), (0x07, 0x07, 4), (0x08, 0x08, 8), (0x09, 0x09, 16), (0x0A, 0x0D, 8),
    (0x12, 0x12, 4), (0x13, 0x1C, 8), (0x20, 0x21, 4), (0x22, 0x22, 8), (0x23, 0x23, 4),
    (0x2D, 0x31, 8), (0x44, 0x4A, 8), (0x52, 0x58, 4), (0x60, 0x66, 8), (0x7B, 0x8F, 4),
    (0x90, 0xAF, 8), (0xB0, 0xD7, 4), (0xD8, 0xE2, 8), (0xFE, 0xFF, 8),
)  # fmt: skip
_BITS = {opcode: bits for first, last, bits in _WRITES for opcode in range(first, last + 1)}

_WIDE_WRITES = (
    (0x04, 0x06), (0x0B, 0x0B), (0x16, 0x19), (0x45, 0x45), (0x53, 0x53), (0x61, 0x61),
    (0x7D, 0x7E), (0x80, 0x81), (0x83, 0x83), (0x86, 0x86), (0x88, 0x89), (0x8B, 0x8B),
    (0x9B, 0xA5), (0xAB, 0xAF), (0xBB, 0xC5), (0xCB, 0xCF),
)  # fmt: skip
_WIDE = {opcode for first, last in _WIDE_WRITES for opcode in range(first, last + 1)}


class Registers:
    """Follows the arguments of calls back to constant strings."""

    def __init__(self, dex: Dex, code: Code) -> None:
        self._dex = dex
        self._code = code
        self._steps = 0

    def string_argument(self, call: int, position: int) -> str | None:
        """The string that the call at this place passes; None if that cannot be told.

        Only registers are counted: ``this`` is one, ``long`` and ``double`` are two.

        Raises:
            DexError: if the code takes too long to follow.
        """
        register = self._argument(call, position)
        if register is None:
            return None
        units = self._code.units
        for place in self._code.before(call):
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise DexError("its code passes more arguments than can be followed")
            opcode = int(units[place]) & 0xFF
            if not self._writes(place, opcode, register):
                continue
            if opcode not in _MOVES:
                return self._constant(place, opcode)
            register = self._moved(place, opcode)
        return None

    def _argument(self, call: int, position: int) -> int | None:
        first, _, registers = (int(unit) for unit in self._code.units[call : call + 3])
        if first & 0xFF in _RANGE_CALLS:
            return registers + position if position < first >> 8 else None
        if position >= min(first >> 12, 4):
            return None
        return registers >> 4 * position & 0xF

    def _writes(self, place: int, opcode: int, register: int) -> bool:
        bits = _BITS.get(opcode)
        if bits is None:
            return False
        unit = int(self._code.units[place])
        if bits == 16:
            written = int(self._code.units[place + 1])
        else:
            written = unit >> 8 & (0xF if bits == 4 else 0xFF)
        return register == written or (opcode in _WIDE and register == written + 1)

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
