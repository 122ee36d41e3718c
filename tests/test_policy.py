"""Reading policies: bytes to text, text to headings, items, paragraphs and rows."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apkcheck.errors import PolicyError
from apkcheck.model import Block, Document
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from tests.statements import read

SIMPLIFIED = (
    "某某隐私政策\n"
    "更新日期：2024年3月5日\n"
    "我们会收集您的设备信息和位置信息，用于为您提供服务。\n"
    "您可以在设置中关闭权限。\n"
)
TRADITIONAL = (
    "某某隱私權政策\n"
    "我們會收集您的個人資料，包括姓名和電話號碼，以便為您提供服務。\n"
    "您可以隨時刪除這些資料。\n"
)

PIECES = re.findall(
    "<[^>]*>|&[^;]*;|[^<&]+",
    "<p></p><div></div><table><tr><td></table><li><h1><!-- 注 --><script></script><svg><!-- >"
    "<td rowspan=2><td colspan=3>&nbsp;&#0;&x;<![CDATA[ x ]]>收集IMEI<b>一、<i>\t<a>\n<u>\0",
)
"""What odd pages are made of."""

fuzzing = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def blocks(document: Document) -> list[tuple[str, str]]:
    """Each block as its kind and text."""
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def rows(document: Document) -> list[dict[str, str]]:
    """Each row of a table that has a header, by the header's cells."""
    return [
        {
            name: document.text[start:end]
            for name, (start, end) in zip(block.header, block.cells, strict=True)
        }
        for block in document.blocks
        if block.header
    ]


def page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>页</title></head><body>{body}</body></html>"


