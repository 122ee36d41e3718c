"""One APK of an app, its base or a split: the manifest, and the resources that this refers to."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from apkcheck.apk.archive import Archive, ArchiveError
from apkcheck.apk.binaryxml import Element, read_xml
from apkcheck.apk.chunks import ChunkError
from apkcheck.apk.dex import Dex, read_dex
from apkcheck.apk.manifest import (
    Manifest,
    ManifestError,
    References,
    read_manifest,
    split_name,
)
from apkcheck.apk.resources import ResourceTable
from apkcheck.model import Gap

MANIFEST, RESOURCES = "AndroidManifest.xml", "resources.arsc"
_DEX_NAME = re.compile(r"classes([2-9]|[1-9][0-9]+)?\.dex")
_MOST_MANIFEST = 8 << 20
_MOST_RESOURCES = 64 << 20
_MOST_DEX = 128 << 20


class PartError(Exception):
    """Says why an APK cannot be used at all."""


class Part:
    """An open APK."""

    def __init__(self, archive: Archive, lang: str, path: str = "") -> None:
        self.archive = archive
        self.path = path
        """Where it lies among the APKs of a container; empty if it was given by itself."""
        self.title = self.name
        """What reports call it."""
        self.base: Part | None = None
        """Of a split: the base, whose resources its manifest may refer to."""
        self.gaps: set[Gap] = set()
        self._lang = lang

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder of the container in which it lies."""
        return self.path.rpartition("/")[0]

    def label(self, entry: str) -> str:
        """What reports call a file in it: in a split with the split's name in front."""
        return entry if self.base is None else f"{self.title}!{entry}"

    def gap(self, entry: str, why: str) -> None:
        """Notes what could not be read."""
        self.gaps.add(Gap(self.label(entry), why))

    def note_duplicates(self) -> None:
        """Notes every name that stands in the archive more than once."""
        for name in self.archive.duplicates:
            self.gap(name, "stands in the archive twice; the first one was read")

    # -- manifest ---------------------------------------------------------------------------------

    @property
    def split(self) -> str | None:
        """The name of the split; None of a base.

        Raises:
            PartError: if there is no manifest, or it cannot be read.
        """
        return split_name(self._root)

    @functools.cached_property
    def manifest(self) -> Manifest:
        """The manifest.

        Raises:
            PartError: if there is none, or it cannot be read.
        """
        try:
            return read_manifest(self._root, References(self._text, self._number))
        except ManifestError as error:
            raise _broken(str(error)) from None

    @functools.cached_property
    def _root(self) -> Element:
        if MANIFEST not in self.archive.entries:
            raise PartError(f"has no {MANIFEST}")
        if MANIFEST in self.archive.duplicates:
            raise _broken("it stands in the archive twice, which Android refuses")
        try:
            return read_xml(self.archive.read(MANIFEST, _MOST_MANIFEST))
        except (ArchiveError, ChunkError) as error:
            raise _broken(str(error)) from None

    def _text(self, resource: int) -> str | None:
        for part in self._with_resources():
            table = part.resources
            try:
                text = table.text(resource, self._lang) if table else None
            except ChunkError as error:
                part.gap(RESOURCES, str(error))
                continue
            if text is not None:
                return text
        return None

    def _number(self, resource: int) -> int | None:
        for part in self._with_resources():
            table = part.resources
            try:
                number = table.number(resource) if table else None
            except ChunkError as error:
                part.gap(RESOURCES, str(error))
                continue
            if number is not None:
                return number
        return None

    def _with_resources(self) -> Iterator[Part]:
        if self.base is not None:
            yield self.base
        if self.base is None or RESOURCES in self.archive.entries:
            yield self

    @functools.cached_property
    def resources(self) -> ResourceTable | None:
        """The table of resources; a gap if it cannot be read."""
        try:
            return ResourceTable(self.archive.read(RESOURCES, _MOST_RESOURCES))
        except (ArchiveError, ChunkError) as error:
            self.gap(RESOURCES, str(error))
            return None

    # -- code -------------------------------------------------------------------------------------

    def dex(self, name: str) -> Iterator[Dex]:
        """The logical DEX files in one file of code.

        Raises:
            ArchiveError: if it cannot be unpacked.
            DexError: at the first that is broken.
        """
        return read_dex(self.archive.read(name, _MOST_DEX))

    def dex_names(self) -> Iterator[str]:
        """``classes.dex``, ``classes2.dex`` … up to the first that is missing, as Android does."""
        entries = self.archive.entries
        count = 0
        while _dex_name(count + 1) in entries:
            count += 1
            yield _dex_name(count)
        if not count and self.base is None and self.manifest.has_code:
            self.gap(_dex_name(1), "is missing, though the manifest says that there is code")
        why = f"was not read: Android stops where {_dex_name(count + 1)} is missing"
        loaded = {_dex_name(number) for number in range(1, count + 1)}
        for name in entries:
            if _DEX_NAME.fullmatch(name) and name not in loaded:
                self.gap(name, why)


def _broken(why: str) -> PartError:
    return PartError(f"its {MANIFEST} cannot be read ({why})")


def _dex_name(number: int) -> str:
    return "classes.dex" if number == 1 else f"classes{number}.dex"
