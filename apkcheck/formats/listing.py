"""Tables of evidence alone and of claims alone, for ``apkcheck apk`` and ``apkcheck policy``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from apkcheck.formats.cells import clean, columns, grid, permission_source, protection, reachability
from apkcheck.model import FIRST_PARTY, LIBRARY_PREFIX, ClaimKind, Grade, Polarity

if TYPE_CHECKING:
    from apkcheck.formats import Style
    from apkcheck.model import ApiCall, App, Claim, Document, Evidence, SdkUse
    from apkcheck.tables import Tables

_SUBJECTS = (ClaimKind.PERMISSION, ClaimKind.DATA, ClaimKind.RECIPIENT)
_TITLES = {
    ClaimKind.PERMISSION: "permissions",
    ClaimKind.DATA: "data",
    ClaimKind.RECIPIENT: "recipients",
}
_RANKS = {Grade.DENIED: 1, Grade.DEFINITION_ONLY: 2}
"""Grades that stand behind what the policy discloses."""
_WORDS, _LINES = 4, 8
"""Ways of writing and lines of one row that are listed; the verbose form and JSON have all."""

_SIGNALS = 4
"""Signals of an SDK that are listed; JSON has all."""

_TYPED_SERVICES = 34
"""Target level from which on services in the foreground need the permission of their type."""

_UNKNOWN = 10
"""Packages of unknown code that are listed though they call no sensitive API."""


def _reach_rank(call: ApiCall) -> tuple[bool, int]:
    return not call.at_start, (True, None, False).index(call.reachable)


def _callers(calls: Sequence[ApiCall]) -> str:
    first = clean(f"{calls[0].caller_class}.{calls[0].caller_method}")
    return f"{first} +{len(calls) - 1}" if len(calls) > 1 else first


def evidence_table(app: App, evidence: Evidence, tables: Tables, lang: str, style: Style) -> str:
    """Permissions, SDKs, calls and gaps of one app."""
    listing = _Listing(tables, lang, style)
    parts = [listing.app(app)]
    if evidence.packer:
        packer = tables.packer_name(evidence.packer)
        parts.append(tables.message("text.packed", lang, packer=packer))
    parts.append(listing.permissions(evidence))
    if evidence.defined_permissions:
        parts.append(listing.defined(evidence))
    if evidence.queries:
        parts.append(listing.queries(evidence))
    if evidence.foreground_services:
        parts.append(listing.foreground(evidence, app.target_sdk))
    parts.append(listing.sdks(evidence))
    parts.append(listing.calls(evidence))
    if evidence.policy_candidates:
        parts.append(listing.policy_candidates(evidence))
    if evidence.unknown_packages:
        parts.append(listing.unknown_packages(evidence))
    if evidence.gaps:
        rows = [(clean(gap.what), clean(gap.why)) for gap in evidence.gaps]
        parts.append(listing.part("gaps", ("what", "why"), rows, (1, 2)))
    return "\n\n".join(parts) + "\n"


def claims_table(
    documents: Sequence[Document],
    claims: Sequence[Claim],
    tables: Tables,
    lang: str,
    style: Style,
) -> str:
    """What a policy says: a table for each kind, a row for each subject, party and grade.

    The verbose form has every claim in text order instead, statements among them.
    """
    listing = _Listing(tables, lang, style)
    parts = [_document_line(document, listing) for document in documents]
    if style.verbose:
        parts.append(_claims_in_order(documents, claims, listing))
    else:
        parts.extend(_claims_by_subject(kind, documents, claims, listing) for kind in _SUBJECTS)
    return "\n\n".join(parts) + "\n"


def _claims_by_subject(
    kind: ClaimKind, documents: Sequence[Document], claims: Iterable[Claim], listing: _Listing
) -> str:
    tables, lang = listing.tables, listing.lang
    groups: dict[tuple[str, str, Grade], list[Claim]] = {}
    for claim in claims:
        if claim.kind is kind:
            party = claim.party if kind is not ClaimKind.RECIPIENT else ""
            groups.setdefault((claim.subject, party, claim.grade), []).append(claim)
    rows = []
    ordered = sorted(groups.items(), key=lambda group: _RANKS.get(group[0][2], 0))
    for (_, party, grade), found in ordered:
        row = [
            clean(subject_name(found[0], tables, lang), 80),
            _several(dict.fromkeys(claim.surface for claim in found), _WORDS),
            clean(party_name(party, tables, lang), 60),
            _done(found, listing),
            listing.text(f"grade.{grade}"),
            _several(dict.fromkeys(_line_of(claim, documents) for claim in found), _LINES),
        ]
        rows.append(row if kind is not ClaimKind.RECIPIENT else [*row[:2], *row[3:]])
    keys = ["name", "words", "party", "action", "grade", "line"]
    weights = [18, 22, 14, 10, 10, 14]
    if kind is ClaimKind.RECIPIENT:
        del keys[2], weights[2]
    return listing.part(_TITLES[kind], keys, rows, weights)


def _done(claims: Iterable[Claim], listing: _Listing) -> str:
    """What is done with the subject, or denied to be done."""
    said = dict.fromkeys((claim.polarity, claim.action) for claim in claims)
    return _several(
        (
            listing.text(f"action.{action}")
            if polarity is Polarity.ASSERTS
            else f"{listing.text(f'polarity.{polarity}')} {listing.text(f'action.{action}')}"
            for polarity, action in said
        ),
        len(said),
    )


def _several(words: Iterable[str], most: int) -> str:
    """The first of several words, and how many more there are."""
    found = list(words)
    more = f" +{len(found) - most}" if len(found) > most else ""
    return ", ".join(clean(word, 40) for word in found[:most]) + more


def _line_of(claim: Claim, documents: Sequence[Document]) -> str:
    """The line that the claim's words stand in; with several documents also which it is."""
    text = documents[claim.policy].text
    line = text.count("\n", 0, claim.surface_start) + 1
    return str(line) if len(documents) == 1 else f"{claim.policy + 1}:{line}"


