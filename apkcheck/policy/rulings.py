"""Tables of a page by the rules between their cells."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_THIN = 3.0
"""Thickest rule, in points."""
_NEAR = 3.0
"""How far apart two rules may stand and still be one or touch, in points."""
_SHORTEST = 6.0
_MOST_RULES = 3000
"""Of one page: pages with more of them are drawings."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from the lower left."""

    left: float
    bottom: float
    right: float
    top: float

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box around boxes, of which there is at least one."""
        lefts, bottoms, rights, tops = zip(
            *((b.left, b.bottom, b.right, b.top) for b in boxes), strict=True
        )
        return Box(min(lefts), min(bottoms), max(rights), max(tops))

    @property
    def center(self) -> tuple[float, float]:
        """Its middle, as x and y."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def touches(self, other: Box) -> bool:
        """Whether two boxes meet, or almost."""
        return (
            self.left <= other.right + _NEAR
            and other.left <= self.right + _NEAR
            and self.bottom <= other.top + _NEAR
            and other.bottom <= self.top + _NEAR
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the bounds of its columns and rows, and which cell each field belongs to."""

    box: Box
    xs: tuple[float, ...]
    """From left to right."""
    ys: tuple[float, ...]
    """From bottom to top."""
    cells: tuple[tuple[int, ...], ...]
    """Rows from the top, with the number of the cell in each column."""

    def holds(self, box: Box) -> bool:
        """Whether the middle of a box lies in the table."""
        x, y = box.center
        inside = self.box
        return inside.left <= x <= inside.right and inside.bottom <= y <= inside.top

    def cell_of(self, box: Box) -> int:
        """The number of the cell that the middle of a box lies in."""
        x, y = box.center
        column = min(max(bisect.bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect.bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        return self.cells[len(self.ys) - 2 - row][column]


def grids(boxes: Iterable[Box]) -> list[Grid]:
    """The tables that the drawn boxes of a page form: of at least two columns."""
    rules = [rule for box in boxes for rule in _edges(box)]
    if len(rules) > _MOST_RULES:
        return []
    found = (_grid(group) for group in _connected(rules))
    return [grid for grid in found if grid is not None]


def _edges(box: Box) -> list[Box]:
    """A box as the rules that it shows: itself if it is thin, else its four edges."""
    width, height = box.right - box.left, box.top - box.bottom
    if min(width, height) <= _THIN:
        return [box] if max(width, height) >= _SHORTEST else []
    return [
        Box(box.left, box.bottom, box.left, box.top),
        Box(box.right, box.bottom, box.right, box.top),
        Box(box.left, box.bottom, box.right, box.bottom),
        Box(box.left, box.top, box.right, box.top),
    ]


def _connected(rules: Sequence[Box]) -> list[list[Box]]:
    """Rules in groups that touch each other."""
    groups: list[tuple[Box, list[Box]]] = []
    for rule in sorted(rules, key=lambda r: (-r.top, r.left, r.bottom, r.right)):
        touching = [group for group in groups if group[0].touches(rule)]
        members = [rule, *(member for group in touching for member in group[1])]
        groups = [group for group in groups if group not in touching]
        groups.append((Box.around(members), members))
    return [members for _, members in groups]


def _grid(rules: Sequence[Box]) -> Grid | None:
    upright = [r for r in rules if r.top - r.bottom > r.right - r.left]
    level = [r for r in rules if r.top - r.bottom <= r.right - r.left]
    xs = _places((r.left + r.right) / 2 for r in upright)
    ys = _places((r.bottom + r.top) / 2 for r in level)
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_RULES:
        return None
    numbers = _numbered(xs, ys, upright, level)
    return Grid(Box(xs[0], ys[0], xs[-1], ys[-1]), xs, ys, numbers)


def _places(values: Iterable[float]) -> tuple[float, ...]:
    """Where rules stand; those that are near each other stand at one place."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return tuple(places)


def _numbered(
    xs: Sequence[float], ys: Sequence[float], upright: Sequence[Box], level: Sequence[Box]
) -> tuple[tuple[int, ...], ...]:
    """Numbers of cells; fields that no rule parts have one number."""
    rows, columns = len(ys) - 1, len(xs) - 1
    numbers = [[row * columns + column for column in range(columns)] for row in range(rows)]
    for row in range(rows):
        top, bottom = ys[rows - row], ys[rows - row - 1]
        for column in range(columns):
            middle = (xs[column] + xs[column + 1]) / 2
            if row and not _parts(level, top, middle, across=True):
                numbers[row][column] = numbers[row - 1][column]
            elif column and not _parts(upright, xs[column], (top + bottom) / 2, across=False):
                numbers[row][column] = numbers[row][column - 1]
    return tuple(tuple(row) for row in numbers)


def _parts(rules: Iterable[Box], place: float, middle: float, *, across: bool) -> bool:
    """Whether a rule at a place parts the fields on its two sides."""
    if across:
        return any(
            abs((r.bottom + r.top) / 2 - place) <= _NEAR and r.left <= middle <= r.right
            for r in rules
        )
    return any(
        abs((r.left + r.right) / 2 - place) <= _NEAR and r.bottom <= middle <= r.top for r in rules
    )
