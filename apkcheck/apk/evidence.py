"""Puts together what one APK shows, and says what of it could not be read."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import operator
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from apkcheck.apk.archive import ArchiveError
from apkcheck.apk.calls import DexCalls, Hierarchy, find_calls
from apkcheck.apk.code import read_code, read_methods
from apkcheck.apk.containers import Package, open_package
from apkcheck.apk.dex import Dex, DexError, java_name, java_names
from apkcheck.apk.graph import Graph, Symbols, read_graph, unknown_graph
from apkcheck.apk.manifest import Manifest, with_splits
from apkcheck.apk.mentions import Mentions
from apkcheck.apk.origins import origins_of
from apkcheck.apk.owners import Owners
from apkcheck.apk.packers import Marks, packing_of
from apkcheck.apk.parts import RESOURCES, Part
from apkcheck.apk.permissions import foreground_services_of, permissions_of
from apkcheck.apk.policies import Signs, addresses_in_code, policy_files
from apkcheck.apk.reachability import Place, Reach, Reachability
from apkcheck.apk.sdks import sdks_of, traces_of
from apkcheck.apk.signatures import SignatureError, Signatures, signatures_of
from apkcheck.apk.targets import Member, Targets, targets_of
from apkcheck.apk.unknown import unknown_packages
from apkcheck.apk.versions import constants_of, read_constants, version_of
from apkcheck.model import LIBRARY_PREFIX, ApiCall, App, Evidence, Gap, PolicyCandidate
from apkcheck.tables import Sdk, Tables

_MOST_CODE = 512 << 20
"""Of all DEX files together, in bytes unpacked: a small file may unpack to gigabytes."""
_MOST_KEPT = 20 << 20
"""Of DEX files that stay unpacked between the two times they are read, in bytes."""
_MOST_NAMES = 64 << 20
"""Of the names of all classes and their superclasses, in characters: names may overlap."""

_SPLITS_REQUIRED = ".vending.splits.required"
"""End of the name of the store's metadata in a base APK that cannot be installed alone."""


def read_evidence(path: Path, tables: Tables, lang: str) -> tuple[App, Evidence]:
    """Reads one app: an APK, or a base with its splits.

    Raises:
        ApkError: if it is missing, is not a ZIP file, or has no base with a readable manifest.
    """
    with open_package(path, lang) as package:
        return _Reading(package, tables).result()


_Site = tuple[str, str, str, str]
"""API, class and method of the caller, and name of the DEX file."""


@dataclass(slots=True)
class _Code:
    """What was read of each DEX file, in the order in which Android looks for classes."""

    targets: Targets
    heirs: frozenset[str]
    symbols: Symbols
    signs: Signs
    names: list[str] = field(default_factory=list)
    calls: list[DexCalls] = field(default_factory=list)
    graphs: list[Graph] = field(default_factory=list)
    versions: frozenset[Member] = frozenset()
    """Constants that say the version of an SDK."""
    constants: dict[Member, str] = field(default_factory=dict)
    """The values of those that are there; of two definitions the first."""
    failed: bool = False
    """Whether the graph of a file could not be read."""
    addresses: set[tuple[str, str, str]] = field(default_factory=set)
    """Addresses of policies, each with the file and a class that names it."""

    def read(self, part: Part, name: str, dex: Dex) -> None:
        methods = read_methods(dex)
        code = read_code(dex, methods)
        calls = find_calls(dex, methods, code, self.targets, self.heirs)
        graph = unknown_graph(dex)
        with _noting_gaps(part, name):
            graph = read_graph(dex, methods, code, self.symbols)
        self.failed |= not len(graph.bounds) > 1 and len(code.offsets) > 0
        with _noting_gaps(part, name):
            for constant, value in read_constants(dex, self.versions):
                self.constants.setdefault(constant, value)
        self.names.append(part.label(name))
        self.calls.append(calls)
        self.graphs.append(graph)
        for address, owner in addresses_in_code(dex, methods, code, self.signs):
            self.addresses.add((address, part.label(name), java_name(owner)))

    def activity(self, count: int) -> list[bool | None]:
        """Whether the methods of each class do anything; None if it has none, or is not known."""
        has, does = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        for graph in () if self.failed else self.graphs:
            has[graph.ref_class[graph.definitions]] = True
            does[graph.active] = True
        known: list[bool | None] = does.tolist()
        for at in np.flatnonzero(~(has | does)).tolist():
            known[at] = None
        return known

    def released(self) -> list[Graph]:
        """The graphs, which are not kept here any longer."""
        graphs, self.graphs = self.graphs, []
        return graphs


