"""Precision, recall, F1 and accuracy, each with a 95 % interval from a bootstrap over units."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_RESAMPLES = 1000
_SEED = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found in one unit (an item, a sentence, a document)."""

    right: int = 0
    """Found, and in the gold."""
    extra: int = 0
    """Found, and not in the gold."""
    missing: int = 0
    """In the gold, and not found."""


def precision(units: Sequence[Counts]) -> float:
    """Share of what was found that is right; 1 if nothing was found."""
    right, extra, _ = _sums(units)
    return right / (right + extra) if right + extra else 1.0


def recall(units: Sequence[Counts]) -> float:
    """Share of the gold that was found; 1 if there is none."""
    right, _, missing = _sums(units)
    return right / (right + missing) if right + missing else 1.0


def f1(units: Sequence[Counts]) -> float:
    """Harmonic mean of precision and recall, over the sums of all units."""
    right, extra, missing = _sums(units)
    return 2 * right / (2 * right + extra + missing) if right + extra + missing else 1.0


def line(name: str, units: Sequence[Counts]) -> str:
    """One line: precision, recall, F1 with its interval, and the sums."""
    right, extra, missing = _sums(units)
    low, high = interval(units, f1)
    return (
        f"{name:34} P {precision(units):.3f}  R {recall(units):.3f}  "
        f"F1 {f1(units):.3f} [{low:.3f}, {high:.3f}]  "
        f"right {right}, extra {extra}, missing {missing}"
    )


def interval(units: Sequence[T], figure: Callable[[Sequence[T]], float]) -> tuple[float, float]:
    """The middle 95 % of the figure over resamples of the units, with replacement."""
    if not units:
        return 0.0, 1.0
    draw = random.Random(_SEED)
    values = sorted(figure(draw.choices(units, k=len(units))) for _ in range(_RESAMPLES))
    return values[int(0.025 * _RESAMPLES)], values[int(0.975 * _RESAMPLES) - 1]


def _sums(units: Sequence[Counts]) -> tuple[int, int, int]:
    return (
        sum(unit.right for unit in units),
        sum(unit.extra for unit in units),
        sum(unit.missing for unit in units),
    )


def of_sets(right: set[str], found: set[str]) -> list[Counts]:
    """One unit for each element of either set."""
    return [
        Counts(item in right and item in found, item not in right, item not in found)
        for item in sorted(right | found)
    ]
