"""Whose code a class is: by the longest package prefix of the app, an SDK or a library.

Prefixes match whole labels: ``com.umengx`` is not ``com.umeng``. The app's own prefixes are

1. the package of the manifest, and its parent if that still has three labels;
2. what it has in common with the package of a component or of the Application class, if that class
   belongs to no SDK or library and they agree in at least an organisation's name (``com.example``,
   ``cn.com.example``);
3. the packages of the Application class and of the activities that the launcher starts, and what
   those have in common: the manifest may name another package than the code (flavours), but what
   Android starts first is the app's own.

Of these only the first wins over a prefix of the tables. Everything else is of unknown owner.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from apkcheck.apk.manifest import Manifest
from apkcheck.model import FIRST_PARTY, LIBRARY_PREFIX, UNKNOWN_OWNER
from apkcheck.tables import Library, Sdk

_SHARED_LABELS = frozenset({"ac", "co", "com", "edu", "gitee", "github", "gov", "net", "org"})
"""Second labels under which organisations register, so that two labels name none."""

_LONGEST_NAME = 1024
_MOST_STARTED = 16
_PARENT_DOTS = 2
"""Dots that the parent of the manifest's package must have to be the app's own as well: the code
of ``io.appium.uiautomator2.server`` lies in ``io.appium.uiautomator2``."""


class Owners:
    """Looks up owners by class or package name, with dots."""

    def __init__(
        self, manifest: Manifest, sdks: Mapping[str, Sdk], libraries: Mapping[str, Library]
    ) -> None:
        self._prefixes: dict[str, str] = {}
        for library in libraries.values():
            for prefix in library.packages:
                self._prefixes[prefix] = LIBRARY_PREFIX + library.id
        for sdk in sdks.values():
            for prefix in sdk.packages:
                self._prefixes[prefix] = sdk.id
        self._known: dict[str, tuple[str, str]] = {}
        for prefix in list(self._own_prefixes(manifest)):
            self._prefixes.setdefault(prefix, FIRST_PARTY)
        self._prefixes[manifest.package] = FIRST_PARTY
        self._known.clear()
        self._above = {above for prefix in self._prefixes for above in _above(prefix)}

    def of(self, class_name: str) -> str:
        """``first-party``, an SDK's id, ``library:<id>`` or ``unknown``."""
        return self.match(class_name)[0]

    def match(self, class_name: str) -> tuple[str, str]:
        """The owner, and the prefix by which it is known; empty if it is not."""
        outer = class_name[:_LONGEST_NAME].partition("$")[0]
        if outer in self._prefixes:
            return self._prefixes[outer], outer
        package = outer.rpartition(".")[0]
        known = self._known.get(package)
        if known is None:
            known = self._known[package] = self._longest(package)
        return known

    def root(self, class_name: str) -> str:
        """The shortest package around a class of unknown owner that holds no known code.

        It has two labels at least where the package has as many, and three where two name no
        organisation; it is empty if the class lies in no package.
        """
        labels = class_name[:_LONGEST_NAME].partition("$")[0].split(".")[:-1]
        length = min(len(labels), _organisation(labels))
        while length < len(labels) and ".".join(labels[:length]) in self._above:
            length += 1
        return ".".join(labels[:length])

    def _longest(self, package: str) -> tuple[str, str]:
        prefix = package
        while prefix:
            if prefix in self._prefixes:
                return self._prefixes[prefix], prefix
            prefix = prefix.rpartition(".")[0]
        return UNKNOWN_OWNER, ""

    def _own_prefixes(self, manifest: Manifest) -> Iterator[str]:
        yield manifest.package
        parent = manifest.package.rpartition(".")[0]
        if parent.count(".") >= _PARENT_DOTS:
            yield parent
        application = [manifest.application] if manifest.application else []
        started = self._packages([*application, *manifest.launchers])
        declared = self._packages(
            component.name
            for component in manifest.components
            if component.kind != "activity-alias"
        )
        for package in started | declared:
            yield from _common(manifest.package, package)
        for package in started:
            yield package
        for first, second in itertools.combinations(sorted(started)[:_MOST_STARTED], 2):
            yield from _common(first, second)

    def _packages(self, classes: Iterable[str]) -> set[str]:
        """The packages of those classes that no table knows."""
        unowned = (name for name in classes if self.of(name) == UNKNOWN_OWNER)
        return {name.rpartition(".")[0] for name in unowned} - {""}


def _above(prefix: str) -> Iterator[str]:
    while prefix:
        prefix = prefix.rpartition(".")[0]
        yield prefix


def _organisation(labels: Sequence[str]) -> int:
    """How many labels it takes to name an organisation."""
    return 3 if len(labels) > 1 and labels[1] in _SHARED_LABELS else 2


def _common(first: str, second: str) -> Iterator[str]:
    labels = []
    for left, right in zip(first.split("."), second.split("."), strict=False):
        if left != right:
            break
        labels.append(left)
    if len(labels) >= _organisation(labels):
        yield ".".join(labels)
