"""HTML as saved from browsers: the text that a reader sees, with its headings, items and tables.

Menus, scripts and hidden parts are left out. Nothing is ever fetched: lxml's HTML parser resolves
no entities of its own and no network addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from apkcheck.errors import PolicyError
from apkcheck.model import Block
from apkcheck.policy.structure import Numbering, looks_like_heading
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "svg",
        "canvas",
        "iframe",
        "object",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "audio",
        "video",
        "map",
    ]
)
"""Elements whose content is not part of a policy's text."""

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "ul",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAX_SPAN = 200
_MAX_CELLS = 200_000


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML, from its own beginning rather than its file's name."""
    head = text[:4096].lower()
    return any(
        mark in head for mark in ("<!doctype html", "<html", "<head", "<body", "<div", "<p>")
    )


def read_html(text: str, name: str, vocabulary: Vocabulary) -> tuple[str, tuple[Block, ...]]:
    """Gives the extracted text and its blocks.

    Raises:
        PolicyError: if the page cannot be parsed.
    """
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise PolicyError(
            f"{name}: is not HTML that can be parsed; save the page again or as plain text"
        ) from None
    extraction = _Extraction(vocabulary)
    extraction.walk(root)
    return extraction.finish()


@dataclass
class _Extraction:
    """Collects blocks while it walks the page in document order."""

    vocabulary: Vocabulary
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    tag: str = ""

    def __post_init__(self) -> None:
        self.numbering = Numbering(self.vocabulary)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        self.flush()
        return "".join(self.parts), tuple(self.blocks)

    def walk(self, root: Any) -> None:
        """Walks without recursion, so that deep pages cannot exhaust the stack."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            element, done = stack.pop()
            if done:
                self.leave(element)
            elif self.enter(element):
                stack.append((element, True))
                stack.extend((child, False) for child in reversed(element))

    def enter(self, element: Any) -> bool:
        """Whether the element's children are to be walked; its tail is taken in any case."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in SKIPPED or _is_hidden(element):
            self.text(element.tail)
            return False
        if tag == "table":
            self.flush()
            self.table(element)
            self.text(element.tail)
            return False
        if tag in _BLOCKS:
            self.flush()
            self.tag = tag
        self.text(element.text)
        return True

    def leave(self, element: Any) -> None:
        if element.tag in _BLOCKS:
            self.flush()
        self.text(element.tail)

    def text(self, text: str | None) -> None:
        if text:
            self.line.append(text)

    def flush(self) -> None:
        """Ends the block that is being collected."""
        line = " ".join("".join(self.line).split())
        self.line.clear()
        tag, self.tag = self.tag, ""
        if not line:
            return
        start = self.append(line)
        folded, level = fold(line), self.numbering.level(line)
        if re.fullmatch("h[1-6]", tag) or looks_like_heading(folded, level, self.vocabulary):
            self.blocks.append(Block("heading", start, start + len(line), level=level))
        else:
            kind = "item" if level or tag in ("li", "dd") else "paragraph"
            self.blocks.append(Block(kind, start, start + len(line), level=level))

    def append(self, line: str) -> int:
        start = self.length
        self.parts.append(line + "\n")
        self.length += len(line) + 1
        return start

    def table(self, table: Any) -> None:
        """Reads a table row by row; spans repeat their cell, as the reader's eye does."""
        header: tuple[str, ...] = ()
        for number, (cells, is_header) in enumerate(_grid(table)):
            texts = [" ".join(cell.split()) for cell in cells]
            if not any(texts):
                continue
            if len(texts) == 1:
                self.line.append(texts[0])
                self.flush()
                continue
            spans, start = [], self.length
            for text in texts:
                spans.append((self.length, self.length + len(text)))
                self.parts.append(text + "\t")
                self.length += len(text) + 1
            self.parts[-1] = self.parts[-1][:-1] + "\n"
            head = number == 0 or is_header
            self.blocks.append(
                Block(
                    "row",
                    start,
                    self.length - 1,
                    header=() if head else header,
                    cells=tuple(spans),
                )
            )
            if head:
                header = tuple(texts)


def _grid(table: Any) -> list[tuple[list[str], bool]]:
    rows: list[tuple[list[str], bool]] = []
    pending: dict[int, tuple[int, str]] = {}
    cells_seen = 0
    for tr in table.iter("tr"):
        cells: list[str] = []
        head = True
        for cell in tr:
            if cell.tag not in ("td", "th") or cells_seen > _MAX_CELLS:
                continue
            head = head and cell.tag == "th"
            _fill(cells, pending)
            content = _cell_text(cell)
            rowspan = _span(cell.get("rowspan"))
            for _ in range(_span(cell.get("colspan"))):
                if rowspan > 1:
                    pending[len(cells)] = (rowspan - 1, content)
                cells.append(content)
                cells_seen += 1
        _fill(cells, pending)
        if cells:
            rows.append((cells, head))
    return rows


def _fill(cells: list[str], pending: dict[int, tuple[int, str]]) -> None:
    """Puts in the cells that hang down from rows above."""
    while len(cells) in pending:
        left, content = pending[len(cells)]
        if left > 1:
            pending[len(cells)] = (left - 1, content)
        else:
            del pending[len(cells)]
        cells.append(content)


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MAX_SPAN) if value and value.isdecimal() else 1


def _cell_text(cell: Any) -> str:
    parts: list[str] = []
    stack: list[Any] = [cell]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if isinstance(node.tag, str) and node.tag not in SKIPPED and not _is_hidden(node):
            if node.tag in _BLOCKS:
                parts.append(" ")
            tail = [] if node is cell else [node.tail or ""]
            stack.extend(tail)
            stack.extend(reversed(list(node)))
            stack.append(node.text or "")
        elif node is not cell:
            stack.append(node.tail or "")
    return "".join(parts)


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(style and _HIDDEN.search(style))
    )
