"""APK files to evidence: what the app can do, and what could not be read."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from apkcheck.errors import ApkError
from apkcheck.model import App, Evidence, Gap
from apkcheck.tables import Tables

__all__ = ["read_apk"]

_BASE = "base.apk"


def read_apk(path: Path, tables: Tables, lang: str = "zh") -> tuple[App, Evidence]:
    """Reads an APK, or a folder of them: its ``base.apk``, or the only one there.

    Raises:
        ApkError: if it is missing, is not a ZIP file, or has no readable manifest. Everything else
            that cannot be read is a gap of the evidence.
    """
    # numpy and androguard take a third of a second to load: only who reads an APK pays that.
    from apkcheck.apk.evidence import read_evidence

    base, others = _base(path) if path.is_dir() else (path, ())
    app, evidence = read_evidence(base, tables, lang)
    return app, _with_gaps(evidence, others)


def _base(folder: Path) -> tuple[Path, tuple[Path, ...]]:
    apks = sorted(file for file in folder.glob("*.apk") if file.is_file())
    if not apks:
        raise ApkError(f"{folder}: is a directory without APKs; give an APK file")
    base = next((file for file in apks if file.name == _BASE), apks[0])
    if len(apks) > 1 and base.name != _BASE:
        raise ApkError(f"{folder}: holds several APKs and no {_BASE}; give one of them by name")
    return base, tuple(file for file in apks if file != base)


def _with_gaps(evidence: Evidence, others: tuple[Path, ...]) -> Evidence:
    if not others:
        return evidence
    why = "this version reads the base APK of a split app only"
    gaps = (*evidence.gaps, *(Gap(other.name, why) for other in others))
    return dataclasses.replace(evidence, gaps=gaps)
