"""What the methods of one DEX file define, call, create and name, as arrays.

Classes, names and prototypes are numbered over all DEX files of the app (``Symbols``), so that the
arrays of several files join without a look at their strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from apkcheck.apk.code import Code, Methods, Used
from apkcheck.apk.dex import Dex, DexError, Flags, Integers, Numbers, decode, distinct, spread

STATIC, PRIVATE, NATIVE, INTERFACE, CONSTRUCTOR = 0x8, 0x2, 0x100, 0x200, 0x10000
"""Access flags."""

EXACT_CALL, VIRTUAL_CALL, CREATION, CLASS_CONSTANT, TOUCH, NAMING = range(6)
"""Kinds of effects that running code has on a method reference (the calls) or on a class.

A static field that is read or written only touches its class: that runs the static initialiser.
"""
KINDS = 6

_VIRTUAL_INVOKES = (range(0x6E, 0x6F), range(0x72, 0x73), range(0x74, 0x75), range(0x78, 0x79))
_EXACT_INVOKES = (range(0x6F, 0x72), range(0x75, 0x78))
_ACTIVE = (range(0x6E, 0x70), range(0x71, 0x73), range(0x74, 0x76), range(0x77, 0x79))
"""Invokes but for those of constructors and private methods."""
_STRING, _STRING_JUMBO, _CLASS, _NEW = 0x1A, 0x1B, 0x1C, 0x22
_STATIC_FIELDS = range(0x60, 0x6E)
_BY_HANDLE = (range(0xFC, 0xFF),)
"""invoke-custom and const-method-handle."""
_AT_RUN_TIME = 1
_MOST_ANNOTATED = 1 << 20
_NOWHERE = -1
_ROWS = 1 << 16
"""How many rows of a table an instruction can name."""


class Symbols:
    """The numbers of classes, names and prototypes over all DEX files of an app."""

    def __init__(self, classes: Iterable[str]) -> None:
        self.classes: Mapping[str, int] = {name: number for number, name in enumerate(classes)}
        """By descriptor: the classes that the app defines."""
        self.defined = np.zeros(len(self.classes), np.bool_)
        """Those that a file read so far defines: of two definitions Android takes the first."""
        self._others: dict[str, int] = {}
        self._names: dict[bytes, int] = {}
        self._prototypes: dict[bytes, int] = {}

    def types(self, descriptors: Iterable[str]) -> Integers:
        """A number for each descriptor: of a class that the app defines, or a negative one."""
        classes, others = self.classes, self._others
        numbers = (
            classes[name] if name in classes else -1 - others.setdefault(name, len(others))
            for name in descriptors
        )
        return np.fromiter(numbers, np.int64)

    def outside(self, prefix: str) -> Integers:
        """The numbers of the types that the app does not define and that begin with a prefix."""
        found = (-1 - number for name, number in self._others.items() if name.startswith(prefix))
        return np.fromiter(found, np.int64)

    def names(self, raws: Iterable[bytes]) -> Integers:
        """A number for each name."""
        return _numbers(self._names, raws)

    def prototypes(self, keys: Iterable[bytes]) -> Integers:
        """A number for each prototype."""
        return _numbers(self._prototypes, keys)

    def signature(self, name: str, *types: str) -> int:
        """The signature of a method; the result's type comes first."""
        prototype = self.prototypes([self.types(types).tobytes()])
        return int(_signatures(self.names([name.encode()]), prototype)[0])


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """One DEX file. Classes are numbers of ``Symbols``; other classes are negative."""

    supertypes: tuple[Integers, Integers]
    """Classes, and an interface of each."""
    interfaces: Integers
    """The classes that are interfaces."""
    ref_class: Numbers
    """Of each row of the method table."""
    ref_signature: Integers
    definitions: Numbers
    """The methods that are defined, as rows of the method table."""
    access: Numbers
    pieces: Numbers
    """The piece of code of each definition, or -1."""
    annotated: Integers
    """Rows of the methods with an annotation that is visible at run time."""
    effects: Numbers
    """What each piece of code does, in order of the pieces: id times KINDS plus kind."""
    bounds: Numbers
    """Where the effects of each piece begin, and the end."""
    by_handle: bool
    """Whether code calls through method handles, which are not followed."""
    active: Integers
    """The classes with a method that calls another one, constructors apart, or that is native."""


def read_graph(dex: Dex, methods: Methods, code: Code, symbols: Symbols) -> Graph:
    """Reads one DEX file; files have to be read in the order in which Android looks them up.

    Raises:
        DexError: if a table of it is broken.
    """
    return _Reader(dex, methods, code, symbols).graph()


