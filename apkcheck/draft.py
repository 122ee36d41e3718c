"""What a policy lacks, ready to paste: drafted from evidence and tables, completed by a person.

A draft says what was seen and what is known of an SDK. Why an app does something, when and for
which function, no code says: such cells hold a blank in brackets, and what comes from tables alone
is marked as not verified.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from apkcheck.formats.cells import clean
from apkcheck.formats.markdown import escaped, table
from apkcheck.formats.view import View
from apkcheck.model import (
    FIRST_PARTY,
    UNKNOWN_OWNER,
    ApiCall,
    Coverage,
    Grade,
    NamedSdk,
    PermissionUse,
    Report,
    SdkUse,
    SubjectKind,
)

_CELL = 2_000
"""Characters of a cell."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9./?=&%#:_-]{1,300}")

_STYLE = "border-collapse:collapse;font-family:SimSun,serif;font-size:10.5pt"
_BORDER = (
    "border:1px solid #000;padding:4pt;vertical-align:top;min-width:4em;overflow-wrap:anywhere"
)
"""In every cell itself: word processors read no style sheet of a page that is pasted."""
_HEAD = _BORDER.replace("anywhere", "normal")
"""Headers are ours and short: a column is at least as wide as their longest word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a draft with its heading."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is to be added to a policy."""

    lang: str
    title: str
    notes: tuple[str, ...]
    """What whoever completes it has to know."""
    parts: tuple[Part, ...]


def draft_of(report: Report) -> Draft:
    """Drafts what the report's policies lack; without any, all that the app has to say."""
    view = View(report)
    writer = _Writer(view)
    parts = (writer.permissions(), writer.collected(), writer.sdks())
    found = tuple(part for part in parts if part.rows)
    name = report.app.label or report.app.package
    notes = list(writer.notes())
    if not found:
        notes.append(view.text("draft.nothing"))
    title = view.text("draft.title", name=clean(name, 80))
    return Draft(report.lang, title, tuple(notes), found)


