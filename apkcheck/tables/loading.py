"""Finds, reads, validates, indexes and digests the mapping tables."""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from apkcheck.errors import TableError
from apkcheck.tables import rows
from apkcheck.tables.approval import approve, is_approved, key_of, ship
from apkcheck.tables.index import Tables
from apkcheck.tables.making import row_maker

if TYPE_CHECKING:
    from apkcheck.tables.decoding import Placed, Problems

TABLE_FILES: dict[str, tuple[str, type[Any]]] = {
    "apis": ("apis.json", rows.Api),
    "app_types": ("app_types.json", rows.AppType),
    "checklist": ("checklist.json", rows.ChecklistEntry),
    "clauses": ("clauses.json", rows.Clause),
    "data_safety": ("data_safety.json", rows.DataSafety),
    "data_types": ("data_types.json", rows.DataType),
    "libraries": ("libraries.json", rows.Library),
    "manual_checks": ("manual_checks.json", rows.ManualCheck),
    "messages": ("messages.json", rows.Message),
    "packers": ("packers.json", rows.Packer),
    "permission_labels": ("permission_labels.json", rows.PermissionLabel),
    "permissions": ("permissions.json", rows.Permission),
    "purposes": ("purposes.json", rows.Purpose),
    "sdk_categories": ("sdk_categories.json", rows.SdkCategory),
    "sdks": ("sdks.json", rows.Sdk),
    "sources": ("sources.json", rows.Source),
    "words_en": ("words/en.json", rows.Word),
    "words_zh": ("words/zh.json", rows.Word),
}
"""Every table: the name of its index in ``Tables``, its file and the class of its rows."""

PROFILES = "profiles"
"""Folder of the profiles; each file in it is one, and goes by the file's name."""


