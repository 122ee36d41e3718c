"""Reads one sentence from left to right: what is collected, shared or denied, and by whom.

A verb sets what the words after it are (collected, shared, denied); 用于 and its like turn to a
purpose, in which nothing is collected; a condition of refusal (如您拒绝…) silences the rest of its
sentence. Words before their verb (将手机号码共享给…) wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from apkcheck.claims.lexicon import DATA, DATA_GUARDED, Token
from apkcheck.claims.recipients import Recipient
from apkcheck.claims.sentences import Sentence, Turn
from apkcheck.model import FIRST_PARTY, Action, Polarity
from apkcheck.tables import Vocabulary

_VERBS = ("verb-collect", "verb-provide", "verb-share", "verb-use")
_PARTING = ("party-own", "party-user", "object-before", "denial", *_VERBS)
"""Words that no enumeration has inside."""
_USER_REACH = 6
"""How near 您 must stand before a verb to be its subject (您接收的短信), in characters."""
_JOINT_REACH = 6
"""Longest text between two words of one enumeration, in characters."""
_GUARD_REACH = 8
"""How near a verb of collecting must stand before a guarded word, in characters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the words after a verb are, while no other verb comes."""

    action: Action
    polarity: Polarity
    party: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A data type that a sentence states to be collected, used, shared or not."""

    token: Token
    data_type: str
    statement: Statement


