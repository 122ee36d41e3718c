"""Records in lists of SDKs: lines and table columns that say name, company, data and purpose."""

from __future__ import annotations

from dataclasses import dataclass

from apkcheck.claims.sentences import Sentence
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

_LABEL_LENGTH = 20
"""Longest label before the colon of a field, in characters."""


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled line of a record."""

    kind: str
    """``field-name``, ``field-company``, ``field-data`` …"""


class RecordReader:
    """Keeps in mind which SDK the fields of a list belong to."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._kinds = {
            form: kind for kind in vocabulary.kinds("field-") for form in vocabulary.forms(kind)
        }
        self.party: str | None = None
        self._from_name = False

    def close(self) -> None:
        """Ends the record: a heading came."""
        self.party, self._from_name = None, False

    def line(self, first: Sentence) -> Field | None:
        """The field that a block is, if it begins with a label of one and a colon."""
        colon = first.chars.find(":", 0, _LABEL_LENGTH)
        if colon <= 0:
            return None
        kind = self._kinds.get(first.chars[:colon].lstrip("0123456789.、-•·*()"))
        if kind == "field-name" or (kind == "field-company" and not self._from_name):
            self.close()
        return Field(kind) if kind else None

    def name(self, party: str, *, is_name: bool) -> None:
        """Notes who the record is about; the product's name wins over the company's."""
        if self.party is None or (is_name and not self._from_name):
            self.party, self._from_name = party, is_name

    def kind_of(self, header: str) -> str | None:
        """The field that a column's header names: exactly, else by its longest label inside."""
        folded = fold(header)
        if folded in self._kinds:
            return self._kinds[folded]
        inside = [form for form in self._kinds if form in folded and len(form) > 1]
        return self._kinds[max(inside, key=lambda f: (len(f), f))] if inside else None
