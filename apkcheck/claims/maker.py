"""Makes claims of what was read: each with its quote, its words, purposes, grade and platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apkcheck.claims.lexicon import DATA, DATA_GUARDED, Token
from apkcheck.claims.permissions import PermissionMention
from apkcheck.claims.reading import Mention, Statement
from apkcheck.claims.recipients import Recipient
from apkcheck.claims.sections import Outline
from apkcheck.claims.sentences import CONDITION_KINDS, LINK_KIND, Sentence
from apkcheck.model import (
    FIRST_PARTY,
    Action,
    Claim,
    ClaimKind,
    ConditionKind,
    Document,
    Grade,
    Platform,
    Polarity,
    SectionRole,
)
from apkcheck.tables import Tables

RESERVED_ROLES = frozenset({SectionRole.SECURITY, SectionRole.STORAGE})
"""Parts in which only a plain 收集 counts."""

_CONDITIONS = dict(
    zip(CONDITION_KINDS, (ConditionKind.USER_ACTION, ConditionKind.CONSENT), strict=True)
)
_DENIAL_REACH = 8
"""How near before a recipient's name a denial must stand to deny it, in characters."""


class _Condition(NamedTuple):
    """Words of a dense text that say when something is done."""

    kind: ConditionKind
    start: int
    end: int


class ClaimMaker:
    """Makes the claims of one document."""

    def __init__(self, document: Document, index: int, tables: Tables, outline: Outline) -> None:
        self._text = document.text
        self._index = index
        self._outline = outline
        self._tables = tables
        self._words = tables.en if document.language == "en" else tables.zh
        self._known_purposes: dict[str, tuple[str, ...]] = {}
        self._conditions_of: tuple[Sentence, tuple[_Condition, ...]] | None = None

    def data(
        self, part: Sentence, mentions: Iterable[Mention], role: SectionRole
    ) -> Iterator[Claim]:
        """What a sentence states about data."""
        for mention in mentions:
            statement = mention.statement
            if role in RESERVED_ROLES and statement.action is not Action.COLLECT:
                continue
            yield self.claim(
                part,
                ClaimKind.DATA,
                mention.data_type,
                mention.token,
                action=statement.action,
                polarity=statement.polarity,
                party=statement.party,
                grade=self._grade(mention.data_type, statement.polarity),
                role=role,
                open_list=_in_open_list(part, mention.token),
            )

    def _grade(self, data_type: str, polarity: Polarity) -> Grade:
        if polarity is not Polarity.ASSERTS:
            return Grade.DENIED
        umbrella = self._tables.data_types[data_type].kind == "umbrella"
        return Grade.UMBRELLA if umbrella else Grade.EXPLICIT

    def permission(self, mention: PermissionMention, part: Sentence, party: str) -> Claim:
        """A permission that a sentence names."""
        denied = mention.polarity is not Polarity.ASSERTS
        return self.claim(
            part,
            ClaimKind.PERMISSION,
            mention.permission,
            mention.token,
            action=Action.REQUEST,
            polarity=mention.polarity,
            party=party,
            grade=Grade.DENIED if denied else mention.grade,
        )

    def recipients(
        self, part: Sentence, found: tuple[Recipient, ...], ending: Statement | None
    ) -> Iterator[Claim]:
        """Whom a sentence names as recipients."""
        shares = _shares(part)
        handled = part.has("verb-share", "verb-collect", "verb-entrust")
        refused = part.has_turn("refusal")
        for recipient in found:
            if recipient.named or (handled and not refused):
                action = Action.SHARE if shares else Action.COLLECT
                polarity = ending.polarity if ending and shares else _embedding(part, recipient)
                yield self.recipient(recipient, part, action, polarity)

    def recipient(
        self, recipient: Recipient, part: Sentence, action: Action, polarity: Polarity
    ) -> Claim:
        """One recipient."""
        token = Token(recipient.start, recipient.end, ())
        return self.claim(
            part,
            ClaimKind.RECIPIENT,
            recipient.id,
            token,
            action=action,
            polarity=polarity,
            party=recipient.id,
            grade=Grade.EXPLICIT if polarity is Polarity.ASSERTS else Grade.DENIED,
            named=recipient.named,
        )

    def linked_documents(self, part: Sentence) -> Iterator[Claim]:
        """《第三方SDK目录》: a list that the policy refers to and that is not in it."""
        if LINK_KIND not in part.possible:
            return
        for match in self._words.pattern(LINK_KIND).finditer(part.chars):
            token = Token(part.start + match.start(), part.start + match.end(), ())
            yield self.claim(part, ClaimKind.STATEMENT, "linked-document", token)

    def refusals(self, part: Sentence) -> Iterator[Claim]:
        """如您拒绝提供…, 将无法使用…: what refusing brings; it collects and denies nothing."""
        refused = next(iter(part.turns("refusal")), None)
        if refused and part.has_turn("consequence"):
            token = Token(refused.start, part.clause_end(refused.end - 1), ())
            yield self.claim(part, ClaimKind.STATEMENT, "refusal", token, action=Action.USE)

    def claim(
        self,
        part: Sentence,
        kind: ClaimKind,
        subject: str,
        token: Token,
        *,
        action: Action = Action.COLLECT,
        polarity: Polarity = Polarity.ASSERTS,
        party: str = FIRST_PARTY,
        grade: Grade = Grade.EXPLICIT,
        role: SectionRole | None = None,
        open_list: bool = False,
        named: bool = True,
    ) -> Claim:
        """A claim of any kind, with the sentence as its quote."""
        text = self._text
        start, end = part.dense.source_span(part.start, part.end)
        first, last = part.dense.source_span(token.start, token.end)
        condition = self._condition(part, token)
        return Claim(
            id="",
            kind=kind,
            subject=subject,
            surface=text[first:last],
            action=action,
            polarity=polarity,
            party=party,
            purposes=self.purposes(part),
            platform=self._platform(part, token),
            section_role=self._outline.role if role is None else role,
            grade=grade,
            policy=self._index,
            start=start,
            end=end,
            quote=text[start:end],
            open_list=open_list,
            named=named,
            surface_start=first,
            surface_end=last,
            condition=self._words_of(part, condition) if condition else None,
            condition_kind=condition.kind if condition else None,
        )

    def _words_of(self, part: Sentence, condition: _Condition) -> str:
        first, last = part.dense.source_span(condition.start, condition.end)
        return " ".join(self._text[first:last].split())

    def _condition(self, part: Sentence, token: Token) -> _Condition | None:
        """The condition nearest before the words, else the first behind them."""
        found = self._conditions(part)
        before = [c for c in found if c.start <= token.start]
        return before[-1] if before else next(iter(found), None)

    def _conditions(self, part: Sentence) -> tuple[_Condition, ...]:
        if self._conditions_of is None or self._conditions_of[0] is not part:
            refused = part.turns("refusal")
            found = [
                _Condition(ConditionKind.REFUSAL, t.start, part.clause_end(t.end - 1))
                for t in refused
            ]
            for name, kind in _CONDITIONS.items():
                if name not in part.possible:
                    continue
                pattern = self._words.pattern(name)
                for match in pattern.finditer(part.dense.chars, part.start, part.end):
                    if not any(t.start < match.end() and match.start() < t.end for t in refused):
                        found.append(_Condition(kind, *match.span()))
            self._conditions_of = part, tuple(sorted(found, key=lambda c: (c.start, c.end)))
        return self._conditions_of[1]

    def _platform(self, part: Sentence, token: Token) -> Platform:
        """The platform that the clause, the sentence, or else the heading speaks of."""
        platform = _platform(part, token) if part.marks else Platform.ANY
        return self._outline.platform if platform is Platform.ANY else platform

    def purposes(self, part: Sentence) -> tuple[str, ...]:
        """The purposes that a sentence names, sorted."""
        chars = part.chars
        if chars not in self._known_purposes:
            self._known_purposes[chars] = tuple(sorted(self._tables.purposes_named(chars)))
        return self._known_purposes[chars]


