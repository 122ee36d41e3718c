"""Real policies, changed in one respect: exactly what was changed shows, and nothing else.

The policies are those of the corpora; where these are absent, the tests are skipped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest

from apkcheck.check import check_app, read_app
from apkcheck.claims import extract_claims
from apkcheck.model import Claim, Document, Report
from apkcheck.policy import read_content, read_policy
from apkcheck.rules import Case, coverage_of, judge
from apkcheck.tables import Tables
from fixtures import demo
from tests.pairs.apps import CALLS, build

NAMES = (
    "seeds/000_*.txt",
    "seeds/002_*.txt",
    "capp130/policies/UC浏览器.txt",
    "capp130/policies/知乎.txt",
    "demo",
)

APP: dict[str, Any] = {
    "asks": ["CAMERA", "READ_PHONE_STATE", "ACCESS_FINE_LOCATION", "BODY_SENSORS"],
    "reads": {"app": ["imei", "location", "clipboard"]},
    "holds": ["com.sensorsdata.analytics.android.sdk.SensorsDataAPI"],
}

Findings = frozenset[tuple[str, str]]
Check = Callable[..., Findings]


@pytest.fixture
def check(tmp_path: Path, tables: Tables) -> Check:
    """What is found in an app against texts: rule and subject, without what policies lack."""

    def run(*texts: bytes | str, suffix: str = ".txt", **changes: Any) -> Findings:
        apk = tmp_path / "app.apk"
        apk.write_bytes(build(**{**APP, **changes}))
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"policy{number}{suffix}")
            paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
        report = check_app(apk, paths, tables).report
        return frozenset(
            (f.rule, f.subject.id) for f in report.findings if f.subject.kind != "policy"
        )

    return run


@pytest.fixture(params=NAMES)
def policy(request: pytest.FixtureRequest) -> str:
    if request.param == "demo":
        return demo.POLICY.read_text("utf-8")
    (path,) = request.getfixturevalue("corpora").glob(request.param)
    return str(path.read_text("utf-8"))


Judged = frozenset[tuple[str, str, str, str | None]]
JudgeAll = Callable[..., Judged]


@pytest.fixture
def judge_all(tmp_path: Path, tables: Tables) -> JudgeAll:
    """What is found in an app that can do much: rule, subject, severity and grade."""
    apk = tmp_path / "app.apk"
    apk.write_bytes(build(**APP))

    def run(*texts: bytes | str, suffix: str = ".txt") -> Judged:
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"policy{number}{suffix}")
            paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
        report = check_app(apk, paths, tables).report
        return frozenset(
            (f.rule, f.subject.id, f.severity.value, f.grade and f.grade.value)
            for f in report.findings
        )

    return run


@pytest.fixture
def sections(policy: str, tmp_path: Path, tables: Tables) -> list[str]:
    """The policy cut at the headings of its highest level below the title; the head comes first."""
    path = tmp_path / "whole.txt"
    path.write_bytes(policy.encode())
    document = read_policy(path, tables)
    headings = [b for b in document.blocks if b.kind == "heading" and b.start > 0]
    level = min(n for n in {b.level for b in headings} if sum(b.level == n for b in headings) > 2)
    cuts = [b.start for b in headings if b.level == level]
    return [
        document.text[a:b] for a, b in zip([0, *cuts], [*cuts, len(document.text)], strict=True)
    ]


def about(findings: Iterable[tuple[str, str]]) -> set[str]:
    return {subject.removeprefix("android.permission.") for _, subject in findings}


def with_sentence(policy: str, sentence: str) -> str:
    """The policy with a sentence in a chapter on collection: its last one may be on contacts."""
    return f"{policy}\n\n一、我们如何收集和使用您的个人信息\n\n{sentence}\n"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_the_encoding_of_the_file_changes_nothing(
    judge_all: JudgeAll, policy: str, encoding: str
) -> None:
    assert judge_all(policy.encode(encoding)) == judge_all(policy)


def test_the_same_as_a_page_changes_nothing(judge_all: JudgeAll, policy: str) -> None:
    lines = "\n".join(f"<p>{escape(line)}</p>" for line in policy.splitlines() if line.strip())
    page = f'<html><head><meta charset="utf-8"></head><body>\n{lines}\n</body></html>'
    assert judge_all(page, suffix=".html") == judge_all(policy)


def test_the_order_of_the_chapters_changes_nothing(
    judge_all: JudgeAll, policy: str, sections: list[str]
) -> None:
    head, *chapters = sections
    assert judge_all("\n\n".join([head, *reversed(chapters)])) == judge_all(policy)


def test_a_policy_in_two_files_is_one(
    judge_all: JudgeAll, policy: str, sections: list[str]
) -> None:
    half = len(sections) // 2
    assert judge_all("".join(sections[:half]), "".join(sections[half:])) == judge_all(policy)


def test_a_permission_more_is_a_finding_about_it(check: Check, policy: str) -> None:
    added = check(policy, asks=[*APP["asks"], "BODY_SENSORS_BACKGROUND"]) ^ check(policy)
    assert about(added) == {"BODY_SENSORS_BACKGROUND"}


def test_a_call_more_is_a_finding_about_its_data(check: Check, policy: str) -> None:
    policy = policy.replace("通话", "某某")
    more = {"app": [*APP["reads"]["app"], "call_log"]}
    added = check(policy, reads=more) ^ check(policy)
    assert about(added) == {"call_log"}
    assert any(rule.startswith("data-") for rule, _ in added)


def test_an_sdk_more_is_a_finding_about_it(check: Check, policy: str) -> None:
    added = check(policy, holds=[*APP["holds"], "com.adjust.sdk.Adjust"]) ^ check(policy)
    assert about(added) == {"adjust-attribution"}


def test_an_sdk_that_is_disclosed_is_none(check: Check, policy: str) -> None:
    told = with_sentence(
        policy, "我们接入了神策分析SDK，用于统计分析，神策分析SDK会收集您的设备信息、网络信息。"
    )
    gone = check(policy) - check(told)
    assert about(gone) == {"sensorsdata-analytics"}


def test_a_disclosure_more_takes_its_finding_away(check: Check, policy: str) -> None:
    policy = policy.replace("身体传感器", "某某")
    told = with_sentence(policy, "身体传感器权限：用于测量您的心率。")
    assert about(check(policy) ^ check(told)) == {"BODY_SENSORS"}


# -- a sentence less


@pytest.fixture
def report_on(tmp_path: Path, tables: Tables) -> Callable[..., Report]:
    def run(text: str, **app: Any) -> Report:
        apk, path = tmp_path / "one.apk", tmp_path / "one.txt"
        apk.write_bytes(build(**app))
        path.write_bytes(text.encode())
        return check_app(apk, [path], tables).report

    return run


def shown(report: Report) -> set[tuple[str, str]]:
    """Findings that rest on something in the app."""
    return {(f.rule, f.subject.id) for f in report.findings if f.evidence}


def told_least(report: Report, kind: str, subjects: Iterable[str]) -> tuple[str, list[Claim]]:
    """The subject that the app's own statements disclose in the fewest sentences."""
    told: dict[str, list[Claim]] = {}
    for claim in report.claims:
        if claim.kind == kind and claim.party == "first-party" and claim.subject in subjects:
            told.setdefault(claim.subject, []).append(claim)
    plain = {s: cs for s, cs in told.items() if any(_discloses(c) for c in cs)}
    subject = min(plain, key=lambda s: (len(plain[s]), s))
    return subject, plain[subject]


