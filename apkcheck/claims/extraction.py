"""Documents to claims: walks blocks and sentences, keeps headings, lists and records in mind."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from apkcheck.claims.datasafety import form_claims, is_form
from apkcheck.claims.lexicon import DATA, DATA_GUARDED, LABEL, LABELS, Lexicon, Token
from apkcheck.claims.maker import RESERVED_ROLES, ClaimMaker
from apkcheck.claims.permissions import PermissionFinder
from apkcheck.claims.phrases import Phrase, PhraseFinder
from apkcheck.claims.reading import NOTHING, Mention, Reading, Region, Statement, read_sentence
from apkcheck.claims.recipients import Recipient, RecipientFinder
from apkcheck.claims.records import Field, RecordReader
from apkcheck.claims.sections import UNNUMBERED, Outline
from apkcheck.claims.sentences import TURN_KINDS, Sentence, sentences
from apkcheck.claims.statements import StatementReader
from apkcheck.model import (
    FIRST_PARTY,
    Action,
    Block,
    Claim,
    ClaimKind,
    Document,
    Grade,
    Polarity,
    SectionRole,
)
from apkcheck.tables import Tables, Vocabulary
from apkcheck.text import LABEL_LEAD, Dense, densify, fold

SILENT_ROLES = frozenset(
    {
        SectionRole.RIGHTS,
        SectionRole.EXEMPTION,
        SectionRole.CHANGE,
        SectionRole.CONTACT,
        SectionRole.MINORS,
    }
)
"""Parts that name data without collecting it."""

_HEAD_COLON = 30
"""Characters before the colon of an item that begins with the name of its data (性别：…)."""
_HEAD_END = re.compile("[:—–]|--")
"""What stands behind the name of a permission in a list: 麦克风——发送语音."""
_LIST = 2
"""Words of data that make a list behind the colon of such an item."""
_LIST_LEAD = 8
"""Characters before the first of them (例如您的)."""
_INTRODUCTION = 6000
"""Characters at the beginning of a policy in which its operator is introduced."""
_SENTENCE_END = re.compile("[。;；]")
_RUN_IN = re.compile(r"[^\s\w]*\w{1,4}[、.．)）]?\s*([^\s:：。；;，,]{4,30})(?=[\s:：。；;])")
"""Number and words of a heading that goes on in the same line."""
_SHORT = 80
"""Longest unnumbered paragraph that still belongs to the list before it, in characters."""


_PLACED = Statement(Action.USE, Polarity.ASSERTS, FIRST_PARTY)
"""What is said of cookies that are stored on a device."""
_NAMING = ("field-name", "field-company", None)
"""Columns that may name who a row is about, the surest first; None is one without a header."""


class _List(NamedTuple):
    """An open list: what its introduction said, and the rank of the block that it stands in."""

    level: int
    statement: Statement | None
    party: str
    exempt: bool
    permissions: bool
    """Whether the introduction speaks of permissions, so that items begin with their names."""


def extract_claims(documents: Iterable[Document], tables: Tables) -> tuple[Claim, ...]:
    """All claims of the documents in text order, with ids ``c1``, ``c2`` …"""
    found: list[Claim] = []
    for index, document in enumerate(documents):
        if is_form(document):
            claims = form_claims(document, index, tables)
        else:
            claims = _DocumentReader(document, index, tables).claims()
        first: dict[tuple[object, ...], Claim] = {}
        for claim in sorted(claims, key=lambda c: c.surface_start):
            first.setdefault(_statement_of(claim), claim)
        found.extend(first[key] for key in sorted(first))
    return tuple(replace(claim, id=f"c{n}") for n, claim in enumerate(found, 1))


def _statement_of(claim: Claim) -> tuple[object, ...]:
    """All that tells one claim from another, place first, in an order that is always the same.

    Where a sentence states the same in the same words twice, it is one claim.
    """
    return (
        claim.start,
        claim.end,
        claim.kind,
        claim.subject,
        claim.surface,
        claim.party,
        claim.action,
        claim.polarity,
        claim.grade,
        claim.platform,
        claim.section_role,
        claim.purposes,
        claim.open_list,
        claim.named,
        claim.condition or "",
    )


def read_phrases(document: Document, tables: Tables) -> tuple[Phrase, ...]:
    """The words for data and receivers in a document's statements, in text order, known or not."""
    reader = _DocumentReader(document, 0, tables)
    reader.finder = PhraseFinder(reader.words)
    for _ in reader.claims():
        pass
    return tuple(
        sorted(set(reader.phrases), key=lambda p: (p.start, p.end, p.label, str(p.statement)))
    )


