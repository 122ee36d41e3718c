"""The manifest is read the way Android reads it."""

from __future__ import annotations

import struct

import pytest

from apkcheck.errors import ApkError
from apkcheck.model import Component
from fixtures.apkbuild import (
    Element,
    Flags,
    Reference,
    Resources,
    Value,
    activity,
    build_apk,
    build_arsc,
    build_axml,
    build_dex,
    damage,
    manifest_of,
    permission,
    provider,
    receiver,
    service,
)
from fixtures.apkbuild.axml import NAMESPACE
from tests.apk.conftest import Read, ReadManifest

PACKAGE = "com.example.app"
MAIN = "android.intent.action.MAIN"


def components(read_manifest: ReadManifest, *elements: Element) -> tuple[Component, ...]:
    return read_manifest(manifest_of(PACKAGE, components=elements))[1].components


class TestApp:
    def test_version_and_levels(self, read_manifest: ReadManifest) -> None:
        head: dict[str, Value] = {"android:versionCode": 7, "android:versionName": "1.2.3"}
        app, _ = read_manifest(manifest_of(PACKAGE, attributes=head, min_sdk=19, target_sdk=30))
        assert (app.version_code, app.version_name) == (7, "1.2.3")
        assert (app.min_sdk, app.target_sdk) == (19, 30)

    def test_the_major_version_code_stands_above_the_minor_one(
        self, read_manifest: ReadManifest
    ) -> None:
        head = {"android:versionCode": 7, "android:versionCodeMajor": 2}
        assert read_manifest(manifest_of(PACKAGE, attributes=head))[0].version_code == (2 << 32) + 7

    def test_without_a_target_android_takes_the_lowest_level(
        self, read_manifest: ReadManifest
    ) -> None:
        app, _ = read_manifest(manifest_of(PACKAGE, min_sdk=19, target_sdk=None))
        assert app.target_sdk == 19

    def test_what_is_not_said_is_none(self, read_manifest: ReadManifest) -> None:
        root = Element("manifest", {"package": PACKAGE}, (Element("application"),))
        app, _ = read_manifest(root)
        assert (app.label, app.version_name, app.version_code) == (None, None, None)
        assert (app.min_sdk, app.target_sdk) == (None, None)

    @pytest.mark.parametrize("utf8", [True, False], ids=["UTF-8", "UTF-16"])
    @pytest.mark.parametrize(
        ("texts", "lang", "label"),
        [
            ({"": "Chat", "zh": "聊天"}, "zh", "聊天"),
            ({"": "Chat", "zh": "聊天"}, "en", "Chat"),
            ({"": "聊天", "en": "Chat", "zh-TW": "聊天室"}, "zh", "聊天"),
            ({"": "Chat", "zh": "泛", "zh-CN": "简"}, "zh", "简"),
            ({"fr": "Causerie"}, "zh", "Causerie"),
        ],
    )
    def test_the_label_is_the_default_or_simplified_chinese_first(
        self, read: Read, texts: dict[str, str], lang: str, label: str, utf8: bool
    ) -> None:
        resources = Resources(PACKAGE, {"name": texts, "other": {"": "x"}})
        application = {"android:label": "@string/name"}
        axml = build_axml(manifest_of(PACKAGE, application=application), resources, utf8)
        apk = build_apk(axml, [build_dex([])], build_arsc(resources, utf8))
        assert read(apk, lang=lang)[0].label == label

    def test_a_reference_that_leads_nowhere_is_none(self, read_manifest: ReadManifest) -> None:
        application = {"android:label": Reference(0x01040000)}
        app, _ = read_manifest(manifest_of(PACKAGE, application=application))
        assert app.label is None

    def test_broken_resources_are_a_gap(self, read: Read) -> None:
        application = {"android:label": Reference(0x7F010000)}
        axml = build_axml(manifest_of(PACKAGE, application=application))
        app, evidence = read(build_apk(axml, [build_dex([])], b"\x02\0\x0c\0" + b"\xff" * 30))
        assert app.label is None
        assert [gap.what for gap in evidence.gaps] == ["resources.arsc"]

    def test_a_resource_that_refers_to_itself_ends(self, read: Read) -> None:
        resources = Resources(PACKAGE, {"name": {"": "x"}})
        table = bytearray(build_arsc(resources))
        at = table.rindex(struct.pack("<HBBI", 8, 0, 0x03, 0))
        struct.pack_into("<BI", table, at + 3, 0x01, 0x7F010000)
        application = {"android:label": "@string/name"}
        axml = build_axml(manifest_of(PACKAGE, application=application), resources)
        app, evidence = read(build_apk(axml, [build_dex([])], bytes(table)))
        assert (app.label, evidence.gaps) == (None, ())


class TestComponents:
    @pytest.mark.parametrize(
        ("written", "full"),
        [
            (".ui.Main", "com.example.app.ui.Main"),
            ("Main", "com.example.app.Main"),
            ("org.other.Main", "org.other.Main"),
        ],
    )
    def test_class_names_are_given_in_full(
        self, read_manifest: ReadManifest, written: str, full: str
    ) -> None:
        assert [c.name for c in components(read_manifest, activity(written))] == [full]

    def test_everything_that_it_says(self, read_manifest: ReadManifest) -> None:
        element = service(
            ".Push", "b.ACTION", "a.ACTION", exported=False, process=":push", permission="p.BIND"
        )
        assert components(read_manifest, element) == (
            Component(
                kind="service",
                name="com.example.app.Push",
                exported=False,
                process="com.example.app:push",
                permission="p.BIND",
                authorities=(),
                actions=("a.ACTION", "b.ACTION"),
            ),
        )

    def test_exported_is_what_android_takes_it_for(self, read_manifest: ReadManifest) -> None:
        found = components(
            read_manifest, activity(".A"), activity(".B", MAIN), provider(".C", "c"), receiver(".D")
        )
        assert [c.exported for c in found] == [False, True, False, False]

    def test_authorities_are_taken_apart(self, read_manifest: ReadManifest) -> None:
        (found,) = components(read_manifest, provider(".P", "b.files;a.files"))
        assert found.authorities == ("a.files", "b.files")