class TestEncodings:
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(SIMPLIFIED.encode(), id="UTF-8"),
            pytest.param(codecs.BOM_UTF8 + SIMPLIFIED.encode(), id="UTF-8 with mark"),
            pytest.param(SIMPLIFIED.encode("utf-16"), id="UTF-16 with mark"),
            pytest.param(SIMPLIFIED.encode("utf-16-le"), id="UTF-16 LE without mark"),
            pytest.param(SIMPLIFIED.encode("utf-16-be"), id="UTF-16 BE without mark"),
            pytest.param(codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), id="UTF-16 BE"),
            pytest.param(codecs.BOM_UTF32_LE + SIMPLIFIED.encode("utf-32-le"), id="UTF-32 LE"),
            pytest.param(SIMPLIFIED.encode("gb18030"), id="GB18030"),
            pytest.param(SIMPLIFIED.encode("gbk"), id="GBK"),
        ],
    )
    def test_a_simplified_policy_reads_the_same_in_every_encoding(
        self, content: bytes, tables: Tables
    ) -> None:
        document = read(content, tables)
        assert document.text == SIMPLIFIED
        assert document.text_kind == "file"

    def test_a_traditional_policy_is_told_from_a_simplified_one(self, tables: Tables) -> None:
        assert read(TRADITIONAL.encode("big5"), tables).text == TRADITIONAL
        assert read(TRADITIONAL.encode("gb18030"), tables).text == TRADITIONAL

    def test_a_byte_order_mark_does_not_count_in_offsets(self, tables: Tables) -> None:
        plain = read(SIMPLIFIED.encode(), tables)
        marked = read(codecs.BOM_UTF8 + SIMPLIFIED.encode(), tables)
        assert marked.blocks == plain.blocks
        assert marked.text[0] == "某"

    def test_line_ends_of_the_file_are_kept_because_offsets_count_in_it(
        self, tables: Tables
    ) -> None:
        windows = SIMPLIFIED.replace("\n", "\r\n")
        document = read(windows.encode(), tables)
        assert document.text == windows
        assert [text for _, text in blocks(document)] == SIMPLIFIED.splitlines()

    @pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030"])
    def test_a_page_in_a_chinese_encoding_is_read_as_it_declares(
        self, charset: str, tables: Tables
    ) -> None:
        text = (
            f'<html><head><meta charset="{charset}"></head>'
            "<body><p>我们会收集您的位置信息</p></body></html>"
        )
        assert "我们会收集您的位置信息" in read(text.encode("gb18030"), tables).text

    def test_a_page_in_big5_is_read_as_it_declares(self, tables: Tables) -> None:
        text = (
            '<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"></head>'
            "<body><p>我們會收集您的位置資訊</p></body></html>"
        )
        assert "我們會收集您的位置資訊" in read(text.encode("big5"), tables).text

    def test_a_page_in_utf8_that_declares_something_else_is_still_read(
        self, tables: Tables
    ) -> None:
        text = '<html><head><meta charset="gbk"></head><body><p>您的设备信息</p></body></html>'
        assert "您的设备信息" in read(text.encode(), tables).text

    def test_one_character_cut_in_half_does_not_spoil_a_long_policy(self, tables: Tables) -> None:
        content = (SIMPLIFIED * 20).encode("gb18030")
        assert read(content[:-2] + b"\xd6", tables).text.startswith("某某隐私政策")


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "holds no text"),
            (b" \r\n\t\n", "holds no text"),
            ("\u3000\u3000\n——\n。".encode(), "holds no text"),
            (codecs.BOM_UTF8, "holds no text"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a damaged PDF file"),
            (b"PK\x03\x04\x14\x00\x06\x00word/document.xml", "a damaged ZIP or Office file"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "an old Office file"),
            (b"{\\rtf1\\ansi policy}", "an RTF file"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "an image"),
            (b"GIF89a\x01\x00\x01\x00", "an image"),
            (bytes(range(256)) * 8, "cannot be read"),
            (b"\0" * 1000, "cannot be read"),
            (b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\x00\xb7\x00" * 40, "cannot be read"),
            (codecs.BOM_UTF16_LE + b"\x00\xd8", "cannot be read"),
            (b"<html><body><script>var a = 1;</script></body></html>", "holds no text"),
        ],
    )
    def test_what_is_no_text_is_refused_with_a_reason_and_a_remedy(
        self, content: bytes, reason: str, tables: Tables, tmp_path: Path
    ) -> None:
        path = tmp_path / "policy.txt"
        path.write_bytes(content)
        with pytest.raises(PolicyError) as raised:
            read_policy(path, tables)
        sentence = str(raised.value)
        assert sentence.startswith(f"{path}: ")
        assert "\n" not in sentence
        assert reason in sentence or "is not a text that can be read" in sentence
        assert any(remedy in sentence for remedy in ("save the p", "give the policy", "check the"))

    def test_a_missing_file_is_refused(self, tables: Tables, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match=r"nowhere\.txt: cannot be read .*check the path"):
            read_policy(tmp_path / "nowhere.txt", tables)

    def test_a_folder_is_refused(self, tables: Tables, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="cannot be read"):
            read_policy(tmp_path, tables)

    def test_a_file_far_larger_than_any_policy_is_refused_unread(
        self, tables: Tables, tmp_path: Path
    ) -> None:
        path = tmp_path / "huge.txt"
        with path.open("wb") as file:
            file.truncate(33 * 1024 * 1024)
        with pytest.raises(PolicyError, match="larger than 32 MB"):
            read_policy(path, tables)

    @pytest.mark.parametrize(
        "page", ["{}", "# 隐私政策\n\n{}", "<html><body><p>{}</p></body></html>"]
    )
    def test_a_text_that_would_take_minutes_is_refused_in_a_moment(
        self, page: str, tables: Tables, tmp_path: Path
    ) -> None:
        """Ten megabytes of one line."""
        path = tmp_path / "long.txt"
        path.write_text(page.format("我们会收集您的IMEI、" * 310_000), "utf-8")
        with pytest.raises(PolicyError, match=r"long\.txt: holds .* characters, more than"):
            read_policy(path, tables)


