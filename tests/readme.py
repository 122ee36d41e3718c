"""The samples of output in the README: what they are, and how to renew them.

``python -m tests.readme`` runs every marked command and writes its output into the README.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import registry

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SAMPLE = re.compile(
    r"(<!-- output(?P<part> \((?P<lines>\d+) lines\))?: (?P<command>[^\n]+) -->\n```text\n)"
    r"(?P<output>.*?)(```\n)",
    re.DOTALL,
)
MORE = "…\n"
"""Stands for the lines after those that a sample shows."""


def samples(text: str) -> Iterator[tuple[str, int | None, str]]:
    """Every command that the README shows the output of, how many lines of it, and these."""
    for match in SAMPLE.finditer(text):
        lines = match["lines"]
        yield match["command"], int(lines) if lines else None, match["output"]


def part_of(output: str, lines: int | None) -> str:
    """The first lines of an output, and a mark that more follow."""
    whole = output.splitlines(keepends=True)
    if lines is None or len(whole) <= lines:
        return output
    return "".join(whole[:lines]).rstrip("\n") + "\n" + MORE


def output_of(command: str) -> str | None:
    """What a command prints now; None if it needs a real APK that cannot be had."""
    arguments = shlex.split(command)[1:]
    for index, argument in enumerate(arguments):
        if argument.endswith(".apk") and not (ROOT / argument).exists():
            path = registry.fetch(Path(argument).stem)
            if path is None:
                return None
            arguments[index] = str(path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "apkcheck", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode()


def renewed(text: str, output: Callable[[str], str | None] = output_of) -> str:
    """The README with the output of its commands as it is now."""

    def replace(match: re.Match[str]) -> str:
        now = output(match["command"])
        if now is None:
            return match.group(0)
        lines = match["lines"]
        shown = part_of(now, int(lines) if lines else None)
        return match.group(1) + shown + match.group(6)

    return SAMPLE.sub(replace, text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
