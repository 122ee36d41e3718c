"""The SDKs that are in the app, with every trace by which each was recognised.

Classes that are defined in the app, native libraries and declared components show that an SDK is
there. Metadata keys, actions, authorities and assets only add to that: an app that defines a key
of an SDK does not therefore contain it.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from apkcheck.apk.manifest import Manifest
from apkcheck.apk.owners import Owners
from apkcheck.model import ApiCall, SdkUse, Signal
from apkcheck.tables import Sdk

_PROOF = frozenset({"class", "component", "native"})
_NATIVE_FILE = re.compile(r"lib/[^/]+/([^/]+)")
_ASSETS = "assets/"
_DEEPEST_FOLDER = 12
_MOST_AUTHORITIES = 4096


@dataclass(frozen=True, slots=True)
class Traces:
    """What an app shows of SDKs, before any of them is known; values with their numbers."""

    classes: Mapping[str, Mapping[str, int]]
    """By owner: the prefixes under which its classes are defined."""
    components: Mapping[str, int]
    owned_components: Mapping[str, tuple[str, ...]]
    """By owner: the declared components whose class belongs to it."""
    natives: Mapping[str, int]
    """File names of native libraries, one for each architecture."""
    metadata: Mapping[str, int]
    actions: Mapping[str, int]
    authorities: Mapping[str, int]
    idle: frozenset[str]
    """Owners whose classes have methods, but none that does anything; see ``Graph.active``."""
    assets: Mapping[str, int]
    """Paths below ``assets/``: files, and folders with the number of files in them."""


def traces_of(
    classes: Mapping[str, bool | None], files: Iterable[str], manifest: Manifest, owners: Owners
) -> Traces:
    """Collects the traces.

    Args:
        classes: The names of all classes defined in the app, and whether their methods do
            anything; None if a class has none.
        files: The paths of all files of its archives.
        manifest: Its manifest.
        owners: Who owns what.
    """
    prefixes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    idle: set[str] = set()
    active: set[str] = set()
    for name, does in classes.items():
        owner, prefix = owners.match(name)
        prefixes[owner][prefix] += 1
        if does is not None:
            (active if does else idle).add(owner)
    declared: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted({component.name for component in manifest.components}):
        declared[owners.of(name)].append(name)
    names = tuple(files)
    natives = (_NATIVE_FILE.fullmatch(name) for name in names)
    return Traces(
        classes=prefixes,
        components=Counter(component.name for component in manifest.components),
        owned_components={owner: tuple(found) for owner, found in declared.items()},
        natives=Counter(match[1] for match in natives if match),
        metadata=Counter(manifest.metadata),
        actions=Counter(action for c in manifest.components for action in c.actions),
        authorities=Counter(name for c in manifest.components for name in c.authorities),
        idle=frozenset(idle - active),
        assets=Counter(_with_folders(names)),
    )


def sdks_of(
    traces: Traces,
    sdks: Mapping[str, Sdk],
    calls: Iterable[ApiCall],
    version: Callable[[Sdk], str | None],
) -> tuple[SdkUse, ...]:
    """The SDKs that are proven to be there, sorted by id."""
    observed: defaultdict[str, set[str]] = defaultdict(set)
    for call in calls:
        for owner in (call.owner, *call.reached_from):
            observed[owner].add(call.data_type)
    found = []
    for sdk in sdks.values():
        signals = tuple(sorted(_signals(sdk, traces), key=lambda s: (s.kind, s.value)))
        if any(signal.kind in _PROOF for signal in signals):
            use = _use(sdk, signals, observed[sdk.id])
            stub = _is_stub(use, traces)
            found.append(dataclasses.replace(use, stub=stub, version=version(sdk)))
    return tuple(sorted(found, key=lambda use: use.id))


def _is_stub(use: SdkUse, traces: Traces) -> bool:
    """Whether classes are there but nothing that could do anything."""
    kinds = {signal.kind for signal in use.signals}
    return use.id in traces.idle and "native" not in kinds and not use.data_types_observed


def _use(sdk: Sdk, signals: tuple[Signal, ...], observed: Iterable[str]) -> SdkUse:
    return SdkUse(
        id=sdk.id,
        name=sdk.name,
        vendor=sdk.vendor,
        packages=tuple(signal.value for signal in signals if signal.kind == "class"),
        signals=signals,
        data_types_declared=sdk.data_types,
        data_types_observed=tuple(sorted(observed)),
    )


def _signals(sdk: Sdk, traces: Traces) -> Iterator[Signal]:
    for prefix, count in traces.classes.get(sdk.id, {}).items():
        yield Signal("class", prefix, count)
    components = {*traces.owned_components.get(sdk.id, ()), *sdk.components}
    yield from _counted("component", components, traces.components)
    yield from _counted("native", _matching(sdk.native, traces.natives), traces.natives)
    yield from _counted("metadata", sdk.metadata, traces.metadata)
    yield from _counted("action", sdk.actions, traces.actions)
    authorities = _ending(sdk.authorities, traces.authorities)
    yield from _counted("authority", authorities, traces.authorities)
    assets = tuple(path.removeprefix(_ASSETS).rstrip("/") for path in sdk.assets)
    yield from _counted("asset", _matching(assets, traces.assets), traces.assets)


def _counted(kind: str, values: Iterable[str], counts: Mapping[str, int]) -> Iterator[Signal]:
    for value in set(values):
        if value in counts:
            yield Signal(kind, value, counts[value])


def _matching(patterns: Iterable[str], values: Iterable[str]) -> Iterator[str]:
    """The patterns themselves, and what those with a ``*`` match."""
    for pattern in patterns:
        if "*" in pattern:
            yield from fnmatch.filter(values, pattern)
        else:
            yield pattern


def _ending(wanted: Iterable[str], authorities: Iterable[str]) -> Iterator[str]:
    """Authorities as a row gives them, or with the app's package in front."""
    ends = tuple("." + name.lstrip(".") for name in wanted)
    known = itertools.islice(authorities, _MOST_AUTHORITIES if ends else 0)
    return (authority for authority in known if f".{authority}".endswith(ends))


def _with_folders(files: Iterable[str]) -> Iterator[str]:
    for file in files:
        if file.startswith(_ASSETS):
            path = file.removeprefix(_ASSETS)
            for _ in range(_DEEPEST_FOLDER):
                if path:
                    yield path
                path = path.rpartition("/")[0]
