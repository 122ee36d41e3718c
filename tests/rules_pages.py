"""The pages ``docs/rules/<rule>.md``, made of the texts that ``apkcheck explain`` prints.

``python -m tests.rules_pages`` writes them anew.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from apkcheck.formats.explanation import texts_of
from apkcheck.tables import Tables, load_tables

FOLDER = Path(__file__).parents[1] / "docs" / "rules"
PROFILE = "cn"
"""The profile that has every rule."""
WIDTH = 120

HEADINGS = {
    "finds": "What it finds",
    "why": "Why it matters",
    "limits": "What it cannot know",
    "example": "Example",
    "fix": "How to fix",
}


def page(rule: str, tables: Tables) -> str:
    """The page of a rule as it has to be."""
    row = tables.profiles[PROFILE][rule]
    parts = [f"# {rule}", row.title_zh]
    for key, told in texts_of(row, tables, "en")._asdict().items():
        parts += [f"## {HEADINGS[key]}", _filled(_linked(told, rule, tables))]
    clauses = (tables.clauses[clause] for clause in row.clauses)
    parts += ["## References", "\n".join(f"- {c.id}: {c.law}，{c.item}" for c in clauses)]
    return "\n\n".join(parts) + "\n"


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _linked(text: str, rule: str, tables: Tables) -> str:
    """The text with links to the pages of other rules that it names in back quotes."""

    def link(match: re.Match[str]) -> str:
        name = match[1]
        known = name in tables.profiles[PROFILE] and name != rule
        return f"[{name}]({name}.md)" if known else match[0]

    return re.sub(r"`([a-z0-9-]+)`", link, text)


if __name__ == "__main__":
    loaded = load_tables()
    for name in loaded.profiles[PROFILE]:
        (FOLDER / f"{name}.md").write_text(page(name, loaded), "utf-8")
