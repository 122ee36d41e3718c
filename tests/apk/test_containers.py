"""A base with its splits is one app, whether it comes in an archive or in a folder."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from apkcheck.apk import read_apk
from apkcheck.errors import ApkError
from apkcheck.model import App, Evidence
from fixtures.apkbuild import (
    PUBLIC,
    STATIC,
    ClassDef,
    Element,
    Method,
    Resources,
    Value,
    build_apk,
    build_arsc,
    build_axml,
    build_dex,
    build_zip,
    damage,
    manifest_of,
    service,
)
from tests.apk.conftest import Row
from tests.apk.rows import api, packer, sdk, small_tables
from tests.apps import reader

PACKAGE = "com.example.app"
IMEI = api("android.telephony.TelephonyManager.getDeviceId", "imei")
FORMS = ("zip", "deflated zip", "folder")


def apk(
    split: str | None = None,
    *,
    package: str = PACKAGE,
    permissions: Iterable[str] = (),
    components: Iterable[Element] = (),
    classes: Iterable[ClassDef] | None = (),
    files: Iterable[str] = (),
    version: int = 1,
) -> bytes:
    """The base, or a split of that name; ``classes`` is None for one without code."""
    attributes: dict[str, Value] = {"android:versionCode": version}
    if split is not None:
        attributes["split"] = split
    manifest = manifest_of(
        package, permissions=permissions, components=components, attributes=attributes
    )
    dexes = [] if classes is None else [build_dex(list(classes))]
    return build_apk(build_axml(manifest), dexes, files=dict.fromkeys(files, b"x"))


BASE = apk(classes=[ClassDef(f"{PACKAGE}.Main", ())])


class ReadAll(Protocol):
    """Reads APKs by name, together, in one form."""

    def __call__(
        self, apks: Mapping[str, bytes], *rows: Row, form: str = "zip"
    ) -> tuple[App, Evidence]: ...


@pytest.fixture
def read_all(tmp_path: Path) -> ReadAll:
    def run(apks: Mapping[str, bytes], *rows: Row, form: str = "zip") -> tuple[App, Evidence]:
        return read_apk(lay_out(tmp_path, apks, form), small_tables(*rows))

    return run


def lay_out(folder: Path, apks: Mapping[str, bytes], form: str) -> Path:
    if form == "folder":
        for name, data in apks.items():
            (folder / name).write_bytes(data)
        return folder
    path = folder / "app.xapk"
    path.write_bytes(build_zip(apks.items()) if form == "zip" else deflated(apks))
    return path


def deflated(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
class TestOneApp:
    def test_code_of_all_parts_is_read_and_says_where_it_lies(
        self, read_all: ReadAll, form: str
    ) -> None:
        apks = {
            "base.apk": apk(classes=[reader(f"{PACKAGE}.Main", ["imei"])]),
            "config.arm64_v8a.apk": apk("config.arm64_v8a", classes=None),
            "pay.apk": apk("pay", classes=[reader(f"{PACKAGE}.pay.Card", ["imei"])]),
        }
        _, evidence = read_all(apks, IMEI, form=form)
        found = [(call.caller_class, call.dex, call.owner) for call in evidence.api_calls]
        assert found == [
            (f"{PACKAGE}.Main", "classes.dex", "first-party"),
            (f"{PACKAGE}.pay.Card", "pay.apk!classes.dex", "first-party"),
        ]
        assert evidence.gaps == ()

    def test_calls_through_classes_of_another_part_are_found(
        self, read_all: ReadAll, form: str
    ) -> None:
        manager = "android.telephony.TelephonyManager"
        heir = ClassDef(f"{PACKAGE}.Phone", (), superclass=manager)
        code = """
            const/4 v0, 0
            invoke-virtual {v0}, Lcom/example/app/Phone;->getDeviceId()Ljava/lang/String;
            return-void
            """
        use = ClassDef(f"{PACKAGE}.Use", (Method("use", "()V", code, PUBLIC | STATIC),))
        apks = {"base.apk": apk(classes=[heir]), "more.apk": apk("more", classes=[use])}
        _, evidence = read_all(apks, IMEI, form=form)
        assert [c.dex for c in evidence.api_calls] == ["more.apk!classes.dex"]

    def test_permissions_components_and_libraries_are_merged(
        self, read_all: ReadAll, form: str
    ) -> None:
        apks = {
            "base.apk": apk(
                permissions=["android.permission.CAMERA"], components=[service(".Sync")]
            ),
            "config.x86.apk": apk("config.x86", files=["lib/x86/libpush.so"], classes=None),
            "pay.apk": apk(
                "pay",
                permissions=["android.permission.NFC"],
                components=[service(".Sync"), service(".Pay")],
            ),
        }
        push = sdk("acme-push", native=("libpush.so",))
        _, evidence = read_all(apks, push, form=form)
        assert [use.name for use in evidence.permissions] == [
            "android.permission.CAMERA",
            "android.permission.NFC",
        ]
        assert [c.name for c in evidence.components] == [f"{PACKAGE}.Sync", f"{PACKAGE}.Pay"]
        assert [use.id for use in evidence.sdks] == ["acme-push"]

    def test_what_splits_define_is_not_missing(self, read_all: ReadAll, form: str) -> None:
        pages = [service(f"{PACKAGE}.Page{n}") for n in range(6)]
        classes = [ClassDef(f"{PACKAGE}.Page{n}", ()) for n in range(6)]
        shell = packer("acme", native=("libacme.so",))
        apks = {"base.apk": apk(components=pages, files=["lib/x86/libacme.so"])}
        assert read_all(apks, shell, form=form)[1].packer == "acme"
        apks["pages.apk"] = apk("pages", classes=classes)
        assert read_all(apks, shell, form=form)[1].packer is None

    def test_broken_code_of_a_split_is_a_gap(self, read_all: ReadAll, form: str) -> None:
        broken = damage.with_entry(apk("pay"), "classes.dex", b"\x93" * 200)
        _, evidence = read_all({"base.apk": BASE, "pay.apk": broken}, form=form)
        assert [gap.what for gap in evidence.gaps] == ["pay.apk!classes.dex"]
        assert not evidence.code_complete

    @pytest.mark.parametrize(
        "broken",
        [
            b"PK\x03\x04 and nothing more",
            b"",
            damage.without_manifest(apk("pay")),
            damage.with_entry(apk("pay"), "AndroidManifest.xml", b"\x03\0\x08\0"),
        ],
    )
    def test_a_split_that_cannot_be_read_is_a_gap(
        self, read_all: ReadAll, form: str, broken: bytes
    ) -> None:
        _, evidence = read_all({"base.apk": BASE, "pay.apk": broken}, form=form)
        assert [gap.what for gap in evidence.gaps] == ["pay.apk"]
        assert not evidence.code_complete

    def test_another_app_is_a_gap(self, read_all: ReadAll, form: str) -> None:
        apks = {
            "base.apk": BASE,
            "game.apk": apk(package="com.example.game"),
            "level.apk": apk("level", package="com.example.game"),
            "old.apk": apk(version=7),
        }
        app, evidence = read_all(apks, form=form)
        assert app.package == PACKAGE
        assert [gap.what for gap in evidence.gaps] == ["game.apk", "level.apk", "old.apk"]

    def test_without_a_base_it_is_an_error(self, read_all: ReadAll, form: str) -> None:
        with pytest.raises(ApkError, match="holds no base APK") as raised:
            read_all({"config.zh.apk": apk("config.zh"), "pay.apk": apk("pay")}, form=form)
        assert "config.zh.apk" in str(raised.value)
        assert raised.value.exit_code == 3

    def test_so_is_a_base_that_is_broken(self, read_all: ReadAll, form: str) -> None:
        with pytest.raises(ApkError, match=r"holds no base APK \(base\.apk: has no Android"):
            read_all({"base.apk": damage.without_manifest(BASE)}, form=form)

    def test_several_apps_of_which_none_is_called_base_are_an_error(
        self, read_all: ReadAll, form: str
    ) -> None:
        with pytest.raises(ApkError, match="several APKs"):
            read_all({"a.apk": BASE, "b.apk": apk(package="com.example.game")}, form=form)


class TestBase:
    def test_it_is_the_apk_without_a_split_whatever_it_is_called(self, read_all: ReadAll) -> None:
        apks = {"a.apk": apk("a"), f"{PACKAGE}.apk": BASE, "z.apk": apk("z")}
        assert read_all(apks)[0].package == PACKAGE

    def test_an_archive_for_many_devices_counts_once(self, read_all: ReadAll) -> None:
        main = [reader(f"{PACKAGE}.Main", ["imei"])]
        pay = [reader(f"{PACKAGE}.pay.Card", ["imei"])]
        apks = {
            "instant/instant-pay.apk": apk("pay", classes=pay),
            "splits/base-master.apk": apk(classes=main),
            "splits/base-master_2.apk": apk(classes=main),
            "splits/pay-master.apk": apk("pay", classes=pay),
            "splits/pay-master_2.apk": apk("pay", classes=pay),
            "standalones/standalone-x86.apk": apk(classes=main),
            "toc.pb": b"x",
        }
        _, evidence = read_all(apks, IMEI)
        found = [(call.dex, call.count) for call in evidence.api_calls]
        assert found == [("classes.dex", 1), ("pay-master.apk!classes.dex", 1)]
        assert evidence.gaps == ()

    def test_splits_of_one_file_name_are_told_apart(self, read_all: ReadAll) -> None:
        apks = {
            "base.apk": BASE,
            "a/split.apk": apk("a", classes=[reader(f"{PACKAGE}.A", ["imei"])]),
            "b/split.apk": apk("b", classes=[reader(f"{PACKAGE}.B", ["imei"])]),
        }
        _, evidence = read_all(apks, IMEI)
        found = [call.dex for call in evidence.api_calls]
        assert found == ["split.apk!classes.dex", "b/split.apk!classes.dex"]

    def test_names_in_splits_may_stand_in_the_resources_of_the_base(
        self, read_all: ReadAll
    ) -> None:
        resources = Resources(PACKAGE, {"sync": {"": f"{PACKAGE}.Sync"}})
        base = build_apk(
            build_axml(manifest_of(PACKAGE), resources), [build_dex([])], build_arsc(resources)
        )
        part = manifest_of(
            PACKAGE, components=[service("@string/sync")], attributes={"split": "pay"}
        )
        pay = build_apk(build_axml(part, resources))
        _, evidence = read_all({"base.apk": base, "pay.apk": pay})
        assert [c.name for c in evidence.components] == [f"{PACKAGE}.Sync"]
        assert evidence.gaps == ()


class TestTheFileItself:
    @pytest.mark.parametrize("name", ["app.apks", "app.xapk", "app.apkm", "app.zip"])
    def test_size_and_digest_are_those_of_the_container(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        path.write_bytes(build_zip({"base.apk": BASE, "pay.apk": apk("pay")}.items()))
        app, _ = read_apk(path, small_tables())
        assert app.size == path.stat().st_size
        assert app.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_of_a_folder_they_are_those_of_the_base(self, tmp_path: Path) -> None:
        (tmp_path / "base.apk").write_bytes(BASE)
        (tmp_path / "pay.apk").write_bytes(apk("pay"))
        app, _ = read_apk(tmp_path, small_tables())
        assert app.size == len(BASE)
        assert app.sha256 == hashlib.sha256(BASE).hexdigest()

    def test_containers_inside_containers_are_not_opened(self, tmp_path: Path) -> None:
        path = tmp_path / "app.zip"
        path.write_bytes(build_zip({"inner.apk": build_zip({"base.apk": BASE}.items())}.items()))
        with pytest.raises(ApkError, match="holds no base APK"):
            read_apk(path, small_tables())

    def test_an_apk_with_apks_in_it_is_no_container(self, tmp_path: Path) -> None:
        path = tmp_path / "app.apk"
        path.write_bytes(damage.with_entry(BASE, "assets/plugin.apk", apk(package="com.plug.in")))
        assert read_apk(path, small_tables())[0].package == PACKAGE
        path.write_bytes(damage.without_manifest(path.read_bytes()))
        with pytest.raises(ApkError, match=r"has no AndroidManifest\.xml"):
            read_apk(path, small_tables())

    def test_what_macos_puts_beside_them_is_no_apk(self, read_all: ReadAll) -> None:
        _, evidence = read_all({"__MACOSX/._base.apk": b"\0\5", "base.apk": BASE})
        assert evidence.gaps == ()

    def test_a_split_alone_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "pay.apk"
        path.write_bytes(apk("pay"))
        with pytest.raises(ApkError, match=r"is a split of an app \(pay\), not its base"):
            read_apk(path, small_tables())

    def test_an_apk_that_unpacks_to_too_much_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "app.xapk"
        honest = deflated({"base.apk": BASE, "pay.apk": b"x" * 1000})
        size = (1000).to_bytes(4, "little")
        assert honest.count(size) == 2
        path.write_bytes(honest.replace(size, (3 << 30).to_bytes(4, "little")))
        _, evidence = read_apk(path, small_tables())
        (gap,) = evidence.gaps
        assert gap.what == "pay.apk"
        assert "would unpack to more than" in gap.why
