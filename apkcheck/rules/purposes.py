"""Rules about purposes: data without one, with a general one, or with one that does not fit."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace

from apkcheck.model import (
    Claim,
    ClaimKind,
    Doubt,
    Grade,
    Platform,
    Polarity,
    SdkUse,
    Severity,
    Strength,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import HEADINGS, Case, Draft, call_pointers, strength_of
from apkcheck.rules.passages import (
    DISCLOSING,
    Told,
    passage_text,
    purpose_told,
    purposes_listed,
    purposes_told,
    vocabulary_of,
)
from apkcheck.text import fold

APP_LISTS = ("app_list", "running_apps")
PROFILING = frozenset({"ads", "personalize"})
"""Purposes for which the list of installed apps must not be taken."""
FITTING_ANY = frozenset({"core_function", "legal", "risk", "support"})
"""Purposes that an SDK of any kind may serve besides its own."""
ADVERTISING = frozenset({"ads", "ad-mediation"})
"""Categories of SDKs of which a policy must say that they are for advertising."""


_PUSHING = frozenset({"ads", "push"})
"""Purposes by which something is sent to users that they did not ask for."""

_TRADES = frozenset({"ads", "lbs", "payment", "personalize", "push"})
"""Purposes that are what SDKs of one kind are there for: named for another kind, they mislead."""


def missing(case: Case) -> Iterator[Draft]:
    """Data that the policy says is collected, nowhere with what for."""
    yield from _by_purpose(case, Told.NOTHING, "purpose-missing", _missing_severity)


def generic(case: Case) -> Iterator[Draft]:
    """Data that the policy says is collected to improve things, and for nothing else."""
    yield from _by_purpose(case, Told.GENERIC, "purpose-generic", _missing_severity)


def mismatch(case: Case) -> Iterator[Draft]:
    """SDKs whose stated purposes leave out what SDKs of their kind are for."""
    for index, sdk in enumerate(case.evidence.sdks):
        row = case.tables.sdks[sdk.id]
        category = case.tables.sdk_categories[row.category]
        advertises = row.category in ADVERTISING
        claims = _of_sdk(case, sdk)
        told: frozenset[str] = frozenset().union(
            *(_purposes_of_sdk(case, c, in_prose=advertises) for c in claims)
        )
        clear = {p for p in told if not case.tables.purposes[p].weak} - FITTING_ANY
        fitting = PROFILING if advertises else {*category.purposes, *row.purposes}
        if category.purposes[:1] == ("core_function",):
            continue
        if clear and not clear & fitting:
            yield _mismatch(case, index, sdk, clear, claims, advertises=advertises)
        elif drifting := _drifting(case, sdk):
            yield _drift(case, index, sdk, drifting)


def _drifting(case: Case, sdk: SdkUse) -> tuple[Claim, ...]:
    """Statements that an SDK takes something only for what SDKs of other kinds are for.

    What another SDK of its vendor in the package is for may be meant by the vendor's name.
    """
    fitting = set(FITTING_ANY)
    vendor = fold(case.tables.sdks[sdk.id].vendor)
    for other in case.evidence.sdks:
        row = case.tables.sdks[other.id]
        if fold(row.vendor) == vendor:
            fitting |= {*case.tables.sdk_categories[row.category].purposes, *row.purposes}
    found = []
    for claims in (*case.data_claims.values(), *case.permission_claims.values()):
        for claim in claims:
            clear = {p for p in claim.purposes if not case.tables.purposes[p].weak}
            told = claim.party == sdk.id and claim.polarity is Polarity.ASSERTS
            if told and clear and clear <= _TRADES - fitting:
                found.append(claim)
    return tuple(sorted(found, key=lambda c: (c.policy, c.start, c.surface_start)))


def _of_sdk(case: Case, sdk: SdkUse) -> tuple[Claim, ...]:
    """What is said of an SDK itself, by its own name: a vendor has more products than one."""
    vendors = {fold(n) for n in case.tables.sdks[sdk.id].vendor_names} | {fold(sdk.vendor)}
    naming = [c for c in case.naming_claims(sdk) if c.subject == sdk.id]
    own = [c for c in naming if fold(c.surface) not in vendors]
    data = [c for c in case.sdk_data_claims(sdk.id) if c.party == sdk.id] if own else []
    return tuple(dict.fromkeys((*own, *data)))


def _purposes_of_sdk(case: Case, claim: Claim, *, in_prose: bool) -> frozenset[str]:
    """The purposes in its row or record; in prose only of a sentence that names nobody else."""
    listed = purposes_listed(case, claim)
    if listed or not in_prose:
        return listed
    named = {
        c.subject
        for c in case.claims_beside(claim)
        if c.kind is ClaimKind.RECIPIENT and c.platform is not Platform.IOS
    }
    return purposes_told(case, claim) if len(named) <= 1 else frozenset()


def app_list_profiling(case: Case) -> Iterator[Draft]:
    """The list of installed or running apps is taken for profiles or advertisements."""
    for data_type in APP_LISTS:
        claims = tuple(
            claim
            for claim in case.data_claims.get(data_type, ())
            if claim.polarity is Polarity.ASSERTS and purposes_told(case, claim) & PROFILING
        )
        if not claims:
            continue
        calls = case.calls_by_data.get(data_type, ())
        held = tuple(
            f"/evidence/permissions/{index}"
            for index, use in enumerate(case.evidence.permissions)
            if data_type in use.data_types
        )
        strength = strength_of(c for _, c in calls) if calls else None
        doubts = case.doubts_of(c for _, c in calls) if calls else {Doubt.STATED_ONLY}
        yield Draft(
            subject=Subject(SubjectKind.DATA, data_type, case.data_name(data_type)),
            severity=Severity.HIGH,
            message="app-list-profiling" if calls else "app-list-profiling.stated",
            values={"purposes": _names(case, {p for c in claims for p in purposes_told(case, c)})},
            grade=Grade.EXPLICIT,
            strength=strength or (Strength.PERMISSION_HELD if held else None),
            evidence=(*call_pointers(calls), *held),
            claims=claims,
            doubts=frozenset(doubts),
        )


def sensitive_without_necessity(case: Case) -> Iterator[Draft]:
    """Sensitive data without a word on why it is necessary or what refusing it means."""
    for data_type, claims in _disclosed(case).items():
        row = case.tables.data_types[data_type]
        if row.sensitivity != "sensitive" or any(_necessary(case, c) for c in claims):
            continue
        if any(_necessary(case, c) for c in _of_kin(case, data_type)):
            continue
        calls = case.calls_by_data.get(data_type, ())
        yield _draft(
            case,
            data_type,
            claims,
            "sensitive-no-necessity",
            Severity.MEDIUM if calls else Severity.LOW,
        )


def _of_kin(case: Case, data_type: str) -> Iterator[Claim]:
    """Claims about what is above or below a data type: 精确位置 is told of where 位置 is read."""
    kin = set(case.tables.ancestors(data_type)) - HEADINGS
    for other, claims in sorted(_disclosed(case).items()):
        if other in kin or data_type in case.tables.ancestors(other):
            yield from claims


def _necessary(case: Case, claim: Claim) -> bool:
    return bool(vocabulary_of(case, claim).pattern("necessity").search(passage_text(case, claim)))


def _by_purpose(
    case: Case, told: Told, message: str, severity: Callable[[Case, str], Severity]
) -> Iterator[Draft]:
    # What a sentence on permissions says in passing is the business of the permission's rule.
    asking = {(c.policy, c.start, c.end) for cs in case.permission_claims.values() for c in cs}
    for data_type, found in _disclosed(case).items():
        claims = tuple(c for c in found if (c.policy, c.start, c.end) not in asking)
        if claims and len(claims) == len(found) and _best(case, claims) is told:
            yield _draft(case, data_type, claims, message, severity(case, data_type))


def _best(case: Case, claims: tuple[Claim, ...]) -> Told:
    best = Told.NOTHING
    for claim in claims:
        told = purpose_told(case, claim)
        if told is Told.PURPOSE:
            return told
        best = max(best, told, key=lambda t: t.value)
    return best


@functools.lru_cache(maxsize=2)
def _disclosed(case: Case) -> dict[str, tuple[Claim, ...]]:
    """What the policy says is collected, by data type, where it ought to say what for."""
    found: dict[str, tuple[Claim, ...]] = {}
    for data_type, claims in sorted(case.data_claims.items()):
        told = tuple(
            c
            for c in claims
            if c.grade in (Grade.EXPLICIT, Grade.UMBRELLA) and c.section_role in DISCLOSING
        )
        if told and data_type not in HEADINGS:
            found[data_type] = told
    return found


def _missing_severity(case: Case, data_type: str) -> Severity:
    """Low for data that says little and that no code of the app was seen to read."""
    general = case.tables.data_types[data_type].sensitivity == "general"
    return Severity.LOW if general and data_type not in case.calls_by_data else Severity.MEDIUM


def _draft(
    case: Case, data_type: str, claims: tuple[Claim, ...], message: str, severity: Severity
) -> Draft:
    calls = case.calls_by_data.get(data_type, ())
    name = case.data_name(data_type)
    return Draft(
        subject=Subject(SubjectKind.DATA, data_type, name),
        severity=severity,
        message=message,
        values={"name": name, "surface": claims[0].surface, "quote": _quote(claims[0])},
        grade=claims[0].grade,
        strength=strength_of(c for _, c in calls) if calls else None,
        evidence=tuple(call_pointers(calls)),
        claims=claims,
        doubts=frozenset({Doubt.SEVERAL_PLACES} if len(claims) > 1 else ()),
    )


def _mismatch(
    case: Case,
    index: int,
    sdk: SdkUse,
    told: set[str],
    claims: tuple[Claim, ...],
    *,
    advertises: bool,
) -> Draft:
    category = case.tables.sdk_categories[case.tables.sdks[sdk.id].category]
    calls = [(i, c) for i, c in enumerate(case.evidence.api_calls) if c.owner == sdk.id]
    return Draft(
        subject=Subject(SubjectKind.SDK, sdk.id, sdk.name, sdk.packages),
        severity=Severity.HIGH if advertises and calls else Severity.MEDIUM,
        message="purpose-mismatch",
        values={
            "name": sdk.name,
            "category": category.zh if case.lang == "zh" else category.en,
            "purposes": _names(case, told),
        },
        grade=Grade.EXPLICIT,
        strength=strength_of(c for _, c in calls) if calls else Strength.SDK_PRESENT,
        evidence=(f"/evidence/sdks/{index}", *call_pointers(calls)),
        claims=claims,
    )


def _drift(case: Case, index: int, sdk: SdkUse, claims: tuple[Claim, ...]) -> Draft:
    told = {p for c in claims for p in c.purposes if not case.tables.purposes[p].weak}
    draft = _mismatch(case, index, sdk, told, claims, advertises=False)
    return replace(
        draft,
        severity=Severity.MEDIUM if told & _PUSHING else Severity.LOW,
        message="purpose-mismatch.drift",
        values={**draft.values, "quote": _quote(claims[0])},
        doubts=draft.doubts | {Doubt.PART_ONLY},
    )


def _names(case: Case, purposes: set[str]) -> str:
    rows = [case.tables.purposes[p] for p in sorted(purposes)]
    return case.join(row.zh if case.lang == "zh" else row.en for row in rows)


def _quote(claim: Claim) -> str:
    return " ".join(claim.quote.split())
