"""CPU time and peak memory of processes, and lines that are printed at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    cpu: float
    """User and system time, in seconds."""
    memory: float
    """Peak resident memory, in MB."""


def spent(command: Sequence[str]) -> Cost:
    """The cost of a command that must not fail."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def least(measure: Callable[[], Cost], times: int) -> Cost:
    """The least CPU and the most memory of several runs: what else runs only adds CPU time."""
    costs = [measure() for _ in range(times)]
    return Cost(min(cost.cpu for cost in costs), max(cost.memory for cost in costs))


def alternating(commands: Sequence[Sequence[str]], times: int) -> list[Cost]:
    """Runs commands in turn, several times, and gives the least cost of each."""
    costs = [[spent(command) for command in commands] for _ in range(times)]
    return [
        Cost(min(run[at].cpu for run in costs), max(run[at].memory for run in costs))
        for at in range(len(commands))
    ]


def apkcheck(apk: Path | str) -> list[str]:
    """The command ``apkcheck apk``, start-up and tables included."""
    return [sys.executable, "-m", "apkcheck", "apk", str(Path(apk).resolve()), "--format", "json"]


def analyze(apk: Path | str) -> list[str]:
    """androguard's full analysis of an APK in a process of its own."""
    code = (
        "import sys\nfrom loguru import logger\nlogger.disable('androguard')\n"
        "from androguard.misc import AnalyzeAPK\nAnalyzeAPK(sys.argv[1])\n"
    )
    return [sys.executable, "-c", code, str(Path(apk).resolve())]


def dexdump(apk: Path | str, *options: str) -> list[str]:
    """``dexdump`` of an APK."""
    return ["dexdump", *options, str(Path(apk).resolve())]


def say(line: str) -> None:
    """Writes a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
