"""DOCX: paragraphs with their numbers, headings, tables, text boxes and notes.

The file is read with zipfile and lxml: only the parts that hold text are unpacked, within bounds,
and no entity, link or template of a document is ever followed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from apkcheck.errors import PolicyError
from apkcheck.model import Block
from apkcheck.policy.layout import Layout, Row
from apkcheck.policy.listnumbers import Level, ListNumbers
from apkcheck.tables import Vocabulary

BODY = "word/document.xml"
_STYLES = "word/styles.xml"
_NUMBERS = "word/numbering.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_MOST_UNPACKED = 64 * 1024 * 1024
"""Largest part that is unpacked, in bytes; a policy's text has some 2 MB of XML."""
_MOST_COLUMNS = 100
_MOST_CELLS = 200_000
_LEFT_OUT = frozenset(
    ["del", "moveFrom", "Fallback", "instrText", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr"]
)
"""Elements that show nothing, and the second copies that old programs read."""
_OWN_BLOCKS = frozenset(["p", "tbl", "txbxContent"])


def read_word(content: bytes, name: str, vocabulary: Vocabulary) -> tuple[str, tuple[Block, ...]]:
    """Gives the extracted text of a DOCX file and its blocks.

    Raises:
        PolicyError: if the file is damaged, protected by a password, or absurdly large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {part: _parsed(archive, part) for part in (BODY, _STYLES, _NUMBERS, *_NOTES)}
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, ValueError, OSError):
        raise _damaged(name) from None
    except (NotImplementedError, RuntimeError):  # Of zipfile: a method or password of its own.
        raise PolicyError(
            f"{name}: is a ZIP file that cannot be unpacked; save the policy again as DOCX"
        ) from None
    body = parts[BODY]
    if body is None:
        raise _damaged(name)
    document = _Document(Layout(vocabulary), _styles(parts[_STYLES]), _numbers(parts[_NUMBERS]))
    document.walk(body)
    for notes in filter(lambda part: part is not None, (parts[part] for part in _NOTES)):
        document.notes(notes)
    return document.layout.finish()


def _damaged(name: str) -> PolicyError:
    return PolicyError(f"{name}: is a damaged DOCX file; open it, and save the policy again")


def _parsed(archive: zipfile.ZipFile, part: str) -> Any:
    """The root of a part; None if the file has no such part."""
    try:
        entry = archive.getinfo(part)
    except KeyError:
        return None
    if entry.file_size > _MOST_UNPACKED:
        raise ValueError("larger than any text")
    with archive.open(entry) as file:
        xml = file.read(_MOST_UNPACKED + 1)
    if len(xml) > _MOST_UNPACKED:
        raise ValueError("larger than it says")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(xml, parser)


# -- names and attributes, whatever the namespace: strict and transitional files differ in it


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: Any, name: str = "val") -> str | None:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def _child(element: Any, *path: str) -> Any:
    """The first element along a path of names; None if there is none."""
    for name in path:
        if element is None:
            return None
        element = next((e for e in element if _name(e) == name), None)
    return element


def _is_on(element: Any, name: str) -> bool:
    """Whether a switch among properties is on (``<w:vanish/>``)."""
    switch = _child(element, name)
    return switch is not None and _value(switch) not in ("0", "false", "off")


def _number(element: Any, default: int = 0) -> int:
    value = None if element is None else _value(element)
    return int(value) if value and value.isdecimal() and len(value) < 6 else default


# -- styles and numbers


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph's style says of it."""

    rank: int = 0
    """Of a heading, 1 for the highest; 0 if it is none."""
    numbers: tuple[str, int] | None = None
    """The list and level that it is numbered by."""


def _styles(root: Any) -> dict[str, Style]:
    if root is None:
        return {}
    elements = {_value(e, "styleId") or "": e for e in root if _name(e) == "style"}
    return {key: _style(element, elements) for key, element in elements.items()}


def _style(element: Any, elements: dict[str, Any]) -> Style:
    """A style with what it inherits."""
    rank, numbers = 0, None
    for _ in range(12):
        properties = _child(element, "pPr")
        rank = rank or _rank(properties) or _named_rank(element)
        numbers = numbers or _numbered(properties)
        based_on = _child(element, "basedOn")
        element = elements.get(_value(based_on) or "") if based_on is not None else None
        if element is None:
            break
    return Style(rank, numbers)


def _named_rank(style: Any) -> int:
    """Built-in styles keep their English names in the file in every language."""
    name = (_value(_child(style, "name")) if _child(style, "name") is not None else "") or ""
    word, _, number = name.lower().partition(" ")
    if word == "title":
        return 1
    return int(number) if word == "heading" and number in tuple("123456789") else 0


def _rank(properties: Any) -> int:
    level = _child(properties, "outlineLvl")
    rank = _number(level, 9) + 1 if level is not None else 0
    return rank if rank < 10 else 0


def _numbered(properties: Any) -> tuple[str, int] | None:
    number = _child(properties, "numPr", "numId")
    if number is None:
        return None
    return _value(number) or "", _number(_child(properties, "numPr", "ilvl"))


def _numbers(root: Any) -> ListNumbers:
    if root is None:
        return ListNumbers({})
    abstract = {
        _value(e, "abstractNumId"): {
            int(_value(level, "ilvl") or 0): Level(
                _value(_child(level, "numFmt")) if _child(level, "numFmt") is not None else None,
                (_value(_child(level, "lvlText")) if _child(level, "lvlText") is not None else "")
                or "",
                _number(_child(level, "start"), 1),
            )
            for level in e
            if _name(level) == "lvl" and (_value(level, "ilvl") or "").isdecimal()
        }
        for e in root
        if _name(e) == "abstractNum"
    }
    lists = {
        _value(e, "numId") or "": abstract.get(_value(_child(e, "abstractNumId")), {})
        for e in root
        if _name(e) == "num" and _child(e, "abstractNumId") is not None
    }
    return ListNumbers(lists)


# -- the text


@dataclass
class _Document:
    layout: Layout
    styles: dict[str, Style]
    numbers: ListNumbers

    def walk(self, root: Any) -> None:
        """Gives paragraphs and tables to the layout in the order of the file."""
        stack = [root]
        while stack:
            element = stack.pop()
            name = _name(element)
            if name == "p":
                self.paragraph(element)
            elif name == "tbl":
                self.table(element)
            elif name not in _LEFT_OUT:
                stack.extend(reversed(element))

    def notes(self, root: Any) -> None:
        """Adds the notes at the end; separators are notes too, without text."""
        for note in root:
            for paragraph in note.iter("{*}p"):
                self.layout.line(_text(paragraph))

    def paragraph(self, element: Any) -> None:
        style, number = self._style(element)
        line = _text(element)
        if line.strip():
            mark = self.numbers.next(*number) if number else ""
            self.layout.line(f"{mark} {line}", rank=style.rank, is_item=number is not None)
        for box in _boxes(element):
            self.walk(box)

    def _style(self, element: Any) -> tuple[Style, tuple[str, int] | None]:
        properties = _child(element, "pPr")
        named = _child(properties, "pStyle")
        style = self.styles.get(_value(named) or "", Style()) if named is not None else Style()
        number = _numbered(properties) or style.numbers
        if number and number[0] == "0":  # A list that is taken away again.
            number = None
        return Style(_rank(properties) or style.rank, number), number

    def table(self, table: Any) -> None:
        if next(table.iterdescendants("{*}tbl"), None) is not None:
            for cell in table.iter("{*}tc"):  # A table that holds others only arranges them.
                if next(cell.iterancestors("{*}tbl"), None) is table:
                    self.walk(cell)
            return
        self.layout.table(list(_rows(table, self)))


def _text(paragraph: Any) -> str:
    """The text that a paragraph shows, without its text boxes."""
    parts: list[str] = []
    stack = [*reversed(paragraph)]
    while stack:
        element = stack.pop()
        name = _name(element)
        if name == "t":
            parts.append(element.text or "")
        elif name in ("tab", "br", "cr"):
            parts.append(" ")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif not (name in _LEFT_OUT or name in _OWN_BLOCKS or _is_hidden(element, name)):
            stack.extend(reversed(element))
    return "".join(parts)


def _is_hidden(element: Any, name: str) -> bool:
    return name == "r" and _is_on(_child(element, "rPr"), "vanish")


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph."""
    for box in paragraph.iter("{*}txbxContent"):
        ancestors = box.iterancestors()
        if not any(_name(a) in ("Fallback", "txbxContent") for a in ancestors):
            yield box


def _rows(table: Any, document: _Document) -> Iterator[Row]:
    """The rows of a table; a merged cell stands in every column and row that it covers."""
    above: dict[int, str] = {}
    seen = 0
    for tr in table.iter("{*}tr"):
        cells: list[str] = []
        sources = 0
        for tc in tr.iter("{*}tc"):
            properties = _child(tc, "tcPr")
            merge = _child(properties, "vMerge")
            goes_on = merge is not None and _value(merge) in (None, "continue")
            content = above.get(len(cells), "") if goes_on else _cell(tc, document)
            width = min(max(_number(_child(properties, "gridSpan"), 1), 1), _MOST_COLUMNS)
            sources += 1
            for _ in range(width):
                above[len(cells)] = content
                cells.append(content)
            seen += width
            if seen > _MOST_CELLS or len(cells) > _MOST_COLUMNS:
                break
        is_header = _is_on(_child(tr, "trPr"), "tblHeader")
        if cells:
            yield Row(cells, is_header, is_whole=sources == 1)
        if seen > _MOST_CELLS:
            return


def _cell(tc: Any, document: _Document) -> str:
    """The text of a cell: its paragraphs, with the numbers of those that have one."""
    lines = []
    for paragraph in tc.iter("{*}p"):
        _, number = document._style(paragraph)
        line = _text(paragraph)
        mark = document.numbers.next(*number) if number and line.strip() else ""
        lines.append(f"{mark}{line}")
    return " ".join(lines)
