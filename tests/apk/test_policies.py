"""Policies inside an app: texts that read like one are found, other texts are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apkcheck.apk import policies_inside, read_apk
from apkcheck.apk.policies import InsidePolicy
from apkcheck.errors import ApkError
from apkcheck.model import PolicyCandidate
from apkcheck.tables import Tables
from fixtures.apkbuild import (
    ClassDef,
    Method,
    Resources,
    build_apk,
    build_arsc,
    build_axml,
    build_dex,
    build_zip,
    manifest_of,
)

Found = Callable[..., tuple[InsidePolicy, ...]]

POLICY = "某某应用隐私政策\n我们收集您的个人信息。个人信息包括设备信息。您可以删除个人信息。\n"
PAGE = f"<html><head><title>隐私政策</title></head><body><p>{POLICY}</p></body></html>"
ENGLISH = "Privacy Policy\nPersonal information: we collect personal data and personal information."
AGREEMENT = "用户服务协议\n" + "您应当遵守本协议。" * 40
LICENCE = "Apache License\n" + "personal information " * 5


def base(files: dict[str, bytes], **attributes: str) -> bytes:
    manifest = build_axml(manifest_of("com.example.app", attributes=attributes))
    return build_apk(manifest, [build_dex([])] if not attributes else [], files=files)


@pytest.fixture
def found(tmp_path: Path, tables: Tables) -> Found:
    def run(content: bytes, name: str = "app.apk") -> tuple[InsidePolicy, ...]:
        path = tmp_path / name
        path.write_bytes(content)
        return policies_inside(path, tables)

    return run


class TestTexts:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("assets/privacy.html", PAGE.encode()),
            ("assets/www/隐私政策.txt", POLICY.encode("gb18030")),
            ("assets/a.txt", POLICY.encode("utf-16")),
            ("assets/b.md", b"\xef\xbb\xbf" + POLICY.encode()),
            ("res/raw/c.htm", PAGE.encode("gb18030")),
            ("r/q/d.html", PAGE.encode()),
            ("assets/en.txt", ENGLISH.encode()),
        ],
    )
    def test_reads_like_a_policy(self, found: Found, name: str, content: bytes) -> None:
        assert found(base({name: content})) == (InsidePolicy(name, content),)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("assets/agreement.html", AGREEMENT.encode()),
            ("assets/licences.txt", LICENCE.encode()),
            ("assets/privacy.txt", "敬请期待".encode()),
            ("assets/privacy.js", PAGE.encode()),
            ("META-INF/privacy.txt", POLICY.encode()),
            ("assets/privacy_big.html", PAGE.encode() + b" " * (3 << 20)),
        ],
    )
    def test_is_no_policy(self, found: Found, name: str, content: bytes) -> None:
        assert found(base({name: content})) == ()

    def test_a_name_in_the_title_alone_is_enough(self, found: Found) -> None:
        body = "这里没有标题。" * 60 + "个人信息" * 3
        page = f"<title>隐私政策</title><script>var a = 1</script>{body}"
        assert len(found(base({"assets/x.html": page.encode()}))) == 1

    def test_script_is_not_read(self, found: Found) -> None:
        page = f"<script>{POLICY}</script>欢迎"
        assert found(base({"assets/x.html": page.encode()})) == ()

    def test_those_that_are_called_so_come_first_and_the_longest_of_them(
        self, found: Found
    ) -> None:
        files = {"assets/1.txt": POLICY * 9, "assets/privacy_en.txt": ENGLISH}
        files |= {"assets/privacy.txt": POLICY * 3}
        policies = found(base({name: text.encode() for name, text in files.items()}))
        assert [policy.entry for policy in policies] == [
            "assets/privacy.txt",
            "assets/privacy_en.txt",
            "assets/1.txt",
        ]


def test_splits_are_looked_through_too(found: Found) -> None:
    split = base({"assets/privacy.html": PAGE.encode()}, split="feature")
    container = build_zip([("base.apk", base({})), ("feature.apk", split)])
    assert [p.entry for p in found(container, "app.apks")] == ["feature.apk!assets/privacy.html"]


def test_what_is_no_apk_is_an_error(tmp_path: Path, tables: Tables) -> None:
    path = tmp_path / "app.apk"
    path.write_bytes(b"no ZIP file")
    with pytest.raises(ApkError, match="is not a ZIP file"):
        policies_inside(path, tables)


class TestCandidates:
    """What the evidence of an app says of its policy."""

    URL = "https://www.example.com/yinsi/index.html"

    def candidates(self, tmp_path: Path, tables: Tables, apk: bytes) -> list[PolicyCandidate]:
        path = tmp_path / "app.apk"
        path.write_bytes(apk)
        return list(read_apk(path, tables)[1].policy_candidates)

    def loading(self, name: str, *texts: str) -> ClassDef:
        code = "\n".join(f'const-string v0, "{text}"' for text in texts) + "\nreturn-void"
        return ClassDef(name, (Method("open", code=code),))

    def test_addresses_in_code_with_who_names_them(self, tmp_path: Path, tables: Tables) -> None:
        classes = [
            self.loading(
                "com.example.app.About", self.URL + '" target', "https://example.com/help"
            ),
            self.loading("okhttp3.Info", self.URL, "http://a.com/privacy?x=1"),
        ]
        apk = build_apk(build_axml(manifest_of("com.example.app")), [build_dex(classes)])
        assert self.candidates(tmp_path, tables, apk) == [
            PolicyCandidate(
                "address", "http://a.com/privacy?x=1", "classes.dex", ("library:okhttp",)
            ),
            PolicyCandidate("address", self.URL, "classes.dex", ("first-party", "library:okhttp")),
        ]

    def test_a_string_that_no_code_loads_is_no_candidate(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        unused = ClassDef(self.URL)
        apk = build_apk(build_axml(manifest_of("com.example.app")), [build_dex([unused])])
        assert self.candidates(tmp_path, tables, apk) == []

    def test_addresses_in_resources_and_files(self, tmp_path: Path, tables: Tables) -> None:
        texts = {"policy": {"": f"<a href='{self.URL}'>"}}
        resources = Resources("com.example.app", texts)
        apk = build_apk(
            build_axml(manifest_of("com.example.app")),
            [build_dex([])],
            build_arsc(resources),
            {"assets/privacy.txt": POLICY.encode()},
        )
        assert self.candidates(tmp_path, tables, apk) == [
            PolicyCandidate("file", "assets/privacy.txt"),
            PolicyCandidate("address", self.URL, "resources.arsc"),
        ]
