"""Permissions: requested, implied by the target level, or guarding a service."""

from __future__ import annotations

import pytest

from fixtures.apkbuild import Element, Flags, activity, manifest_of, permission, service
from tests.apk.conftest import ReadManifest
from tests.apk.rows import permission_row

PACKAGE = "com.example.app"
CAMERA = "android.permission.CAMERA"


def sources(read_manifest: ReadManifest, root: Element) -> dict[str, str]:
    uses = read_manifest(root)[1].permissions
    return {use.name.removeprefix("android.permission."): use.source for use in uses}


@pytest.mark.parametrize(
    ("tag", "source"),
    [
        ("uses-permission", "manifest"),
        ("uses-permission-sdk-23", "sdk-23"),
        ("uses-permission-sdk-m", "sdk-m"),
    ],
)
def test_the_source_says_which_element_asks(
    read_manifest: ReadManifest, tag: str, source: str
) -> None:
    root = manifest_of(PACKAGE, permissions=[permission(CAMERA, tag)])
    assert sources(read_manifest, root) == {"CAMERA": source}


def test_the_tables_say_what_it_is(read_manifest: ReadManifest) -> None:
    row = permission_row(CAMERA, zh="相机", group="CAMERA", data_types=("photo_video",))
    root = manifest_of(PACKAGE, permissions=[CAMERA, "com.example.OWN"])
    known, unknown = read_manifest(root, row)[1].permissions
    assert (known.protection, known.group, known.zh) == ("dangerous", "CAMERA", "相机")
    assert known.data_types == ("photo_video",)
    assert (unknown.name, unknown.protection, unknown.group) == ("com.example.OWN", None, None)
    assert (unknown.zh, unknown.data_types) == (None, ())


def test_special_access_is_marked(read_manifest: ReadManifest) -> None:
    overlay = "android.permission.SYSTEM_ALERT_WINDOW"
    rows = (permission_row(overlay, special=True), permission_row(CAMERA))
    root = manifest_of(PACKAGE, permissions=[CAMERA, overlay, "com.example.OWN"])
    uses = read_manifest(root, *rows)[1].permissions
    assert [use.name for use in uses if use.special] == [overlay]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [((18, None), None), ((18, 28), 28), ((None, None), None), ((28,), 28)],
)
def test_of_several_requests_the_widest_counts(
    read_manifest: ReadManifest, limits: tuple[int | None, ...], expected: int | None
) -> None:
    asked = [
        permission(CAMERA) if limit is None else permission(CAMERA, maxSdkVersion=limit)
        for limit in limits
    ]
    (use,) = read_manifest(manifest_of(PACKAGE, permissions=asked))[1].permissions
    assert use.max_sdk == expected


def test_a_plain_request_wins_over_one_for_newer_systems(read_manifest: ReadManifest) -> None:
    asked = [permission(CAMERA, "uses-permission-sdk-23"), permission(CAMERA)]
    root = manifest_of(PACKAGE, permissions=asked)
    assert sources(read_manifest, root) == {"CAMERA": "manifest"}


