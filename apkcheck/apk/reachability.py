"""Which methods an app can run, from where it is started: a call graph over all DEX files.

A method counts as reachable if the code can lead to it from an entry point:

1. Entry points are the classes that Android creates by name: the Application class, components and
   their like from the manifest, and classes that metadata, resources and service files name.
2. A call leads to the method that it names, as inherited, and to every method that overrides it in
   a class which is created somewhere in reachable code. ``X.class`` counts as creating ``X``.
3. Whoever creates an object of a class with a supertype outside of the app may call all its
   methods that are not private: they may override something. Of all other classes the methods of
   ``Object`` and those with annotations visible at run time can be called.
4. A string that is the name of a class reaches all its methods, and so does a native method of it.

So more is taken for reachable than runs. What is not, no path leads to, but through names that are
put together at run time, native code that calls into other classes, and code that is loaded later.

Who starts first gets what it reaches: the Application class, then providers that start by
themselves, then other components, each kind sorted by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apkcheck.apk.dex import DexError, Flags, Integers, distinct, spread
from apkcheck.apk.graph import (
    CLASS_CONSTANT,
    CONSTRUCTOR,
    KINDS,
    NAMING,
    NATIVE,
    PRIVATE,
    STATIC,
    TOUCH,
    VIRTUAL_CALL,
    Graph,
    Symbols,
    descriptor_in,
)
from apkcheck.apk.lineage import Groups, Lineage
from apkcheck.apk.manifest import Entry

_OBJECT, _VOID, _BOOLEAN, _INT = "Ljava/lang/Object;", "V", "Z", "I"
_CALLED_ON_ALL = (
    ("clone", _OBJECT),
    ("equals", _BOOLEAN, _OBJECT),
    ("finalize", _VOID),
    ("hashCode", _INT),
    ("toString", "Ljava/lang/String;"),
)
"""What a class can override of ``java.lang.Object`` (the Java language's own specification)."""

_PLATFORM = "Landroid/"
_NOWHERE = -1
_MOST_ENTRIES = 1024
"""Entry classes that are followed one by one; those beyond are followed together."""
_ROOM = 1 << 26
"""Methods that virtual calls are followed to, with repetitions."""


Place = tuple[int, int]
"""The number of a DEX file, and a row of its method table."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a method is reached."""

    reachable: bool | None
    """None if no path was found, but not all code was read."""
    first: str | None = None
    """The entry class that reaches it first; None if only classes that resources name do."""
    at_start: bool = False


class Reachability:
    """Which methods of an app are reachable.

    ``graphs`` are those of all DEX files, in their order. If not all of the app's code is among
    them (``complete``), what is not found to be reachable may still be; nor is anything said to be
    unreachable in an app without an entry point.

    Raises:
        DexError: if the classes inherit in more ways than can be followed.
    """

    def __init__(
        self,
        parents: Mapping[str, str | None],
        graphs: Sequence[Graph],
        symbols: Symbols,
        complete: bool,
    ) -> None:
        self._symbols = symbols
        self._complete = complete and not any(graph.by_handle for graph in graphs)
        self._entries: list[Entry] = []
        self.program = _Program(parents, graphs, symbols)
        self._search = _Search(self.program)
        self._parents = parents
        self._supertypes = [graph.supertypes for graph in graphs]

    def follow(self, entries: Iterable[Entry], others: Iterable[str]) -> None:
        """Follows all paths from entry classes, and from those classes that ``others`` name.

        Raises:
            DexError: if there is more than can be followed; what was found so far still holds.
        """
        rows = list(entries)
        known = [self._classes((entry.name, *entry.named)) for entry in rows]
        complete = self._complete and any(len(self._classes((entry.name,))) for entry in rows)
        self._complete = False
        self._entries = rows
        rest = self._classes(others)
        if len(rows) > _MOST_ENTRIES:
            rest = np.concatenate([rest, *known[_MOST_ENTRIES:]])
        for label, classes in enumerate(known[:_MOST_ENTRIES]):
            self._search.run(classes * KINDS + CLASS_CONSTANT, label)
        self._search.run(rest * KINDS + CLASS_CONSTANT, len(rows))
        self._complete = complete

    def _classes(self, names: Iterable[str]) -> Integers:
        """Those names that are classes of the app, alone or after a colon."""
        numbers = self._symbols.classes
        words = (word for name in names for word in (name, name.rpartition(":")[2]))
        found = {numbers.get(descriptor_in(word), _NOWHERE) for word in words}
        return np.array(sorted(found - {_NOWHERE}), np.int64)

    def of(self, places: Iterable[Place]) -> Reach:
        """How the first of these methods is reached."""
        labels = (self._search.label(graph, row) for graph, row in places)
        label = min((label for label in labels if label >= 0), default=_NOWHERE)
        if label < 0:
            return Reach(False if self._complete else None)
        if label == len(self._entries):
            return Reach(True)
        return Reach(True, self._entries[label].name, self._entries[label].at_start)

    @property
    def labels(self) -> Integers:
        """For each definition the number of the entry that reaches it first; -1 if none does."""
        return self._search.labels

    def definition(self, place: Place) -> int:
        """The definition at a place; -1 if another file's is the one that runs."""
        graph, row = place
        ref = int(self.program.refs_of_rows[graph][row])
        return int(self.program.defined[ref]) if ref >= 0 else _NOWHERE

    def entry_classes(self) -> Integers:
        """The classes that Android creates because the manifest names them."""
        return self._classes(entry.name for entry in self._entries)

    def called_by_platform(self) -> Flags:
        """The classes with a supertype in the platform's own packages, which calls their methods.

        Those of the Java language (``Runnable``) are called by whoever has them run.
        """
        lineage = self.program.lineage
        names = (parent or "" for parent in self._parents.values())
        called = np.fromiter((name.startswith(_PLATFORM) for name in names), np.bool_)
        platform = self._symbols.outside(_PLATFORM)
        for classes, above in self._supertypes:
            called[classes[np.isin(above, platform)]] = True
        lineage.hand_down(called)
        return called


class _Program:
    """All DEX files joined: definitions, references and effects numbered through."""

    def __init__(
        self, parents: Mapping[str, str | None], graphs: Sequence[Graph], symbols: Symbols
    ) -> None:
        empty = np.empty(0, np.int64)
        self.count = len(parents)
        above = (
            np.concatenate([empty, *(graph.supertypes[0] for graph in graphs)]),
            np.concatenate([empty, *(graph.supertypes[1] for graph in graphs)]),
        )
        self.lineage = Lineage(parents, above)
        self.is_interface = np.zeros(self.count, np.bool_)
        for graph in graphs:
            self.is_interface[graph.interfaces] = True
        self._number_references(graphs, empty)
        self._number_definitions(graphs, empty)
        self._join_effects(graphs, empty)
        self._name_definitions(symbols, graphs)
        self._resolve()

    def _number_references(self, graphs: Sequence[Graph], empty: Integers) -> None:
        signatures = np.concatenate([empty, *(graph.ref_signature for graph in graphs)])
        classes = np.concatenate([empty, *(graph.ref_class for graph in graphs)])
        self.signatures = distinct(signatures)
        self.signature_count = max(len(self.signatures), 1)
        own = np.flatnonzero(classes >= 0)
        numbers = np.searchsorted(self.signatures, signatures[own])
        keys = classes[own] * self.signature_count + numbers
        self.references = distinct(keys)
        refs = np.full(len(classes), _NOWHERE, np.int32)
        refs[own] = np.searchsorted(self.references, keys)
        ends = np.cumsum([len(graph.ref_class) for graph in graphs], dtype=np.int64)
        self.refs_of_rows = np.split(refs, ends[:-1]) if graphs else []
        self.ref_class = (self.references // self.signature_count).astype(np.int32)
        self.ref_signature = (self.references % self.signature_count).astype(np.int32)

    def _number_definitions(self, graphs: Sequence[Graph], empty: Integers) -> None:
        rows = zip(self.refs_of_rows, graphs, strict=True)
        none = empty.astype(np.int32)
        refs = np.concatenate([none, *(refs[graph.definitions] for refs, graph in rows)])
        self.size = len(refs)
        self.classes = self.ref_class[refs]
        self.own_signatures = self.ref_signature[refs]
        self.access = np.concatenate([none, *(graph.access for graph in graphs)])
        self.defined = np.full(len(self.references), _NOWHERE, np.int32)
        """The definition of each reference, or -1."""
        self.defined[refs[::-1]] = np.arange(self.size, dtype=np.int32)[::-1]
        every = np.arange(self.size, dtype=np.int32)
        self.by_class = Groups(self.classes, every, self.count)
        self.overridable = (self.access & (STATIC | PRIVATE | CONSTRUCTOR)) == 0
        places = self.own_signatures * np.int64(self.count) + self.lineage.first[self.classes]
        self.by_place = np.argsort(places, kind="stable").astype(np.int32)
        """Definitions by signature, and among those of one signature by class."""
        self.places = places[self.by_place]

    def _join_effects(self, graphs: Sequence[Graph], empty: Integers) -> None:
        none = empty.astype(np.int32)
        bounds, effects, pieces = [none], [none], [none]
        first_piece = first_effect = 0
        for refs, graph in zip(self.refs_of_rows, graphs, strict=True):
            ids, kinds = np.divmod(graph.effects, KINDS)
            calls = kinds <= VIRTUAL_CALL
            ids[calls] = refs[ids[calls]]
            effects.append(ids * KINDS + kinds)
            bounds.append(graph.bounds + first_effect)
            pieces.append(np.where(graph.pieces >= 0, graph.pieces + first_piece, _NOWHERE))
            first_piece += len(graph.bounds)
            first_effect += len(graph.effects)
        self.effects = np.concatenate(effects)
        self.bounds = np.concatenate(bounds)
        self.pieces = np.concatenate(pieces)

    def _name_definitions(self, symbols: Symbols, graphs: Sequence[Graph]) -> None:
        signatures = self.signatures[self.own_signatures]
        constructor, initialiser = symbols.names([b"<init>", b"<clinit>"]).tolist()
        everywhere = [symbols.signature(name, *types) for name, *types in _CALLED_ON_ALL]
        self.constructor = signatures >> 32 == constructor
        self.initialiser = np.full(self.count, _NOWHERE, np.int64)
        found = np.flatnonzero(signatures >> 32 == initialiser)
        self.initialiser[self.classes[found]] = found
        self.always = np.isin(signatures, everywhere)
        """Definitions that can be called as soon as there is an object."""
        for refs, graph in zip(self.refs_of_rows, graphs, strict=True):
            annotated = refs[graph.annotated]
            annotated = self.defined[annotated[annotated >= 0]]
            self.always[annotated[annotated >= 0]] = True
        in_interface = self.is_interface[self.classes] & self.overridable & (self.pieces >= 0)
        defaults = np.flatnonzero(in_interface)
        self.defaults = Groups(self.own_signatures[defaults], defaults, self.signature_count)

    def _resolve(self) -> None:
        """Finds the definition that each reference means: its own, or the one it inherits."""
        self.resolved = self.defined.copy()
        missing = np.flatnonzero(self.resolved < 0)
        found = self.inherited(self.ref_class[missing], self.ref_signature[missing])
        self.resolved[missing] = found

    def inherited(self, classes: Integers, signatures: Integers) -> Integers:
        """The definition that each class has or inherits, or -1.

        Raises:
            DexError: if there are more superclasses than can be followed.
        """
        result = np.full(len(classes), _NOWHERE, np.int64)
        waiting = np.arange(len(classes))
        room = _ROOM
        while len(waiting):
            found = self._definition(classes, signatures[waiting])
            result[waiting] = found
            classes = self.lineage.parent[classes]
            going_on = (found < 0) & (classes >= 0)
            waiting, classes = waiting[going_on], classes[going_on]
            room -= len(waiting)
            if room < 0:
                raise DexError("its classes inherit from each other without end")
        return result

    def _definition(self, classes: Integers, signatures: Integers) -> Integers:
        keys = classes * np.int64(self.signature_count) + signatures
        at = np.minimum(np.searchsorted(self.references, keys), len(self.references) - 1)
        return np.where(self.references[at] == keys, self.defined[at], _NOWHERE)

    def effects_of(self, definitions: Integers) -> Integers:
        """What running these methods does."""
        pieces = self.pieces[definitions]
        pieces = pieces[pieces >= 0]
        first = self.bounds[pieces]
        places = spread(first, self.bounds[pieces + 1] - first, 1)
        return self.effects[places].astype(np.int64)


class _Search:
    """Spreads from effects to methods, and from methods to their effects."""

    def __init__(self, program: _Program) -> None:
        self._program = program
        self.labels = np.full(program.size, _NOWHERE, np.int32)
        self._seen = np.zeros(KINDS * max(len(program.references), program.count, 1), np.bool_)
        self._created = np.zeros(program.count, np.bool_)
        self._called_back = np.zeros(program.count, np.bool_)
        self._touched = np.zeros(program.count, np.bool_)
        self._called = program.always.copy()
        """Definitions that run if there is an object of their class."""
        self._room = _ROOM

    def label(self, graph: int, row: int) -> int:
        """Which run reached a row of the method table of a DEX file first; -1 if none."""
        program = self._program
        ref = int(program.refs_of_rows[graph][row])
        definition = int(program.defined[ref]) if ref >= 0 else _NOWHERE
        return int(self.labels[definition]) if definition >= 0 else _NOWHERE

    def run(self, effects: Integers, label: int) -> None:
        """Follows these effects to the end.

        Raises:
            DexError: if there is more than can be followed.
        """
        while len(effects := self._fresh(effects)):
            found = self._apply(effects)
            found = distinct(found[self.labels[found] < 0])
            self.labels[found] = label
            effects = self._effects_of(found)

    def _fresh(self, effects: Integers) -> Integers:
        effects = distinct(effects[~self._seen[effects]])
        self._seen[effects] = True
        return effects

    def _effects_of(self, definitions: Integers) -> Integers:
        program = self._program
        classes = program.classes[definitions]
        native = classes[(program.access[definitions] & NATIVE) != 0]
        return np.concatenate(
            [
                program.effects_of(definitions),
                classes * KINDS + TOUCH,
                native * KINDS + NAMING,
            ]
        )

    def _apply(self, effects: Integers) -> Integers:
        """The methods that these effects lead to, those that are known among them."""
        program = self._program
        ids, kinds = np.divmod(effects, KINDS)
        calls = kinds <= VIRTUAL_CALL
        resolved = program.resolved[ids[calls]]
        found = [resolved[resolved >= 0], *self._call(ids[kinds == VIRTUAL_CALL])]
        if len(resolved) < len(effects):
            classes, reasons = ids[~calls], kinds[~calls]
            constant = program.by_class.of(classes[reasons == CLASS_CONSTANT])
            found += [
                program.by_class.of(classes[reasons == NAMING]),
                constant[program.constructor[constant]],
                *self._create(classes[reasons != TOUCH]),
                self._touch(classes),
            ]
        return np.concatenate(found)

    def _create(self, classes: Integers) -> tuple[Integers, ...]:
        program = self._program
        lineage = program.lineage
        marked = lineage.mark(self._created, classes)
        if not len(marked):
            return ()  # Classes that are called back were marked when they were created.
        fresh = program.by_class.of(marked)
        called_back = lineage.mark(self._called_back, classes[lineage.beyond[classes]])
        callbacks = program.by_class.of(called_back)
        return fresh[self._called[fresh]], callbacks[program.overridable[callbacks]]

    def _touch(self, classes: Integers) -> Integers:
        touched = self._program.lineage.mark(self._touched, classes)
        initialisers = self._program.initialiser[touched]
        return initialisers[initialisers >= 0]

    # -- calls ------------------------------------------------------------------------------------

    def _call(self, references: Integers) -> tuple[Integers, ...]:
        """The overriding methods that virtual calls lead to."""
        if not len(references):
            return ()
        program = self._program
        classes, signatures = program.ref_class[references], program.ref_signature[references]
        found = [self._below(classes, signatures), program.defaults.of(distinct(signatures))]
        abstract = program.is_interface[classes]
        if abstract.any():
            place, implementers = program.lineage.implementers.pairs(classes[abstract])
            signatures = signatures[abstract][place]
            self._spend(len(place))
            inherited = program.inherited(implementers, signatures)
            found += [inherited[inherited >= 0], self._below(implementers, signatures)]
        called = np.concatenate(found)
        self._called[called] = True
        return (called[self._created[program.classes[called]]],)

    def _below(self, classes: Integers, signatures: Integers) -> Integers:
        """The definitions of signatures in classes and all their subclasses."""
        program = self._program
        lineage = program.lineage
        base = signatures * np.int64(program.count)
        first = np.searchsorted(program.places, base + lineage.first[classes])
        end = np.searchsorted(program.places, base + lineage.end[classes])
        counts = end - first
        self._spend(int(counts.sum()))
        below: Integers = program.by_place[spread(first, counts, 1)]
        return below

    def _spend(self, steps: int) -> None:
        self._room -= steps
        if self._room < 0:
            raise DexError("its calls lead to more methods than can be followed")
