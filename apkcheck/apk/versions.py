"""The versions of SDKs, where these say them: constants of their classes, and files they bring."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from apkcheck.apk.archive import Archive, ArchiveError
from apkcheck.apk.dex import Dex
from apkcheck.apk.targets import Member, member
from apkcheck.tables import Sdk

_MOST_FILE = 1 << 16
_LONGEST = 64
_AFTER_WORDS = re.compile(r"\D{1,40}(\d+(?:[._]\d+)+)")
"""The number in ``android 6.8.0`` and ``MiPush_SDK_Client_3_6_2.jar``."""


def constants_of(sdks: Iterable[Sdk]) -> frozenset[Member]:
    """The constants that say the version of an SDK, as descriptor and name."""
    return frozenset(member(place) for sdk in sdks for place in sdk.versions if not _is_file(place))


def read_constants(dex: Dex, wanted: Collection[Member]) -> Iterator[tuple[Member, str]]:
    """The values of those constants that a DEX file defines and initialises.

    Raises:
        DexError: if the values of a class do not fit the file.
    """
    for owner in sorted({owner for owner, _ in wanted}):
        for name, value in dex.constants(owner):
            if (owner, name) in wanted and value.strip():
                yield (owner, name), _number(value)


def version_of(
    sdk: Sdk, constants: Mapping[Member, str], archives: Iterable[Archive]
) -> str | None:
    """What the first place that is there says."""
    files = tuple(archives)
    for place in sdk.versions:
        if _is_file(place):
            found = next(filter(None, (_in_file(archive, place) for archive in files)), None)
        else:
            found = constants.get(member(place))
        if found:
            return found
    return None


def _is_file(place: str) -> bool:
    """Files have a path, a key or, in the archive's root, no dot; constants have a class."""
    return "/" in place or "#" in place or "." not in place


def _number(value: str) -> str:
    """The version alone, where words stand in front of it."""
    value = value.strip()[:_LONGEST]
    found = _AFTER_WORDS.match(value)
    return found[1].replace("_", ".") if found else value


def _in_file(archive: Archive, place: str) -> str | None:
    path, _, key = place.partition("#")
    if path not in archive.entries:
        return None
    try:
        text = archive.read(path, _MOST_FILE).decode("utf-8", "replace")
    except ArchiveError:
        return None
    if not key:
        return _number(text.strip().partition("\n")[0]) or None
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip() == key:
            return _number(value) or None
    return None