def _discloses(claim: Claim) -> bool:
    return claim.grade == "explicit" and claim.polarity == "asserts" and claim.platform != "ios"


def without(text: str, claims: Iterable[Claim]) -> str:
    for start, end in sorted({(c.start, c.end) for c in claims}, reverse=True):
        text = text[:start] + text[end:]
    return text


def test_data_whose_sentence_is_gone_is_a_finding(
    report_on: Callable[..., Report], policy: str
) -> None:
    readable = set(CALLS) - {"clipboard"}
    subject, claims = told_least(report_on(policy), "data", readable)
    app = {"reads": {"app": [subject]}}
    before, after = report_on(policy, **app), report_on(without(policy, claims), **app)
    assert not {rule for rule, _ in shown(before) if rule in SILENT}
    appeared = shown(after) - shown(before)
    assert about(appeared) == {subject}
    assert {rule for rule, _ in appeared} & SILENT
    assert about(shown(before) - shown(after)) <= {subject}


def test_a_permission_whose_sentence_is_gone_is_a_finding(
    report_on: Callable[..., Report], policy: str
) -> None:
    asked = {"CAMERA", "RECORD_AUDIO", "READ_CONTACTS", "READ_CALENDAR", "ACCESS_FINE_LOCATION"}
    subject, claims = told_least(
        report_on(policy), "permission", {f"android.permission.{name}" for name in asked}
    )
    app = {"asks": [subject]}
    before, after = report_on(policy, **app), report_on(without(policy, claims), **app)
    assert "permission-undisclosed" not in {rule for rule, _ in shown(before)}
    appeared = shown(after) - shown(before)
    assert {s for _, s in appeared} == {subject}
    assert {rule for rule, _ in appeared} <= {"permission-undisclosed", "permission-implied"}


SILENT = {"data-undisclosed", "data-umbrella-only", "data-definition-only"}
"""What a policy gets that does not, or does not clearly, tell of data that is read."""


# -- a sentence less, on twenty policies that nobody chose ----------------------------------------

DRAWN = 20
"""Policies of a kind of sentence, drawn by the digests of their names among those that have one."""
LONGEST = 18_000
"""Characters of a policy that is drawn: twice each is read."""

ASKED = ("ACCESS_FINE_LOCATION", "CAMERA", "READ_CALENDAR", "READ_CONTACTS", "RECORD_AUDIO")

SDK_APPEARS = {"sdk-undisclosed", "sdk-linked-only"}
"""The second where the policy refers to a list that was not supplied."""
PERMISSION_APPEARS = {"permission-undisclosed", "permission-implied"}
"""The second where another sentence tells of the data that the permission opens."""


