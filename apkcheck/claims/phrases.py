"""Phrases: the whole words that name data or a receiver in a statement, known to the tables or not.

A claim needs a data type; a policy also names what no table knows (设备环境信息). Here the grammar
decides: the objects of collecting and sharing, cut at the joints of enumerations, each with the
words before and behind that belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apkcheck.claims.lexicon import DATA, DATA_GUARDED, Token
from apkcheck.claims.reading import Region, Statement, is_background, is_general
from apkcheck.claims.sentences import Sentence
from apkcheck.model import Action, SectionRole
from apkcheck.tables import Vocabulary

_LEAD = 8
"""Longest words before a known word that belong to it (手机|通讯录信息), in characters."""
_LONGEST = 24
"""Longest phrase without a known word, in characters."""


_Span = tuple[int, int]
"""Start and end in a sentence's characters; the end is exclusive."""


class Phrase(NamedTuple):
    """The words for one thing, as a span of the document's text; the end is exclusive."""

    label: str
    """``data`` or ``receiver``."""
    start: int
    end: int
    known: bool
    """Of data: a word of the tables is in it, or it stands beside one in an enumeration."""
    statement: Statement | None
    """Of data: what is said about it."""
    role: SectionRole
    """What the part of the policy is for in which it stands."""
    listed: bool = False
    """Of data: it stands in a field or cell, without a sentence around it."""


