"""The DEX reader alone, without reachability, against a plain ``dexdump`` listing.

    python benchmarks/reader_alone.py [--runs N] APK...

The reader is given all targets of the shipped API table. Both list what an APK defines; the reader
finds its sensitive calls too. Its CPU time is given twice: of reading alone, as within the command,
and of a process with the start of Python, numpy and the table.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import ROOT, alternating, dexdump, say


def read(path: Path) -> float:
    """Reads all DEX files of an APK as ``apkcheck apk`` does, but for the call graph.

    Returns the CPU seconds of that, without the start and the table.
    """
    from apkcheck.apk.archive import Archive
    from apkcheck.apk.calls import Hierarchy, find_calls
    from apkcheck.apk.code import read_code, read_methods
    from apkcheck.apk.dex import read_dex
    from apkcheck.apk.targets import targets_of
    from apkcheck.tables import Api
    from apkcheck.tables.decoding import Problems, decode_table

    table = ROOT / "mappings" / "apis.json"
    rows = decode_table(table.read_text("utf-8"), Api, Problems(str(table)))
    targets = targets_of(placed.row for placed in rows)
    start = time.process_time()
    with Archive(path) as archive:
        dexes = [
            dex
            for name in archive.entries
            if name.startswith("classes") and name.endswith(".dex")
            for dex in read_dex(archive.read(name, 1 << 28))
        ]
    hierarchy = Hierarchy([pair for dex in dexes for pair in dex.classes()], targets)
    found = []
    for dex in dexes:
        methods = read_methods(dex)
        code = read_code(dex, methods)
        found.append(find_calls(dex, methods, code, targets, hierarchy.heirs))
    hierarchy.resolve(found)
    return time.process_time() - start


def main() -> int:
    """Measures each APK, or as a child reads one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("apks", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for apk in given.apks:
        if given.read:
            say(str(read(apk)))
            continue
        ours = [sys.executable, __file__, "--read", str(apk.resolve())]
        alone = min(
            float(subprocess.run(ours, capture_output=True, check=True).stdout)
            for _ in range(given.runs)
        )
        whole, listing = alternating([ours, dexdump(apk)], given.runs)
        say(
            f"{apk.name}: dexdump {listing.cpu:.2f} s; reading {alone:.2f} s, "
            f"{alone / listing.cpu:.2f} times its CPU; with the start {whole.cpu:.2f} s, "
            f"{whole.cpu / listing.cpu:.2f} times; {whole.memory:.0f} MB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
