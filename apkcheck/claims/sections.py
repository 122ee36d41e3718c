"""What each part of a policy is for: the roles of headings, and lists that hang from a sentence."""

from __future__ import annotations

from typing import NamedTuple

from apkcheck.model import Platform, SectionRole
from apkcheck.tables import Vocabulary

HEADING_ORDER = (
    SectionRole.DEFINITION,
    SectionRole.EXEMPTION,
    SectionRole.MINORS,
    SectionRole.COOKIE,
    SectionRole.SDK_LIST,
    SectionRole.PERMISSION,
    SectionRole.SHARING,
    SectionRole.RIGHTS,
    SectionRole.SECURITY,
    SectionRole.STORAGE,
    SectionRole.CHANGE,
    SectionRole.CONTACT,
    SectionRole.COLLECTION,
    SectionRole.OTHER,
)
"""Which role wins where a heading's words fit several: the narrower first."""

UNNUMBERED = 50
"""Rank of a heading without number: below every numbered one."""


class Heading(NamedTuple):
    """An open heading."""

    level: int
    role: SectionRole
    party: str | None
    platform: Platform
    chapter: int | None = None
    """Of a heading without number: the rank of the numbered chapter in which it stands. The next
    chapter of that rank ends it, whatever rank its words gave it."""


class Outline:
    """The headings that stand over the block that is being read."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._open: list[Heading] = []

    @property
    def role(self) -> SectionRole:
        """The role of the nearest heading that has one."""
        return self._open[-1].role if self._open else SectionRole.OTHER

    @property
    def level(self) -> int:
        """The rank of the nearest heading; 0 if there is none."""
        return self._open[-1].level if self._open else 0

    @property
    def party(self) -> str | None:
        """The recipient that the nearest heading names."""
        return self._open[-1].party if self._open else None

    @property
    def platform(self) -> Platform:
        """The platform that the nearest heading, or one above it, speaks of (iOS权限列表)."""
        return self._open[-1].platform if self._open else Platform.ANY

    def enter(self, folded: str, level: int, party: str | None) -> None:
        """Opens a heading and closes those of its rank and below."""
        own = self.role_of(folded)
        rank = level or (1 if own else UNNUMBERED)
        chapter = None if level else self._chapter()
        if level:
            self._leave(level)
        while self._open and self._open[-1].level >= rank:
            self._open.pop()
        inherited = self._open[-1].role if self._open else SectionRole.OTHER
        platform = self._platform_of(folded) or self.platform
        self._open.append(Heading(rank, own or inherited, party, platform, chapter))

    def _chapter(self) -> int | None:
        """The rank of the outermost numbered heading that is open, or was before such as this."""
        if not self._open:
            return None
        outermost = self._open[0]
        return outermost.chapter if outermost.chapter is not None else outermost.level

    def _leave(self, level: int) -> None:
        """Closes headings without number that stood in a chapter of a rank, or below it."""
        for index, heading in enumerate(self._open):
            if heading.chapter is not None and level <= heading.chapter:
                del self._open[index:]
                return

    def _platform_of(self, folded: str) -> Platform | None:
        """The platform that a heading's words name; None if they name none, or both."""
        ios = self._vocabulary.pattern("platform-ios").search(folded)
        android = self._vocabulary.pattern("platform-android").search(folded)
        if bool(ios) is bool(android):
            return None
        return Platform.IOS if ios else Platform.ANDROID

    def role_of(self, folded: str) -> SectionRole | None:
        """The role that a heading's own words give it."""
        for role in HEADING_ORDER:
            if self._vocabulary.pattern(f"heading-{role}").search(folded):
                return role
        return None
