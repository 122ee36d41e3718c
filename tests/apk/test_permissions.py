"""Permissions: requested, implied by the target level, or guarding a service."""

from __future__ import annotations

import pytest

from fixtures.apkbuild import Element, activity, manifest_of, permission, service
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
        assert sources(read_manifest, root) == {
            "READ_EXTERNAL_STORAGE": "implied",
            "READ_PHONE_STATE": "implied",
            "WRITE_EXTERNAL_STORAGE": "implied",
        }

    def test_a_request_is_not_called_implied(self, read_manifest: ReadManifest) -> None:
        asked = [f"android.permission.{n}_EXTERNAL_STORAGE" for n in ("READ", "WRITE")]
        root = manifest_of(PACKAGE, permissions=asked)
        assert set(sources(read_manifest, root).values()) == {"manifest"}


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
