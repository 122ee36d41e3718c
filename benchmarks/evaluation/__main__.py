"""The command line of the evaluation: prints the figures of the tasks that are asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from apkcheck.tables import Tables, load_tables
from benchmarks.evaluation import fresh, polarity, seeds, spans

TASKS: dict[str, Callable[[Path, Tables], Iterator[str]]] = {
    "seeds": seeds.measure,
    "spans": spans.measure,
    "polarity": polarity.measure,
    "fresh": fresh.measure,
}


def main() -> int:
    """Measures the tasks named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluation")
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=" ".join(TASKS))
    parser.add_argument("--corpora", type=Path, default=os.environ.get("APKCHECK_CORPORA"))
    options = parser.parse_args()
    if options.corpora is None:
        parser.error("name the folder of the corpora: --corpora DIR, or set APKCHECK_CORPORA")
    if unknown := [task for task in options.tasks if task not in TASKS]:
        parser.error(f"{unknown[0]} is no task; there are {', '.join(TASKS)}")
    tables = load_tables()
    for task in options.tasks or TASKS:
        sys.stdout.write(f"== {task}\n")
        for line in TASKS[task](options.corpora, tables):
            sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