class TestPlainText:
    @pytest.mark.parametrize(
        "line",
        [
            "第一章 总则",
            "第三条 信息收集",
            "一、我们如何收集信息",
            "十二、其他",
            "（一）共享",
            "(二) 转让",
            "1. 账号注册",
            "2、消息推送",
            "3.1 设备信息",
            "3.1.2 位置信息",
            "（1）手机号码",
            "1) 昵称",
            "a. 获取位置信息",
            "(b) 获取相机权限",
            "二）转让",
            "Ⅱ、信息收集",
            "III. 信息共享",
            "1.2.3.4 设备信息",
            "⑫ 其他场景",
            "【相机权限】",
            "我们如何保护您的个人信息",
            "第三方SDK目录",
            "您的权利",
        ],
    )
    def test_short_numbered_lines_and_known_titles_are_headings(
        self, line: str, tables: Tables
    ) -> None:
        document = read(f"{line}\n我们会收集您的设备信息，以便为您提供服务。\n", tables)
        assert blocks(document)[0] == ("heading", line)

    @pytest.mark.parametrize(
        "line",
        [
            "我们会收集您的设备信息。",
            "SDK名称：友盟+",
            "收集信息：IMEI、MAC地址",
            "2. 收集信息：OAID、位置信息",
            "您可以随时联系我们，我们会尽快，妥善处理",
            "感谢您的支持",
        ],
    )
    def test_sentences_and_fields_of_records_are_no_headings(
        self, line: str, tables: Tables
    ) -> None:
        document = read(f"隐私政策\n{line}\n", tables)
        assert blocks(document)[1][0] != "heading"

    def test_numbering_ranks_headings_below_each_other(self, tables: Tables) -> None:
        text = "第一章 总则\n一、范围\n（一）对象\n1. 账号\n1.1 注册\n1.1.1 验证\n"
        levels = [block.level for block in read(text, tables).blocks]
        assert levels == sorted(set(levels))

    def test_a_numbered_sentence_is_an_item(self, tables: Tables) -> None:
        text = "1. 当您注册账号时，我们会收集您的手机号码，用于创建账号。\n• 设备信息；\n"
        assert [kind for kind, _ in blocks(read(text, tables))] == ["item", "item"]

    def test_a_sentence_wrapped_by_the_width_of_a_page_stays_whole(self, tables: Tables) -> None:
        text = (
            "为了向您提供更加准确的服务，我们在征得您的同意之后会收集您的设备标识符Android\n"
            "                        ID、网络信息，并把它们保存在服务器上。\n"
            "另一段。\n"
        )
        assert [kind for kind, _ in blocks(read(text, tables))] == ["paragraph", "paragraph"]

    def test_an_empty_line_ends_a_paragraph(self, tables: Tables) -> None:
        text = (
            "我们会在您使用本产品的过程中收集下列与您的设备有关的各种各样的信息以便提供服务\n\n"
            "您可以拒绝\n"
        )
        assert len(read(text, tables).blocks) == 2

    def test_lines_with_tabs_are_rows_and_keep_their_cells(self, tables: Tables) -> None:
        document = read("友盟+\tIMEI、OAID\t统计分析\n", tables)
        (row,) = document.blocks
        assert row.kind == "row"
        assert [document.text[a:b] for a, b in row.cells] == ["友盟+", "IMEI、OAID", "统计分析"]

    def test_a_table_of_tabs_or_bars_gives_each_row_the_labels_above_it(
        self, tables: Tables
    ) -> None:
        expected = {"SDK名称": "友盟+", "收集信息": "IMEI、OAID", "用途": "统计"}
        tabs = "SDK名称\t收集信息\t用途\n友盟+\tIMEI、OAID\t统计\n"
        bars = "| SDK名称 | 收集信息 | 用途 |\n|---|---|---|\n| 友盟+ | IMEI、OAID | 统计 |\n"
        assert rows(read(tabs, tables)) == [expected]
        assert rows(read(bars, tables))[-1] == expected

    def test_rows_without_labels_have_no_header(self, tables: Tables) -> None:
        document = read("友盟+\tIMEI\n个推\tOAID\n", tables)
        assert rows(document) == []

    def test_a_number_on_a_line_of_its_own_belongs_to_the_next_line(self, tables: Tables) -> None:
        document = read("1.\n我们会收集您的位置信息。\n2、\n您可以拒绝。\n", tables)
        assert blocks(document) == [
            ("item", "1.\n我们会收集您的位置信息。"),
            ("item", "2、\n您可以拒绝。"),
        ]

    def test_a_table_with_its_labels_on_the_left_gives_a_row_for_each_record(
        self, tables: Tables
    ) -> None:
        document = read(
            "SDK名称\t友盟+\n公司名称\t甲公司\n收集信息\tIMEI\n"
            "SDK名称\t个推\n公司名称\t乙公司\n收集信息\tOAID\n",
            tables,
        )
        assert rows(document) == [
            {"SDK名称": "友盟+", "公司名称": "甲公司", "收集信息": "IMEI"},
            {"SDK名称": "个推", "公司名称": "乙公司", "收集信息": "OAID"},
        ]

    def test_blocks_follow_each_other_and_miss_no_word(self, tables: Tables) -> None:
        document = read(SIMPLIFIED, tables)
        assert "".join(text for _, text in blocks(document)) == SIMPLIFIED.replace("\n", "")


