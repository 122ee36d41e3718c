"""CPU time of reading policies: as a whole process, again in the same one, and as texts grow.

    APKCHECK_CORPORA=… python benchmarks/reading.py [FILE]

FILE is the longest of the seeds unless it is told. Prints the least of several whole processes; in
one process the first and a further reading by stages; and what 100,000 characters cost in texts of
growing length, each made of different policies of the corpus. A further reading is also given in
passes of jieba with its own dictionary over the same text, which depends less on the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import alternating, say  # noqa: E402

ROUNDS = 5
LENGTHS = (50_000, 100_000, 200_000, 400_000, 800_000)
STAGES = ("document", "claims", "rules", "JSON")


class Reading(NamedTuple):
    """CPU seconds of each stage."""

    seconds: tuple[float, ...]
    claims: int

    def __str__(self) -> str:
        parts = zip(STAGES, self.seconds, strict=True)
        return ", ".join(f"{name} {value:.3f}" for name, value in parts)


class Reader:
    """Reads policies of the demo's app in this process."""

    def __init__(self) -> None:
        from apkcheck.check import read_app
        from apkcheck.tables import load_tables
        from fixtures import demo

        self.tables = load_tables()
        self.app = read_app(demo.APK, self.tables, "zh")

    def read(self, policy: Path) -> Reading:
        """Reads a policy and judges it, as the command ``check`` does."""
        from apkcheck.check import claims_of, read_documents, tool_of
        from apkcheck.formats.json_report import claims_as_json
        from apkcheck.rules import Case, judge

        took: list[float] = []
        documents, _ = _timed(took, lambda: read_documents([policy], self.tables))
        claims = _timed(took, lambda: claims_of(documents, self.tables))
        case = Case(*self.app, documents, claims, self.tables, "zh")
        _timed(took, lambda: judge(case))
        _timed(took, lambda: claims_as_json(documents, claims, tool_of(self.tables)))
        return Reading(tuple(took), len(claims))


def _timed(took: list[float], work: Callable[[], Any]) -> Any:
    start = time.process_time()
    result = work()
    took.append(time.process_time() - start)
    return result


def passes(text: str) -> float:
    """CPU seconds of one pass of jieba with its own dictionary."""
    import jieba

    jieba.setLogLevel(60)
    jieba.lcut(text)
    took: list[float] = []
    for _ in range(ROUNDS):
        _timed(took, lambda: jieba.lcut(text))
    return min(took)


def alone(policy: Path) -> None:
    """Reads one policy in this process, as often as there are rounds."""
    reader = Reader()
    say(f"first in a process: {reader.read(policy)}")
    further = min((reader.read(policy) for _ in range(ROUNDS)), key=lambda r: sum(r.seconds))
    read = sum(further.seconds[:2])
    text = policy.read_text("utf-8", "replace")
    say(f"each further: {further} ({further.claims:,} claims)")
    say(f"document and claims: {read:.3f} s, {read / passes(text):.1f} passes of jieba")


def growth(corpora: Path) -> None:
    """Reads texts made of ever more policies of the corpus."""
    texts = [p.read_text("utf-8") for p in sorted((corpora / "capp130/policies").glob("*.txt"))]
    reader = Reader()
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder) / "policy.txt"
        for length in (LENGTHS[0], *LENGTHS):  # The first pays for what is made only once.
            text = ""
            for part in texts:
                text += f"{part}\n" if len(text) < length else ""
            policy.write_text(text, "utf-8")
            took = reader.read(policy)
            share = len(text) / 100_000
            each = Reading(tuple(s / share for s in took.seconds), took.claims)
            say(f"{len(text):,} characters, {took.claims:,} claims; for each 100,000: {each}")


def main(arguments: list[str]) -> int:
    """Measures whole processes here, and the rest in processes of their own."""
    if arguments[:1] == ["--alone"]:
        alone(Path(arguments[1]))
        return 0
    corpora = Path(os.environ["APKCHECK_CORPORA"])
    if arguments == ["--growth"]:
        growth(corpora)
        return 0
    seeds = sorted((corpora / "seeds").glob("*.txt"), key=lambda p: p.stat().st_size)
    policy = Path(arguments[0]) if arguments else seeds[-1]
    command = [sys.executable, "-m", "apkcheck", "policy", str(policy), "--format"]
    costs = alternating([[*command, name] for name in ("json", "table")], ROUNDS)
    say(f"whole process: json {costs[0].cpu:.2f} s, table {costs[1].cpu:.2f} s")
    for mode in (["--alone", str(policy)], ["--growth"]):
        subprocess.run([sys.executable, __file__, *mode], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