def mappings_folder() -> Path:
    """The folder of the shipped tables: inside the package, or beside it in a plain checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "mappings", package.parent / "mappings"):
        if (folder / "sources.json").is_file():
            return folder
    return package / "mappings"


def profile_names(overlay: Path | None = None) -> tuple[str, ...]:
    """The profiles that there are, shipped or in ``overlay``, sorted."""
    folders = (mappings_folder(), overlay)
    return tuple(sorted({f.stem for b in folders if b for f in (b / PROFILES).glob("*.json")}))


def load_tables(overlay: Path | None = None, *, thorough: bool = False) -> Tables:
    """Loads the shipped tables, and over them those of ``overlay``, a folder of the same shape.

    A row of the overlay replaces the shipped row of the same id. Tables whose contents were found
    valid before are not checked again, unless ``thorough`` asks for it.

    Raises:
        TableError: with every problem found, if a table is missing or invalid.
    """
    return _load(mappings_folder(), overlay, thorough)


def ship_approval() -> None:
    """Checks the shipped tables, and writes down that they are valid for a wheel to bring along.

    Raises:
        TableError: with every problem found, if they are not.
        OSError: if it cannot be written.
    """
    ship(key_of(load_tables(thorough=True).digest))


class _File(NamedTuple):
    """The content of one table in one folder."""

    table: str
    path: Path
    name: str
    """The path within its folder."""
    content: bytes
    row_class: type[Any]
    shipped: bool


@functools.lru_cache(maxsize=4)
def _load(folder: Path, overlay: Path | None, thorough: bool) -> Tables:
    problems: list[str] = []
    files = list(_read_all(folder, overlay, problems))
    problems.extend(_overlay_problems(overlay))
    digest = _digest(files)
    key = key_of(digest)
    known: list[_File] = []
    if not thorough:
        if not problems and is_approved(key):
            with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
                return _tables(_assembled(files), digest)
        shipped = [file for file in files if file.shipped]
        known = shipped if overlay and is_approved(key_of(_digest(shipped))) else []
    tables = _checked(files, known, digest, problems)
    approve(key)
    return tables


def _digest(files: Iterable[_File]) -> str:
    digest = hashlib.sha256()
    for file in files:
        for part in (file.name.encode(), b"\0", file.content, b"\0"):
            digest.update(part)
    return digest.hexdigest()


def _assembled(files: Iterable[_File]) -> dict[str, dict[str, Any]]:
    """The rows of contents that are known to be valid, without looking at them again."""
    indexes: dict[str, dict[str, Any]] = {}
    with _uncollected():
        for file in files:
            make = row_maker(file.row_class)
            index = indexes.setdefault(file.table, {})
            index.update((row["id"], make(row)) for row in json.loads(file.content))
    return indexes


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles meanwhile: rows have none, and looking for them takes time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _checked(
    files: Iterable[_File], known: Iterable[_File], digest: str, problems: list[str]
) -> Tables:
    """The tables, with every row, pattern, id and reference checked.

    Of files that are ``known`` to be valid by themselves only the references are.
    """
    from apkcheck.tables.references import check_references

    indexes = _assembled(known)
    lines = {(f.table, row): str(f.path) for f in known for row in indexes[f.table]}
    for file in files:
        index = indexes.setdefault(file.table, {})
        for entry in _rows(file, problems) if file not in known else ():
            index[entry.row.id] = entry.row
            lines[file.table, entry.row.id] = f"{file.path}:{entry.line}"
    if not problems:
        tables = _tables(indexes, digest)
        problems = check_references(tables, lines)
        if not problems:
            return tables
    raise TableError(
        f"the mapping tables are invalid ({len(problems)} problems; first: {problems[0]}); "
        "'apkcheck mappings lint' lists all of them",
        tuple(problems),
    )


def _tables(indexes: dict[str, dict[str, Any]], digest: str) -> Tables:
    ordered = {name: dict(sorted(indexes[name].items())) for name in sorted(indexes)}
    profiles = {
        name.removeprefix(f"{PROFILES}/"): ordered.pop(name)
        for name in tuple(ordered)
        if name.startswith(f"{PROFILES}/")
    }
    return Tables(**ordered, profiles=profiles, digest=digest)


@functools.cache
def load_messages() -> dict[str, rows.Message]:
    """The shipped messages alone, for what needs no other table.

    Raises:
        TableError: if they are invalid.
    """
    problems: list[str] = []
    file, row_class = TABLE_FILES["messages"]
    path = mappings_folder() / file
    content = _read(path, problems)
    found = _File("messages", path, file, content or b"", row_class, shipped=True)
    placed = _rows(found, problems)
    if problems:
        raise TableError(f"the mapping tables are invalid ({problems[0]})", tuple(problems))
    return {entry.row.id: entry.row for entry in placed}


def _files(overlay: Path | None) -> dict[str, tuple[str, type[Any]]]:
    """The files to read: all tables, and the profiles as ``profiles/<name>``."""
    profiles = (f"{PROFILES}/{name}" for name in profile_names(overlay))
    return {**TABLE_FILES, **{name: (f"{name}.json", rows.RuleText) for name in profiles}}


def _optional(name: str, base: Path, overlay: Path | None) -> bool:
    """An overlay may lack any file, and hold a profile that is not shipped."""
    return base is overlay or name.startswith(f"{PROFILES}/")


def _overlay_problems(overlay: Path | None) -> Iterator[str]:
    """A folder that is missing, or files in it that would be passed over for a slip of a name."""
    if overlay is None:
        return
    if not overlay.is_dir():
        yield f"{overlay}: no such folder"
    known = sorted(file for file, _ in _files(overlay).values())
    for path in sorted(overlay.rglob("*.json")):
        if path.relative_to(overlay).as_posix() not in known:
            yield f"{path}: is none of the tables: {', '.join(known)}"


def _read_all(folder: Path, overlay: Path | None, problems: list[str]) -> Iterator[_File]:
    """Reads the files of all tables, those of the overlay after those that they are laid over."""
    for table, (name, row_class) in _files(overlay).items():
        for base in (folder, overlay):
            if base is None or (_optional(table, base, overlay) and not (base / name).is_file()):
                continue
            content = _read(base / name, problems)
            if content is not None:
                shipped = base is not overlay
                yield _File(table, base / name, name, content, row_class, shipped)


def _read(path: Path, problems: list[str]) -> bytes | None:
    """The content, which is sure to be UTF-8; None, and a problem, if it cannot be had."""
    try:
        content = path.read_bytes()
        content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read as UTF-8 text: {error}")
        return None
    return content


def _rows(file: _File, problems: list[str]) -> list[Placed[Any]]:
    from apkcheck.tables.decoding import Problems, decode_table

    found = Problems(str(file.path))
    placed = decode_table(file.content.decode("utf-8"), file.row_class, found)
    _check_ids(placed, found)
    _check_patterns(placed, found)
    problems.extend(found.found)
    return placed


def _check_patterns(placed: list[Placed[Any]], problems: Problems) -> None:
    for entry in placed:
        for pattern in getattr(entry.row, "patterns", ()):
            try:
                re.compile(pattern)
            except re.error as error:
                problems.add(entry.line, f"patterns: {pattern!r} is no regular expression: {error}")


def _check_ids(placed: list[Placed[Any]], problems: Problems) -> None:
    """Ids are unique and sorted, so that two people who add rows do not collide."""
    seen: set[str] = set()
    before = ""
    for entry in placed:
        if entry.row.id in seen:
            problems.add(entry.line, f"the id {entry.row.id!r} stands twice")
        elif entry.row.id < before:
            problems.add(entry.line, f"{entry.row.id!r} belongs before {before!r}: sort by id")
        seen.add(entry.row.id)
        before = max(before, entry.row.id)
