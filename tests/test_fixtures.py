"""The fixtures are sound: what the builder writes is read back by independent readers."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import loguru
import pytest
from androguard.core.apk import APK
from androguard.core.axml import AXMLPrinter
from androguard.core.dex import DEX
from androguard.core.resources.public import SYSTEM_RESOURCES

from fixtures import demo
from fixtures.apkbuild import (
    ABSTRACT,
    INTERFACE,
    PRIVATE,
    PUBLIC,
    STATIC,
    VERSIONS,
    AssemblyError,
    ClassDef,
    Element,
    Field,
    Flags,
    Method,
    Resources,
    activity,
    build_apk,
    build_arsc,
    build_axml,
    build_container,
    build_dex,
    build_zip,
    damage,
    manifest_of,
    permission,
    provider,
)
from fixtures.apkbuild.assembly import assemble
from fixtures.apkbuild.axml import ATTRIBUTE_IDS
from fixtures.apkbuild.references import FieldReference, MethodReference
from fixtures.demo import expected, source

ROOT = Path(__file__).parent.parent

loguru.logger.disable("androguard")


def tool(name: str, *arguments: str | Path) -> str:
    """Runs a tool of Android's that accepts what it is given; skips where it is not installed."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run([path, *arguments], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode(errors="replace")


# -- the demo -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_apk() -> APK:
    return APK(str(demo.APK))


@pytest.fixture(scope="module")
def demo_dexes() -> dict[str, DEX]:
    entries = damage.entries(demo.APK.read_bytes())
    return {name: DEX(data) for name, data in entries.items() if name.endswith(".dex")}


def test_the_committed_apk_is_what_the_source_builds() -> None:
    assert demo.APK.read_bytes() == source.build()


def test_the_apk_is_small() -> None:
    assert demo.APK.stat().st_size < 40_000