def _claims_in_order(
    documents: Sequence[Document], claims: Iterable[Claim], listing: _Listing
) -> str:
    tables, lang = listing.tables, listing.lang
    rows = [
        (
            _line_of(claim, documents),
            listing.text(f"kind.{claim.kind}"),
            clean(subject_name(claim, tables, lang), 80),
            clean(claim.surface, 60),
            " ".join(
                listing.text(key)
                for key in (f"polarity.{claim.polarity}", f"action.{claim.action}")
            ),
            clean(party_name(claim.party, tables, lang), 60),
            listing.text(f"role.{claim.section_role}"),
            listing.text(f"grade.{claim.grade}"),
        )
        for claim in claims
    ]
    keys = ("line", "kind", "name", "surface", "polarity", "party", "role", "grade")
    return listing.part("claims", keys, rows, (7, 6, 18, 18, 10, 15, 9, 10))


def _document_line(document: Document, listing: _Listing) -> str:
    names = ("title", "operator", "updated", "effective", "version", "contact")
    facts = [(name, getattr(document, name)) for name in names if getattr(document, name)]
    if document.copies > 1:
        facts.append(("copies", str(document.copies)))
    if document.pictures:
        facts.append(("pictures", ", ".join(map(str, document.pictures))))
    told = [f"{listing.label(f'document-{name}')}: {clean(value, 80)}" for name, value in facts]
    return "\n".join([clean(PurePath(document.path).name), *told])


def subject_name(claim: Claim, tables: Tables, lang: str) -> str:
    """What a claim is about, by its name in the language."""
    if claim.kind == "data":
        return tables.data_name(claim.subject, lang)
    if claim.kind == "permission" and claim.subject in tables.permissions and lang == "zh":
        return tables.permissions[claim.subject].zh
    if claim.kind == "recipient":
        return party_name(claim.subject, tables, lang)
    return claim.subject


def party_name(party: str, tables: Tables, lang: str) -> str:
    """Who a claim speaks of: the app, an SDK by name, or a name as written."""
    if party == FIRST_PARTY:
        return tables.message("party.first-party", lang)
    row = tables.sdks.get(party)
    return party.removeprefix(LIBRARY_PREFIX) if row is None else row.name


def _owner(owner: str, tables: Tables, lang: str) -> str:
    """Whose code it is."""
    key = f"owner.{owner}"
    return tables.message(key, lang) if key in tables.messages else party_name(owner, tables, lang)