class PhraseFinder:
    """Finds the phrases of sentences."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._joint = vocabulary.pattern("phrase-joint")
        self._stop = vocabulary.pattern("phrase-stop")
        self._tail = vocabulary.pattern("phrase-tail")
        self._head = vocabulary.pattern("phrase-head")
        self._beside = vocabulary.pattern("phrase-beside")
        self._receivers = vocabulary.pattern("receiver-lead")
        self._receiver_end = vocabulary.pattern("receiver-end")
        self._receiver_stop = vocabulary.pattern("receiver-stop")

    def find(
        self, sentence: Sentence, regions: Iterable[Region], role: SectionRole
    ) -> Iterator[Phrase]:
        """The phrases of what a sentence says is collected, used or shared, and with whom."""
        for region in regions:
            vague = region.statement.action is not Action.SHARE
            for start, end, known in self._data(sentence, region.start, region.end, vague=vague):
                place = sentence.dense.source_span(start, end)
                yield Phrase("data", *place, known, region.statement, role)
        for start, end in self._receiving(sentence):
            yield Phrase("receiver", *sentence.dense.source_span(start, end), True, None, role)

    def listed(
        self, sentence: Sentence, statement: Statement, role: SectionRole
    ) -> Iterator[Phrase]:
        """The phrases of a field or cell that holds nothing but data."""
        for start, end, known in self._data(sentence, sentence.start, sentence.end):
            place = sentence.dense.source_span(start, end)
            yield Phrase("data", *place, known, statement, role, listed=True)

    # -- data

    def _data(
        self, sentence: Sentence, start: int, end: int, *, vague: bool = False
    ) -> Iterator[tuple[int, int, bool]]:
        """The phrases of a stretch.

        Where data is collected (``vague``), 个人信息 names none: what it is, other sentences say.
        Where it is shared, it can be all that is said of what.
        """
        inside = [t for t in sentence.tokens if start <= t.start and t.end <= end]
        known = [t for t in inside if t.has(DATA, DATA_GUARDED)]
        background = [
            t
            for t in known
            if (vague and is_general(t)) or is_background(sentence, t, self._vocabulary)
        ]
        others = [t for t in inside if not t.has(DATA, DATA_GUARDED)]
        pieces = list(self._pieces(sentence, start, end, known))
        beside = self._besides(sentence, pieces, [t for t in known if t not in background])
        for first, last in pieces:
            words = [t for t in known if first <= t.start and t.end <= last]
            at = first
            for token in words:
                if token.start < at or token in background:
                    continue
                begin = self._extended(sentence, at, token, others)
                tail = self._tail.match(sentence.dense.chars, token.end, last)
                at = tail.end() if tail else token.end
                yield begin, at, True
            if not words and (first, last) in beside:
                yield (*beside[first, last], True)
            elif not words and (span := self._unknown(sentence, first, last)):
                yield (*span, False)

    def _besides(
        self, sentence: Sentence, pieces: list[_Span], known: list[Token]
    ) -> dict[_Span, _Span]:
        """卡号、有效期: what no table knows, beside data in an enumeration; piece by piece."""
        found: dict[_Span, _Span] = {}
        named = [any(p[0] <= t.start and t.end <= p[1] for t in known) for p in pieces]
        for order in (range(len(pieces)), reversed(range(len(pieces)))):
            before: int | None = None
            for at in order:
                piece = pieces[at]
                near = before is not None and self._enumerated(sentence, pieces[before], piece)
                if near and before is not None and named[before] and not named[at]:
                    name = self._named_beside(sentence, piece)
                    if name is not None:
                        found[piece], named[at] = name, True
                before = at
        return found

    def _enumerated(self, sentence: Sentence, one: _Span, other: _Span) -> bool:
        first, last = sorted((one, other))
        between = sentence.dense.chars[first[1] : last[0]]
        return between in self._vocabulary.forms("joint-beside")

    def _named_beside(self, sentence: Sentence, piece: _Span) -> _Span | None:
        """The noun that a piece is, without the words before that are no part of it."""
        chars, start = sentence.dense.chars, piece[0]
        while stop := self._stop.match(chars, start, piece[1]):
            start = stop.end()
        match = self._beside.match(chars[start : piece[1]])
        if match is None or self._stop.search(match[0]):
            return None
        end = start + match.end()
        spoken = any(
            start <= t.start < end and not t.has("party-category") for t in sentence.tokens
        )
        return None if spoken else (start, end)

    def _pieces(
        self, sentence: Sentence, start: int, end: int, words: list[Token]
    ) -> Iterator[tuple[int, int]]:
        """What stands between joints that are not inside a known word."""
        at = start
        for joint in self._joint.finditer(sentence.dense.chars, start, end):
            if any(t.start < joint.end() and joint.start() < t.end for t in words):
                continue
            if at < joint.start():
                yield at, joint.start()
            at = joint.end()
        if at < end:
            yield at, end

    def _extended(self, sentence: Sentence, start: int, token: Token, others: list[Token]) -> int:
        """Where the words that a known word ends begin: 手机|通讯录."""
        lead = sentence.dense.chars[start : token.start]
        stops = [m.end() for m in self._stop.finditer(lead)]
        verbs = [t.end - start for t in others if start < t.end <= token.start]
        begin = start + max((*stops, *verbs), default=0)
        return begin if token.start - begin <= _LEAD else token.start

    def _unknown(self, sentence: Sentence, start: int, end: int) -> tuple[int, int] | None:
        """A phrase that ends like the name of data: …信息, …记录."""
        chars = sentence.dense.chars
        heads = list(self._head.finditer(chars, start, end))
        if not heads:
            return None
        head = heads[-1]
        stops = [m.end() for m in self._stop.finditer(chars, start, head.end())]
        before = [at for at in stops if at < head.start()]
        begin = before[-1] if before else start
        if begin == head.start() or (head.start() in stops and len(before) > 1):
            earlier = [at for at in before if at < head.start() - 1]
            begin = earlier[-1] if earlier else start
        if not 2 < head.end() - begin <= _LONGEST:
            return None
        return begin, head.end()

    # -- receivers

    def _receiving(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """向…提供, 共享给…: the words for who is given to."""
        chars = sentence.dense.chars
        for lead in self._receivers.finditer(chars, sentence.start, sentence.end):
            stop = self._receiver_end.search(chars, lead.end(), sentence.end)
            end = stop.start() if stop else sentence.end
            for start, last in self._pieces(sentence, lead.end(), end, []):
                cuts = [m.end() for m in self._receiver_stop.finditer(chars, start, last)]
                begin = max((cut for cut in cuts if cut < last), default=start)
                if 1 < last - begin <= _LONGEST:
                    yield begin, last