def test_building_does_not_depend_on_the_order_of_sets() -> None:
    script = (
        "import hashlib; from fixtures.demo.source import build;"
        "print(hashlib.sha256(build()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {hashlib.sha256(demo.APK.read_bytes()).hexdigest()}


def test_androguard_reads_the_manifest(demo_apk: APK) -> None:
    assert demo_apk.is_valid_APK()
    assert demo_apk.get_package() == "com.example.miyou"
    assert demo_apk.get_androidversion_name() == "3.2.0"
    assert demo_apk.get_androidversion_code() == "30200"
    assert demo_apk.get_effective_target_sdk_version() == 33
    assert demo_apk.get_app_name() == "Miyou"
    assert demo_apk.get_app_name("zh") == "觅友圈"
    assert demo_apk.get_main_activity() == "com.example.miyou.ui.MainActivity"
    assert ["android.permission.READ_EXTERNAL_STORAGE", 32] in demo_apk.uses_permissions
    assert "android.permission.READ_CALL_LOG" in demo_apk.get_permissions()


def test_every_component_of_the_manifest_is_defined(
    demo_apk: APK, demo_dexes: dict[str, DEX]
) -> None:
    components = {
        *demo_apk.get_activities(),
        *demo_apk.get_services(),
        *demo_apk.get_providers(),
        "com.example.miyou.MiyouApplication",
    }
    defined = {
        class_.get_name()[1:-1].replace("/", ".")
        for dex in demo_dexes.values()
        for class_ in dex.get_classes()
    }
    assert components <= defined


def test_androguard_reads_the_classes(demo_dexes: dict[str, DEX]) -> None:
    assert list(demo_dexes) == ["classes.dex", "classes2.dex"]
    for name, classes in (("classes.dex", source.FIRST_DEX), ("classes2.dex", source.SECOND_DEX)):
        found = {class_.get_name() for class_ in demo_dexes[name].get_classes()}
        assert found == {f"L{class_.name.replace('.', '/')};" for class_ in classes}


def test_every_planted_read_is_a_method_with_code(demo_dexes: dict[str, DEX]) -> None:
    for read in expected.READS:
        owner = demo_dexes[read.dex].get_class(f"L{read.caller_class.replace('.', '/')};")
        methods = [
            method for method in owner.get_methods() if method.get_name() == read.caller_method
        ]
        assert [method.get_code() is not None for method in methods] == [True], read
        assert read.caller_class.startswith(read.owner)


def test_the_decoy_call_is_data(demo_dexes: dict[str, DEX]) -> None:
    dex = demo_dexes["classes.dex"]
    assert b"getDeviceId" in damage.entries(demo.APK.read_bytes())["classes.dex"]
    called = [
        instruction.get_output()
        for class_ in dex.get_classes()
        for method in class_.get_methods()
        if method.get_code() is not None
        for instruction in method.get_instructions()
        if instruction.get_name().startswith("invoke")
    ]
    assert called
    assert not [output for output in called if "getDeviceId" in output]


def test_dexdump_accepts_the_demo() -> None:
    listing = tool("dexdump", "-d", demo.APK)
    assert "Landroid/content/pm/PackageManager;.getInstalledPackages:(I)" in listing
    assert listing.count("Class descriptor") == len(source.FIRST_DEX) + len(source.SECOND_DEX)


def test_aapt_accepts_the_demo() -> None:
    badging = tool("aapt", "dump", "badging", demo.APK)
    assert "package: name='com.example.miyou' versionCode='30200' versionName='3.2.0'" in badging
    assert "application-label:'Miyou'\napplication-label-zh:'觅友圈'" in badging
    assert "uses-permission-sdk-23: name='android.permission.READ_CALENDAR'" in badging
    tree = tool("aapt", "dump", "xmltree", demo.APK, "AndroidManifest.xml")
    assert 'A: android:name(0x01010003)="com.igexin.sdk.PushService"' in tree


def test_the_policy_says_nothing_of_what_is_planted_as_undisclosed() -> None:
    text = demo.POLICY.read_text(encoding="utf-8")
    undisclosed = {item.subject for item in expected.PLANTED if item.rule.endswith("-undisclosed")}
    assert set(expected.UNTOLD) == undisclosed
    said = [word for words in expected.UNTOLD.values() for word in words if word in text.lower()]
    assert said == []


@pytest.mark.parametrize(
    "words",
    ["身体传感器权限", "极光推送SDK", "IDFA", "指纹", "征信信息", "银行账号", "设备信息"],
)
def test_the_policy_has_what_is_planted_in_it(words: str) -> None:
    assert words in demo.POLICY.read_text(encoding="utf-8")


def test_the_policy_names_android_id_only_in_statements_about_sdks() -> None:
    text = demo.POLICY.read_text(encoding="utf-8")
    before, _, rest = text.partition("\n四、第三方SDK如何处理您的个人信息\n\n")
    sdks, _, after = rest.partition("\n五、我们如何使用Cookie\n\n")
    assert sdks.count("Android ID") == 2
    assert "Android ID" not in before + after


def test_the_policy_denies_with_exception() -> None:
    assert expected.DENIED_WITH_EXCEPTION in demo.POLICY.read_text(encoding="utf-8")


def test_the_policy_is_as_long_as_real_short_ones() -> None:
    assert 5_000 <= len(demo.POLICY.read_text(encoding="utf-8")) <= 7_000


# -- the assembler --------------------------------------------------------------------------------


class Fixed:
    """Indices that are always the same."""

    def string(self, value: str) -> int:
        return 0x12345

    def type(self, name: str) -> int:
        return 0x21

    def field(self, reference: FieldReference) -> int:
        return 0x31

    def method(self, reference: MethodReference) -> int:
        return 0x41


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("nop", [0x0000]),
        ("move v1, v2", [0x2101]),
        ("move-object/from16 v3, v300", [0x0308, 300]),
        ("move-wide/16 v6, v4", [0x0006, 6, 4]),
        ("move-result-object v7", [0x070C]),
        ("return-void", [0x000E]),
        ("return-object v2", [0x0211]),
        ("const/4 v1, -1", [0xF112]),
        ("const/16 v1, -300", [0x0113, 0xFED4]),
        ("const v2, 0x7f010000", [0x0214, 0x0000, 0x7F01]),
        ("const/high16 v3, 0x7f01", [0x0315, 0x7F01]),
        (
            "const-wide v6, 0x1122334455667788",
            [0x0618, 0x7788, 0x5566, 0x3344, 0x1122],
        ),
        ('const-string/jumbo v1, "# a {b}"', [0x011B, 0x2345, 0x0001]),
        ("const-class v2, [Ljava/lang/String;", [0x021C, 0x21]),
        ("check-cast v0, Ljava/lang/String;", [0x001F, 0x21]),
        ("instance-of v4, v3, Ljava/lang/String;", [0x3420, 0x21]),
        ("new-instance v3, Ljava/lang/Object;", [0x0322, 0x21]),
        ("throw v1  # a comment", [0x0127]),
        ("sget-object v5, Landroid/os/Build;->MODEL:Ljava/lang/String;", [0x0562, 0x31]),
        ("sput v5, La;->b:I", [0x0567, 0x31]),
        ("iget-object v5, v1, La;->b:Lc;", [0x1554, 0x31]),
        ("iput v4, v1, La;->b:I", [0x1459, 0x31]),
        ("aget-byte v1, v2, v3", [0x0148, 0x0302]),
        ("add-int/lit8 v1, v2, -2", [0x01D8, 0xFE02]),
        ("invoke-static {}, La;->b()V", [0x0071, 0x41, 0x0000]),
        ("invoke-virtual {v1, v2, v3, v4, v5}, La;->b(IIII)V", [0x556E, 0x41, 0x4321]),
        ("invoke-virtual/range {v2 .. v7}, La;->b(IIIII)V", [0x0674, 0x41, 2]),
        ("invoke-interface/range {v300}, La;->b()V", [0x0178, 0x41, 300]),
        (".raw 0x0a6e 0xffff", [0x0A6E, 0xFFFF]),
    ],
)
def test_instructions_are_encoded_as_documented(line: str, units: list[int]) -> None:
    assert list(assemble(line, 0, Fixed()).units) == units