@functools.lru_cache(maxsize=4)
def lexicon_of(tables: Tables, language: str) -> Lexicon:
    """The lexicon of the tables for a language; built once."""
    return Lexicon(tables, language)


def operators_of(document: Document, vocabulary: Vocabulary) -> frozenset[str]:
    """The names of the app's own operator, folded, as the document introduces it.

    A list of SDKs introduces companies in the same words (公司名称：…): reading ends before it, and
    passes over sentences on SDKs (友盟SDK，由…公司提供).
    """
    outline = Outline(vocabulary)
    names = vocabulary.forms("field-name")
    opening = itertools.takewhile(lambda b: b.start < _INTRODUCTION, document.blocks)
    texts = ((b, fold(document.text[b.start : b.end])) for b in opening)
    lists = (
        block.start
        for block, text in texts
        if text.partition(":")[0] in names
        or (block.kind == "heading" and outline.role_of(text) is SectionRole.SDK_LIST)
    )
    end = min(_INTRODUCTION, next(lists, _INTRODUCTION))
    spoken = _SENTENCE_END.split(fold(document.text[:end]))
    words = vocabulary.forms("sdk-word")
    told = (part for part in spoken if not any(word in part for word in words))
    own = frozenset(vocabulary.names("controller", "。".join(told)))
    return own | {fold(document.operator)} if document.operator else own


