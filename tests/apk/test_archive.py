"""The ZIP container is read the way Android reads it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from apkcheck.apk import read_apk
from apkcheck.errors import ApkError
from fixtures.apkbuild import build_apk, build_axml, build_dex, build_zip, damage, manifest_of
from tests.apk.conftest import Read
from tests.apk.rows import small_tables

MANIFEST = build_axml(manifest_of("com.example.app"))
APK = build_apk(MANIFEST, [build_dex([])])


def package_in(read: Read, apk: bytes) -> str:
    app, evidence = read(apk)
    assert evidence.gaps == ()
    return app.package


def deflated(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "apk",
    [
        pytest.param(APK, id="stored"),
        pytest.param(deflated(damage.entries(APK)), id="deflated"),
        pytest.param(damage.fake_encryption(APK), id="encryption flags that Android ignores"),
        pytest.param(damage.unknown_compression(APK), id="unknown methods count as stored"),
        pytest.param(APK[:-2] + struct.pack("<H", 3) + b"end", id="comment at the end"),
    ],
)
def test_reads_what_android_reads(read: Read, apk: bytes) -> None:
    assert package_in(read, apk) == "com.example.app"


def test_size_and_hash_are_those_of_the_file(read: Read) -> None:
    import hashlib

    app, _ = read(APK)
    assert (app.size, app.sha256) == (len(APK), hashlib.sha256(APK).hexdigest())


@pytest.mark.parametrize(
    ("apk", "reason"),
    [
        (b"", "not a ZIP file"),
        (b"no archive at all", "not a ZIP file"),
        (damage.truncated(APK), "not a ZIP file"),
        (damage.prepended(APK), "not a ZIP file"),
        (build_zip([("a.txt", b"a")]), r"no AndroidManifest\.xml"),
        (damage.duplicate_manifest(APK), "twice"),
        (damage.mismatched_name(APK), "local header names something else"),
    ],
)
def test_what_android_could_not_open_is_an_error(read: Read, apk: bytes, reason: str) -> None:
    with pytest.raises(ApkError, match=reason) as caught:
        read(apk)
    assert "app.apk" in str(caught.value)
    assert "give" in str(caught.value)


def test_a_deflate_bomb_is_refused_before_it_is_unpacked(read: Read) -> None:
    with pytest.raises(ApkError, match="more than 8 MB"):
        read(deflated({"AndroidManifest.xml": bytes(9 << 20)}))


def test_a_stream_longer_than_declared_is_refused(read: Read) -> None:
    apk = bytearray(deflated({"AndroidManifest.xml": bytes(1 << 20)}))
    directory = apk.index(b"PK\x01\x02")
    struct.pack_into("<I", apk, directory + 24, 100)
    with pytest.raises(ApkError, match="declared size"):
        read(bytes(apk))


def test_a_damaged_entry_is_a_gap_and_the_rest_is_read(read: Read) -> None:
    packed = zlib.compress(b"x" * 100)[2:-4]
    apk = deflated({"AndroidManifest.xml": MANIFEST, "classes.dex": b"x" * 100})
    app, evidence = read(apk.replace(packed, b"\xff" * len(packed)))
    assert app.package == "com.example.app"
    assert [gap.what for gap in evidence.gaps] == ["classes.dex"]
    assert "damaged" in evidence.gaps[0].why


def test_another_entry_that_stands_twice_is_a_gap(read: Read) -> None:
    entries = [*damage.entries(APK).items(), ("assets/a", b"1"), ("assets/a", b"2")]
    _, evidence = read(build_zip(entries))
    assert [gap.what for gap in evidence.gaps] == ["assets/a"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ApkError, match=r"none\.apk: cannot be read \(no such file"):
        read_apk(tmp_path / "none.apk", small_tables())


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Callable[..., Path]:
        def make(*names: str) -> Path:
            for name in names:
                manifest = build_axml(manifest_of(f"com.example.{name.partition('.')[0]}"))
                (tmp_path / name).write_bytes(build_apk(manifest, [build_dex([])]))
            return tmp_path

        return make

    def test_the_only_apk_is_read(self, folder: Callable[..., Path]) -> None:
        app, evidence = read_apk(folder("one.apk"), small_tables())
        assert app.package == "com.example.one"
        assert evidence.gaps == ()

    def test_the_base_is_read_and_another_app_is_a_gap(self, folder: Callable[..., Path]) -> None:
        app, evidence = read_apk(folder("base.apk", "another.apk"), small_tables())
        assert app.package == "com.example.base"
        assert [gap.what for gap in evidence.gaps] == ["another.apk"]

    def test_several_apks_without_a_base_are_an_error(self, folder: Callable[..., Path]) -> None:
        with pytest.raises(ApkError, match="several APKs"):
            read_apk(folder("a.apk", "b.apk"), small_tables())

    def test_no_apk_is_an_error(self, folder: Callable[..., Path]) -> None:
        with pytest.raises(ApkError, match="directory without APKs"):
            read_apk(folder(), small_tables())
