"""The permissions of an app: requested, implied by its target level, or guarding a service."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

from apkcheck.apk.manifest import Manifest, Request
from apkcheck.model import Component, ForegroundService, PermissionUse
from apkcheck.tables import Permission

_PREFIX = "android.permission."
_ALWAYS = 10_001
_UPPER = re.compile("(?=[A-Z])")
_UNGUARDED = "shortService"

_GIVEN_BELOW = (("WRITE_EXTERNAL_STORAGE", 4), ("READ_PHONE_STATE", 4), ("POST_NOTIFICATIONS", 33))
"""Permissions that every app below a target level has: AOSP ``CompatibilityPermissionInfo``."""

_BLUETOOTH = ("BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE")
_MEDIA = ("READ_MEDIA_AUDIO", "READ_MEDIA_VIDEO", "READ_MEDIA_IMAGES")

_IMPLIED_BELOW = (
    ("ACCESS_FINE_LOCATION", ("ACCESS_COARSE_LOCATION",), _ALWAYS),
    ("WRITE_EXTERNAL_STORAGE", ("READ_EXTERNAL_STORAGE",), _ALWAYS),
    ("READ_CONTACTS", ("READ_CALL_LOG",), 16),
    ("WRITE_CONTACTS", ("WRITE_CALL_LOG",), 16),
    ("ACCESS_FINE_LOCATION", ("ACCESS_BACKGROUND_LOCATION",), 29),
    ("ACCESS_COARSE_LOCATION", ("ACCESS_BACKGROUND_LOCATION",), 29),
    ("READ_EXTERNAL_STORAGE", ("ACCESS_MEDIA_LOCATION",), 29),
    ("WRITE_EXTERNAL_STORAGE", ("ACCESS_MEDIA_LOCATION",), 29),
    ("BLUETOOTH", _BLUETOOTH, 31),
    ("BLUETOOTH_ADMIN", _BLUETOOTH, 31),
    ("BODY_SENSORS", ("BODY_SENSORS_BACKGROUND",), 33),
    ("READ_EXTERNAL_STORAGE", _MEDIA, 33),
    ("WRITE_EXTERNAL_STORAGE", _MEDIA, 33),
    ("READ_MEDIA_IMAGES", ("READ_MEDIA_VISUAL_USER_SELECTED",), _ALWAYS),
    ("READ_MEDIA_VIDEO", ("READ_MEDIA_VISUAL_USER_SELECTED",), _ALWAYS),
    ("ACCESS_MEDIA_LOCATION", ("READ_MEDIA_VISUAL_USER_SELECTED",), _ALWAYS),
)
"""Permissions that another one brings along below a target level, on systems that know both.

The splits of AOSP ``data/etc/platform.xml`` that apps from outside can ask for, in its order. As
there, what is implied implies nothing further, but for the permissions that every app has.
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


def foreground_services_of(manifest: Manifest) -> tuple[ForegroundService, ...]:
    """What services say that they do in the foreground, and the permission that takes.

    From target level 34 on each type needs a permission of its own, named after it; a short
    service needs none (AOSP ``ServiceInfo``).
    """
    asked = {request.name for request in manifest.requests}
    found = []
    for service, kind in manifest.foreground:
        words = _UPPER.sub("_", kind).upper()
        needed = None if kind == _UNGUARDED else f"{_PREFIX}FOREGROUND_SERVICE_{words}"
        found.append(ForegroundService(service, kind, needed, needed in asked))
    return tuple(found)


def _implied(requests: Iterable[Request], target: int) -> list[Request]:
    held = {request.name: request for request in requests}
    implied = {}
    for name, below in _GIVEN_BELOW:
        if target < below and _PREFIX + name not in held:
            held[_PREFIX + name] = implied[name] = Request(_PREFIX + name, "implied", None, ())
    for root, names, below in _IMPLIED_BELOW:
        cause = held.get(_PREFIX + root)
        for name in names if cause is not None and target < below else ():
            if _PREFIX + name not in held and name not in implied:
                limit = cause.max_sdk if cause is not None else None
                implied[name] = Request(_PREFIX + name, "implied", limit, (), _PREFIX + root)
    return list(implied.values())


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
        implied_by=request.implied_by,
        special=row is not None and row.special,
    )