def _embedding(part: Sentence, recipient: Recipient) -> Polarity:
    """Denied where a denial stands near before the name (没有接入友盟+SDK, 不会向友盟提供…)."""
    clause = part.clause_start(recipient.start)
    before = [t for t in part.tokens if clause <= t.start < recipient.start]
    near = [t for t in before if recipient.start - t.end <= _DENIAL_REACH]
    other = any(t.has(DATA, DATA_GUARDED, "verb-collect", "refusal") for t in near)
    denied = any(t.has("denial") for t in near) and not other and not part.has_turn("refusal")
    return Polarity.DENIES if denied else Polarity.ASSERTS


def _shares(part: Sentence) -> bool:
    """Whether something is given away, and not to us (运营商会将您的手机号码发送给我们)."""
    return any(not part.turn_at("to-us", t.start - 6, t.end + 4) for t in part.words("verb-share"))


def _platform(part: Sentence, token: Token) -> Platform:
    """The platform that the clause, or else the sentence, speaks of."""
    start, end = part.clause_start(token.start), part.clause_end(token.end)
    for first, last in ((start, end), (part.start, part.end)):
        inside = [t for t in part.marks if first <= t.start < last]
        ios = any(t.has("platform-ios") for t in inside)
        android = any(t.has("platform-android") for t in inside)
        if ios != android:
            return Platform.IOS if ios else Platform.ANDROID
    return Platform.ANY


def _in_open_list(part: Sentence, token: Token) -> bool:
    """等 behind the word, or 包括但不限于 before it, in the same enumeration."""
    if not part.marks:
        return False
    start = part.clause_start(token.start)
    end = part.clause_end(token.end)
    return any(
        (mark.start >= token.end and mark.has("open-list-end"))
        or (mark.end <= token.start and mark.has("open-list"))
        for mark in part.marks
        if start <= mark.start < end
    )