class TestPages:
    def test_a_page_gives_the_text_that_a_reader_sees(self, tables: Tables) -> None:
        document = read(
            page(
                "<nav>首页 登录</nav><script>var x = '我们会收集IMEI';</script>"
                "<style>p { color: red }</style><noscript>请启用脚本</noscript>"
                "<h1>某某隐私政策</h1><p>我们会收集<b>设备</b>信息。</p>"
                "<div style='display: none'>隐藏的承诺</div><p hidden>也隐藏</p>"
                "<span aria-hidden='true'>图标</span><button>同意</button>"
                "<select><option>中文</option></select><!-- 注释 -->"
            ),
            tables,
        )
        assert document.text_kind == "extracted"
        assert blocks(document) == [
            ("heading", "某某隐私政策"),
            ("paragraph", "我们会收集设备信息。"),
        ]

    def test_text_behind_a_hidden_part_is_kept(self, tables: Tables) -> None:
        document = read(page("<p>我们收集<span hidden>不</span>设备信息。</p>"), tables)
        assert blocks(document) == [("paragraph", "我们收集设备信息。")]

    def test_headings_items_and_line_breaks_are_blocks(self, tables: Tables) -> None:
        document = read(
            page(
                "<h2>二、权限</h2><p>第一段<br>第二段</p>"
                "<ul><li>相机权限，用于拍照</li><li>麦克风权限，用于录音</li></ul>"
                "<p>（三）共享</p>"
            ),
            tables,
        )
        assert blocks(document) == [
            ("heading", "二、权限"),
            ("paragraph", "第一段"),
            ("paragraph", "第二段"),
            ("item", "相机权限，用于拍照"),
            ("item", "麦克风权限，用于录音"),
            ("heading", "（三）共享"),
        ]

    def test_the_source_is_laid_out_and_the_text_is_not(self, tables: Tables) -> None:
        document = read(page("<p>\n   我们会收集\n   您的&nbsp;IMEI&#12290;\n</p>"), tables)
        assert blocks(document) == [("paragraph", "我们会收集 您的 IMEI。")]

    def test_each_cell_of_a_table_keeps_the_header_above_it(self, tables: Tables) -> None:
        document = read(
            page(
                "<table><tr><th>SDK名称</th><th>收集信息</th></tr>"
                "<tr><td>友盟+</td><td><p>IMEI、</p><p>OAID</p></td></tr></table>"
            ),
            tables,
        )
        assert rows(document) == [{"SDK名称": "友盟+", "收集信息": "IMEI、 OAID"}]

    def test_a_cell_over_several_rows_stands_in_each(self, tables: Tables) -> None:
        document = read(
            page(
                "<table><tr><td>名称</td><td>公司</td><td>信息</td></tr>"
                "<tr><td rowspan='2'>友盟+</td><td>甲</td><td>IMEI</td></tr>"
                "<tr><td>乙</td><td>OAID</td></tr>"
                "<tr><td>个推</td><td>丙</td><td>IMSI</td></tr></table>"
            ),
            tables,
        )
        assert rows(document) == [
            {"名称": "友盟+", "公司": "甲", "信息": "IMEI"},
            {"名称": "友盟+", "公司": "乙", "信息": "OAID"},
            {"名称": "个推", "公司": "丙", "信息": "IMSI"},
        ]

    def test_a_cell_over_several_columns_stands_under_each(self, tables: Tables) -> None:
        document = read(
            page(
                "<table><tr><th>名称</th><th>信息</th><th>用途</th></tr>"
                "<tr><td>个推</td><td colspan='2'>推送消息</td></tr></table>"
            ),
            tables,
        )
        assert rows(document) == [{"名称": "个推", "信息": "推送消息", "用途": "推送消息"}]

    def test_an_absurd_span_is_bounded(self, tables: Tables) -> None:
        cell = "<td colspan='999999999' rowspan='999999999'>甲</td>"
        document = read(page(f"<table><tr>{cell}</tr><tr><td>乙</td></tr></table>"), tables)
        assert len(document.text) < 10_000

    def test_a_table_of_one_column_is_read_as_text(self, tables: Tables) -> None:
        document = read(page("<table><tr><td>我们会收集设备信息。</td></tr></table>"), tables)
        assert blocks(document) == [("paragraph", "我们会收集设备信息。")]

    def test_menus_and_banners_are_left_out_and_lists_of_links_are_kept(
        self, tables: Tables
    ) -> None:
        links = "".join(f"<li><a href='#'>友盟+SDK第{n}项</a></li>" for n in range(3))
        document = read(
            page(
                f"<ul class='site-nav'>{links}</ul><div role='navigation'>登录</div>"
                "<div id='cookie-banner'>我们使用Cookie，您同意吗？</div>"
                f"<div class='menu'><p>一、我们会收集您的设备信息。</p></div><ul>{links}</ul>"
            ),
            tables,
        )
        assert [text for _, text in blocks(document)] == [
            "一、我们会收集您的设备信息。",
            *(f"友盟+SDK第{n}项" for n in range(3)),
        ]

    def test_a_policy_in_an_element_with_the_name_of_a_banner_is_kept(self, tables: Tables) -> None:
        text = "我们会收集您的设备信息。" * 200
        document = read(page(f"<div class='cookie-modal'><p>{text}</p></div>"), tables)
        assert text in document.text

    def test_a_table_that_holds_tables_only_arranges_them(self, tables: Tables) -> None:
        inner = "<table><tr><th>SDK名称</th><th>收集信息</th></tr><tr><td>友盟+<td>IMEI</table>"
        document = read(
            page(f"<table><tr><td>左栏说明文字。</td><td>{inner}</td></tr></table>"), tables
        )
        assert rows(document) == [{"SDK名称": "友盟+", "收集信息": "IMEI"}]
        assert document.text.count("IMEI") == 1

    def test_a_caption_between_rows_keeps_the_header_for_those_below_it(
        self, tables: Tables
    ) -> None:
        document = read(
            page(
                "<table><tr><th>SDK名称</th><th>收集信息</th></tr><tr><td>友盟+<td>IMEI</tr>"
                "<tr><td colspan='2'>推送类</td></tr><tr><td>个推<td>OAID</tr></table>"
            ),
            tables,
        )
        assert rows(document) == [
            {"SDK名称": "友盟+", "收集信息": "IMEI"},
            {"SDK名称": "个推", "收集信息": "OAID"},
        ]

    @pytest.mark.parametrize("tag", ["b", "span", "font"])
    def test_tags_that_are_never_closed_hide_nothing_of_the_page(
        self, tag: str, tables: Tables
    ) -> None:
        document = read(page(f"<{tag}>我们会收集信息。<p>" * 900 + "最后一段。"), tables)
        assert document.text.count("我们会收集信息。") == 900
        assert "最后一段。" in document.text

    def test_a_page_nested_too_deep_is_refused_and_not_cut(self, tables: Tables) -> None:
        with pytest.raises(PolicyError, match=r"nests elements deeper .* save the page"):
            read(page(f"<p>我们会收集设备信息。</p>{'<div>' * 100_000}深处"), tables)

    def test_declared_entities_are_not_expanded_and_no_file_is_read(
        self, tables: Tables, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("机密内容")
        bomb = "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";"}' * 10 + '">' for n in range(1, 9))
        document = read(
            f'<!DOCTYPE html [<!ENTITY e0 "啊">{bomb}<!ENTITY x SYSTEM "file://{secret}">]>'
            "<html><body><p>我们会收集信息。&e8;&x;</p></body></html>",
            tables,
        )
        assert "我们会收集信息。" in document.text
        assert "机密内容" not in document.text
        assert len(document.text) < 10_000

    @pytest.mark.parametrize("tag", ["div", "span", "b", "table><tr><td", "ul><li"])
    def test_a_page_nested_ten_thousand_deep_is_read_or_refused(
        self, tag: str, tables: Tables
    ) -> None:
        text = page(f"<p>我们会收集设备信息。</p>{f'<{tag}>' * 10_000}深处")
        document = attempt(text, tables)
        assert document is None or "我们会收集设备信息。" in document.text

    def test_a_page_without_end_tags_is_read(self, tables: Tables) -> None:
        document = read("<html><body><p>第一段<p>第二段<li>第三项", tables)
        assert [text for _, text in blocks(document)] == ["第一段", "第二段", "第三项"]

    def test_a_text_that_quotes_a_tag_is_no_page(self, tables: Tables) -> None:
        document = read("我们不会使用 <iframe> 标签收集信息。\n", tables)
        assert document.text_kind == "file"


class TestFacts:
    @pytest.mark.parametrize(
        ("text", "updated", "effective"),
        [
            ("更新日期：2023年8月1日\n生效日期：2023年9月10日\n", "2023-08-01", "2023-09-10"),
            ("更新时间: 2022-1-9\n", "2022-01-09", None),
            ("本版本更新于2021.12.31\n", "2021-12-31", None),
            ("发布日期：2024/05/06\n", "2024-05-06", None),
            ("本政策自2020年02月03日起生效\n", None, "2020-02-03"),
            ("更新日期：2023年13月40日\n", None, None),
            ("更新日期：2023年5月\n", "2023-05", None),
            ("本政策于2023年5月更新，2023年6月12日起生效。\n", "2023-05", "2023-06-12"),
            ("我们成立于2010年5月1日。\n", None, None),
        ],
    )
    def test_dates_are_read_in_the_ways_that_policies_write_them(
        self, text: str, updated: str | None, effective: str | None, tables: Tables
    ) -> None:
        document = read("某某隐私政策\n" + text, tables)
        assert (document.updated, document.effective) == (updated, effective)

    @pytest.mark.parametrize(
        ("text", "updated", "effective"),
        [
            ("Last updated: May 5, 2023\n", "2023-05-05", None),
            ("Effective date: 5 May 2023\n", None, "2023-05-05"),
            ("Effective as of September 1st, 2022.\n", None, "2022-09-01"),
            ("This policy takes effect on Jan. 15, 2024.\n", None, "2024-01-15"),
            ("Last updated: May 2023\n", "2023-05", None),
            ("Updated on 32 May 2023\n", None, None),
            ("We were founded on May 5, 2010.\n", None, None),
        ],
    )
    def test_dates_in_english_name_their_month(
        self, text: str, updated: str | None, effective: str | None, tables: Tables
    ) -> None:
        document = read("Privacy Policy\n" + text + "We collect your email.\n", tables)
        assert (document.updated, document.effective) == (updated, effective)

    def test_dates_at_the_very_end_count_and_dates_in_the_middle_do_not(
        self, tables: Tables
    ) -> None:
        filler = "我们重视您的信息。\n" * 600
        end = read(f"隐私政策\n{filler}更新日期：2023年8月1日\n", tables)
        middle = read(f"隐私政策\n{filler}更新日期：2023年8月1日\n{filler}", tables)
        assert (end.updated, middle.updated) == ("2023-08-01", None)

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("某某隐私政策\n", "某某隐私政策"),
            ("欢迎\n某某 用户个人信息保护指引\n", "某某 用户个人信息保护指引"),
            ("第三方SDK目录\n", "第三方SDK目录"),
            ("Privacy Policy\nWe collect your IMEI.\n", "Privacy Policy"),
            ("欢迎使用我们的产品。\n", None),
            ("请您仔细阅读本隐私政策，并在充分理解之后作出选择。\n", None),
        ],
    )
    def test_the_title_is_a_short_line_that_names_the_kind_of_document(
        self, text: str, title: str | None, tables: Tables
    ) -> None:
        assert read(text, tables).title == title

    @pytest.mark.parametrize(
        ("text", "operator"),
        [
            ("本应用由杭州某某科技有限公司提供。", "杭州某某科技有限公司"),
            (
                "某某是一款由 杭州某某（中国）科技有限公司 提供的产品。",
                "杭州某某（中国）科技有限公司",
            ),
            (
                "某某（“我行”）：杭州某某银行股份有限公司（“我行”）重视您。",
                "杭州某某银行股份有限公司",
            ),
            ("“我们”或“某某”，指杭州某某科技有限公司。", "杭州某某科技有限公司"),
            (
                "百某公司（本隐私政策中指杭州某某科技有限公司，以下亦称“我们”）。",
                "杭州某某科技有限公司",
            ),
            ("某某的互联网信息及软件技术服务提供者杭州某某科技有限公司。", "杭州某某科技有限公司"),
            (
                "某某的产品是由杭州某某科技有限公司（注册地址：杭州市）及其关联方提供的。",
                "杭州某某科技有限公司",
            ),
            (
                "由您（以下亦称“用户”）与杭州某某科技有限公司（下文亦称“某某”或“我们”）缔结。",
                "杭州某某科技有限公司",
            ),
            ("本政策仅适用于杭州某某科技有限公司（以下称“我们”）的产品。", "杭州某某科技有限公司"),
            ("我们会收集您的昵称。\n\n杭州某某科技有限公司\n", "杭州某某科技有限公司"),
            ("我们不会与以外的公司、组织共享。关联公司：指某某集团控股有限公司。", None),
            ("我们接入由杭州某某科技有限公司为开发者提供的推送SDK。", None),
            ("SDK名称：友盟+\n公司名称：友盟同欣（北京）科技有限公司\n", None),
            ("我们及其关联公司重视您的信息。", None),
        ],
    )
    def test_the_operator_is_the_company_that_is_introduced_before_any_list_of_others(
        self, text: str, operator: str | None, tables: Tables
    ) -> None:
        assert read(f"隐私政策\n{text}\n", tables).operator == operator

    @pytest.mark.parametrize(
        ("text", "contact"),
        [
            ("九、联系我们\n请发邮件至 privacy@example.com 或致电。\n", "privacy@example.com"),
            ("九、联系我们\n客服热线：400-123-4567。\n", "400-123-4567"),
            ("某SDK：sdk@example.org\n九、联系我们\n邮箱：us@example.com\n", "us@example.com"),
            ("我们成立于2010年。\n", None),
        ],
    )
    def test_the_contact_is_that_of_the_part_about_it(
        self, text: str, contact: str | None, tables: Tables
    ) -> None:
        assert read(f"隐私政策\n{text}", tables).contact == contact

    @pytest.mark.parametrize(
        ("text", "version"),
        [
            ("版本号：V2.1\n", "v2.1"),
            ("版本：3\n", "3"),
            ("Version 1.0.2\n", "1.0.2"),
            ("版本日期：2023年8月1日\n", None),
            ("操作系统版本、设备型号\n", None),
        ],
    )
    def test_the_version_is_read_and_dates_are_none(
        self, text: str, version: str | None, tables: Tables
    ) -> None:
        assert read(f"隐私政策\n{text}", tables).version == version

    def test_a_page_with_two_versions_of_a_policy_is_noticed(self, tables: Tables) -> None:
        parts = [
            f"{n}. 当您使用第{n}项功能时，我们会为此收集您的第{n}类设备信息。\n" for n in range(30)
        ]
        once = "某某隐私政策\n" + "".join(parts)
        changed = (
            "某某隐私政策\n" + "".join(parts[:24]) + "我们不再收集其余几类信息，请您放心使用。\n"
        )
        assert read(once, tables).copies == 1
        assert read(once + changed, tables).copies == 2
        assert read(once + once + once, tables).copies == 3

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("我们会收集IMEI、OAID、Android ID。", "zh"),
            ("We collect your IMEI and your Android ID when you sign up.", "en"),
            ("We collect data. 联系 us at the address below, which is in Beijing.", "en"),
        ],
    )
    def test_the_language_is_that_of_most_of_the_text(
        self, text: str, language: str, tables: Tables
    ) -> None:
        assert read(text, tables).language == language

    def test_the_digest_is_of_the_file(self, tables: Tables) -> None:
        plain, marked = SIMPLIFIED.encode(), codecs.BOM_UTF8 + SIMPLIFIED.encode()
        assert read(plain, tables).sha256 == read(plain, tables).sha256
        assert read(plain, tables).sha256 != read(marked, tables).sha256


