"""User CPU time of loading all tables in a fresh process, less that of starting Python.

    python benchmarks/tables.py [ROUNDS]

Prints the median and the least of the rounds, in milliseconds: with tables that were found valid
before, which is every start but the first, and with tables that have to be checked.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

NOTHING = "pass"
LOAD = "from apkcheck.tables import load_tables; load_tables()"
CHECK = "from apkcheck.tables import load_tables; load_tables(thorough=True)"


def spent(code: str, cache: str) -> float:
    """User CPU milliseconds of one process that runs ``code``."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, code)
    return usage.ru_utime * 1000


def main(arguments: list[str]) -> int:
    """Measures in rounds, each of the three in turn, so that a busy machine is fair to all."""
    rounds = int(arguments[0]) if arguments else 15
    with tempfile.TemporaryDirectory() as cache:
        spent(LOAD, cache)
        figures = [[spent(code, cache) for code in (NOTHING, LOAD, CHECK)] for _ in range(rounds)]
    start = statistics.median(row[0] for row in figures)
    for name, column in (("found valid before", 1), ("to be checked", 2)):
        values = [row[column] - start for row in figures]
        sys.stdout.write(
            f"{name}: median {statistics.median(values):.0f} ms, least {min(values):.0f} ms "
            f"(starting Python: {start:.0f} ms, taken off)\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
