"""APK files to evidence: what the app can do, and what could not be read."""

from __future__ import annotations

from pathlib import Path

from apkcheck.model import App, Evidence
from apkcheck.tables import Tables

__all__ = ["read_apk"]


def read_apk(path: Path, tables: Tables, lang: str = "zh") -> tuple[App, Evidence]:
    """Reads an APK, or a base with its splits: in a container (``.apks``, ``.xapk``) or a folder.

    Raises:
        ApkError: if it is missing, is not a ZIP file, or has no base APK with a readable manifest.
            Everything else that cannot be read is a gap of the evidence.
    """
    # numpy and androguard take longer to load than most other commands take to run.
    from apkcheck.apk.evidence import read_evidence

    return read_evidence(path, tables, lang)
