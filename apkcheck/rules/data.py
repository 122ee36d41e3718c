"""Rules about data types: what code reads against what the policy says is collected."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from apkcheck.model import (
    FIRST_PARTY,
    Action,
    ApiCall,
    Claim,
    ClaimKind,
    Grade,
    Platform,
    Severity,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import (
    BADNESS,
    CLIPBOARD,
    HEADINGS,
    Case,
    Draft,
    call_pointers,
    strength_of,
    strongest_first,
)
from apkcheck.rules.excuses import excuses_of_data, last_level
from apkcheck.rules.passages import DISCLOSING, Told, purpose_told, vocabulary_of
from apkcheck.rules.sharing import is_flat_denial
from apkcheck.rules.statements import about_policy, statements
from apkcheck.terms import Doubt
from apkcheck.text import fold

IndexedCalls = tuple[tuple[int, ApiCall], ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who reads a data type, and how far the policy says so of the worst of them."""

    data_type: str
    calls: IndexedCalls
    owners: tuple[str, ...]
    grade: Grade
    claims: tuple[Claim, ...]


def undisclosed(case: Case) -> Iterator[Draft]:
    """Data that the app's own or unknown code reads and the policy does not mention."""
    for reading in _readings(case):
        if reading.grade is Grade.ABSENT:
            yield _absent(case, reading)


def umbrella_only(case: Case) -> Iterator[Draft]:
    """Data that only a general word covers (设备信息 for IMEI)."""
    for reading in _readings(case):
        if reading.grade is Grade.UMBRELLA:
            umbrella = case.data_names({c.subject for c in reading.claims})
            surface = reading.claims[0].surface
            yield _draft(
                case,
                reading,
                Severity.MEDIUM,
                "data-umbrella-only",
                umbrella=umbrella,
                surface=surface,
            )


def definition_only(case: Case) -> Iterator[Draft]:
    """Data that stands only in a definition of terms."""
    for reading in _readings(case):
        if reading.grade is Grade.DEFINITION_ONLY:
            yield _draft(case, reading, Severity.MEDIUM, "data-definition-only")


def denied(case: Case) -> Iterator[Draft]:
    """Data that the policy says is not collected, though code reads it."""
    for reading in _readings(case):
        if reading.grade is Grade.DENIED:
            flat = any(is_flat_denial(case, c) for c in reading.claims)
            severity = Severity.HIGH if flat else Severity.MEDIUM
            yield _draft(case, reading, severity, "data-denied")


def clipboard_undisclosed(case: Case) -> Iterator[Draft]:
    """The clipboard is read and the policy does not say so of anybody."""
    calls = case.calls_by_data.get(CLIPBOARD, ())
    claims = case.data_claims.get(CLIPBOARD, ())
    if calls and not any(c.grade is Grade.EXPLICIT for c in claims):
        reading = _Reading(CLIPBOARD, calls, _owners(calls), Grade.ABSENT, claims)
        yield _draft(case, reading, Severity.MEDIUM, "clipboard-undisclosed")


def overdeclared(case: Case) -> Iterator[Draft]:
    """Data that the policy says is collected and that nothing in the package reads."""
    if not case.evidence.code_complete:
        return
    observable = observable_types(case)
    seen = _seen(case)
    present = {sdk.id for sdk in case.evidence.sdks} | {FIRST_PARTY}
    for data_type, claims in sorted(case.data_claims.items()):
        told = tuple(c for c in claims if c.grade is Grade.EXPLICIT and c.party in present)
        if told and data_type in observable and data_type not in seen:
            name = case.data_name(data_type)
            yield Draft(
                subject=Subject(SubjectKind.DATA, data_type, name),
                severity=Severity.INFO,
                message="data-overdeclared",
                values={"name": name, "surface": told[0].surface},
                grade=Grade.EXPLICIT,
                claims=told,
                reasons=excuses_of_data(case, data_type, told),
            )


def platform_mismatch(case: Case) -> Iterator[Draft]:
    """Identifiers of another platform in an Android policy (IDFA)."""
    found: dict[str, list[Claim]] = {}
    for claim in case.claims:
        if (
            claim.kind is ClaimKind.DATA
            and claim.grade is Grade.EXPLICIT
            and claim.platform is not Platform.IOS
            and case.tables.data_types[claim.subject].platform is Platform.IOS
        ):
            found.setdefault(claim.subject, []).append(claim)
    for data_type, claims in sorted(found.items()):
        name = case.data_name(data_type)
        yield Draft(
            subject=Subject(SubjectKind.DATA, data_type, name),
            severity=Severity.LOW,
            message="data-platform-mismatch",
            values={"name": name, "surface": claims[0].surface},
            grade=Grade.EXPLICIT,
            claims=tuple(claims),
        )


