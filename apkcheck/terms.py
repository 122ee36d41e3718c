"""The terms that mapping tables and reports share; what loading tables needs, and no more."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    """The platform that a claim or a data type belongs to."""

    ANDROID = "android"
    IOS = "ios"
    ANY = "any"


class Severity(StrEnum):
    """How much a finding matters (严重程度)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)
