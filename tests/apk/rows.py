"""Table rows with only what matters for reading an APK, and tables of nothing but them."""

from __future__ import annotations

from typing import Any

from apkcheck.tables import TABLE_FILES, Api, Library, Packer, Permission, Sdk, Tables


def small_tables(*rows: Api | Library | Packer | Permission | Sdk) -> Tables:
    """Tables that hold these rows and nothing else."""
    indexes: dict[str, Any] = {name: {} for name in TABLE_FILES}
    names = {
        Api: "apis",
        Library: "libraries",
        Packer: "packers",
        Permission: "permissions",
        Sdk: "sdks",
    }
    for row in rows:
        indexes[names[type(row)]][row.id] = row
    return Tables(**indexes, profiles={}, digest="0" * 64)


def api(row_id: str, data_type: str = "imei", **fields: Any) -> Api:
    """A row of the API table; its kind follows from the id."""
    kind = fields.pop("kind", None) or _kind(row_id)
    row: dict[str, Any] = {"id": row_id, "kind": kind, "data_type": data_type}
    return Api(**row, **fields, source=(), example="")


def sdk(row_id: str, *packages: str, **fields: Any) -> Sdk:
    """A row of the SDK table."""
    return Sdk(
        id=row_id,
        name=row_id.title(),
        vendor="Vendor",
        names=(),
        packages=packages,
        category="other",
        verified=True,
        source=(),
        example="",
        **fields,
    )


def library(row_id: str, *packages: str) -> Library:
    """A row of the library table."""
    return Library(id=row_id, name=row_id, packages=packages, source=(), example="")


def packer(row_id: str, *classes: str, **fields: Any) -> Packer:
    """A row of the table of packers."""
    return Packer(id=row_id, name=row_id, classes=classes, **fields, source=(), example="")


def permission_row(name: str, **fields: Any) -> Permission:
    """A row of the permission table."""
    row: dict[str, Any] = {"zh": "权限", "en": "permission", "protection": "dangerous", **fields}
    return Permission(id=name, **row, source=(), example="")


def _kind(row_id: str) -> str:
    if row_id.startswith("content://"):
        return "uri"
    head, colon, _ = row_id.partition(":")
    return head if colon else "method"