def attempt(content: str | bytes, tables: Tables) -> Document | None:
    """The document, or None if it is refused in the way that refusals are made."""
    try:
        return read(content, tables)
    except PolicyError:
        return None


def sound(document: Document | None) -> bool:
    """Whether blocks lie in the text, in order, and cells in their blocks."""
    if document is None:
        return True
    end = 0
    for block in document.blocks:
        if not (end <= block.start < block.end <= len(document.text)) or not cells_inside(block):
            return False
        end = block.end
    return True


def cells_inside(block: Block) -> bool:
    return all(block.start <= a <= b <= block.end for a, b in block.cells)


class TestAnything:
    @fuzzing
    @given(st.binary(max_size=4000))
    def test_any_bytes_are_read_or_refused(self, tables: Tables, content: bytes) -> None:
        assert sound(attempt(content, tables))

    @fuzzing
    @given(st.text(max_size=2000))
    def test_any_text_is_read_or_refused(self, tables: Tables, text: str) -> None:
        assert sound(attempt(text.encode("utf-8", "surrogatepass"), tables))

    @fuzzing
    @given(st.lists(st.sampled_from(PIECES), max_size=60))
    def test_any_page_is_read_or_refused(self, tables: Tables, parts: list[str]) -> None:
        assert sound(attempt("<html><body>信息" + "".join(parts), tables))

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("我们会收集您的IMEI、" * 100_000, id="one line"),
            pytest.param("\n" * 1_000_000 + "信息", id="empty lines"),
            pytest.param("(" * 1_000_000 + "信息", id="brackets"),
            pytest.param("\t" * 1_000_000 + "信息", id="tabs"),
            pytest.param("|" * 1_000_000 + "信息", id="bars"),
            pytest.param("1." * 500_000 + "信息", id="numbers"),
            pytest.param("一、" * 300_000, id="headings"),
            pytest.param("# 一\n# 二\n" + "-" * 500_000 + "x", id="rulers"),
            pytest.param("# 一\n# 二\n--" + "\t" * 500_000 + "x", id="tabs behind a ruler"),
            pytest.param("# 一\n# 二\n" + "[" * 500_000, id="links"),
            pytest.param("# 一\n# 二\n" + "*_" * 300_000, id="emphasis"),
            pytest.param("a@" * 300_000 + "信息", id="addresses"),
            pytest.param("1 " * 300_000 + "信息", id="telephones"),
            pytest.param(
                "<html><body>" + "<div class=nav>" * 2000 + "<a>信息</a>" * 50_000, id="menus"
            ),
            pytest.param("<html><body>" + "<p>信息</p>" * 80_000, id="paragraphs of a page"),
            pytest.param("<html><body><table>" + "<tr><td>信息" * 50_000, id="rows of a page"),
        ],
    )
    def test_a_megabyte_of_monotony_comes_to_an_end(self, text: str, tables: Tables) -> None:
        assert sound(attempt(text, tables))
