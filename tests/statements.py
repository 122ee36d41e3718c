"""What a policy states, in the words of the tests: short names for claims, and texts to claims."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from apkcheck.claims import extract_claims
from apkcheck.model import FIRST_PARTY, Claim, ClaimKind, Document
from apkcheck.policy import read_policy
from apkcheck.tables import Tables


class Said(NamedTuple):
    """The part of a claim that a specification is about."""

    kind: str
    subject: str
    action: str
    polarity: str
    party: str
    grade: str


def collected(data_type: str, by: str = FIRST_PARTY, *, grade: str = "explicit") -> Said:
    return Said("data", data_type, "collect", "asserts", by, grade)


def used(data_type: str, by: str = FIRST_PARTY, *, grade: str = "explicit") -> Said:
    return Said("data", data_type, "use", "asserts", by, grade)


def shared(data_type: str, to: str = FIRST_PARTY, *, grade: str = "explicit") -> Said:
    return Said("data", data_type, "share", "asserts", to, grade)


def umbrella(data_type: str, by: str = FIRST_PARTY) -> Said:
    return collected(data_type, by, grade="umbrella")


def defined(data_type: str) -> Said:
    return collected(data_type, grade="definition-only")


def denied(
    data_type: str, action: str = "collect", by: str = FIRST_PARTY, *, exception: bool = False
) -> Said:
    polarity = "denies-with-exception" if exception else "denies"
    return Said("data", data_type, action, polarity, by, "denied")


def asks(permission: str, by: str = FIRST_PARTY, *, grade: str = "explicit") -> Said:
    return Said("permission", full(permission), "request", "asserts", by, grade)


def asks_not(permission: str, by: str = FIRST_PARTY, *, exception: bool = False) -> Said:
    polarity = "denies-with-exception" if exception else "denies"
    return Said("permission", full(permission), "request", polarity, by, "denied")


def recipient(name: str, action: str = "collect") -> Said:
    return Said("recipient", name, action, "asserts", name, "explicit")


def full(permission: str) -> str:
    return permission if "." in permission else f"android.permission.{permission}"


def read(text: str | bytes, tables: Tables, suffix: str = ".txt") -> Document:
    """The document that a file with this content gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"policy{suffix}"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_policy(path, tables)


def claims_of(text: str, tables: Tables, suffix: str = ".txt") -> tuple[Claim, ...]:
    return extract_claims([read(text, tables, suffix)], tables)


def said(text: str, tables: Tables, suffix: str = ".txt") -> set[Said]:
    """All that a policy of this text states about permissions, data and recipients."""
    return {
        Said(c.kind, c.subject, c.action, c.polarity, c.party, c.grade)
        for c in claims_of(text, tables, suffix)
        if c.kind is not ClaimKind.STATEMENT
    }


def data_said(text: str, tables: Tables) -> set[Said]:
    """What the text states about data."""
    return {s for s in said(text, tables) if s.kind == "data"}


def permissions_said(text: str, tables: Tables) -> set[str]:
    """The permissions that the text says are asked for, by their short names."""
    return {
        s.subject.removeprefix("android.permission.")
        for s in said(text, tables)
        if s.kind == "permission" and s.polarity == "asserts" and s.grade == "explicit"
    }


def types_said(text: str, tables: Tables) -> set[str]:
    """The data types that the text says are collected, used or shared."""
    return {
        s.subject
        for s in said(text, tables)
        if s.kind == "data" and s.grade in ("explicit", "umbrella")
    }
