"""Puts together what one APK shows, and says what of it could not be read."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from apkcheck.apk.archive import Archive, ArchiveError
from apkcheck.apk.binaryxml import read_xml
from apkcheck.apk.calls import DexCalls, Hierarchy, find_calls
from apkcheck.apk.chunks import ChunkError
from apkcheck.apk.dex import Dex, DexError, java_name, read_dex
from apkcheck.apk.manifest import Manifest, ManifestError, References, read_manifest
from apkcheck.apk.owners import Owners
from apkcheck.apk.packers import Marks, packing_of
from apkcheck.apk.permissions import permissions_of
from apkcheck.apk.resources import ResourceTable
from apkcheck.apk.sdks import sdks_of, traces_of
from apkcheck.apk.signatures import SignatureError, signers_of
from apkcheck.apk.targets import targets_of
from apkcheck.errors import ApkError
from apkcheck.model import ApiCall, App, Evidence, Gap
from apkcheck.tables import Tables

_MANIFEST, _RESOURCES = "AndroidManifest.xml", "resources.arsc"
_DEX_NAME = re.compile(r"classes([2-9]|[1-9][0-9]+)?\.dex")
_MOST_MANIFEST = 8 << 20
_MOST_RESOURCES = 64 << 20
_MOST_DEX = 128 << 20
_MOST_CODE = 512 << 20
"""Of all DEX files together, in bytes unpacked: a small file may unpack to gigabytes."""
_MOST_NAMES = 64 << 20
"""Of the names of all classes and their superclasses, in characters: names may overlap."""


def read_evidence(path: Path, tables: Tables, lang: str) -> tuple[App, Evidence]:
    """Reads one APK file.

    Raises:
        ApkError: if it is missing, is not a ZIP file, or has no readable manifest.
    """
    try:
        with Archive(path) as archive:
            return _Reading(path, archive, tables, lang).result()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise ApkError(f"{path}: cannot be read ({reason}); check the path") from None
    except ArchiveError as error:
        raise ApkError(
            f"{path}: is not a ZIP file that Android could open ({error}); give a complete APK file"
        ) from None


class _Reading:
    def __init__(self, path: Path, archive: Archive, tables: Tables, lang: str) -> None:
        self._path = path
        self._archive = archive
        self._tables = tables
        self._lang = lang
        self._gaps: set[Gap] = set()
        self._resources: ResourceTable | None = None
        self._resources_read = False
        self._code_room = _MOST_CODE
        self._name_room = _MOST_NAMES

    def result(self) -> tuple[App, Evidence]:
        manifest = self._manifest()
        owners = Owners(manifest, self._tables.sdks, self._tables.libraries)
        hierarchy, found = self._code(manifest)
        calls = self._calls(hierarchy, found, owners)
        classes = frozenset(map(java_name, hierarchy.parents))
        packer = self._packer(manifest, classes)
        classes = self._without_stubs(classes, packer)
        traces = traces_of(sorted(classes), self._archive.entries, manifest, owners)
        app = self._app(manifest)
        self._note_duplicates()
        return app, Evidence(
            permissions=permissions_of(manifest, self._tables.permissions),
            components=manifest.components,
            sdks=sdks_of(traces, self._tables.sdks, calls),
            api_calls=calls,
            packer=packer,
            gaps=tuple(sorted(self._gaps, key=lambda gap: (gap.what, gap.why))),
        )

    # -- manifest ---------------------------------------------------------------------------------

    def _manifest(self) -> Manifest:
        if _MANIFEST not in self._archive.entries:
            raise ApkError(
                f"{self._path}: has no {_MANIFEST}; give an APK file "
                "(of a bundle, .apks or .xapk, the base APK inside it)"
            )
        if _MANIFEST in self._archive.duplicates:
            raise self._broken("it stands in the archive twice, which Android refuses")
        try:
            root = read_xml(self._archive.read(_MANIFEST, _MOST_MANIFEST))
            return read_manifest(root, References(self._resource_text, self._resource_number))
        except (ArchiveError, ChunkError, ManifestError) as error:
            raise self._broken(str(error)) from None

    def _broken(self, why: str) -> ApkError:
        return ApkError(
            f"{self._path}: its {_MANIFEST} cannot be read ({why}); "
            "give an APK file that Android installs"
        )

    def _resource_text(self, resource: int) -> str | None:
        table = self._table()
        try:
            return table.text(resource, self._lang) if table else None
        except ChunkError as error:
            self._gap(_RESOURCES, str(error))
            return None

    def _resource_number(self, resource: int) -> int | None:
        table = self._table()
        try:
            return table.number(resource) if table else None
        except ChunkError as error:
            self._gap(_RESOURCES, str(error))
            return None

    def _table(self) -> ResourceTable | None:
        if not self._resources_read:
            self._resources_read = True
            try:
                self._resources = ResourceTable(self._archive.read(_RESOURCES, _MOST_RESOURCES))
            except (ArchiveError, ChunkError) as error:
                self._gap(_RESOURCES, str(error))
        return self._resources

    def _app(self, manifest: Manifest) -> App:
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        signers: tuple[str, ...] = ()
        try:
            signers = signers_of(self._archive)
        except SignatureError as error:
            self._gap("signature", str(error))
        return App(
            package=manifest.package,
            label=manifest.label,
            version_name=manifest.version_name,
            version_code=manifest.version_code,
            min_sdk=manifest.min_sdk,
            target_sdk=manifest.target_sdk,
            sha256=digest,
            size=self._archive.size,
            signers=signers,
        )

    def _note_duplicates(self) -> None:
        for name in sorted(set(self._archive.duplicates)):
            self._gap(name, "stands in the archive twice; the first one was read")

    def _gap(self, what: str, why: str) -> None:
        self._gaps.add(Gap(what, why))

    # -- code -------------------------------------------------------------------------------------

    def _code(self, manifest: Manifest) -> tuple[Hierarchy, dict[str, list[DexCalls]]]:
        """The classes of all DEX files, and the calls in each that could be read.

        Every file is unpacked twice, first for the classes that all of them define: that takes
        less memory than to keep them, and little time.
        """
        targets = targets_of(self._tables.apis.values())
        classes: list[tuple[str, str | None]] = []
        names = []
        for name in self._dex_names(manifest):
            with self._noting_gaps(name):
                classes += self._classes(name)
                names.append(name)
        hierarchy = Hierarchy(classes, targets)
        calls: dict[str, list[DexCalls]] = {}
        for name in names:
            with self._noting_gaps(name):
                calls[name] = [find_calls(dex, targets, hierarchy.heirs) for dex in self._dex(name)]
        return hierarchy, calls

    def _classes(self, name: str) -> list[tuple[str, str | None]]:
        self._code_room -= self._archive.entries[name].size
        if self._code_room < 0:
            raise DexError(f"the app has more than {_MOST_CODE >> 20} MB of code")
        classes = []
        for dex in self._dex(name):
            for defined, parent in dex.classes():
                self._name_room -= len(defined) + len(parent or "")
                if self._name_room < 0:
                    raise DexError("the names of the app's classes take too much room")
                classes.append((defined, parent))
        return classes

    def _dex(self, name: str) -> Iterator[Dex]:
        return read_dex(self._archive.read(name, _MOST_DEX))

    @contextlib.contextmanager
    def _noting_gaps(self, what: str) -> Iterator[None]:
        try:
            yield
        except (ArchiveError, DexError) as error:
            self._gap(what, str(error))

    def _dex_names(self, manifest: Manifest) -> Iterator[str]:
        """``classes.dex``, ``classes2.dex`` … up to the first that is missing, as Android does."""
        entries = self._archive.entries
        count = 0
        while _dex_name(count + 1) in entries:
            count += 1
            yield _dex_name(count)
        if not count and manifest.has_code:
            self._gap(_dex_name(1), "is missing, though the manifest says that there is code")
        why = f"was not read: Android stops where {_dex_name(count + 1)} is missing"
        loaded = {_dex_name(number) for number in range(1, count + 1)}
        for name in entries:
            if _DEX_NAME.fullmatch(name) and name not in loaded:
                self._gap(name, why)

    def _packer(self, manifest: Manifest, classes: frozenset[str]) -> str | None:
        code_read = not any(gap.what.endswith(".dex") for gap in self._gaps)
        packing = packing_of(
            manifest, classes, self._archive.entries, self._tables.packers, code_read=code_read
        )
        if packing.gap is not None:
            self._gaps.add(packing.gap)
        return packing.packer

    def _without_stubs(self, classes: frozenset[str], packer: str | None) -> frozenset[str]:
        """The classes without those of the packer, which may lie in a package of an SDK."""
        if packer is None:
            return classes
        marks = Marks(self._tables.packers[packer])
        return frozenset(name for name in classes if not marks.stub(name))

    def _calls(
        self, hierarchy: Hierarchy, found: Mapping[str, Sequence[DexCalls]], owners: Owners
    ) -> tuple[ApiCall, ...]:
        flat = [(name, dex) for name, dexes in found.items() for dex in dexes]
        counts: Counter[tuple[str, str, str, str]] = Counter()
        resolved = hierarchy.resolve([dex for _, dex in flat])
        for (name, _), calls in zip(flat, resolved, strict=True):
            for (api, (owner, method)), count in calls.items():
                counts[api, java_name(owner), method, name] += count
        return tuple(
            ApiCall(
                api=api,
                data_type=self._tables.apis[api].data_type,
                caller_class=caller,
                caller_method=method,
                owner=owners.of(caller),
                reachable=None,
                dex=name,
                count=count,
            )
            for (api, caller, method, name), count in sorted(counts.items())
        )


def _dex_name(number: int) -> str:
    return "classes.dex" if number == 1 else f"classes{number}.dex"
