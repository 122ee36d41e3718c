"""The passage that a claim stands in, and whether it says what the thing is for.

A purpose may stand in the sentence itself, in another cell of a table's row or another line of an
SDK's record, in the introduction of the list, or in the heading. Where it cannot be told, a purpose
is taken for stated: rules about missing purposes would rather be silent.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from enum import Enum

from apkcheck.model import Block, Claim, ClaimKind, SectionRole
from apkcheck.rules.case import Case
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

DISCLOSING = frozenset(
    {
        SectionRole.COLLECTION,
        SectionRole.OTHER,
        SectionRole.PERMISSION,
        SectionRole.SDK_LIST,
        SectionRole.SHARING,
    }
)
"""Parts of a policy in which it tells what is collected, and what for."""

_SHORT = 24
"""Longest block that is only a title of what follows, in characters."""
_ENDS = (".", "。", ";", "!", "?")
_INTRODUCTION = 16
"""How many blocks an item may stand behind the introduction of its list."""
_LABEL = 20
"""Longest label before the colon of a record's field, in characters."""
_CLAUSE = re.compile(r"[,。;!?\n]|(?<=[^0-9])[.](?=\s|$)")
_CLAUSE_END = re.compile("[。;]")
_NUMBER = "0123456789.、-•·*() "
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORDS_OF_A_DESCRIPTION = 3
"""Han characters behind a permission's colon or in its bracket that say what it is for."""


class Told(Enum):
    """What a passage says of the purpose."""

    NOTHING = 0
    GENERIC = 1
    """Only that something is improved."""
    PURPOSE = 2


def purpose_told(case: Case, claim: Claim) -> Told:
    """What the passage of a claim says of the purpose."""
    passage = _Passage(case, claim)
    field = passage.purpose_field()
    if field:
        generic = _told_in(case, passage.words, field) is Told.GENERIC
        return Told.GENERIC if generic else Told.PURPOSE
    if field is not None:
        return _told_in(case, passage.words, quote_text(case, claim))
    told = passage.told_in_quote()
    if told is not Told.NOTHING:
        return told
    return passage.told_around()


def purposes_listed(case: Case, claim: Claim) -> frozenset[str]:
    """The purposes in the field for purposes of the row or record that a claim stands in."""
    return frozenset(case.tables.purposes_named(_Passage(case, claim).purpose_field() or ""))


def in_heading(case: Case, claim: Claim) -> bool:
    """Whether a claim stands in a heading, which states nothing by itself."""
    passage = _Passage(case, claim)
    return passage.blocks[passage.at].kind == "heading"


def purposes_told(case: Case, claim: Claim) -> frozenset[str]:
    """The purposes by whose words a passage says what the thing is for; empty if none is known."""
    passage = _Passage(case, claim)
    field = passage.purpose_field()
    return frozenset(case.tables.purposes_named(field or quote_text(case, claim)))


def passage_text(case: Case, claim: Claim) -> str:
    """The folded text of the block that a claim stands in, with the title or list above it."""
    return _Passage(case, claim).text()


def vocabulary_of(case: Case, claim: Claim) -> Vocabulary:
    """The words of the language of the document that a claim stands in."""
    return case.texts[claim.policy].words


def quote_text(case: Case, claim: Claim) -> str:
    """The claim's sentence as patterns are matched with."""
    return case.texts[claim.policy].part(claim.start, claim.end)