def test_parameters_follow_the_locals() -> None:
    code = assemble("move-object v0, p0\nmove v3, p1\nreturn-void", 2, Fixed())
    assert (code.registers, code.ins, code.outs) == (6, 2, 0)
    assert code.units[:2] == (0x4007, 0x5301)


def test_tables_are_aligned_and_their_targets_count_from_the_switch() -> None:
    code = assemble(
        """
        nop
        packed-switch v0, :table
    :back
        return-void
    :table
        .packed-switch -2 :back :back
        """,
        0,
        Fixed(),
    )
    switch, back, table = 1, 4, 6
    assert code.units[switch : switch + 3] == (0x002B, table - switch, 0)
    assert code.units[5] == 0, "padding to a multiple of four bytes"
    assert code.units[table:] == (0x0100, 2, 0xFFFE, 0xFFFF, back - switch, 0, back - switch, 0)


def test_sparse_switches_and_arrays() -> None:
    code = assemble(
        """
    :start
        sparse-switch v0, :keys
        fill-array-data v1, :bytes
    :keys
        .sparse-switch 5 :start 100 :start
    :bytes
        .array-data 1 1 2 -1
        """,
        0,
        Fixed(),
    )
    assert code.units[6:16] == (0x0200, 2, 5, 0, 100, 0, 0, 0, 0, 0)
    assert code.units[16:] == (0x0300, 1, 3, 0, 0x0201, 0x00FF)


def test_branches_go_both_ways() -> None:
    code = assemble(":top\nif-eqz v0, :end\ngoto :top\n:end\nreturn-void", 0, Fixed())
    assert code.units == (0x0038, 3, 0xFE28, 0x000E)


@pytest.mark.parametrize(
    "text",
    [
        "frobnicate v0",
        "const/4 v0, 9",
        "const/4 v16, 1",
        "invoke-static {v16}, La;->b(I)V",
        "invoke-static {v0}, La;->b",
        "invoke-virtual/range {v1, v3}, La;->b(I)V",
        'const-string v0, "index beyond sixteen bits"',
        "goto :nowhere",
        "return-void\n:nothing-follows",
        ".packed-switch 0 :a",
        "sparse-switch v0, :t\n:t\n.sparse-switch 2 :t 1 :t",
    ],
)
def test_what_cannot_be_assembled_is_an_error(text: str) -> None:
    with pytest.raises(AssemblyError):
        assemble(text, 0, Fixed())


