"""Spans of data and receivers in the documents of ``ca4p-dev/spans.jsonl``: for measuring only.

The documents are web pages turned to Markdown; its marks (``#``, ``**``, ``\\.``) are blanked out
before reading. Gold and found spans are split at 、 ， / and brackets. Exact: the same characters.
Overlap: at least one shared character with a gold span of the same label, one to one.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apkcheck.claims import read_phrases
from apkcheck.claims.phrases import Phrase
from apkcheck.model import Action, Polarity, SectionRole
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from benchmarks.evaluation.figures import Counts, line

LABELS = ("data", "receiver")
_MARK = re.compile(r"^\s*#+|\*\*|\\(?=[.\-+)])|^\s*\*(?=\s)", re.MULTILINE)
_PIECE = re.compile(r"[^、，,/()（）\[\]【】{}｛｝<>《》〈〉]+")

_BLANK = " \t\n*\u200b"

_UNMARKED = (SectionRole.COOKIE, SectionRole.SECURITY, SectionRole.STORAGE)

Span = tuple[int, int]


@dataclass
class _Text:
    """A document's sentences put together again, with the gold of each."""

    text: str = ""
    sentences: list[tuple[Span, dict[str, set[Span]]]] = field(default_factory=list)


def measure(corpora: Path, tables: Tables) -> Iterator[str]:
    """Exact and overlap F1 per label; the unit of the interval is a document."""
    exact: dict[str, list[Counts]] = {label: [] for label in LABELS}
    overlap: dict[str, list[Counts]] = {label: [] for label in LABELS}
    for document in _documents(corpora / "ca4p-dev" / "spans.jsonl"):
        found = found_spans(document.text, tables)
        for label in LABELS:
            pairs = list(_pairs(document, label, found[label]))
            exact[label].append(_sum(_exact(*pair) for pair in pairs))
            overlap[label].append(_sum(_overlap(*pair) for pair in pairs))
    for label in LABELS:
        yield line(f"{label} exact", exact[label])
        yield line(f"{label} overlap", overlap[label])


def found_spans(text: str, tables: Tables) -> dict[str, set[Span]]:
    """What the statements of a text name as data, and who receives it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.txt"
        path.write_text(text, "utf-8", newline="")
        phrases = read_phrases(read_policy(path, tables), tables)
    return {
        label: {
            piece
            for phrase in phrases
            if phrase.label == label and _is_marked(phrase)
            for piece in pieces(text, phrase.start, phrase.end)
        }
        for label in LABELS
    }


def _is_marked(phrase: Phrase) -> bool:
    """Whether the corpus marks such statements: of collecting and sharing, and no plain denials.

    Cells of tables it leaves out. Phrases without a known word are seldom marked: left out too.
    """
    if phrase.role in _UNMARKED or phrase.listed or not phrase.known:
        return False
    statement = phrase.statement
    return statement is None or (
        statement.action is not Action.USE and statement.polarity is not Polarity.DENIES
    )


def pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The parts of a span between 、 ， / and brackets, without blanks around."""
    for match in _PIECE.finditer(text, start, end):
        first, last = match.span()
        while first < last and text[first] in _BLANK:
            first += 1
        while last > first and text[last - 1] in _BLANK:
            last -= 1
        if first < last:
            yield first, last


def _documents(path: Path) -> Iterator[_Text]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        rows.setdefault(row["doc"], []).append(row)
    for document in rows.values():
        yield _document(document)


def _document(rows: list[dict[str, Any]]) -> _Text:
    """Sentences between which characters were left out stood in lines of their own."""
    whole, expected = _Text(), rows[0]["start"]
    for row in rows:
        if row["start"] != expected:
            whole.text += "\n"
        expected = row["start"] + len(row["sentence"])
        at = len(whole.text)
        whole.text += row["sentence"]
        gold: dict[str, set[Span]] = {label: set() for label in LABELS}
        for span in row["spans"]:
            if span["label"] in gold:
                gold[span["label"]].update(pieces(whole.text, at + span["start"], at + span["end"]))
        whole.sentences.append(((at, len(whole.text)), gold))
    whole.text = _MARK.sub(lambda mark: "\u200b" * len(mark.group()), whole.text)
    return whole


def _pairs(document: _Text, label: str, found: set[Span]) -> Iterator[tuple[set[Span], set[Span]]]:
    for (start, end), gold in document.sentences:
        yield gold[label], {span for span in found if start <= span[0] and span[1] <= end}


def _exact(gold: set[Span], found: set[Span]) -> Counts:
    right = len(gold & found)
    return Counts(right, len(found) - right, len(gold) - right)


def _overlap(gold: set[Span], found: set[Span]) -> Counts:
    free, right = sorted(found), 0
    for start, end in sorted(gold):
        met = next((span for span in free if span[0] < end and start < span[1]), None)
        if met is not None:
            free.remove(met)
            right += 1
    return Counts(right, len(found) - right, len(gold) - right)


def _sum(units: Iterable[Counts]) -> Counts:
    listed = list(units)
    return Counts(
        sum(u.right for u in listed), sum(u.extra for u in listed), sum(u.missing for u in listed)
    )
