"""Every type of finding that somebody collected has a rule, or tells a person what to look at."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from apkcheck.rules import RULES
from apkcheck.tables import Tables

_ROW = re.compile(r"^- \{id: ([a-z0-9-]+),.*?\bauto: (full|partial|manual)\b", re.MULTILINE)


@pytest.fixture
def collected(corpora: Path) -> dict[str, str]:
    """Ids of a list of types of findings, each with how far files alone tell it."""
    path = corpora.parent / "knowledge" / "findings.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not there: it is not part of this project")
    found = dict(_ROW.findall(path.read_text("utf-8")))
    assert len(found) > 50
    return found


def test_each_has_a_rule_or_is_for_a_person(collected: dict[str, str], tables: Tables) -> None:
    """``pytest -s`` prints the comparison."""
    lacking, lines = [], []
    for finding, auto in sorted(collected.items()):
        by = [
            name
            for name, known in (("rule", RULES), ("manual check", tables.manual_checks))
            if finding in known
        ]
        lines.append(f"{finding:32} {auto:8} {' and '.join(by) or '-'}\n")
        if not by or (auto != "manual" and "rule" not in by):
            lacking.append(finding)
    sys.stdout.writelines(lines)
    assert lacking == []
