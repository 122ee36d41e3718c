"""A policy's text as lines of a page, with the words that claims rest on marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from apkcheck.formats.inert import inert


@dataclass(frozen=True, slots=True)
class Note:
    """A link that stands behind a marked passage."""

    target: str
    """Fragment of the page that it leads to, without ``#``."""
    label: str
    tone: str
    """Class of its colour."""
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of the text that is to be marked."""

    start: int
    end: int
    """Exclusive, in code points."""
    id: str
    """Fragment by which it is reached."""
    tone: str
    """Class of its colour."""
    rank: int
    """Where passages overlap the lowest rank colours them."""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text."""

    number: int
    """From 1."""
    html: Markup


def highlighted(text: str, marks: Iterable[Mark]) -> Iterator[Line]:
    """The lines of a text that are not blank, escaped, with every mark and its notes.

    Marks may overlap and go over several lines: each is cut where another begins, where it ends
    and at the end of a line.
    """
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.id))
    cursor = _Cursor(ordered)
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        end = start + len(line)
        html = cursor.line(text, start, end)
        if line.strip():
            yield Line(number, html)
        start = end + 1


class _Cursor:
    """Goes through the text once, with the marks that are open at each place."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = marks
        self.next = 0
        self.open: list[Mark] = []

    def line(self, text: str, start: int, end: int) -> Markup:
        parts: list[str] = []
        at = start
        while True:
            parts.extend(self._begin(at))
            stop = self._stop(at, end)
            if stop > at:
                parts.append(self._passage(text[at:stop]))
            parts.extend(self._finish(stop, end))
            if stop >= end:
                return Markup("".join(parts))
            at = stop

    def _begin(self, at: int) -> Iterator[str]:
        while self.next < len(self.marks) and self.marks[self.next].start <= at:
            mark = self.marks[self.next]
            self.next += 1
            if mark.end > at:
                self.open.append(mark)
            yield Markup('<a class="anchor" id="{}"></a>').format(mark.id)

    def _stop(self, at: int, end: int) -> int:
        """Where the passage that begins at ``at`` ends: nothing changes before it."""
        ends = [mark.end for mark in self.open if mark.end > at]
        begins = [self.marks[self.next].start] if self.next < len(self.marks) else []
        return min([end, *ends, *(b for b in begins if b > at)])

    def _passage(self, text: str) -> str:
        shown = Markup.escape(inert(text))
        if not self.open:
            return shown
        tone = min(self.open, key=lambda mark: mark.rank).tone
        ids = " ".join(mark.id for mark in self.open)
        return Markup('<mark class="{}" data-claims="{}">{}</mark>').format(tone, ids, shown)

    def _finish(self, stop: int, end: int) -> Iterator[str]:
        """Notes of the marks that end here; one note for each target."""
        reach = stop + 1 if stop == end else stop  # a line feed at its end is no text of a mark
        done = [mark for mark in self.open if mark.end <= reach]
        self.open = [mark for mark in self.open if mark not in done]
        notes = {note.target: note for mark in done for note in mark.notes}
        for note in notes.values():
            yield Markup('<a class="ref {}" href="#{}" title="{}">{}</a>').format(
                note.tone, note.target, note.title, note.label
            )
