"""What the table of SDKs must know: packages and names of the Chinese market."""

from __future__ import annotations

import json
import re
from pathlib import Path

from apkcheck.tables import Tables
from benchmarks.sdk_names import LISTS, NAMES, Recognition, names_of
from benchmarks.sdk_rules import owner_of, prefixes
from tests.tables_page import KNOWN, sdk_figures

PROBES = """
    cn.com.chinatelecom cn.jiguang cn.jpush cn.sharesdk cn.shuzilm cn.thinkingdata cn.tongdun
    cn.xiaoneng com.alibaba.baichuan com.alibaba.sdk.android.push com.alipay com.amap
    com.anythink com.autonavi com.baidu.android.pushservice com.baidu.location com.baidu.mapapi
    com.baidu.mobads com.baidu.mobstat com.baidu.techain com.beizi com.bonree com.bun.lib
    com.bun.miitmdid com.bytedance.apm com.bytedance.applog com.bytedance.embedapplog
    com.bytedance.sdk.open com.bytedance.sdk.openadsdk com.chuanglan.shanyan_sdk com.cmic.sso
    com.coloros.mcssdk com.dx.mobile com.efs.sdk com.eguan com.fm.openinstall com.g.gysdk
    com.geetest com.getui com.github.gzuliyujiang com.growingio com.heytap com.hihonor
    com.hihonor.push com.hpplay com.huawei.agconnect com.huawei.hms com.hyphenate com.iflytek
    com.igexin com.ishumei com.jd com.jd.ad com.kwad com.kwai com.loc com.mbridge com.megvii
    com.meiqia com.meishu com.meizu.cloud com.mob com.mobile.auth com.netease.nimlib
    com.netease.nis com.networkbench com.pgyersdk com.qiniu com.qiyukf com.qq.e com.reyun
    com.sdk.mobile com.sensetime com.sensorsdata com.sigmob com.sina.weibo com.sobot
    com.ss.android com.ss.bytertc com.talkingdata com.taobao.accs com.tencent.android.tpush
    com.tencent.beacon com.tencent.bugly com.tencent.connect com.tencent.imsdk com.tencent.map
    com.tencent.mm.opensdk com.tencent.rtmp com.tencent.smtt com.tencent.stat com.tencent.tauth
    com.tencent.trtc com.tendcloud com.uc.crashsdk com.umeng com.umeng.socialize
    com.unicom.xiaowo com.unionpay com.ut.device com.ut.mini com.vivo.push com.volcengine
    com.xiaomi.mipush com.xiaomi.push com.zhuge im.zego io.agora io.dcloud io.rong
    org.android.agoo
""".split()  # noqa: SIM905
"""Packages of SDKs of the Chinese market, gathered by the project before the table was made."""

LEAST_KNOWN = 0.8
"""Share of names of products that are known in policies from which nothing was taken; it was .81
when they were first read."""


def test_at_least_105_of_111_packages_of_the_chinese_market_are_known(tables: Tables) -> None:
    known = prefixes(tables)
    unknown = [
        package
        for package in PROBES
        if owner_of(package, known) not in tables.sdks
        and not any(name.startswith(f"{package}.") for name in known)
    ]
    assert len(PROBES) == 111
    assert len(unknown) <= 6, unknown


def test_most_names_of_policies_that_were_not_read_before_are_known() -> None:
    rows = json.loads(Path(NAMES).read_text(encoding="utf-8"))
    names = [row["name"] for row in rows if not row.get("brand")]
    recognition = Recognition()
    missed = [name for name in names if not recognition.of(name)]
    assert len(missed) <= (1 - LEAST_KNOWN) * len(names), missed


def test_most_names_of_lists_that_other_apps_publish_are_known() -> None:
    names = [str(row["name"]) for row in names_of(LISTS) if not row.get("brand")]
    recognition = Recognition()
    missed = [name for name in names if not recognition.of(name)]
    assert len(names) > 40
    assert len(missed) <= (1 - LEAST_KNOWN) * len(names), missed


def test_a_name_means_one_sdk_and_a_brand_alone_means_none() -> None:
    recognition = Recognition()
    assert recognition.of("Bugly SDK") == ("tencent-bugly",)
    assert recognition.of("BuglySDK") == ("tencent-bugly",)
    assert recognition.of("微信") == ()
    assert recognition.of("您上传的手机号码") == ()


def test_as_much_is_known_of_sdks_as_the_page_on_the_tables_says(tables: Tables) -> None:
    chinese = {r.id for r in tables.sdks.values() if re.search("[\u4e00-\u9fff]", r.vendor)}
    ours = sdk_figures(r for r in tables.sdks.values() if r.id in chinese)
    others = sdk_figures(r for r in tables.sdks.values() if r.id not in chinese)
    fewer = [k for k, least in KNOWN.items() if ours[k] < least[0] or others[k] < least[1]]
    assert fewer == []


def test_a_prefix_swallows_no_other(tables: Tables) -> None:
    known = prefixes(tables)
    assert owner_of("com.umengx.Tracker", known) == "unknown"
    assert owner_of("com.umeng.message.PushAgent", known) == "umeng-push"
    assert owner_of("com.umeng.commonsdk.UMConfigure", known) == "umeng-analytics"
    assert owner_of("com.getui.gs.sdk.GsManager", known) == "getui-ido"
    assert owner_of("com.huawei.hms.jos.AppUpdateClient", known) == "huawei-game"
