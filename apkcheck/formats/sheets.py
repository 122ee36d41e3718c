"""The tables that regulators and lawyers work with, as data: what xlsx, markdown and csv share.

Every cell is harmless text (see ``cells.clean``) or a number; layout is left to the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from apkcheck.formats.cells import clean, permission_source, protection, reachability
from apkcheck.formats.view import View, one_a_sentence
from apkcheck.model import (
    FIRST_PARTY,
    LIBRARY_PREFIX,
    UNKNOWN_OWNER,
    Action,
    ApiCall,
    Claim,
    ClaimKind,
    Coverage,
    Finding,
    NoticePhrase,
    Platform,
    Polarity,
    SdkUse,
    Severity,
    SubjectKind,
)

Cell = str | int

_AUTHORITIES = ("miit", "cac", "cverc")
"""Whose phrases the notice uses, the first that has any for a finding."""

_TEXT = 8_000
"""Characters of the longest cell; spreadsheets refuse more than 32,767."""

_PROOFS = 6
"""Pieces of evidence in a cell; the JSON report has all."""

_QUOTES = 5
"""Quotations in a cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet."""

    title: str
    width: int
    """In characters of Latin text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    """What a reader has to know before the table."""
    severity: int | None = None
    """The column that holds severities or verdicts, for formats that colour it."""
    printed: int | None = None
    """How many columns belong on paper; all if None."""


def sheets(view: View) -> tuple[Sheet, ...]:
    """All tables of a report, in the order of a workbook."""
    return (
        notice(view),
        findings(view),
        checklist(view),
        permissions(view),
        sdks(view),
        matrix(view),
        collected(view),
        shared(view),
        calls(view),
        clauses(view),
        method(view),
    )


def _sheet(
    view: View,
    name: str,
    columns: Iterable[tuple[str, int]],
    rows: Iterable[tuple[Cell, ...]],
    severity: int | None = None,
) -> Sheet:
    found = tuple((number, *row) for number, row in enumerate(rows, 1))
    heads = (("number", 6), *columns)
    return Sheet(
        id=name,
        title=view.text(f"sheet.{name}"),
        columns=tuple(Column(view.label(key), width) for key, width in heads),
        rows=tuple(tuple(_harmless(cell) for cell in row) for row in found),
        note=view.labels.known(f"sheet-note.{name}", ""),
        severity=severity,
    )


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, int):
        return cell
    text = "\n".join(clean(line, _TEXT) for line in cell.split("\n"))
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


# -- the notice and its findings ------------------------------------------------------------------


def notice(view: View) -> Sheet:
    """The row of a public notice (通报); what no APK says is left to be filled in."""
    report = view.report
    blank = view.text("sheet.to-fill-in")
    problems = dict.fromkeys(
        phrase
        for finding in report.findings
        if finding.severity in (Severity.HIGH, Severity.MEDIUM)
        for phrase in _phrases(finding)
    )
    row = (
        report.app.label or report.app.package,
        blank,
        blank,
        view.version(),
        "\n".join(problems) or view.text("text.no-findings"),
    )
    columns = (
        ("app-name", 22),
        ("developer", 26),
        ("app-source", 20),
        ("app-version", 16),
        ("problems", 60),
    )
    return _sheet(view, "notice", columns, [row])


def _phrases(finding: Finding) -> Iterator[str]:
    """The words of an authority for a finding, else its title."""
    notices: dict[str, NoticePhrase] = {n.authority: n for n in reversed(finding.notices)}
    found = [notices[authority].phrase for authority in _AUTHORITIES if authority in notices]
    yield found[0] if found else finding.title