def vague_enumeration(case: Case) -> Iterator[Draft]:
    """Lists of data that are left open: 等, 包括但不限于. A list is about one thing, told once."""
    found: dict[str, list[Claim]] = {}
    for listed in _open_lists(case):
        heads = [_head(case, claim) for claim in listed]
        found.setdefault(max(heads, key=lambda h: (heads.count(h), -heads.index(h))), []).extend(
            listed
        )
    for head, opened in sorted(found.items()):
        wide = [c for c in opened if _left_wide_open(case, c)]
        yield Draft(
            subject=Subject(SubjectKind.DATA, head, case.data_name(head)),
            severity=Severity.MEDIUM if wide else Severity.LOW,
            message="data-vague-enumeration",
            values={
                "name": case.data_name(head),
                "quote": " ".join((wide or opened)[0].quote.split()),
            },
            grade=Grade.UMBRELLA,
            claims=tuple(sorted(opened, key=lambda c: c not in wide)),
        )


def _open_lists(case: Case) -> Iterator[list[Claim]]:
    """The claims of every sentence with an open list, where a policy tells what is collected."""
    lists: dict[tuple[int, int, int], list[Claim]] = {}
    for data_type, claims in case.data_claims.items():
        for claim in claims:
            told = claim.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
            tells = claim.section_role in DISCLOSING and data_type not in HEADINGS
            if claim.open_list and told and tells:
                place = (claim.policy, claim.start, claim.end)
                lists.setdefault(place, []).append(claim)
    for place in sorted(lists):
        yield sorted(lists[place], key=lambda c: c.surface_start)


def not_personal(case: Case) -> Iterator[Draft]:
    """Device or log data is said not to be personal information."""
    claims = statements(case, "not-personal")
    if claims:
        yield about_policy("not-personal", Severity.MEDIUM, "data-not-pi-claim", claims)


def background_collection(case: Case) -> Iterator[Draft]:
    """Data that is collected in the background, without saying how often."""
    claims = tuple(
        claim
        for claim in statements(case, "background-collection")
        if not vocabulary_of(case, claim).pattern("frequency").search(fold(claim.quote))
    )
    if claims:
        topic = "background-collection"
        yield about_policy(topic, Severity.MEDIUM, "data-frequency-background", claims)


def _head(case: Case, claim: Claim) -> str:
    """What a list is about: the general word that heads it, else the umbrella of its items."""
    umbrellas = [a for a in case.tables.ancestors(claim.subject) if a not in HEADINGS]
    place = (claim.policy, claim.start, claim.end)
    for umbrella in umbrellas:
        named = case.data_claims.get(umbrella, ())
        if any((c.policy, c.start, c.end) == place for c in named):
            return umbrella
    if case.tables.data_types[claim.subject].kind == "umbrella":
        return claim.subject
    return umbrellas[0] if umbrellas else claim.subject


def _left_wide_open(case: Case, claim: Claim) -> bool:
    """Whether the list only gives examples (包括但不限于), rather than ending with 等."""
    return bool(vocabulary_of(case, claim).pattern("open-list").search(fold(claim.quote)))


def api_unavailable(case: Case) -> Iterator[Draft]:
    """Identifiers that the policy names and the system gives to no app of this target level."""
    target = case.app.target_sdk
    if target is None:
        return
    for data_type, claims in sorted(case.data_claims.items()):
        told = tuple(c for c in claims if c.grade is Grade.EXPLICIT)
        last = last_level(case, data_type)
        in_app = case.tables.data_types[data_type].arises_in_app
        if told and not in_app and last is not None and last < target:
            name = case.data_name(data_type)
            yield Draft(
                subject=Subject(SubjectKind.DATA, data_type, name),
                severity=Severity.INFO,
                message="data-api-unavailable",
                values={"name": name, "target": str(target), "last": str(last)},
                grade=Grade.EXPLICIT,
                claims=told,
            )


def observable_types(case: Case) -> frozenset[str]:
    """Data types that come only from calls that the API table knows.

    What users type in, or what arises inside the app itself (浏览记录), leaves no such trace.
    """
    types = case.tables.data_types
    called = {api.data_type for api in case.tables.apis.values()}
    return frozenset(t for t in called if not types[t].arises_in_app) - HEADINGS


def _seen(case: Case) -> frozenset[str]:
    """Data types of which the package has any trace, with everything above and below them."""
    traces = {call.data_type for call in case.evidence.api_calls}
    for sdk in case.evidence.sdks:
        traces.update(sdk.data_types_declared)
    for use in case.evidence.permissions:
        traces.update(use.data_types)
    below = {
        data_type
        for data_type in case.tables.data_types
        if traces & (set(case.tables.ancestors(data_type)) - HEADINGS)
    }
    above = {a for trace in traces for a in case.tables.ancestors(trace)} - HEADINGS
    return frozenset(traces | below | above)


@functools.lru_cache(maxsize=2)
def _readings(case: Case) -> tuple[_Reading, ...]:
    """Every data type that is read, except inside SDKs whose own finding lists it."""
    found = []
    for data_type, calls in case.calls_by_data.items():
        if data_type == CLIPBOARD or not case.can_be_declared(data_type):
            continue
        judged = [
            (owner, case.data_verdict(data_type, owner))
            for owner in _owners(calls)
            if not _listed_elsewhere(case, owner, data_type)
        ]
        if not judged:
            continue
        worst = max((verdict for _, verdict in judged), key=lambda v: BADNESS[v.grade])
        owners = {owner for owner, verdict in judged if verdict.grade is worst.grade}
        kept = tuple(entry for entry in calls if entry[1].owner in owners)
        found.append(_Reading(data_type, kept, _owners(kept), worst.grade, worst.claims))
    return tuple(found)


