"""Whatever the bytes are: the evidence with gaps, or an ApkError. Nothing else, and no log."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apkcheck.apk import read_apk
from apkcheck.errors import ApkError
from apkcheck.tables import Tables
from fixtures import demo
from fixtures.apkbuild import (
    PUBLIC,
    STATIC,
    ClassDef,
    Element,
    Method,
    Reference,
    build_apk,
    build_axml,
    build_dex,
    build_zip,
    damage,
    manifest_of,
)
from tests.apk.conftest import Read
from tests.apk.rows import api, small_tables

ROOT = Path(__file__).parents[2]
DEMO = demo.APK.read_bytes()
ENTRIES = damage.entries(DEMO)
PARTS = ("AndroidManifest.xml", "classes.dex", "classes2.dex", "resources.arsc")
INTERESTING = (0, 1, 3, 0x70, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
TABLES = small_tables(
    api("android.telephony.TelephonyManager.getDeviceId"),
    api("settings:secure:android_id"),
    api("property:ro.serialno"),
    api("content://media/external/images"),
)

# The same cases every time: a failure here is to be mended, not to be met by chance.
THOROUGH = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def changed(draw: st.DrawFn, data: bytes) -> bytes:
    """The data with some of its numbers replaced, most of them near its head."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        last = len(out) - 4 if draw(st.booleans()) else min(len(out) - 4, 256)
        at = draw(st.integers(0, last))
        value = draw(st.sampled_from(INTERESTING) | st.integers(0, 2 * len(out)))
        size = draw(st.sampled_from("BHI"))
        limit = (1 << 8 * struct.calcsize(size)) - 1
        struct.pack_into(f"<{size}", out, at, value & limit)
    return bytes(out)


def survives(path: Path, apk: bytes, tables: Tables = TABLES) -> None:
    path.write_bytes(apk)
    message = ""
    try:
        app, evidence = read_apk(path, tables)
    except ApkError as error:
        message = str(error)
    else:
        assert app.package
        assert all(gap.what and gap.why for gap in evidence.gaps)
    assert not message or (str(path) in message and "\n" not in message)


@pytest.mark.parametrize("part", PARTS)
@THOROUGH
@given(data=st.data())
def test_changed_parts(tmp_path: Path, part: str, data: st.DataObject) -> None:
    parts = {**ENTRIES, part: data.draw(changed(ENTRIES[part]))}
    survives(tmp_path / "a.apk", build_zip(parts.items()))


@pytest.mark.parametrize("part", PARTS)
@THOROUGH
@given(keep=st.floats(0, 1))
def test_parts_cut_short(tmp_path: Path, part: str, keep: float) -> None:
    survives(tmp_path / "a.apk", damage.truncated_entry(DEMO, part, keep))


@THOROUGH
@given(keep=st.floats(0, 1))
def test_files_cut_short(tmp_path: Path, keep: float) -> None:
    survives(tmp_path / "a.apk", damage.truncated(DEMO, keep))


@THOROUGH
@given(data=changed(DEMO[-2000:]))
def test_changed_directories(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path / "a.apk", DEMO[:-2000] + data)


@THOROUGH
@given(data=st.binary(max_size=400))
def test_any_bytes_as_a_part(tmp_path: Path, data: bytes) -> None:
    for part in PARTS:
        survives(tmp_path / "a.apk", build_zip({**ENTRIES, part: data}.items()))


