"""Real policies, changed in one respect: exactly what was changed shows, and nothing else.

The policies are those of the corpora; where these are absent, the tests are skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from apkcheck.check import check_app
from apkcheck.tables import Tables
from tests.pairs.apps import build

NAMES = (
    "seeds/000_*.txt",
    "seeds/002_*.txt",
    "capp130/policies/UC浏览器.txt",
    "capp130/policies/知乎.txt",
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
def policy(request: pytest.FixtureRequest, corpora: Path) -> str:
    (path,) = corpora.glob(request.param)
    return path.read_text("utf-8")


def about(findings: Iterable[tuple[str, str]]) -> set[str]:
    return {subject.removeprefix("android.permission.") for _, subject in findings}


def with_sentence(policy: str, sentence: str) -> str:
    """The policy with a sentence in a chapter on collection: its last one may be on contacts."""
    return f"{policy}\n\n一、我们如何收集和使用您的个人信息\n\n{sentence}\n"


def test_the_encoding_of_the_file_changes_nothing(check: Check, policy: str) -> None:
    before = check(policy)
    assert check(policy.encode("gb18030")) == before
    assert check(policy.encode("utf-16")) == before


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
    told = with_sentence(policy, "身体传感器权限：用于测量您的心率。")
    assert about(check(policy) ^ check(told)) == {"BODY_SENSORS"}
