"""Bytes to text: policies come in UTF-8, UTF-16, GB18030 and Big5, often without saying so."""

from __future__ import annotations

import codecs
import re

from apkcheck.errors import PolicyError
from apkcheck.tables import Vocabulary

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, the longer ones first."""

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 20_000
"""Characters looked at to tell encodings apart; policies are decided long before that."""


def decode(content: bytes, name: str, vocabulary: Vocabulary) -> str:
    """Gives the text of a file, without its byte order mark.

    Raises:
        PolicyError: if the bytes are no text in any encoding that policies use.
    """
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return _decoded(content[len(bom) :], encoding, name)
    if b"\0" in content:
        return _decoded(content, _utf16_order(content, name), name)
    try:
        return _checked(content.decode("utf-8"), name)
    except UnicodeDecodeError:
        return _legacy(content, name, vocabulary)


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return _checked(content.decode(encoding), name)
    except UnicodeDecodeError:
        raise _binary(name) from None


def _checked(text: str, name: str) -> str:
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) * 100 > len(sample):
        raise _binary(name)
    return text


def _utf16_order(content: bytes, name: str) -> str:
    """UTF-16 without a mark: digits, blanks and line ends have their zero byte on one side."""
    sample = content[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(content) % 2 or max(even, odd) < 4 * min(even, odd) or even == odd:
        raise _binary(name)
    return "utf-16-be" if even > odd else "utf-16-le"


def _legacy(content: bytes, name: str, vocabulary: Vocabulary) -> str:
    """GB18030 or Big5: what the file says first, then what reads like a policy."""
    declared = _CHARSET.search(content[:4096])
    candidates = ["gb18030", "big5hkscs"]
    if declared and b"big5" in declared.group(1).lower():
        candidates.reverse()
    best: tuple[float, str] | None = None
    for encoding in candidates:
        text = _tolerant(content, encoding)
        if text is None:
            continue
        score = _score(text, vocabulary)
        if best is None or score > best[0]:
            best = (score, text)
    if best is None or best[0] < 0.02:
        raise _binary(name)
    return _checked(best[1], name)


def _tolerant(content: bytes, encoding: str) -> str | None:
    """Decodes; one broken character in a hundred is forgiven (files cut in a character)."""
    text = content.decode(encoding, errors="replace")
    return None if text.count("\ufffd") * 100 > len(text) else text


def _score(text: str, vocabulary: Vocabulary) -> float:
    """The share of characters that are frequent in policies, simplified or traditional."""
    sample = text[:_SAMPLE]
    kinds = ("common-characters", "common-characters-traditional")
    return max(
        sum(sample.count(c) for c in vocabulary.forms(kind)) / max(len(sample), 1) for kind in kinds
    )


def _binary(name: str) -> PolicyError:
    return PolicyError(
        f"{name}: is not a text that can be read as UTF-8, UTF-16, GB18030 or Big5; "
        "save the policy as plain text in UTF-8, DOCX or PDF"
    )
