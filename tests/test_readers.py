"""Policies in Office, PDF, Markdown and saved-page files, told by their content."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apkcheck.errors import PolicyError
from apkcheck.model import Document
from apkcheck.policy import read_content
from apkcheck.tables import Tables
from tests.documents import Page, W, docx, paragraph, pdf, saved_page, table, zipped
from tests.statements import collected, read, said
from tests.test_policy import attempt, blocks, page, rows, sound

pypdfium2 = pytest.importorskip("pypdfium2")

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000

fuzzing = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def refusal(content: bytes, tables: Tables) -> str:
    with pytest.raises(PolicyError) as raised:
        read_content(content, "policy.bin", tables)
    assert raised.value.exit_code == 3
    sentence = str(raised.value)
    assert sentence.startswith("policy.bin: ")
    assert "\n" not in sentence
    return sentence


class TestWord:
    def test_paragraphs_come_with_the_numbers_that_are_not_in_their_text(
        self, tables: Tables
    ) -> None:
        document = read(
            docx(
                paragraph("引言", style="a1"),
                paragraph("我们收集的信息", number=0),
                paragraph("当您注册时，我们会收集您的手机号码。", number=1),
                paragraph("我们会收集|您的|昵称。", number=1),
                paragraph("设备信息；", number=2),
                paragraph("共享", number=0),
                paragraph("我们不会共享您的信息。", number=1),
            ),
            tables,
            ".docx",
        )
        assert document.text_kind == "extracted"
        assert blocks(document) == [
            ("heading", "引言"),
            ("heading", "一、 我们收集的信息"),
            ("item", "1. 当您注册时，我们会收集您的手机号码。"),
            ("item", "2. 我们会收集您的昵称。"),
            ("item", "• 设备信息；"),
            ("heading", "二、 共享"),
            ("item", "1. 我们不会共享您的信息。"),
        ]

    def test_a_style_based_on_a_heading_is_one(self, tables: Tables) -> None:
        document = read(docx(paragraph("写在前面的话", style="a2"), paragraph("正文。")), tables)
        assert blocks(document)[0] == ("heading", "写在前面的话")

    def test_merged_cells_stand_in_every_row_and_column_that_they_cover(
        self, tables: Tables
    ) -> None:
        document = read(
            docx(
                table(
                    ("SDK名称", "公司名称", "收集信息"),
                    ("友盟+!", "甲", "IMEI"),
                    ("^", "乙", "OAID"),
                    ("推送类SDK>3",),
                    ("个推", "丙>2"),
                )
            ),
            tables,
        )
        assert rows(document) == [
            {"SDK名称": "友盟+", "公司名称": "甲", "收集信息": "IMEI"},
            {"SDK名称": "友盟+", "公司名称": "乙", "收集信息": "OAID"},
            {"SDK名称": "个推", "公司名称": "丙", "收集信息": "丙"},
        ]
        assert "推送类SDK" in [text for _, text in blocks(document)]

    def test_text_boxes_and_notes_are_read_once(self, tables: Tables) -> None:
        box = f"<w:r><w:drawing><w:txbxContent>{paragraph('框内：相机权限。')}</w:txbxContent>"
        old = f"<Fallback><w:txbxContent>{paragraph('框内：相机权限。')}</w:txbxContent></Fallback>"
        notes = f"<w:footnotes {W}><w:footnote>{paragraph('注：指安卓版。')}</w:footnote>"
        document = read(
            docx(
                paragraph("正文。", extra=f"{box}</w:drawing>{old}</w:r>"),
                parts={"word/footnotes.xml": notes + "</w:footnotes>"},
            ),
            tables,
        )
        assert [t for _, t in blocks(document)] == ["正文。", "框内：相机权限。", "注：指安卓版。"]

    def test_hidden_and_deleted_words_are_left_out(self, tables: Tables) -> None:
        hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        deleted = "<w:del><w:r><w:delText>已删</w:delText><w:t>也删</w:t></w:r></w:del>"
        document = read(docx(paragraph("我们收集设备信息。", extra=hidden + deleted)), tables)
        assert document.text == "我们收集设备信息。\n"

    def test_entities_are_not_resolved_and_no_file_is_read(
        self, tables: Tables, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("机密内容")
        bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
        head = f'<!DOCTYPE x [<!ENTITY e0 "啊">{bomb}<!ENTITY x SYSTEM "file://{secret}">]>'
        body = "<w:p><w:r><w:t>我们收集信息。&x;&e8;</w:t></w:r></w:p>"
        document = attempt(docx(body, head=head), tables)
        assert document is None or ("机密内容" not in document.text and len(document.text) < 10_000)

    def test_what_unpacks_to_more_than_any_policy_is_refused(self, tables: Tables) -> None:
        bomb = zipped({"word/document.xml": b"<x>" + b" " * (65 << 20)})
        assert len(bomb) < 1 << 20
        assert "damaged DOCX" in refusal(bomb, tables)

    def test_an_absurd_width_of_a_cell_is_bounded(self, tables: Tables) -> None:
        document = attempt(docx(table(("甲>1000000000", "乙"), ("丙", "丁>99999"))), tables)
        assert document is not None
        assert len(document.text) < 10_000

    @pytest.mark.parametrize("cut", [60, 300, -200, -30])
    def test_a_damaged_file_is_refused_with_a_remedy(self, cut: int, tables: Tables) -> None:
        sentence = refusal(docx(paragraph("我们会收集信息。" * 30))[:cut], tables)
        assert "damaged" in sentence
        assert "save the policy again" in sentence

    def test_deeply_nested_xml_is_refused(self, tables: Tables) -> None:
        nested = "<w:sdt>" * 100_000 + paragraph("深处") + "</w:sdt>" * 100_000
        assert "damaged DOCX" in refusal(docx(nested), tables)

    @fuzzing
    @given(st.integers(0, 2**32), st.integers(1, 40))
    def test_any_damage_is_read_or_refused(self, tables: Tables, seed: int, hits: int) -> None:
        assert sound(
            attempt(damaged(docx(table(("甲", "乙")), paragraph("丙")), seed, hits), tables)
        )


class TestPdf:
    def test_lines_are_joined_to_paragraphs_over_pages_without_their_margins(
        self, tables: Tables
    ) -> None:
        sentence = "我们会在您注册账号的时候收集您的设备信息和手机号码用于为您创建账号并保障安全"
        pages = [
            Page()
            .text(200, 810, "某某公司 内部资料", 8)
            .text(280, 20, f"第 {number} 页", 8)
            .lines(50, 700, lines)
            for number, lines in enumerate(
                [
                    [
                        "一、信息收集",
                        sentence,
                        "，包括IMEI。",
                        "我们还会收集位置信息，以便为您，导航",
                        "另一段。",
                    ],
                    [sentence, "用途如上。"],
                    ["二、共享", "没有。"],
                ],
                1,
            )
        ]
        pages[0].text(50, 80, sentence)
        document = read(pdf(*pages), tables)
        assert blocks(document) == [
            ("heading", "一、信息收集"),
            ("paragraph", f"{sentence}，包括IMEI。"),
            ("paragraph", "我们还会收集位置信息，以便为您，导航"),
            ("paragraph", "另一段。"),
            ("paragraph", f"{sentence}{sentence}用途如上。"),
            ("heading", "二、共享"),
            ("paragraph", "没有。"),
        ]

    def test_a_line_in_larger_type_is_a_heading(self, tables: Tables) -> None:
        first = Page().text(50, 760, "写在前面", 18).lines(50, 700, ["正文很长，也很小。"] * 3)
        assert blocks(read(pdf(first), tables))[0] == ("heading", "写在前面")

    def test_tables_are_read_by_the_rules_between_their_cells(self, tables: Tables) -> None:
        first = Page().grid((50, 150, 300, 400), (500, 540, 600, 640))
        first.lines(60, 625, ["SDK名称"]).lines(160, 625, ["收集信息"]).lines(310, 625, ["用途"])
        first.lines(60, 585, ["友盟+"]).lines(160, 585, ["IMEI、Android", "ID、OAID"])
        first.lines(310, 585, ["统计"]).lines(60, 525, ["个推"]).lines(160, 525, ["IMSI"])
        first.text(310, 525, "推送")
        document = read(pdf(first), tables)
        assert rows(document) == [
            {"SDK名称": "友盟+", "收集信息": "IMEI、Android ID、OAID", "用途": "统计"},
            {"SDK名称": "个推", "收集信息": "IMSI", "用途": "推送"},
        ]

    def test_a_table_goes_on_on_the_next_page(self, tables: Tables) -> None:
        first, second = (
            Page().grid((50, 150, 300), (500, 520, 540)),
            Page().grid((50, 150, 300), (700, 720, 740)),
        )
        first.text(60, 525, "SDK名称").text(160, 525, "收集信息")
        first.text(60, 505, "友盟+").text(160, 505, "IMEI")
        second.text(60, 725, "SDK名称").text(160, 725, "收集信息")
        second.text(60, 705, "个推").text(160, 705, "OAID")
        assert rows(read(pdf(first, second), tables)) == [
            {"SDK名称": "友盟+", "收集信息": "IMEI"},
            {"SDK名称": "个推", "收集信息": "OAID"},
        ]

    def test_a_number_set_apart_from_its_text_belongs_to_it(self, tables: Tables) -> None:
        first = Page().lines(50, 700, ["1.", "我们会收集您的位置信息。"])
        assert blocks(read(pdf(first), tables)) == [("item", "1.我们会收集您的位置信息。")]

    def test_pages_without_characters_are_said_to_be_scanned(self, tables: Tables) -> None:
        sentence = refusal(pdf(Page().rule(0, 0, 500, 700)), tables)
        assert "no text layer" in sentence
        assert "text recognition" in sentence

    def test_pages_that_are_pictures_are_counted_and_empty_ones_are_not(
        self, tables: Tables
    ) -> None:
        text = Page().text(50, 700, "我们会收集您的位置信息。")
        document = read(pdf(text, Page().picture(), Page(), Page().picture()), tables)
        assert document.pictures == (2, 4)
        assert read(pdf(text), tables).pictures == ()

    def test_a_password_is_named(self, tables: Tables) -> None:
        lock = (
            f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4>>"
            f"/ID[<{'00' * 16}><{'00' * 16}>]"
        )
        sentence = refusal(pdf(Page().text(50, 700, "信息"), trailer=lock), tables)
        assert "protected by a password" in sentence

    def test_without_its_library_the_remedy_is_named(
        self, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
        sentence = refusal(pdf(Page().text(50, 700, "信息")), tables)
        assert "pip install pypdfium2" in sentence

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"%PDF-1.4"])
    def test_a_damaged_file_is_refused_with_a_remedy(self, content: bytes, tables: Tables) -> None:
        sentence = refusal(content, tables)
        assert "damaged PDF" in sentence
        assert "save the policy again" in sentence

    @fuzzing
    @given(st.integers(0, 2**32), st.integers(1, 40))
    def test_any_damage_is_read_or_refused(self, tables: Tables, seed: int, hits: int) -> None:
        whole = pdf(Page().grid((50, 100, 150), (500, 520)).text(60, 505, "信息"))
        assert sound(attempt(damaged(whole, seed, hits), tables))


def damaged(content: bytes, seed: int, hits: int) -> bytes:
    """The content with some bytes changed."""
    chance = random.Random(seed)
    changed = bytearray(content)
    for _ in range(hits):
        changed[chance.randrange(8, len(changed))] = chance.randrange(256)
    return bytes(changed)


MARKDOWN = """某某隐私政策
===

