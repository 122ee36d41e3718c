"""Drafts: what a policy lacks, with blanks for what no code can say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from apkcheck.check import check_app
from apkcheck.draft import DRAFT_FORMATS, Draft, Part, as_html, as_markdown, draft_of
from apkcheck.model import Report
from apkcheck.tables import Tables
from fixtures import demo
from tests.apps import app
from tests.conftest import Apkcheck
from tests.strangers import HOSTILE, hostile_report, is_inert


def drafted(tables: Tables, *policies: Path, lang: str = "zh", apk: Path = demo.APK) -> Draft:
    return draft_of(check_app(apk, policies, tables, lang=lang).report)


@pytest.fixture(scope="module")
def report(tables: Tables) -> Report:
    return check_app(demo.APK, [demo.POLICY], tables).report


def part_of(draft: Draft, title: str) -> Part:
    return next(part for part in draft.parts if part.title == title)


def first_cells(part: Part) -> list[str]:
    return [row[0].split("\n")[0] for row in part.rows]


def test_without_a_policy_everything_private_is_drafted(tables: Tables) -> None:
    draft = drafted(tables)
    assert [part.title for part in draft.parts] == [
        "应用权限说明",
        "已收集个人信息清单",
        "第三方SDK清单",
    ]
    permissions = first_cells(part_of(draft, "应用权限说明"))
    assert {"读取日历", "访问精确位置"} <= set(permissions)
    assert "防止手机休眠" not in permissions, "opens nothing and is granted unasked"
    assert "穿山甲" in first_cells(part_of(draft, "第三方SDK清单"))


def test_with_a_policy_only_what_it_lacks_is_drafted(tables: Tables) -> None:
    draft = drafted(tables, demo.POLICY)
    permissions = first_cells(part_of(draft, "应用权限说明"))
    assert "读取通话记录" in permissions
    assert "访问精确位置" not in permissions
    assert first_cells(part_of(draft, "已收集个人信息清单")) == ["Android ID", "应用(软件)列表"]
    assert set(first_cells(part_of(draft, "第三方SDK清单"))) == {"个推消息推送", "穿山甲"}


def test_purpose_function_and_moment_are_left_to_a_person(tables: Tables) -> None:
    for part in drafted(tables).parts:
        for name in ("对应功能", "使用目的", "申请时机", "使用场景"):
            if name in part.columns:
                cells = [row[part.columns.index(name)] for row in part.rows]
                assert all(cell.startswith("【请") for cell in cells), name


def test_what_was_not_seen_in_code_is_marked(tables: Tables) -> None:
    draft = drafted(tables)
    sdks = part_of(draft, "第三方SDK清单")
    (getui,) = (row for row in sdks.rows if row[0].startswith("个推"))
    seen, declared = getui[sdks.columns.index("涉及的个人信息")].split("\n")
    assert seen == "IMEI"
    assert declared.startswith("厂商声明：")
    assert declared.endswith("（未核实）")
    permissions = part_of(draft, "应用权限说明")
    (calendar,) = (row for row in permissions.rows if row[0] == "读取日历")
    assert calendar[4] == "未见读取：日历（未核实）"


def test_a_policy_that_says_all_lacks_nothing(tables: Tables, tmp_path: Path) -> None:
    apk, policy = tmp_path / "app.apk", tmp_path / "policy.txt"
    apk.write_bytes(app(asks=["CAMERA"]))
    policy.write_text(
        "示例应用隐私政策\n\n一、我们如何收集和使用您的个人信息\n\n"
        "拍摄照片时，我们会申请摄像头权限，用于发布动态。\n",
        "utf-8",
    )
    draft = drafted(tables, policy, apk=apk)
    assert draft.parts == ()
    assert "没有发现需要补充的内容。" in draft.notes


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_forms_hold_every_row(tables: Tables, lang: str) -> None:
    draft = drafted(tables, lang=lang)
    page = html.fromstring(as_html(draft))
    cells = [row for part in draft.parts for row in part.rows]
    assert len(list(page.iter("tr"))) == len(cells) + len(draft.parts)
    assert len(list(page.iter("h2"))) == len(draft.parts)
    shown = "".join("".join(map(str, page.itertext())).split())
    for row in cells:
        for cell in row:
            assert "".join(cell.split()) in shown
    lines = [line for line in as_markdown(draft).split("\n") if line.startswith("| ")]
    assert len(lines) == len(cells) + 2 * len(draft.parts)


def test_tables_keep_their_lines_where_style_sheets_are_dropped(tables: Tables) -> None:
    """Word processors take over what stands in the cell itself, and nothing is fetched."""
    page = html.fromstring(as_html(drafted(tables)))
    assert all("border" in cell.get("style", "") for cell in page.iter("td", "th"))
    assert not list(page.iter("style", "link", "script", "img", "a"))


def test_long_names_break_in_cells_and_words_of_headers_do_not(tables: Tables) -> None:
    page = html.fromstring(as_html(drafted(tables)))
    styles = {tag: {cell.get("style", "") for cell in page.iter(tag)} for tag in ("th", "td")}
    assert all("overflow-wrap:normal" in style for style in styles["th"])
    assert all("overflow-wrap:anywhere" in style for style in styles["td"])


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_strangers_name_is_inert_in_a_draft(report: Report, kind: str) -> None:
    draft = draft_of(hostile_report(report, HOSTILE[kind]))
    for form in DRAFT_FORMATS.values():
        assert is_inert(form(draft))
    tags = set(re.findall(r"<(\w+)", as_markdown(draft)))
    assert tags <= {"br"}
    known = {"html", "head", "meta", "title", "body", "h1", "h2", "p", "i", "table", "tr"}
    page = html.fromstring(as_html(draft))
    assert {element.tag for element in page.iter()} <= known | {"tbody", "td", "th", "br"}


def test_the_command_writes_a_draft(apkcheck: Apkcheck, tmp_path: Path) -> None:
    run = apkcheck("draft", demo.APK, "--policy", demo.POLICY)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("# 《觅友圈》")
    page = tmp_path / "draft.html"
    run = apkcheck("draft", demo.APK, "--format", "html", "--lang", "en", "--output", page)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert "[fill in]" in page.read_text("utf-8")


def test_a_policy_that_cannot_be_read_is_not_taken_for_none(
    apkcheck: Apkcheck, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    run = apkcheck("draft", demo.APK, "--policy", empty)
    assert (run.code, run.out) == (3, "")
    assert str(empty) in run.err
