"""A text without any piece of a pattern has no match of it, so it need not be searched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkcheck.tables import load_tables
from apkcheck.tables.pieces import pieces_of
from apkcheck.text import fold, pieces_in


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("撤回同意", {"撤回"}),
        ("撤回|取消", {"撤回", "取消"}),
        ("(?:您|你)[^。]{0,9}(?:删除|清空)", {"删除", "清空"}),
        ("[甲乙]", {"甲", "乙"}),
        ("[0-3]", {"0", "1", "2", "3"}),
        ("(?<!不)收集", {"收集"}),
        ("收集(?!完)", {"收集"}),
        ("(?:再)+", {"再"}),
        (r"\d+天", {"天"}),
    ],
)
def test_of_what_every_match_holds_the_rarest_part_is_asked_for(
    pattern: str, pieces: set[str]
) -> None:
    assert pieces_of(pattern) == frozenset(pieces)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "(?:收集)?",
        "收集|",
        r"\d{3}",
        "[^甲]",
        ".*",
        "(?=收集)",
        "(?i)sdk",
        "(?i:sdk)",
        "[一-龥]",
        "(?!)",
    ],
)
def test_a_pattern_of_which_nothing_is_sure_has_no_pieces(pattern: str) -> None:
    assert pieces_of(pattern) is None


ATOMS = (
    "甲",
    "乙",
    "甲乙",
    "[甲丙]",
    "[^甲]",
    "(?:甲|乙丙)",
    "(?:丙)?",
    "(?:甲乙)+",
    "(?<!乙)",
    "(?!甲)",
    ".",
)


@given(st.lists(st.sampled_from((*ATOMS, "|")), max_size=6), st.text("甲乙丙丁", max_size=8))
def test_whatever_matches_holds_a_piece(atoms: list[str], text: str) -> None:
    pattern = "".join(atoms)
    asked = pieces_of(pattern)
    if asked is not None and re.search(pattern, text):
        assert asked & pieces_in(text)


def test_every_example_of_the_tables_that_matches_holds_a_piece() -> None:
    tables = load_tables()
    texts = [fold(w.example) for t in (tables.words_zh, tables.words_en) for w in t.values()]
    asked = {
        (vocabulary, kind): pieces
        for vocabulary in (tables.zh, tables.en)
        for kind in vocabulary.kinds("")
        if (pieces := vocabulary.pieces(kind)) is not None
    }
    assert len(asked) > 100
    for (vocabulary, kind), pieces in asked.items():
        for text in filter(vocabulary.pattern(kind).search, texts):
            assert pieces & pieces_in(text), (kind, text)
