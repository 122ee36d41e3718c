"""Code that is neither the app's own nor in the tables: how much there is, and what it reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from apkcheck.apk.owners import Owners
from apkcheck.model import UNKNOWN_OWNER, ApiCall, UnknownPackage


def unknown_packages(
    classes: Iterable[str], calls: Iterable[ApiCall], owners: Owners
) -> tuple[UnknownPackage, ...]:
    """The packages of unknown owner, those with most classes first.

    Args:
        classes: The names of all classes that the app defines.
        calls: Its sensitive calls.
        owners: Who owns what.
    """
    sizes = Counter(owners.root(name) for name in classes if owners.of(name) == UNKNOWN_OWNER)
    apis: defaultdict[str, set[str]] = defaultdict(set)
    for call in calls:
        if call.owner == UNKNOWN_OWNER:
            apis[owners.root(call.caller_class)].add(call.api)
    found = (
        UnknownPackage(package or None, count, tuple(sorted(apis[package])))
        for package, count in sizes.items()
    )
    return tuple(sorted(found, key=lambda p: (-p.classes, p.package or "")))
