"""APK files to evidence: what the app can do, and what could not be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from apkcheck.model import App, Evidence
from apkcheck.tables import Tables

if TYPE_CHECKING:
    from apkcheck.apk.policies import InsidePolicy

__all__ = ["policies_inside", "read_apk"]


def policies_inside(path: Path, tables: Tables) -> tuple[InsidePolicy, ...]:
    """The texts in an app that read like its privacy policy, the most likely first.

    Raises:
        ApkError: as ``read_apk``.
    """
    from apkcheck.apk import policies

    return policies.policies_inside(path, tables)


def read_apk(path: Path, tables: Tables, lang: str = "zh") -> tuple[App, Evidence]:
    """Reads an APK, or a base with its splits: in a container (``.apks``, ``.xapk``) or a folder.

    Raises:
        ApkError: if it is missing, is not a ZIP file, or has no base APK with a readable manifest.
            Everything else that cannot be read is a gap of the evidence.
    """
    # numpy and androguard take longer to load than most other commands take to run.
    from apkcheck.apk.evidence import read_evidence

    return read_evidence(path, tables, lang)
