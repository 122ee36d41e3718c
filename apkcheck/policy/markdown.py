"""Markdown: its marks become blanks for reading, so that offsets count in the file itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from apkcheck.model import Block
from apkcheck.policy.structure import HEADING_LENGTH, blocks_of_text
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

_HEADING = re.compile(r"^[ ]{0,3}(#{1,6})[ \t]+(?=\S)", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?=[^\s|#>-])[^\n]{1,80}\n[ ]{0,3}(=+|-{3,})[ \t]*$", re.MULTILINE)
_RULER = re.compile(
    r"^[ \t]*(?:\|[ \t]*)?:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*(?:\|[ \t]*)?$", re.MULTILINE
)
"""The line between the header and the body of a table."""
_MARKS = re.compile(
    r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|`+|^[ ]{0,3}>[ \t]?"
    r"|\\(?=[!-/:-@\[-`{-~])|<br[ ]*/?>|^```[^\n]*$",
    re.MULTILINE,
)
_LINK = re.compile(r"!?\[(?P<text>[^\[\]\n]{0,200})\]\((?P<target>[^()\s]{0,500})[^()\n]{0,100}\)")
_HEAD = 20_000
"""Characters at the beginning that tell Markdown from a plain text."""


def looks_like_markdown(text: str, name: str) -> bool:
    """Whether a text is Markdown: by its name, or by several marks that plain texts have not."""
    if name.lower().endswith((".md", ".markdown", ".mdown")):
        return True
    head = text[:_HEAD]
    tables = any("|" in match[0] for match in _RULER.finditer(head))
    return tables or sum(1 for _ in _HEADING.finditer(head)) > 1


def read_markdown(text: str, vocabulary: Vocabulary) -> tuple[Block, ...]:
    """The blocks of a Markdown file; a heading's block begins behind its mark."""
    ranks = {match.end(): len(match[1]) for match in _HEADING.finditer(text)}
    ranks |= {match.start(): 1 + match[1].startswith("-") for match in _UNDERLINED.finditer(text)}
    blocks = blocks_of_text(_masked(text), vocabulary)
    return tuple(_ranked(text, blocks, ranks))


def _ranked(text: str, blocks: tuple[Block, ...], ranks: dict[int, int]) -> Iterator[Block]:
    """Makes headings of the blocks that the file marks so."""
    for block in blocks:
        marked = block.start in ranks and block.kind != "row"
        if marked and len(fold(text[block.start : block.end])) <= HEADING_LENGTH:
            yield replace(block, kind="heading")
        else:
            yield block


def _masked(text: str) -> str:
    """The text with every mark as blanks, each line and character at its place."""
    for pattern in (_RULER, _HEADING):
        text = pattern.sub(_blank, text)
    text = _UNDERLINED.sub(lambda m: m[0][: m.start(1) - m.start()] + _blanks(m[1]), text)
    text = _LINK.sub(_link, text)
    return _MARKS.sub(_blank, text)


def _link(match: re.Match[str]) -> str:
    before = match.start("text") - match.start()
    after = match.end() - match.end("text")
    return " " * before + match["text"] + " " * after


def _blank(match: re.Match[str]) -> str:
    return _blanks(match[0])


def _blanks(mark: str) -> str:
    return "".join("\n" if char == "\n" else " " for char in mark)
