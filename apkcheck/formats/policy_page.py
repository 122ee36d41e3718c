"""``apkcheck policy --format html``: a policy with the words marked that its claims rest on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from apkcheck.formats.highlighting import Line, Mark, Note, highlighted
from apkcheck.formats.listing import party_name, subject_name
from apkcheck.formats.pages import page_of
from apkcheck.model import Claim, ClaimKind, Document, Grade
from apkcheck.tables import Tables

_KINDS = (ClaimKind.PERMISSION, ClaimKind.DATA, ClaimKind.RECIPIENT, ClaimKind.STATEMENT)
_GRADES = tuple(Grade)
_PARTIES = 6
"""Parties of one subject that are listed."""


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """What a policy says of one permission, data type or recipient, in one row."""

    number: int
    name: str
    id: str | None
    grades: tuple[Grade, ...]
    parties: str
    places: tuple[tuple[Claim, int], ...]
    """Its claims with their lines, one for each line."""


@dataclass(frozen=True, slots=True)
class Group:
    """The subjects of one kind."""

    kind: ClaimKind
    title: str
    subjects: tuple[SubjectRow, ...]


def policy_page(
    documents: Sequence[Document], claims: Sequence[Claim], tables: Tables, lang: str
) -> str:
    """The page; the same bytes for the same claims."""
    page = _Page(documents, claims, tables, lang)
    return page_of("policy.html.j2", ("report.css",), None, {"page": page, "t": page.text})


class _Page:
    """What the template asks for."""

    def __init__(
        self, documents: Sequence[Document], claims: Sequence[Claim], tables: Tables, lang: str
    ) -> None:
        self.documents = documents
        self.claims = claims
        self.tables = tables
        self.lang = lang
        self.text: Callable[..., str] = lambda key, **values: tables.message(key, lang, **values)
        self._breaks = [_line_starts(document.text) for document in documents]
        self._numbers: dict[tuple[str, str], int] = {}
        self.groups = tuple(self._groups())

    @property
    def title(self) -> str:
        first = self.documents[0]
        return first.title or PurePath(first.path).name

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades that occur, for the key to the colours."""
        return tuple(g for g in _GRADES if any(claim.grade is g for claim in self.claims))

    def facts(self, document: Document) -> Iterator[tuple[str, str]]:
        """What a document says of itself, with labels."""
        yield self.text("label.document"), PurePath(document.path).name
        for name in ("title", "operator", "updated", "effective", "version", "contact"):
            value = getattr(document, name)
            if value:
                yield self.text(f"label.document-{name}"), value
        if document.copies > 1:
            yield self.text("label.document-copies"), str(document.copies)

    def lines(self, index: int) -> Iterator[Line]:
        """The lines of a document with its claims marked."""
        marks = [self._mark(claim) for claim in self.claims if claim.policy == index]
        return highlighted(self.documents[index].text, marks)

    def _mark(self, claim: Claim) -> Mark:
        number = self._numbers[claim.kind, claim.subject]
        note = Note(f"s{number}", str(number), f"g-{claim.grade}", self._says(claim))
        return Mark(
            claim.surface_start,
            claim.surface_end,
            claim.id,
            f"g-{claim.grade}",
            _GRADES.index(claim.grade),
            (note,),
        )

    def _says(self, claim: Claim) -> str:
        """A claim in one line."""
        parts = (
            self.text(f"kind.{claim.kind}"),
            subject_name(claim, self.tables, self.lang),
            party_name(claim.party, self.tables, self.lang),
            self.text(f"polarity.{claim.polarity}") + self.text(f"action.{claim.action}"),
            self.text(f"grade.{claim.grade}"),
        )
        return " · ".join(parts)

    def _groups(self) -> Iterator[Group]:
        for kind in _KINDS:
            subjects: dict[str, list[Claim]] = {}
            for claim in self.claims:
                if claim.kind is kind:
                    subjects.setdefault(claim.subject, []).append(claim)
            if subjects:
                rows = tuple(self._row(found) for found in subjects.values())
                yield Group(kind, self.text(f"kind.{kind}"), rows)

    def _row(self, claims: Sequence[Claim]) -> SubjectRow:
        first = claims[0]
        number = self._numbers.setdefault((first.kind, first.subject), len(self._numbers) + 1)
        parties = list(dict.fromkeys(party_name(c.party, self.tables, self.lang) for c in claims))
        more = f" +{len(parties) - _PARTIES}" if len(parties) > _PARTIES else ""
        places = {(c.policy, self._line(c)): c for c in reversed(claims)}
        return SubjectRow(
            number,
            subject_name(first, self.tables, self.lang),
            first.subject if first.kind in (ClaimKind.DATA, ClaimKind.PERMISSION) else None,
            tuple(g for g in _GRADES if any(claim.grade is g for claim in claims)),
            ", ".join(parties[:_PARTIES]) + more,
            tuple((claim, line) for (_, line), claim in sorted(places.items())),
        )

    def _line(self, claim: Claim) -> int:
        return bisect_right(self._breaks[claim.policy], claim.surface_start)


def _line_starts(text: str) -> list[int]:
    """Where each line of a text begins."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
