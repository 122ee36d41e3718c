"""Makes rows of JSON that is known to be valid, fast: what is done at every start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from apkcheck.tables.rows import Notice
from apkcheck.terms import Confidence, Platform, Severity

Row = TypeVar("Row")

CONVERSIONS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "DataType": {"platform": Platform},
    "RuleText": {"severity": Severity, "confidence": Confidence},
    "Sdk": {"notice": lambda value: Notice(**value)},
}
"""What is more than JSON in valid rows: by class and field, what makes it of its JSON value."""


def row_maker(row_class: type[Row]) -> Callable[[dict[str, Any]], Row]:
    """Makes rows of JSON objects that are known to be valid, with no check at all."""
    schema: Any = row_class
    names = schema._fields
    defaults = tuple(schema._field_defaults.get(name) for name in names)
    conversions = CONVERSIONS.get(row_class.__name__, {})
    new = tuple.__new__

    def make(value: dict[str, Any]) -> Row:
        for name, convert in conversions.items():
            if value.get(name) is not None:
                value[name] = convert(value[name])
        values = map(value.get, names, defaults)
        row: Row = new(schema, [tuple(v) if v.__class__ is list else v for v in values])
        return row

    return make
