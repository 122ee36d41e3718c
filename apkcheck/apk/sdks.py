"""The SDKs that are in the app, with every trace by which each was recognised.

Classes that are defined in the app, native libraries and declared components show that an SDK is
there. Metadata keys, actions, authorities and assets only add to that: an app that defines a key of
an SDK does not therefore contain it.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from apkcheck.apk.manifest import Manifest
from apkcheck.apk.owners import Owners
from apkcheck.model import ApiCall, SdkUse, Signal
from apkcheck.tables import Sdk

_PROOF = frozenset({"class", "component", "native"})
_NATIVE_FILE = re.compile(r"lib/[^/]+/([^/]+)")
_ASSETS = "assets/"


@dataclass(frozen=True, slots=True)
class Traces:
    """What an app shows of SDKs, before any of them is known."""

    packages: Mapping[str, int]
    """Number of classes defined, by the prefix that owns them."""
    natives: Mapping[str, int]
    """Number of native libraries by file name."""
    assets: frozenset[str]
    """Paths below ``assets/``."""
    manifest: Manifest


def traces_of(
    classes: Iterable[str], files: Iterable[str], manifest: Manifest, owners: Owners
) -> Traces:
    """Collects the traces; ``classes`` are the names of all classes defined in the app."""
    names = tuple(files)
    natives = (_NATIVE_FILE.fullmatch(name) for name in names)
    packages = Counter(owners.match(name)[1] for name in classes)
    return Traces(
        packages=packages,
        natives=Counter(match[1] for match in natives if match),
        assets=frozenset(n.removeprefix(_ASSETS) for n in names if n.startswith(_ASSETS)),
        manifest=manifest,
    )


def sdks_of(
    traces: Traces, sdks: Mapping[str, Sdk], owners: Owners, calls: Iterable[ApiCall]
) -> tuple[SdkUse, ...]:
    """The SDKs that are proven to be there, sorted by id."""
    observed: dict[str, set[str]] = {}
    for call in calls:
        observed.setdefault(call.owner, set()).add(call.data_type)
    found = []
    for sdk in sdks.values():
        signals = tuple(sorted(_signals(sdk, traces, owners), key=lambda s: (s.kind, s.value)))
        if any(signal.kind in _PROOF for signal in signals):
            found.append(_use(sdk, signals, observed.get(sdk.id, set())))
    return tuple(sorted(found, key=lambda use: use.id))


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


def _signals(sdk: Sdk, traces: Traces, owners: Owners) -> Iterator[Signal]:
    for prefix in sdk.packages:
        count = traces.packages.get(prefix, 0)
        if count and owners.match(prefix + ".X")[0] == sdk.id:
            yield Signal("class", prefix, count)
    yield from _counted("component", _components(sdk, traces.manifest, owners))
    for pattern in sdk.native:
        yield from _counted("native", _matching(pattern, traces.natives))
    yield from _counted("metadata", (k for k in traces.manifest.metadata if k in sdk.metadata))
    yield from _counted("action", _actions(sdk, traces.manifest))
    yield from _counted("authority", _authorities(sdk, traces.manifest))
    yield from _counted("asset", _assets(sdk, traces.assets))


def _counted(kind: str, values: Iterable[str]) -> Iterator[Signal]:
    for value, count in sorted(Counter(values).items()):
        yield Signal(kind, value, count)


def _components(sdk: Sdk, manifest: Manifest, owners: Owners) -> Iterator[str]:
    """Declared components whose class the SDK owns, or whose name its row gives."""
    for component in manifest.components:
        if component.name in sdk.components or owners.of(component.name) == sdk.id:
            yield component.name


def _matching(pattern: str, natives: Mapping[str, int]) -> Iterator[str]:
    for name, count in natives.items():
        if fnmatch.fnmatchcase(name, pattern):
            yield from [name] * count


def _actions(sdk: Sdk, manifest: Manifest) -> Iterator[str]:
    for component in manifest.components:
        yield from (action for action in component.actions if action in sdk.actions)


def _authorities(sdk: Sdk, manifest: Manifest) -> Iterator[str]:
    """Authorities as the row gives them, or with the app's package in front."""
    for component in manifest.components:
        for authority in component.authorities:
            if any(f".{authority}".endswith("." + a.lstrip(".")) for a in sdk.authorities):
                yield authority


def _assets(sdk: Sdk, assets: frozenset[str]) -> Iterator[str]:
    """Files as the row gives them (``*`` matches anything), or everything in a folder it gives."""
    for pattern in sdk.assets:
        wanted = pattern.removeprefix(_ASSETS)
        for name in assets:
            if fnmatch.fnmatchcase(name, wanted) or name.startswith(wanted.rstrip("/") + "/"):
                yield name
