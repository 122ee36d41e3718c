"""What a document says of itself: title, dates, version, operator, contact, language, copies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apkcheck.model import Block
from apkcheck.tables import Vocabulary
from apkcheck.text import LABEL_LEAD, Dense, densify, fold

_CHINESE = re.compile("[" + "\u4e00" + "-" + "\u9fff" + "]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d{4}|\d{1,2}")
"""In dates, also with the brackets that templates leave: 【2021】年【11】月【1】日."""
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_ABBREVIATED = 3
_MONTH_NAME = re.compile("|".join(_MONTHS[at : at + 3] for at in range(0, len(_MONTHS), 3)))
_MONTHS_OF_YEAR, _LONGEST_MONTH = 12, 31
_TO_THE_MONTH = 2
"""Numbers in a date that names no day."""
_HEAD = 4_000
"""Characters at the beginning and the end in which dates are looked for."""
_TITLE_BLOCKS = 12
_TITLE_LENGTH = 40
_INTRODUCTION = 6_000
"""Characters at the beginning in which the operator is introduced."""
_SECTION = 1_500
"""Characters behind a heading in which a contact is looked for."""
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}", re.ASCII)
_PHONE = re.compile(
    r"(?<![\d.-])(?:(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8})"
    r"|[48]00[- ]?\d{3,4}[- ]?\d{3,4}|95\d{3,4}|10\d{3})(?![\d.])"
)
_SIGNATURE = 8
"""Blocks at the end in which the operator may sign."""
_NAME_LENGTH = 18
"""What is longer than most names of companies is looked through for words that lead to one."""
_LEAST_REPEATED = 24
"""Shortest block that says something if it comes again, folded: shorter ones are phrases."""
_COPY_SHARE = 0.25
"""Share of what a document says that comes again if it holds a second copy, perhaps of another
version. Measured on 117 policies: 0.89 and 0.39 in the two that do, at most 0.08 in all others."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself; see ``Document``."""

    title: str | None
    updated: str | None
    effective: str | None
    language: str
    operator: str | None
    contact: str | None
    version: str | None
    copies: int


def facts_of(text: str, blocks: tuple[Block, ...], vocabulary: Vocabulary) -> Facts:
    """Reads the facts; what a document does not say stays None."""
    lines = (*text[:_HEAD].splitlines(), *text[-_HEAD:].splitlines())
    head = "\n".join(fold(line) for line in lines)
    return Facts(
        title=_title(text, blocks, vocabulary),
        updated=_date("date-updated", head, vocabulary),
        effective=_date("date-effective", head, vocabulary),
        language=language_of(text),
        operator=_operator(text, blocks, vocabulary),
        contact=_contact(text, blocks, vocabulary),
        version=next(iter(vocabulary.names("version", head)), None),
        copies=_copies(text, blocks),
    )


def language_of(text: str) -> str:
    """``zh`` if at least a tenth of the letters are Chinese characters, else ``en``."""
    sample = text[:50_000]
    letters = sum(map(len, _LETTERS.findall(sample)))
    chinese = sum(map(len, _CHINESE.findall(sample)))
    return "zh" if chinese * 10 >= max(letters, 1) else "en"


def _title(text: str, blocks: tuple[Block, ...], vocabulary: Vocabulary) -> str | None:
    pattern = vocabulary.pattern("title")
    for block in blocks[:_TITLE_BLOCKS]:
        line = " ".join(text[block.start : block.end].split())
        if len(line) <= _TITLE_LENGTH and pattern.search(fold(line)):
            return line
    return None


def _date(kind: str, head: str, vocabulary: Vocabulary) -> str | None:
    dates = (_iso(found) for found in vocabulary.names(kind, head))
    return next((date for date in dates if date is not None), None)


def _iso(found: str) -> str | None:
    """A date as ISO 8601 writes it, to the day or, where none is said, to the month."""
    names = _MONTH_NAME.search(found)
    numbers = [int(number) for number in _NUMBER.findall(found)]
    if names:
        month = _MONTHS.index(names.group()) // _ABBREVIATED + 1
        numbers = [numbers[-1], month, *numbers[:-1]]
    year, month, day = (*numbers, 1)[:3]
    if not (1 <= month <= _MONTHS_OF_YEAR and 1 <= day <= _LONGEST_MONTH):
        return None
    return f"{year:04}-{month:02}" + (f"-{day:02}" if len(numbers) > _TO_THE_MONTH else "")


