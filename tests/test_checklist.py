"""The regulator's checklist: what is answered from files, and what never is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apkcheck.check import check_app
from apkcheck.model import ChecklistItem, Compliance, Report
from apkcheck.tables import Tables
from tests.apps import MAIN, app
from tests.pairs.apps import build
from tests.policy_texts import policy

POLICY = (
    "示例应用隐私政策\n\n一、我们如何收集和使用您的个人信息\n\n"
    "我们会收集您的昵称，用于展示您的主页。\n"
)
EMPTY = "示例应用隐私政策\n\n我们重视您的隐私。\n"

CheckApp = Callable[..., Report]


@pytest.fixture
def check(tmp_path: Path, tables: Tables) -> CheckApp:
    def run(policy: str | None, lang: str = "zh", **described: object) -> Report:
        apk = tmp_path / "app.apk"
        apk.write_bytes(app(**described))  # type: ignore[arg-type]
        paths = []
        if policy is not None:
            paths.append(tmp_path / "policy.txt")
            paths[0].write_text(policy, "utf-8")
        return check_app(apk, paths, tables, lang=lang).report

    return run


def answer(report: Report, item: str) -> ChecklistItem:
    (only,) = (i for i in report.checklist if i.id == item)
    return only


def test_it_has_the_31_items_in_the_order_of_the_regulation(check: CheckApp) -> None:
    ids = [item.id for item in check(POLICY).checklist]
    sizes = {part: sum(i.startswith(f"RD-{part}.") for i in ids) for part in range(1, 7)}
    assert ids == sorted(ids)
    assert sizes == {1: 4, 2: 4, 3: 9, 4: 6, 5: 3, 6: 5}


def test_only_verified_wording_is_marked_as_the_regulation_s(
    check: CheckApp, tables: Tables
) -> None:
    for item in check(POLICY).checklist:
        clause = tables.clauses[item.id]
        assert item.verbatim == clause.verified
        assert item.text == (clause.text if clause.verified else clause.gist)
    assert not any(item.verbatim for item in check(POLICY, lang="en").checklist)


def test_a_finding_that_shows_a_violation_answers_not_met_and_is_named(check: CheckApp) -> None:
    report = check(POLICY, holds=["com.igexin.push.Core"])
    (finding,) = (f for f in report.findings if f.rule == "sdk-undisclosed")
    item = answer(report, "RD-2.1")
    assert item.verdict is Compliance.NOT_MET
    assert finding.id in item.findings
    assert finding.title in item.reason


def test_what_the_text_proves_is_met_and_names_its_claim(check: CheckApp) -> None:
    report = check(POLICY)
    item = answer(report, "RD-1.1")
    assert item.verdict is Compliance.MET
    (claim,) = (c for c in report.claims if c.id in item.claims)
    assert claim.subject == "nickname"


def test_a_policy_without_rules_of_collection_is_not_said_to_be_one(check: CheckApp) -> None:
    assert answer(check(EMPTY), "RD-1.1").verdict is not Compliance.MET
    assert answer(check(None), "RD-1.1").verdict is Compliance.NOT_MET


def test_what_the_app_does_is_never_said_to_be_met(check: CheckApp) -> None:
    met = {i.id for i in check(POLICY).checklist if i.verdict is Compliance.MET}
    assert met == {"RD-1.1"}


def test_whoever_looks_is_told_at_what_and_where_to_start(check: CheckApp) -> None:
    report = check(POLICY, reads={MAIN: ["imsi"]})
    (finding,) = (f for f in report.findings if f.rule == "data-undisclosed")
    item = answer(report, "RD-3.3")
    assert item.verdict is Compliance.MANUAL
    assert item.findings == (finding.id,)
    manual = [i.reason for i in report.checklist if i.verdict is Compliance.MANUAL]
    assert all(manual)


def test_questions_about_permission_dialogs_apply_only_to_apps_that_have_any(
    check: CheckApp,
) -> None:
    assert answer(check(POLICY), "RD-4.6").verdict is Compliance.NOT_APPLICABLE
    asking = check(POLICY, asks=["CAMERA", "RECORD_AUDIO"])
    assert answer(asking, "RD-4.6").verdict is Compliance.MANUAL


def test_manual_items_cite_their_clauses(check: CheckApp) -> None:
    items = {item.id: item for item in check(POLICY).manual}
    assert "RD-3.1" in {clause.id for clause in items["consent-before-collect"].clauses}


def test_phrases_of_a_regulator_s_notices_come_once_and_not_for_mere_hints(
    check: CheckApp,
) -> None:
    report = check(POLICY, asks=["READ_SMS", "READ_CALENDAR"], reads={MAIN: ["imsi"]})
    phrases = report.notice_phrases("cverc")
    assert "未向用户明示申请的全部隐私权限" in phrases
    assert len(phrases) == len(set(phrases))
    assert check(policy(), asks=["INTERNET"]).notice_phrases("cverc") == ()
    assert report.notice_phrases("nobody") == ()


class TestBeforeConsent:
    """RD-3.1: nobody can tell from files; the calls at start are where to look first."""

    def apk(self, tmp_path: Path, *started: str) -> Path:
        path = tmp_path / "app.apk"
        path.write_bytes(build(reads={"app@start": started, "app": ["sms"]}))
        return path

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_calls_at_start_are_named_even_where_the_policy_has_them(
        self, tmp_path: Path, tables: Tables, lang: str
    ) -> None:
        policy = tmp_path / "policy.txt"
        policy.write_text(POLICY + "我们会收集您的IMEI，用于保障账号安全。\n", "utf-8")
        report = check_app(self.apk(tmp_path, "imei", "mac"), [policy], tables, lang=lang).report
        item = answer(report, "RD-3.1")
        assert item.verdict is Compliance.MANUAL
        assert "IMEI" in item.reason
        assert "start.Reader.read_imei" in item.reason
        assert "read_sms" not in item.reason
        by_id = {f.id: f for f in report.findings}
        told = {(by_id[i].rule, by_id[i].subject.id) for i in item.findings}
        assert told == {
            ("consent-before-collect", "imei"),
            ("consent-before-collect", "mac"),
            ("data-undisclosed", "mac"),
        }

    def test_without_any_nothing_is_added(self, tmp_path: Path, tables: Tables) -> None:
        policy = tmp_path / "policy.txt"
        policy.write_text(POLICY, "utf-8")
        item = answer(check_app(self.apk(tmp_path), [policy], tables).report, "RD-3.1")
        assert item.reason == tables.manual_checks["consent-before-collect"].look_zh
        assert not item.findings
