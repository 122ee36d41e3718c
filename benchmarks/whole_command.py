"""CPU time and peak memory of ``apkcheck apk``, reachability included, against ``dexdump -d``.

    python benchmarks/whole_command.py APK...

Prints for each APK the CPU seconds of both, their ratio, and the peak memory of ``apkcheck``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def spent(command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a command that must not fail."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(arguments: list[str]) -> int:
    """Measures each APK once."""
    if not arguments:
        sys.stdout.write(__doc__ or "")
        return 2
    for path in (str(Path(argument).resolve()) for argument in arguments):
        ours, memory = spent([sys.executable, "-m", "apkcheck", "apk", path, "--format", "json"])
        theirs, _ = spent(["dexdump", "-d", path])
        sys.stdout.write(
            f"{Path(path).name}: {ours:.2f} s against {theirs:.2f} s, "
            f"{ours / theirs:.2f} times; {memory:.0f} MB\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