class TestPlaces:
    def test_permissions_count_only_right_below_the_root(self, read_manifest: ReadManifest) -> None:
        nested = Element("uses-permission", {"android:name": "android.permission.CAMERA"})
        _, evidence = read_manifest(manifest_of(PACKAGE, components=[nested]))
        assert evidence.permissions == ()

    def test_a_permission_named_by_a_resource_does_not_count(
        self, read_manifest: ReadManifest
    ) -> None:
        asked = Element("uses-permission", {"android:name": Reference(0x7F010000)})
        _, evidence = read_manifest(manifest_of(PACKAGE, permissions=[asked]))
        assert evidence.permissions == ()

    def test_only_the_first_application_counts(self, read_manifest: ReadManifest) -> None:
        second = Element("application", {}, (activity(".Second"),))
        root = manifest_of(PACKAGE, components=[activity(".First")])
        root = Element(root.tag, root.attributes, (*root.children, second))
        assert [c.name for c in read_manifest(root)[1].components] == ["com.example.app.First"]

    def test_only_the_first_root_counts(self, read: Read) -> None:
        axml = build_axml(manifest_of(PACKAGE))
        second = struct.pack("<HHIIIIIHHHHHH", 0x102, 16, 36, 1, 0, 0, 0, 20, 20, 0, 0, 0, 0)
        both = axml[:4] + struct.pack("<I", len(axml) + len(second)) + axml[8:] + second
        assert read(build_apk(both, [build_dex([])]))[0].package == PACKAGE

    def test_attributes_are_found_by_resource_id_alone(self, read: Read) -> None:
        axml = build_axml(manifest_of(PACKAGE, permissions=[permission("a.b.CAMERA")]), utf8=True)
        # Neither the letters of the attribute's name nor its namespace matter to Android.
        renamed = axml.replace(b"\x04\x04name\0", b"\x04\x04nope\0")
        renamed = renamed.replace(NAMESPACE.encode(), NAMESPACE.upper().encode())
        assert renamed != axml
        _, evidence = read(build_apk(renamed, [build_dex([])]))
        assert [p.name for p in evidence.permissions] == ["a.b.CAMERA"]

    def test_an_attribute_without_a_resource_id_is_not_androids(
        self, read_manifest: ReadManifest
    ) -> None:
        plain = Element("uses-permission", {"name": "android.permission.CAMERA"})
        _, evidence = read_manifest(manifest_of(PACKAGE, permissions=[plain]))
        assert evidence.permissions == ()

    def test_flags_are_spelled_out(self, read_manifest: ReadManifest) -> None:
        asked = permission("android.permission.BLUETOOTH_SCAN", usesPermissionFlags=Flags(0x10000))
        _, evidence = read_manifest(manifest_of(PACKAGE, permissions=[asked]))
        assert evidence.permissions[0].flags == ("neverForLocation",)


class TestBroken:
    APK = build_apk(build_axml(manifest_of(PACKAGE)), [build_dex([])])

    @pytest.mark.parametrize(
        "apk",
        [
            pytest.param(damage.truncated_manifest(APK), id="cut short"),
            pytest.param(damage.text_manifest(APK), id="plain XML"),
            pytest.param(damage.oversized_manifest(APK), id="larger than the entry"),
            pytest.param(damage.with_entry(APK, "AndroidManifest.xml", b""), id="empty"),
        ],
    )
    def test_a_broken_manifest_is_an_error(self, read: Read, apk: bytes) -> None:
        with pytest.raises(ApkError, match=r"app\.apk: its AndroidManifest\.xml cannot be read"):
            read(apk)

    @pytest.mark.parametrize(
        "root", [Element("resources", {"package": PACKAGE}), Element("manifest")]
    )
    def test_a_file_that_is_no_manifest_is_an_error(self, read: Read, root: Element) -> None:
        with pytest.raises(ApkError, match="package name"):
            read(build_apk(build_axml(root), [build_dex([])]))

    def test_attributes_that_leave_their_element_are_refused(self, read: Read) -> None:
        axml = bytearray(build_axml(manifest_of(PACKAGE)))
        element = axml.index(struct.pack("<HH", 0x0102, 16))
        struct.pack_into("<H", axml, element + 16 + 12, 0xFFFF)
        with pytest.raises(ApkError, match="outside their element"):
            read(build_apk(bytes(axml), [build_dex([])]))

    def test_a_string_pool_that_counts_too_many_is_refused(self, read: Read) -> None:
        axml = bytearray(build_axml(manifest_of(PACKAGE)))
        struct.pack_into("<I", axml, 8 + 8, 0x40000000)
        with pytest.raises(ApkError, match="larger than its chunk"):
            read(build_apk(bytes(axml), [build_dex([])]))
