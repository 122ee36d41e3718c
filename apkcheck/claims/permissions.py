"""Permissions that a sentence names: by label (摄像头、麦克风权限), by access, or by constant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apkcheck.claims.lexicon import (
    DATA,
    DATA_GUARDED,
    LABEL,
    LABEL_NAME,
    PERMISSION,
    PERMISSION_NOUN,
    Token,
)
from apkcheck.claims.sentences import Sentence
from apkcheck.model import Grade, Polarity
from apkcheck.tables import Tables, Vocabulary

_REACH = 8
"""Characters allowed between a verb of access and the noun (访问您的手机通讯录)."""
_BRACKET = 24
"""Longest bracket between a noun and 权限, in characters."""
_LINK = 6
"""Characters allowed between two nouns of one enumeration (摄像头（相机）、手机存储)."""
_PREDICATES = ("verb-access", "verb-collect", "verb-use", "verb-share", "verb-provide", "denial")


class PermissionMention(NamedTuple):
    """A permission that a sentence names."""

    token: Token
    permission: str
    grade: Grade
    """``explicit``, or ``umbrella`` where the label may mean it but does not say."""
    polarity: Polarity


class PermissionFinder:
    """Finds the permissions of sentences."""

    def __init__(self, tables: Tables, vocabulary: Vocabulary) -> None:
        self._tables = tables
        self._suffix = vocabulary.pattern("permission-suffix")
        self._joints = tuple(sorted(vocabulary.forms("joint")))

    def find(self, sentence: Sentence) -> Iterator[PermissionMention]:
        """Yields the mentions in text order; a condition of refusal names nothing."""
        words = sentence.words(LABEL, LABEL_NAME, PERMISSION, PERMISSION_NOUN)
        if not words:
            return
        nouns = [t for t in words if t.has(LABEL, PERMISSION_NOUN)]
        named = self._followed(sentence, nouns)
        accessed = self._accessed_together(sentence, nouns)
        for token in words:
            if _in_refusal(sentence, token) or _in_consequence(sentence, token):
                continue
            if token.has(LABEL_NAME, PERMISSION) or (
                token in nouns and (token in named or token in accessed)
            ):
                yield from self._mentions(sentence, token, named)

    def named(self, sentence: Sentence) -> frozenset[int]:
        """Where words stand that the sentence names as permissions, not as data (位置权限)."""
        nouns = sentence.words(LABEL, PERMISSION_NOUN)
        if not nouns:
            return frozenset()
        return frozenset(token.start for token in self._followed(sentence, nouns))

    def has_suffix(self, sentence: Sentence) -> bool:
        """Whether the word 权限 stands in the sentence."""
        return self._suffix.search(sentence.chars) is not None

    def cell(self, sentence: Sentence) -> Iterator[PermissionMention]:
        """As ``find``, for a cell of a column of permissions: every noun names one."""
        for token in sentence.words(LABEL, LABEL_NAME, PERMISSION, PERMISSION_NOUN):
            yield from self._mentions(sentence, token, {token})

    def _mentions(
        self, sentence: Sentence, token: Token, named: set[Token]
    ) -> Iterator[PermissionMention]:
        grades: dict[str, Grade] = {}
        for name in token.ids(PERMISSION):
            grades[name] = Grade.EXPLICIT
        if token in named:
            for name in token.ids(PERMISSION_NOUN):
                grades[name] = Grade.EXPLICIT
        for label_id in (*token.ids(LABEL), *token.ids(LABEL_NAME)):
            label = self._tables.permission_labels[label_id]
            for name in label.covers:
                grades[name] = Grade.EXPLICIT
            for name in label.ambiguous:
                grades.setdefault(name, Grade.UMBRELLA)
        polarity = _polarity(sentence, token)
        for name in sorted(grades):
            yield PermissionMention(token, name, grades[name], polarity)

    def _followed(self, sentence: Sentence, nouns: Sequence[Token]) -> set[Token]:
        """Nouns before 权限, and those that an enumeration joins to one of them."""
        chars = sentence.dense.chars
        named: set[Token] = set()
        following: Token | None = None
        for token in reversed(nouns):
            direct = self._suffix.match(chars, token.end, sentence.end)
            linked = (
                following in named
                and following is not None
                and self._links(chars[token.end : following.start])
                and not _verb_between(sentence, token, following)
            )
            if direct or linked or self._closing(sentence, token):
                named.add(token)
            following = token
        return named

    def _closing(self, sentence: Sentence, token: Token) -> bool:
        """摄像头（相机）权限, CAMERA（相机）权限: a bracket or its end stands before 权限."""
        chars = sentence.dense.chars
        at = token.end
        if at < sentence.end and chars[at] in "(（":
            closing = min(
                (i for i in (chars.find(c, at, at + 24) for c in ")）") if i > 0), default=0
            )
            at = closing + 1 if closing else at
        elif at < sentence.end and chars[at] == ")":
            at += 1
        return at > token.end and self._suffix.match(chars, at, sentence.end) is not None

    def _accessed_together(self, sentence: Sentence, nouns: list[Token]) -> set[Token]:
        """访问您的照片或文件、麦克风: nouns behind a verb of access, and their list."""
        chars = sentence.dense.chars
        found: list[Token] = []
        for token in nouns:
            beside = (
                bool(found)
                and token.has(LABEL)
                and self._links(chars[found[-1].end : token.start])
                and not _verb_between(sentence, found[-1], token)
            )
            if beside or self._accessed(sentence, token):
                found.append(token)
        return set(found)

    def _accessed(self, sentence: Sentence, token: Token) -> bool:
        """A verb of access right before the noun, and no data word made of it (通讯录信息)."""
        if not token.has(LABEL):
            return False
        before = [t for t in sentence.words("verb-access") if t.end <= token.start]
        if not before or token.start - before[-1].end > _REACH:
            return False
        between = sentence.dense.chars[before[-1].end : token.start]
        others = any(
            before[-1].end <= t.start < token.start
            for t in sentence.words(DATA, DATA_GUARDED, "verb-provide", "verb-share", "verb-use")
        )
        return not others and not any(stop in between for stop in ",，:：。")

    def _links(self, between: str) -> bool:
        return 0 < len(between) <= _LINK and between.startswith(self._joints)


def _verb_between(sentence: Sentence, first: Token, second: Token) -> bool:
    """读取通话记录，也不申请通讯录权限: what a verb of its own follows is no part of the list."""
    return any(first.end <= t.start < second.start for t in sentence.words(*_PREDICATES))


def _in_refusal(sentence: Sentence, token: Token) -> bool:
    """Behind 如您拒绝 in the same clause; permissions asked for in later clauses count."""
    return any(
        turn.start <= token.start <= sentence.clause_end(turn.end)
        for turn in sentence.turns("refusal")
    )


def _in_consequence(sentence: Sentence, token: Token) -> bool:
    """不会影响您使用与位置权限无关的功能: nothing is asked for or denied there."""
    clause = sentence.clause_start(token.start)
    return any(
        clause <= t.start < token.start and sentence.turn_at("consequence", t.start, t.end)
        for t in sentence.words("denial")
    )


def _polarity(sentence: Sentence, token: Token) -> Polarity:
    """Denied only where a verb of access is: 我们不会申请通讯录权限."""
    clause = sentence.clause_start(token.start)
    denials = [t for t in sentence.words("denial") if clause <= t.start < token.start]
    if not denials:
        return Polarity.ASSERTS
    verbs = [
        t
        for t in sentence.words("verb-access", "verb-collect", "verb-use")
        if denials[-1].end <= t.start < token.start
    ]
    # A name may hold its own verb: 我们不会使用您的摄像头.
    within = token.has(LABEL_NAME) and denials[-1].end == token.start
    if not within and (not verbs or verbs[0].start - denials[-1].end > _REACH):
        return Polarity.ASSERTS
    return Polarity.DENIES_WITH_EXCEPTION if sentence.has_turn("exception") else Polarity.DENIES