@dataclass
class _Reader:
    sentence: Sentence
    recipients: tuple[Recipient, ...]
    statement: Statement | None
    """What a list's introduction or the sentence's last verb said."""
    context_party: str
    words: Vocabulary
    silent: bool = False
    weak_silence: bool = False
    in_purpose: bool = False
    party: str | None = None
    user_at: int = -1
    own_at: int = -1
    denial_at: int = -1
    object_at: int = -1
    purpose_at: int = -1
    waiting: list[Token] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def read(self) -> None:
        for _, step in sorted(self._events(), key=lambda event: event[0]):
            if isinstance(step, Turn):
                self._turn(step)
            elif isinstance(step, Recipient):
                self.party = step.id if step.named else self.party
            else:
                self._token(step)

    def _events(self) -> Iterator[tuple[tuple[int, int], Turn | Recipient | Token]]:
        for turn in self.sentence.turns:
            if turn.kind in ("refusal", "consequence"):
                yield (turn.start, 0), turn
        for recipient in self.recipients:
            yield (recipient.start, 1), recipient
        for token in self.sentence.tokens:
            yield (token.start, 2), token

    def _turn(self, turn: Turn) -> None:
        if turn.kind == "refusal":
            self.silent = True
        else:
            self.weak_silence = True
        self.waiting.clear()

    def _token(self, token: Token) -> None:
        if token.has("party-own"):
            self.party, self.own_at = FIRST_PARTY, token.end
            if self.purpose_at < self.sentence.clause_start(token.start):
                self.in_purpose = False
        elif token.has("party-user"):
            self.user_at = token.end
        elif token.has("denial"):
            self.denial_at = token.start
        elif token.has("object-before"):
            self.object_at = token.start
        elif token.has("purpose-mark"):
            self.in_purpose, self.purpose_at = True, token.start
        elif token.has(*_VERBS):
            self._verb(token)
        elif token.has(DATA, DATA_GUARDED):
            self._data(token)

    def _verb(self, token: Token) -> None:
        statement = self._statement(token)
        if statement is None or self.silent:
            return
        if self.weak_silence and not (token.has("verb-collect") and self.own_at >= 0):
            return
        self.weak_silence = False
        if self.in_purpose and not token.has("verb-collect", "verb-share"):
            return
        self.in_purpose = False
        self.statement = statement
        if self.waiting and (self.object_at >= 0 or self._is_passive(token)):
            for waiting in self.waiting:
                self._mention(waiting)
        self.waiting.clear()

    def _statement(self, token: Token) -> Statement | None:
        polarity = self._polarity(token)
        if token.has("verb-share") or self._gives_away(token):
            if self.sentence.turn_at("to-us", token.start - 6, token.end + 4):
                return Statement(Action.COLLECT, polarity, FIRST_PARTY)
            return Statement(Action.SHARE, polarity, self._sharing_party(token))
        if token.has("verb-collect"):
            if self._done_by_user(token):
                return None
            return Statement(Action.COLLECT, polarity, self._collector())
        if token.has("verb-provide"):
            return self._provided(token, polarity)
        if self.statement is None and self._done_by_own(token):
            return Statement(Action.USE, polarity, FIRST_PARTY)
        return None

    def _provided(self, token: Token, polarity: Polarity) -> Statement | None:
        """What the user hands over is collected; what we provide to the user is not."""
        if self.sentence.turn_at("for-user", token.start, token.end):
            return None
        if self.sentence.turn_at("to-us", token.start, token.end):
            return Statement(Action.COLLECT, Polarity.ASSERTS, FIRST_PARTY)
        if self.user_at > self.own_at and polarity is Polarity.ASSERTS:
            return Statement(Action.COLLECT, polarity, FIRST_PARTY)
        return None

    def _gives_away(self, token: Token) -> bool:
        """提供给…, 向某公司提供, 向他人提供."""
        if not token.has("verb-provide"):
            return False
        if self.sentence.turn_at("to-others", token.start, token.end):
            return True
        clause = self.sentence.clause_start(token.start)
        before = self.sentence.dense.chars
        return any(
            clause < r.start < token.start and before[r.start - 1] in self.words.forms("give-to")
            for r in self.recipients
        )

    def _done_by_own(self, token: Token) -> bool:
        """我们可能使用…, and not 您在我们的产品中使用…"""
        clause = self.sentence.clause_start(token.start)
        return self.own_at > clause and self.user_at < clause and not self._uses_other(token)

    def _uses_other(self, token: Token) -> bool:
        """我们使用了友盟: what is used is an SDK, and the data after it is not ours to use."""
        return any(r.named and 0 <= r.start - token.end <= _USER_REACH for r in self.recipients)

    def _done_by_user(self, token: Token) -> bool:
        """您接收的短信: the user is the one who receives."""
        clause = self.sentence.clause_start(token.start)
        near = self.user_at > clause and token.start - self.user_at <= _USER_REACH
        ours = self.own_at > clause
        return near and not ours and not self._after_recipient(token) and not self._apart(token)

    def _apart(self, token: Token) -> bool:
        """经您同意后收集, 您使用时收集: the user does something else, the verb is not theirs."""
        between = self.sentence.dense.chars[self.user_at : token.start]
        return self.words.pattern("circumstance").search(between) is not None

    def _sharing_party(self, token: Token) -> str:
        """The named recipient nearest to the verb, before it or right after (提供给友盟)."""
        near = [r for r in self.recipients if r.named]
        if not near:
            return FIRST_PARTY
        return min(near, key=lambda r: min(abs(r.end - token.start), abs(r.start - token.end))).id

    def _after_recipient(self, token: Token) -> bool:
        return any(r.named and r.end <= token.start for r in self.recipients)

    def _collector(self) -> str:
        return self.party or self.context_party

    def _polarity(self, token: Token) -> Polarity:
        clause = self.sentence.clause_start(token.start)
        if self.denial_at < clause:
            return Polarity.ASSERTS
        if self.sentence.has_turn("exception"):
            return Polarity.DENIES_WITH_EXCEPTION
        return Polarity.DENIES

    def _is_passive(self, token: Token) -> bool:
        """The words before the verb are its object: they stand in its own clause."""
        clause = self.sentence.clause_start(token.start)
        return token.has("verb-share") and any(w.start >= clause for w in self.waiting)

    def _data(self, token: Token) -> None:
        if self.silent or self.weak_silence:
            return
        if self.statement is None or self.in_purpose:
            self.waiting.append(token)
        else:
            self._mention(token)

    def _mention(self, token: Token) -> None:
        if self.statement is None:
            return
        certain = () if token.has("party-category") else token.ids(DATA)
        guarded = (*token.ids(DATA), *token.ids(DATA_GUARDED))
        data = certain or (guarded if self._guarded(token) else ())
        for data_type in data:
            self.mentions.append(Mention(token, data_type, self.statement))

    def _guarded(self, token: Token) -> bool:
        """A short word counts in an enumeration of data, or right after a verb of collecting."""
        tokens = self.sentence.tokens
        at = tokens.index(token)
        near = tokens[max(0, at - 3) : at + 4]
        before = [t for t in near if t.end <= token.start and t.has(DATA, DATA_GUARDED)]
        after = [t for t in near if t.start >= token.end and t.has(DATA, DATA_GUARDED)]
        if before and self._joined(before[-1], token, near):
            return True
        if after and self._joined(token, after[0], near):
            return True
        return any(
            t.has("verb-collect") and 0 <= token.start - t.end <= _GUARD_REACH
            for t in tokens[max(0, at - 3) : at]
        )

    def _joined(self, first: Token, second: Token, near: tuple[Token, ...]) -> bool:
        """Whether two words stand in one list: joined, and with no subject or verb between."""
        between = self.sentence.dense.chars[first.end : second.start]
        joints = self.words.forms("joint")
        return (
            0 < len(between) <= _JOINT_REACH
            and any(char in joints for char in between)
            and not any(t.has(*_PARTING) for t in near if first.end <= t.start < second.start)
        )


def read_sentence(
    sentence: Sentence,
    recipients: tuple[Recipient, ...],
    context: Statement | None,
    context_party: str,
    words: Vocabulary,
) -> tuple[tuple[Mention, ...], Statement | None]:
    """Reads one sentence.

    Args:
        sentence: The sentence.
        recipients: Whom it names.
        context: What the introduction of a list said, if the sentence is an item of it.
        context_party: Who is spoken of where the sentence names nobody.
        words: The words of the language.

    Returns:
        What it states, and the statement that stands at its end, for a list that follows.
    """
    reader = _Reader(sentence, recipients, context, context_party, words)
    reader.read()
    unique = {(m.token.start, m.data_type): m for m in reader.mentions}
    ending = None if reader.silent else reader.statement
    return tuple(unique.values()), ending