# -- DEX files ------------------------------------------------------------------------------------

SHAPE = ClassDef(
    "com.example.Shape",
    (Method("area", "()D", None, PUBLIC | ABSTRACT),),
    access=PUBLIC | INTERFACE | ABSTRACT,
)
BASE = ClassDef(
    "com.example.Zero",
    (Method("<init>", code="invoke-direct {p0}, Ljava/lang/Object;-><init>()V\nreturn-void"),),
)
DERIVED = ClassDef(
    "com.example.Derived",
    (
        Method(
            "join",
            "(Ljava/lang/String;J)Ljava/lang/String;",
            """
            const-string v0, "中文 𝄞 \\u0000 ￿"
            sget-object v1, Lcom/example/Derived;->cache:Ljava/lang/String;
            iget v1, p0, Lcom/example/Derived;->count:I
            invoke-virtual/range {p0 .. p3}, Lcom/example/Derived;->join(Ljava/lang/String;J)Ljava/lang/String;
            move-result-object v0
            return-object v0
            """,  # noqa: E501
        ),
        Method("none", "()V", "return-void", PRIVATE | STATIC),
        Method("area", "()D", "const-wide/16 v0, 0\nreturn-wide v0"),
    ),
    (
        Field("cache", "java.lang.String", PRIVATE | STATIC),
        Field("count", "I"),
    ),
    "com.example.Zero",
    ("com.example.Shape",),
)
CLASSES = (DERIVED, BASE, SHAPE, ClassDef("com.example.Empty"))


@pytest.mark.parametrize("version", VERSIONS)
def test_dexdump_accepts_every_version(version: str, tmp_path: Path) -> None:
    path = tmp_path / "classes.dex"
    path.write_bytes(build_dex(CLASSES, version))
    listing = tool("dexdump", "-d", path)
    assert f"DEX version '{version}'" in listing
    assert "invoke-virtual/range {v2, v3, v4, v5}, Lcom/example/Derived;.join:" in listing


def test_androguard_reads_members_strings_and_ancestors() -> None:
    dex = DEX(build_dex(CLASSES))
    derived = dex.get_class("Lcom/example/Derived;")
    assert derived.get_superclassname() == "Lcom/example/Zero;"
    assert derived.get_interfaces() == ["Lcom/example/Shape;"]
    assert [field.get_name() for field in derived.get_fields()] == ["cache", "count"]
    assert {method.get_name() for method in derived.get_methods()} == {"join", "none", "area"}
    assert any("中文" in text for text in dex.get_strings())


def test_superclasses_stand_before_subclasses() -> None:
    names = [class_.get_name() for class_ in DEX(build_dex(CLASSES)).get_classes()]
    assert names.index("Lcom/example/Zero;") < names.index("Lcom/example/Derived;")
    assert names.index("Lcom/example/Shape;") < names.index("Lcom/example/Derived;")


def test_the_order_of_classes_does_not_change_the_file() -> None:
    assert build_dex(CLASSES) == build_dex(reversed(CLASSES))


def test_checksum_and_signature_are_right() -> None:
    dex = build_dex(CLASSES, "039")
    assert dex[:8] == b"dex\n039\0"
    assert struct.unpack_from("<I", dex, 8)[0] == zlib.adler32(dex[12:])
    assert dex[12:32] == hashlib.sha1(dex[32:]).digest()
    assert struct.unpack_from("<II", dex, 32) == (len(dex), 0x70)


