"""Policies: files of any common format and encoding to documents of text and blocks."""

from __future__ import annotations

import hashlib
from pathlib import Path

from apkcheck.errors import PolicyError
from apkcheck.model import Block, Document
from apkcheck.policy.encoding import decode
from apkcheck.policy.facts import facts_of, language_of
from apkcheck.policy.kinds import Kind, kind_of
from apkcheck.tables import Tables, Vocabulary

__all__ = ["read_content", "read_policy"]

MAX_SIZE = 32 * 1024 * 1024
"""Largest policy file that is read, in bytes: saved pages hold pictures too."""
MAX_CHARACTERS = 2_000_000
"""Longest text that is read: some twenty times the longest real policies. Reading costs up to 20
seconds for a million characters of nothing but statements, so more would look like a hang."""


def read_policy(path: Path, tables: Tables) -> Document:
    """Reads one policy document.

    Raises:
        PolicyError: if the file is missing, empty, binary, or of a format that cannot be read.
    """
    try:
        if path.stat().st_size > MAX_SIZE:
            raise PolicyError(f"{path}: is larger than {MAX_SIZE >> 20} MB; is it the policy?")
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise PolicyError(f"{path}: cannot be read ({reason}); check the path") from None
    return read_content(content, str(path), tables)


def read_content(content: bytes, name: str, tables: Tables) -> Document:
    """Reads a policy document that is at hand as bytes.

    Args:
        content: The file's bytes; they say of what format it is, whatever its name.
        name: The name that the document and messages about it have.
        tables: The tables, whose words tell headings, titles and encodings.

    Raises:
        PolicyError: as ``read_policy``.
    """
    words = tables.zh
    text, blocks, text_kind, pictures = _read(content, name, words)
    _check_length(text, name)
    if language_of(text) == "en":
        words = tables.en
        text, blocks, text_kind, pictures = _read(content, name, words)
    if not any(c.isalnum() for c in text):
        raise PolicyError(f"{name}: holds no text; give the policy as text, HTML, DOCX or PDF")
    facts = facts_of(text, blocks, words)
    return Document(
        path=name,
        sha256=hashlib.sha256(content).hexdigest(),
        text=text,
        text_kind=text_kind,
        title=facts.title,
        updated=facts.updated,
        effective=facts.effective,
        language=facts.language,
        operator=facts.operator,
        contact=facts.contact,
        version=facts.version,
        copies=facts.copies,
        pictures=pictures,
        blocks=blocks,
    )


def _read(
    content: bytes, name: str, vocabulary: Vocabulary
) -> tuple[str, tuple[Block, ...], str, tuple[int, ...]]:
    """The text with its blocks, whether it is the file itself, and what pages are pictures.

    Readers load when needed.
    """
    kind = kind_of(content, name)
    if kind is Kind.PDF:
        from apkcheck.policy.pdf import read_pdf

        text, blocks, pictures = read_pdf(content, name, vocabulary)
        return text, blocks, "extracted", pictures
    if kind is Kind.WORD:
        from apkcheck.policy.word import read_word

        return *read_word(content, name, vocabulary), "extracted", ()
    if kind is Kind.MESSAGE:
        from apkcheck.policy.savedpage import page_of

        content = page_of(content, name)
    return *_read_text(decode(content, name, vocabulary), name, vocabulary), ()


def _read_text(text: str, name: str, vocabulary: Vocabulary) -> tuple[str, tuple[Block, ...], str]:
    from apkcheck.policy.datasafety import looks_like_data_safety, read_data_safety
    from apkcheck.policy.markdown import looks_like_markdown, read_markdown
    from apkcheck.policy.structure import blocks_of_text

    if looks_like_data_safety(text):
        return text, read_data_safety(text), "file"
    if looks_like_html(text):
        from apkcheck.policy.webpage import read_html

        return *read_html(text, name, vocabulary), "extracted"
    _check_length(text, name)
    if looks_like_markdown(text, name):
        return text, read_markdown(text, vocabulary), "file"
    return text, blocks_of_text(text, vocabulary), "file"


def _check_length(text: str, name: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise PolicyError(
            f"{name}: holds {len(text):,} characters, more than the {MAX_CHARACTERS:,} that any "
            "policy could need; give the policy alone"
        )


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML, from its own beginning rather than its file's name."""
    head = text[:4096].lower()
    return any(
        mark in head for mark in ("<!doctype html", "<html", "<head", "<body", "<div", "<p>")
    )
