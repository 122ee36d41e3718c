"""Packed apps (加固): what their manifest declares is not in the code that can be read.

A packer replaces the DEX files of an app by a stub, which unpacks the real ones when the app
starts. The manifest still names the real classes. Of four apps that are packed, the code defines 0
of 30, 0 of 215, 0 of 4 and 0 of 68 components; of nearly all others more than 0.7.

Stub classes, libraries and files of a packer say which it is. Alone they prove nothing: apps carry
such a library and are not packed. But an app that names a stub as its Application class does
start the packer, and counts as packed whatever else is defined.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from apkcheck.apk.manifest import Manifest
from apkcheck.model import Gap
from apkcheck.tables import Packer

_LEAST_DEFINED = 0.5
"""Share of the manifest's components that an app defines at least unless its code is hidden."""

_FEWEST_COMPONENTS = 4
"""Components that must be declared before missing ones say anything without a packer's trace."""

_ASSETS = "assets/"
_LIBRARY_PLACES = frozenset({"lib", "assets"})
_NOTHING = r"(?!)"


@dataclass(frozen=True, slots=True)
class Packing:
    """Whether an app is packed, and by what."""

    packer: str | None = None
    """Id of the packer."""
    gap: Gap | None = None
    """Code that is missing, but of no packer that the tables know."""


class Marks:
    """How one packer is recognised."""

    def __init__(self, row: Packer) -> None:
        self.id = row.id
        # A class, what is nested in it, or a class of a package.
        self._classes = _pattern(row.classes, end=r"(?:[.$].*)?")
        self._natives = _pattern(row.native)
        self._others = _pattern(row.assets)

    def stub(self, class_name: str) -> bool:
        """Whether a class is a stub of this packer."""
        return self._classes.fullmatch(class_name) is not None

    def library(self, path: str) -> bool:
        """Whether a file of the archive is a native library of this packer."""
        folder, _, name = path.rpartition("/")
        place = folder.partition("/")[0]
        return place in _LIBRARY_PLACES and self._natives.fullmatch(name) is not None

    def asset(self, path: str) -> bool:
        """Whether a file of the archive is another file of this packer."""
        return self._others.fullmatch(path.removeprefix(_ASSETS)) is not None

    def file(self, path: str) -> bool:
        """Whether a file of the archive is this packer's."""
        return self.library(path) or self.asset(path)

    def traces(self, classes: Iterable[str], files: Collection[str]) -> tuple[bool, bool, bool]:
        """Whether its stubs, libraries and other files are there; the first weigh most."""
        return (
            any(map(self.stub, classes)),
            any(map(self.library, files)),
            any(map(self.asset, files)),
        )


def packing_of(
    manifest: Manifest,
    defined: Collection[str],
    files: Iterable[str],
    packers: Mapping[str, Packer],
    *,
    code_read: bool,
) -> Packing:
    """Looks for a packer.

    Args:
        manifest: The app's manifest.
        defined: Names of all classes that its code defines.
        files: Paths of all files in its archives.
        packers: The table of packers.
        code_read: False if there is code that could not be read: then classes that are missing
            may be defined there.
    """
    marks = [Marks(row) for row in packers.values()]
    for mark in marks:
        if manifest.application is not None and mark.stub(manifest.application):
            return Packing(mark.id)
    declared = {c.name for c in manifest.components if c.kind != "activity-alias"}
    there = sum(name in defined for name in declared)
    if not manifest.has_code or there >= _LEAST_DEFINED * len(declared):
        return Packing()
    names = tuple(files)
    found = {mark.id: mark.traces(defined, names) for mark in marks}
    best = max(found.values(), default=())
    if any(best):
        return Packing(min(packer for packer, traces in found.items() if traces == best))
    if code_read and len(declared) >= _FEWEST_COMPONENTS:
        return Packing(gap=_missing(there, len(declared)))
    return Packing()


def _missing(there: int, declared: int) -> Gap:
    return Gap(
        "classes*.dex",
        f"define only {there} of the {declared} components that the manifest declares; the others "
        "may be packed, loaded later, or lie in split APKs that were not given",
    )


def _pattern(wanted: Iterable[str], end: str = "") -> re.Pattern[str]:
    parts = [re.escape(name).replace(r"\*", ".*") + end for name in wanted]
    return re.compile("|".join(parts) or _NOTHING, re.DOTALL)
