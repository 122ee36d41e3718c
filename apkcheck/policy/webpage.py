"""HTML as saved from browsers: the text that a reader sees, with its headings, items and tables.

Menus, scripts and hidden parts are left out. Nothing is ever fetched: lxml's HTML parser resolves
no entities of its own and no network addresses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from apkcheck.errors import PolicyError
from apkcheck.model import Block
from apkcheck.policy.layout import Layout, Row
from apkcheck.tables import Vocabulary

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

BLOCKS = frozenset(
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
"""Elements that begin and end a line."""
_HEADING = re.compile("h[1-6]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MENU_ROLES = frozenset(["navigation", "menu", "menubar", "search", "toolbar", "tablist"])
_MENU = re.compile(r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|sidebar)(?:$|[\s_-])")
_FRAME = re.compile(r"(?:^|[\s_-])(?:header|footer|topbar|toolbar)(?:$|[\s_-])")
_FRAME_LENGTH = 120
"""Longest line of links at the top or foot of a page, in characters."""
_BARS = 2
"""Bars between the words of such a line (首页 | 下载 | 帮助)."""
_BANNER = re.compile(
    r"(?:cookie|consent|gdpr)[\w-]*(?:banner|bar|popup|modal|dialog|notice|overlay|consent|wall)"
    r"|(?:banner|bar|popup|modal|dialog|notice|overlay)[\w-]*(?:cookie|consent|gdpr)"
)
"""Class or id of what asks for consent on top of the page."""
_FURNITURE_LENGTH = 1500
"""Longest menu or banner, in characters: a whole policy in an element so named is none."""
_LINKED = 0.7
"""Share of its text that stands in links from which an element called a menu is one."""
_MAX_SPAN = 200
_MAX_CELLS = 200_000


def read_html(text: str, name: str, vocabulary: Vocabulary) -> tuple[str, tuple[Block, ...]]:
    """Gives the extracted text and its blocks.

    Raises:
        PolicyError: if the page cannot be parsed.
    """
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise _unreadable(name, "is not HTML that can be parsed") from None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise _unreadable(name, "nests elements deeper than HTML can be parsed")
    page = _Page(Layout(vocabulary))
    page.walk(root)
    return page.layout.finish()


def _unreadable(name: str, why: str) -> PolicyError:
    return PolicyError(f"{name}: {why}; save the page again or as plain text")


@dataclass
class _Page:
    """Gives a page's lines and tables to a layout while it walks the page in document order."""

    layout: Layout
    words: list[str] = field(default_factory=list)
    """Of the line that is being collected."""
    tag: str = ""
    """The element that began the line."""

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
        self.flush()

    def enter(self, element: Any) -> bool:
        """Whether the element's children are to be walked; its tail is taken in any case."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or _is_left_out(element):
            self.text(element.tail)
            return False
        if tag == "table" and not _is_layout(element):
            self.flush()
            self.layout.table(list(_rows(element)))
            self.text(element.tail)
            return False
        if tag in BLOCKS:
            self.flush()
            self.tag = tag
        self.text(element.text)
        return True

    def leave(self, element: Any) -> None:
        if element.tag in BLOCKS:
            self.flush()
        self.text(element.tail)

    def text(self, text: str | None) -> None:
        if text:
            self.words.append(text)

    def flush(self) -> None:
        """Ends the line that is being collected."""
        line = "".join(self.words)
        self.words.clear()
        tag, self.tag = self.tag, ""
        rank = int(tag[1]) if _HEADING.fullmatch(tag) else 0
        self.layout.line(line, rank=rank, is_item=tag in ("li", "dd"))


def _is_left_out(element: Any) -> bool:
    """Whether an element shows nothing, or nothing of the document that the page is about."""
    tag = element.tag
    if tag in SKIPPED or _is_hidden(element):
        return True
    if tag in ("html", "body", "main", "article"):
        return False
    if element.get("role") in _MENU_ROLES or (tag == "dialog" and element.get("open") is None):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if _BANNER.search(names):
        return len(_visible(element)) <= _FURNITURE_LENGTH
    if _FRAME.search(names) and _is_line_of_links(element):
        return True
    return bool(_MENU.search(names)) and _is_all_links(element)


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(style and _HIDDEN.search(style))
    )


def _is_line_of_links(element: Any) -> bool:
    """首页 | 下载 | 帮助: words between bars, and no sentence, in the frame of a page."""
    text = _visible(element)
    bars = text.count("|") + text.count("｜")
    return bars >= _BARS and len(text) <= _FRAME_LENGTH and "。" not in text


def _is_all_links(element: Any) -> bool:
    """Whether most of the text leads elsewhere; a list of SDKs with links says more than links."""
    text = _visible(element)
    if len(text) > _FURNITURE_LENGTH:
        return False
    linked = sum(len(_visible(link)) for link in element.iter("a"))
    return bool(text) and linked >= len(text) * _LINKED


def _visible(element: Any) -> str:
    """The beginning of an element's text, long enough to tell that it is no menu or banner."""
    parts, length = [], 0
    for piece in itertools.islice(element.itertext(), _FURNITURE_LENGTH):
        parts.append(piece.strip())
        length += len(parts[-1])
        if length > _FURNITURE_LENGTH:
            break
    return "".join(parts)


def _is_layout(table: Any) -> bool:
    """Whether a table only puts parts of the page side by side: it holds another table."""
    return next(table.iterdescendants("table"), None) is not None


def _rows(table: Any) -> Iterator[Row]:
    """The rows of a table; spans repeat their cell, as the reader's eye does."""
    pending: dict[int, tuple[int, str]] = {}
    cells_seen = 0
    for tr in table.iter("tr"):
        cells: list[str] = []
        sources = 0
        is_header = True
        for cell in tr:
            if cell.tag not in ("td", "th") or cells_seen > _MAX_CELLS or _is_hidden(cell):
                continue
            is_header = is_header and cell.tag == "th"
            sources += 1
            _fill(cells, pending)
            content = _cell_text(cell)
            rowspan = _span(cell.get("rowspan"))
            for _ in range(_span(cell.get("colspan"))):
                if rowspan > 1:
                    pending[len(cells)] = (rowspan - 1, content)
                cells.append(content)
                cells_seen += 1
        hanging = _fill(cells, pending)
        if cells:
            yield Row(cells, is_header and sources > 0, is_whole=sources == 1 and not hanging)


def _fill(cells: list[str], pending: dict[int, tuple[int, str]]) -> bool:
    """Puts in the cells that hang down from rows above; whether there were any."""
    before = len(cells)
    while len(cells) in pending:
        left, content = pending[len(cells)]
        if left > 1:
            pending[len(cells)] = (left - 1, content)
        else:
            del pending[len(cells)]
        cells.append(content)
    return len(cells) > before


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
        if isinstance(node.tag, str) and not _is_left_out(node):
            if node.tag in BLOCKS:
                parts.append(" ")
            tail = [] if node is cell else [node.tail or ""]
            stack.extend(tail)
            stack.extend(reversed(list(node)))
            stack.append(node.text or "")
        elif node is not cell:
            stack.append(node.tail or "")
    return "".join(parts)
