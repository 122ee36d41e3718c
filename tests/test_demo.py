"""The demo: everything that was planted is found, nothing that was not is accused."""

from __future__ import annotations

import pytest

from apkcheck.check import check_app
from apkcheck.model import FIRST_PARTY, Finding, Grade, Polarity, Report, Strength, SubjectKind
from apkcheck.tables import Tables
from fixtures import demo
from fixtures.demo import expected
from fixtures.demo.expected import Planted

ORDINARY = {
    f"android.permission.{name}"
    for name in ("INTERNET", "ACCESS_NETWORK_STATE", "ACCESS_WIFI_STATE", "VIBRATE", "WAKE_LOCK")
}
"""Permissions that need no policy to name them: hints at most, and not planted."""

HINTS = {"data-api-unavailable"}
"""Rules of which the demo's policy gives hints that are true and not planted."""


@pytest.fixture(scope="module")
def report(tables: Tables) -> Report:
    return check_app(demo.APK, [demo.POLICY], tables).report


def is_about(finding: Finding, subject: str) -> bool:
    """Whether a finding is about a subject of ``expected``, which names SDKs by their package."""
    if finding.subject.kind is SubjectKind.SDK:
        return any(f"{p}.".startswith(f"{subject}.") for p in finding.subject.packages)
    return finding.subject.id == subject


@pytest.mark.parametrize("planted", expected.PLANTED, ids=lambda p: f"{p.rule} {p.subject}")
def test_what_was_planted_is_found(report: Report, planted: Planted) -> None:
    (found,) = (
        f for f in report.findings if f.rule == planted.rule and is_about(f, planted.subject)
    )
    assert (found.severity, found.grade) == (planted.severity, planted.grade), planted.why


def test_nothing_else_is_found_but_ordinary_permissions(report: Report) -> None:
    others = [
        f
        for f in report.findings
        if not any(f.rule == p.rule and is_about(f, p.subject) for p in expected.PLANTED)
        and f.rule not in HINTS
    ]
    notices = [f for f in others if f.strength is Strength.SDK_DECLARED]
    assert {f.severity for f in notices} <= {"low"}
    others = [f for f in others if f not in notices]
    assert {(f.severity, f.subject.id) for f in others} == {("info", name) for name in ORDINARY}
    assert {f.rule for f in others} == {"permission-undisclosed", "permission-implied"}


def test_the_reads_of_the_code_are_found_and_no_others(report: Report) -> None:
    packages = {sdk.id: sdk.packages for sdk in report.evidence.sdks}

    def owner(name: str, by: str) -> bool:
        if by == expected.FIRST_PARTY:
            return name == FIRST_PARTY
        return any(f"{p}.".startswith(f"{by}.") for p in packages.get(name, ()))

    calls = {
        (c.caller_class, c.caller_method, c.data_type, c.dex): c.owner
        for c in report.evidence.api_calls
    }
    reads = {(r.caller_class, r.caller_method, r.data_type, r.dex): r for r in expected.READS}
    assert set(calls) == set(reads)
    for key, read in reads.items():
        assert owner(calls[key], read.owner), (key, calls[key])


def test_decoys_read_nothing_and_are_no_sdk(report: Report) -> None:
    callers = {c.caller_class for c in report.evidence.api_calls}
    assert not callers & set(expected.DECOYS)
    packages = {p for sdk in report.evidence.sdks for p in sdk.packages}
    assert not [d for d in expected.DECOYS for p in packages if f"{d}.".startswith(f"{p}.")]


def test_the_sdks_are_those_of_the_code_and_none_that_only_the_policy_names(
    report: Report,
) -> None:
    embedded = (
        expected.UMENG,
        expected.WECHAT,
        expected.AMAP,
        expected.GETUI,
        expected.PANGLE,
    )
    found = [sdk.packages for sdk in report.evidence.sdks]
    for package in embedded:
        assert any(f"{p}.".startswith(f"{package}.") for ps in found for p in ps), package
    assert len(found) == len(embedded)


def test_what_is_only_defined_is_neither_declared_nor_over_declared(report: Report) -> None:
    for data_type in expected.DEFINED_ONLY:
        grades = {c.grade for c in report.claims if c.subject == data_type}
        assert grades == {Grade.DEFINITION_ONLY}, data_type
        assert not [f for f in report.findings if f.subject.id == data_type]


def test_the_denial_with_exception_is_one_and_accuses_nobody(report: Report) -> None:
    said = [c for c in report.claims if c.quote.startswith(expected.DENIED_WITH_EXCEPTION)]
    assert said
    assert {c.polarity for c in said} == {Polarity.DENIES_WITH_EXCEPTION}
    cited = {c for f in report.findings for c in f.claims}
    assert not cited & {c.id for c in said}


def test_disclosed_permissions_with_an_upper_limit_are_not_accused(report: Report) -> None:
    limited = {p.name for p in report.evidence.permissions if p.max_sdk is not None}
    assert {name.rpartition(".")[2] for name in limited} == {
        "READ_EXTERNAL_STORAGE",
        "WRITE_EXTERNAL_STORAGE",
    }
    assert not limited & {f.subject.id for f in report.findings}