def findings(view: View) -> Sheet:
    """Every finding in one row (问题明细)."""
    columns = (
        ("problem-kind", 20),
        ("subject", 16),
        ("manifestation", 34),
        ("technical-evidence", 36),
        ("policy-place", 36),
        ("clauses", 30),
        ("severity", 8),
        ("confidence", 7),
        ("remedy", 36),
        ("rule", 24),
        ("finding-id", 18),
    )
    rows = [
        (
            finding.title,
            view.subject_name(finding),
            "\n".join((finding.message, *_reasons(view, finding))),
            _proofs(view, finding),
            _quotes(view, view.claims_of(finding)),
            "\n".join(f"{c.id} {_short(c.law)} {c.item}" for c in finding.clauses),
            view.text(f"severity.{finding.severity}"),
            view.text(f"confidence.{finding.confidence}"),
            finding.remedy,
            finding.rule,
            finding.id,
        )
        for finding in view.report.findings
    ]
    return replace(_sheet(view, "findings", columns, rows, severity=7), printed=len(columns) - 1)


def _reasons(view: View, finding: Finding) -> Iterator[str]:
    if finding.reasons:
        yield f"{view.label('reasons')}: {view.reasons(finding)}"


def _short(law: str) -> str:
    """The title of a law without number and dates, which the sheet of clauses has."""
    return law.partition("（")[0]


def _proofs(view: View, row: Finding | Coverage) -> str:
    proofs = view.proofs(row)
    lines = [clean(view.proof_line(proof), 300) for proof in proofs[:_PROOFS]]
    if len(proofs) > _PROOFS:
        lines.append(view.text("text.more", count=len(proofs) - _PROOFS))
    return "\n".join(lines) or "—"


def _quotes(view: View, claims: list[Claim]) -> str:
    lines = [f"“{clean(c.quote, 600)}” ({clean(view.place(c))})" for c in claims[:_QUOTES]]
    if len(claims) > _QUOTES:
        lines.append(view.text("text.more-claims", count=len(claims) - _QUOTES))
    return "\n".join(lines) or "—"


def checklist(view: View) -> Sheet:
    """The regulator's checklist; only wording that was verified stands in quotation marks."""
    columns = (
        ("item", 14),
        ("requirement", 60),
        ("verdict", 14),
        ("reason", 60),
        ("findings", 40),
        ("policy-place", 46),
    )
    found = {finding.id: finding for finding in view.report.findings}
    rows = [
        (
            item.item,
            f"“{item.text}”" if item.verbatim else item.text,
            view.text(f"verdict.{item.verdict}"),
            item.reason,
            _by_rule(view, [found[f] for f in item.findings if f in found]),
            _quotes(view, [view.claims[c] for c in item.claims if c in view.claims]),
        )
        for item in view.report.checklist
    ]
    return _sheet(view, "checklist", columns, rows, severity=3)


def _by_rule(view: View, found: list[Finding]) -> str:
    """A line for each rule, with the subjects of its findings."""
    groups: dict[str, list[str]] = {}
    for finding in found:
        groups.setdefault(finding.rule, []).append(view.subject_name(finding))
    return "\n".join(f"{rule}: {view.join(names)}" for rule, names in groups.items()) or "—"


# -- what the app shows ---------------------------------------------------------------------------


def permissions(view: View) -> Sheet:
    """What the app asks for, and whether the policy says so."""
    columns = (
        ("name", 24),
        ("permission", 44),
        ("protection", 16),
        ("source", 14),
        ("opens", 34),
        ("declared", 14),
        ("policy-place", 46),
    )
    told = _coverage(view, SubjectKind.PERMISSION)
    rows = [
        (
            view.permission_name(use.name),
            use.name,
            protection(use, view.text),
            permission_source(use, view.text),
            view.data_names(use.data_types),
            _grade(view, told.get(use.name, [])),
            _quotes(view, _told_by(view, told.get(use.name, []))),
        )
        for use in view.report.evidence.permissions
    ]
    return _sheet(view, "permissions", columns, rows, severity=6)