## 一、我们收集的信息

1. 当您注册时，我们会收集您的 **手机号码**，详见[《清单》](https://example.com/list)。
2. 我们会收集`OAID`。

### 权限

| 权限 | 用途 | 备注 |
|:---|:---:|---|
| 相机 | 拍照 |  |
| 麦克风权限 | 录音 | 可关闭 |

> 引用的话。
"""


class TestMarkdown:
    @pytest.fixture
    def document(self, tables: Tables) -> Document:
        return read(MARKDOWN, tables, ".md")

    def test_marks_make_headings_items_and_rows(self, document: Document) -> None:
        found = [(kind, text.split("\n")[0][:12]) for kind, text in blocks(document)]
        assert found[:6] == [
            ("heading", "某某隐私政策"),
            ("heading", "一、我们收集的信息"),
            ("item", "1. 当您注册时，我们会"),
            ("item", "2. 我们会收集`OAI"),
            ("heading", "权限"),
            ("row", "| 权限 | 用途 | "),
        ]
        assert blocks(document)[-1] == ("paragraph", "引用的话。")

    def test_rows_have_the_header_above_them_and_keep_empty_cells(self, document: Document) -> None:
        assert rows(document)[0] == {"权限": "相机", "用途": "拍照", "备注": ""}
        assert rows(document)[1] == {"权限": "麦克风权限", "用途": "录音", "备注": "可关闭"}

    def test_offsets_count_in_the_file_itself(self, document: Document) -> None:
        assert document.text == MARKDOWN
        assert document.text_kind == "file"

    def test_two_headings_make_a_text_markdown_whatever_its_name(self, tables: Tables) -> None:
        document = read("# 引言\n正文在此。\n# 说明\n正文。\n", tables, ".txt")
        assert blocks(document)[0] == ("heading", "引言")

    def test_words_in_marks_are_claims(self, tables: Tables) -> None:
        assert collected("oaid") in said("# 一、收集\n\n我们会收集您的**OAID**。\n", tables, ".md")


class TestSavedPages:
    @pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
    def test_the_page_of_a_saved_message_is_read(self, charset: str, tables: Tables) -> None:
        text = page("<h1>某某隐私政策</h1><p>我们会收集您的IMEI。</p>")
        document = read(saved_page(text, charset), tables, ".mhtml")
        assert [t for _, t in blocks(document)] == ["某某隐私政策", "我们会收集您的IMEI。"]

    def test_a_message_without_a_page_is_refused(self, tables: Tables) -> None:
        content = b"From: x\r\nMIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\n\x89PNG"
        assert "without a page" in refusal(content, tables)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "reason", "remedy"),
        [
            (OLD_OFFICE + "WordDocument".encode("utf-16-le"), "old Office file", "as DOCX"),
            (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a password", "without one"),
            (zipped({"xl/workbook.xml": "<x/>"}), "a spreadsheet", "as DOCX"),
            (zipped({"a.txt": "信息"}), "a ZIP or Office file", "as DOCX"),
            (b"{\\rtf1 policy}", "an RTF file", "as DOCX"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "an image", "text recognition"),
            (b"BM\x36\0\0\0\0\0\0\0", "an image", "text recognition"),
        ],
    )
    def test_every_foreign_format_is_named_with_a_remedy(
        self, content: bytes, reason: str, remedy: str, tables: Tables
    ) -> None:
        sentence = refusal(content, tables)
        assert reason in sentence
        assert remedy in sentence

    def test_a_zip_of_an_unknown_method_is_refused(self, tables: Tables) -> None:
        content = bytearray(docx(paragraph("信息")))
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
            entry = archive.getinfo("word/document.xml")
        content[entry.header_offset + 8] = 99
        at = content.index(b"PK\x01\x02")
        content[at + 10] = 99
        assert "save the policy again" in refusal(bytes(content), tables)


def test_a_line_of_links_in_the_frame_of_a_page_is_left_out(tables: Tables) -> None:
    source = (
        '<html><body><div class="page-header">首页 | 下载 | 通讯录权限</div>'
        "<h1>隐私政策</h1><p>我们会收集您的昵称。</p>"
        '<div class="footer">邮箱 | 电话 | 地址。</div></body></html>'
    )
    text = read(source, tables, ".html").text
    assert "通讯录权限" not in text
    assert "邮箱" in text