class TestWork:
    """Files that ask for more work than their size warrants are told so."""

    MANIFEST = build_axml(manifest_of("com.example.app"))

    def test_elements_without_end(self, read: Read) -> None:
        head = build_axml(Element("manifest", {"package": "a.b"}))
        element = struct.pack(
            "<HHIIIIIHHHHHH", 0x102, 16, 36, 1, ~0 & 0xFFFFFFFF, 0, 0, 20, 20, *[0] * 4
        )
        body = head + element * 60_000
        axml = body[:4] + struct.pack("<I", len(body)) + body[8:]
        with pytest.raises(ApkError, match="more than 50000 elements"):
            read(build_apk(axml))

    def test_strings_that_overlap(self, read: Read) -> None:
        count = 200
        text = struct.pack("<H", 20_000) + b"a\0" * 20_000 + b"\0\0"
        pool = struct.pack("<5I", count, 0, 0, 28 + 4 * count, 0) + bytes(4 * count) + text
        pool = struct.pack("<HHI", 1, 28, 8 + len(pool)) + pool
        elements = b"".join(
            struct.pack("<HHIIIIIHHHHHH", 0x102, 16, 36, 1, 0, 0, name, 20, 20, *[0] * 4)
            for name in range(count)
        )
        body = pool + elements
        with pytest.raises(ApkError, match="overlap without end"):
            read(build_apk(struct.pack("<HHI", 3, 8, 8 + len(body)) + body))

    def test_calls_whose_arguments_take_too_long_to_follow(self, read: Read) -> None:
        call = (
            "invoke-static {p0, p0}, Landroid/provider/Settings$Secure;->getString"
            "(Landroid/content/ContentResolver;Ljava/lang/String;)Ljava/lang/String;"
        )
        code = "\n".join([call] * 2400)
        run = Method("run", "(Ljava/lang/Object;)V", code, PUBLIC | STATIC)
        dex = build_dex([ClassDef("a.b.C", (run,))])
        _, evidence = read(build_apk(self.MANIFEST, [dex]), api("settings:secure:android_id"))
        assert "more arguments than can be followed" in evidence.gaps[0].why

    def test_classes_that_share_their_members(self, read: Read) -> None:
        code = 'const-string v0, "ro.serialno"\nreturn-void'
        methods = tuple(Method(f"run{number}", "()V", code) for number in range(50))
        classes = [ClassDef("a.b.A", methods), *(ClassDef(f"a.b.C{n}") for n in range(50))]
        dex = bytearray(build_dex(classes))
        table = struct.unpack_from("<I", dex, 0x64)[0]
        members = struct.unpack_from("<I", dex, table + 24)[0]
        for number in range(51):
            struct.pack_into("<I", dex, table + 32 * number + 24, members)
        _, evidence = read(build_apk(self.MANIFEST, [bytes(dex)]), api("property:ro.serialno"))
        assert evidence.gaps == ()
        assert [call.count for call in evidence.api_calls] == [1] * 50

    def test_a_class_whose_data_lists_a_method_of_another_one(self, read: Read) -> None:
        root = "Ljava/lang/Object;-><init>()V"
        other = "const-class v0, Landroid/content/Context;"
        lines = f"{other}\ninvoke-direct {{p0}}, {root}\nreturn-void"
        dex = bytearray(build_dex([ClassDef("com.example.A", (Method("<init>", code=lines),))]))
        (table,) = struct.unpack_from("<I", dex, 0x64)
        (members,) = struct.unpack_from("<I", dex, table + 24)
        # After the numbers of fields and methods: the row of the first method.
        assert dex[members : members + 5] == b"\0\0\1\0\0"
        dex[members + 4] = 1
        _, evidence = read(build_apk(self.MANIFEST, [bytes(dex)]), api("property:ro.serialno"))
        assert evidence.gaps == ()
        assert [(p.package, p.classes) for p in evidence.unknown_packages] == [("com.example", 1)]

    def test_an_empty_resource_table(self, read: Read) -> None:
        application = {"android:label": Reference(0x7F010000)}
        axml = build_axml(manifest_of("com.example.app", application=application))
        _, evidence = read(build_apk(axml, [build_dex([])], struct.pack("<HHII", 2, 12, 12, 0)))
        assert evidence.gaps == ()


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_androguard_says_nothing_on_stderr(tmp_path: Path) -> None:
    path = tmp_path / "a.apk"
    path.write_bytes(damage.with_entry(DEMO, "resources.arsc", ENTRIES["resources.arsc"] + b"x"))
    done = run_python(
        "from pathlib import Path; from apkcheck.apk import read_apk;"
        "from tests.apk.rows import small_tables;"
        f"print(read_apk(Path({str(path)!r}), small_tables())[0].package)"
    )
    assert (done.stdout, done.stderr) == ("com.example.miyou\n", "")


def test_numpy_and_androguard_are_loaded_only_to_read_an_apk() -> None:
    code = "import sys, apkcheck.apk; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = run_python(code).stdout.split()
    assert "apkcheck" in loaded
    assert not {"numpy", "androguard", "loguru", "lxml"} & set(loaded)


def test_what_androguard_parses_at_length_waits_until_it_is_asked_for() -> None:
    code = """
import sys, apkcheck.apk.second_reader
print("xml.dom.minidom" in sys.modules)
from androguard.core.resources import public
print(public.SYSTEM_RESOURCES["attributes"]["forward"]["label"])
"""
    assert run_python(code).stdout.split() == ["False", str(0x01010001)]