def sdks(view: View) -> Sheet:
    """The third-party SDKs, and whether the policy lists them."""
    columns = (
        ("sdk", 20),
        ("vendor", 22),
        ("category", 12),
        ("packages", 26),
        ("signals", 36),
        ("observed", 26),
        ("vendor-declares", 30),
        ("declared", 11),
        ("policy-place", 36),
        ("notice-url", 26),
    )
    told = _coverage(view, SubjectKind.SDK)
    rows = [
        (
            sdk.name,
            sdk.vendor,
            _of_sdk(view, sdk.id, lambda row: row.category),
            "\n".join(sdk.packages) or "—",
            _signals(view, sdk),
            view.data_names(sdk.data_types_observed),
            view.data_names(sdk.data_types_declared),
            _grade(view, told.get(sdk.id, [])),
            _quotes(view, _told_by(view, told.get(sdk.id, []))),
            _of_sdk(view, sdk.id, lambda row: row.notice_url),
        )
        for sdk in view.report.evidence.sdks
    ]
    return _sheet(view, "sdks", columns, rows, severity=8)


def _signals(view: View, sdk: SdkUse) -> str:
    lines = [clean(f"{s.kind} {s.value} ×{s.count}", 120) for s in sdk.signals[:_PROOFS]]
    if len(sdk.signals) > _PROOFS:
        lines.append(view.text("text.more", count=len(sdk.signals) - _PROOFS))
    return "\n".join(lines) or "—"


def _of_sdk(view: View, sdk: str, value: Callable[..., str | None]) -> str:
    row = view.sdks.get(sdk)
    return (row and value(row)) or "—"


def calls(view: View) -> Sheet:
    """Calls of sensitive APIs with caller; those inside building blocks are left out."""
    columns = (
        ("api", 46),
        ("data", 24),
        ("owner", 24),
        ("caller", 56),
        ("count", 8),
        ("reachable", 16),
        ("first-reached-by", 40),
        ("dex", 16),
    )
    rows = [
        (
            call.api,
            view.data_name(call.data_type),
            view.owner_name(call.owner),
            f"{call.caller_class}.{call.caller_method}",
            call.count,
            reachability(call, view.text),
            call.first_reached_by or "—",
            call.dex,
        )
        for call in view.report.evidence.api_calls
        if not call.owner.startswith(LIBRARY_PREFIX)
    ]
    return _sheet(view, "calls", columns, rows)


# -- declared and evidenced -----------------------------------------------------------------------


def matrix(view: View) -> Sheet:
    """Data types: what the policy declares of whom against what opens or reads them."""
    columns = (
        ("data", 20),
        ("sensitivity", 10),
        ("declared-app", 10),
        ("declared-others", 22),
        ("by-permission", 24),
        ("by-app", 12),
        ("by-sdk", 22),
        ("by-unknown", 12),
        ("declared", 14),
        ("policy-place", 44),
    )
    rows = [_matrix_row(view, data_type) for data_type in _matrix_types(view)]
    return _sheet(view, "matrix", columns, rows, severity=9)


def _matrix_types(view: View) -> list[str]:
    """Declared or read data types, those that code reads first; headings are none."""
    read = {call.data_type for call in _own_calls(view)}
    told = set(view.declarations)
    opened = {d for use in view.report.evidence.permissions for d in use.data_types}
    found = (read | told | opened) - {"pi", "sensitive_pi"}
    return sorted(found, key=lambda d: (d not in read, d not in told, d))


def _own_calls(view: View) -> Iterator[ApiCall]:
    return (c for c in view.report.evidence.api_calls if not c.owner.startswith(LIBRARY_PREFIX))


