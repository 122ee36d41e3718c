"""Whose code leads to calls in libraries: a building block reads nothing that nobody asks it for.

From a method of a library that makes a sensitive call, callers are followed backwards through
library code; where they are the app's own code, an SDK's or unknown code, that is who reaches it.

A method that overrides another one is reached by who creates its object, not by all who call what
it overrides: that tells lambdas and callbacks apart. But what only the platform calls, since the
class extends or implements something of ``android``, nobody is said to reach: a text field of a
library reads the clipboard when the user pastes, whoever put it there. Components of a library are
reached by who names their class, as one does to start them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from apkcheck.apk.dex import Flags, Integers, Numbers, distinct, spread
from apkcheck.apk.graph import (
    CLASS_CONSTANT,
    CREATION,
    EXACT_CALL,
    KINDS,
    NAMING,
    TOUCH,
    VIRTUAL_CALL,
)
from apkcheck.apk.lineage import Groups
from apkcheck.apk.reachability import Place, Reachability

_NOWHERE = -1
_MOST_BITS = 62
"""Owners that are followed at the same time, one bit each."""
_BY_CLASS = (CREATION, CLASS_CONSTANT, NAMING)


def origins_of(
    reach: Reachability, places: Iterable[Place], owners: Sequence[str | None]
) -> Mapping[Place, frozenset[str]]:
    """Who reaches each of these methods of libraries.

    Args:
        reach: The app's call graph, followed from its entries.
        places: The methods.
        owners: The owner of each class that the app defines, in order; None for libraries.
    """
    definitions = {place: reach.definition(place) for place in places}
    targets = {d for d in definitions.values() if d >= 0 and reach.labels[d] >= 0}
    if not targets:
        return {}
    back = _Backwards(reach, np.array([owner is None for owner in owners], np.bool_))
    edges = back.edges(np.array(sorted(targets), np.int64))
    found = _reaching(edges, targets, [owners[c] for c in reach.program.classes[edges[0]].tolist()])
    return {place: found.get(definition, frozenset()) for place, definition in definitions.items()}


class _Backwards:
    """Finds the callers of methods, of reachable code alone."""

    def __init__(self, reach: Reachability, library: Flags) -> None:
        program = self._program = reach.program
        self._labels = reach.labels
        self._library = library
        self._system = reach.called_by_platform()
        self._component = np.zeros(program.count, np.bool_)
        self._component[reach.entry_classes()] = True
        self._at = self._towards(library)
        self._effects = program.effects[self._at]
        self._refs_by_target = _groups(program.resolved, program.size)
        self._refs_by_class = _groups(program.ref_class, program.count)
        self._below = np.argsort(program.lineage.first, kind="stable")
        self._by_piece = np.full(len(program.bounds), _NOWHERE, np.int64)
        coded = np.flatnonzero(program.pieces >= 0)
        self._by_piece[program.pieces[coded]] = coded

    def _towards(self, library: Flags) -> Numbers:
        """Which effects lead to a library, in order of what they are."""
        program = self._program
        classes, kinds = np.divmod(program.effects, KINDS)
        calls = np.flatnonzero(kinds <= VIRTUAL_CALL)
        classes[calls] = program.ref_class[classes[calls]]
        kept = np.flatnonzero(library[classes]).astype(np.int32)
        order = np.argsort(program.effects[kept], kind="stable")
        return kept[order]

    def edges(self, targets: Integers) -> tuple[Integers, Integers]:
        """Callers and what they call, from the targets back to the first that are no library's."""
        seen = np.zeros(self._program.size, np.bool_)
        seen[targets] = True
        callers, called = [targets[:0]], [targets[:0]]
        while len(targets):
            for before, after in self._callers(targets):
                kept = self._labels[before] >= 0
                callers.append(before[kept])
                called.append(after[kept])
                fresh = callers[-1]
                targets = np.concatenate([targets, fresh])
            targets = distinct(targets)
            targets = targets[~seen[targets] & self._library[self._program.classes[targets]]]
            seen[targets] = True
        return np.concatenate(callers), np.concatenate(called)

    def _callers(self, targets: Integers) -> Iterator[tuple[Integers, Integers]]:
        program = self._program
        at, refs = self._refs_by_target.pairs(targets)
        for kind in (EXACT_CALL, VIRTUAL_CALL):
            yield self._users(refs * KINDS + kind, targets[at])
        classes = program.classes[targets]
        virtual = program.overridable[targets]
        started = targets[virtual & self._component[classes]]
        for kind in (CLASS_CONSTANT, NAMING):
            yield self._users(program.classes[started] * KINDS + kind, started)
        free = targets[virtual & ~self._system[classes] & self._overrides(targets)]
        first = program.lineage.first[program.classes[free]]
        counts = program.lineage.end[program.classes[free]] - first
        below = self._below[spread(first, counts, 1)]
        for kind in _BY_CLASS:
            yield self._users(below * KINDS + kind, np.repeat(free, counts))
        made = targets[program.constructor[targets]]
        for kind in (CLASS_CONSTANT, NAMING):
            yield self._users(program.classes[made] * KINDS + kind, made)
        initialisers = targets[program.initialiser[classes] == targets]
        owners = program.classes[initialisers]
        for kind in (*_BY_CLASS, TOUCH):
            yield self._users(owners * KINDS + kind, initialisers)
        at, refs = self._refs_by_class.pairs(owners)
        yield self._users(refs * KINDS + EXACT_CALL, initialisers[at])

    def _overrides(self, targets: Integers) -> Flags:
        """Whether something above may be what calls name: a superclass, or an interface."""
        program = self._program
        classes, signatures = program.classes[targets], program.own_signatures[targets]
        found: Flags = program.lineage.beyond[classes]
        parents = program.lineage.parent[classes]
        below = np.flatnonzero(parents >= 0)
        inherited = program.inherited(parents[below], signatures[below])
        found[below] |= inherited >= 0
        at, interfaces = program.lineage.interfaces.pairs(classes)
        declared = program.inherited(interfaces, signatures[at]) >= 0
        found[at[declared]] = True
        return found

    def _users(self, effects: Integers, targets: Integers) -> tuple[Integers, Integers]:
        """The methods with these effects, each with the target that its effect leads to."""
        effects = effects.astype(np.int32)
        first = np.searchsorted(self._effects, effects)
        counts = np.searchsorted(self._effects, effects, "right") - first
        places = self._at[spread(first, counts, 1)]
        pieces = np.searchsorted(self._program.bounds, places, "right") - 1
        users = self._by_piece[pieces]
        kept = users >= 0
        return users[kept], np.repeat(targets, counts)[kept]