class _Listing:
    """Labels and widths of one listing."""

    def __init__(self, tables: Tables, lang: str, style: Style) -> None:
        self.tables, self.lang, self.style = tables, lang, style

    def text(self, key: str, **values: object) -> str:
        return self.tables.message(key, self.lang, **values)

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
            ("signatures", ", ".join(app.signature_schemes) or none),
        )
        return "\n".join(f"{self.label(key)}: {value}" for key, value in lines)

    def names(self, data_types: Iterable[str]) -> str:
        return clean(", ".join(self.tables.data_name(d, self.lang) for d in data_types) or "—")

    def permissions(self, evidence: Evidence) -> str:
        names = ("name",) if self.lang == "zh" else ()  # The tables have Chinese names alone.
        rows = [
            (
                clean(use.name, 120),
                *(clean(use.zh or "—") for _ in names),
                protection(use, self.text),
                permission_source(use, self.text),
                self.names(use.data_types),
            )
            for use in evidence.permissions
        ]
        keys = ("permission", *names, "protection", "source", "data")
        return self.part("permissions", keys, rows, (30, *(14 for _ in names), 14, 12, 24))

    def sdks(self, evidence: Evidence) -> str:
        rows = [
            (
                self.sdk_name(sdk),
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

    def sdk_name(self, sdk: SdkUse) -> str:
        """Its name and version, and whether only a stub of it is there."""
        lines = [clean(sdk.name)]
        if sdk.version:
            lines.append(clean(sdk.version, 40))
        if sdk.stub:
            lines.append(self.label("stub"))
        return "\n".join(lines)

    def defined(self, evidence: Evidence) -> str:
        """Permissions, groups and trees that the app itself defines."""
        rows = [
            (clean(one.name, 120), one.kind, one.protection or "—", clean(one.group or "—", 80))
            for one in evidence.defined_permissions
        ]
        keys = ("permission", "kind", "protection", "group")
        return self.part("defined-permissions", keys, rows, (50, 16, 12, 20))

    def queries(self, evidence: Evidence) -> str:
        """What other apps it wants to see."""
        rows = [(one.kind, clean(one.value, 160)) for one in evidence.queries]
        return self.part("queries", ("kind", "value"), rows, (10, 80))

    def foreground(self, evidence: Evidence, target: int | None) -> str:
        """What services do in the foreground, and whether the permission for it is asked for."""
        missing = "not-asked" if (target or 1) >= _TYPED_SERVICES else "not-yet-needed"
        rows = [
            (
                clean(one.service, 120),
                one.type,
                "—" if one.permission is None else one.permission.rpartition(".")[2],
                self.label("asked" if one.requested else missing) if one.permission else "—",
            )
            for one in evidence.foreground_services
        ]
        keys = ("service", "type", "permission", "asked")
        return self.part("foreground-services", keys, rows, (38, 15, 32, 13))

    def policy_candidates(self, evidence: Evidence) -> str:
        """Texts and addresses that may be the app's policy."""
        rows = [
            (
                clean(one.value, 160),
                one.place or "—",
                "\n".join(clean(_owner(owner, self.tables, self.lang)) for owner in one.owners)
                or "—",
            )
            for one in evidence.policy_candidates
        ]
        keys = ("value", "place", "owner")
        return self.part("policy-candidates", keys, rows, (60, 16, 20))

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
        """Calls by API and owner; in building blocks those that somebody reaches, or all."""
        found: dict[tuple[str, str, str], list[ApiCall]] = {}
        for call in evidence.api_calls:
            owners = call.reached_from or (call.owner,)
            if owners[0].startswith(LIBRARY_PREFIX) and not self.style.verbose:
                continue
            for owner in owners:
                found.setdefault((call.api, call.data_type, owner), []).append(call)
        rows = [
            (
                clean(api),
                self.names([data_type]),
                clean(_owner(owner, self.tables, self.lang)),
                _callers(calls),
                self.reach(calls),
                str(sum(call.count for call in calls)),
            )
            for (api, data_type, owner), calls in sorted(found.items())
        ]
        keys = ("api", "data", "owner", "caller", "reachable", "count")
        return self.part("calls", keys, rows, (26, 12, 12, 27, 16, 7))

    def reach(self, calls: Iterable[ApiCall]) -> str:
        """Whether any of the calls can run, and the class from which it does first."""
        best = min(calls, key=_reach_rank)
        word = reachability(best, self.text)
        entry = (best.first_reached_by or "").rpartition(".")[2]
        return f"{word}: {clean(entry, 80)}" if entry else word
