"""How the cost of ``apkcheck apk`` grows with the number of classes, as a table and a plot.

    python benchmarks/growth.py [--classes N …] [--runs N] [--plot FILE.svg]

The apps are those of ``generated.py``, kept in ``.cache/generated`` between runs (the largest takes
minutes to build). Prints CPU and memory for each size, and a straight line through the CPU times
with the largest distance from it; draws both into an SVG.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.generated import cached
from benchmarks.measuring import Cost, apkcheck, least, say, spent

SIZES = (1_000, 3_000, 10_000, 30_000, 60_000, 100_000)
_WIDTH, _HEIGHT, _MARGIN = 640, 400, 60

Points = Sequence[tuple[int, Cost]]


def line_through(points: Points) -> tuple[float, float]:
    """Seconds for an app without classes, and for each class: least squares."""
    count = len(points)
    mean_x = sum(size for size, _ in points) / count
    mean_y = sum(cost.cpu for _, cost in points) / count
    spread = sum((size - mean_x) ** 2 for size, _ in points)
    slope = sum((size - mean_x) * (cost.cpu - mean_y) for size, cost in points) / spread
    return mean_y - slope * mean_x, slope


def plot(points: Points, base: float, slope: float) -> str:
    """The points and the line as SVG."""
    widest = max(size for size, _ in points)
    highest = max(max(cost.cpu for _, cost in points), base + slope * widest) * 1.1

    def at(size: float, cpu: float) -> tuple[float, float]:
        x = _MARGIN + size / widest * (_WIDTH - 2 * _MARGIN)
        return round(x, 1), round(_HEIGHT - _MARGIN - cpu / highest * (_HEIGHT - 2 * _MARGIN), 1)

    (x0, y0), (x1, y1) = at(0, base), at(widest, base + slope * widest)
    (left, bottom), (right, _) = at(0, 0), at(widest, 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_WIDTH // 2}" y="24" text-anchor="middle">CPU seconds of apkcheck apk by'
        " number of classes</text>",
        f'<path d="M{left} {_MARGIN / 2}V{bottom}H{right}" fill="none" stroke="#333"/>',
        f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#999" stroke-dasharray="4"/>',
    ]
    for size, cost in points:
        x, y = at(size, cost.cpu)
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#0a58ca"/>')
        parts.append(f'<text x="{x}" y="{y - 10}" text-anchor="middle">{cost.cpu:.2f} s</text>')
        if size * 12 >= widest:
            parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    """Measures each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--classes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    points = []
    for size in given.classes:
        apk = cached(size)
        cost = least(lambda apk=apk: spent(apkcheck(apk)), given.runs)
        points.append((size, cost))
        say(f"{size:>8,} classes: {cost.cpu:.2f} s, {cost.memory:.0f} MB")
    base, slope = line_through(points)
    off = max(abs(cost.cpu - base - slope * size) for size, cost in points)
    say(f"line: {base:.2f} s and {slope * 1000:.3f} s for each 1,000 classes; off by {off:.2f} s")
    if given.plot:
        given.plot.write_text(plot(points, base, slope), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
