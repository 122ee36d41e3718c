"""Reports from disk: a JSON report back to the vocabulary, checked on the way.

The classes of ``model`` are the schema. Unknown keys are passed over, since later versions may add
some; a key that is missing is refused unless the model has a default for it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import operator
import re
import types
import typing
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from apkcheck.errors import InputError
from apkcheck.model import SCHEMA_VERSION, Claim, Report, Severity

_Any = TypeVar("_Any")
_UNPAIRED = re.compile("[\ud800-\udfff]")
_REMEDY = "make it again with 'apkcheck check … --format json'"
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{1,100}")
_POINTER = re.compile(r"/evidence/([a-z_]+)/([0-9]{1,9})")


def read_report(path: Path) -> Report:
    """Reads what ``apkcheck check --format json`` wrote.

    Raises:
        InputError: if the file cannot be read, is no report, is broken, or is of a later version
            whose names mean something else.
    """
    content = _json(path)
    if not isinstance(content, dict) or not isinstance(content.get("schema_version"), int):
        raise InputError(f"{path}: is no report of apkcheck; {_REMEDY}")
    version = content["schema_version"]
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path}: is a report of a later apkcheck (schema_version {version}; this one reads "
            f"{SCHEMA_VERSION}); update apkcheck"
        )
    if "findings" not in content:
        raise InputError(
            f"{path}: holds evidence or claims alone, which is no report; give what "
            "'apkcheck check … --format json' prints"
        )
    try:
        report = _decode(Report, content, "")
        _check_references(report)
    except _BrokenError as error:
        raise InputError(f"{path}: is a broken report ({error}); {_REMEDY}") from None
    assert isinstance(report, Report)
    return report


def well_formed(value: _Any) -> _Any:
    """The same value without unpaired surrogates, which no file can hold.

    They stand in file and class names that are no text. A report is freed of them as soon as it is
    made, so that rendering it and rendering what was saved of it give the same bytes.
    """
    return typing.cast(_Any, _paired(value))


class _BrokenError(Exception):
    """What is wrong, and where, as a JSON Pointer."""


def _json(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(f"{path}: cannot be read ({reason}); give a JSON report") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no UTF-8 text; give a JSON report") from None
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{path}: is no JSON ({where}); {_REMEDY}") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path}: is no JSON that a report could be; {_REMEDY}") from None


def _no_number(name: str) -> None:
    raise ValueError(name)


# -- by type --------------------------------------------------------------------------------------


def _decode(kind: Any, value: Any, where: str) -> Any:
    return _decoder(kind)(value, where)


@functools.cache
def _decoder(kind: Any) -> Callable[[Any, str], Any]:
    """The function that checks and converts values of a type of the model."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return _optional(next(one for one in inner if one is not type(None)))
    if origin is tuple:
        return _tuple(inner[0])
    if origin is dict:
        return _dictionary(inner[1])
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast(type[Any], kind))
    if issubclass(kind, StrEnum):
        return _enumeration(kind)
    return _plain(kind)


def _optional(kind: Any) -> Callable[[Any, str], Any]:
    inner = _decoder(kind)
    return lambda value, where: None if value is None else inner(value, where)


