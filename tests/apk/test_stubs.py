"""SDKs of which only a stub is there, and the versions that SDKs tell of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkcheck.check import check_app
from apkcheck.model import SdkUse
from apkcheck.tables import Tables
from fixtures.apkbuild import (
    ABSTRACT,
    INTERFACE,
    NATIVE,
    PUBLIC,
    STATIC,
    ClassDef,
    Field,
    Method,
    build_apk,
    build_axml,
    build_container,
    build_dex,
    manifest_of,
    service,
)
from tests.apk.conftest import Read
from tests.apk.rows import sdk

ACME = sdk("acme-push", "com.acme")
STRING = "java.lang.String"
MANIFEST = build_axml(manifest_of("com.example.app"))
EMPTY = Method("start", code="return-void")
WORKING = Method(
    "start",
    code="const/4 v0, 0\ninvoke-static {v0}, Landroid/util/Log;->d(I)V\nreturn-void",
)
INIT = Method("<init>", code="invoke-direct {p0}, Ljava/lang/Object;-><init>()V\nreturn-void")
CALLBACK = ClassDef(
    "com.acme.Callback",
    (Method("done", code=None, access=PUBLIC | ABSTRACT),),
    access=PUBLIC | INTERFACE | ABSTRACT,
)


def use_of(read: Read, *classes: ClassDef, files: dict[str, bytes] | None = None) -> SdkUse:
    (use,) = read(build_apk(MANIFEST, [build_dex(classes)], files=files), ACME)[1].sdks
    return use


class TestStubs:
    @pytest.mark.parametrize(
        ("classes", "stub"),
        [
            ((CALLBACK,), True),
            ((ClassDef("com.acme.Push", (INIT, EMPTY)),), True),
            ((CALLBACK, ClassDef("com.acme.Push", (INIT, EMPTY))), True),
            ((ClassDef("com.acme.Push", (INIT, WORKING)),), False),
            ((CALLBACK, ClassDef("com.acme.Push", (INIT, WORKING))), False),
            (
                (ClassDef("com.acme.Push", (Method("go", code=None, access=PUBLIC | NATIVE),)),),
                False,
            ),
            # Nothing to say of classes without methods.
            ((ClassDef("com.acme.Constants"),), False),
        ],
    )
    def test_methods_that_do_nothing_are_a_stub(
        self, read: Read, classes: tuple[ClassDef, ...], stub: bool
    ) -> None:
        other = ClassDef("com.example.app.Main", (WORKING,))
        assert use_of(read, other, *classes).stub is stub

    def test_a_native_library_does_something(self, read: Read) -> None:
        row = sdk("acme-push", "com.acme", native=("libacme.so",))
        apk = build_apk(MANIFEST, [build_dex([CALLBACK])], files={"lib/x86/libacme.so": b""})
        (use,) = read(apk, row)[1].sdks
        assert not use.stub

    def test_components_alone_are_no_stub(self, read: Read) -> None:
        manifest = manifest_of("com.example.app", components=[service("com.acme.Service")])
        (use,) = read(build_apk(build_axml(manifest), [build_dex([])]), ACME)[1].sdks
        assert not use.stub

    def test_a_stub_that_the_policy_does_not_name_weighs_little(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        found = {}
        for name, method in (("stub", EMPTY), ("working", WORKING)):
            apk, policy = tmp_path / f"{name}.apk", tmp_path / "policy.txt"
            push = ClassDef("cn.jpush.android.api.JPushInterface", (method,))
            apk.write_bytes(build_apk(MANIFEST, [build_dex([push])]))
            policy.write_text("隐私政策\n我们会收集您的昵称。\n", "utf-8")
            report = check_app(apk, [policy], tables).report
            (found[name],) = [f for f in report.findings if f.rule == "sdk-undisclosed"]
        assert (found["stub"].severity, found["working"].severity) == ("low", "high")
        assert found["stub"].message != found["working"].message


class TestVersions:
    FIELDS = (
        Field("FIRST", "I", PUBLIC | STATIC, 7),
        Field("NAME", STRING, PUBLIC | STATIC),
        Field("VERSION", STRING, PUBLIC | STATIC, "1.2.3"),
        Field("other", STRING, PUBLIC),
    )
    CONFIG = ClassDef("com.acme.Config", (INIT,), FIELDS)

    def version(
        self, read: Read, *places: str, files: dict[str, bytes] | None = None
    ) -> str | None:
        row = sdk("acme-push", "com.acme", versions=places)
        apk = build_apk(MANIFEST, [build_dex([self.CONFIG])], files=files)
        _, evidence = read(apk, row)
        assert evidence.gaps == ()
        return evidence.sdks[0].version

    @pytest.mark.parametrize(
        ("place", "version"),
        [
            ("com.acme.Config.VERSION", "1.2.3"),
            ("com.acme.Config.FIRST", "7"),
            ("com.acme.Config.NAME", None),
            ("com.acme.Config.other", None),
            ("com.acme.Config.MISSING", None),
            ("com.acme.Missing.VERSION", None),
        ],
    )
    def test_a_constant(self, read: Read, place: str, version: str | None) -> None:
        assert self.version(read, place) == version

    @pytest.mark.parametrize(
        ("place", "content", "version"),
        [
            ("META-INF/acme.version", b"4.5.6\n", "4.5.6"),
            ("META-INF/acme.version", b"", None),
            ("push_version", b"jar-version: Acme_SDK_Client_3_6_2.jar", "3.6.2"),
            ("assets/acme", b"development", "development"),
            ("acme.properties#version", b"# made\nversion = 7.8\nversions=1", "7.8"),
            ("acme.properties#other", b"version=7.8", None),
        ],
    )
    def test_a_file(self, read: Read, place: str, content: bytes, version: str | None) -> None:
        files = {place.partition("#")[0]: content}
        assert self.version(read, place, files=files) == version

    @pytest.mark.parametrize(
        ("value", "version"),
        [
            ("android 6.8.0", "6.8.0"),
            ("android4.32.0", "4.32.0"),
            ("v5.1-beta", "5.1"),
            ("5.1-beta_2", "5.1-beta_2"),
            ("release 7", "release 7"),
        ],
    )
    def test_words_in_front_of_a_version_are_left_out(
        self, read: Read, value: str, version: str
    ) -> None:
        field = Field("VERSION", STRING, PUBLIC | STATIC, value)
        row = sdk("acme-push", "com.acme", versions=("com.acme.Config.VERSION",))
        config = ClassDef("com.acme.Config", (INIT,), (field,))
        assert read(build_apk(MANIFEST, [build_dex([config])]), row)[1].sdks[0].version == version

    def test_the_first_place_that_is_there_counts(self, read: Read) -> None:
        places = ("META-INF/none.version", "com.acme.Config.VERSION", "com.acme.Config.FIRST")
        assert self.version(read, *places) == "1.2.3"

    def test_without_places_nothing_is_told(self, read: Read) -> None:
        assert self.version(read) is None

    def test_in_a_container_of_dex_files(self, read: Read) -> None:
        row = sdk("acme-push", "com.acme", versions=("com.acme.Config.VERSION",))
        container = build_container([[ClassDef("com.example.app.A")], [self.CONFIG]])
        (use,) = read(build_apk(MANIFEST, [container]), row)[1].sdks
        assert use.version == "1.2.3"
