"""The sensitive calls in one DEX file: where code names a row of the API table, and who it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from apkcheck.apk.code import Code, Methods, Used
from apkcheck.apk.dex import Dex, DexError, Flags, Integers, distinct, encode
from apkcheck.apk.registers import Registers
from apkcheck.apk.targets import Member, Targets

Method = tuple[str, str, str]
"""Descriptor of the class, name, and prototype."""
Caller = tuple[str, str, int]
"""Descriptor of the class, name of the method, and its row in the method table."""
Label = TypeVar("Label")

_INVOKES = (range(0x6E, 0x73), range(0x74, 0x79))
_FIELD_READS = (range(0x52, 0x59), range(0x60, 0x67))
_CONST_STRING, _CONST_STRING_JUMBO = range(0x1A, 0x1B), range(0x1B, 0x1C)
_URI_SCHEME = "content://"
_REFLECTION = ("Ljava/lang/Class;", ("getMethod", "getDeclaredMethod"))
_SERVICE_LOOKUP = "getSystemService"
_MOST_CALLS = 1_000_000
_SECOND = 1
"""Where settings keys and the names of methods and services stand among a call's registers."""


@dataclass(frozen=True, slots=True)
class DexCalls:
    """What one DEX file calls."""

    calls: Mapping[tuple[str, Caller], int]
    """Number of calls by API and caller."""
    inherited: Mapping[tuple[Method, Caller], int]
    """Calls on heirs of methods that carry the name of a sensitive one."""
    overriding: frozenset[Method]
    """Methods of heirs that carry the name of a sensitive one."""


@dataclass(frozen=True, slots=True)
class _Sink:
    """A method whose string argument decides what is read."""

    position: int
    ids: Mapping[str, str]


class Hierarchy:
    """The classes that the app defines, over all its DEX files, and what they inherit."""

    def __init__(self, classes: Iterable[tuple[str, str | None]], targets: Targets) -> None:
        self.parents: dict[str, str | None] = {}
        for name, parent in classes:
            self.parents.setdefault(name, parent)
        self._methods = targets.methods
        self._declaring = {owner for owner, _ in targets.methods}
        self.heirs = frozenset(self._below_declaring())
        """Descriptors of the classes below one that declares a sensitive method."""

    def _below_declaring(self) -> set[str]:
        below: dict[str | None, list[str]] = {}
        for name, parent in self.parents.items():
            below.setdefault(parent, []).append(name)
        found: set[str] = set()
        waiting: list[str] = sorted(self._declaring)
        while waiting:
            heirs = [heir for heir in below.get(waiting.pop(), ()) if heir not in found]
            found.update(heirs)
            waiting += heirs
        return found

    def _line(self, owner: str | None) -> Iterator[str]:
        seen: set[str] = set()
        while owner is not None and owner not in seen:
            yield owner
            seen.add(owner)
            owner = self.parents.get(owner)

    def resolve(self, found: Sequence[DexCalls]) -> Sequence[Mapping[tuple[str, Caller], int]]:
        """For each DEX file its calls, with those that reach a sensitive method through an heir.

        Such a call names the app's own class, but runs the method of the first class above that
        defines it.
        """
        overriding = frozenset[Method]().union(*(dex.overriding for dex in found))
        resolved = []
        for dex in found:
            calls = Counter(dict(dex.calls))
            for (method, caller), count in dex.inherited.items():
                api = self._declared(method, overriding)
                if api is not None:
                    calls[api, caller] += count
            resolved.append(dict(calls))
        return resolved

    def _declared(self, method: Method, overriding: frozenset[Method]) -> str | None:
        for owner in self._line(method[0]):
            api = self._methods.get((owner, method[1]))
            if api is not None or (owner, *method[1:]) in overriding:
                return api
        return None


def _flags(chosen: Iterable[int], size: int) -> Flags:
    flags = np.zeros(size, np.bool_)
    flags[np.fromiter(chosen, np.int64)] = True
    return flags


def find_calls(
    dex: Dex, methods: Methods, code: Code, targets: Targets, heirs: frozenset[str]
) -> DexCalls:
    """Looks through all code of one DEX file.

    Raises:
        DexError: if the file is broken.
    """
    return _Finder(dex, methods, code, targets, heirs).found()