def _matrix_row(view: View, data_type: str) -> tuple[Cell, ...]:
    told = view.declarations.get(data_type, [])
    parties = dict.fromkeys(claim.party for claim in told)
    rows = _coverage(view, SubjectKind.DATA).get(data_type, [])
    owners = {row.owner for row in rows}
    named = view.data_types.get(data_type)
    opened = [
        view.permission_name(use.name)
        for use in view.report.evidence.permissions
        if data_type in use.data_types
    ]
    yes, no = view.text("text.yes"), "—"
    others = view.join(view.party_name(p) for p in parties if p != FIRST_PARTY)
    sdks = view.join(
        view.owner_name(o) for o in sorted(owners) if o not in (FIRST_PARTY, UNKNOWN_OWNER)
    )
    return (
        view.data_name(data_type),
        view.text(f"sensitivity.{named.sensitivity}") if named else "—",
        yes if FIRST_PARTY in parties else no,
        others,
        view.join(opened),
        yes if FIRST_PARTY in owners else no,
        sdks,
        yes if UNKNOWN_OWNER in owners else no,
        _verdict(view, rows, told),
        _quotes(view, _told_by(view, rows) or one_a_sentence(told)),
    )


def _verdict(view: View, rows: list[Coverage], told: list[Claim]) -> str:
    """How far what code reads is disclosed; where none reads, only that the policy says so."""
    if rows:
        return _grade(view, rows)
    return view.text("text.only-declared" if told else "text.only-opened")


def collected(view: View) -> Sheet:
    """The list of collected personal information (已收集个人信息清单)."""
    columns = (
        ("data", 26),
        ("collector", 24),
        ("purposes", 34),
        ("manner", 44),
        ("permissions", 34),
        ("declared", 14),
        ("policy-place", 46),
    )
    rows = []
    for row in view.report.coverage:
        if row.kind is not SubjectKind.DATA:
            continue
        told = [view.claims[c] for c in row.claims]
        purposes = dict.fromkeys(p for claim in told for p in claim.purposes)
        opened = [
            view.permission_name(use.name)
            for use in view.report.evidence.permissions
            if row.id in use.data_types
        ]
        apis = dict.fromkeys(p.api for p in view.proofs(row) if isinstance(p, ApiCall))
        rows.append(
            (
                view.data_name(row.id),
                view.owner_name(row.owner),
                view.purpose_names(purposes) if purposes else view.text("sheet.to-fill-in"),
                "\n".join(apis),
                view.join(opened),
                _grade(view, [row]),
                _quotes(view, view.claims_of(row)),
            )
        )
    return _sheet(view, "collected", columns, rows, severity=6)


def shared(view: View) -> Sheet:
    """The list of information shared with third parties (与第三方共享个人信息清单)."""
    columns = (
        ("third-party", 30),
        ("sdk", 34),
        ("share-manner", 14),
        ("data", 40),
        ("purposes", 34),
        ("declared", 14),
        ("notice-url", 40),
    )
    told = _coverage(view, SubjectKind.SDK)
    rows: list[tuple[Cell, ...]] = []
    for sdk in view.report.evidence.sdks:
        named = view.sdks.get(sdk.id)
        packages = ", ".join(sdk.packages)
        data = dict.fromkeys([*sdk.data_types_observed, *sdk.data_types_declared])
        rows.append(
            (
                sdk.vendor,
                f"{sdk.name}\n{packages}",
                view.text("sheet.by-sdk"),
                view.data_names(data),
                view.purpose_names(named.purposes if named else ()),
                _grade(view, told.get(sdk.id, [])),
                _of_sdk(view, sdk.id, lambda row: row.notice_url),
            )
        )
    rows.extend(_told_recipients(view))
    return _sheet(view, "shared", columns, rows, severity=6)


