"""Tables of evidence alone and of claims alone, for ``apkcheck apk`` and ``apkcheck policy``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from apkcheck.formats import Style
from apkcheck.formats.cells import clean, columns, grid
from apkcheck.formats.table import place_of
from apkcheck.model import FIRST_PARTY, LIBRARY_PREFIX, App, Claim, Document, Evidence
from apkcheck.tables import Tables

_SIGNALS = 4
"""Signals of an SDK that are listed; JSON has all."""

_UNKNOWN = 10
"""Packages of unknown code that are listed though they call no sensitive API."""


def evidence_table(app: App, evidence: Evidence, tables: Tables, lang: str, style: Style) -> str:
    """Permissions, SDKs, calls and gaps of one app."""
    listing = _Listing(tables, lang, style)
    parts = [listing.app(app)]
    if evidence.packer:
        packer = tables.packer_name(evidence.packer)
        parts.append(tables.message("text.packed", lang, packer=packer))
    parts.append(listing.permissions(evidence))
    parts.append(listing.sdks(evidence))
    parts.append(listing.calls(evidence))
    if evidence.unknown_packages:
        parts.append(listing.unknown_packages(evidence))
    if evidence.gaps:
        rows = [(clean(gap.what), clean(gap.why)) for gap in evidence.gaps]
        parts.append(listing.part("gaps", ("what", "why"), rows, (1, 2)))
    return "\n\n".join(parts) + "\n"


def claims_table(
    documents: Sequence[Document],
    claims: Iterable[Claim],
    tables: Tables,
    lang: str,
    style: Style,
) -> str:
    """The claims of a policy, in text order."""
    listing = _Listing(tables, lang, style)
    heads = [_document_line(document, listing) for document in documents]
    rows = [
        (
            place_of(claim, tuple(documents)),
            listing.text(f"kind.{claim.kind}"),
            clean(_subject(claim, tables, lang), 80),
            clean(claim.surface, 60),
            " ".join(
                listing.text(key)
                for key in (f"polarity.{claim.polarity}", f"action.{claim.action}")
            ),
            clean(_party(claim.party, tables, lang), 60),
            listing.text(f"role.{claim.section_role}"),
            listing.text(f"grade.{claim.grade}"),
        )
        for claim in claims
    ]
    keys = ("place", "kind", "name", "surface", "polarity", "party", "role", "grade")
    table = listing.part("claims", keys, rows, (15, 6, 18, 14, 10, 13, 9, 10))
    return "\n\n".join([*heads, table]) + "\n"


def _document_line(document: Document, listing: _Listing) -> str:
    facts = (("updated", document.updated), ("effective", document.effective))
    dates = [f"{listing.label(key)} {value}" for key, value in facts if value]
    title = clean(document.title or listing.label("none"), 80)
    return f"{clean(PurePath(document.path).name)}: {title}; {', '.join(dates) or '—'}"


def _subject(claim: Claim, tables: Tables, lang: str) -> str:
    if claim.kind == "data":
        return f"{tables.data_name(claim.subject, lang)} {claim.subject}"
    if claim.kind == "recipient":
        return _party(claim.subject, tables, lang)
    return claim.subject


def _party(party: str, tables: Tables, lang: str) -> str:
    """Who a claim speaks of: the app, an SDK by name, or a name as written."""
    if party == FIRST_PARTY:
        return tables.message("party.first-party", lang)
    row = tables.sdks.get(party)
    return party if row is None else row.name


def _owner(owner: str, tables: Tables, lang: str) -> str:
    """Whose code it is."""
    key = f"owner.{owner}"
    return tables.message(key, lang) if key in tables.messages else _party(owner, tables, lang)


class _Listing:
    """Labels and widths of one listing."""

    def __init__(self, tables: Tables, lang: str, style: Style) -> None:
        self.tables, self.lang, self.style = tables, lang, style

    def text(self, key: str) -> str:
        return self.tables.message(key, self.lang)

    def label(self, key: str) -> str:
        return self.text(f"label.{key}")

    def part(
        self, title: str, keys: Sequence[str], rows: Sequence[Sequence[str]], weights: Sequence[int]
    ) -> str:
        head = f"{self.label(title)} ({len(rows)})"
        if not rows:
            return head
        headers = [self.label(key) for key in keys]
        return f"{head}\n{grid(headers, rows, columns(self.style.width, weights))}"

    def app(self, app: App) -> str:
        none = self.label("none")
        levels = f"min {app.min_sdk or none}, target {app.target_sdk or none}"
        version = " ".join(str(v) for v in (app.version_name, app.version_code) if v is not None)
        lines = (
            ("app", f"{clean(app.label or none, 80)} ({clean(app.package, 160)})"),
            ("version", clean(version or none, 80)),
            ("sdk-levels", levels),
            ("size", f"{app.size:,}"),
            ("sha256", app.sha256),
            ("signer", ", ".join(app.signers) or none),
        )
        return "\n".join(f"{self.label(key)}: {value}" for key, value in lines)

    def names(self, data_types: Iterable[str]) -> str:
        return clean(", ".join(self.tables.data_name(d, self.lang) for d in data_types) or "—")

    def permissions(self, evidence: Evidence) -> str:
        rows = [
            (
                clean(use.name, 120),
                clean(use.zh or "—"),
                " ".join(v for v in (use.protection, use.group, *use.flags) if v) or "—",
                use.source if use.max_sdk is None else f"{use.source} ≤{use.max_sdk}",
                self.names(use.data_types),
            )
            for use in evidence.permissions
        ]
        keys = ("permission", "name", "protection", "source", "data")
        return self.part("permissions", keys, rows, (30, 14, 14, 9, 25))

    def sdks(self, evidence: Evidence) -> str:
        rows = [
            (
                clean(sdk.name),
                clean(sdk.vendor),
                "\n".join(clean(p) for p in sdk.packages) or "—",
                "\n".join(
                    clean(f"{s.kind} {s.value} ×{s.count}", 80) for s in sdk.signals[:_SIGNALS]
                ),
                self.names(sdk.data_types_observed),
            )
            for sdk in evidence.sdks
        ]
        keys = ("sdk", "vendor", "packages", "signals", "observed")
        return self.part("sdks", keys, rows, (14, 16, 20, 26, 18))

    def unknown_packages(self, evidence: Evidence) -> str:
        """The largest, and all that call sensitive APIs; the others only when asked for all."""
        rows = [
            (
                clean(unknown.package or self.label("none"), 120),
                str(unknown.classes),
                "\n".join(clean(api) for api in unknown.apis) or "—",
            )
            for rank, unknown in enumerate(evidence.unknown_packages)
            if rank < _UNKNOWN or unknown.apis or self.style.verbose
        ]
        return self.part("unknown-packages", ("package", "classes", "apis"), rows, (30, 8, 50))

    def calls(self, evidence: Evidence) -> str:
        """Calls by API and owner; those in building blocks only when asked for all."""
        found: dict[tuple[str, str, str], list[str]] = {}
        sites: dict[tuple[str, str, str], int] = {}
        for call in evidence.api_calls:
            if call.owner.startswith(LIBRARY_PREFIX) and not self.style.verbose:
                continue
            key = (call.api, call.data_type, call.owner)
            found.setdefault(key, []).append(f"{call.caller_class}.{call.caller_method}")
            sites[key] = sites.get(key, 0) + call.count
        rows = [
            (
                clean(api),
                self.names([data_type]),
                clean(_owner(owner, self.tables, self.lang)),
                clean(callers[0]) + (f" +{len(callers) - 1}" if len(callers) > 1 else ""),
                str(sites[api, data_type, owner]),
            )
            for (api, data_type, owner), callers in sorted(found.items())
        ]
        keys = ("api", "data", "owner", "caller", "count")
        return self.part("calls", keys, rows, (30, 14, 14, 31, 7))
