"""Outputs as they were when somebody last looked at them.

``python -m tests.golden`` renews the files after a change that is meant; read the difference.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from apkcheck.check import check_app
from apkcheck.formats import Style
from apkcheck.model import Report
from apkcheck.tables import Tables, load_tables
from fixtures import demo
from tests.rendering import render

FOLDER = Path(__file__).parent
WIDTH = 120
LANGUAGES = ("zh", "en")
FORMS = {"table": "txt", "markdown": "md", "csv": "csv", "junit": "xml", "codequality": "json"}
"""Formats that are kept, with the ending of their files; the others are read back by tests."""


def golden(form: str, lang: str) -> Path:
    """Where a format of the demo is kept."""
    return FOLDER / f"demo.{lang}.{FORMS[form]}"


def current(form: str, lang: str, tables: Tables) -> str:
    """A format of the demo as it is now, without what differs from run to run."""
    return render(form, _report(lang, tables), Style(width=WIDTH))


@functools.cache
def _report(lang: str, tables: Tables) -> Report:
    made = check_app(demo.APK, [demo.POLICY], tables, lang=lang).report
    tool = replace(made.tool, version="0", mappings_digest="0" * 64)
    return replace(made, generated_at="2025-03-17T08:00:00Z", tool=tool)


def renew() -> None:
    """Writes the files anew."""
    for lang in LANGUAGES:
        for form in FORMS:
            golden(form, lang).write_text(current(form, lang, load_tables()), "utf-8", newline="")
