"""What the tables know, for ``apkcheck mappings show`` and ``search``."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apkcheck.formats import Style
from apkcheck.formats.cells import clean, columns, grid, wrap
from apkcheck.tables import Tables
from apkcheck.tables.references import REFERENCES, rows_that_name
from apkcheck.tables.search import Hit, filled_fields

_SHOWN = 20
"""Hits, and rows that name a row, that are listed without ``--verbose``."""

_LINE = 10_000
"""Characters of one field that are shown at most."""

_INDENT = "  "

_COLON = {"zh": "：", "en": ": "}
_LIST = {"zh": "、", "en": ", "}
_BREAK = {"zh": "；", "en": "; "}
_OPEN = {"zh": "（", "en": " ("}
_CLOSE = {"zh": "）", "en": ")"}

_NAMED = frozenset({"data_types", "purposes", "sdk_categories", "sdks", "sources"})
"""Tables whose rows are told by name where another row names them, not by their id alone."""

_TOKENS = frozenset(
    {"kind", "protection", "sensitivity", "severity", "confidence", "platform", "evidence"}
    | {"verified", "special", "regulated", "weak", "arises_in_app", "starts", "without"}
    | {"without_code", "needs_runtime_permission", "collects_nothing"}
)
"""Keys whose values are words of the tables, which people read in their language."""

Named = Sequence[tuple[str, Any]]
"""Rows, each with the name of its table."""


def hits_table(text: str, hits: Sequence[Hit], tables: Tables, lang: str, style: Style) -> str:
    """The rows that were found, best first, with what is known of each."""
    if not hits:
        return tables.message("text.no-hits", lang, text=clean(text, 80)) + "\n"
    shown = hits if style.verbose else hits[:_SHOWN]
    keys = ("table", "id", "name", "match", "facts")
    rows = [
        (
            _label("table", hit.table.partition("/")[0], tables, lang),
            clean(hit.row.id, 120),
            clean(_name(hit.row, lang), 80),
            clean(f"{_label('field', hit.field, tables, lang)}{_COLON[lang]}{hit.value}", 80),
            clean(_BREAK[lang].join(_facts(hit.table, hit.row, tables, lang)), 160),
        )
        for hit in shown
    ]
    headers = [tables.message(f"label.{key}", lang) for key in keys]
    lines = [grid(headers, rows, columns(style.width, (12, 22, 14, 18, 24)))]
    if len(shown) < len(hits):
        rest = len(hits) - len(shown)
        lines.append(tables.message("text.more-hits", lang, count=rest))
    return "\n".join(lines) + "\n"


def rows_table(rows: Named, tables: Tables, lang: str, style: Style) -> str:
    """Everything that rows say, and which other rows name them."""
    return "\n\n".join(_row_text(t, row, tables, lang, style) for t, row in rows) + "\n"


def hits_as_json(text: str, hits: Iterable[Hit]) -> str:
    """The hits with their rows as they stand in the tables."""
    found = [
        {
            "table": hit.table,
            "id": hit.row.id,
            "match": hit.match.name.lower(),
            "field": hit.field,
            "value": hit.value,
            "row": _plain(filled_fields(hit.row)),
        }
        for hit in hits
    ]
    return _dump({"query": text, "hits": found})


def rows_as_json(rows: Named, tables: Tables) -> str:
    """The rows as they stand in the tables, with the ids of the rows that name them."""
    found = [
        {
            "table": table,
            "row": _plain(filled_fields(row)),
            "named_by": {k: list(v) for k, v in _named_by(table, row, tables).items()},
        }
        for table, row in rows
    ]
    return _dump({"rows": found})


def _row_text(table: str, row: Any, tables: Tables, lang: str, style: Style) -> str:
    kind = table.partition("/")[0]
    lines = [
        _label("field", key, tables, lang) + _COLON[lang] + _value(kind, key, value, tables, lang)
        for key, value in filled_fields(row).items()
        if key != "id"
    ]
    for other, ids in _named_by(table, row, tables).items():
        shown = ids if style.verbose else ids[:_SHOWN]
        more = "" if len(shown) == len(ids) else " …"
        named, _, field = other.partition(".")
        head = tables.message(
            "text.named-by",
            lang,
            table=_label("table", named.partition("/")[0], tables, lang),
            field=_label("field", field, tables, lang),
            count=len(ids),
        )
        lines.append(f"{head} {_LIST[lang].join(shown)}{more}")
    wrapped = "\n".join(wrap(clean(line, _LINE), style.width - len(_INDENT)) for line in lines)
    return (
        f"{_label('table', kind, tables, lang)} {clean(row.id)}\n"
        f"{textwrap.indent(wrapped, _INDENT)}"
    )


def _value(table: str, key: str, value: Any, tables: Tables, lang: str) -> str:
    """What a field says, with the names of the rows that it names."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        parts = (
            f"{_label('field', k, tables, lang)} {_value(table, k, v, tables, lang)}"
            for k, v in filled_fields(value).items()
        )
        return _LIST[lang].join(parts)
    target = REFERENCES.get((table, key))
    values = value if isinstance(value, tuple) else (value,)
    return _LIST[lang].join(_word(target, key, part, tables, lang) for part in values)