def unknown_graph(dex: Dex) -> Graph:
    """Stands for a DEX file whose graph cannot be read."""
    nothing = np.empty(0, np.int64)
    none = np.empty(0, np.int32)
    outside = np.full(len(dex.methods), _NOWHERE, np.int64)
    return Graph(
        supertypes=(nothing, nothing),
        interfaces=nothing,
        ref_class=outside.astype(np.int32),
        ref_signature=outside,
        definitions=none,
        access=none,
        pieces=none,
        annotated=nothing,
        effects=none,
        bounds=np.zeros(1, np.int32),
        by_handle=False,
        active=nothing,
    )


class _Reader:
    def __init__(self, dex: Dex, methods: Methods, code: Code, symbols: Symbols) -> None:
        self._dex = dex
        self._methods = methods
        self._code = code
        self._symbols = symbols
        self._types = symbols.types(dex.type_names)

    def graph(self) -> Graph:
        rows = self._dex.methods
        bounds, effects = self._effects()
        defines = self._types[self._dex.class_types]
        own = defines[~self._symbols.defined[defines]]
        shadowed = np.zeros(len(self._symbols.classes), np.bool_)
        shadowed[defines] = self._symbols.defined[defines]
        supertypes = self._supertypes(defines, shadowed)
        ref_class = self._types[rows["class"]] if len(rows) else np.empty(0, np.int64)
        # The data of a class may list methods of others, which Android refuses.
        owners = ref_class[self._methods.index]
        kept = owners >= 0
        kept[kept] = ~shadowed[owners[kept]]
        interfaces = defines[(self._dex.class_access & INTERFACE) != 0]
        graph = Graph(
            supertypes=supertypes,
            interfaces=interfaces[~shadowed[interfaces]],
            ref_class=ref_class.astype(np.int32),
            ref_signature=self._ref_signatures(),
            definitions=self._methods.index[kept].astype(np.int32),
            access=self._methods.access[kept].astype(np.int32),
            pieces=self._pieces()[kept].astype(np.int32),
            annotated=self._annotated(),
            effects=effects,
            bounds=bounds,
            by_handle=self._code.any(*_BY_HANDLE),
            active=self._active(),
        )
        self._symbols.defined[own] = True
        return graph

    # -- tables -----------------------------------------------------------------------------------

    def _supertypes(self, defines: Integers, shadowed: Flags) -> tuple[Integers, Integers]:
        sizes, listed = self._dex.type_lists(self._dex.interface_lists)
        classes = np.repeat(defines, sizes)
        kept = ~shadowed[classes]
        return classes[kept], self._types[listed[kept]]

    def _ref_signatures(self) -> Integers:
        rows = self._dex.methods
        named = rows["name"].astype(np.int64)
        names = distinct(named)
        name = self._symbols.names(self._dex.raw_all(names))[np.searchsorted(names, named)]
        sizes, types = self._dex.prototypes()
        flat = self._types[types].tobytes()
        ends = np.cumsum(sizes) * 8
        places = zip((ends - sizes * 8).tolist(), ends.tolist(), strict=True)
        prototypes = self._symbols.prototypes(flat[start:end] for start, end in places)
        return _signatures(name, prototypes[rows["type"]] if len(rows) else name)

    def _pieces(self) -> Integers:
        at = np.searchsorted(self._code.offsets, self._methods.code).astype(np.int64)
        return np.where(self._methods.code > 0, at, _NOWHERE)

    def _annotated(self) -> Integers:
        """Follows the directories of annotations, of which every item has a fixed size."""
        directories = self._dex.annotations[self._dex.annotations > 0].astype(np.int64)
        words = _Words(self._dex.data)
        fields, methods = words.at(directories + 4), words.at(directories + 8)
        if (fields + methods).sum() > _MOST_ANNOTATED:
            raise DexError("there are more annotated members than there can be")
        entries = spread(directories + 16 + 8 * fields, methods, 8)
        rows, sets = words.at(entries), words.at(entries + 4)
        sizes = words.at(sets)
        if sizes.sum() > _MOST_ANNOTATED:
            raise DexError("there are more annotations than there can be")
        items = words.at(spread(sets + 4, sizes, 4))
        if len(items) and int(items.max()) >= len(self._dex.data):
            raise DexError("an annotation lies outside the file")
        visible = np.frombuffer(self._dex.data, np.uint8)[items] == _AT_RUN_TIME
        found = distinct(np.repeat(rows, sizes)[visible])
        return found[found < len(self._dex.methods)]

    # -- code -------------------------------------------------------------------------------------

    def _effects(self) -> tuple[Numbers, Numbers]:
        """What each piece of code does; one that does a thing often may have it several times."""
        code = self._code
        effects = np.full(len(code.referring), _NOWHERE, np.int32)
        self._call(effects)
        for opcode, kind in ((_CLASS, CLASS_CONSTANT), (_NEW, CREATION)):
            numbers = code.instructions(range(opcode, opcode + 1))
            effects[numbers] = self._of_types(code.operands[numbers], kind)
        self._touch(effects)
        short = code.instructions(range(_STRING, _STRING + 1))
        effects[short] = self._named_by(code.operands[short].astype(np.int64))
        jumbo = code.instructions(range(_STRING_JUMBO, _STRING_JUMBO + 1))
        effects[jumbo] = self._named_by(code.long_operands(jumbo))
        return self._kept(effects)

    def _kept(self, effects: Numbers) -> tuple[Numbers, Numbers]:
        """The effects that there are, without those that are the same as the one before."""
        pieces = self._code.pieces
        kept = effects >= 0
        kept[1:] &= (effects[1:] != effects[:-1]) | (pieces[1:] != pieces[:-1])
        counts = np.bincount(pieces[kept], minlength=len(self._code.offsets))
        bounds = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=bounds[1:])
        return bounds, effects[kept]

    def _call(self, effects: Numbers) -> None:
        rows = np.full(_ROWS, _NOWHERE, np.int32)
        own = np.flatnonzero(self._types[self._dex.methods["class"]] >= 0)
        rows[own] = own * KINDS
        for opcodes, kind in ((_VIRTUAL_INVOKES, VIRTUAL_CALL), (_EXACT_INVOKES, EXACT_CALL)):
            numbers = self._code.instructions(*opcodes)
            found = rows[self._code.operands[numbers]]
            effects[numbers] = np.where(found >= 0, found + kind, _NOWHERE)

    def _active(self) -> Integers:
        calling = np.zeros(len(self._code.offsets) + 1, np.bool_)
        calling[self._code.pieces[self._code.instructions(*_ACTIVE)]] = True
        calling[-1] = False  # where methods without code lead
        methods = calling[self._pieces()] | ((self._methods.access & NATIVE) != 0)
        owners = self._dex.methods["class"][self._methods.index[methods]]
        found = distinct(self._types[owners])
        return found[found >= 0]

    def _touch(self, effects: Numbers) -> None:
        numbers = self._code.instructions(_STATIC_FIELDS)
        owners = np.full(_ROWS, _ROWS, np.int32)
        owners[: len(self._dex.fields)] = self._dex.fields["class"]
        effects[numbers] = self._of_types(owners[self._code.operands[numbers]], TOUCH)

    def _of_types(self, types: Used, kind: int) -> Integers:
        classes = np.append(self._types, _NOWHERE).take(types, mode="clip")
        return np.where(classes >= 0, classes * KINDS + kind, _NOWHERE)

    def _named_by(self, strings: Integers) -> Integers:
        """The classes that strings name, as reflection takes them or as descriptors."""
        if not self._dex.string_count:
            return np.full(len(strings), _NOWHERE, np.int64)
        strings = np.where(strings < self._dex.string_count, strings, 0)
        used = distinct(strings)
        numbers = np.full(len(used), _NOWHERE, np.int64)
        classes = self._symbols.classes
        for at, raw in enumerate(self._dex.raw_all(used)):
            if b"." in raw or b"/" in raw:
                numbers[at] = classes.get(descriptor_in(decode(raw)), _NOWHERE)
        numbers = numbers[np.searchsorted(used, strings)]
        return np.where(numbers >= 0, numbers * KINDS + NAMING, _NOWHERE)


class _Words:
    """The aligned 32-bit words of a file."""

    def __init__(self, data: bytes) -> None:
        self._words = np.frombuffer(data, "<u4", len(data) // 4)

    def at(self, offsets: Integers) -> Integers:
        if (offsets % 4).any() or (len(offsets) and int(offsets.max()) // 4 >= len(self._words)):
            raise DexError("annotations lie outside the file")
        return self._words[offsets // 4].astype(np.int64)


def descriptor_in(text: str) -> str:
    """A class name in any of its forms as a descriptor."""
    if text.startswith("L") and text.endswith(";"):
        return text.replace(".", "/")
    return f"L{text.replace('.', '/')};"


def _numbers(known: dict[bytes, int], keys: Iterable[bytes]) -> Integers:
    return np.fromiter((known.setdefault(key, len(known)) for key in keys), np.int64)


def _signatures(names: Integers, prototypes: Integers) -> Integers:
    return names << 32 | prototypes
