"""Why what the policy tells of and the package shows no trace of may be fine all the same.

Only what is known of the finding's own subject counts: what the tables say of it, what the rest of
the app shows, what could not be read. Where nothing is known, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apkcheck.model import Claim, Platform, Reason
from apkcheck.rules.case import Case
from apkcheck.rules.passages import vocabulary_of
from apkcheck.rules.statements import mentions
from apkcheck.tables import Api, Sdk
from apkcheck.text import fold

SPLITS = "splits"
"""What a gap is about where split APKs were not given."""

_INTERNET = "android.permission.INTERNET"
_OFFLINE = frozenset({"channel-build", "typed-in", "uploaded"})
"""Ways of having a thing that do not show in whether the app can go online."""


def excuses_of_data(case: Case, data_type: str, claims: tuple[Claim, ...]) -> tuple[Reason, ...]:
    """Why a data type may be told of rightly though nothing in the package reads it."""

    def found() -> Iterator[Reason]:
        row = case.tables.data_types[data_type]
        yield from (_reason(case, way) for way in row.origins if _possible(case, way))
        yield from _older_data(case, data_type)
        yield from _of_all(case, claims)

    return tuple(found())


def excuses_of_sdk(case: Case, row: Sdk, claims: tuple[Claim, ...]) -> tuple[Reason, ...]:
    """Why an SDK may be listed rightly though the package has no trace of it."""

    def found() -> Iterator[Reason]:
        category = case.tables.sdk_categories[row.category]
        yield from (_reason(case, way) for way in category.without_code if _possible(case, way))
        siblings = [
            sdk.name
            for sdk in case.evidence.sdks
            if fold(case.tables.sdks[sdk.id].vendor) == fold(row.vendor)
        ]
        if siblings:
            yield _reason(case, "same-vendor", sdks=case.join(siblings))
        if not row.verified:
            yield _reason(case, "traces-unverified")
        yield from _of_all(case, claims)

    return tuple(found())


def excuses_of_permission(case: Case, name: str, claims: tuple[Claim, ...]) -> tuple[Reason, ...]:
    """Why a permission may be told of rightly though this package does not ask for it."""

    def found() -> Iterator[Reason]:
        row = case.tables.permissions.get(name)
        limits = [u.max_sdk for u in case.evidence.permissions if u.name == name and u.max_sdk]
        if limits:
            yield _reason(case, "max-sdk", level=max(limits))
        if row is not None:
            yield from _other_level(case, row.since, row.until)
            if row.without:
                yield _reason(case, "without-permission")
        yield from _of_all(case, claims)

    return tuple(found())


def last_level(case: Case, data_type: str) -> int | None:
    """The last API level at which a call gives the data; None if some still does."""
    levels = [
        api.until
        for api in case.tables.apis.values()
        if api.data_type == data_type
        and api.kind in ("method", "field")
        and not _privileged(case, api)
    ]
    known = [level for level in levels if level is not None]
    return max(known) if known and len(known) == len(levels) else None


def _privileged(case: Case, api: Api) -> bool:
    """Whether a call needs what only the system's own apps may hold: then no app gets the data."""
    rows = [case.tables.permissions.get(name) for name in api.permissions]
    return bool(rows) and all(
        row is None or (row.protection in ("signature", "internal") and not row.special)
        for row in rows
    )


def has_traces(row: Sdk) -> bool:
    """Whether anything is known by which the SDK could be seen in a package at all."""
    named = row.packages or row.components or row.authorities or row.metadata or row.actions
    return bool(named or row.native or row.assets)


def _of_all(case: Case, claims: tuple[Claim, ...]) -> Iterator[Reason]:
    """What holds for anything that a policy tells of."""
    if any(gap.what == SPLITS for gap in case.evidence.gaps):
        yield _reason(case, "splits-missing")
    if _speaks_of_ios(case, claims):
        yield _reason(case, "other-platform")


def _speaks_of_ios(case: Case, claims: tuple[Claim, ...]) -> bool:
    """Whether the policy is for iOS too: it says so there, or keeps other statements apart."""
    if any(c.platform is Platform.IOS for c in case.claims):
        return True
    said = any(vocabulary_of(case, c).pattern("platform-ios").search(fold(c.quote)) for c in claims)
    return said or mentions(case, "platform-ios")


def _older_data(case: Case, data_type: str) -> Iterator[Reason]:
    """Data that systems of the app's target level no longer give out, by every call for it."""
    yield from _other_level(case, None, last_level(case, data_type))


def _other_level(case: Case, since: int | None, until: int | None) -> Iterator[Reason]:
    target, oldest = case.app.target_sdk, case.app.min_sdk
    if target is not None and until is not None and until < target and until >= (oldest or 1):
        yield _reason(case, "older-system", level=until)
    if target is not None and since is not None and since > target:
        yield _reason(case, "newer-system", level=since)


def _possible(case: Case, way: str) -> bool:
    """Whether the app can go online, where that is needed."""
    return way in _OFFLINE or any(use.name == _INTERNET for use in case.evidence.permissions)


def _reason(case: Case, reason: str, **values: Any) -> Reason:
    return Reason(reason, case.tables.message(f"reason.{reason}", case.lang, **values))
