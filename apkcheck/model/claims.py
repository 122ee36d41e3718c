"""Policies: their text, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from apkcheck.model.kinds import (
    Action,
    ClaimKind,
    ConditionKind,
    Grade,
    Platform,
    Polarity,
    SectionRole,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row of a document, as a span of its text."""

    kind: str
    """``heading``, ``item``, ``paragraph`` or ``row``."""
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 for the highest; 0 otherwise."""
    header: tuple[str, ...] = ()
    """Of a row: the header cell above each of its cells; empty if the table has none."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a row: the span of each cell."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document as text; offsets are Unicode code points, ends exclusive."""

    path: str
    sha256: str
    """Of the file's bytes, in hexadecimal."""
    text: str
    text_kind: str
    """``file``: the decoded file itself; ``extracted``: what was read out of HTML and the like."""
    title: str | None
    updated: str | None
    """ISO date; without a day (``2023-05``) where the document names none."""
    effective: str | None
    """The same."""
    language: str
    """``zh`` or ``en``."""
    operator: str | None = None
    """The company that the document introduces as the app's own."""
    contact: str | None = None
    """An address of e-mail or a telephone number for questions."""
    version: str | None = None
    copies: int = 1
    """How often the whole policy stands in the document; 2 where a page holds two versions."""
    pictures: tuple[int, ...] = ()
    """Numbers of pages that are pictures and could not be read; a gap of the report."""
    blocks: tuple[Block, ...] = ()
    """Not in the JSON report: what is made of a report needs the text alone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a policy about one permission, data type or recipient."""

    id: str
    kind: ClaimKind
    subject: str
    """A permission's full name, a data type's id, an SDK's id, or a name as written."""
    surface: str
    """The words that name the subject."""
    action: Action
    polarity: Polarity
    party: str
    """``first-party``, an SDK's id, or a name as written."""
    purposes: tuple[str, ...]
    platform: Platform
    section_role: SectionRole
    grade: Grade
    policy: int
    """Index into the report's policies."""
    start: int
    end: int
    quote: str
    """``text[start:end]`` of the document: the sentence or list item that the claim rests on."""
    open_list: bool = False
    """The list that names the subject is left open (等, 包括但不限于)."""
    named: bool = True
    """Of a recipient: a name, not only a category (合作伙伴)."""
    surface_start: int = 0
    """Where the surface stands in the document, in code points."""
    surface_end: int = 0
    condition: str | None = None
    """The words that say when it is done (当您使用打车功能时, 经您同意后), or what is refused."""
    condition_kind: ConditionKind | None = None
