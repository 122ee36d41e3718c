"""The APKs of one app: a single file, or a base with splits in an archive or in a folder.

Containers (``.apks`` of bundletool, ``.xapk``, ``.apkm``) are ZIP files of APKs, whatever they are
called. The base is the APK whose manifest names no split. An archive made for several kinds of
devices holds the base and each split more than once: the first of each is read, as one device
would install one of them. Containers inside containers are not opened.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from apkcheck.apk.archive import Archive, ArchiveError
from apkcheck.apk.parts import MANIFEST, RESOURCES, Part, PartError
from apkcheck.errors import ApkError
from apkcheck.model import Gap

_SUFFIX = ".apk"
_BASE_NAMES = ("base.apk", "base-master.apk", "universal.apk")
"""How installers, bundletool and its universal mode call the base."""
_OF_AN_APK = frozenset({MANIFEST, RESOURCES, "classes.dex"})
"""An archive with any of these is an APK, however broken, and no container."""

_MOST_APKS = 256
_MOST_UNPACKED = 2 << 30
"""Of all APKs in a container together, in bytes."""
_IN_MEMORY = 256 << 10

_Base = tuple[Part, tuple[str, int | None]]
"""A base with its package and version."""


@dataclass(frozen=True, slots=True)
class Package:
    """The APKs of one app, open."""

    file: Path
    """The file that was given; of a folder its base."""
    base: Part
    splits: tuple[Part, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """APKs that could not be read, or belong to another app."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The base, then the splits."""
        return (self.base, *self.splits)


@contextlib.contextmanager
def open_package(path: Path, lang: str) -> Iterator[Package]:
    """Opens what was given, and closes it again.

    Args:
        path: An APK, a container, or a folder of APKs.
        lang: Language of the label.

    Raises:
        ApkError: if it is missing, is not a ZIP file, or has no base with a readable manifest;
            also if it cannot be read later, while it is open.
    """
    try:
        with contextlib.ExitStack() as stack:
            yield _opened(path, lang, stack)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise ApkError(f"{path}: cannot be read ({reason}); check the path") from None
    except ArchiveError as error:
        raise ApkError(
            f"{path}: is not a ZIP file that Android could open ({error}); give a complete APK file"
        ) from None


def _opened(path: Path, lang: str, stack: contextlib.ExitStack) -> Package:
    if path.is_dir():
        return _folder(path, lang, stack)
    archive = stack.enter_context(Archive(path))
    if _is_container(archive):
        return _container(path, archive, lang, stack)
    return _single(path, archive, lang)


def _single(path: Path, archive: Archive, lang: str) -> Package:
    part = Part(archive, lang)
    try:
        split = part.manifest.split
    except PartError as error:
        raise ApkError(
            f"{path}: {error}; give an APK that Android installs, or a container of such"
        ) from None
    if split is not None:
        raise ApkError(
            f"{path}: is a split of an app ({split}), not its base; "
            "give the base APK, or the folder that holds both"
        )
    return Package(path, part)


def _is_container(archive: Archive) -> bool:
    return not _OF_AN_APK & archive.entries.keys() and any(_apks(archive.entries))


def _apks(names: Iterable[str]) -> Iterator[str]:
    """The paths of APKs, but for those that macOS puts beside them."""
    for path in names:
        name = path.rpartition("/")[2]
        if name.lower().endswith(_SUFFIX) and not name.startswith("."):
            yield path


def _folder(path: Path, lang: str, stack: contextlib.ExitStack) -> Package:
    names = sorted(_apks(file.name for file in path.iterdir() if file.is_file()))
    if not names:
        raise ApkError(f"{path}: is a directory without APKs; give an APK file")

    def opened(name: str) -> Archive:
        return stack.enter_context(Archive(path / name))

    package = _assembled(path, names, opened, lang)
    return replace(package, file=path / package.base.path)


def _container(path: Path, archive: Archive, lang: str, stack: contextlib.ExitStack) -> Package:
    room = _MOST_UNPACKED

    def opened(name: str) -> Archive:
        nonlocal room
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the stack closes it
        stack.callback(file.close)
        for piece in archive.pieces(name, room):
            room -= len(piece)
            file.write(piece)
        return Archive(cast(BinaryIO, file))

    return _assembled(path, sorted(_apks(archive.entries)), opened, lang)


def _assembled(
    path: Path, names: Sequence[str], opened: Callable[[str], Archive], lang: str
) -> Package:
    """Tells the base from splits, and both from what belongs to other apps."""
    gaps = [Gap(name, f"there are more than {_MOST_APKS} APKs") for name in names[_MOST_APKS:]]
    bases, splits = [], []
    for name in names[:_MOST_APKS]:
        try:
            part = Part(opened(name), lang, name)
            if part.split is None:
                bases.append((part, (part.manifest.package, part.manifest.version_code)))
            else:
                splits.append(part)
        except (ArchiveError, PartError) as error:
            gaps.append(Gap(name, str(error)))
    base, app = _base(path, bases, splits, gaps)
    why = "is an APK of its own, no split of this app"
    gaps += [Gap(other.path, why) for other, identity in bases if identity != app]
    chosen = list(_chosen(base, splits, gaps))
    return Package(path, base, tuple(chosen), tuple(gaps))


def _base(path: Path, bases: Sequence[_Base], splits: Sequence[Part], gaps: Sequence[Gap]) -> _Base:
    if not bases:
        found = f"only splits ({splits[0].path} …)" if splits else f"{gaps[0].what}: {gaps[0].why}"
        raise ApkError(f"{path}: holds no base APK ({found}); add the base APK, or give it alone")
    for name in _BASE_NAMES:
        for base in bases:
            if base[0].name == name:
                return base
    if len({app for _, app in bases}) > 1:
        raise ApkError(
            f"{path}: holds several APKs and none of them is called {_BASE_NAMES[0]}; "
            "give one of them by name"
        )
    return bases[0]


def _chosen(base: Part, splits: Iterable[Part], gaps: list[Gap]) -> Iterator[Part]:
    """One split of each name, those first that lie beside the base."""
    seen, titles = set(), set()
    for split in sorted(splits, key=lambda part: (part.folder != base.folder, part.path)):
        split.base = base
        try:
            manifest = split.manifest
        except PartError as error:
            gaps.append(Gap(split.path, str(error)))
            continue
        if manifest.package != base.manifest.package:
            gaps.append(Gap(split.path, "is a split of another app"))
        elif manifest.split not in seen:
            seen.add(manifest.split)
            split.title = split.path if split.name in titles else split.name
            titles.add(split.name)
            yield split
