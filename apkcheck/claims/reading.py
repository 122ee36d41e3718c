"""Reads one sentence from left to right: what is collected, shared or denied, and by whom.

A verb sets what the words after it are (collected, shared, denied); 用于 and its like turn to a
purpose, in which nothing is collected; a condition of refusal (如您拒绝…) silences the rest of its
sentence. Words before their verb (将手机号码共享给…) wait for it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from apkcheck.claims.lexicon import DATA, DATA_GUARDED, Token
from apkcheck.claims.recipients import Recipient
from apkcheck.claims.sentences import Sentence, Turn
from apkcheck.model import FIRST_PARTY, Action, Polarity
from apkcheck.tables import Tables, Vocabulary

_GIVING = ("verb-share", "verb-give")
_VERBS = ("verb-collect", "verb-provide", "verb-use", *_GIVING)
_HEADINGS = frozenset({"pi", "sensitive_pi", "basic"})
"""Types so general that a sentence often only speaks of them."""
_GIVEN = 4
"""Characters behind a verb of sharing in which users' own addressees begin (分享给好友)."""
_DENIAL_REACH = 60
"""How far a denial waits for its verb, in characters."""
_INSTANCES = 3
"""Words of data in a bracket that make it a list of what is collected."""
_WIDE = 2
"""Number of types above an umbrella up to which it is a wide one (设备信息, 设备识别码)."""
_RELATIVE_REACH = 12
"""How far before a general word a relative clause is looked for, in characters."""
_PARTING = ("party-own", "party-user", "object-before", "denial", *_VERBS)
"""Words that no enumeration has inside."""
_USER_REACH = 6
"""How near 您 must stand before a verb to be its subject (您接收的短信), in characters."""
_JOINT_REACH = 6
"""Longest text between two words of one enumeration, in characters."""
_GUARD_REACH = 8
"""How near a verb of collecting must stand before a guarded word, in characters."""


class Statement(NamedTuple):
    """What the words after a verb are, while no other verb comes."""

    action: Action
    polarity: Polarity
    party: str


class Mention(NamedTuple):
    """A data type that a sentence states to be collected, used, shared or not."""

    token: Token
    data_type: str
    statement: Statement


class Region(NamedTuple):
    """A stretch of a sentence that one statement governs: its objects stand there."""

    start: int
    end: int
    statement: Statement


class Reading(NamedTuple):
    """What one sentence states."""

    mentions: tuple[Mention, ...]
    ending: Statement | None
    """The statement that stands at the end, for a list that follows."""
    regions: tuple[Region, ...]
    """Where what is collected, used or shared is named, whether or not its words are known."""


NOTHING = Reading((), None, ())
"""What a sentence states that names nothing."""


_PARTS = (
    "party-own",
    "party-user",
    "object-before",
    "party-carrier",
    "denial",
    "purpose-mark",
    "verb-other",
    *_VERBS,
)
"""The parts that words play in a sentence; of a word's kinds the first one decides."""


@functools.cache
def _part_of(kinds: frozenset[str]) -> str | None:
    """The part that a word of these kinds plays; None if it plays none."""
    part = next((kind for kind in _PARTS if kind in kinds), None)
    return part or ("data" if kinds & {DATA, DATA_GUARDED} else None)