class TestImplied:
    def test_writing_storage_brings_reading(self, read_manifest: ReadManifest) -> None:
        asked = permission("android.permission.WRITE_EXTERNAL_STORAGE", maxSdkVersion=28)
        root = manifest_of(PACKAGE, permissions=[asked])
        assert sources(read_manifest, root) == {
            "READ_EXTERNAL_STORAGE": "implied",
            "WRITE_EXTERNAL_STORAGE": "manifest",
        }
        read = next(p for p in read_manifest(root)[1].permissions if "READ" in p.name)
        assert read.max_sdk == 28

    @pytest.mark.parametrize(("target", "implied"), [(15, True), (16, False)])
    def test_contacts_bring_the_call_log_below_16(
        self, read_manifest: ReadManifest, target: int, implied: bool
    ) -> None:
        asked = ["android.permission.READ_CONTACTS", "android.permission.WRITE_CONTACTS"]
        root = manifest_of(PACKAGE, permissions=asked, min_sdk=9, target_sdk=target)
        found = sources(read_manifest, root)
        assert (found.get("READ_CALL_LOG") == "implied") is implied
        assert (found.get("WRITE_CALL_LOG") == "implied") is implied

    @pytest.mark.parametrize("levels", [(3, 3), (3, None), (None, None)])
    def test_every_app_below_4_has_storage_and_phone_state(
        self, read_manifest: ReadManifest, levels: tuple[int | None, int | None]
    ) -> None:
        root = manifest_of(PACKAGE, min_sdk=levels[0], target_sdk=levels[1])
        found = sources(read_manifest, root)
        assert set(found.values()) == {"implied"}
        assert {"READ_EXTERNAL_STORAGE", "READ_PHONE_STATE", "WRITE_EXTERNAL_STORAGE"} < set(found)

    def test_a_request_is_not_called_implied(self, read_manifest: ReadManifest) -> None:
        asked = [f"android.permission.{n}_EXTERNAL_STORAGE" for n in ("READ", "WRITE")]
        root = manifest_of(PACKAGE, permissions=asked)
        assert set(sources(read_manifest, root).values()) == {"manifest"}

    @pytest.mark.parametrize(
        ("asked", "below", "implied"),
        [
            ("ACCESS_FINE_LOCATION", 29, {"ACCESS_BACKGROUND_LOCATION"}),
            ("ACCESS_COARSE_LOCATION", 29, {"ACCESS_BACKGROUND_LOCATION"}),
            ("READ_EXTERNAL_STORAGE", 29, {"ACCESS_MEDIA_LOCATION"}),
            ("WRITE_EXTERNAL_STORAGE", 29, {"ACCESS_MEDIA_LOCATION"}),
            ("BLUETOOTH", 31, {"BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"}),
            ("BLUETOOTH_ADMIN", 31, {"BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"}),
            ("BODY_SENSORS", 33, {"BODY_SENSORS_BACKGROUND"}),
            (
                "READ_EXTERNAL_STORAGE",
                33,
                {"READ_MEDIA_AUDIO", "READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO"},
            ),
            ("CAMERA", 33, {"POST_NOTIFICATIONS"}),
        ],
    )
    def test_a_split_counts_for_apps_that_target_less(
        self, read_manifest: ReadManifest, asked: str, below: int, implied: set[str]
    ) -> None:
        found = [
            sources(
                read_manifest,
                manifest_of(
                    PACKAGE, permissions=[f"android.permission.{asked}"], target_sdk=target
                ),
            )
            for target in (below - 1, below)
        ]
        assert implied <= {name for name, source in found[0].items() if source == "implied"}
        assert not implied & set(found[1])

    def test_who_brings_it_along_is_told(self, read_manifest: ReadManifest) -> None:
        fine = "android.permission.ACCESS_FINE_LOCATION"
        root = manifest_of(PACKAGE, permissions=[permission(fine, maxSdkVersion=30)], target_sdk=28)
        uses = {use.name.rpartition(".")[2]: use for use in read_manifest(root)[1].permissions}
        background = uses["ACCESS_BACKGROUND_LOCATION"]
        assert (background.implied_by, background.max_sdk) == (fine, 30)
        assert uses["POST_NOTIFICATIONS"].implied_by is None
        assert uses["ACCESS_FINE_LOCATION"].implied_by is None

    def test_what_is_implied_implies_nothing_further(self, read_manifest: ReadManifest) -> None:
        root = manifest_of(
            PACKAGE, permissions=["android.permission.READ_EXTERNAL_STORAGE"], target_sdk=32
        )
        found = sources(read_manifest, root)
        assert found["READ_MEDIA_IMAGES"] == "implied"
        assert "READ_MEDIA_VISUAL_USER_SELECTED" not in found


