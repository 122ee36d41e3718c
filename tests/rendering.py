"""Reports in text formats, as tests read them."""

from __future__ import annotations

from apkcheck import formats
from apkcheck.formats import Style
from apkcheck.model import Report


def render(name: str, report: Report, style: Style | None = None) -> str:
    """A report in a format that is text."""
    made = formats.render(name, report, style or Style())
    assert isinstance(made, str)
    return made
