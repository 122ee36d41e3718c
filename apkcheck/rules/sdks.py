"""Rules about third-party SDKs: what is embedded against whom the policy names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from apkcheck.model import (
    FIRST_PARTY,
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
from apkcheck.rules.case import Case, Draft, strength_of
from apkcheck.rules.excuses import excuses_of_sdk, has_traces
from apkcheck.text import fold


def undisclosed(case: Case) -> Iterator[Draft]:
    """SDKs that the policy does not name, and no list that it refers to could name."""
    if not _missing_documents(case):
        yield from (_unnamed(case, i, s, "sdk-undisclosed") for i, s in _not_named(case))


def linked_only(case: Case) -> Iterator[Draft]:
    """SDKs that the policy does not name while it refers to a list that was not supplied."""
    missing = _missing_documents(case)
    if missing:
        for index, sdk in _not_named(case):
            yield _unnamed(case, index, sdk, "sdk-linked-only", missing)


def inaccurate(case: Case) -> Iterator[Draft]:
    """SDKs that are named, but read data that the statements about them do not list."""
    for index, sdk in enumerate(case.evidence.sdks):
        if sdk.id in case.undisclosed_sdks:
            continue
        missing = case.missing_in_statement(sdk)
        stated = case.sdk_data_claims(sdk.id)
        naming = case.naming_claims(sdk)
        if missing:
            severity = _inaccuracy(case, missing, stated)
            yield _draft(
                case, index, sdk, severity, "sdk-inaccurate.code", missing, stated or naming
            )
        elif declared := _declared_only(case, sdk):
            draft = _draft(
                case,
                index,
                sdk,
                _declared_severity(case, sdk, stated),
                "sdk-inaccurate.declared" if stated else "sdk-inaccurate.nothing",
                declared,
                stated or naming,
            )
            proof = case.tables.message(f"proof.{Strength.SDK_DECLARED}", case.lang)
            yield replace(
                draft,
                strength=Strength.SDK_DECLARED,
                doubts=draft.doubts | {Doubt.VENDOR_DECLARED},
                values={**draft.values, "proof": proof},
            )


def overdeclared(case: Case) -> Iterator[Draft]:
    """SDKs that the policy names and of which the package has no trace.

    Where code could not be read, none: its traces may be in what was not read.
    """
    if not case.evidence.code_complete:
        return
    present = {sdk.id for sdk in case.evidence.sdks}
    found: dict[str, list[Claim]] = {}
    for claim in case.recipient_claims:
        row = case.tables.sdks.get(claim.subject)
        if row is None or claim.polarity is not Polarity.ASSERTS or claim.subject in present:
            continue
        if not has_traces(row):
            continue
        # A vendor's name alone may mean another product of it, or a service without code.
        if fold(claim.surface) not in {fold(n) for n in (*row.vendor_names, row.vendor)}:
            found.setdefault(claim.subject, []).append(claim)
    for sdk_id, claims in sorted(found.items()):
        row = case.tables.sdks[sdk_id]
        yield Draft(
            subject=Subject(SubjectKind.SDK, sdk_id, row.name, row.packages),
            severity=Severity.INFO,
            message="sdk-overdeclared",
            values={"name": row.name, "surface": claims[0].surface, "vendor": row.vendor},
            grade=Grade.EXPLICIT,
            claims=tuple(claims),
            reasons=excuses_of_sdk(case, row, tuple(claims)),
        )


def _not_named(case: Case) -> Iterator[tuple[int, SdkUse]]:
    for index, sdk in enumerate(case.evidence.sdks):
        if sdk.id in case.undisclosed_sdks:
            yield index, sdk


def _missing_documents(case: Case) -> tuple[Claim, ...]:
    """References to lists of SDKs that were not supplied."""
    titles = [fold(d.title) for d in case.documents if d.title]
    return tuple(
        claim
        for claim in case.claims
        if claim.kind is ClaimKind.STATEMENT
        and claim.subject == "linked-document"
        and not any(_same_document(fold(claim.surface), title) for title in titles)
    )


def _same_document(reference: str, title: str) -> bool:
    name = reference.strip("《》")
    return name in title or title in name


def _unnamed(
    case: Case, index: int, sdk: SdkUse, message: str, documents: tuple[Claim, ...] = ()
) -> Draft:
    collects = sdk.data_types_observed or sdk.data_types_declared
    if documents:
        severity, grade = Severity.MEDIUM, Grade.LINKED_DOCUMENT_MISSING
    else:
        severity, grade = (Severity.HIGH if collects else Severity.MEDIUM), Grade.ABSENT
    names = {fold(d.surface): d.surface for d in documents}
    if sdk.stub:
        # Whether the other document names it cannot be told either way; that stays medium.
        severity = severity if documents else Severity.LOW
        message = f"{message}.stub"
    elif not (sdk.data_types_observed or documents):
        message = f"{message}.present"
    return _draft(
        case,
        index,
        sdk,
        severity,
        message,
        collects,
        documents,
        grade=grade,
        document=case.join(sorted(names.values())) or "—",
    )


def _inaccuracy(case: Case, missing: tuple[str, ...], stated: tuple[Claim, ...]) -> Severity:
    """Medium where nothing is said of what it collects, or the app's own list has it."""
    if not stated:
        return Severity.MEDIUM
    covered = all(
        case.data_verdict(d, FIRST_PARTY).grade in (Grade.EXPLICIT, Grade.UMBRELLA) for d in missing
    )
    general = all(case.tables.data_types[d].sensitivity == "general" for d in missing)
    return Severity.MEDIUM if covered or general else Severity.HIGH


