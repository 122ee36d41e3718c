"""What kind of file a policy is, by its content: names lie, first bytes seldom do."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

from apkcheck.errors import PolicyError
from apkcheck.policy.savedpage import looks_like_message

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IMAGES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\x01\0",
)  # fmt: skip
_WORD_BODY = "word/document.xml"
_PDF_HEAD = 1024
"""Bytes in which the mark of a PDF may stand: some have rubbish before it."""


class Kind(StrEnum):
    """How a policy is to be read."""

    TEXT = "text"
    MESSAGE = "message"
    WORD = "word"
    PDF = "pdf"


def kind_of(content: bytes, name: str) -> Kind:
    """The kind of a file.

    Raises:
        PolicyError: if it is of a kind that holds no text that can be read.
    """
    if b"%PDF-" in content[:_PDF_HEAD]:
        return Kind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content, name)
    if content.startswith(_OLD_OFFICE):
        raise _old_office(content, name)
    if content.startswith(b"{\\rtf"):
        raise _foreign(name, "an RTF file", "save the policy as DOCX, PDF or plain text")
    if _is_image(content):
        what = "save the policy as text, DOCX or PDF, or run text recognition over it first"
        raise _foreign(name, "an image", what)
    return Kind.MESSAGE if looks_like_message(content) else Kind.TEXT


def _foreign(name: str, what: str, remedy: str) -> PolicyError:
    return PolicyError(f"{name}: is {what}, which holds no text that can be read; {remedy}")


def _is_image(content: bytes) -> bool:
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return True
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return True
    return content.startswith(_IMAGES) and b"\0" in content[:64]


def _zipped(content: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise PolicyError(
            f"{name}: is a damaged ZIP or Office file; open it, and save the policy again"
        ) from None
    if _WORD_BODY in names:
        return Kind.WORD
    what = "a spreadsheet" if "xl/workbook.xml" in names else "a ZIP or Office file"
    raise _foreign(name, what, "save the policy as DOCX, PDF, HTML or plain text")


def _old_office(content: bytes, name: str) -> PolicyError:
    if _ENCRYPTED in content:
        return PolicyError(
            f"{name}: is an Office file protected by a password; save the policy without one"
        )
    return _foreign(name, "an old Office file (.doc)", "save the policy as DOCX, PDF or plain text")
