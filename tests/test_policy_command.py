"""``apkcheck policy``: the claims as tables, and as a page with their words marked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from apkcheck.check import claims_of
from apkcheck.formats import Style
from apkcheck.formats.cells import width_of
from apkcheck.formats.listing import claims_table
from apkcheck.formats.policy_page import policy_page
from apkcheck.tables import Tables
from tests.conftest import Apkcheck
from tests.statements import read

POLICY = """某某隐私政策
更新日期：2024年3月5日
一、我们收集的信息
个人信息包括指纹。
当您注册时，我们会收集您的手机号码和IMEI，用于创建账号。
当您登录时，我们会再次收集您的IMEI。
我们会申请相机权限。
我们不会收集您的通话记录。
<script>alert(1)</script>
"""


def table_of(text: str, tables: Tables, *, lang: str = "zh", width: int = 120, **more: bool) -> str:
    documents = (read(text, tables),)
    return claims_table(documents, claims_of(documents, tables), tables, lang, Style(width, **more))


def page_of(text: str, tables: Tables) -> str:
    documents = (read(text, tables),)
    return policy_page(documents, claims_of(documents, tables), tables, "zh")


def parsed(page: str) -> Any:
    return etree.fromstring(page, etree.HTMLParser())


class TestTables:
    def test_a_subject_has_one_row_with_all_its_lines(self, tables: Tables) -> None:
        (row,) = [line for line in table_of(POLICY, tables).splitlines() if "IMEI" in line]
        assert "5, 6" in row

    def test_what_is_denied_stands_behind_what_is_disclosed(self, tables: Tables) -> None:
        table = table_of(POLICY, tables)
        assert table.index("IMEI") < table.index("通话记录")

    def test_the_head_says_what_the_document_says_of_itself(self, tables: Tables) -> None:
        head = table_of(POLICY, tables).split("+--")[0]
        assert "某某隐私政策" in head
        assert "2024-03-05" in head

    def test_two_copies_are_said(self, tables: Tables) -> None:
        part = "当您使用这项功能的时候，我们会收集您的设备信息，用来保障账号安全。\n"
        assert "出现次数: 2" in table_of(f"隐私政策\n{part * 2}", tables)

    def test_the_verbose_form_has_every_claim(self, tables: Tables) -> None:
        table = table_of(POLICY, tables, verbose=True)
        assert sum("IMEI" in line for line in table.splitlines()) == 2

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("width", [80, 120, 200])
    def test_tables_fit_the_terminal(self, width: int, lang: str, tables: Tables) -> None:
        table = table_of(POLICY * 3, tables, lang=lang, width=width)
        assert max(width_of(line) for line in table.splitlines()) <= width


class TestPage:
    def test_every_mark_holds_the_words_of_its_claim(self, tables: Tables) -> None:
        documents = (read(POLICY, tables),)
        claims = {claim.id: claim.surface for claim in claims_of(documents, tables)}
        page = parsed(page_of(POLICY, tables))
        marked = {
            claim: mark.text
            for mark in page.xpath("//div[@class='document']//mark")
            for claim in mark.get("data-claims").split()
        }
        assert marked == claims

    def test_every_link_leads_to_a_place_of_the_page(self, tables: Tables) -> None:
        page = parsed(page_of(POLICY, tables))
        places = set(page.xpath("//@id"))
        links = page.xpath("//a/@href")
        assert links
        assert {link.removeprefix("#") for link in links} <= places

    def test_the_page_is_inert_and_needs_nothing_else(self, tables: Tables) -> None:
        page = page_of(POLICY, tables)
        assert "<script" not in page
        (guard,) = parsed(page).xpath("//meta[@http-equiv]/@content")
        assert "default-src 'none'" in guard
        assert "script-src 'none'" in guard
        assert "&lt;script&gt;alert(1)" in page
        assert not re.search(r"(?:src|href)=[\"'](?!#)", page)

    def test_the_command_writes_the_page(self, tmp_path: Path, apkcheck: Apkcheck) -> None:
        path = tmp_path / "policy.txt"
        path.write_text(POLICY, "utf-8")
        runs = [apkcheck("policy", path, "--format", "html") for _ in range(2)]
        assert runs[0].out.startswith("<!DOCTYPE html>")
        assert runs[0] == runs[1]