class _DocumentReader:
    """Reads one document from top to bottom."""

    def __init__(self, document: Document, index: int, tables: Tables) -> None:
        self.document = document
        self.tables = tables
        self.words = tables.en if document.language == "en" else tables.zh
        self.lexicon = lexicon_of(tables, document.language)
        self.recipients = RecipientFinder(tables, self.words, operators_of(document, self.words))
        self.permissions = PermissionFinder(tables, self.words)
        self.outline = Outline(self.words)
        self.records = RecordReader(self.words)
        self.make = ClaimMaker(document, index, tables, self.outline)
        self.statements = StatementReader(self.words, self.make, self.outline)
        self.list: _List | None = None
        self.finder: PhraseFinder | None = None
        """Only where phrases are asked for."""
        self.phrases: list[Phrase] = []
        self.goes_on = False
        """Whether a sentence of the block names what one before it spoke of."""
        self.record: list[Claim] = []
        """The claims of the record that is being read."""
        self.record_purposes: set[str] = set()
        self.record_uses = ""
        """What the record says of purposes, as it is compared."""
        self.plain: tuple[Dense, tuple[Token, ...]] | None = None
        """The block that was last read without compound labels."""

    def claims(self) -> Iterator[Claim]:
        for block in self.document.blocks:
            dense = densify(self.document.text, block.start, block.end)
            if not dense.chars:
                continue
            tokens = self.lexicon.tokens(dense)
            parts = tuple(sentences(dense, tokens, self.words))
            if block.kind in ("heading", "row") or not self._is_record(parts):
                yield from self._recorded()
            if block.kind == "heading" and not self._is_item(block, parts):
                yield from self._heading(block, parts)
            elif block.kind == "row":
                yield from self._row(block)
            else:
                yield from self._prose(block, parts)
            yield from self.statements.read(parts)
        yield from self._recorded()

    def _is_record(self, parts: tuple[Sentence, ...]) -> bool:
        return self.records.label_of(parts[0]) is not None

    def _is_item(self, block: Block, parts: tuple[Sentence, ...]) -> bool:
        """Whether what looks like a heading is an item of a list: 我们会收集以下信息： 1、IMEI."""
        if self.list is None or self.list.statement is None:
            return False
        above = self.outline.level if self.outline.level < UNNUMBERED else 0
        deeper = block.level > max(self.list.level, above)
        return deeper and _names_data(parts[0]) and self.outline.role_of(parts[0].chars) is None

    # -- headings

    def _heading(self, block: Block, parts: tuple[Sentence, ...]) -> Iterator[Claim]:
        self.list = None
        self.records.close()
        named = [r for p in parts for r in self._recipients(p) if r.named]
        party = named[0].id if named else None
        self.outline.enter(parts[0].dense.chars, block.level, party)
        if self.outline.role in SILENT_ROLES | {SectionRole.DEFINITION}:
            return
        if self.outline.role is SectionRole.PERMISSION:
            yield from self._permission_head(parts[0], FIRST_PARTY)
        for part in parts:
            for mention in self.permissions.find(part):
                yield self.make.permission(mention, part, FIRST_PARTY)
            for recipient in self._recipients(part):
                if recipient.named:
                    yield self.make.recipient(recipient, part, Action.COLLECT, Polarity.ASSERTS)

    # -- prose

    def _prose(self, block: Block, parts: tuple[Sentence, ...]) -> Iterator[Claim]:
        opened = self._open_list(block)
        self._run_in_heading(block)
        if self._is_record(parts) and self._role(parts[0], False) is not SectionRole.DEFINITION:
            yield from self._record_line(parts)
            return
        party = (opened.party if opened else None) or self.records.party or self.outline.party
        statement = opened.statement if opened else None
        exempt = bool(opened and opened.exempt)
        carried = opened is not None
        if (opened and opened.permissions) or self.outline.role is SectionRole.PERMISSION:
            yield from self._permission_head(parts[0], party or FIRST_PARTY)
        told = statement
        going_on = [self._goes_on(part) for part in parts]
        self.goes_on = any(going_on)
        for part, goes_on in zip(parts, going_on, strict=True):
            if goes_on:
                statement = told
            elif not carried and not part.chars.startswith("(") and not _by_platform(part):
                statement = None
            exempt = exempt or self._exempts(part)
            found = self._recipients(part)
            claims, statement, party = self._sentence(part, found, statement, party, exempt)
            yield from claims
            told = statement or told
            carried = not part.is_complete
        self._note_list(block, parts[-1], statement, party, exempt)

    def _permission_head(self, part: Sentence, party: str) -> Iterator[Claim]:
        """麦克风：用于语音聊天, in a list of permissions: what stands before the colon is one."""
        match = _HEAD_END.search(part.chars[:_HEAD_COLON])
        colon = match.start() if match else -1
        inside = tuple(t for t in part.tokens if t.end <= part.start + colon)
        if colon <= 0 or any(t.has("denial", "refusal", "party-user") for t in inside):
            return
        head = replace(part, end=part.start + colon, tokens=inside, known={})
        if head.has_turn("refusal"):
            return
        for mention in self.permissions.cell(head):
            yield self.make.permission(mention, part, party)

    def _goes_on(self, part: Sentence) -> bool:
        """这些信息可能包括：… names what an earlier sentence of the block spoke of."""
        return self.words.pattern("goes-on").match(part.chars) is not None

    def _exempts(self, part: Sentence) -> bool:
        """Whether consent is said not to be needed, and not only a part so called: “…的例外”."""
        turns = part.turns("exemption")
        if not turns:
            return False
        quoted = [m.span() for m in self.words.pattern("quoted").finditer(part.dense.chars)]
        return any(not any(start <= turn.start < end for start, end in quoted) for turn in turns)

    def _run_in_heading(self, block: Block) -> None:
        """Enters a heading that runs into its text: 二、信息收集：我们会…

        It must rank as the open heading or above it: items below it have heads of their own.
        """
        if not 0 < block.level <= self.outline.level < UNNUMBERED:
            return
        match = _RUN_IN.match(self.document.text, block.start, block.end)
        if match and self.outline.role_of(fold(match.group(1))) is not None:
            self.outline.enter(fold(match.group()), block.level, None)

    def _open_list(self, block: Block) -> _List | None:
        """The list that the block is an item of, if one is open; closes it otherwise."""
        if self.list is None:
            return None
        deeper = block.level > self.list.level
        loose = block.level == 0 and (
            block.end - block.start <= _SHORT or self._has_head(block, self.list)
        )
        if not deeper and not loose:
            self.list = None
        return self.list

    def _is_bare_name(self, part: Sentence) -> bool:
        """极光推送SDK（深圳某公司）, on a line of its own: what follows is about it."""
        spoken = ("verb-collect", "verb-share", "verb-use", "verb-provide", "denial", DATA)
        short = part.start == 0 and part.end == len(part.dense.chars) and part.end <= _SHORT
        return short and not part.is_complete and not part.has(*spoken)

    def _has_head(self, block: Block, above: _List) -> bool:
        """Whether a long paragraph is an item of what was said to follow: 支付服务：您的…"""
        head = self.document.text[block.start : block.start + _HEAD_COLON]
        return above.statement is not None and ":" in fold(head)

    def _note_list(
        self,
        block: Block,
        last: Sentence,
        statement: Statement | None,
        party: str | None,
        exempt: bool,
    ) -> None:
        """Remembers the introduction of a list: a block that ends with a colon."""
        introduces = last.chars.endswith(":")
        if party not in (None, FIRST_PARTY) and self._is_bare_name(last):
            self.list = self.list._replace(party=party) if self.list else None
        if introduces or (party not in (None, FIRST_PARTY) and self.list is None):
            kept = statement if introduces else None
            level = block.level or (self.list.level if self.list else 0)
            permissions = introduces and self.permissions.has_suffix(last)
            self.list = _List(level, kept, party or FIRST_PARTY, exempt and introduces, permissions)

    def _sentence(
        self,
        part: Sentence,
        found: tuple[Recipient, ...],
        statement: Statement | None,
        party: str | None,
        exempt: bool,
    ) -> tuple[list[Claim], Statement | None, str | None]:
        """Reads a sentence; gives its claims and the context for the sentence after it."""
        role = self._role(part, exempt)
        part = _without_names(part, found)
        if self.words.pattern("all-of-them").match(part.chars):
            party = None
        claims: list[Claim] = []
        if role is SectionRole.DEFINITION:
            return list(self._definitions(part)), None, party
        named = self.permissions.named(part)
        part = self._spelled_out(part, named)
        speaks = any(
            not self._is_relative(t, part) for t in part.words("verb-collect", "verb-share")
        )
        inherited = None if speaks else statement
        reading = self._reading(part, found, inherited, party or FIRST_PARTY)
        mentions, ending = self._for_all(part, found, reading.mentions), reading.ending
        leading = tuple(self._leading(part, mentions, role, party or FIRST_PARTY))
        regions = reading.regions
        if leading:
            regions = (*regions, Region(part.start, part.end, leading[0].statement))
        mentions = (*mentions, *leading, *self._placed(part, mentions, role))
        mentions = tuple(m for m in mentions if m.token.start not in named)
        if part.chars.endswith("?"):  # 会读取我的设备信息吗？ states nothing yet.
            mentions, ending = (), None
        if role not in SILENT_ROLES:
            if self.finder is not None:
                self.phrases.extend(self.finder.find(part, regions, role))
            claims.extend(self.make.data(part, mentions, role))
            owner = party if party and not _speaks_of_own(part) else FIRST_PARTY
            claims.extend(
                self.make.permission(m, part, self._permission_party(part, found, owner))
                for m in self.permissions.find(part)
            )
            claims.extend(self.make.recipients(part, found, ending))
            claims.extend(self.make.linked_documents(part))
            claims.extend(self.make.refusals(part))
        others = [r for r in found if r.named]
        if others:
            party = others[-1].id
        elif part.has("party-own"):
            party = None
        return claims, ending, party

    def _for_all(
        self, part: Sentence, found: tuple[Recipient, ...], mentions: tuple[Mention, ...]
    ) -> tuple[Mention, ...]:
        """甲SDK、乙SDK：收集OAID: what is said behind a list of SDKs is said of each of them."""
        listed = self._listed_first(part, found)
        if len(listed) < 2:
            return mentions
        own = [
            m
            for m in mentions
            if m.statement.party == listed[-1].id and m.token.start >= listed[-1].end
        ]
        others = dict.fromkeys(r.id for r in listed if r.id != listed[-1].id)
        return mentions + tuple(
            m._replace(statement=m.statement._replace(party=other)) for other in others for m in own
        )

    def _listed_first(self, part: Sentence, found: tuple[Recipient, ...]) -> list[Recipient]:
        """The SDKs that the sentence lists first; a company in a bracket is one of them."""
        listed: list[Recipient] = []
        for recipient in (r for r in found if r.named):
            between = part.dense.chars[listed[-1].end : recipient.start] if listed else "、"
            if not self.words.pattern("between-names").fullmatch(between):
                break
            listed.append(recipient)
        return listed

    def _reading(
        self, part: Sentence, found: tuple[Recipient, ...], inherited: Statement | None, party: str
    ) -> Reading:
        """What the sentence states; most name nothing, and are not read at all."""
        silent = part.is_complete and not (found or self.finder or self.goes_on)
        if silent and not part.has(DATA, DATA_GUARDED):
            return NOTHING
        return read_sentence(part, found, inherited, party, self.words, self.tables)

    def _is_relative(self, token: Token, part: Sentence) -> bool:
        """通过Cookie所获取的信息: which data is meant, and no verb of the sentence."""
        before = part.dense.chars[token.start - 1 : token.start]
        return before in self.words.forms("relative-lead")

    def _spelled_out(self, part: Sentence, named: frozenset[int]) -> Sentence:
        """The sentence with labels that name no permission in it read as the words in them."""
        chars = part.dense.chars
        names = part.words(*LABELS)
        labels = [t for t in names if self.lexicon.is_compound(chars[t.start : t.end])]
        if not labels:
            return part
        asked = named | {mention.token.start for mention in self.permissions.find(part)}
        tokens = list(part.tokens)
        for label in labels:
            if label.start not in asked:
                words = [t for t in self._plain_tokens(part.dense) if _overlap(t, label)]
                kept = [t for t in tokens if not any(_overlap(t, word) for word in words)]
                tokens = [t for t in kept if t is not label] + words
        return replace(part, tokens=tuple(sorted(tokens, key=lambda token: token.start)))

    def _plain_tokens(self, dense: Dense) -> tuple[Token, ...]:
        if self.plain is None or self.plain[0] is not dense:
            self.plain = dense, self.lexicon.tokens(dense, compounds=False)
        return self.plain[1]

    def _role(self, part: Sentence, exempt: bool) -> SectionRole:
        if exempt:
            return SectionRole.EXEMPTION
        if part.has(DATA) and part.has_turn("definition-mark"):
            return SectionRole.DEFINITION
        return self.outline.role

    def _definitions(self, part: Sentence) -> Iterator[Claim]:
        for token in part.tokens:
            for data_type in token.ids(DATA) or token.ids(DATA_GUARDED):
                yield self.make.claim(
                    part,
                    ClaimKind.DATA,
                    data_type,
                    token,
                    grade=Grade.DEFINITION_ONLY,
                    role=SectionRole.DEFINITION,
                )

    def _leading(
        self, part: Sentence, mentions: tuple[Mention, ...], role: SectionRole, party: str
    ) -> Iterator[Mention]:
        """Data that an item begins with, before a colon: 性别：您需要填写…"""
        if role in SILENT_ROLES | RESERVED_ROLES | {SectionRole.SHARING}:
            return
        colon = part.chars.find(":", 0, _HEAD_COLON)
        if colon <= 0 or part.start > 0:
            return
        taken = {m.token.start for m in mentions}
        statement = Statement(Action.COLLECT, Polarity.ASSERTS, party)
        for token in self._named_first(part, part.start + colon):
            if token.start not in taken:
                for data_type in token.ids(DATA):
                    yield Mention(token, data_type, statement)

    def _placed(
        self, part: Sentence, mentions: tuple[Mention, ...], role: SectionRole
    ) -> Iterator[Mention]:
        """我们会在您的设备上存储名为Cookie的文件: a part on cookies says that they are used."""
        if role is not SectionRole.COOKIE or any(t.has("denial") for t in part.tokens):
            return
        taken = {m.token.start for m in mentions}
        for token in part.tokens:
            before = part.dense.chars[part.clause_start(token.start) : token.start]
            if token.start not in taken and self.words.pattern("placing").search(before):
                for data_type in token.ids(DATA):
                    yield Mention(token, data_type, _PLACED)

    def _named_first(self, part: Sentence, colon: int) -> Iterator[Token]:
        """The words before the colon; and those after it, if nothing but a list follows."""
        spoken = ("verb-collect", "verb-share", "verb-provide", "verb-use", "denial", "party-user")
        told = part.words(*spoken)
        if any(t.end <= colon and t.has("verb-collect", "verb-share", "denial") for t in told):
            return
        named = [t for t in part.tokens if t.end <= colon]
        yield from named
        if not any(t.has(DATA) for t in named) and not self._labels_data(part, colon):
            return
        if not told and not part.has_turn(*TURN_KINDS):
            yield from (t for t in part.tokens if t.start > colon)
        else:
            yield from self._enumerated(part, colon)

    def _labels_data(self, part: Sentence, colon: int) -> bool:
        """信息：IMEI、OAID, below the name of an SDK; 设备：型号、OAID, in a part on collection."""
        label = part.dense.chars[part.start : colon].strip(LABEL_LEAD)
        if self.outline.party is not None and self.words.pattern("data-label").fullmatch(label):
            return True
        tokens = tuple(t for t in part.tokens if t.start > colon)
        listed = replace(part, start=colon + 1, tokens=tokens, known={})
        return self.outline.role is SectionRole.COLLECTION and _names_data(listed)

    def _enumerated(self, part: Sentence, colon: int) -> Iterator[Token]:
        """日志信息：例如登录日志、操作日志，以便…: the list right behind the colon."""
        chars = part.dense.chars
        ending = ("verb-collect", "verb-share", "verb-provide", "verb-use", "denial")
        ends = [t.start for t in part.tokens if t.has(*ending, "purpose-mark", "party-own")]
        ends += [
            t.start for t in part.tokens if t.has("party-user") and not self._possesses(t, part)
        ]
        ends += [turn.start for kind in TURN_KINDS for turn in part.turns(kind)]
        end = min((at for at in ends if at > colon), default=part.end)
        listed = [t for t in part.tokens if colon < t.start and t.end <= end and t.has(DATA)]
        if len(listed) >= _LIST and len(chars[colon + 1 : listed[0].start]) <= _LIST_LEAD:
            yield from (t for t in part.tokens if colon < t.start and t.end <= end)

    def _possesses(self, token: Token, part: Sentence) -> bool:
        possessive = self.words.pattern("possessive")
        return possessive.match(part.dense.chars, token.end, part.end) is not None

    # -- records and rows

    def _record_line(self, parts: tuple[Sentence, ...]) -> Iterator[Claim]:
        """A line of a list of SDKs: SDK名称：… 收集信息：…"""
        field: Field | None = None
        for part in itertools.chain.from_iterable(map(self.records.fields, parts)):
            if self.records.begins(part):
                yield from self._recorded()
            field = self.records.line(part) or field
            if field is not None:
                self.record.extend(self._record_field(field, part))

    def _recorded(self) -> Iterator[Claim]:
        """The claims of the record that ends here, each with the purposes that it names."""
        for claim in self.record:
            purposes = tuple(sorted({*claim.purposes, *self.record_purposes}))
            yield self._by_purpose(replace(claim, purposes=purposes), self.record_uses)
        self.record, self.record_purposes, self.record_uses = [], set(), ""

    def _by_purpose(self, claim: Claim, uses: str) -> Claim:
        """The claim of a brand alone (小米SDK): its vendor's SDK for what it is used for."""
        party = self.recipients.by_purpose(claim.party, uses)
        if party is None:
            return claim
        subject = party if claim.subject == claim.party else claim.subject
        return replace(claim, party=party, subject=subject)

    def _record_field(self, field: Field, part: Sentence) -> Iterator[Claim]:
        if field.kind in ("field-name", "field-company"):
            for recipient in self._named(part, field):
                named = self.records.party or self.outline.party
                known = self._of_product(recipient, named)
                self._name_record(known, field)
                yield self.make.recipient(known, part, Action.COLLECT, Polarity.ASSERTS)
            return
        if field.kind == "field-purpose":
            self.record_purposes.update(self.make.purposes(part))
            self.record_uses += part.chars
        party = self.records.party or (self.list.party if self.list else None) or self.outline.party
        yield from self._field(field.kind, (part,), party or FIRST_PARTY)

    def _named(self, part: Sentence, field: Field) -> tuple[Recipient, ...]:
        """Whom a field names: a name that no table knows counts as it is written."""
        found = tuple(r for r in self._recipients(part) if r.named)
        if found or field.kind != "field-name" or not self._is_of_others(field.label):
            return found
        whole = self.recipients.whole(part, self.document.text, field.value)
        return (whole,) if whole else ()

    def _is_of_others(self, label: str) -> bool:
        """Whether a label names third parties, by its words or by the part in which it stands."""
        listed = self.outline.role in (SectionRole.SDK_LIST, SectionRole.SHARING)
        return listed or any(word in label for word in self.words.forms("third-party-word"))

    def _of_product(self, recipient: Recipient, product: str | None) -> Recipient:
        """The company of a product that is named nearby: it is that product's, not any other's."""
        row = self.tables.sdks.get(product or "")
        if row is None or recipient.id in self.tables.sdks:
            return recipient
        names = {fold(name) for name in (row.vendor, *row.vendor_names)}
        return recipient._replace(id=row.id) if fold(recipient.id) in names else recipient

    def _name_record(self, recipient: Recipient, field: Field) -> None:
        """The product that a record or the heading over it names wins over the company."""
        is_name = field.kind == "field-name"
        if is_name or self.outline.party is None:
            self.records.name(recipient.id, is_name=is_name)

    def _field(self, kind: str, parts: Iterable[Sentence], party: str) -> Iterator[Claim]:
        for part in parts:
            if kind == "field-data":
                if self.finder is not None:
                    statement = Statement(Action.COLLECT, Polarity.ASSERTS, party)
                    self.phrases.extend(self.finder.listed(part, statement, self.outline.role))
                yield from self._listed(part, party)
            elif kind == "field-permission":
                for mention in self.permissions.cell(part):
                    yield self.make.permission(mention, part, party)

    def _listed(self, part: Sentence, party: str) -> Iterator[Claim]:
        statement = Statement(Action.COLLECT, Polarity.ASSERTS, party)
        for token in part.tokens:
            for data_type in token.ids(DATA) or token.ids(DATA_GUARDED):
                yield from self.make.data(
                    part, (Mention(token, data_type, statement),), self.outline.role
                )

    def _row(self, block: Block) -> Iterator[Claim]:
        """A table row: its cells are read by the headers above them."""
        if self.outline.role in SILENT_ROLES:
            return
        cells = [self._cell(start, end) for start, end in block.cells]
        kinds = [self.records.kind_of(h) for h in block.header] if block.header else []
        kinds += [None] * (len(cells) - len(kinds))
        recipients = [
            r
            for named in _NAMING
            for kind, parts in zip(kinds, cells, strict=False)
            if kind == named
            for part in parts
            for r in self._in_cell(part, kind)
        ]
        party = recipients[0].id if recipients else FIRST_PARTY
        said = [
            part
            for kind, parts in zip(kinds, cells, strict=False)
            if kind == "field-purpose"
            for part in parts
        ]
        purposes = {purpose for part in said for purpose in self.make.purposes(part)}
        uses = "".join(part.chars for part in said)
        for kind, parts in zip(kinds, cells, strict=False):
            for claim in self._of_cell(kind, parts, party, bool(recipients)):
                told = replace(claim, purposes=tuple(sorted({*claim.purposes, *purposes})))
                yield self._by_purpose(told, uses)

    def _of_cell(
        self, kind: str | None, parts: tuple[Sentence, ...], party: str, about_recipient: bool
    ) -> Iterator[Claim]:
        if kind in _NAMING:
            for part in parts:
                for recipient in self._in_cell(part, kind):
                    known = self._of_product(recipient, party)
                    yield self.make.recipient(known, part, Action.COLLECT, Polarity.ASSERTS)
        effective = kind or self._guess(parts, about_recipient)
        if effective:
            yield from self._field(effective, parts, party)

    def _in_cell(self, part: Sentence, kind: str | None) -> tuple[Recipient, ...]:
        """Whom a cell names; in a list of SDKs, a name that no table knows counts too."""
        found = tuple(r for r in self._recipients(part) if r.named)
        if found or kind != "field-name" or not self._is_of_others(""):
            return found
        whole = self.recipients.whole(part, self.document.text, part.start)
        return (whole,) if whole else ()

    def _guess(self, parts: tuple[Sentence, ...], about_recipient: bool) -> str | None:
        """What a cell without a known header holds."""
        if any(p.has(LABEL) for p in parts) and any(self.permissions.has_suffix(p) for p in parts):
            return "field-permission"
        if about_recipient or self.outline.role is SectionRole.COLLECTION:
            return "field-data"
        return None

    def _cell(self, start: int, end: int) -> tuple[Sentence, ...]:
        if start >= end:
            return ()
        dense = densify(self.document.text, start, end)
        return tuple(sentences(dense, self.lexicon.tokens(dense), self.words))

    def _recipients(self, part: Sentence) -> tuple[Recipient, ...]:
        return self.recipients.find(part, self.document.text)

    def _permission_party(self, part: Sentence, found: tuple[Recipient, ...], owner: str) -> str:
        named = [r for r in found if r.named]
        return named[0].id if named and not _speaks_of_own(part) else owner


