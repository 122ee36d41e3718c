"""A report as formats look at it: names for its ids, places for its claims, labels for its parts.

Everything but the labels comes from the report, and the labels from the shipped tables, so that a
saved report and a fresh one render to the same bytes.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Iterable
from pathlib import PurePath

from apkcheck.model import (
    FIRST_PARTY,
    LIBRARY_PREFIX,
    UNKNOWN_OWNER,
    ApiCall,
    Claim,
    ClaimKind,
    Component,
    Coverage,
    Finding,
    Gap,
    Grade,
    NamedRule,
    NamedSdk,
    PermissionUse,
    Platform,
    Polarity,
    Report,
    SdkUse,
    SubjectKind,
    UnknownPackage,
)
from apkcheck.tables import Message, load_messages

Proof = ApiCall | PermissionUse | SdkUse | Component | UnknownPackage | Gap
"""What a JSON Pointer of a finding leads to."""


class Labels:
    """The words of reports that are the same for every report, in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._rows: dict[str, Message] = load_messages()

    def text(self, key: str, **values: object) -> str:
        """A message of the catalogue with its placeholders filled."""
        row = self._rows[key]
        return (row.zh if self.lang == "zh" else row.en).format(**values)

    def label(self, key: str) -> str:
        """The name of a column or part."""
        return self.text(f"label.{key}")

    def known(self, key: str, otherwise: str) -> str:
        """A message, or ``otherwise`` where there is none."""
        return self.text(key) if key in self._rows else otherwise

    def join(self, names: Iterable[str]) -> str:
        """Names in one phrase; a dash if there are none."""
        return ("、" if self.lang == "zh" else ", ").join(names) or "—"


@functools.cache
def labels(lang: str) -> Labels:
    """The labels of one language."""
    return Labels(lang)


def one_a_sentence(claims: Iterable[Claim]) -> list[Claim]:
    """The first claim of every sentence, in the order given."""
    found: dict[tuple[int, int], Claim] = {}
    for claim in claims:
        found.setdefault((claim.policy, claim.start), claim)
    return list(found.values())


