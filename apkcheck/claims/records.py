"""Records in lists of SDKs: lines and table columns that say name, company, data and purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from apkcheck.claims.sentences import Sentence
from apkcheck.tables import Vocabulary
from apkcheck.text import LABEL_LEAD, fold

_LABEL_LENGTH = 20
"""Longest label before the colon of a field, in characters."""


class Field(NamedTuple):
    """A labelled line of a record."""

    kind: str
    """``field-name``, ``field-company``, ``field-data`` …"""
    label: str
    """The label as it is compared."""
    value: int
    """Where, in the dense text, what stands behind the colon begins."""


class RecordReader:
    """Keeps in mind which SDK the fields of a list belong to."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._kinds = {
            form: kind for kind in vocabulary.kinds("field-") for form in vocabulary.forms(kind)
        }
        longest = sorted((f for f in self._kinds if len(f) > 1), key=lambda f: (-len(f), f))
        self._label = re.compile(f"(?:{'|'.join(map(re.escape, longest)) or '(?!)'}):")
        self.party: str | None = None
        self._from_name = False

    def fields(self, part: Sentence) -> Iterator[Sentence]:
        """A line of a record cut where its labels stand (SDK名称：…，收集信息：…)."""
        starts = [m.start() for m in self._label.finditer(part.dense.chars, part.start, part.end)]
        chars = part.dense.chars
        starts = [part.start, *(at for at in starts if chars[part.start : at].strip(LABEL_LEAD))]
        for start, end in zip(starts, [*starts[1:], part.end], strict=True):
            tokens = tuple(t for t in part.tokens if start <= t.start and t.end <= end)
            marks = tuple(t for t in part.marks if start <= t.start and t.end <= end)
            yield replace(part, start=start, end=end, tokens=tokens, marks=marks, known={})

    def close(self) -> None:
        """Ends the record: a heading came."""
        self.party, self._from_name = None, False

    def label_of(self, first: Sentence) -> Field | None:
        """The field that a text is, if it begins with a label of one and a colon."""
        colon = first.chars.find(":", 0, _LABEL_LENGTH)
        if colon <= 0:
            return None
        label = first.chars[:colon].lstrip(LABEL_LEAD)
        kind = self._kinds.get(label)
        return Field(kind, label, first.start + colon + 1) if kind else None

    def begins(self, first: Sentence) -> bool:
        """Whether a field begins a new record: the name of another product or company."""
        field = self.label_of(first)
        kind = field.kind if field else None
        return kind == "field-name" or (kind == "field-company" and not self._from_name)

    def line(self, first: Sentence) -> Field | None:
        """As ``label_of``; a record that it begins closes the one before."""
        if self.begins(first):
            self.close()
        return self.label_of(first)

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