class _Writer:
    """Turns rows of coverage that are not fully disclosed into rows of a draft."""

    def __init__(self, view: View) -> None:
        self.view, self.text = view, view.text
        self.report = view.report
        self.blank = view.text("draft.blank")

    def notes(self) -> Iterator[str]:
        report = self.report
        yield self.text("draft.note")
        yield self.text("draft.note-marks")
        if report.policies:
            yield self.text("draft.note-lacking")
        packer = self.view.packer_name()
        if packer:
            yield self.text("text.packed", packer=clean(packer, 80))
        for gap in report.evidence.gaps:
            yield f"{self.view.label('gaps')}: {gap.what}: {gap.why}"
        unknown = [u.package or "—" for u in report.evidence.unknown_packages if u.apis]
        if unknown:
            yield self.text("draft.note-unknown", packages=self.view.join(unknown[:20]))

    # -- permissions

    def permissions(self) -> Part:
        rows = [
            (
                self.view.permission_name(use.name),
                use.name,
                self.blank,
                self.purposes(self.purposes_of(use)),
                self.opened(use),
                self.text("draft.when"),
            )
            for use in self.report.evidence.permissions
            if self.tells_of(use)
        ]
        keys = ("permission-name", "permission", "function", "purpose", "collects", "moment")
        return self.part("permissions", keys, rows)

    def tells_of(self, use: PermissionUse) -> bool:
        """Whether a permission belongs in a policy and this one lacks it."""
        private = use.protection == "dangerous" or bool(use.data_types)
        rows = self.view.coverage.get(SubjectKind.PERMISSION, {}).get(use.name, [])
        return private and (not rows or any(map(_lacking, rows)))

    def purposes_of(self, use: PermissionUse) -> Sequence[str]:
        named = self.view.permissions.get(use.name)
        return named.purposes if named else ()

    def opened(self, use: PermissionUse) -> str:
        """Data that a permission opens: what code was seen to read, and apart what was not."""
        read = self.view.coverage.get(SubjectKind.DATA, {})
        seen = [d for d in use.data_types if d in read]
        unseen = [d for d in use.data_types if d not in read]
        parts = [self.view.data_names(seen)] if seen else []
        if unseen:
            parts.append(self.text("draft.unread", data=self.view.data_names(unseen)))
        return "\n".join(parts) or self.blank

    def purposes(self, purposes: Sequence[str]) -> str:
        """Purposes that are usual, to be confirmed; a blank where none is known."""
        if not purposes:
            return self.blank
        return self.text("draft.usual", purposes=self.view.purpose_names(purposes))

    # -- data

    def collected(self) -> Part:
        """What the app's own or unknown code reads; what SDKs read is in their table."""
        rows = []
        for row in self.report.coverage:
            own = row.owner in (FIRST_PARTY, UNKNOWN_OWNER)
            if row.kind is SubjectKind.DATA and own and _lacking(row):
                rows.append(
                    (
                        self.view.data_name(row.id),
                        self.view.owner_name(row.owner),
                        self.blank,
                        self.blank,
                        self.manner(row),
                        self.opened_by(row.id),
                        self.text(f"strength.{row.strength}"),
                    )
                )
        keys = ("data", "collector", "purpose", "scene", "manner", "permissions", "strength")
        return self.part("collected", keys, rows)

    def manner(self, row: Coverage) -> str:
        calls = [proof for proof in self.view.proofs(row) if isinstance(proof, ApiCall)]
        return self.view.join(dict.fromkeys(call.api for call in calls))

    def opened_by(self, data_type: str) -> str:
        return self.view.join(
            self.view.permission_name(use.name)
            for use in self.report.evidence.permissions
            if data_type in use.data_types
        )

    # -- SDKs

    def sdks(self) -> Part:
        rows = [
            self.sdk(sdk)
            for sdk in self.report.evidence.sdks
            if not self.report.policies or self.lacks(sdk)
        ]
        keys = ("sdk-name", "company", "purpose", "collects", "permissions", "notice-url")
        return self.part("sdks", keys, rows)

    def lacks(self, sdk: SdkUse) -> bool:
        """Whether the policy does not list an SDK, or not all that its code reads."""
        named = self.view.coverage.get(SubjectKind.SDK, {}).get(sdk.id, [])
        return any(map(_lacking, named)) or bool(self.missing(sdk))

    def missing(self, sdk: SdkUse) -> list[str]:
        """Data types that its code reads and its statement does not list."""
        return [
            row.id
            for rows in self.view.coverage.get(SubjectKind.DATA, {}).values()
            for row in rows
            if row.owner == sdk.id and _lacking(row)
        ]

    def sdk(self, sdk: SdkUse) -> tuple[str, ...]:
        named = self.view.sdks.get(sdk.id)
        verified = named is not None and named.verified
        name = sdk.name if verified else self.text("draft.unverified", name=sdk.name)
        return (
            f"{name}\n{', '.join(sdk.packages) or '—'}",
            sdk.vendor,
            self.purposes(named.purposes if named else ()),
            self.data_of(sdk),
            self.permissions_of(named),
            (named and named.notice_url) or self.blank,
        )

    def data_of(self, sdk: SdkUse) -> str:
        """What its code was seen to read, and apart what only its vendor declares."""
        parts = []
        if sdk.data_types_observed:
            parts.append(self.view.data_names(sdk.data_types_observed))
        told = [d for d in sdk.data_types_declared if d not in sdk.data_types_observed]
        if told:
            parts.append(self.text("draft.declared", data=self.view.data_names(told)))
        return "\n".join(parts) or self.blank

    def permissions_of(self, named: NamedSdk | None) -> str:
        """Permissions that the SDK is known to use and that the app asks for."""
        asked = {use.name for use in self.report.evidence.permissions}
        known = [p for p in (named.permissions if named else ()) if p in asked]
        if not known:
            return self.blank
        names = self.view.join(map(self.view.permission_name, known))
        return self.text("draft.unverified", name=names)

    def part(self, name: str, keys: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Part:
        columns = tuple(
            self.view.labels.known(
                f"draft-label.{key}", self.view.labels.known(f"label.{key}", key)
            )
            for key in keys
        )
        return Part(
            self.text(f"draft-part.{name}"), self.text(f"draft-note.{name}"), columns, tuple(rows)
        )


def _lacking(row: Coverage) -> bool:
    return row.grade is not Grade.EXPLICIT


# -- as text --------------------------------------------------------------------------------------


def as_markdown(draft: Draft) -> str:
    """The draft as Markdown."""
    parts = [f"# {escaped(draft.title)}"]
    parts.append("\n".join(f"> {escaped(note, _CELL)}  " for note in draft.notes))
    for number, part in enumerate(draft.parts, 1):
        parts.append(f"## {number}. {escaped(part.title)}")
        parts.append(escaped(part.note, _CELL))
        rows = [[_lines(cell, _markdown) for cell in row] for row in part.rows]
        parts.append(table([escaped(name) for name in part.columns], rows))
    return "\n\n".join(parts) + "\n"


def _markdown(text: str, limit: int) -> str:
    """Addresses of notices stay links; all else is escaped."""
    return text if _ADDRESS.fullmatch(text) else escaped(text, limit)


def as_html(draft: Draft) -> str:
    """The draft as a page of plain tables that a word processor takes over as they are."""
    parts = [f"<h1>{_html(draft.title)}</h1>"]
    parts.extend(f"<p><i>{_html(note)}</i></p>" for note in draft.notes)
    for number, part in enumerate(draft.parts, 1):
        parts.append(f"<h2>{number}. {_html(part.title)}</h2>\n<p>{_html(part.note)}</p>")
        head = "".join(f'<th style="{_HEAD}">{_html(name)}</th>' for name in part.columns)
        rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in part.rows)
        parts.append(f'<table style="{_STYLE}">\n<tr>{head}</tr>\n{rows}\n</table>')
    language = "zh-CN" if draft.lang == "zh" else "en"
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{_html(draft.title)}</title></head>\n<body>\n{body}\n</body></html>\n"
    )


def _cell(text: str) -> str:
    return f'<td style="{_BORDER}">{_lines(text, _html)}</td>'


def _lines(text: str, quoted: Callable[[str, int], str]) -> str:
    return "<br>".join(quoted(line, _CELL) for line in text.split("\n"))


def _html(text: str, limit: int = _CELL) -> str:
    return html.escape(clean(text, limit))


DRAFT_FORMATS: dict[str, Callable[[Draft], str]] = {"markdown": as_markdown, "html": as_html}
"""Forms of a draft."""