class _Reading:
    def __init__(self, package: Package, tables: Tables) -> None:
        self._package = package
        self._tables = tables
        self._gaps: set[Gap] = set(package.gaps)
        self._code_room = _MOST_CODE
        self._name_room = _MOST_NAMES
        self._signs = Signs(tables)
        self._resource_addresses: set[tuple[str, str]] = set()

    def result(self) -> tuple[App, Evidence]:
        package = self._package
        manifest = with_splits(package.base.manifest, (s.manifest for s in package.splits))
        owners = Owners(manifest, self._tables.sdks, self._tables.libraries)
        hierarchy, code = self._code()
        app = self._app(manifest)
        required = any(key.endswith(_SPLITS_REQUIRED) for key in manifest.metadata)
        if required and not package.splits:
            self._gaps.add(Gap("splits", "the manifest needs split APKs, which were not given"))
        for part in package.parts:
            part.note_duplicates()
            self._gaps |= part.gaps
        activity = code.activity(len(hierarchy.parents))
        named = zip(java_names(hierarchy.parents), activity, strict=True)
        does = dict(sorted(named, key=operator.itemgetter(0)))
        packer = self._packer(manifest, does.keys())
        complete = Evidence(packer=packer, gaps=tuple(self._gaps)).code_complete
        reach = self._reachability(manifest, hierarchy, code, complete)
        calls = tuple(self._api_calls(hierarchy, code, reach, owners))
        does = self._without_stubs(does, packer)
        traces = traces_of(does, self._files(), manifest, owners)
        return app, Evidence(
            permissions=permissions_of(manifest, self._tables.permissions),
            components=manifest.components,
            defined_permissions=manifest.defined,
            queries=manifest.queries,
            foreground_services=foreground_services_of(manifest),
            sdks=sdks_of(traces, self._tables.sdks, calls, lambda sdk: self._version(sdk, code)),
            api_calls=calls,
            unknown_packages=unknown_packages(does, calls, owners),
            policy_candidates=tuple(self._policy_candidates(code, owners)),
            packer=packer,
            gaps=tuple(sorted(self._gaps, key=lambda gap: (gap.what, gap.why))),
        )

    def _app(self, manifest: Manifest) -> App:
        with self._package.file.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        signed = Signatures()
        try:
            signed = signatures_of(self._package.base.archive, self._package.file)
        except SignatureError as error:
            self._gaps.add(Gap("signature", str(error)))
        return App(
            package=manifest.package,
            label=manifest.label,
            version_name=manifest.version_name,
            version_code=manifest.version_code,
            min_sdk=manifest.min_sdk,
            target_sdk=manifest.target_sdk,
            sha256=digest,
            size=size,
            signers=signed.signers,
            signature_schemes=signed.schemes,
        )

    def _files(self) -> Iterator[str]:
        """The names of all files in all APKs of the app."""
        return itertools.chain.from_iterable(p.archive.entries for p in self._package.parts)

    # -- code -------------------------------------------------------------------------------------

    def _code(self) -> tuple[Hierarchy, _Code]:
        """The classes of all DEX files, and the code of each that could be read.

        Every file is read twice, first for the classes that all of them define. From then on they
        are kept only if they are small: to unpack large ones again is cheaper than the memory.
        """
        targets = targets_of(self._tables.apis.values())
        classes: list[tuple[str, str | None]] = []
        found = [(part, name) for part in self._package.parts for name in part.dex_names()]
        size = sum(part.archive.entries[name].size for part, name in found)
        files: list[tuple[Part, str, list[Dex] | None]] = []
        for part, name in found:
            with _noting_gaps(part, name):
                dexes = self._dexes(part, name)
                classes += self._classes(dexes)
                files.append((part, name, dexes if size <= _MOST_KEPT else None))
                del dexes
        hierarchy = Hierarchy(classes, targets)
        del classes
        code = _Code(
            targets,
            hierarchy.heirs,
            Symbols(hierarchy.parents),
            self._signs,
            versions=constants_of(self._tables.sdks.values()),
        )
        while files:
            part, name, kept = files.pop(0)
            with _noting_gaps(part, name):
                for dex in kept or part.dex(name):
                    code.read(part, name, dex)
        return hierarchy, code

    def _dexes(self, part: Part, name: str) -> list[Dex]:
        self._code_room -= part.archive.entries[name].size
        if self._code_room < 0:
            raise DexError(f"the app has more than {_MOST_CODE >> 20} MB of code")
        return list(part.dex(name))

    def _classes(self, dexes: Iterable[Dex]) -> list[tuple[str, str | None]]:
        classes = []
        for dex in dexes:
            for defined, parent in dex.classes():
                self._name_room -= len(defined) + len(parent or "")
                if self._name_room < 0:
                    raise DexError("the names of the app's classes take too much room")
                classes.append((defined, parent))
        return classes

    def _version(self, sdk: Sdk, code: _Code) -> str | None:
        return version_of(sdk, code.constants, (part.archive for part in self._package.parts))

    def _packer(self, manifest: Manifest, classes: Set[str]) -> str | None:
        code_read = Evidence(gaps=tuple(self._gaps)).code_complete
        packing = packing_of(
            manifest, classes, self._files(), self._tables.packers, code_read=code_read
        )
        if packing.gap is not None:
            self._gaps.add(packing.gap)
        return packing.packer

    def _without_stubs(
        self, classes: dict[str, bool | None], packer: str | None
    ) -> dict[str, bool | None]:
        """The classes without those of the packer, which may lie in a package of an SDK."""
        if packer is None:
            return classes
        marks = Marks(self._tables.packers[packer])
        return {name: does for name, does in classes.items() if not marks.stub(name)}

    def _reachability(
        self, manifest: Manifest, hierarchy: Hierarchy, code: _Code, complete: bool
    ) -> Reachability | None:
        """Which of the code can run; None if it inherits or calls in too many ways."""
        others = set(manifest.named)
        for part in self._package.parts:
            mentions = Mentions(part.archive, manifest.package, code.symbols.classes, self._signs)
            others |= set(mentions.found())
            place = part.label(RESOURCES)
            self._resource_addresses |= {(found, place) for found in mentions.addresses}
            complete &= mentions.complete
        reach = None
        try:
            reach = Reachability(hierarchy.parents, code.released(), code.symbols, complete)
            reach.follow(manifest.entries, others)
        except DexError as error:
            self._gaps.add(Gap("call graph", str(error)))
        return reach

    def _policy_candidates(self, code: _Code, owners: Owners) -> Iterator[PolicyCandidate]:
        for path in sorted(policy_files(self._package, self._signs)):
            yield PolicyCandidate("file", path)
        named: dict[tuple[str, str], set[str]] = {key: set() for key in self._resource_addresses}
        for address, place, owner in code.addresses:
            named.setdefault((address, place), set()).add(owners.of(owner))
        for (address, place), found in sorted(named.items()):
            yield PolicyCandidate("address", address, place, tuple(sorted(found)))

    def _api_calls(
        self, hierarchy: Hierarchy, code: _Code, reach: Reachability | None, owners: Owners
    ) -> Iterator[ApiCall]:
        sites = sorted(_sites(hierarchy, code).items())
        origins = self._origins(hierarchy, reach, owners, sites)
        for (api, caller, method, name), places in sites:
            reached = reach.of(places) if reach else Reach(None)
            reached_from = set[str]().union(*(origins.get(place, ()) for place in places))
            yield ApiCall(
                api=api,
                data_type=self._tables.apis[api].data_type,
                caller_class=caller,
                caller_method=method,
                owner=owners.of(caller),
                reachable=reached.reachable,
                dex=name,
                count=places.total(),
                first_reached_by=reached.first,
                at_start=reached.at_start,
                reached_from=tuple(sorted(reached_from)),
            )

    def _origins(
        self,
        hierarchy: Hierarchy,
        reach: Reachability | None,
        owners: Owners,
        sites: Iterable[tuple[_Site, Counter[Place]]],
    ) -> Mapping[Place, frozenset[str]]:
        """Who reaches the calls in libraries."""
        within = [
            place
            for (_, caller, _, _), places in sites
            if owners.of(caller).startswith(LIBRARY_PREFIX)
            for place in places
        ]
        if reach is None or not within:
            return {}
        owned = map(owners.of, java_names(hierarchy.parents))
        names = [None if name.startswith(LIBRARY_PREFIX) else name for name in owned]
        return origins_of(reach, within, names)


def _sites(hierarchy: Hierarchy, code: _Code) -> dict[_Site, Counter[Place]]:
    """The calls by what a report tells apart, and among those by the method that calls."""
    found: dict[_Site, Counter[Place]] = defaultdict(Counter)
    for number, calls in enumerate(hierarchy.resolve(code.calls)):
        for (api, (owner, method, row)), count in calls.items():
            site = api, java_name(owner), method, code.names[number]
            found[site][number, row] += count
    return found


@contextlib.contextmanager
def _noting_gaps(part: Part, entry: str) -> Iterator[None]:
    try:
        yield
    except (ArchiveError, DexError) as error:
        part.gap(entry, str(error))
