"""The permissions of an app: requested, implied by its target level, or guarding a service."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from apkcheck.apk.manifest import Manifest, Request
from apkcheck.model import Component, PermissionUse
from apkcheck.tables import Permission

_PREFIX = "android.permission."
_ALWAYS = 10_001

_GIVEN_BELOW = (("WRITE_EXTERNAL_STORAGE", 4), ("READ_PHONE_STATE", 4))
"""Permissions that every app below a target level has."""

_IMPLIED_BELOW = (
    ("WRITE_EXTERNAL_STORAGE", "READ_EXTERNAL_STORAGE", _ALWAYS),
    ("READ_CONTACTS", "READ_CALL_LOG", 16),
    ("WRITE_CONTACTS", "WRITE_CALL_LOG", 16),
)
"""Permissions that another one brings along below a target level.

Both lists are those of AOSP ``PackageParser`` (``NEW_PERMISSIONS``, ``SPLIT_PERMISSIONS``) and of
``aapt dump permissions``. Later splits (background location, media, Bluetooth) are left out: they
name permissions that the app's own target level does not know.
"""

_SOURCE_RANK = {"manifest": 0, "sdk-23": 1, "sdk-m": 2, "implied": 3, "service": 4}


def permissions_of(
    manifest: Manifest, known: Mapping[str, Permission]
) -> tuple[PermissionUse, ...]:
    """One entry for each permission, sorted by name."""
    requests = list(manifest.requests)
    requests += _implied(requests, manifest.target_sdk or 1)
    requests += _guards(manifest.components, known)
    merged: dict[str, Request] = {}
    for request in requests:
        merged[request.name] = _merged(merged.get(request.name), request)
    return tuple(_use(merged[name], known.get(name)) for name in sorted(merged))


def _implied(requests: Iterable[Request], target: int) -> list[Request]:
    held = {request.name: request for request in requests}
    implied = []
    for name, below in _GIVEN_BELOW:
        if target < below and _PREFIX + name not in held:
            implied.append(Request(_PREFIX + name, "implied", None, ()))
    held.update((request.name, request) for request in implied)
    for root, name, below in _IMPLIED_BELOW:
        cause = held.get(_PREFIX + root)
        if cause is not None and target < below and _PREFIX + name not in held:
            implied.append(Request(_PREFIX + name, "implied", cause.max_sdk, ()))
    return implied


def _guards(components: Iterable[Component], known: Mapping[str, Permission]) -> Iterator[Request]:
    """The special permissions by which the system alone may bind the app's services.

    Holding them is nothing; but only an accessibility service, say, is guarded by
    ``BIND_ACCESSIBILITY_SERVICE``.
    """
    for component in components:
        row = known.get(component.permission or "")
        if row is not None and row.special:
            yield Request(row.id, "service", None, ())


def _merged(before: Request | None, request: Request) -> Request:
    if before is None:
        return request
    first, second = sorted((before, request), key=lambda r: _SOURCE_RANK[r.source])
    limits = (first.max_sdk, second.max_sdk)
    return dataclasses.replace(
        first,
        max_sdk=None if None in limits else max(limit for limit in limits if limit is not None),
        flags=tuple(sorted({*first.flags, *second.flags})),
    )


def _use(request: Request, row: Permission | None) -> PermissionUse:
    return PermissionUse(
        name=request.name,
        protection=row.protection if row else None,
        group=row.group if row else None,
        zh=row.zh if row else None,
        data_types=row.data_types if row else (),
        max_sdk=request.max_sdk,
        source=request.source,
        flags=request.flags,
    )
