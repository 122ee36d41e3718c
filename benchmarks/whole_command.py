"""``apkcheck apk``, start-up, tables and reachability included, against dexdump and androguard.

    python benchmarks/whole_command.py [--runs N] [--without-androguard] APK...

Prints for each APK the CPU seconds and peak memory of each in one run: the least CPU of N runs in
turn of ``apkcheck`` and ``dexdump -d``, and one run of androguard's ``AnalyzeAPK``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import alternating, analyze, apkcheck, dexdump, say, spent


def compare(apk: Path, runs: int, androguard: bool) -> None:
    """Prints the comparison for one APK."""
    ours, dump = alternating([apkcheck(apk), dexdump(apk, "-d")], runs)
    say(f"{apk.name}: apkcheck {ours.cpu:.2f} s, {ours.memory:.0f} MB")
    say(f"  dexdump -d {dump.cpu:.2f} s: apkcheck takes {ours.cpu / dump.cpu:.2f} times its CPU")
    if androguard:
        full = spent(analyze(apk))
        say(
            f"  AnalyzeAPK {full.cpu:.1f} s, {full.memory:.0f} MB: "
            f"{full.cpu / ours.cpu:.1f} times the CPU, {full.memory / ours.memory:.1f} times "
            "the memory of apkcheck"
        )


def main() -> int:
    """Measures each APK."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("apks", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--without-androguard", action="store_true")
    given = parser.parse_args()
    for apk in given.apks:
        compare(apk, given.runs, not given.without_androguard)
    return 0


if __name__ == "__main__":
    sys.exit(main())