def _word(target: str | None, key: str, value: Any, tables: Tables, lang: str) -> str:
    """One value: a row's name with its id, a word of the tables in the language, or itself."""
    row = getattr(tables, target, {}).get(value) if target in _NAMED else None
    if row is not None:
        name = _name(row, lang)
        return name if name == value else f"{name}{_OPEN[lang]}{value}{_CLOSE[lang]}"
    for prefix in (key, "value"):
        if key in _TOKENS and f"{prefix}.{str(value).lower()}" in tables.messages:
            return tables.message(f"{prefix}.{str(value).lower()}", lang)
    return _label("value", str(value).lower(), tables, lang) if value is True else str(value)


def _label(kind: str, key: str, tables: Tables, lang: str) -> str:
    """What people call a table or a key of one; the key where nobody has named it yet."""
    name = f"{kind}.{key}"
    return tables.message(name, lang) if name in tables.messages else key


def _named_by(table: str, row: Any, tables: Tables) -> Mapping[str, tuple[str, ...]]:
    """Ids of the rows that name a row, by ``table.field``."""
    found: dict[str, list[str]] = {}
    for other, field, by in rows_that_name(tables, table, row.id):
        found.setdefault(f"{other}.{field}", []).append(by.id)
    return {key: tuple(ids) for key, ids in sorted(found.items())}


def _name(row: Any, lang: str) -> str:
    """What a person calls a row, in the language if the row knows it."""
    kind = getattr(row, "kind", None)
    if kind in ("method", "field"):
        return ".".join(row.id.split(".")[-2:])
    if kind in ("settings", "property", "reflection", "service"):
        return str(row.id.partition(":")[2])
    for field in (lang, f"title_{lang}", "name", "title", "zh", "item"):
        value = getattr(row, field, None)
        if value:
            return str(value)
    return str(row.id)


def _facts(table: str, row: Any, tables: Tables, lang: str) -> Iterator[str]:
    """What to know first of a row."""
    if table == "sdks":
        yield row.vendor
    if table == "permissions" and row.protection != "unknown":
        yield tables.message(f"granted.{_granted(row)}", lang)
    for field in ("protection", "group", "sensitivity", "severity", "law"):
        value = getattr(row, field, None)
        if value:
            yield _word(None, field, value, tables, lang)
    names = [getattr(row, "data_type", None), getattr(row, "parent", None)]
    names += getattr(row, "data_types", ())
    if any(names):
        yield _LIST[lang].join(tables.data_name(name, lang) for name in names if name)


def _granted(row: Any) -> str:
    """How an app comes to hold a permission."""
    if row.special:
        return "settings"
    return {"dangerous": "dialog", "normal": "install"}.get(row.protection, "system")


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON has it: lists for tuples, objects for rows in rows."""
    return {
        key: _plain(filled_fields(value)) if hasattr(value, "_fields") else value
        for key, value in fields.items()
    }


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
