"""Rules about the policy itself: what is missing in it, and what should not stand in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from apkcheck.check import check_app, read_app
from apkcheck.claims import extract_claims
from apkcheck.model import App, Block, Claim, ClaimKind, Document, Evidence, Finding
from apkcheck.rules import Case, judge
from apkcheck.tables import Tables
from fixtures.apkbuild import Element
from tests.apps import app
from tests.policy_texts import SILENT, SPEAKS, WHOLE, policy
from tests.statements import claims_of
from tests.statements import read as document_of

JPUSH = "cn.jpush.android.Core"

Read = tuple[App, Evidence]


@dataclass(frozen=True)
class Checked:
    """What a check of policies found."""

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]


CheckPolicy = Callable[..., Checked]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> Read:
    """An app that embeds an SDK and can do nothing else."""
    path = tmp_path_factory.mktemp("apps") / "app.apk"
    path.write_bytes(app(holds=[JPUSH]))
    return read_app(path, tables, "zh")


@pytest.fixture
def check(plain: Read, tables: Tables) -> CheckPolicy:
    """Checks an app that was read once against policies."""

    def run(*policies: str, read: Read = plain, app_type: str | None = None) -> Checked:
        documents = tuple(document_of(text, tables) for text in policies)
        claims = extract_claims(documents, tables)
        case = Case(*read, documents, claims, tables, "zh", app_type=app_type)
        return Checked(claims, judge(case))

    return run


def found(report: Checked, rule: str) -> list[tuple[str, str]]:
    return [(f.subject.id, f.severity.value) for f in report.findings if f.rule == rule]


@pytest.mark.parametrize(
    ("rule", "text", "finding"),
    [
        pytest.param(rule, text, finding, id=f"{rule}: {about}")
        for rule, cases in SPEAKS.items()
        for about, (text, finding) in cases.items()
    ],
)
def test_the_rule_speaks(
    check: CheckPolicy, rule: str, text: str, finding: tuple[str, str]
) -> None:
    assert found(check(text), rule) == [finding]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        pytest.param(rule, text, id=f"{rule}: {about}")
        for rule, cases in SILENT.items()
        for about, text in cases.items()
    ],
)
def test_the_rule_is_silent(check: CheckPolicy, rule: str, text: str) -> None:
    assert found(check(text), rule) == []


def test_every_case_in_which_a_rule_speaks_has_one_in_which_it_does_not() -> None:
    assert sorted(SPEAKS) == sorted(SILENT)


def test_a_policy_that_says_all_gives_no_finding_about_itself(check: CheckPolicy) -> None:
    assert {f.rule for f in check(policy()).findings if f.subject.kind == "policy"} == set()


@pytest.mark.parametrize("part", sorted(set(WHOLE) - {"title", "collection", "rights", "sdk"}))
def test_a_part_that_is_taken_out_is_the_only_one_that_is_missed(
    check: CheckPolicy, part: str
) -> None:
    report = check(policy(without=part))
    found = {f.rule for f in report.findings if f.subject.kind == "policy"}
    assert len(found) == (0 if part == "optout" else 1), found


def test_what_stands_in_a_second_document_is_not_missed(check: CheckPolicy) -> None:
    second = "示例应用隐私政策补充\n\n" + WHOLE["withdraw"] + "\n"
    assert found(check(policy(without="withdraw"), second), "withdraw-missing") == []


def test_what_stands_under_a_heading_on_ios_is_not_missed(check: CheckPolicy) -> None:
    text = policy().replace("三、您的权利", "三、iOS端您的权利", 1)
    assert {f.rule for f in check(text).findings if f.subject.kind == "policy"} == set()


def test_a_finding_quotes_what_it_rests_on(check: CheckPolicy) -> None:
    sentence = "您使用我们的服务，即表示您同意我们按照本政策收集和使用您的信息。"
    report = check(policy(sentence))
    (finding,) = (f for f in report.findings if f.rule == "consent-by-use")
    (claim,) = (c for c in report.claims if c.id in finding.claims)
    assert claim.quote == sentence
    assert sentence in finding.message
    assert sentence in finding.remedy


def test_a_policy_in_a_language_without_words_for_a_topic_is_not_judged(
    check: CheckPolicy,
) -> None:
    english = "Privacy policy\n\nWe collect your telephone number when you register.\n"
    rules = {f.rule for f in check(english).findings}
    assert "withdraw-missing" in rules
    assert "dual-list-missing" not in rules


class TestAutostart:
    @pytest.fixture
    def booting(self, tmp_path: Path, tables: Tables) -> Read:
        action = Element("action", {"android:name": "android.intent.action.BOOT_COMPLETED"})
        receiver = Element(
            "receiver",
            {"android:name": "com.example.app.Boot", "android:exported": "true"},
            (Element("intent-filter", {}, (action,)),),
        )
        path = tmp_path / "boot.apk"
        path.write_bytes(app(asks=["RECEIVE_BOOT_COMPLETED"], components=[receiver]))
        return read_app(path, tables, "zh")

    def test_a_silent_policy_is_a_finding(self, check: CheckPolicy, booting: Read) -> None:
        report = check(policy(), read=booting)
        assert found(report, "autostart-assoc") == [("autostart", "medium")]

    def test_a_policy_that_says_so_is_none(self, check: CheckPolicy, booting: Read) -> None:
        told = policy("为了及时接收消息，本应用会在开机后自启动。")
        assert found(check(told, read=booting), "autostart-assoc") == []

    def test_an_app_that_does_not_is_none(self, check: CheckPolicy) -> None:
        assert found(check(policy()), "autostart-assoc") == []


class TestAppTypes:
    FORCED = "我们会收集您的%s。如您拒绝提供，您将无法使用本应用。"

    @pytest.fixture
    def asking(self, tmp_path: Path, tables: Tables) -> Read:
        path = tmp_path / "asking.apk"
        path.write_bytes(app(asks=["RECORD_AUDIO", "READ_CALL_LOG", "INTERNET"]))
        return read_app(path, tables, "zh")

    def test_a_permission_that_the_type_hardly_needs(
        self, check: CheckPolicy, asking: Read, tables: Tables
    ) -> None:
        report = check(policy(), read=asking, app_type="T03")
        (finding,) = (f for f in report.findings if f.rule == "permission-off-type")
        assert (finding.subject.id, finding.severity) == ("android.permission.READ_CALL_LOG", "low")
        assert tables.app_types["T03"].necessary[0] in finding.message
        assert "本工具推断" in finding.message

    def test_without_a_type_nothing_is_judged(self, check: CheckPolicy, asking: Read) -> None:
        report = check(policy(self.FORCED % "位置信息"), read=asking)
        assert found(report, "permission-off-type") == []
        assert found(report, "forced-consent") == []

    def test_data_that_is_not_necessary_is_forced(self, check: CheckPolicy) -> None:
        report = check(policy(self.FORCED % "位置信息"), app_type="T03")
        assert found(report, "forced-consent") == [("location", "medium")]

    @pytest.mark.parametrize(
        ("sentence", "app_type"),
        [
            (FORCED % "手机号码", "T03"),
            (FORCED % "位置信息", "T01"),
            ("我们会收集您的位置信息。如您拒绝提供，您将无法使用该功能。", "T03"),
            (
                "我们会收集您的位置信息。我们重视您的隐私。如您拒绝本政策，您将无法使用本应用。",
                "T03",
            ),
        ],
    )
    def test_what_is_necessary_or_bound_to_a_function_is_not(
        self, check: CheckPolicy, sentence: str, app_type: str
    ) -> None:
        assert found(check(policy(sentence), app_type=app_type), "forced-consent") == []

    @pytest.mark.parametrize(
        ("app_type", "severity"), [(None, "medium"), ("T03", "high"), ("T01", None)]
    )
    def test_a_permission_is_forced(
        self, check: CheckPolicy, app_type: str | None, severity: str | None
    ) -> None:
        text = policy("我们会申请位置权限。如您拒绝开启，您将无法使用本应用。")
        forced = found(check(text, app_type=app_type), "permission-forced")
        assert {s for _, s in forced} == ({severity} if severity else set())

    def test_of_a_label_those_that_the_app_asks_for_are_forced(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        apk, text = tmp_path / "asks.apk", tmp_path / "policy.txt"
        apk.write_bytes(app(asks=["WRITE_EXTERNAL_STORAGE"]))
        text.write_text(policy("您必须开启存储权限，否则将无法使用本应用。"), "utf-8")
        forced = [
            f
            for f in check_app(apk, [text], tables, app_type="T05").report.findings
            if f.rule == "permission-forced"
        ]
        assert [f.subject.id.rpartition(".")[2] for f in forced] == ["WRITE_EXTERNAL_STORAGE"]

    def test_a_permission_that_a_function_needs_is_not(self, check: CheckPolicy) -> None:
        text = policy("我们会申请位置权限。如您拒绝开启，您将无法使用附近的人功能。")
        assert found(check(text), "permission-forced") == []


class TestStatements:
    def statements(self, text: str, tables: Tables) -> dict[str, Claim]:
        claims = claims_of(text, tables)
        return {c.subject: c for c in claims if c.kind is ClaimKind.STATEMENT}

    def test_each_has_its_sentence_and_place(self, tables: Tables) -> None:
        text = policy()
        claim = self.statements(text, tables)["withdraw"]
        assert claim.quote == WHOLE["withdraw"] == text[claim.start : claim.end]
        assert claim.surface in claim.quote
        assert claim.section_role == "rights"

    @pytest.mark.parametrize("topic", ["access", "contact", "minors", "deadline", "controller"])
    def test_topics(self, topic: str, tables: Tables) -> None:
        assert topic in self.statements(policy(), tables)

    def test_only_the_first_of_many_are_kept(self, tables: Tables) -> None:
        text = policy(*[f"您可以在第{n}页撤回您的同意。" for n in range(40)])
        claims = [c for c in claims_of(text, tables) if c.subject == "withdraw"]
        assert 1 < len(claims) < 10


def test_no_rule_takes_a_document_for_a_key(
    check: CheckPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look would hash all blocks of it, and the rules take longer than reading."""

    def refuse(document: object) -> int:
        raise AssertionError(f"hashes a {type(document).__name__}")

    monkeypatch.setattr(Document, "__hash__", refuse)
    monkeypatch.setattr(Block, "__hash__", refuse)
    assert check(
        f"{WHOLE}\n我们收集您的位置信息和设备信息，用于导航；不会收集您的位置信息。"
    ).findings
