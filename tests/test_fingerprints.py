"""What a finding is known by stays, however texts are reworded and packages rebuilt.

Baselines and waivers rest on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from apkcheck.check import check_app
from apkcheck.tables import Tables
from fixtures.apkbuild import ClassDef, build_apk, build_axml, build_dex, manifest_of
from tests.apps import PACKAGE, full, reader
from tests.pairs.apps import build

HEAD = "示例应用隐私政策\n\n一、我们如何收集和使用您的个人信息\n\n"
POLICY = HEAD + (
    "我们会收集您的设备信息、位置信息，用于保障账号安全。\n\n"
    "通讯录权限：用于查找好友。\n\n"
    "二、第三方SDK目录\n\n"
    "SDK名称：友盟+SDK\n收集的个人信息：设备型号\n使用目的：统计分析\n\n"
    "SDK名称：极光推送SDK\n收集的个人信息：设备型号\n使用目的：消息推送\n"
)
REWORDED = HEAD.replace("一、我们如何收集和使用您的个人信息", "第一条 信息的收集与使用") + (
    "为保障您的账号安全，本应用会获取您的位置信息及设备信息。\n\n"
    "三、第三方SDK目录\n\n"
    "SDK名称：极光推送SDK\n收集信息：设备型号\n目的：推送消息\n\n"
    "SDK名称：友盟+SDK\n收集信息：设备型号\n目的：用户统计\n\n"
    "四、权限\n\n为了查找好友，我们会申请通讯录权限。\n"
)
CLASSES = (
    reader(f"{PACKAGE}.Main", ("imei", "sms", "location")),
    reader("com.umeng.analytics.Agent", ("imsi",)),
    reader("cn.jpush.android.Core", ("mac",)),
    reader("com.igexin.push.Core", ("imei",)),
)
ASKED = ("CAMERA", "READ_CONTACTS", "READ_SMS", "READ_PHONE_STATE")

Known = frozenset[tuple[str, str]]


def package(dexes: Sequence[Sequence[ClassDef]], asked: Sequence[str] = ASKED) -> bytes:
    manifest = manifest_of(PACKAGE, permissions=[full(name) for name in asked])
    return build_apk(build_axml(manifest), [build_dex(classes) for classes in dexes])


class TestFingerprints:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path

    def known(self, tables: Tables, apk: bytes, policy: str = POLICY) -> Known:
        """Rules and ids of what is found about the app."""
        (self.path / "app.apk").write_bytes(apk)
        (self.path / "policy.txt").write_text(policy, "utf-8")
        report = check_app(self.path / "app.apk", [self.path / "policy.txt"], tables).report
        found = [f for f in report.findings if f.evidence]
        ids = [f.id for f in found]
        assert len(set(ids)) == len(ids)
        return frozenset((f.rule, f.id) for f in found)

    def test_another_order_of_code_changes_none(self, tables: Tables) -> None:
        before = self.known(tables, package([CLASSES]))
        assert len({rule for rule, _ in before}) >= 5
        assert self.known(tables, package([CLASSES[2:], CLASSES[:2]])) == before
        assert self.known(tables, package([CLASSES[::-1]], ASKED[::-1])) == before

    def test_other_words_in_another_order_change_none(self, tables: Tables) -> None:
        apk = package([CLASSES])
        assert self.known(tables, apk, REWORDED) == self.known(tables, apk)

    def test_another_order_of_table_rows_changes_none(self, tables: Tables) -> None:
        reverse: dict[str, Any] = {
            field.name: dict(list(value.items())[::-1])
            for field in dataclasses.fields(tables)
            if isinstance(value := getattr(tables, field.name), Mapping)
        }
        assert {"sdks", "data_types", "permissions", "apis"} <= set(reverse)
        apk = package([CLASSES])
        turned = dataclasses.replace(tables, **reverse)
        assert list(turned.sdks) != list(tables.sdks)
        assert self.known(turned, apk) == self.known(tables, apk)

    def test_what_only_adds_doubt_or_gathers_changes_none(self, tables: Tables) -> None:
        """Lists in other words, and statements in one sentence or two, are known by the same."""
        vague = HEAD + "我们会收集您的设备识别码（包括但不限于IMEI、OAID），用于保障账号安全。\n"
        moved = HEAD + "为保障账号安全，我们会收集设备识别码（包括但不限于OAID、IMEI）。\n"
        apk = package([CLASSES])
        assert self.about_policy(tables, apk, vague) == self.about_policy(tables, apk, moved)
        assert any(
            rule == "data-vague-enumeration" for rule, _ in self.about_policy(tables, apk, vague)
        )

    def about_policy(self, tables: Tables, apk: bytes, policy: str) -> Known:
        """Rules and ids of what is found in the policy's own words."""
        (self.path / "app.apk").write_bytes(apk)
        (self.path / "policy.txt").write_text(policy, "utf-8")
        report = check_app(self.path / "app.apk", [self.path / "policy.txt"], tables).report
        return frozenset((f.rule, f.id) for f in report.findings if f.subject.kind != "policy")

    def test_over_declared_findings_keep_theirs_whatever_excuses_them(self, tables: Tables) -> None:
        policy = HEAD + "我们会收集您的日历，用于提醒。\n\n日历权限：用于提醒。\n"
        excused = policy + "\n在iOS设备上，我们会收集您的IDFA。\n"
        apk = package([CLASSES])
        before, after = (
            {k for k in self.about_policy(tables, apk, text) if k[0].endswith("-overdeclared")}
            for text in (policy, excused)
        )
        assert len(before) == 2
        assert before == after

    def test_code_at_start_is_known_by_its_owner_not_by_its_place(self, tables: Tables) -> None:
        def started(*classes: str) -> Known:
            apk = build(reads={f"{name}@start": ["imei"] for name in classes})
            known = self.known(tables, apk)
            return frozenset(k for k in known if k[0] == "consent-before-collect")

        assert len(started("com.igexin.push.Core")) == 1
        assert started("com.igexin.push.Core") == started("com.igexin.sdk.PushManager")