def _declared_only(case: Case, sdk: SdkUse) -> tuple[str, ...]:
    """Personal data that the vendor's own notice names and the statements about it do not."""
    types = case.tables.data_types
    return tuple(
        data_type
        for data_type in sdk.data_types_declared
        if types[data_type].sensitivity != "general"
        and types[data_type].platform is not Platform.IOS
        and case.data_verdict(data_type, sdk.id).grade not in (Grade.EXPLICIT, Grade.UMBRELLA)
    )


def _declared_severity(case: Case, sdk: SdkUse, stated: tuple[Claim, ...]) -> Severity:
    """Low where something is stated, or the notice could not be checked: notices hold options."""
    unsure = bool(stated) or not case.tables.sdks[sdk.id].verified
    return Severity.LOW if unsure else Severity.MEDIUM


def _draft(
    case: Case,
    index: int,
    sdk: SdkUse,
    severity: Severity,
    message: str,
    data_types: tuple[str, ...],
    claims: tuple[Claim, ...],
    *,
    grade: Grade = Grade.ABSENT,
    document: str = "—",
) -> Draft:
    calls = [
        (i, c)
        for i, c in enumerate(case.evidence.api_calls)
        if sdk.id in (c.owner, *c.reached_from) and (not data_types or c.data_type in data_types)
    ]
    pointers = (f"/evidence/sdks/{index}", *(f"/evidence/api_calls/{i}" for i, _ in calls))
    by_class = any(s.kind == "class" for s in sdk.signals)
    return Draft(
        subject=Subject(SubjectKind.SDK, sdk.id, sdk.name, sdk.packages),
        severity=severity,
        message=message,
        values={
            "name": sdk.name,
            "vendor": sdk.vendor,
            "packages": case.join(sdk.packages) or "—",
            "data": case.data_names(data_types) or "—",
            "document": document,
            **({"proof": case.proof(c for _, c in calls)} if calls else {}),
        },
        grade=grade,
        strength=strength_of(c for _, c in calls) if calls else Strength.SDK_PRESENT,
        evidence=pointers,
        claims=claims,
        doubts=case.doubts_of(c for _, c in calls) | (set() if by_class else {Doubt.NO_CLASS}),
    )
