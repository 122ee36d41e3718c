"""What a person calls the things that a report names."""

from __future__ import annotations

from dataclasses import dataclass

from apkcheck.model.kinds import Severity


@dataclass(frozen=True, slots=True)
class NamedDataType:
    """What a person calls a data type."""

    id: str
    name: str
    parent: str | None
    """The umbrella above it."""
    sensitivity: str
    """``sensitive``, ``general`` or ``contextual``."""


@dataclass(frozen=True, slots=True)
class NamedPermission:
    """What a person calls a permission."""

    id: str
    name: str
    purposes: tuple[str, ...] = ()
    """What apps usually ask it for; not a justification."""


@dataclass(frozen=True, slots=True)
class NamedSdk:
    """What a person calls an SDK, and what is known of it."""

    id: str
    name: str
    vendor: str
    category: str | None
    """What it is for, in words."""
    purposes: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    notice_url: str | None = None
    """Where its vendor says what it collects."""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class NamedThing:
    """What a person calls a purpose or a packer."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class NamedClause:
    """A clause with its wording where that was verified, and with what it asks in our words."""

    id: str
    law: str
    item: str
    quote: str | None
    gist: str


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule of the profile."""

    id: str
    title: str
    severity: Severity
    """The most that it may be."""
    clauses: tuple[str, ...]
    remedy: str
    """What to do about all of its findings; what each is about stands in the finding."""
    notices: tuple[str, ...]
    """Phrases of regulators' public notices, as ``authority: phrase``."""
    applied: bool
    """False if it had nothing to judge, as without a policy."""
    finds: str | None = None
    """What it finds, and how severe that is."""
    limits: str | None = None
    """What it cannot know."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Names, in the report's language, of the ids that occur in it; each sorted by id."""

    data_types: tuple[NamedDataType, ...] = ()
    permissions: tuple[NamedPermission, ...] = ()
    sdks: tuple[NamedSdk, ...] = ()
    purposes: tuple[NamedThing, ...] = ()
    packers: tuple[NamedThing, ...] = ()
    clauses: tuple[NamedClause, ...] = ()
    rules: tuple[NamedRule, ...] = ()
    """All of the profile, those that found nothing too."""
