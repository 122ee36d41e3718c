"""The sensitive calls in one DEX file: where code names a row of the API table, and who it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from apkcheck.apk.code import Code, Methods
from apkcheck.apk.dex import Dex, DexError, Integers
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

    def _below_declaring(self) -> Iterator[str]:
        """Looks at each class once, however long the lines are."""
        inherits: dict[str | None, bool] = {}
        for name in self.parents:
            line: list[str] = []
            above: str | None = name
            while above is not None and above in self.parents and above not in inherits:
                inherits[above] = False
                line.append(above)
                above = self.parents[above]
            for owner in reversed(line):
                parent = self.parents[owner]
                inherits[owner] = parent in self._declaring or inherits.get(parent, False)
                if inherits[owner]:
                    yield owner

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
        owners = {owner for owner, _ in self._targets.methods} | heirs
        types = (self._dex.find_type(owner) for owner in owners)
        known = np.array(sorted(kind for kind in types if kind is not None), np.int64)
        names = self._indexes(name for _, name in self._targets.methods)
        return np.flatnonzero(np.isin(methods["name"], names) & np.isin(methods["class"], known))

    def _find_invokes(self) -> None:
        places = self._code.instructions(*_INVOKES)
        called = self._code.units[places + 1].astype(np.int64)
        inside = called < len(self._dex.methods)
        places, called = places[inside], called[inside]
        self._find_methods(places, called)
        self._find_arguments(places, called)

    def _find_methods(self, places: Integers, called: Integers) -> None:
        direct: dict[int, str] = {}
        others: dict[int, Method] = {}
        for index in self._sensitive.tolist():
            api = self._targets.methods.get(self._member(index))
            if api is not None:
                direct[index] = api
            else:
                others[index] = self._method(index)
        self._calls.update(self._counted(direct, called, places))
        self._inherited.update(self._counted(others, called, places))

    def _overriding(self) -> Iterator[Method]:
        for index in np.intersect1d(self._methods.index, self._sensitive).tolist():
            yield self._method(index)

    def _member(self, index: int) -> Member:
        owner, _, name = self._dex.methods[index].item()
        return self._dex.type_name(owner), self._dex.text(name)

    def _method(self, index: int) -> Method:
        prototype = int(self._dex.methods["type"][index])
        return (*self._member(index), self._dex.prototype(prototype))

    # -- arguments --------------------------------------------------------------------------------

    def _find_arguments(self, places: Integers, called: Integers) -> None:
        sinks = self._sinks()
        is_sink = np.isin(called, np.fromiter(sinks, np.int64, len(sinks)))
        for place, index in zip(places[is_sink].tolist(), called[is_sink].tolist(), strict=True):
            sink = sinks[index]
            text = self._registers.string_argument(place, sink.position)
            api = sink.ids.get(text) if text is not None else None
            if api is not None:
                for caller in self._callers(int(self._code.owners(np.array([place]))[0])):
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
            names = self._indexes((_SERVICE_LOOKUP,))
            for index in np.flatnonzero(np.isin(self._dex.methods["name"], names)).tolist():
                sinks[index] = _Sink(_SECOND, targets.services)
        return sinks

    def _declared_by(self, owner: str) -> Iterator[tuple[int, str]]:
        kind = self._dex.find_type(owner)
        if kind is not None:
            for index in np.flatnonzero(self._dex.methods["class"] == kind).tolist():
                yield index, self._dex.text(int(self._dex.methods["name"][index]))

    # -- fields and strings -----------------------------------------------------------------------

    def _find_field_reads(self) -> None:
        places = self._code.instructions(*_FIELD_READS)
        read = self._code.units[places + 1].astype(np.int64)
        names = self._indexes(name for _, name in self._targets.fields)
        wanted: dict[int, str] = {}
        for index in np.flatnonzero(np.isin(self._dex.fields["name"], names)).tolist():
            owner, _, name = self._dex.fields[index].item()
            api = self._targets.fields.get((self._dex.type_name(owner), self._dex.text(name)))
            if api is not None:
                wanted[index] = api
        self._calls.update(self._counted(wanted, read, places))

    def _find_strings(self) -> None:
        wanted = dict(self._wanted_strings())
        units = self._code.units
        short = self._code.instructions(_CONST_STRING)
        self._calls.update(self._counted(wanted, units[short + 1].astype(np.int64), short))
        jumbo = self._code.instructions(_CONST_STRING_JUMBO)
        loaded = units[jumbo + 1].astype(np.int64) | units[jumbo + 2].astype(np.int64) << 16
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

    def _indexes(self, names: Iterable[str]) -> Integers:
        """The string indexes of those names that this file knows at all."""
        found = (self._dex.find(name) for name in sorted(set(names)))
        return np.array([index for index in found if index is not None], np.int64)

    def _counted(
        self, labels: Mapping[int, Label], used: Integers, places: Integers
    ) -> Counter[tuple[Label, Caller]]:
        """How often each caller uses each of the labelled indexes."""
        wanted = np.isin(used, np.fromiter(labels, np.int64, len(labels)))
        pairs = np.stack([used[wanted], self._code.owners(places[wanted])])
        unique, counts = np.unique(pairs, axis=1, return_counts=True)
        counted: Counter[tuple[Label, Caller]] = Counter()
        for index, piece, count in zip(*unique.tolist(), counts.tolist(), strict=True):
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
