"""Packed apps: what is declared but not defined says so, and traces say by whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkcheck.apk import read_apk
from apkcheck.apk.packers import Marks
from apkcheck.check import check_app
from apkcheck.model import Evidence
from apkcheck.tables import Tables
from fixtures.apkbuild import (
    ClassDef,
    Element,
    Value,
    activity,
    build_apk,
    build_axml,
    build_dex,
    damage,
    manifest_of,
    service,
)
from tests.apk.conftest import Read
from tests.apk.rows import packer, sdk
from tests.apps import reader
from tests.conftest import Apkcheck

PACKAGE = "com.example.app"
STUB = "com.acme.shell.StubApp"
ACME = packer("acme", STUB, native=("libacme*.so",), assets=("acme.dat", "acme/*"))
OTHER = packer("other", "com.other.shell", native=("libother.so",))


def components(count: int) -> list[Element]:
    return [activity(f"{PACKAGE}.Page{number}") for number in range(count)]


def pages(count: int) -> list[ClassDef]:
    return [ClassDef(f"{PACKAGE}.Page{number}", ()) for number in range(count)]


def packed(
    *,
    declares: int,
    defines: int = 0,
    stub: str | None = None,
    application: str | None = None,
    files: tuple[str, ...] = (),
    more: tuple[Element, ...] = (),
    has_code: bool = True,
    permissions: tuple[str, ...] = (),
) -> bytes:
    """An app that declares some components, and defines the first of them."""
    attributes: dict[str, Value] = {} if application is None else {"android:name": application}
    if not has_code:
        attributes["android:hasCode"] = False
    manifest = manifest_of(
        PACKAGE,
        permissions=permissions,
        components=[*components(declares), *more],
        application=attributes,
    )
    classes = pages(defines) + ([ClassDef(stub, ())] if stub else [])
    dexes = [build_dex(classes)] if has_code else []
    return build_apk(build_axml(manifest), dexes, files=dict.fromkeys(files, b"x"))


def evidence_of(read: Read, apk: bytes) -> Evidence:
    return read(apk, ACME, OTHER)[1]


class TestTracesOfOnePacker:
    @pytest.mark.parametrize(
        "file",
        [
            "lib/arm64-v8a/libacme.so",
            "lib/armeabi/libacme-4.1.0.15.so",
            "assets/libacme_a64.so",
            "assets/acme.dat",
            "acme.dat",
            "assets/acme/part1.bin",
        ],
    )
    def test_a_file_where_no_component_is_defined(self, read: Read, file: str) -> None:
        assert evidence_of(read, packed(declares=30, files=(file,))).packer == "acme"

    @pytest.mark.parametrize("stub", [STUB, f"{STUB}$Loader"])
    def test_a_stub_class_where_no_component_is_defined(self, read: Read, stub: str) -> None:
        assert evidence_of(read, packed(declares=30, stub=stub)).packer == "acme"

    def test_its_own_components_do_not_hide_it(self, read: Read) -> None:
        apk = packed(declares=30, defines=3, files=("lib/arm64-v8a/libacme.so",))
        assert evidence_of(read, apk).packer == "acme"

    def test_one_component_is_enough(self, read: Read) -> None:
        assert evidence_of(read, packed(declares=1, stub=STUB)).packer == "acme"

    def test_a_stub_as_application_class_packs_whatever_is_defined(self, read: Read) -> None:
        apk = packed(declares=4, defines=4, stub=STUB, application=STUB)
        assert evidence_of(read, apk).packer == "acme"

    def test_it_is_named_where_the_code_itself_is_encrypted(self, read: Read) -> None:
        apk = packed(declares=30, files=("assets/acme.dat",))
        evidence = evidence_of(read, damage.with_entry(apk, "classes.dex", b"\x93" * 4096))
        assert evidence.packer == "acme"
        assert [gap.what for gap in evidence.gaps] == ["classes.dex"]

    def test_no_further_gap_is_reported(self, read: Read) -> None:
        evidence = evidence_of(read, packed(declares=30, stub=STUB))
        assert evidence.gaps == ()
        assert not evidence.code_complete


class TestTracesOfSeveralPackers:
    def test_a_stub_class_weighs_more_than_a_library(self, read: Read) -> None:
        apk = packed(declares=9, stub="com.other.shell.A", files=("lib/x86/libacme.so",))
        assert evidence_of(read, apk).packer == "other"

    def test_a_library_weighs_more_than_another_file(self, read: Read) -> None:
        apk = packed(declares=9, files=("acme.dat", "lib/x86/libother.so"))
        assert evidence_of(read, apk).packer == "other"

    def test_the_application_class_decides(self, read: Read) -> None:
        apk = packed(declares=9, stub=STUB, application="com.other.shell.A")
        assert evidence_of(read, apk).packer == "other"


class TestNotPacked:
    def test_traces_are_none_where_the_components_are_defined(self, read: Read) -> None:
        files = ("lib/arm64-v8a/libacme.so", "assets/acme.dat")
        evidence = evidence_of(read, packed(declares=10, defines=8, stub=STUB, files=files))
        assert evidence.packer is None
        assert evidence.code_complete

    def test_nor_where_nothing_is_declared(self, read: Read) -> None:
        assert evidence_of(read, packed(declares=0, files=("assets/acme.dat",))).packer is None

    def test_nor_where_the_manifest_says_that_there_is_no_code(self, read: Read) -> None:
        apk = packed(declares=9, has_code=False, files=("assets/acme.dat",))
        assert evidence_of(read, apk).packer is None

    @pytest.mark.parametrize(
        "file",
        [
            "res/raw/libacme.so",
            "lib/arm64-v8a/libacme.so.txt",
            "lib/arm64-v8a/my_libacme.so",
            "assets/my/acme.dat",
            "assets/acme.data",
        ],
    )
    def test_files_with_similar_names_are_no_traces(self, read: Read, file: str) -> None:
        assert evidence_of(read, packed(declares=3, files=(file,))).packer is None

    @pytest.mark.parametrize("stub", ["com.acme.shell.StubApps", "com.acme.shell", "x." + STUB])
    def test_classes_with_similar_names_are_no_stubs(self, read: Read, stub: str) -> None:
        assert evidence_of(read, packed(declares=3, stub=stub)).packer is None

    def test_an_alias_is_no_class(self, read: Read) -> None:
        aliases = tuple(
            Element(
                "activity-alias",
                {"android:name": f".Alias{n}", "android:targetActivity": f"{PACKAGE}.Page0"},
            )
            for n in range(9)
        )
        apk = packed(declares=1, defines=1, more=aliases, files=("assets/acme.dat",))
        evidence = evidence_of(read, apk)
        assert (evidence.packer, evidence.gaps) == (None, ())


class TestNoKnownPacker:
    def test_missing_components_are_a_gap(self, read: Read) -> None:
        evidence = evidence_of(read, packed(declares=30, defines=2))
        (gap,) = evidence.gaps
        assert evidence.packer is None
        assert "only 2 of the 30 components" in gap.why
        assert not evidence.code_complete

    def test_few_components_say_nothing(self, read: Read) -> None:
        assert evidence_of(read, packed(declares=3)).gaps == ()

    def test_code_that_is_broken_is_one_gap_not_two(self, read: Read) -> None:
        apk = damage.with_entry(packed(declares=30), "classes.dex", b"\x93" * 4096)
        (gap,) = evidence_of(read, apk).gaps
        assert "may be encrypted" in gap.why


class TestWhatIsKept:
    def test_manifest_components_and_libraries_are_evidence_still(self, read: Read) -> None:
        push = sdk("acme-push", "com.push", native=("libpush.so",))
        maps = sdk("acme-maps", "com.maps")
        apk = packed(
            declares=5,
            stub=STUB,
            files=("lib/arm64-v8a/libpush.so",),
            more=(service("com.maps.MapService"),),
        )
        _, evidence = read(apk, ACME, push, maps)
        found = [(use.id, signal.kind) for use in evidence.sdks for signal in use.signals]
        assert evidence.packer == "acme"
        assert found == [("acme-maps", "component"), ("acme-push", "native")]
        assert len(evidence.components) == 6

    def test_a_stub_in_the_package_of_an_sdk_is_not_that_sdk(self, read: Read) -> None:
        vendor = sdk("acme-risk", "com.acme")
        _, evidence = read(packed(declares=5, stub=STUB), ACME, vendor)
        assert (evidence.packer, evidence.sdks) == ("acme", ())


class TestShippedTable:
    @pytest.mark.parametrize(
        ("application", "expected"),
        [
            ("com.stub.StubApp", "360-jiagu"),
            ("com.wrapper.proxyapplication.WrapperProxyApplication", "tencent-legu"),
            (f"{PACKAGE}.MyWrapperProxyApplication", "tencent-legu"),
            ("com.secneo.apkwrapper.AW", "bangcle-shell"),
            ("s.h.e.l.l.S", "ijiami"),
            ("com.baidu.protect.StubApplication", "baidu-protect"),
            ("com.netease.nis.wrapper.MyApplication", "netease-yidun-shell"),
            ("com.ali.mobisecenhance.StubApplication", "alibaba-jaq"),
        ],
    )
    def test_stub_applications(self, tables: Tables, application: str, expected: str) -> None:
        marks = [Marks(row) for row in tables.packers.values()]
        assert [mark.id for mark in marks if mark.stub(application)] == [expected]

    @pytest.mark.parametrize(
        ("file", "expected"),
        [
            ("assets/libjiagu_a64.so", "360-jiagu"),
            ("lib/armeabi-v7a/libshella-4.1.0.15.so", "tencent-legu"),
            ("assets/0OO00oo01l1l", "tencent-legu"),
            ("lib/arm64-v8a/libDexHelper.so", "bangcle-shell"),
            ("assets/ijm_lib/arm64-v8a/libexec.so", "ijiami"),
            ("lib/armeabi/libbaiduprotect_art.so", "baidu-protect"),
            ("lib/armeabi-v7a/libnesec.so", "netease-yidun-shell"),
            ("lib/armeabi/libmobisec.so", "alibaba-jaq"),
            ("lib/armeabi/libx3g.so", "dingxiang-stee"),
            ("lib/armeabi/libchaosvmp.so", "nagain"),
        ],
    )
    def test_files(self, tables: Tables, file: str, expected: str) -> None:
        marks = [Marks(row) for row in tables.packers.values()]
        assert [mark.id for mark in marks if mark.file(file)] == [expected]

    def test_the_security_sdk_of_alibaba_packs_nothing(self, tables: Tables) -> None:
        marks = [Marks(row) for row in tables.packers.values()]
        assert not any(mark.file("lib/arm64-v8a/libsgmain.so") for mark in marks)

    @pytest.mark.parametrize("hidden", [False, True], ids=["code of a stub", "encrypted code"])
    def test_every_packer_is_recognised_and_what_the_manifest_says_is_kept(
        self, tmp_path: Path, tables: Tables, hidden: bool
    ) -> None:
        found = {}
        for row in tables.packers.values():
            mark, example = Marks(row), row.example
            stub = example if mark.stub(example) else None
            apk = packed(
                declares=9,
                stub=stub,
                application=stub,
                files=() if stub else (example,),
                more=(service("cn.jpush.android.service.PushService"),),
            )
            if hidden:
                apk = damage.with_entry(apk, "classes.dex", b"\x93" * 4096)
            path = tmp_path / "app.apk"
            path.write_bytes(apk)
            _, evidence = read_apk(path, tables)
            found[row.id] = evidence.packer
            assert not evidence.code_complete
            kinds = {signal.kind for use in evidence.sdks for signal in use.signals}
            assert "component" in kinds, row.id
        assert found == {row_id: row_id for row_id in tables.packers}


class TestReport:
    POLICY = "我们会收集您的IMEI和应用列表。我们接入了极光推送，由其收集您的设备信息。\n"
    OVER = frozenset({"data-overdeclared", "sdk-overdeclared", "permission-unused"})
    CAMERA = ("android.permission.CAMERA",)

    def findings(self, apk: bytes, folder: Path, tables: Tables) -> set[str]:
        (folder / "app.apk").write_bytes(apk)
        (folder / "policy.txt").write_text(self.POLICY, "utf-8")
        outcome = check_app(folder / "app.apk", [folder / "policy.txt"], tables)
        return {finding.rule for finding in outcome.report.findings}

    def test_nothing_is_over_declared_for_want_of_code(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        plain = build_apk(
            build_axml(manifest_of(PACKAGE, permissions=self.CAMERA, components=components(1))),
            [build_dex([reader(f"{PACKAGE}.Page0")])],
        )
        assert self.findings(plain, tmp_path, tables) >= self.OVER
        stub = "com.stub.StubApp"
        hidden = packed(declares=9, stub=stub, application=stub, permissions=self.CAMERA)
        encrypted = damage.with_entry(plain, "classes.dex", b"\x93" * 4096)
        broken = damage.truncated_dex(plain)
        for apk in (hidden, encrypted, broken):
            assert not self.findings(apk, tmp_path, tables) & self.OVER

    def test_the_report_and_the_evidence_say_so_by_name(
        self, tmp_path: Path, apkcheck: Apkcheck
    ) -> None:
        path = tmp_path / "app.apk"
        path.write_bytes(packed(declares=9, application="com.stub.StubApp"))
        for command in ("check", "apk"):
            done = apkcheck(command, path, "--lang", "en")
            assert "This app is packed (360加固保): its code could not be assessed" in done.out
        assert apkcheck("apk", path, "--strict").code == 3