@dataclass
class _Reader:
    sentence: Sentence
    recipients: tuple[Recipient, ...]
    statement: Statement | None
    """What a list's introduction or the sentence's last verb said."""
    context_party: str
    words: Vocabulary
    tables: Tables
    silent: bool = False
    weak_silence: bool = False
    in_purpose: bool = False
    party: str | None = None
    user_at: int = -1
    own_at: int = -1
    denial_at: int = -1
    object_at: int = -1
    purpose_at: int = -1
    verb_at: int = -1
    mute_until: int = -1
    region_at: int = -1
    listed_for: str = FIRST_PARTY
    """Whose part of a list is being read (移动：…；电信：…)."""
    listed_until: int = -1
    waiting: list[Token] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)

    def read(self) -> None:
        self.region_at = self.sentence.start
        for (at, _), step in sorted(self._events(), key=lambda event: event[0]):
            if at < self.mute_until:
                continue
            if isinstance(step, Turn):
                self._turn(step)
            elif isinstance(step, Recipient):
                self._recipient(step)
            else:
                self._token(step)
        self._close(self.sentence.end)

    def _close(self, at: int) -> None:
        """Ends the stretch that the statement governs."""
        speaks = not (self.silent or self.weak_silence or self.in_purpose)
        if self.statement is not None and speaks and self.region_at < at:
            self.regions.append(Region(self.region_at, at, self.statement))
        self.region_at = at

    def _events(self) -> Iterator[tuple[tuple[int, int], Turn | Recipient | Token]]:
        for kind in ("refusal", "consequence", "protection", "aside"):
            for turn in self.sentence.turns(kind):
                yield (turn.start, 0), turn
        for recipient in self.recipients:
            yield (recipient.start, 1), recipient
        for token in self.sentence.tokens:
            if _part_of(token.kinds) is not None:
                yield (token.start, 2), token

    def _recipient(self, recipient: Recipient) -> None:
        if recipient.named:
            self.party = recipient.id
            self._own_list(recipient.id, recipient.end)

    def _is_place(self, token: Token) -> bool:
        """您在我们的产品中…: the user acts, and ours is only where."""
        possessive = self.words.pattern("possessive").match(
            self.sentence.dense.chars, token.end, self.sentence.end
        )
        return possessive is not None and self._user_acts(token)

    def _own_list(self, party: str, at: int) -> None:
        """移动：IMSI；电信：…: what stands behind a name and a colon is that party's."""
        chars, end = self.sentence.dense.chars, self.sentence.end
        if at < end and chars[at] == ":":
            self.listed_for = party
            stops = (chars.find(stop, at, end) for stop in ";)")
            self.listed_until = min((stop for stop in stops if stop >= 0), default=end)

    def _turn(self, turn: Turn) -> None:
        self._close(turn.start)
        if turn.kind in ("protection", "aside"):
            whole = turn.kind == "protection"
            end = self.sentence.clause_end(turn.end) if whole else turn.end
            self.mute_until = self.region_at = end
            return
        if turn.kind == "refusal":
            self.silent = True
        else:
            self.weak_silence = True
        self.waiting.clear()

    def _token(self, token: Token) -> None:
        match _part_of(token.kinds):
            case "party-own":
                self._own(token)
            case "party-user":
                self.user_at = token.end
            case "object-before":
                self.object_at = token.end
            case "party-carrier":
                self._own_list(self.sentence.dense.chars[token.start : token.end], token.end)
            case "denial":
                self._denial(token)
            case "purpose-mark":
                self._purpose(token)
            case "verb-other":
                self._other(token)
            case "data":
                self._data(token)
            case _:
                self._verb(token)

    def _own(self, token: Token) -> None:
        self.party = FIRST_PARTY
        apart = self.purpose_at < self.sentence.clause_start(token.start)
        if not self._is_place(token) and (apart or not self.in_purpose):
            self.own_at = token.end
        if apart:
            self._close(token.start)
            self.in_purpose = False

    def _other(self, token: Token) -> None:
        """使用…手段保护您的个人信息: what is protected or deleted is not what is used."""
        if self.statement is not None and self.statement.action is Action.USE:
            self._close(token.start)
            self.statement = None

    def _denial(self, token: Token) -> None:
        """不会将…提供给: what a denial turns against comes after it."""
        self.denial_at = token.start
        if token.end - token.start > 1 and self.verb_at < self.sentence.clause_start(token.start):
            self._close(token.start)
            self.statement = None

    def _purpose(self, token: Token) -> None:
        """用于, and 将…用于, which says that what stands between is used.

        您用于接入服务的设备 is what the user does, and no purpose of ours.
        """
        if 0 <= self.user_at == token.start:
            return
        self._close(token.start)
        clause = self.sentence.clause_start(token.start)
        if clause <= self.object_at and self.verb_at < self.object_at and not self.silent:
            used = Statement(Action.USE, self._polarity(token), self.party or self.context_party)
            self._take_object(token, used)
        self.in_purpose, self.purpose_at = True, token.start

    def _take_object(self, token: Token, statement: Statement) -> None:
        """将…用于, 将…提供给: the words before are the object."""
        passive = self._is_passive(token) or token.start - self.object_at <= 1
        for waiting in self.waiting:
            if passive or waiting.start >= self.object_at:
                self._mention(waiting, statement)
        self.waiting.clear()
        if self.sentence.clause_start(token.start) <= self.object_at < token.start:
            self.regions.append(Region(self.object_at, token.start, statement))

    def _verb(self, token: Token) -> None:
        if self._asks_consent(token) or self._is_relative(token) or self._is_question(token):
            return
        statement = self._statement(token)
        if statement is None or self.silent:
            return
        if self.weak_silence and not (token.has("verb-collect") and self.own_at >= 0):
            return
        if self.in_purpose and not (token.has("verb-collect", *_GIVING) or self._hands_over(token)):
            return
        self._close(token.start)
        self.weak_silence = self.in_purpose = False
        self.statement, self.region_at = statement, token.end
        if self.object_at >= 0 or self._is_passive(token):
            self._take_object(token, statement)
        elif self._takes_back(token):
            for waiting in self.waiting:
                self._mention(waiting, statement)
        self.waiting.clear()
        self.verb_at = token.start

    def _hands_over(self, token: Token) -> bool:
        """为了注册，您需要提供…: no longer the purpose, but what it takes."""
        clause = self.sentence.clause_start(token.start)
        also = self.words.pattern("also").fullmatch(self.sentence.dense.chars, clause, token.start)
        apart = self.purpose_at < clause and (clause <= self.user_at or also is not None)
        to_us = self.sentence.turn_at("to-us", token.start, token.end)
        return token.has("verb-provide") and (apart or bool(to_us))

    def _resumes(self, token: Token) -> bool:
        """收集头像用于注册，以及经您授权的好友关系: the list goes on behind its purpose."""
        clause = self.sentence.clause_start(token.start)
        chars = self.sentence.dense.chars
        again = self.words.pattern("again").fullmatch(chars, clause, token.start)
        return self.in_purpose and self.purpose_at < clause and again is not None

    def _asks_consent(self, token: Token) -> bool:
        """获取您的明示同意: what is got is no data."""
        chars = self.sentence.dense.chars
        match = self.words.pattern("consent-object").match(chars, token.end, self.sentence.end)
        return match is not None and token.has("verb-collect")

    def _is_question(self, token: Token) -> bool:
        """我们如何收集和使用…: says where to read of it, and not that it is done."""
        clause = self.sentence.clause_start(token.start)
        before = self.sentence.dense.chars[clause : token.start]
        return self.words.pattern("question").search(before) is not None

    def _takes_back(self, token: Token) -> bool:
        """您通过图片、语音互动，我们会收集上述信息: the object was named before."""
        chars = self.sentence.dense.chars
        match = self.words.pattern("said-before").match(chars, token.end, self.sentence.end)
        return match is not None and token.has("verb-collect")

    def _is_relative(self, token: Token) -> bool:
        """不会共享所收集的…: sharing is denied, not collecting; 不收集的… denies collecting."""
        if not token.has("verb-collect") or self._polarity(token) is Polarity.ASSERTS:
            return False
        chars = self.sentence.dense.chars
        relative = self.words.pattern("possessive").match(chars, token.end, self.sentence.end)
        return relative is not None and self.denial_at < max(self.verb_at, self.object_at)

    def _statement(self, token: Token) -> Statement | None:
        polarity = self._polarity(token)
        if token.has("verb-share") and (self._is_of_object(token) or self._shared_by_user(token)):
            return None
        if token.has("verb-share") or self._gives_away(token) or self._passes_on(token):
            if self.sentence.turn_at("to-us", token.start - 6, token.end + 4):
                return Statement(Action.COLLECT, polarity, FIRST_PARTY)
            return Statement(Action.SHARE, polarity, self._sharing_party(token))
        if token.has("verb-collect"):
            if self._done_by_user(token):
                return None
            return Statement(Action.COLLECT, polarity, self._category(token) or self._collector())
        if token.has("verb-provide"):
            return self._provided(token, polarity)
        if self.statement is None and self._done_by_own(token):
            return Statement(Action.USE, polarity, FIRST_PARTY)
        return self._reached(token, polarity)

    def _is_of_object(self, token: Token) -> bool:
        """获取您授权共享的账户信息: which data is got, and not that it is shared."""
        clause = self.sentence.clause_start(token.start)
        if self.statement is None or self.statement.action is not Action.COLLECT:
            return False
        possessive = self.words.pattern("possessive")
        relative = possessive.match(self.sentence.dense.chars, token.end, self.sentence.end)
        return relative is not None and clause <= self.verb_at

    def _shared_by_user(self, token: Token) -> bool:
        """您与他人共享注册账户: the user gives away, and not the app."""
        clause = self.sentence.clause_start(token.start)
        chars = self.sentence.dense.chars
        if not clause < self.user_at or self.own_at > clause or self.denial_at >= clause:
            return False
        if self.words.pattern("possessive").match(chars, self.user_at):
            return False
        given = self.words.pattern("user-gives").search(chars, self.user_at, token.end + _GIVEN)
        return given is not None and not self._apart(token)

    def _category(self, token: Token) -> str | None:
        """第三方SDK会收集…: third parties that are the verb's subject, as written."""
        chars = self.sentence.dense.chars
        clause = self.sentence.clause_start(token.start)
        for recipient in reversed(self.recipients):
            if recipient.named or not clause <= recipient.start < recipient.end <= token.start:
                continue
            between = chars[recipient.end : token.start]
            if not self.words.pattern("category-subject").fullmatch(between):
                return None
            return None if self._with_us(recipient) else recipient.id
        return None

    def _with_us(self, recipient: Recipient) -> bool:
        """我们及我们的合作伙伴会收集…: both do."""
        chars = self.sentence.dense.chars
        before = chars[self.sentence.clause_start(recipient.start) : recipient.start]
        return self.words.pattern("with-us").search(before) is not None

    def _reached(self, token: Token, polarity: Polarity) -> Statement | None:
        """我们使用了某SDK，需要访问您的…: access to what is the user's, by the SDK named before."""
        chars = self.sentence.dense.chars
        match = self.words.pattern("reach").match(chars, token.start, self.sentence.end)
        party = self._collector()
        if match is None or party == FIRST_PARTY or self._user_acts(token):
            return None
        return Statement(Action.COLLECT, polarity, party)

    def _provided(self, token: Token, polarity: Polarity) -> Statement | None:
        """What the user hands over is collected; what we provide to the user is not."""
        if self.sentence.turn_at("for-user", token.start, token.end):
            return None
        if self.sentence.turn_at("to-us", token.start, token.end):
            return Statement(Action.COLLECT, Polarity.ASSERTS, FIRST_PARTY)
        if self.user_at > self.own_at and polarity is Polarity.ASSERTS:
            return Statement(Action.COLLECT, polarity, FIRST_PARTY)
        if polarity is not Polarity.ASSERTS and not self._user_acts(token):
            return Statement(Action.COLLECT, polarity, self._collector())
        return None

    def _user_acts(self, token: Token) -> bool:
        """您不提供…: the user is the subject of the clause."""
        return self.sentence.clause_start(token.start) <= self.user_at <= token.start

    def _passes_on(self, token: Token) -> bool:
        """与合作伙伴分享, 向他人公开: a weak verb of giving, with somebody who is given to."""
        if not token.has("verb-give") or (self.user_at > self.own_at and self.denial_at < 0):
            return False
        clause = self.sentence.clause_start(token.start)
        before = self.sentence.dense.chars[clause : token.start]
        given = self.words.pattern("giving").search(before) is not None
        return given or clause <= self.denial_at < token.start or clause <= self.object_at

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
        near = self.user_at > self.own_at and token.start - self.user_at <= _USER_REACH
        user = near and not self._apart(token)
        return self.own_at > clause and not user and not self._uses_other(token)

    def _uses_other(self, token: Token) -> bool:
        """我们使用了友盟: what is used is an SDK, and the data after it is not ours to use."""
        return any(r.named and 0 <= r.start - token.end <= _USER_REACH for r in self.recipients)

    def _done_by_user(self, token: Token) -> bool:
        """您接收的短信: the user is the one who receives."""
        clause = self.sentence.clause_start(token.start)
        near = self.user_at > clause and token.start - self.user_at <= _USER_REACH
        ours = self.own_at > clause
        if self.words.pattern("possessive").match(self.sentence.dense.chars, self.user_at):
            return False
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
        if self.denial_at < clause and not self._denied_before(token):
            return Polarity.ASSERTS
        if self.sentence.has_turn("exception"):
            return Polarity.DENIES_WITH_EXCEPTION
        return Polarity.DENIES

    def _denied_before(self, token: Token) -> bool:
        """不会将…与广告、分析服务的…, 共享: a denial whose verb comes in a later clause."""
        heard = max(self.verb_at, self.own_at, self.user_at, self.purpose_at)
        near = self.denial_at >= 0 and token.start - self.denial_at <= _DENIAL_REACH
        return near and self.denial_at <= self.object_at and heard < self.object_at

    def _is_passive(self, token: Token) -> bool:
        """The words before the verb are its object: they stand in its own clause."""
        clause = self.sentence.clause_start(token.start)
        return token.has("verb-share") and any(w.start >= clause for w in self.waiting)

    def _data(self, token: Token) -> None:
        if self.silent or self.weak_silence:
            return
        if self.statement is not None and self._resumes(token):
            self.in_purpose, self.region_at = False, token.start
        if self.statement is not None and self.in_purpose and self._is_instance(token):
            self._mention(token, self.statement)
            return
        if self.statement is None or self.in_purpose or self._is_object(token):
            self.waiting.append(token)
        else:
            self._mention(token, self.statement)

    def _is_instance(self, token: Token) -> bool:
        """记录设备相关信息，可用于识别设备（例如设备型号、设备标识符）: instances."""
        chars = self.sentence.dense.chars
        opening = chars.rfind("(", self.sentence.start, token.start)
        closing = chars.find(")", max(opening, 0), self.sentence.end)
        if opening < 0 or closing < token.end:
            return False
        inside = [t for t in self.sentence.tokens if opening < t.start < closing and t.has(DATA)]
        listed = self.words.pattern("instances").match(chars, opening, self.sentence.end)
        return listed is not None and len(inside) >= _INSTANCES

    def _is_object(self, token: Token) -> bool:
        """Between 将 and its verb."""
        clause = self.sentence.clause_start(token.start)
        return self.object_at > max(self.verb_at, clause - 1)

    def _mention(self, token: Token, statement: Statement) -> None:
        if is_background(self.sentence, token, self.words):
            return
        if token.start < self.listed_until:
            statement = statement._replace(party=self.listed_for)
        certain = () if token.has("party-category") else token.ids(DATA)
        guarded = (*token.ids(DATA), *token.ids(DATA_GUARDED))
        data = certain or self._of_head(token) or (guarded if self._guarded(token) else ())
        for data_type in data:
            self.mentions.append(Mention(token, data_type, statement))

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
            t.has("verb-collect", *_GIVING, "object-before")
            and 0 <= token.start - t.end <= _GUARD_REACH
            for t in tokens[max(0, at - 3) : at]
        )

    def _joined(self, first: Token, second: Token, near: tuple[Token, ...]) -> bool:
        """Whether two words stand in one list: joined, and with no subject or verb between."""
        between = self.sentence.dense.chars[first.end : second.start]
        joints = self.words.forms("joint")
        return (
            0 < len(between) <= _JOINT_REACH
            and any(joint in between for joint in joints)
            and not any(t.has(*_PARTING) for t in near if first.end <= t.start < second.start)
        )

    def _of_head(self, token: Token) -> tuple[str, ...]:
        """WiFi信息（…、信号强度）: a short word in a bracket is part of what stands before it."""
        chars = self.sentence.dense.chars
        opening = chars.rfind("(", self.sentence.start, token.start)
        if opening < 0 or chars.find(")", opening, token.start) >= 0:
            return ()
        heads = [t for t in self.sentence.tokens if t.end == opening]
        types = [data_type for head in heads for data_type in head.ids(DATA)]
        if not types or any(self._is_wide(data_type) for data_type in types):
            return ()
        own = [t for t in token.ids(DATA_GUARDED) if {t, *self._above(t)} & set(types)]
        return tuple(own or types)

    def _is_wide(self, data_type: str) -> bool:
        """设备信息 and the like: much that belongs elsewhere is listed in a bracket behind it."""
        umbrella = self.tables.data_types[data_type].kind == "umbrella"
        return umbrella and len(tuple(self._above(data_type))) <= _WIDE

    def _above(self, data_type: str) -> Iterator[str]:
        parent = self.tables.data_types[data_type].parent
        if parent:
            yield parent
            yield from self._above(parent)


