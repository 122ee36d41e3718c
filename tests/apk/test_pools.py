"""String pools: the same strings as androguard reads, and Android's where that one misreads."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import loguru
import pytest
from androguard.core.axml import ARSCHeader, StringBlock
from hypothesis import given, settings
from hypothesis import strategies as st

from apkcheck.apk import second_reader
from apkcheck.apk.archive import Archive
from apkcheck.apk.chunks import STRING_POOL, Chunk, ChunkError, StringPool, chunk_at, chunks
from fixtures.apkbuild.pool import string_pool
from tests.apk.test_hostile import changed, run_python

loguru.logger.disable("androguard")

HEADER = 28
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
POOLS = st.builds(string_pool, st.lists(WORDS, min_size=1, max_size=12), st.booleans())


def pool_of(data: bytes) -> StringPool:
    return StringPool(data, chunk_at(data, 0, len(data)))


def with_androguard(data: bytes) -> StringBlock:
    stream = io.BufferedReader(io.BytesIO(data))
    return StringBlock(stream, ARSCHeader(stream))


def pool_with(entry: bytes, *, utf8: bool, rest: bytes = b"") -> bytes:
    """A pool of one string, which is given as it lies there."""
    body = struct.pack("<I", 0) + entry + rest
    body += b"\0" * (-len(body) % 4)
    head = struct.pack("<5I", 1, 0, 0x100 if utf8 else 0, HEADER + 4, 0)
    return struct.pack("<HHI", STRING_POOL, HEADER, HEADER + len(body)) + head + body


@settings(deadline=None)
@given(texts=st.lists(WORDS, max_size=20), utf8=st.booleans())
def test_what_was_written_is_read(texts: Sequence[str], utf8: bool) -> None:
    pool = pool_of(string_pool(texts, utf8))
    assert [pool[at] for at in range(len(texts))] == texts
    assert pool[len(texts)] is None
    assert pool[-1] is None


@settings(deadline=None)
@given(texts=st.lists(st.text("aé中😀", max_size=9), min_size=1, max_size=9), utf8=st.booleans())
def test_androguard_reads_the_same(texts: Sequence[str], utf8: bool) -> None:
    data = string_pool(texts, utf8)
    pool, other = pool_of(data), with_androguard(data)
    assert [pool[at] for at in range(len(texts))] == [other[at] for at in range(len(texts))]


@pytest.mark.parametrize("length", [0x7F, 0x80, 0x7FFF, 0x8000, 0x12345])
def test_long_strings_in_utf_16(length: int) -> None:
    assert pool_of(string_pool(["x" * length], utf8=False))[0] == "x" * length


@pytest.mark.parametrize("length", [0x7F, 0x80, 0x7FFF])
def test_long_strings_in_utf_8(length: int) -> None:
    assert pool_of(string_pool(["x" * length], utf8=True))[0] == "x" * length


def test_characters_written_as_two_surrogates_are_joined() -> None:
    """So aapt2 writes them; androguard shows six replacement characters."""
    pair = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    assert pool_of(pool_with(b"\x02\x06" + pair + b"\0", utf8=True))[0] == "😀"


def test_a_byte_order_mark_is_a_character() -> None:
    data = string_pool(["\ufeffa"], utf8=False)
    assert pool_of(data)[0] == "\ufeffa"


@pytest.mark.parametrize(
    ("entry", "utf8", "text"),
    [
        pytest.param(b"\x07\x03abc\0", True, "abc", id="length in UTF-16 that is wrong"),
        pytest.param(b"\x02\x02a\xff\0", True, "a\ufffd", id="bytes that are no UTF-8"),
        pytest.param(b"\x03\x03abcd", True, "", id="no end in UTF-8"),
        pytest.param(b"\x7f\x7fabc\0", True, "", id="beyond the pool in UTF-8"),
        pytest.param(b"\x7f\0a\0\0\0", False, "", id="beyond the pool in UTF-16"),
    ],
)
def test_a_string_that_android_refuses_is_read_by_androguard(
    entry: bytes, utf8: bool, text: str
) -> None:
    data = pool_with(entry, utf8=utf8)
    assert pool_of(data)[0] == text == with_androguard(data)[0]


def test_a_string_that_neither_can_read_is_an_error() -> None:
    with pytest.raises(ChunkError, match="string 0 cannot be read"):
        _ = pool_of(pool_with(b"\x01\0a\0b\0", utf8=False))[0]


def test_offsets_begin_where_the_header_ends() -> None:
    data = bytearray(string_pool(["ab"], utf8=True))
    data[HEADER:HEADER] = bytes(4)
    struct.pack_into("<HI", data, 2, HEADER + 4, len(data))
    struct.pack_into("<I", data, 20, HEADER + 8)
    assert pool_of(bytes(data))[0] == "ab"


def test_styles_end_the_strings() -> None:
    """A string that runs into the styles is none."""
    data = bytearray(pool_with(b"\x02\x02ab\0", utf8=True, rest=bytes(8)))
    struct.pack_into("<II", data, 12, 1, 0x100)
    struct.pack_into("<I", data, 24, HEADER + 4 + 3)
    assert pool_of(bytes(data))[0] == ""


@settings(deadline=None, max_examples=300, derandomize=True)
@given(data=st.data())
def test_whatever_the_bytes_are(data: st.DataObject) -> None:
    """A string, none, or ``ChunkError``: nothing that lies outside the chunk."""
    pool = data.draw(changed(data.draw(POOLS)))
    try:
        read = StringPool(pool + b"beyond", Chunk(STRING_POOL, 0, HEADER, len(pool)))
        texts = [read[at] for at in range(-1, 14)]
    except ChunkError:
        return
    assert not any("beyond" in text for text in texts if text)


def test_androguard_is_loaded_for_tampered_strings_alone() -> None:
    plain, tampered = string_pool(["a"], utf8=True), pool_with(b"\x07\x01a\0", utf8=True)
    code = f"""
import sys
from apkcheck.apk.chunks import StringPool, chunk_at
for data in ({plain!r}, {tampered!r}):
    print(StringPool(data, chunk_at(data, 0, len(data)))[0], "androguard" in sys.modules)
"""
    done = run_python(code)
    assert (done.stdout.split(), done.stderr) == (["a", "False", "a", "True"], "")


@pytest.mark.network
@pytest.mark.parametrize(
    "name", ["settings", "apidemos", "uiautomator2", "yosemite", "pocoservice"]
)
def test_as_androguard_reads_real_files(
    real_apk: Callable[[str], Path], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every string of every manifest and resource table, none of them with its help."""
    monkeypatch.delattr(second_reader, "SecondReader")
    seen = 0
    with Archive(real_apk(name)) as archive:
        for entry in ("AndroidManifest.xml", "resources.arsc"):
            data = archive.read(entry, 1 << 28)
            outer = chunk_at(data, 0, len(data))
            for chunk in chunks(data, outer.body, outer.end):
                if chunk.type == STRING_POOL:
                    ours = StringPool(data, chunk)
                    theirs = with_androguard(data[chunk.start : chunk.end])
                    for at in range(len(theirs)):
                        assert ours[at] == theirs[at] or "\ufffd" in theirs[at]
                        seen += 1
    assert seen >= 50