class _Passage:
    def __init__(self, case: Case, claim: Claim) -> None:
        self.case = case
        self.claim = claim
        self.document = case.texts[claim.policy]
        self.blocks = self.document.blocks
        self.words = self.document.words
        self.at = self.document.block_at(claim.start)

    def block(self, index: int) -> str:
        """The folded text of a block."""
        return self.document.block(index)

    def told_in_quote(self) -> Told:
        """What the claim's own sentence says."""
        if self._described():
            return Told.PURPOSE
        return _told_in(self.case, self.words, quote_text(self.case, self.claim))

    def told_around(self) -> Told:
        """What the block, the title that it is, or the list and heading above it say."""
        told = _told_in(self.case, self.words, self.text())
        if told is Told.NOTHING and self.case.tables.purposes_named(self._heading()):
            return Told.PURPOSE
        return told

    def text(self) -> str:
        """The block, what follows it if it is a title, and the introduction of its list."""
        own = self.block(self.at)
        parts = [own]
        if self._is_title() and self.at + 1 < len(self.blocks):
            parts.append(self.block(self.at + 1))
        parts.extend(self._introduction())
        return "\n".join(parts)

    def _is_title(self) -> bool:
        block = self.blocks[self.at]
        if block.kind == "heading":
            return True
        ended = self.block(self.at).rstrip().endswith(_ENDS)
        return block.end - block.start <= _SHORT and not ended

    def _introduction(self) -> Iterator[str]:
        for index in range(self.at - 1, max(-1, self.at - _INTRODUCTION), -1):
            if self.blocks[index].kind == "heading":
                return
            text = self.block(index).rstrip()
            if text.endswith(":"):
                yield text
                return

    def _heading(self) -> str:
        for index in range(self.at, -1, -1):
            if self.blocks[index].kind == "heading":
                return self.block(index)
        return ""

    def _described(self) -> bool:
        """Whether a permission is followed by its description: 相机权限（扫描商品条码）, 相机：…"""
        if self.claim.kind is not ClaimKind.PERMISSION:
            return False
        block = self.blocks[self.at]
        if block.kind == "row" and not block.header:
            return self._described_beside(block)
        behind = self.document.part(self.claim.surface_end, block.end)
        match = self.words.pattern("permission-description").match(behind)
        if match is None:
            return False
        description = _CLAUSE_END.split(behind[match.end() :])[0]
        return len(_HAN.findall(description)) >= _WORDS_OF_A_DESCRIPTION

    def _described_beside(self, block: Block) -> bool:
        """相机权限 | 扫描商品条码, in a row without a header: the next cell says what it is for."""
        behind = [cell for cell in block.cells if cell[0] >= self.claim.surface_end]
        description = self.document.part(*behind[0]) if behind else ""
        return len(_HAN.findall(description)) >= _WORDS_OF_A_DESCRIPTION

    # -- rows and records

    def purpose_field(self) -> str | None:
        """The folded field for purposes of a row or record; None if there is no such field."""
        block = self.blocks[self.at]
        if block.kind == "row":
            return self._purpose_cell(block)
        fields = list(self._record())
        told = [value for label, value in fields if self._is_purpose(label)]
        return self._content(told) if told else None

    def _purpose_cell(self, block: Block) -> str | None:
        cells = [
            self.document.part(start, end)
            for header, (start, end) in zip(block.header, block.cells, strict=False)
            if self._is_purpose(fold(header))
        ]
        return self._content(cells) if cells else None

    def _content(self, values: Iterable[str]) -> str:
        """What fields say; empty if they hold nothing but a dash or 无."""
        nothing = {"", *self.words.forms("value-nothing")}
        found = [value.strip(" -—/。.") for value in values]
        return "\n".join(value for value in found if value not in nothing)

    def _is_purpose(self, label: str) -> bool:
        forms = self.words.forms("field-purpose")
        return label in forms or any(form in label for form in forms if len(form) > 1)

    def _record(self) -> Iterator[tuple[str, str]]:
        """The lines of the record that the block is one of, as labels and values."""
        if self._field(self.at) is None:
            return
        first = self.at
        while first > 0 and self._field(first - 1) is not None:
            first -= 1
        separator = (self._field(first) or ("", ""))[0]
        start = self.at
        while start > first and (self._field(start) or ("", ""))[0] != separator:
            start -= 1
        for index in range(start, len(self.blocks)):
            field = self._field(index)
            if field is None or (index > start and field[0] == separator):
                return
            yield field

    def _field(self, index: int) -> tuple[str, str] | None:
        """The label and value of a line of a record; None if it is no such line."""
        if self.blocks[index].kind in ("heading", "row"):
            return None
        label, colon, value = self.block(index).partition(":")
        label = label.lstrip(_NUMBER)
        known = colon and len(label) <= _LABEL and label in _labels(self.words)
        return (label, value.strip()) if known else None


def _told_in(case: Case, words: Vocabulary, text: str) -> Told:
    """What the clauses of a text say of a purpose; the best of them counts."""
    told = Told.NOTHING
    for clause in _CLAUSE.split(text):
        purposes = case.tables.purposes_named(clause)
        if any(not case.tables.purposes[p].weak for p in purposes):
            return Told.PURPOSE
        if purposes:
            told = Told.GENERIC
        elif _marks(words).search(clause):
            return Told.PURPOSE
    return told


@functools.lru_cache(maxsize=8)
def _marks(words: Vocabulary) -> re.Pattern[str]:
    """What says that a purpose or an occasion is told, whatever it is."""
    return re.compile(
        f"{words.pattern('purpose-mark').pattern}|{words.pattern('purpose-scene').pattern}"
    )


@functools.lru_cache(maxsize=8)
def _labels(words: Vocabulary) -> frozenset[str]:
    return frozenset(form for kind in words.kinds("field-") for form in words.forms(kind))