def _told_recipients(view: View) -> Iterator[tuple[Cell, ...]]:
    """Recipients that the policy names and that are no SDK of the app."""
    present = {sdk.id for sdk in view.report.evidence.sdks}
    found: dict[str, list[Claim]] = {}
    for claim in view.report.claims:
        told = claim.polarity is Polarity.ASSERTS and claim.platform is not Platform.IOS
        if told and claim.kind is ClaimKind.RECIPIENT and claim.named:
            found.setdefault(claim.subject, [])
    for claims in view.declarations.values():
        for claim in claims:
            if claim.party in found:
                found[claim.party].append(claim)
    for party, claims in found.items():
        if party in present:
            continue
        sdk = view.sdks.get(party)
        purposes = dict.fromkeys(p for claim in claims for p in claim.purposes)
        shares = any(claim.action is Action.SHARE for claim in claims)
        yield (
            sdk.vendor if sdk else party,
            sdk.name if sdk else "—",
            view.text("action.share") if shares else "—",
            view.data_names(dict.fromkeys(claim.subject for claim in claims)),
            view.purpose_names(purposes),
            view.text("text.only-declared"),
            (sdk and sdk.notice_url) or "—",
        )


def _coverage(view: View, kind: SubjectKind) -> dict[str, list[Coverage]]:
    return view.coverage.get(kind, {})


def _grade(view: View, rows: list[Coverage]) -> str:
    """The grades of all owners, the worst first; a dash without a policy."""
    order = ("denied", "absent", "linked-document-missing", "definition-only", "umbrella")
    grades = dict.fromkeys(row.grade for row in rows if row.grade is not None)
    ranked = sorted(grades, key=lambda g: order.index(g) if g in order else len(order))
    return " / ".join(view.text(f"grade.{grade}") for grade in ranked) or "—"


def _told_by(view: View, rows: list[Coverage]) -> list[Claim]:
    return one_a_sentence(view.claims[c] for row in rows for c in row.claims)


# -- clauses and method --------------------------------------------------------------------------


def clauses(view: View) -> Sheet:
    """The clauses that findings cite; only wording that was verified stands in quotation marks."""
    cited = {clause.id for finding in view.report.findings for clause in finding.clauses}
    rows = [
        (
            clause.id,
            clause.law,
            clause.item,
            f"“{clause.quote}”" if clause.quote else clause.gist,
        )
        for clause in view.report.catalogue.clauses
        if clause.id in cited
    ]
    columns = (("clause-id", 12), ("law", 44), ("item", 18), ("requirement", 90))
    return _sheet(view, "clauses", columns, rows)


def method(view: View) -> Sheet:
    """What was examined with what, what could not be, and what a person has to look at."""
    rows = [(clean(name), value) for name, value in _facts(view)]
    return _sheet(view, "method", (("what", 30), ("value", 110)), rows)


def _facts(view: View) -> Iterator[tuple[str, str]]:
    report, app = view.report, view.report.app
    none = view.label("none")
    yield view.label("tool"), f"{report.tool.name} {report.tool.version}"
    yield view.label("mappings-digest"), report.tool.mappings_digest
    yield view.label("generated-at"), report.generated_at
    yield view.label("profile"), report.profile
    yield view.label("app-type"), report.app_type or none
    yield view.label("app"), f"{app.label or none} ({app.package}) {view.version()}"
    yield view.label("sdk-levels"), f"min {app.min_sdk or none}, target {app.target_sdk or none}"
    yield view.label("app-sha256"), app.sha256
    yield view.label("signer"), "\n".join(app.signers) or none
    for index, document in enumerate(report.policies):
        dates = [
            f"{view.label(key)} {value}"
            for key, value in (("updated", document.updated), ("effective", document.effective))
            if value
        ]
        told = ", ".join([document.title or view.file_of(index), *dates])
        yield view.label("policy"), f"{view.file_of(index)}: {told}\nSHA-256 {document.sha256}"
    packer = view.packer_name()
    if packer:
        yield view.label("packer"), view.text("text.packed", packer=packer)
    for gap in report.evidence.gaps:
        yield view.label("gaps"), f"{gap.what}: {gap.why}"
    for item in report.manual:
        yield view.label("manual"), f"{item.title}: {item.what_to_look_at}"
    yield view.label("method"), view.text("text.method")
    yield view.label("limits"), view.text("text.limits")
