"""What a text's pieces do not allow, no pattern matches in it, so it need not be searched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkcheck.tables import load_tables
from apkcheck.tables.pieces import Sieve, wordings_of
from apkcheck.text import densify


def held(text: str) -> set[str]:
    dense = densify(text)
    return dense.pieces(0, len(dense.chars))


@pytest.mark.parametrize(
    ("pattern", "wordings"),
    [
        ("撤回同意", [["撤回", "回同", "同意"]]),
        ("撤回|取消", [["撤回"], ["取消"]]),
        ("(?:您|你)[^。]{0,9}(?:删除|清空)", [["你 您", "删除 清空"]]),
        ("[甲乙]", [["乙 甲"]]),
        ("[0-3]", [["0 1 2 3"]]),
        ("(?<!不)收集", [["收集"]]),
        ("收集(?!完)", [["收集"]]),
        ("(?:再)+", [["再"]]),
        (r"\d+天", [["天"]]),
        ("撤回.*(?:同意|授权)|注销", [["撤回", "同意 授权"], ["注销"]]),
        ("收集(?:信息)?[^甲]使用", [["收集", "使用"]]),
    ],
)
def test_a_wording_asks_for_what_every_match_of_it_holds(
    pattern: str, wordings: list[list[str]]
) -> None:
    asked = tuple(tuple(frozenset(some.split()) for some in wording) for wording in wordings)
    assert wordings_of(pattern) == asked


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
def test_a_pattern_of_which_nothing_is_sure_is_always_searched_for(pattern: str) -> None:
    assert wordings_of(pattern) is None
    assert Sieve({"kind": wordings_of(pattern)}).kinds(set()) == {"kind"}


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


@given(
    st.lists(st.lists(st.sampled_from((*ATOMS, "|")), max_size=6), min_size=1, max_size=3),
    st.text("甲乙丙丁", max_size=8),
)
def test_a_sieve_lets_through_every_kind_that_a_text_matches(
    kinds: list[list[str]], text: str
) -> None:
    patterns = {str(n): "".join(atoms) for n, atoms in enumerate(kinds)}
    sieve = Sieve({kind: wordings_of(pattern) for kind, pattern in patterns.items()})
    matching = {kind for kind, pattern in patterns.items() if re.search(pattern, text)}
    assert matching <= sieve.kinds(held(text))


def test_what_an_example_of_the_tables_matches_is_let_through() -> None:
    tables = load_tables()
    for vocabulary, table in ((tables.zh, tables.words_zh), (tables.en, tables.words_en)):
        kinds = vocabulary.kinds("")
        sieve = vocabulary.sieve(kinds)
        assert len(sieve.kinds(set())) < len(kinds) / 4
        for row in table.values():
            dense = densify(row.example)
            matching = {k for k in kinds if vocabulary.pattern(k).search(dense.chars)}
            assert matching <= sieve.kinds(dense.pieces(0, len(dense.chars))), row.id
