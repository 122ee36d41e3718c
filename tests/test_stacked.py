"""Tables of plain texts whose cells stand on lines of their own."""

from __future__ import annotations

from apkcheck.tables import Tables
from tests.statements import collected, permissions_said, read, said, types_said

LABELS = "SDK名称\n公司名称\n收集的个人信息\n使用目的\n隐私政策链接\n"
PUSH = "个推SDK\n每日互动股份有限公司\nOAID、设备型号\n消息推送\nhttps://example.com/a\n"
COUNT = "友盟+SDK\n友盟同欣（北京）科技有限公司\nAndroid ID\n统计分析\nhttps://example.com/b\n"
LIST = "二、第三方SDK列表\n我们接入了以下SDK：\n"


def test_each_row_says_what_its_sdk_collects(tables: Tables) -> None:
    found = said(LIST + LABELS + PUSH + COUNT, tables)
    assert {
        collected("oaid", "getui-push"),
        collected("device_model", "getui-push"),
        collected("android_id", "umeng-analytics"),
    } <= found
    assert collected("android_id", "getui-push") not in found


def test_cells_keep_their_places_in_the_file(tables: Tables) -> None:
    text = LIST + LABELS + PUSH
    (row,) = [b for b in read(text, tables).blocks if b.kind == "row" and b.header]
    assert [text[start:end] for start, end in row.cells] == PUSH.split()
    assert row.header == tuple(LABELS.split())


def test_the_table_ends_where_a_chapter_begins(tables: Tables) -> None:
    text = (
        LIST + LABELS + PUSH + "三、存储\n我们不会收集您的通讯录。\n保存一年。\n到期删除。\n完。\n"
    )
    assert [b.kind for b in read(text, tables).blocks].count("row") == 2


def test_a_row_without_its_link_is_none(tables: Tables) -> None:
    broken = PUSH.replace("https://example.com/a", "消息推送服务")
    assert [b.kind for b in read(LIST + LABELS + broken, tables).blocks].count("row") == 0


def test_permissions_with_what_they_are_for(tables: Tables) -> None:
    text = "三、权限说明\n权限名称\n权限用途\n位置权限\n获取所在地天气\n相机\n扫码\n"
    assert "CAMERA" in permissions_said(text, tables)


def test_one_label_alone_begins_no_table(tables: Tables) -> None:
    text = "一、信息\n收集的个人信息\n我们会收集您的昵称。\n"
    assert types_said(text, tables) == {"nickname"}
