"""Outputs as they were when somebody last looked at them.

``python -m tests.golden`` renews the files after a change that is meant; read the difference.
"""

from __future__ import annotations

from pathlib import Path

from apkcheck.check import check_app
from apkcheck.formats import Style
from apkcheck.tables import Tables, load_tables
from fixtures import demo
from tests.rendering import render

FOLDER = Path(__file__).parent
WIDTH = 120
LANGUAGES = ("zh", "en")


def golden(lang: str) -> Path:
    """Where the table of the demo is kept."""
    return FOLDER / f"demo.{lang}.txt"


def current(lang: str, tables: Tables) -> str:
    """The table of the demo as it is now."""
    report = check_app(demo.APK, [demo.POLICY], tables, lang=lang).report
    return render("table", report, Style(width=WIDTH))


def renew() -> None:
    """Writes the files anew."""
    for lang in LANGUAGES:
        golden(lang).write_text(current(lang, load_tables()), "utf-8")
