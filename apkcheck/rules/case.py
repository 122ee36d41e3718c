"""One app and its policy side by side, indexed the way rules ask."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from apkcheck.model import (
    FIRST_PARTY,
    LIBRARY_PREFIX,
    UNKNOWN_OWNER,
    Action,
    ApiCall,
    App,
    Claim,
    ClaimKind,
    Document,
    Doubt,
    Evidence,
    Grade,
    PermissionUse,
    Platform,
    Polarity,
    Reason,
    SdkUse,
    Severity,
    Strength,
    Subject,
)
from apkcheck.rules.texts import Text
from apkcheck.tables import Permission, Sdk, Tables
from apkcheck.text import fold

HEADINGS = frozenset({"pi", "sensitive_pi"})
"""个人信息 and 敏感个人信息 head a text; a claim about them covers no data type."""

BADNESS = {
    Grade.EXPLICIT: 0,
    Grade.UMBRELLA: 1,
    Grade.DEFINITION_ONLY: 2,
    Grade.LINKED_DOCUMENT_MISSING: 2,
    Grade.ABSENT: 3,
    Grade.DENIED: 4,
}
"""Which grade decides where several owners read the same data: the worst."""

CLIPBOARD = "clipboard"
"""Has a rule of its own and no other."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rule found; the profile adds title, clauses, confidence and remedy."""

    subject: Subject
    severity: Severity
    message: str
    """Key of the message catalogue."""
    values: dict[str, str] = field(default_factory=dict)
    grade: Grade | None = None
    strength: Strength | None = None
    evidence: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    doubts: frozenset[Doubt] = frozenset()
    """What makes it less sure; the profile says what follows."""
    reasons: tuple[Reason, ...] = ()
    """Why it may be fine all the same."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the policy discloses something, and the claims that this rests on."""

    grade: Grade
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """What rules are given. Everything in it is immutable; rules are pure functions of it."""

    app: App
    evidence: Evidence
    documents: tuple[Document, ...]
    claims: tuple[Claim, ...]
    tables: Tables
    lang: str
    profile: str = "cn"
    """Which rules and clauses apply: a key of ``tables.profiles``."""
    app_type: str | None = None
    """The app's type among the 39 of the regulation, if it was told."""

    @functools.cached_property
    def texts(self) -> tuple[Text, ...]:
        """The documents as patterns are matched with them."""
        english, chinese = self.tables.en, self.tables.zh
        return tuple(Text(d, english if d.language == "en" else chinese) for d in self.documents)

    @property
    def sdks_answer_apart(self) -> bool:
        """Whether the profile has SDKs named with what each collects; else the developer answers
        for all code of the app."""
        return "sdk-undisclosed" in self.tables.profiles.get(self.profile, {})

    def can_be_declared(self, data_type: str) -> bool:
        """Whether the documents have a place for a data type; a form has one only for some."""
        forms = [any(b.kind == "answer" for b in d.blocks) for d in self.documents]
        return not all(forms) or any(
            data_type in row.data_types for row in self.tables.data_safety.values()
        )

    # -- names

    def data_name(self, data_type: str) -> str:
        """What a reader of the report calls a data type."""
        return self.tables.data_name(data_type, self.lang)

    def data_names(self, data_types: Iterable[str]) -> str:
        """Several data types in one phrase, sorted by id."""
        return self.join(self.data_name(d) for d in sorted(data_types))

    def join(self, names: Iterable[str]) -> str:
        """Names in one phrase."""
        return ("、" if self.lang == "zh" else ", ").join(names)

    def permission_name(self, name: str) -> str:
        """The Chinese or English name of a permission, else its constant."""
        row = self.tables.permissions.get(name)
        if row is None:
            return name.rpartition(".")[2]
        return row.zh if self.lang == "zh" else row.en

    def owner_name(self, owner: str) -> str:
        """Who code belongs to, in words."""
        if owner in (FIRST_PARTY, UNKNOWN_OWNER):
            return self.tables.message(f"owner.{owner}", self.lang)
        row = self.tables.sdks.get(owner)
        return owner if row is None else row.name

    def readers_named(self, calls: Iterable[tuple[int, ApiCall]]) -> str:
        """Whose code calls, in words: a library is named with those whose code leads into it.

        Args:
            calls: Calls as ``calls_by_data`` gives them, with their index.
        """
        own: dict[str, None] = {}
        through: dict[str, dict[str, None]] = {}
        for index, call in calls:
            owner = self.evidence.api_calls[index].owner
            if owner.startswith(LIBRARY_PREFIX):
                library = self.tables.libraries.get(owner.removeprefix(LIBRARY_PREFIX))
                name = owner.removeprefix(LIBRARY_PREFIX) if library is None else library.name
                through.setdefault(name, {})[self.owner_name(call.owner)] = None
            else:
                own[self.owner_name(call.owner)] = None
        led = (
            self.tables.message("owner.library", self.lang, library=name, owners=self.join(owners))
            for name, owners in sorted(through.items())
        )
        return self.join([*sorted(own), *led])

    # -- claims

    @functools.cached_property
    def data_claims(self) -> dict[str, tuple[Claim, ...]]:
        """Claims about data that may speak of Android, by data type."""
        return self._by_subject(ClaimKind.DATA)

    @functools.cached_property
    def permission_claims(self) -> dict[str, tuple[Claim, ...]]:
        """Claims about permissions that may speak of Android, by permission."""
        return self._by_subject(ClaimKind.PERMISSION)

    @functools.cached_property
    def statement_claims(self) -> dict[str, tuple[Claim, ...]]:
        """Statements about the policy's own topics (retention, withdrawal …), by topic.

        The platform does not matter: rights and contacts under a heading on iOS hold for all.
        """
        found: dict[str, list[Claim]] = {}
        for claim in self.claims:
            if claim.kind is ClaimKind.STATEMENT:
                found.setdefault(claim.subject, []).append(claim)
        return {topic: tuple(claims) for topic, claims in found.items()}

    @functools.cached_property
    def recipient_claims(self) -> tuple[Claim, ...]:
        """Claims about recipients that may speak of Android; a building block is no recipient."""
        return tuple(
            c
            for c in self.claims
            if c.kind is ClaimKind.RECIPIENT
            and c.platform is not Platform.IOS
            and not c.subject.startswith(LIBRARY_PREFIX)
        )

    def claims_beside(self, claim: Claim) -> tuple[Claim, ...]:
        """All claims that rest on the same words of the policy as one, itself among them."""
        return self._claims_by_place[claim.policy, claim.start, claim.end]

    @functools.cached_property
    def _claims_by_place(self) -> dict[tuple[int, int, int], tuple[Claim, ...]]:
        found: dict[tuple[int, int, int], list[Claim]] = {}
        for claim in self.claims:
            found.setdefault((claim.policy, claim.start, claim.end), []).append(claim)
        return {place: tuple(claims) for place, claims in found.items()}

    def _by_subject(self, kind: ClaimKind) -> dict[str, tuple[Claim, ...]]:
        found: dict[str, list[Claim]] = {}
        for claim in self.claims:
            if claim.kind is kind and claim.platform is not Platform.IOS:
                found.setdefault(claim.subject, []).append(claim)
        return {subject: tuple(claims) for subject, claims in found.items()}

    # -- verdicts

    def data_verdict(self, data_type: str, owner: str) -> Verdict:
        """How far the statements about ``owner`` disclose that it reads a data type.

        For an SDK only statements about it count here; ``first_party_verdict`` says what the
        app's own statements add.
        """
        own = self._of_party(self.data_claims.get(data_type, ()), owner)
        asserted = [
            c
            for c in (*own, *self._below(data_type, owner))
            if c.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
        ]
        if asserted:
            return Verdict(Grade.EXPLICIT, tuple(asserted))
        above = [
            claim
            for ancestor in self.tables.ancestors(data_type)
            if ancestor not in HEADINGS
            for claim in self._of_party(self.data_claims.get(ancestor, ()), owner)
        ]
        covering = [c for c in above if c.grade in (Grade.EXPLICIT, Grade.UMBRELLA)]
        denied = [c for c in own if c.grade is Grade.DENIED and self._denies_to(c, owner)]
        if not denied and not covering:
            denied = [c for c in above if c.grade is Grade.DENIED and self._denies_to(c, owner)]
        if denied:
            return Verdict(Grade.DENIED, tuple(denied))
        if covering:
            return Verdict(Grade.UMBRELLA, tuple(covering))
        defined = [c for c in own if c.grade is Grade.DEFINITION_ONLY]
        if defined:
            return Verdict(Grade.DEFINITION_ONLY, tuple(defined))
        return Verdict(Grade.ABSENT)

    def _below(self, data_type: str, owner: str) -> tuple[Claim, ...]:
        """Claims about what an umbrella is made of: who tells of 行踪轨迹 tells of the location."""
        return tuple(
            claim
            for child in self._children.get(data_type, ())
            for claim in self._of_party(self.data_claims.get(child, ()), owner)
        )

    @functools.cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for row in self.tables.data_types.values():
            if row.parent is not None and self.tables.data_types[row.parent].kind == "umbrella":
                found.setdefault(row.parent, []).append(row.id)
        return {parent: tuple(children) for parent, children in found.items()}

    def _of_party(self, claims: Iterable[Claim], owner: str) -> tuple[Claim, ...]:
        sdk = self.tables.sdks.get(owner)
        if sdk is None:
            return tuple(c for c in claims if c.party == FIRST_PARTY)
        if not self.sdks_answer_apart:
            return tuple(c for c in claims if c.party in (FIRST_PARTY, sdk.id))
        return tuple(c for c in claims if self._speaks_of(c.party, sdk))

    def _denies_to(self, claim: Claim, owner: str) -> bool:
        """Whether a denial says that ``owner`` does not read the data at all.

        An app that shares nothing, or does not use the data for advertising, may still read it.
        """
        if claim.action is Action.SHARE:
            return owner in self.tables.sdks
        if claim.action is not Action.USE:
            return True
        words = self.texts[claim.policy].words
        return bool(words.pattern("plain-denial").search(fold(claim.quote)))

    def _speaks_of(self, party: str, sdk: Sdk) -> bool:
        """Whether a party is the SDK, or its vendor by a name that the SDK's row knows."""
        if party == sdk.id:
            return True
        other = self.tables.sdks.get(party)
        if other is not None:
            return other.vendor == sdk.vendor and bool(
                {fold(n) for n in other.names} & _vendor_names(sdk)
            )
        return fold(party) in _vendor_names(sdk)

    def permission_verdict(self, name: str) -> Verdict:
        """How far the policy discloses a permission; data that it opens is looked at too."""
        claims = self.permission_claims.get(name, ())
        for grade in (Grade.EXPLICIT, Grade.DENIED, Grade.UMBRELLA):
            found = tuple(c for c in claims if c.grade is grade)
            if found:
                return Verdict(grade, found)
        return Verdict(Grade.ABSENT)

    def opened_data_claims(self, data_types: Iterable[str]) -> tuple[Claim, ...]:
        """Claims that data which a permission opens is collected."""
        return tuple(
            claim
            for data_type in sorted(set(data_types) - HEADINGS)
            for claim in self.data_claims.get(data_type, ())
            if claim.polarity is Polarity.ASSERTS
            and claim.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
        )

    def naming_claims(self, sdk: SdkUse) -> tuple[Claim, ...]:
        """Claims that name an SDK, by product, alias, package, domain or vendor."""
        row = self.tables.sdks[sdk.id]
        return tuple(
            c
            for c in self.recipient_claims
            if c.polarity is Polarity.ASSERTS and (c.subject == sdk.id or self._names(c, row))
        )

    def _names(self, claim: Claim, sdk: Sdk) -> bool:
        """Whether a claim about somebody else names the SDK by its vendor or its host's name.

        A company that is told as another product's (微信 by 腾讯) names that product alone.
        """
        names = _vendor_names(sdk)
        other = self.tables.sdks.get(claim.subject)
        if other is not None and fold(claim.surface) == fold(other.vendor):
            return False
        return fold(claim.surface) in names or fold(claim.subject) in names

    def sdk_data_claims(self, sdk_id: str) -> tuple[Claim, ...]:
        """Claims about any data that an SDK collects."""
        row = self.tables.sdks[sdk_id]
        return tuple(
            claim
            for claims in self.data_claims.values()
            for claim in claims
            if claim.polarity is Polarity.ASSERTS and self._speaks_of(claim.party, row)
        )

    # -- evidence

    @functools.cached_property
    def calls_by_data(self) -> dict[str, tuple[tuple[int, ApiCall], ...]]:
        """API calls with their index, by data type.

        A call inside a library counts as one of everybody whose code leads to it, and not at all
        where nobody's does.
        """
        found: dict[str, list[tuple[int, ApiCall]]] = {}
        for index, call in enumerate(self.evidence.api_calls):
            owners = call.reached_from if call.owner.startswith(LIBRARY_PREFIX) else (call.owner,)
            for owner in owners:
                found.setdefault(call.data_type, []).append((index, replace(call, owner=owner)))
        return {data_type: tuple(calls) for data_type, calls in sorted(found.items())}

    @functools.cached_property
    def undisclosed_sdks(self) -> frozenset[str]:
        """SDKs of the app that no statement names."""
        return frozenset(s.id for s in self.evidence.sdks if not self.naming_claims(s))

    def missing_in_statement(self, sdk: SdkUse) -> tuple[str, ...]:
        """Data types that the SDK's code reads and the statements about it do not cover."""
        if sdk.id in self.undisclosed_sdks:
            return ()
        return tuple(
            data_type
            for data_type in sdk.data_types_observed
            if data_type != CLIPBOARD
            and self.data_verdict(data_type, sdk.id).grade not in (Grade.EXPLICIT, Grade.UMBRELLA)
        )

    def proof(self, calls: Iterable[ApiCall]) -> str:
        """How strong the proof by calls is, in words."""
        found = tuple(calls)
        strength = strength_of(found)
        unknown = strength is Strength.API_CALL and any(c.reachable is None for c in found)
        return self.tables.message("proof.unknown" if unknown else f"proof.{strength}", self.lang)

    def doubts_of(self, calls: Iterable[ApiCall]) -> frozenset[Doubt]:
        """What makes the proof by calls less sure: nothing reaches them, or nobody's they are."""
        found = tuple(calls)
        doubts = set()
        if found and all(call.reachable is False for call in found):
            doubts.add(Doubt.CODE_UNREACHED)
        if found and all(call.owner == UNKNOWN_OWNER for call in found):
            doubts.add(Doubt.OWNER_UNKNOWN)
        return frozenset(doubts)

    def permission_row(self, use: PermissionUse) -> Permission | None:
        """The table's row of a permission, if there is one."""
        return self.tables.permissions.get(use.name)


@functools.cache
def _vendor_names(sdk: Sdk) -> frozenset[str]:
    return frozenset(fold(n) for n in (*sdk.vendor_names, sdk.vendor, sdk.name))


def strength_of(calls: Iterable[ApiCall]) -> Strength:
    """The strength of the strongest call."""
    found = map(_strength, calls)
    return max(found, key=lambda strength: strength.rank, default=Strength.API_CALL)


def strongest_first(calls: Iterable[ApiCall]) -> list[ApiCall]:
    """Calls in the order of their strength; equals stay in their order."""
    return sorted(calls, key=lambda call: -_strength(call).rank)


def _strength(call: ApiCall) -> Strength:
    if call.at_start:
        return Strength.API_CALL_AT_START
    return Strength.API_CALL_REACHABLE if call.reachable else Strength.API_CALL


def call_pointers(calls: Iterable[tuple[int, ApiCall]]) -> Iterator[str]:
    """JSON Pointers to API calls."""
    indexes = dict.fromkeys(index for index, _ in calls)
    return (f"/evidence/api_calls/{index}" for index in indexes)
