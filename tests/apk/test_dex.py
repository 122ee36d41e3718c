"""Strings of DEX files: modified UTF-8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkcheck.apk.dex import decode
from fixtures.apkbuild.dex import modified_utf8


@given(st.text())
def test_every_text_is_read_back(text: str) -> None:
    assert decode(modified_utf8(text)) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [(b"a\xc0\x80b", "a\0b"), (b"\xff", "\ufffd"), (b"\xed\xa0\x80", "\ufffd")],
)
def test_nul_and_what_is_not_valid(raw: bytes, text: str) -> None:
    assert decode(raw) == text