def _without_corrected(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """需要提供指纹，但我们并不收集指纹: what is taken back in the same sentence is not stated."""
    found = tuple(mentions)
    denied = {
        m.data_type: m.token.start
        for m in found
        if m.statement.action is Action.COLLECT and m.statement.polarity is Polarity.DENIES
    }
    for mention in found:
        collects = mention.statement.action is Action.COLLECT
        asserts = mention.statement.polarity is Polarity.ASSERTS
        if not (collects and asserts and mention.token.start < denied.get(mention.data_type, -1)):
            yield mention


def is_general(token: Token) -> bool:
    """个人信息: a word for nothing in particular."""
    return token.has(DATA) and _HEADINGS.issuperset(token.ids(DATA))


def is_background(sentence: Sentence, token: Token, words: Vocabulary) -> bool:
    """个人信息的安全, 收集的个人信息: a word so general is only what is spoken of."""
    if not is_general(token):
        return False
    chars = sentence.dense.chars
    if words.pattern("of-data").match(chars, token.end, sentence.end):
        return True
    before = chars[max(sentence.start, token.start - _RELATIVE_REACH) : token.start]
    return words.pattern("relative-clause").search(before) is not None


def read_sentence(
    sentence: Sentence,
    recipients: tuple[Recipient, ...],
    context: Statement | None,
    context_party: str,
    words: Vocabulary,
    tables: Tables,
) -> Reading:
    """Reads one sentence.

    Args:
        sentence: The sentence.
        recipients: Whom it names.
        context: What the introduction of a list said, if the sentence is an item of it.
        context_party: Who is spoken of where the sentence names nobody.
        words: The words of the language.
        tables: What data types are.

    Returns:
        What it states.
    """
    reader = _Reader(sentence, recipients, context, context_party, words, tables)
    reader.read()
    unique = {(m.token.start, m.data_type): m for m in _without_corrected(reader.mentions)}
    ending = None if reader.silent else reader.statement
    return Reading(tuple(unique.values()), ending, tuple(reader.regions))
