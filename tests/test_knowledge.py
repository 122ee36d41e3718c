"""``apkcheck mappings search`` and ``show``: what the tables know, for a person who asks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apkcheck.formats import Style
from apkcheck.formats.knowledge import hits_table
from apkcheck.tables import Tables
from apkcheck.tables.search import Match, search
from tests.conftest import Apkcheck


def found(tables: Tables, text: str) -> list[tuple[str, str]]:
    return [(hit.table, hit.row.id) for hit in search(tables, text)]


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "table", "row"),
        [
            ("com.igexin", "sdks", "getui-push"),
            ("com.igexin.push.core.SomeClass", "sdks", "getui-push"),
            ("Lcom/igexin/push/core/a;->a(Ljava/lang/String;)V", "sdks", "getui-push"),
            ("个推消息推送", "sdks", "getui-push"),
            ("okhttp3.Call", "libraries", "okhttp"),
            ("libBaiduMapSDK_base_v7_5_4.so", "sdks", "baidu-map"),
            ("READ_PHONE_STATE", "permissions", "android.permission.READ_PHONE_STATE"),
            ("ＲＥＡＤ_PHONE_state", "permissions", "android.permission.READ_PHONE_STATE"),
            ("IMEI", "data_types", "imei"),
            ("国际移动设备识别码", "data_types", "imei"),
            ("getDeviceId", "apis", "android.telephony.TelephonyManager.getDeviceId"),
            ("android_id", "data_types", "android_id"),
            (
                "Landroid/os/Build;->getSerial()Ljava/lang/String;",
                "apis",
                "android.os.Build.getSerial",
            ),
            ("T01", "app_types", "T01"),
            ("网络安全法", "clauses", "CSL-43"),
        ],
    )
    def test_a_thing_is_found_by_what_people_call_it(
        self, text: str, table: str, row: str, tables: Tables
    ) -> None:
        assert (table, row) in found(tables, text)

    @pytest.mark.parametrize("text", ["IMEI", "READ_PHONE_STATE", "com.igexin", "剪贴板"])
    def test_what_is_meant_stands_before_what_only_mentions_it(
        self, text: str, tables: Tables
    ) -> None:
        matches = [hit.match for hit in search(tables, text)]
        assert matches[0] is Match.EXACT
        assert matches == sorted(matches)

    @pytest.mark.parametrize(
        ("text", "table", "row"),
        [
            ("个推", "sdks", "getui-push"),
            ("穿山甲", "sdks", "pangle-ads"),
            ("IMEI", "data_types", "imei"),
            ("oaid", "data_types", "oaid"),
            ("位置", "data_types", "location"),
            ("getDeviceId", "apis", "android.telephony.TelephonyManager.getDeviceId"),
        ],
    )
    def test_a_thing_by_its_own_name_stands_first(
        self, text: str, table: str, row: str, tables: Tables
    ) -> None:
        assert found(tables, text)[0] == (table, row)

    def test_a_row_stands_once(self, tables: Tables) -> None:
        rows = found(tables, "imei")
        assert len(rows) == len(set(rows))

    def test_a_class_belongs_to_its_nearest_owner_alone(self, tables: Tables) -> None:
        assert found(tables, "android.support.v4.app.Fragment") == [
            ("libraries", "android-support")
        ]

    @pytest.mark.parametrize("text", ["", "  ", "没有这样的东西", "com.nobody.knows.This"])
    def test_nothing_is_found_where_nothing_is_known(self, text: str, tables: Tables) -> None:
        assert found(tables, text) == []


class TestCommands:
    @pytest.mark.parametrize(("lang", "kind"), [("zh", "第三方SDK"), ("en", "SDK")])
    def test_search_lists_rows_with_what_is_known(
        self, lang: str, kind: str, apkcheck: Apkcheck
    ) -> None:
        run = apkcheck("mappings", "search", "com.igexin.sdk.PushManager", "--lang", lang)
        assert (run.code, run.err) == (0, "")
        for text in (kind, "getui-push", "每日互动股份有限公司", "IMEI"):
            assert text in run.out

    @pytest.mark.parametrize(
        ("permission", "granted"),
        [
            ("CAMERA", "granted by the user in a dialog"),
            ("SYSTEM_ALERT_WINDOW", "granted by the user on a page of the settings"),
            ("INTERNET", "granted on installation"),
            ("SYSTEM_CAMERA", "granted by the system to certain apps only"),
        ],
    )
    def test_search_says_who_grants_a_permission(
        self, permission: str, granted: str, tables: Tables
    ) -> None:
        name = f"android.permission.{permission}"
        hits = [hit for hit in search(tables, name) if hit.table == "permissions"]
        table = hits_table(name, hits[:1], tables, "en", Style(width=400))
        assert granted in table

    def test_nothing_found_is_an_answer(self, apkcheck: Apkcheck) -> None:
        run = apkcheck("mappings", "search", "没有这样的东西")
        assert (run.code, run.out, run.err) == (0, "没有表收录“没有这样的东西”。\n", "")
        run = apkcheck("mappings", "search", "nothing like it", "--format", "json")
        assert json.loads(run.out) == {"query": "nothing like it", "hits": []}

    def test_long_lists_are_cut_and_say_so(self, apkcheck: Apkcheck) -> None:
        short = apkcheck("mappings", "search", "READ_PHONE_STATE", "--lang", "en")
        long = apkcheck("mappings", "search", "READ_PHONE_STATE", "--lang", "en", "--verbose")
        assert "more are not listed: see --verbose" in short.out
        assert "more are not listed" not in long.out
        assert len(long.out) > len(short.out)

    def test_show_says_all_of_a_row_and_who_names_it(self, apkcheck: Apkcheck) -> None:
        run = apkcheck("mappings", "show", "imei")
        assert (run.code, run.err) == (0, "")
        for text in (
            "个人信息类型 imei",
            "上位类型（严格包含）：不可变更的唯一设备识别码（id_permanent）",
            "“敏感接口”的“可读取的信息”提到它",
            "getImei",
        ):
            assert text in run.out

    def test_show_speaks_the_readers_language(self, apkcheck: Apkcheck) -> None:
        chinese = apkcheck("mappings", "show", "getui-push").out
        english = apkcheck("mappings", "show", "getui-push", "--lang", "en").out
        assert "类别：消息推送（push）" in chinese
        assert "是否核实：是" in chinese
        assert "IMEI（imei）" in chinese
        assert "category: Push" in english
        assert "verified: yes" in english
        for key in ("data_types", "vendor_names", "True"):
            assert key not in chinese
            assert key not in english

    def test_show_knows_permissions_by_their_short_names(self, apkcheck: Apkcheck) -> None:
        run = apkcheck("mappings", "show", "READ_PHONE_STATE", "--format", "json")
        (shown,) = json.loads(run.out)["rows"]
        assert shown["row"]["id"] == "android.permission.READ_PHONE_STATE"
        assert shown["row"]["protection"] == "dangerous"
        assert "android.telephony.TelephonyManager.getImei" in shown["named_by"]["apis.permissions"]

    def test_json_has_rows_as_the_tables_do(self, apkcheck: Apkcheck, tables: Tables) -> None:
        run = apkcheck("mappings", "search", "com.igexin", "--format", "json")
        hit: dict[str, Any] = json.loads(run.out)["hits"][0]
        assert (hit["table"], hit["match"], hit["field"]) == ("sdks", "exact", "packages")
        assert hit["row"]["packages"] == list(tables.sdks["getui-push"].packages)

    def test_an_id_that_is_none_is_a_wrong_command_line(self, apkcheck: Apkcheck) -> None:
        run = apkcheck("mappings", "show", "imei-code")
        assert (run.code, run.out) == (2, "")
        assert run.err == (
            "apkcheck: 'imei-code': no row has this id; find it with 'apkcheck mappings search'\n"
        )
