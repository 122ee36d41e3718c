"""Who inherits from whom, over all DEX files, as arrays over the numbers of classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from apkcheck.apk.dex import DexError, Flags, Integers, distinct, spread

_ROOT = "Ljava/lang/Object;"
_NOWHERE = -1
_MOST_PAIRS = 1 << 23
"""Of classes and interfaces above them."""


class Groups:
    """Values by the number that they belong to."""

    def __init__(self, keys: Integers, values: Integers, count: int) -> None:
        order = np.argsort(keys, kind="stable")
        self._values = values[order]
        self._bounds = np.zeros(count + 1, np.int32)
        np.cumsum(np.bincount(keys, minlength=count), out=self._bounds[1:])

    def of(self, keys: Integers) -> Integers:
        """The values of all these numbers."""
        first, counts = self._runs(keys)
        return self._values[spread(first, counts, 1)]

    def pairs(self, keys: Integers) -> tuple[Integers, Integers]:
        """The place of the number in ``keys``, and the value, for each of its values."""
        first, counts = self._runs(keys)
        return np.arange(len(keys)).repeat(counts), self._values[spread(first, counts, 1)]

    def _runs(self, keys: Integers) -> tuple[Integers, Integers]:
        first = self._bounds[keys]
        return first, self._bounds[keys + 1] - first


class Lineage:
    """The superclasses and interfaces of the classes that the app defines.

    Raises:
        DexError: if interfaces extend each other in more ways than can be followed.
    """

    def __init__(self, parents: Mapping[str, str | None], above: tuple[Integers, Integers]) -> None:
        count = len(parents)
        numbers = {name: number for number, name in enumerate(parents)}
        found = (numbers.get(parent or "", _NOWHERE) for parent in parents.values())
        self.parent = np.fromiter(found, np.int64, count)
        """The superclass, or -1 if the app does not define it."""
        _cut_circles(self.parent)
        classes, interfaces = _closure(above, count)
        self.interfaces = Groups(classes, interfaces, count)
        """The interfaces above a class that it or an interface of it declares."""
        self.implementers = Groups(interfaces, classes, count)
        outside = np.fromiter(
            (p is not None and p not in numbers and p != _ROOT for p in parents.values()),
            np.bool_,
            count,
        )
        outside[above[0][above[1] < 0]] = True
        outside[classes[outside[interfaces]]] = True
        depth = self._inherit(outside)
        self.beyond = outside
        """Classes with a supertype outside of the app, which may call what they override."""
        self.first, self.end = self._intervals(depth)
        """A class is below another if its first number lies in the interval of the other."""

    def _inherit(self, flags: Flags) -> Integers:
        """Hands flags down to all subclasses; returns how deep each class lies."""
        depth = (self.parent >= 0).astype(np.int64)
        above = self.parent.copy()
        while True:
            below = np.flatnonzero(above >= 0)
            if not len(below):
                return depth
            lines = above[below]
            flags[below] |= flags[lines]
            depth[below] += depth[lines]
            above[below] = above[lines]

    def hand_down(self, flags: Flags) -> None:
        """Flags all classes below those that are flagged."""
        flags[self.implementers.of(np.flatnonzero(flags))] = True
        self._inherit(flags)

    def _intervals(self, depth: Integers) -> tuple[Integers, Integers]:
        parents = self.parent.tolist()
        order = np.argsort(depth, kind="stable").tolist()
        sizes = [1] * len(parents)
        for one in reversed(order):
            if parents[one] >= 0:
                sizes[parents[one]] += sizes[one]
        first = [0] * len(parents)
        free = [0] * len(parents)
        roots = 0
        for one in order:
            parent = parents[one]
            if parent >= 0:
                first[one] = free[parent]
                free[parent] += sizes[one]
            else:
                first[one] = roots
                roots += sizes[one]
            free[one] = first[one] + 1
        begins = np.array(first, np.int64)
        return begins, begins + np.array(sizes, np.int64)

    def mark(self, flags: Flags, classes: Integers) -> Integers:
        """Flags classes and all that lies above them; returns those that were not flagged yet."""
        classes = classes[~flags[classes]]
        if not len(classes):
            return classes
        fresh = []
        classes = distinct(classes)
        while len(classes):
            flags[classes] = True
            fresh.append(classes)
            classes = self.parent[classes]
            classes = classes[classes >= 0]
            classes = distinct(classes[~flags[classes]])
        marked = np.concatenate(fresh)
        above = self.interfaces.of(marked)
        above = distinct(above[~flags[above]])
        flags[above] = True
        return np.concatenate([marked, above])


def _cut_circles(parent: Integers) -> None:
    """Makes classes that are their own ancestors, which Android refuses, have no superclass."""
    above = parent.copy()
    for _ in range(len(parent).bit_length()):
        inside = above >= 0
        above[inside] = above[above[inside]]
    parent[above >= 0] = _NOWHERE


def _closure(above: tuple[Integers, Integers], count: int) -> tuple[Integers, Integers]:
    """All pairs of a class and an interface of the app above it, superclasses left out."""
    known = above[1] >= 0
    direct = Groups(above[0][known], above[1][known], count)
    pairs = fresh = distinct(above[0][known] * count + above[1][known])
    while len(fresh):
        place, higher = direct.pairs(fresh % count)
        reached = distinct((fresh // count)[place] * count + higher)
        at = np.minimum(np.searchsorted(pairs, reached), len(pairs) - 1)
        fresh = reached[pairs[at] != reached]
        pairs = distinct(np.concatenate([pairs, fresh]))
        if len(pairs) > _MOST_PAIRS:
            raise DexError("its interfaces extend each other without end")
    return (pairs // count, pairs % count) if count else (pairs, pairs)
