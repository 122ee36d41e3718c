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


class Confidence(StrEnum):
    """How sure the tool is that a finding holds (置信度)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(Confidence).index(self)


class Doubt(StrEnum):
    """What makes a finding less sure; the profile says by how much, rule by rule."""

    CODE_UNREACHED = "code-unreached"
    """No entry point of the app reaches the code, though all code was read."""
    OWNER_UNKNOWN = "owner-unknown"
    """The code is neither the app's own nor in the tables."""
    NO_CLASS = "no-class"
    """An SDK is known by its files or components alone: no class of it was seen."""
    VENDOR_DECLARED = "vendor-declared"
    """Only the vendor's own notice says so; no code was seen that does it."""
    STATED_ONLY = "stated-only"
    """Only the policy says so; no code was seen that does it."""
    PART_ONLY = "part-only"
    """One sentence of several about it says so; the others do not."""
    SERVICE_OFFERED = "service-offered"
    """The app asks for nothing: it offers a service that users switch on in the settings."""
    POLICY_SILENT = "policy-silent"
    """It rests on what the policy lacks, and words may have been missed."""
    PARTLY_COVERED = "partly-covered"
    """The policy has a word that may mean it but need not."""
    SEVERAL_PLACES = "several-places"
    """The policy speaks of it in several sentences, one of which may have been misread."""