class _Finder:
    def __init__(
        self, dex: Dex, methods: Methods, code: Code, targets: Targets, heirs: frozenset[str]
    ) -> None:
        self._dex = dex
        self._targets = targets
        self._methods = methods
        self._code = code
        self._registers = Registers(dex, self._code)
        order = np.argsort(self._methods.code, kind="stable")
        self._by_code = self._methods.index[order]
        self._code_offsets = self._methods.code[order]
        self._calls: Counter[tuple[str, Caller]] = Counter()
        self._inherited: Counter[tuple[Method, Caller]] = Counter()
        self._sensitive = self._sensitive_methods(heirs)
        self._room = _MOST_CALLS

    def found(self) -> DexCalls:
        self._find_invokes()
        self._find_field_reads()
        self._find_strings()
        return DexCalls(
            calls=dict(self._calls),
            inherited=dict(self._inherited),
            overriding=frozenset(self._overriding()),
        )

    # -- methods ----------------------------------------------------------------------------------

    def _sensitive_methods(self, heirs: frozenset[str]) -> Integers:
        """The methods with the name of a sensitive one, on a class that has it or inherits it."""
        methods = self._dex.methods
        owners = heirs.union(owner for owner, _ in self._targets.methods)
        rows = np.flatnonzero(self._dex.types_among(owners)[methods["class"]])
        names = methods["name"][rows].astype(np.int64)
        wanted = frozenset(encode(name) for _, name in self._targets.methods)
        different = distinct(names)
        known = [raw in wanted for raw in self._dex.raw_all(different)]
        found: Integers = rows[np.array(known, np.bool_)[np.searchsorted(different, names)]]
        return found

    def _find_invokes(self) -> None:
        calls = self._code.instructions(*_INVOKES)
        called = self._code.operands[calls]
        if len(called) and int(called.max()) >= len(self._dex.methods):
            inside = called < len(self._dex.methods)
            calls, called = calls[inside], called[inside]
        self._find_methods(calls, called)
        self._find_arguments(calls, called)

    def _find_methods(self, calls: Integers, called: Used) -> None:
        direct: dict[int, str] = {}
        others: dict[int, Method] = {}
        for index in self._sensitive.tolist():
            api = self._targets.methods.get(self._member(index))
            if api is not None:
                direct[index] = api
            else:
                others[index] = self._method(index)
        self._calls.update(self._counted(direct, called, calls))
        self._inherited.update(self._counted(others, called, calls))

    def _overriding(self) -> Iterator[Method]:
        defined = np.zeros(len(self._dex.methods), np.bool_)
        defined[self._methods.index] = True
        for index in self._sensitive[defined[self._sensitive]].tolist():
            yield self._method(index)

    def _member(self, index: int) -> Member:
        owner, _, name = self._dex.methods[index].item()
        return self._dex.type_name(owner), self._dex.text(name)

    def _method(self, index: int) -> Method:
        prototype = int(self._dex.methods["type"][index])
        return (*self._member(index), self._dex.prototype(prototype))

    # -- arguments --------------------------------------------------------------------------------

    def _find_arguments(self, calls: Integers, called: Used) -> None:
        sinks = self._sinks()
        found = calls[_flags(sinks, len(self._dex.methods))[called]]
        for call, index in zip(found.tolist(), self._code.operands[found].tolist(), strict=True):
            sink = sinks[index]
            text = self._registers.string_argument(call, sink.position)
            api = sink.ids.get(text) if text is not None else None
            if api is not None:
                for caller in self._callers(int(self._code.pieces[call])):
                    self._calls[api, caller] += 1

    def _sinks(self) -> dict[int, _Sink]:
        targets, sinks = self._targets, {}
        for owner, ids in targets.settings.items():
            for index, name in self._declared_by(owner):
                if name.startswith("get"):
                    sinks[index] = _Sink(_SECOND, ids)
        if targets.reflections:
            for index, name in self._declared_by(_REFLECTION[0]):
                if name in _REFLECTION[1]:
                    sinks[index] = _Sink(_SECOND, targets.reflections)
        if targets.services:
            lookup = self._dex.find(_SERVICE_LOOKUP)
            named = self._dex.methods["name"] == (-1 if lookup is None else lookup)
            for index in np.flatnonzero(named).tolist():
                sinks[index] = _Sink(_SECOND, targets.services)
        return sinks

    def _declared_by(self, owner: str) -> Iterator[tuple[int, str]]:
        kind = self._dex.find_type(owner)
        if kind is not None:
            for index in np.flatnonzero(self._dex.methods["class"] == kind).tolist():
                yield index, self._dex.text(int(self._dex.methods["name"][index]))

    # -- fields and strings -----------------------------------------------------------------------

    def _find_field_reads(self) -> None:
        fields = self._dex.fields
        owners = {owner for owner, _ in self._targets.fields}
        wanted: dict[int, str] = {}
        for index in np.flatnonzero(self._dex.types_among(owners)[fields["class"]]).tolist():
            owner, _, name = fields[index].item()
            api = self._targets.fields.get((self._dex.type_name(owner), self._dex.text(name)))
            if api is not None:
                wanted[index] = api
        if wanted:
            reads = self._code.instructions(*_FIELD_READS)
            self._calls.update(self._counted(wanted, self._code.operands[reads], reads))

    def _find_strings(self) -> None:
        wanted = dict(self._wanted_strings())
        if wanted:
            short = self._code.instructions(_CONST_STRING)
            self._calls.update(self._counted(wanted, self._code.operands[short], short))
            jumbo = self._code.instructions(_CONST_STRING_JUMBO)
            loaded = self._code.long_operands(jumbo)
            self._calls.update(self._counted(wanted, loaded, jumbo))

    def _wanted_strings(self) -> Iterator[tuple[int, str]]:
        for key, api in self._targets.properties.items():
            index = self._dex.find(key)
            if index is not None:
                yield index, api
        if self._targets.uris:
            for index, text in self._dex.starting(_URI_SCHEME):
                uri = self._targets.uri(text)
                if uri is not None:
                    yield index, uri

    # -- shared -----------------------------------------------------------------------------------

    def _counted(
        self, labels: Mapping[int, Label], used: Used, numbers: Integers
    ) -> Counter[tuple[Label, Caller]]:
        """How often each caller uses each of the labelled indexes."""
        # What lies beyond all labels counts as the last index, which is never labelled.
        labelled = _flags(labels, max(labels, default=-1) + 2)
        wanted = np.flatnonzero(labelled.take(used, mode="clip"))
        pieces = self._code.pieces[numbers[wanted]]
        counted: Counter[tuple[Label, Caller]] = Counter()
        pairs = Counter(zip(used[wanted].tolist(), pieces.tolist(), strict=True))
        for (index, piece), count in pairs.items():
            for caller in self._callers(piece):
                counted[labels[index], caller] += count
        return counted

    def _callers(self, piece: int) -> Iterator[Caller]:
        """The methods that share a piece of code; nearly always one."""
        offset = int(self._code.offsets[piece])
        first, last = np.searchsorted(self._code_offsets, [offset, offset + 1]).tolist()
        self._room -= last - first
        if self._room < 0:
            raise DexError("its methods share their code without end")
        for index in self._by_code[first:last].tolist():
            yield (*self._member(index), index)