def logical_headers(container: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Start and fields from file_size to header_offset of every logical file."""
    start = 0
    while start < len(container):
        header = struct.unpack_from("<22I", container, start + 32)
        yield start, header
        start += header[0]


def test_the_headers_of_a_container_follow_the_format() -> None:
    container = build_container([[DERIVED, SHAPE], [BASE], []])
    headers = dict(logical_headers(container))
    assert len(headers) == 3
    assert sum(header[0] for header in headers.values()) == len(container)
    for start, header in headers.items():
        assert start % 4 == 0
        assert container[start : start + 8] == b"dex\n041\0"
        assert header[1] == 0x78, "header_size"
        assert header[18:20] == (0, 0), "data_size and data_off are unused"
        assert header[20:22] == (len(container), start), "container_size and header_offset"
        end = start + header[0]
        assert (
            container[start + 12 : start + 32] == hashlib.sha1(container[start + 32 : end]).digest()
        )
        checksum = zlib.adler32(container[start + 12 : end])
        assert struct.unpack_from("<I", container, start + 8)[0] == checksum


def test_offsets_in_a_container_count_from_its_start() -> None:
    container = build_container([[DERIVED, SHAPE], [BASE]])
    names, string_offsets = [], []
    for start, header in logical_headers(container):
        strings, types, class_count, classes = header[7], header[9], header[16], header[17]
        assert strings == start + 0x78
        for number in range(class_count):
            type_index = struct.unpack_from("<I", container, classes + 32 * number)[0]
            string_index = struct.unpack_from("<I", container, types + 4 * type_index)[0]
            offset = struct.unpack_from("<I", container, strings + 4 * string_index)[0]
            names.append(container[offset + 1 : container.index(b"\0", offset)].decode())
        string_offsets.append(
            set(struct.unpack_from(f"<{header[6]}I", container, strings)) if header[6] else set()
        )
    assert names == ["Lcom/example/Shape;", "Lcom/example/Derived;", "Lcom/example/Zero;"]
    assert string_offsets[0] & string_offsets[1], "string data is shared"


# -- manifest, resources, ZIP ---------------------------------------------------------------------

STRINGS = Resources(
    "com.example.app",
    {"app_name": {"": "Demo", "zh": "演示", "zh-TW": "示範"}, "other": {"": "x" * 200}},
)
MANIFEST = manifest_of(
    "com.example.app",
    permissions=(
        "android.permission.CAMERA",
        permission("android.permission.BLUETOOTH_SCAN", usesPermissionFlags=Flags(0x10000)),
    ),
    attributes={"android:versionCodeMajor": 2, "split": "config.zh"},
    application={"android:label": "@string/app_name", "android:debuggable": True},
    components=(
        activity(".Main", "android.intent.action.MAIN", exported=True),
        provider(".Data", "a.b;c.d", exported=False, process=":data"),
    ),
)


@pytest.mark.parametrize("utf8", [False, True])
def test_androguard_reads_manifest_and_label(utf8: bool) -> None:
    apk = APK(
        build_apk(
            build_axml(MANIFEST, STRINGS, utf8), [build_dex(CLASSES)], build_arsc(STRINGS, utf8)
        ),
        raw=True,
    )
    assert (apk.get_app_name(), apk.get_app_name("zh")) == ("Demo", "演示")
    assert apk.get_main_activity() == "com.example.app.Main"
    assert apk.get_attribute_value("provider", "authorities") == "a.b;c.d"
    assert apk.get_attribute_value("provider", "process") == ":data"
    assert apk.get_attribute_value("application", "debuggable") == "true"
    assert apk.get_attribute_value("manifest", "split") == "config.zh"


def test_aapt_reads_types_of_values_and_languages(tmp_path: Path) -> None:
    path = tmp_path / "app.apk"
    path.write_bytes(build_apk(build_axml(MANIFEST, STRINGS), [], build_arsc(STRINGS)))
    tree = tool("aapt", "dump", "xmltree", path, "AndroidManifest.xml")
    assert "A: android:usesPermissionFlags(0x01010644)=(type 0x11)0x10000" in tree
    assert "A: android:exported(0x01010010)=(type 0x12)0xffffffff" in tree
    assert "A: android:label(0x01010001)=@0x7f010000" in tree
    assert 'A: split="config.zh"' in tree
    badging = tool("aapt", "dump", "badging", path)
    assert "application-label-zh-TW:'示範'" in badging


def test_attribute_ids_are_those_of_the_platform() -> None:
    # androguard's copy of public.xml ends before the newest of them.
    public = SYSTEM_RESOURCES["attributes"]["forward"]
    known = {name: id_ for name, id_ in ATTRIBUTE_IDS.items() if name in public}
    assert len(known) > 40
    assert known == {name: public[name] for name in known}


def test_attributes_are_sorted_by_id() -> None:
    element = Element(
        "manifest", {"package": "a.b", "android:versionName": "1", "android:name": "n"}
    )
    printed = AXMLPrinter(build_axml(element)).get_xml().decode()
    assert printed.index("android:name") < printed.index("android:versionName")


def test_unknown_attributes_and_resources_are_errors() -> None:
    with pytest.raises(KeyError):
        build_axml(Element("manifest", {"android:unheardOf": "x"}))
    with pytest.raises(KeyError):
        build_axml(Element("manifest", {"android:label": "@string/none"}), STRINGS)


def test_zip_entries_are_stored_aligned_and_undated() -> None:
    data = build_zip([("a", b"12345"), ("目录/文件", b"x" * 70), ("b.dex", b"")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a", "目录/文件", "b.dex"]
        for info in archive.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            assert (info.header_offset + 30 + name + extra) % 4 == 0
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


# -- damage ---------------------------------------------------------------------------------------

WHOLE = build_apk(build_axml(MANIFEST, STRINGS), [build_dex(CLASSES), build_dex([SHAPE])])


def test_entries_can_be_taken_out_and_put_in() -> None:
    assert list(damage.entries(damage.without_manifest(WHOLE))) == ["classes.dex", "classes2.dex"]
    assert damage.entries(damage.with_entry(WHOLE, "assets/x", b"y"))["assets/x"] == b"y"
    with pytest.raises(KeyError):
        damage.without_entry(WHOLE, "absent")


def test_truncated_entries_lie_in_a_whole_zip() -> None:
    whole = damage.entries(WHOLE)
    for name, apk in (
        ("AndroidManifest.xml", damage.truncated_manifest(WHOLE)),
        ("classes2.dex", damage.truncated_dex(WHOLE, "classes2.dex", 0.7)),
    ):
        entries = damage.entries(apk)
        assert whole[name].startswith(entries[name])
        assert 0 < len(entries[name]) < len(whole[name])


def test_dex_files_are_damaged_where_they_should_be() -> None:
    assert not damage.entries(damage.garbled_dex(WHOLE))["classes.dex"].startswith(b"dex")
    bad = damage.entries(damage.bad_checksum_dex(WHOLE))["classes.dex"]
    assert struct.unpack_from("<I", bad, 8)[0] != zlib.adler32(bad[12:])
    wild = damage.entries(damage.wild_offset_dex(WHOLE))["classes.dex"]
    assert struct.unpack_from("<I", wild, 0x64)[0] > len(wild)


def test_an_encryption_bit_alone_stops_a_plain_reader() -> None:
    apk = damage.fake_encryption(WHOLE)
    with (
        zipfile.ZipFile(io.BytesIO(apk)) as archive,
        pytest.raises(RuntimeError, match="encrypted"),
    ):
        archive.read("AndroidManifest.xml")
    assert len(apk) == len(WHOLE)


def test_an_unknown_method_alone_stops_a_plain_reader() -> None:
    with (
        zipfile.ZipFile(io.BytesIO(damage.unknown_compression(WHOLE))) as archive,
        pytest.raises(NotImplementedError),
    ):
        archive.read("AndroidManifest.xml")


def test_a_local_name_that_differs_stops_a_plain_reader() -> None:
    with (
        zipfile.ZipFile(io.BytesIO(damage.mismatched_name(WHOLE))) as archive,
        pytest.raises(zipfile.BadZipFile, match="differ"),
    ):
        archive.read("AndroidManifest.xml")


def test_a_manifest_can_be_there_twice() -> None:
    apk = damage.duplicate_manifest(WHOLE, b"second")
    with zipfile.ZipFile(io.BytesIO(apk)) as archive:
        assert archive.namelist().count("AndroidManifest.xml") == 2


def test_manifests_can_lie_about_themselves() -> None:
    oversized = damage.entries(damage.oversized_manifest(WHOLE))["AndroidManifest.xml"]
    assert struct.unpack_from("<I", oversized, 4)[0] > len(oversized)
    assert damage.entries(damage.text_manifest(WHOLE))["AndroidManifest.xml"].startswith(b"<?xml")


def test_files_can_be_cut_off_and_prefixed() -> None:
    assert not zipfile.is_zipfile(io.BytesIO(damage.truncated(WHOLE)))
    assert damage.prepended(WHOLE, b"junk") == b"junk" + WHOLE
