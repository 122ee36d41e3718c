"""What the policy tells and the package does not show: why it may be fine, as far as is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apkcheck.check import check_app
from apkcheck.formats import Style, render
from apkcheck.model import Finding, Report
from apkcheck.tables import Tables
from fixtures.apkbuild import (
    ClassDef,
    build_apk,
    build_axml,
    build_dex,
    damage,
    manifest_of,
    meta_data,
    permission,
)
from tests.apps import MAIN, PACKAGE, app

HEAD = "示例应用隐私政策\n\n一、我们如何收集和使用您的个人信息\n\n"
CALLS = {MAIN: ("imei",)}
"""Something that is read, so that there is code."""


@pytest.fixture
def report(tmp_path: Path, tables: Tables) -> Callable[..., Report]:
    def run(sentence: str, *, lang: str = "zh", broken: bool = False, **build: Any) -> Report:
        apk, policy = tmp_path / "app.apk", tmp_path / "policy.txt"
        content = app(**{"reads": CALLS, **build})
        apk.write_bytes(damage.truncated_dex(content) if broken else content)
        policy.write_text(f"{HEAD}{sentence}\n", "utf-8")
        return check_app(apk, [policy], tables, lang=lang).report

    return run


def over_declared(report: Report) -> Finding:
    (only,) = (f for f in report.findings if f.rule.endswith("-overdeclared"))
    return only


def sdk_list(name: str) -> str:
    return f"二、第三方SDK目录\n\nSDK名称：{name}\n收集的个人信息：IMEI\n使用目的：统计分析"


ONLINE = ["INTERNET"]

CASES: tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...] = (
    ("nothing is known", "我们会收集您的WiFi列表。", {}, ()),
    ("users type it in", "我们会收集您的通讯录。", {}, ("typed-in",)),
    ("it comes in files", "我们会收集您的屏幕内容。", {}, ("uploaded",)),
    ("a server knows", "我们会收集您的通话记录。", {"asks": ONLINE}, ("server",)),
    ("a server that the app cannot reach", "我们会收集您的通话记录。", {}, ()),
    ("a page tells it", "我们会收集您的操作系统版本。", {"asks": ONLINE}, ("web",)),
    (
        "no system of the target level gives it",
        "我们会收集您的IMSI。",
        {"reads": {MAIN: ("sms",)}},
        ("older-system",),
    ),
    (
        "the policy is for iOS too",
        "我们会收集您的WiFi列表。\n\n在iOS设备上，我们会收集您的IDFA。",
        {},
        ("other-platform",),
    ),
    (
        "split APKs are missing",
        "我们会收集您的WiFi列表。",
        {"components": [meta_data("com.android.vending.splits.required", "true")]},
        ("splits-missing",),
    ),
    (
        "a permission that a picker does without",
        "日历权限：用于提醒您参加活动。",
        {},
        ("without-permission",),
    ),
    ("a permission of its own", "我们会申请身体传感器权限，用于测量心率。", {}, ()),
    (
        "asked for on systems that are too old for the app",
        "我们会申请身体传感器权限，用于测量心率。",
        {"asks": [permission("android.permission.BODY_SENSORS", maxSdkVersion=20)]},
        ("max-sdk",),
    ),
    (
        "a permission of newer systems",
        "健身运动权限：用于记录您的步数。",
        {"target_sdk": 28},
        ("newer-system",),
    ),
    ("an SDK that also works in pages", sdk_list("友盟+SDK"), {"asks": ONLINE}, ("web-service",)),
    ("an SDK of an app that is never online", sdk_list("友盟+SDK"), {}, ()),
    (
        "an SDK that a server calls",
        sdk_list("阿里云对象存储SDK"),
        {"asks": ONLINE},
        ("server-service",),
    ),
    (
        "another SDK of the vendor is there",
        sdk_list("腾讯Bugly"),
        {"holds": ["com.tencent.mm.opensdk.openapi.WXApi"]},
        ("same-vendor",),
    ),
)


@pytest.mark.parametrize(
    ("sentence", "build", "reasons"), [pytest.param(*c[1:], id=c[0]) for c in CASES]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_reason_is_told_where_it_is_known(
    report: Callable[..., Report],
    sentence: str,
    build: dict[str, Any],
    reasons: tuple[str, ...],
    lang: str,
    tables: Tables,
) -> None:
    only = over_declared(report(sentence, lang=lang, **build))
    assert tuple(reason.id for reason in only.reasons) == reasons
    assert only.severity == "info"
    for reason in only.reasons:
        row = tables.messages[f"reason.{reason.id}"]
        assert reason.text[:12] == (row.zh if lang == "zh" else row.en)[:12]


def test_where_code_is_unread_nothing_is_told(report: Callable[..., Report]) -> None:
    for sentence in (sdk_list("极光推送SDK"), "我们会收集您的WiFi列表。"):
        assert over_declared(report(sentence))
        unread = report(sentence, broken=True)
        assert not [f for f in unread.findings if f.rule.endswith("-overdeclared")]


def test_of_a_packed_app_neither(tmp_path: Path, tables: Tables) -> None:
    apk, policy = tmp_path / "app.apk", tmp_path / "policy.txt"
    stub = ClassDef("com.stub.StubApp", (), (), "android.app.Application")
    manifest = manifest_of(PACKAGE, application={"android:name": stub.name})
    apk.write_bytes(build_apk(build_axml(manifest), [build_dex([stub])]))
    policy.write_text(f"{HEAD}我们会收集您的WiFi列表。\n\n{sdk_list('极光推送SDK')}\n", "utf-8")
    packed = check_app(apk, [policy], tables).report
    assert packed.evidence.packer is not None
    assert not [f for f in packed.findings if f.rule.endswith("-overdeclared")]


@pytest.mark.parametrize("format_", ["table", "markdown", "csv", "json", "sarif", "junit", "html"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_format_shows_the_reasons(
    report: Callable[..., Report], format_: str, lang: str
) -> None:
    told = report("我们会收集您的通讯录。", lang=lang)
    (reason,) = over_declared(told).reasons
    shown = render(format_, told, Style(width=200))
    assert reason.text in str(shown)
