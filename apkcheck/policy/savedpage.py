"""Saved pages in one file (.mht, .mhtml): the page among the parts of a message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apkcheck.errors import PolicyError

if TYPE_CHECKING:
    from email.message import Message

_HEAD = re.compile(rb"^(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", re.IGNORECASE)


def looks_like_message(content: bytes) -> bool:
    """Whether a file is a message as browsers save pages: header lines, one of them MIME's."""
    return _HEAD.match(content[:4096]) is not None


def page_of(content: bytes, name: str) -> bytes:
    """The bytes of the page, in whatever encoding they are.

    Raises:
        PolicyError: if the message holds no page.
    """
    import email.errors
    import email.policy

    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        page = next((part for part in message.walk() if _is_page(part)), None)
        found = page.get_payload(decode=True) if page is not None else None
    except (email.errors.MessageError, LookupError, ValueError, RecursionError):
        found = None
    if not isinstance(found, bytes):
        raise PolicyError(f"{name}: is a saved message without a page; save the page as HTML")
    return found


def _is_page(part: Message) -> bool:
    return part.get_content_type() in ("text/html", "application/xhtml+xml")
