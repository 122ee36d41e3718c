"""Words are found however a policy writes them, and each match leads back to the file's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkcheck.text import INVISIBLE, Dense, densify, fold


def source(text: str, word: str) -> str:
    """What stands in the source text where the dense text holds the word."""
    dense = densify(text)
    at = dense.chars.index(word)
    start, end = dense.source_span(at, at + len(word))
    return text[start:end]


def stands_alone(dense: Dense, word: str) -> bool:
    """Whether the word, where it is found first, is a word of its own."""
    at = dense.chars.index(word)
    return dense.is_boundary(at) and dense.is_boundary(at + len(word))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("IMEI", "imei"),
        ("ＩＭＥＩ", "imei"),
        ("Android ID", "androidid"),
        ("Android\n    ID", "androidid"),
        ("OPEN U DID", "openudid"),
        ("Wi\u2011Fi", "wi-fi"),
        ("Wi–Fi", "wi-fi"),
        ("ＷＩ－ＦＩ", "wi-fi"),
        ("收集（您的）信息：", "收集(您的)信息:"),
        ("手机\u200b号码", "手机号码"),
        ("\ufeff设备\u00ad信息", "设备信息"),
        ("全角　空格", "全角空格"),
        ("第①条", "第1条"),
        ("㎏", "kg"),
        ("⽤户信息", "用户信息"),
        ("", ""),
        (" \t\r\n\u3000", ""),
    ],
)
def test_folding_makes_spellings_of_one_word_equal(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(alphabet="aZ09 _-.\n\u3000\u200bＡｚ９（）：，。信息个人①⽤"))
def test_folded_text_is_folded(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_is_folded_like_any_other_text(text: str) -> None:
    assert fold(text) == fold(text + "信")[:-1]


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("收集您的ＩＭＥＩ等", "imei", "ＩＭＥＩ"),
        ("收集Android\n     ID、IMSI", "androidid", "Android\n     ID"),
        ("包括OPEN U DID/GUID", "openudid", "OPEN U DID"),
        ("手机\u200b号码", "手机号码", "手机\u200b号码"),
        ("第①条", "1", "①"),
        ("㎏数", "kg", "㎏"),
    ],
)
def test_a_match_leads_back_to_the_words_as_written(text: str, word: str, written: str) -> None:
    assert source(text, word) == written


def test_offsets_count_in_the_whole_text_when_a_part_is_read() -> None:
    text = "第一段。\n第二段有 I M E I。"
    dense = densify(text, text.index("第二段"), len(text))
    at = dense.chars.index("imei")
    assert dense.chars.startswith("第二段")
    assert text[slice(*dense.source_span(at, at + 4))] == "I M E I"


@pytest.mark.parametrize(
    ("text", "word", "alone"),
    [
        ("SSID", "sid", False),
        ("BSSID", "ssid", False),
        ("SID、SSID", "sid", True),
        ("获取SID信息", "sid", True),
        ("IDFA", "id", False),
        ("use my SID now", "sid", True),
        ("SID", "sid", True),
        ("SID2", "sid", False),
        ("SID_2", "sid", True),
        ("位置信息", "置信", True),
    ],
)
def test_an_ascii_word_ends_where_no_letter_or_digit_follows(
    text: str, word: str, alone: bool
) -> None:
    assert stands_alone(densify(text), word) is alone


def test_a_word_may_be_broken_by_blanks_and_still_ends_at_blanks() -> None:
    dense = densify("IDF V OPEN U DID")
    assert stands_alone(dense, "idfv")
    assert stands_alone(dense, "openudid")
    assert not stands_alone(dense, "penudid")


@given(st.text(), st.integers(0, 20), st.integers(0, 20))
def test_every_character_maps_to_the_one_that_it_came_from(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    dense = densify(text, start, end)
    assert len(dense.chars) == len(dense.offsets)
    assert list(dense.offsets) == sorted(dense.offsets)
    for char, offset in zip(dense.chars, dense.offsets, strict=True):
        assert start <= offset < end
        assert char in fold(text[offset])


@given(st.text(min_size=1), st.data())
def test_every_span_lies_inside_the_text_and_folds_back(text: str, data: st.DataObject) -> None:
    dense = densify(text)
    if not dense.chars:
        return
    first = data.draw(st.integers(0, len(dense.chars) - 1))
    last = data.draw(st.integers(first, len(dense.chars) - 1))
    start, end = dense.source_span(first, last + 1)
    assert 0 <= start < end <= len(text)
    assert dense.chars[first : last + 1] in densify(text[start:end]).chars


@given(st.text())
def test_dense_text_shows_everything_and_no_blanks(text: str) -> None:
    chars = densify(text).chars
    assert not any(c.isspace() or c in INVISIBLE for c in chars)


@given(st.text(alphabet="ab 1信\n"))
def test_a_gap_is_where_white_space_was(text: str) -> None:
    dense = densify(text)
    for gap in dense.gaps:
        first = dense.offsets[gap - 1] + 1 if gap else 0
        last = dense.offsets[gap] if gap < len(dense.chars) else len(text)
        assert text[first:last].isspace()
