"""Prints recall and precision of every rule: ``python -m tests.pairs [THEME …] [--faults]``."""

import sys
import tempfile
from pathlib import Path

from apkcheck.tables import load_tables
from tests.pairs import read_pairs
from tests.pairs.scoring import score, table

themes = [word for word in sys.argv[1:] if not word.startswith("-")]
chosen = [pair for pair in read_pairs() if not themes or pair.theme in themes]
with tempfile.TemporaryDirectory() as temporary:
    for title, pairs in (
        ("written before the tool was run", [p for p in chosen if p.held_out]),
        ("written beside the tool", [p for p in chosen if not p.held_out]),
        ("all", chosen),
    ):
        if not pairs:
            continue
        result = score(pairs, load_tables(), Path(temporary))
        sys.stdout.write(f"== {title}: {len(pairs)} pairs\n{table(result)}\n\n")
if "--faults" in sys.argv:
    sys.stdout.write("\n".join(result.faults) + "\n")