class TestWhatTheAppDefines:
    def test_permissions_with_their_protection(self, read_manifest: ReadManifest) -> None:
        root = manifest_of(
            PACKAGE,
            declarations=[
                permission("com.example.READ", "permission", protectionLevel=1),
                permission("com.example.OLD", "permission", protectionLevel=3),
                permission("com.example.PLAIN", "permission"),
                permission("com.example.PRIVATE", "permission", protectionLevel=0x12),
                permission("com.example.GROUP", "permission-group"),
                permission("com.example.tree", "permission-tree"),
                permission("com.example.IN", "permission", permissionGroup="com.example.GROUP"),
            ],
        )
        found = read_manifest(root)[1].defined_permissions
        assert [(one.kind, one.name, one.protection, one.group) for one in found] == [
            ("permission", "com.example.READ", "dangerous", None),
            ("permission", "com.example.OLD", "signature", None),
            ("permission", "com.example.PLAIN", "normal", None),
            ("permission", "com.example.PRIVATE", "signature", None),
            ("permission-group", "com.example.GROUP", None, None),
            ("permission-tree", "com.example.tree", None, None),
            ("permission", "com.example.IN", "normal", "com.example.GROUP"),
        ]

    def test_defining_is_not_asking(self, read_manifest: ReadManifest) -> None:
        root = manifest_of(PACKAGE, declarations=[permission("com.example.READ", "permission")])
        assert read_manifest(root)[1].permissions == ()


def test_queries_name_packages_intents_and_providers(read_manifest: ReadManifest) -> None:
    view = Element("action", {"android:name": "android.intent.action.VIEW"})
    data = Element("data", {"android:scheme": "https", "android:host": "example.com"})
    kind = Element("data", {"android:mimeType": "image/*"})
    root = manifest_of(
        PACKAGE,
        declarations=[
            Element(
                "queries",
                {},
                (
                    Element("package", {"android:name": "com.tencent.mm"}),
                    Element("package", {"android:name": "com.tencent.mm"}),
                    Element("intent", {}, (view, data, kind)),
                    Element("intent", {}, (Element("data", {"android:scheme": "tel"}),)),
                    Element("provider", {"android:authorities": "com.one;com.two"}),
                ),
            )
        ],
    )
    assert [(query.kind, query.value) for query in read_manifest(root)[1].queries] == [
        ("package", "com.tencent.mm"),
        ("intent", "android.intent.action.VIEW https://example.com image/*"),
        ("intent", "tel://"),
        ("provider", "com.one"),
        ("provider", "com.two"),
    ]


def test_foreground_services_say_what_they_do_and_what_that_takes(
    read_manifest: ReadManifest,
) -> None:
    location = "android.permission.FOREGROUND_SERVICE_LOCATION"
    special = "android.permission.FOREGROUND_SERVICE_SPECIAL_USE"
    root = manifest_of(
        PACKAGE,
        permissions=[location],
        components=[
            service(".Track", foregroundServiceType=Flags(0x8 | 0x800)),
            service(".Other", foregroundServiceType=Flags(1 << 30)),
            service(".Plain"),
        ],
    )
    found = read_manifest(root)[1].foreground_services
    assert [(one.service, one.type, one.permission, one.requested) for one in found] == [
        ("com.example.app.Track", "location", location, True),
        ("com.example.app.Track", "shortService", None, False),
        ("com.example.app.Other", "specialUse", special, False),
    ]


class TestServices:
    BIND = "android.permission.BIND_ACCESSIBILITY_SERVICE"

    def test_a_service_that_only_the_system_may_bind_shows_its_permission(
        self, read_manifest: ReadManifest
    ) -> None:
        root = manifest_of(PACKAGE, components=[service(".Watch", permission=self.BIND)])
        row = permission_row(self.BIND, protection="signature", special=True)
        (use,) = read_manifest(root, row)[1].permissions
        assert (use.name, use.source) == (self.BIND, "service")

    def test_an_ordinary_guard_is_not_asked_for(self, read_manifest: ReadManifest) -> None:
        root = manifest_of(PACKAGE, components=[activity(".Main", permission=CAMERA)])
        assert read_manifest(root, permission_row(CAMERA))[1].permissions == ()
