"""Statements: what a policy says about no single permission, data type or recipient.

Who runs the app, how long data is kept, how consent is withdrawn: the sentences on which rules
about the policy itself rest. Each topic is a kind of word in the tables, ``statement-retention``;
its id is the subject of the claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from apkcheck.claims.lexicon import Token
from apkcheck.claims.maker import ClaimMaker
from apkcheck.claims.sections import Outline
from apkcheck.claims.sentences import STATEMENT_KINDS, Sentence
from apkcheck.model import Claim, ClaimKind, SectionRole
from apkcheck.tables import Vocabulary

ENOUGH = 5
"""Statements about one topic that are kept of a document: the first that say it."""

_CONTROLLER = "controller"
_INTRODUCTION = 3000
"""Characters at the beginning in which a company is the operator whatever the section."""
_OTHERS = frozenset(
    {
        SectionRole.COLLECTION,
        SectionRole.COOKIE,
        SectionRole.PERMISSION,
        SectionRole.SDK_LIST,
        SectionRole.SHARING,
    }
)
"""Parts in which companies are others than the operator."""


class StatementReader:
    """Finds the statements of one document, block by block."""

    def __init__(self, vocabulary: Vocabulary, make: ClaimMaker, outline: Outline) -> None:
        self._vocabulary = vocabulary
        self._wanted = set(vocabulary.kinds(STATEMENT_KINDS))
        """The kinds still looked for."""
        self._make = make
        self._outline = outline
        self._found: Counter[str] = Counter()

    def read(self, parts: Iterable[Sentence]) -> Iterator[Claim]:
        """The statements of a block, at most one of each topic for a sentence."""
        for part in parts:
            for kind in sorted(self._wanted & part.possible):
                topic = kind.removeprefix(STATEMENT_KINDS)
                pattern = self._vocabulary.pattern(kind)
                match = pattern.search(part.dense.chars, part.start, part.end)
                if match and match.end() > match.start() and self._may(topic, part):
                    self._count(kind)
                    token = Token(match.start(), match.end(), ())
                    yield self._make.claim(part, ClaimKind.STATEMENT, topic, token)

    def _count(self, kind: str) -> None:
        self._found[kind] += 1
        if self._found[kind] == ENOUGH:
            self._wanted.remove(kind)

    def _may(self, topic: str, part: Sentence) -> bool:
        """Whether a sentence here can state a topic: companies are the operator only in places."""
        if topic != _CONTROLLER or self._outline.role not in _OTHERS:
            return True
        return part.dense.offsets[part.start] < _INTRODUCTION