@dataclass(frozen=True)
class Drawn:
    """A real policy as it is read once for all tests."""

    name: str
    document: Document
    claims: tuple[Claim, ...]

    def without(self, claims: Iterable[Claim]) -> str:
        """The text without the rows, items and paragraphs in which claims stand."""
        text = self.document.text
        blocks = {
            (block.start, block.end)
            for block in self.document.blocks
            for claim in claims
            if block.start < max(claim.end, claim.start + 1) and claim.start < block.end
        }
        for start, end in sorted(blocks, reverse=True):
            text = text[:start] + text[end:]
        return text


def read_once(text: str, name: str, tables: Tables) -> Drawn:
    document = read_content(text.encode(), name, tables)
    return Drawn(name, document, extract_claims([document], tables))


@pytest.fixture(scope="module")
def drawn(corpora: Path, tables: Tables) -> list[Drawn]:
    paths = sorted(corpora.glob("capp130/policies/*.txt"), key=lambda p: _digest(p.name))
    texts = ((path.name, path.read_text("utf-8")) for path in paths)
    short = [(name, text) for name, text in texts if len(text) <= LONGEST]
    return [read_once(text, name, tables) for name, text in short[: DRAWN + 14]]


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def findings_of(tmp_path: Path, tables: Tables) -> Callable[..., dict[str, set[str]]]:
    """What rests on something in an app: rules by the subjects of their findings."""

    def run(policy: Drawn, **build_with: Any) -> tuple[dict[str, set[str]], tuple[Claim, ...]]:
        apk = tmp_path / "app.apk"
        apk.write_bytes(build(**build_with))
        app, evidence = read_app(apk, tables, "zh")
        case = Case(app, evidence, (policy.document,), policy.claims, tables, "zh")
        found: dict[str, set[str]] = {}
        for finding in judge(case):
            if finding.evidence and finding.subject.kind != "policy":
                found.setdefault(finding.subject.id, set()).add(finding.rule)
        rested = {c for row in coverage_of(case) for c in row.claims}
        return found, tuple(c for c in policy.claims if c.id in rested)

    return run  # type: ignore[return-value]


def rarest(claims: Iterable[Claim]) -> str | None:
    """The subject that the fewest sentences tell of."""
    places: dict[str, set[tuple[int, int]]] = {}
    for claim in claims:
        if claim.polarity == "asserts" and claim.platform != "ios":
            places.setdefault(claim.subject, set()).add((claim.start, claim.end))
    return min(places, key=lambda s: (len(places[s]), s), default=None)


def chosen(policy: Drawn, kind: str, tables: Tables) -> tuple[str, dict[str, Any]] | None:
    """What the policy tells of in fewest places, and an app that holds, reads or asks for it."""
    own = [c for c in policy.claims if c.kind == kind and c.grade == "explicit"]
    if kind == "recipient":
        known = (s for s in tables.sdks.values() if s.packages)  # Others are known by name alone.
        by_class = {s.id: s.example for s in known if not s.example.endswith("*")}
        sdk = rarest(c for c in own if c.subject in by_class)
        return sdk and (sdk, {"holds": [by_class[sdk]]})  # type: ignore[return-value]
    own = [c for c in own if c.party == "first-party"]
    if kind == "data":
        data = rarest(c for c in own if c.subject in set(CALLS) - {"clipboard"})
        return data and (data, {"reads": {"app": [data]}})  # type: ignore[return-value]
    asked = {f"android.permission.{name}" for name in ASKED}
    name = rarest(c for c in own if c.subject in asked)
    return name and (name, {"asks": [name]})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("kind", "appears"),
    [("recipient", SDK_APPEARS), ("data", SILENT), ("permission", PERMISSION_APPEARS)],
    ids=["sdk", "data", "permission"],
)
def test_of_twenty_real_policies_each_gets_exactly_the_finding_that_it_lost_its_words_for(
    drawn: list[Drawn],
    findings_of: Callable[..., Any],
    tables: Tables,
    kind: str,
    appears: set[str],
) -> None:
    tried = 0
    for policy in drawn:
        choice = chosen(policy, kind, tables)
        if choice is None or tried == DRAWN:
            continue
        subject, app = choice
        before, rested = findings_of(policy, **app)
        told = [c for c in policy.claims if subject in (c.subject, c.party)]
        less = policy.without([*told, *rested])
        if kind == "recipient" and tables.sdks[subject].vendor in less:
            continue  # The operator's own SDK, or its vendor's: who is named names it.
        after, _ = findings_of(read_once(less, policy.name, tables), **app)
        appeared = {s: rules - before.get(s, set()) for s, rules in after.items()}
        appeared = {s: rules for s, rules in appeared.items() if rules}
        gone = {s for s, rules in before.items() if rules - after.get(s, set())}
        assert not before.get(subject, set()) & appears, policy.name
        assert set(appeared) == {subject}, (policy.name, subject, appeared)
        assert len(appeared[subject]) == 1, (policy.name, appeared)
        assert appeared[subject] <= appears, (policy.name, appeared)
        assert gone <= {subject}, (policy.name, gone)
        tried += 1
    assert tried == DRAWN
