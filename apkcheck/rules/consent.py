"""What may run before anybody could agree: only that it can be reached at start is ever said."""

from __future__ import annotations

from collections.abc import Iterator

from apkcheck.model import ApiCall, Severity, Strength, Subject, SubjectKind
from apkcheck.rules.case import Case, Draft, call_pointers

IndexedCalls = list[tuple[int, ApiCall]]


def before_collect(case: Case) -> Iterator[Draft]:
    """Sensitive calls that the Application class or a provider that starts by itself leads to.

    One finding for each SDK, whose initialisation is one place to move, and one for each data type
    that the app's own or unknown code reads. Whether the code waits for consent is not known.
    """
    by_sdk: dict[str, IndexedCalls] = {}
    by_data: dict[str, IndexedCalls] = {}
    for data_type, calls in case.calls_by_data.items():
        for index, call in calls:
            if call.at_start:
                apart = call.owner in case.tables.sdks
                group, key = (by_sdk, call.owner) if apart else (by_data, data_type)
                group.setdefault(key, []).append((index, call))
    for sdk in case.evidence.sdks:
        if found := by_sdk.pop(sdk.id, None):
            subject = Subject(SubjectKind.SDK, sdk.id, sdk.name, sdk.packages)
            yield _draft(case, subject, found)
    for data_type, found in by_data.items():
        yield _draft(case, Subject(SubjectKind.DATA, data_type, case.data_name(data_type)), found)


def _draft(case: Case, subject: Subject, calls: IndexedCalls) -> Draft:
    types = {call.data_type for _, call in calls}
    general = all(case.tables.data_types[t].sensitivity == "general" for t in types)
    first = calls[0][1]
    return Draft(
        subject=subject,
        severity=Severity.LOW if general else Severity.MEDIUM,
        message="consent-before-collect",
        values={
            "owners": case.readers_named(calls),
            "data": case.data_names(types),
            "api": first.api,
            "caller": f"{first.caller_class}.{first.caller_method}",
            "entry": case.join(
                dict.fromkeys(sorted(c.first_reached_by for _, c in calls if c.first_reached_by))
            )
            or "—",
        },
        strength=Strength.API_CALL_AT_START,
        evidence=tuple(call_pointers(calls)),
        doubts=case.doubts_of(call for _, call in calls),
    )