class View:
    """A report with what is asked of it again and again, indexed."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lang = report.lang
        self.labels = labels(report.lang)
        self.text: Callable[..., str] = self.labels.text
        self.label: Callable[[str], str] = self.labels.label
        self.join: Callable[[Iterable[str]], str] = self.labels.join
        self.claims: dict[str, Claim] = {claim.id: claim for claim in report.claims}
        names = report.catalogue
        self.data_types = {row.id: row for row in names.data_types}
        self.permissions = {row.id: row for row in names.permissions}
        self.sdks: dict[str, NamedSdk] = {row.id: row for row in names.sdks}
        self.purposes = {row.id: row.name for row in names.purposes}
        self.packers = {row.id: row.name for row in names.packers}
        self.rules: dict[str, NamedRule] = {row.id: row for row in names.rules}
        self.clauses = {row.id: row for row in names.clauses}

    # -- names

    def data_name(self, data_type: str) -> str:
        """What a person calls a data type; its id if the report does not say."""
        row = self.data_types.get(data_type)
        return data_type if row is None else row.name

    def data_names(self, data_types: Iterable[str]) -> str:
        """Several data types in one phrase."""
        return self.join(self.data_name(d) for d in data_types)

    def permission_name(self, name: str) -> str:
        """What a person calls a permission, else the last part of its name."""
        row = self.permissions.get(name)
        return name.rpartition(".")[2] if row is None else row.name

    def party_name(self, party: str) -> str:
        """Who a claim speaks of: the app, an SDK by name, or a name as written."""
        if party == FIRST_PARTY:
            return self.text("party.first-party")
        row = self.sdks.get(party)
        return party.removeprefix(LIBRARY_PREFIX) if row is None else row.name

    def owner_name(self, owner: str) -> str:
        """Whose code it is."""
        if owner in (FIRST_PARTY, UNKNOWN_OWNER):
            return self.text(f"owner.{owner}")
        return self.party_name(owner)

    def purpose_names(self, purposes: Iterable[str]) -> str:
        """Several purposes in one phrase."""
        return self.join(self.purposes.get(p, p) for p in purposes)

    def subject_name(self, finding: Finding) -> str:
        """What a finding is about, in words; its id where there are none."""
        subject = finding.subject
        if subject.kind is SubjectKind.PERMISSION:
            return self.permission_name(subject.id)
        if subject.kind is SubjectKind.DATA:
            return subject.name or self.data_name(subject.id)
        if subject.kind is SubjectKind.POLICY:
            return subject.name or self.label("policy")
        return subject.name or subject.id

    def reasons(self, finding: Finding) -> str:
        """Why what was found may be fine, in one phrase; empty if nothing is known."""
        return ("；" if self.lang == "zh" else "; ").join(reason.text for reason in finding.reasons)

    def packer_name(self) -> str | None:
        """What packed the app's code, if anything did."""
        packer = self.report.evidence.packer
        return packer and self.packers.get(packer, packer)

    def version(self) -> str:
        """The app's version by name and code."""
        app = self.report.app
        found = (v for v in (app.version_name, app.version_code) if v is not None)
        return " ".join(map(str, found)) or self.label("none")

    # -- places

    @functools.cached_property
    def _line_ends(self) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(match.start() for match in re.finditer("\n", document.text))
            for document in self.report.policies
        )

    def line_of(self, policy: int, offset: int) -> int:
        """The line of an offset in a policy's text, counted from 1."""
        return bisect.bisect_left(self._line_ends[policy], offset) + 1

    def column_of(self, policy: int, offset: int) -> int:
        """The column of an offset in its line, counted from 1 in code points."""
        line = self.line_of(policy, offset)
        return offset - (self._line_ends[policy][line - 2] if line > 1 else -1)

    def file_of(self, policy: int) -> str:
        """A policy's file without its folder."""
        return PurePath(self.report.policies[policy].path).name

    def place(self, claim: Claim) -> str:
        """File and line of a claim, as an editor opens them."""
        return f"{self.file_of(claim.policy)}:{self.line_of(claim.policy, claim.start)}"

    def claims_of(self, row: Finding | Coverage) -> list[Claim]:
        """The claims that a finding or row cites, one for each sentence."""
        return one_a_sentence(self.claims[c] for c in row.claims)

    # -- evidence

    @functools.cached_property
    def coverage(self) -> dict[SubjectKind, dict[str, list[Coverage]]]:
        """How far each thing is disclosed, by kind and id; one row per owner."""
        found: dict[SubjectKind, dict[str, list[Coverage]]] = {}
        for row in self.report.coverage:
            found.setdefault(row.kind, {}).setdefault(row.id, []).append(row)
        return found

    @functools.cached_property
    def declarations(self) -> dict[str, list[Claim]]:
        """The claims by which the policy says that a data type is collected, by data type."""
        found: dict[str, list[Claim]] = {}
        for claim in self.report.claims:
            if (
                claim.kind is ClaimKind.DATA
                and claim.polarity is Polarity.ASSERTS
                and claim.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
                and claim.platform is not Platform.IOS
            ):
                found.setdefault(claim.subject, []).append(claim)
        return found

    def proof_line(self, proof: Proof) -> str:
        """One piece of evidence in one line, as a developer looks for it."""
        if isinstance(proof, ApiCall):
            owner = self.owner_name(proof.owner)
            return (
                f"{proof.caller_class}.{proof.caller_method} → {proof.api} ({owner}, {proof.dex})"
            )
        if isinstance(proof, PermissionUse):
            return f"{proof.name} ({proof.source})"
        if isinstance(proof, SdkUse):
            signals = ", ".join(f"{s.kind} {s.value} ×{s.count}" for s in proof.signals[:6])
            return f"{proof.id}: {signals}"
        if isinstance(proof, Component):
            return f"{proof.kind} {proof.name}"
        if isinstance(proof, UnknownPackage):
            return f"{proof.package or self.label('none')} ({proof.classes})"
        return f"{proof.what}: {proof.why}"

    def proofs(self, row: Finding | Coverage) -> list[Proof]:
        """What the JSON Pointers of a finding or row lead to."""
        found: list[Proof] = []
        for pointer in row.evidence:
            _, _, kind, index = pointer.split("/")
            found.append(getattr(self.report.evidence, kind)[int(index)])
        return found