def _tuple(kind: Any) -> Callable[[Any, str], Any]:
    inner = _decoder(kind)

    def decode(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise _BrokenError(f"{where} must be a list")
        return tuple(inner(item, f"{where}/{index}") for index, item in enumerate(value))

    return decode


def _dictionary(kind: Any) -> Callable[[Any, str], Any]:
    inner = _decoder(kind)

    def decode(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise _BrokenError(f"{where} must be an object")
        return {_text(key): inner(item, f"{where}/{key}") for key, item in value.items()}

    return decode


def _record(kind: type[Any]) -> Callable[[Any, str], Any]:
    hints = typing.get_type_hints(kind)
    fields = [(f.name, _decoder(hints[f.name]), _is_required(f)) for f in dataclasses.fields(kind)]

    def decode(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise _BrokenError(f"{where} must be an object")
        found = {}
        for name, inner, required in fields:
            if name in value:
                found[name] = inner(value[name], f"{where}/{name}")
            elif required:
                raise _BrokenError(f"{where}/{name} is missing")
        return kind(**found)

    return decode


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _enumeration(kind: type[StrEnum]) -> Callable[[Any, str], Any]:
    known = {member.value: member for member in kind}

    def decode(value: Any, where: str) -> Any:
        if not isinstance(value, str) or value not in known:
            raise _BrokenError(f"{where} must be one of {', '.join(known)}")
        return known[value]

    return decode


def _plain(kind: type[Any]) -> Callable[[Any, str], Any]:
    names = {str: "a text", int: "a whole number", bool: "true or false"}

    def decode(value: Any, where: str) -> Any:
        if type(value) is not kind:
            raise _BrokenError(f"{where} must be {names[kind]}")
        return _text(value) if kind is str else value

    return decode


# -- what refers to what --------------------------------------------------------------------------


def _check_references(report: Report) -> None:
    """What formats follow leads somewhere: languages, places in policies, claims, evidence."""
    if report.lang not in ("zh", "en"):
        raise _BrokenError("/lang must be one of zh, en")
    missing = [s.value for s in Severity if s.value not in report.summary.by_severity]
    if missing:
        raise _BrokenError(f"/summary/by_severity/{missing[0]} is missing")
    for index, claim in enumerate(report.claims):
        if not _has_place(claim, report):
            raise _BrokenError(f"/claims/{index} is at no place of a policy")
    _check_identifiers(report)
    _check_citations(report)


def _check_citations(report: Report) -> None:
    found = {finding.id for finding in report.findings}
    for index, item in enumerate(report.checklist):
        if not found.issuperset(item.findings):
            raise _BrokenError(f"/checklist/{index}/findings names a finding that there is not")
    ids = {claim.id for claim in report.claims}
    for where, claims, evidence in _citations(report):
        if not ids.issuperset(claims):
            raise _BrokenError(f"{where}/claims names a claim that there is not")
        for pointer in evidence:
            if not _leads_somewhere(pointer, report):
                raise _BrokenError(f"{where}/evidence points nowhere")


def _check_identifiers(report: Report) -> None:
    for name, value in _identifiers(report):
        if not _PLAIN.fullmatch(value):
            raise _BrokenError(f"{name} is no identifier")


def _identifiers(report: Report) -> Iterator[tuple[str, str]]:
    """What formats print as it is, with the place where it stands."""
    yield "/tool/name", report.tool.name
    yield "/tool/version", report.tool.version
    yield "/tool/mappings_digest", report.tool.mappings_digest
    yield "/generated_at", report.generated_at
    yield "/app/sha256", report.app.sha256
    for index, document in enumerate(report.policies):
        yield f"/policies/{index}/sha256", document.sha256
    for index, finding in enumerate(report.findings):
        yield f"/findings/{index}/id", finding.id
        yield f"/findings/{index}/rule", finding.rule
    for index, rule in enumerate(report.catalogue.rules):
        yield f"/catalogue/rules/{index}/id", rule.id


def _leads_somewhere(pointer: str, report: Report) -> bool:
    match = _POINTER.fullmatch(pointer)
    items = getattr(report.evidence, match[1], None) if match else None
    return match is not None and isinstance(items, tuple) and int(match[2]) < len(items)


def _has_place(claim: Claim, report: Report) -> bool:
    if not 0 <= claim.policy < len(report.policies):
        return False
    return 0 <= claim.start <= claim.end <= len(report.policies[claim.policy].text)


def _citations(report: Report) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for index, finding in enumerate(report.findings):
        yield f"/findings/{index}", finding.claims, finding.evidence
    for index, row in enumerate(report.coverage):
        yield f"/coverage/{index}", row.claims, row.evidence
    for index, item in enumerate(report.checklist):
        yield f"/checklist/{index}", item.claims, ()


# -- surrogates -----------------------------------------------------------------------------------


def _text(text: str) -> str:
    return text if text.isascii() else _UNPAIRED.sub("\ufffd", text)


def _paired(value: Any) -> Any:
    """The very same object where nothing is unpaired, which is nearly everywhere."""
    kind: Any = type(value)
    if kind is str:
        return _text(value)
    if kind is tuple:
        items = tuple(map(_paired, value))
        return value if all(map(operator.is_, items, value)) else items
    if kind is dict:
        return {_paired(key): _paired(item) for key, item in value.items()}
    names = _fields(kind)
    before = [getattr(value, name) for name in names]
    after = [*map(_paired, before)]
    if all(map(operator.is_, after, before)):
        return value
    return dataclasses.replace(value, **dict(zip(names, after, strict=True)))


@functools.cache
def _fields(kind: Any) -> tuple[str, ...]:
    """The names of the fields of a class of the model; none of any other class."""
    found = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return tuple(field.name for field in found)