def _listed_elsewhere(case: Case, owner: str, data_type: str) -> bool:
    """Whether the finding of an SDK tells of it: the SDK is unnamed, or its statement lacks it."""
    if owner not in case.tables.sdks or not case.sdks_answer_apart:
        return False
    verdict = case.data_verdict(data_type, owner)
    return owner in case.undisclosed_sdks or verdict.grade not in (Grade.EXPLICIT, Grade.UMBRELLA)


def _owners(calls: IndexedCalls) -> tuple[str, ...]:
    return tuple(sorted({call.owner for _, call in calls}))


def _absent(case: Case, reading: _Reading) -> Draft:
    """Says how near the policy comes: it may tell it of others, or name the permission alone."""
    elsewhere = _stated_of_others(case, reading.data_type)
    if elsewhere:
        return _draft(
            case, reading, Severity.MEDIUM, "data-undisclosed.elsewhere", claims=elsewhere
        )
    asked = _permission_asked(case, reading.data_type)
    if asked:
        surface = asked[0].surface
        return _draft(
            case,
            reading,
            Severity.LOW if _made_in_app(case, reading, asked) else Severity.MEDIUM,
            "data-undisclosed.permission",
            claims=asked,
            surface=surface,
        )
    spared = _use_denied(case, reading.data_type)
    if spared:
        surface = spared[0].surface
        message = "data-undisclosed.use-denied"
        return _draft(case, reading, Severity.MEDIUM, message, claims=spared, surface=surface)
    meant = _partly_stated(case, reading.data_type)
    if meant:
        return _draft(
            case,
            reading,
            _severity(case, reading),
            "data-undisclosed.partly",
            claims=meant,
            doubts=frozenset({Doubt.PARTLY_COVERED}),
            surface=meant[0].surface,
        )
    return _draft(case, reading, _severity(case, reading), "data-undisclosed")


def _use_denied(case: Case, data_type: str) -> tuple[Claim, ...]:
    """Statements of the app that it does not use or keep the data for something.

    Whoever says so does not hide that it is read, but does not tell of it either.
    """
    return tuple(
        claim
        for claim in case.data_claims.get(data_type, ())
        if claim.party == FIRST_PARTY and claim.grade is Grade.DENIED and claim.action is Action.USE
    )


def _partly_stated(case: Case, data_type: str) -> tuple[Claim, ...]:
    """Statements of the app in words that may mean the data but need not (设备信息, 应用列表)."""
    return tuple(
        claim
        for other in case.tables.partly_above(data_type)
        for claim in case.data_claims.get(other, ())
        if claim.party == FIRST_PARTY and claim.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
    )


def _permission_asked(case: Case, data_type: str) -> tuple[Claim, ...]:
    """Claims that a permission which opens the data is asked for (麦克风权限 for recordings)."""
    opening = sorted(u.name for u in case.evidence.permissions if data_type in u.data_types)
    return tuple(
        claim
        for name in opening
        for claim in case.permission_claims.get(name, ())
        if claim.grade is Grade.EXPLICIT
    )


def _made_in_app(case: Case, reading: _Reading, asked: tuple[Claim, ...]) -> bool:
    """相机权限：用于扫码: pictures and sound that users make, by a permission with its purpose."""
    made = case.tables.data_types[reading.data_type].arises_in_app
    return made and any(purpose_told(case, claim) is Told.PURPOSE for claim in asked)


def _stated_of_others(case: Case, data_type: str) -> tuple[Claim, ...]:
    """Statements that somebody else than the app collects it."""
    claims = case.data_claims.get(data_type, ())
    return tuple(c for c in claims if c.grade is Grade.EXPLICIT and c.party != FIRST_PARTY)


def _severity(case: Case, reading: _Reading) -> Severity:
    """High where more is read than general data."""
    general = case.tables.data_types[reading.data_type].sensitivity == "general"
    return Severity.MEDIUM if general else Severity.HIGH


def _draft(
    case: Case,
    reading: _Reading,
    severity: Severity,
    message: str,
    *,
    claims: tuple[Claim, ...] = (),
    doubts: frozenset[Doubt] = frozenset(),
    **values: str,
) -> Draft:
    calls = strongest_first(call for _, call in reading.calls)
    name = case.data_name(reading.data_type)
    return Draft(
        subject=Subject(SubjectKind.DATA, reading.data_type, name),
        severity=severity,
        message=message,
        values={
            "name": name,
            "owners": case.readers_named(reading.calls),
            "api": calls[0].api,
            "caller": f"{calls[0].caller_class}.{calls[0].caller_method}",
            "proof": case.proof(calls),
            **values,
        },
        grade=reading.grade,
        strength=strength_of(calls),
        evidence=tuple(call_pointers(reading.calls)),
        claims=claims or reading.claims,
        doubts=case.doubts_of(calls) | doubts,
    )
