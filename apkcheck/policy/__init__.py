"""Policies: files of any common encoding to documents of text and blocks."""

from __future__ import annotations

import hashlib
from pathlib import Path

from apkcheck.errors import PolicyError
from apkcheck.model import Document
from apkcheck.policy.encoding import decode
from apkcheck.policy.facts import facts_of
from apkcheck.policy.structure import blocks_of_text
from apkcheck.policy.webpage import looks_like_html, read_html
from apkcheck.tables import Tables

__all__ = ["read_policy"]

MAX_SIZE = 32 * 1024 * 1024
"""Largest policy file that is read, in bytes; the longest real ones have some 300 KB."""

_FOREIGN = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)


def read_policy(path: Path, tables: Tables) -> Document:
    """Reads one policy document.

    Raises:
        PolicyError: if the file is missing, empty, binary, or of a format that cannot be read.
    """
    content = _content(path)
    text = decode(content, str(path), tables.zh)
    if looks_like_html(text):
        text_kind = "extracted"
        text, blocks = read_html(text, str(path), tables.zh)
    else:
        text_kind = "file"
        blocks = blocks_of_text(text, tables.zh)
    if not any(c.isalnum() for c in text):
        raise PolicyError(f"{path}: holds no text; give the policy as plain text or HTML")
    facts = facts_of(text, blocks, tables.zh)
    return Document(
        path=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        text=text,
        text_kind=text_kind,
        title=facts.title,
        updated=facts.updated,
        effective=facts.effective,
        language=facts.language,
        blocks=blocks,
    )


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_SIZE:
            raise PolicyError(f"{path}: is larger than {MAX_SIZE >> 20} MB; is it the policy?")
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise PolicyError(f"{path}: cannot be read ({reason}); check the path") from None
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            raise PolicyError(
                f"{path}: is {what}, which this version cannot read; "
                "save the policy as plain text or HTML"
            )
    return content