def _by_platform(part: Sentence) -> bool:
    """安卓设备：A、B；iOS设备：C: lists by platform of what the sentence before speaks of."""
    colon = part.chars.find(":", 0, _HEAD_COLON)
    marks = [t for t in part.marks if t.has("platform-ios", "platform-android")]
    return colon > 0 and any(t.end <= part.start + colon for t in marks)


def _names_data(part: Sentence) -> bool:
    """Whether most of what is written is words of data: no function (分享信息) is named by them."""
    named = sum(t.end - t.start for t in part.words(DATA, DATA_GUARDED))
    return 2 * named > sum(char.isalnum() for char in part.chars)


def _without_names(part: Sentence, found: tuple[Recipient, ...]) -> Sentence:
    """The sentence without the words that are part of a company's name (有限公司 names no job)."""
    spans = [(r.start, r.end) for r in found if r.named]
    if not spans:
        return part
    inside = {
        token
        for token in part.tokens
        for start, end in spans
        if start <= token.start and token.end <= end and (start, end) != (token.start, token.end)
    }
    return replace(part, tokens=tuple(t for t in part.tokens if t not in inside))


def _overlap(one: Token, other: Token) -> bool:
    return one.start < other.end and other.start < one.end


def _speaks_of_own(part: Sentence) -> bool:
    return part.has("party-own")