def _groups(keys: Integers, count: int) -> Groups:
    known = np.flatnonzero(keys >= 0)
    return Groups(keys[known], known, count)


def _reaching(
    edges: tuple[Integers, Integers], targets: Iterable[int], owners: Sequence[str | None]
) -> dict[int, frozenset[str]]:
    """Hands owners on from callers to what they call, until nothing changes."""
    names = sorted({owner for owner in owners if owner is not None})
    found: dict[int, set[str]] = {target: set() for target in targets}
    methods = distinct(np.concatenate(edges))
    before, after = (np.searchsorted(methods, ends) for ends in edges)
    for start in range(0, len(names), _MOST_BITS):
        bits = {name: 1 << at for at, name in enumerate(names[start : start + _MOST_BITS])}
        masks = np.zeros(len(methods), np.int64)
        given = np.array([bits.get(owner or "", 0) for owner in owners], np.int64)
        np.bitwise_or.at(masks, before, given)
        while True:
            old = masks.copy()
            np.bitwise_or.at(masks, after, masks[before])
            if (old == masks).all():
                break
        for method, mask in zip(methods.tolist(), masks.tolist(), strict=True):
            if method in found:
                found[method] |= {name for name, bit in bits.items() if mask & bit}
    return {target: frozenset(reached) for target, reached in found.items()}