def _operator(text: str, blocks: Sequence[Block], vocabulary: Vocabulary) -> str | None:
    """The company that a document introduces as its own, as it is written there.

    Lists of SDKs introduce companies in the same words: reading ends before the first one.
    """
    group = vocabulary.pattern("party-category").search  # A group of companies is no name.
    end = min(_INTRODUCTION, next(_lists(text, blocks, vocabulary), _INTRODUCTION))
    for start, stop in ((0, end), *_sections(text, blocks, "heading-contact", vocabulary)):
        for block in blocks:
            if start <= block.start < stop:
                dense = densify(text, block.start, min(block.end, stop))
                own = vocabulary.before("sdk-word", dense.chars)
                found = [
                    name
                    for name in vocabulary.names("controller", dense.chars)
                    if name in own and not group(name)
                ]
                if found:
                    return _written(text, dense, found, vocabulary)
    return _signature(text, blocks, vocabulary)


def _lists(text: str, blocks: Sequence[Block], vocabulary: Vocabulary) -> Iterator[int]:
    """Where lists of SDKs begin: with the name of one, or under their heading with a company."""
    labels = vocabulary.forms("field-name")
    heading = vocabulary.pattern("heading-sdk-list")
    for block in blocks:
        folded = fold(text[block.start : block.end][:_TITLE_LENGTH])
        if block.kind == "heading" and heading.search(folded):
            labels |= vocabulary.forms("field-company")
        elif block.header or folded.partition(":")[0].lstrip(LABEL_LEAD) in labels:
            yield block.start


def _signature(text: str, blocks: Sequence[Block], vocabulary: Vocabulary) -> str | None:
    """The company whose name alone stands in one of the last lines."""
    for block in reversed(blocks[-_SIGNATURE:]):
        dense = densify(text, block.start, block.end)
        if vocabulary.pattern("company").fullmatch(dense.chars):
            return " ".join(text[block.start : block.end].split())
    return None


def _written(text: str, dense: Dense, found: Sequence[str], vocabulary: Vocabulary) -> str:
    """A company's name as it is written; of several readings that end alike the shortest."""
    name = min((other for other in found if found[0].endswith(other)), key=len)
    lead = vocabulary.pattern("company-lead").match(name) if len(name) > _NAME_LENGTH else None
    name = name[lead.end() :] if lead else name
    lead = vocabulary.pattern("controller-lead").match(name)
    name = name[lead.end() :] if lead else name
    first, last = dense.source_span(*_place(dense.chars, found[0], name))
    return " ".join(text[first:last].split()).lstrip(")） ")


def _place(chars: str, outer: str, inner: str) -> tuple[int, int]:
    end = chars.find(outer) + len(outer)
    return end - len(inner), end


def _contact(text: str, blocks: Sequence[Block], vocabulary: Vocabulary) -> str | None:
    """Where to turn to: in the part that is about it, else the last address or number."""
    parts = [text[a:b] for a, b in _sections(text, blocks, "heading-contact", vocabulary)]
    for part in (*reversed(parts), text):
        for pattern in (_MAIL, _PHONE):
            found = pattern.findall(part)
            if found:
                return str(found[0] if part is not text else found[-1])
    return None


def _sections(
    text: str, blocks: Sequence[Block], kind: str, vocabulary: Vocabulary
) -> Iterator[tuple[int, int]]:
    """The beginnings of the parts whose headings are of a kind."""
    pattern = vocabulary.pattern(kind)
    for block in blocks:
        if block.kind == "heading" and pattern.search(fold(text[block.start : block.end])):
            yield block.end, min(block.end + _SECTION, len(text))


def _copies(text: str, blocks: Sequence[Block]) -> int:
    """How often the whole document stands in the text: most of a copy's paragraphs come again."""
    seen: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    """Of all blocks that come for the first time, for the second time …, together."""
    for block in blocks:
        content = fold(text[block.start : block.end])
        if len(content) >= _LEAST_REPEATED:
            seen[content] += 1
            lengths[seen[content]] += len(content)
    copies = 1
    while lengths[copies + 1] > _COPY_SHARE * lengths[copies]:
        copies += 1
    return copies
