"""Code of unknown owner is told by package, with its size and what it calls."""

from __future__ import annotations

import pytest

from apkcheck.formats import Style
from apkcheck.formats.listing import evidence_table
from apkcheck.model import Evidence, UnknownPackage
from apkcheck.tables import Tables
from fixtures.apkbuild import ClassDef
from tests.apk.conftest import Read, ReadCode
from tests.apk.rows import api, library, sdk
from tests.apps import app, reader

IMEI = api("android.telephony.TelephonyManager.getDeviceId", "imei")
MAC = api("android.net.wifi.WifiInfo.getMacAddress", "mac")


def found(evidence: Evidence) -> list[tuple[str | None, int, tuple[str, ...]]]:
    return [(p.package, p.classes, p.apis) for p in evidence.unknown_packages]


def test_packages_with_most_classes_come_first(read_code: ReadCode) -> None:
    classes = [
        reader("com.tracker.core.Agent", ["mac", "imei"]),
        reader("com.tracker.core.Other", ["imei"]),
        ClassDef("com.tracker.ui.View"),
        ClassDef("net.alpha.A"),
        ClassDef("net.beta.sub.B"),
    ]
    assert found(read_code(classes, IMEI, MAC)) == [
        ("com.tracker", 3, (MAC.id, IMEI.id)),
        ("net.alpha", 1, ()),
        ("net.beta", 1, ()),
    ]


def test_what_is_known_is_left_out(read_code: ReadCode) -> None:
    classes = [
        reader("com.example.app.Main", ["imei"]),
        reader("com.acme.push.Push", ["imei"]),
        reader("okhttp3.Call", ["imei"]),
    ]
    rows = (sdk("acme-push", "com.acme.push"), library("okhttp", "okhttp3"))
    assert found(read_code(classes, IMEI, *rows)) == []


def test_a_vendor_with_known_products_is_told_by_product(read_code: ReadCode) -> None:
    classes = [
        ClassDef("com.acme.maps.Map"),
        ClassDef("com.acme.maps.inner.Tile"),
        ClassDef("com.acme.push.Push"),
        ClassDef("com.acme.Root"),
    ]
    push = sdk("acme-push", "com.acme.push")
    assert found(read_code(classes, push)) == [("com.acme.maps", 2, ()), ("com.acme", 1, ())]


@pytest.mark.parametrize(
    ("class_name", "package"),
    [
        ("com.github.user.lib.A", "com.github.user"),
        ("cn.com.vendor.lib.A", "cn.com.vendor"),
        ("a.b.c.D", "a.b"),
        ("a.B", "a"),
        ("A", None),
        ("com.vendor.lib.A$Inner", "com.vendor"),
    ],
)
def test_what_names_an_organisation(
    read_code: ReadCode, class_name: str, package: str | None
) -> None:
    assert found(read_code([ClassDef(class_name)])) == [(package, 1, ())]


def test_the_table_shows_the_largest_and_all_that_call_sensitive_apis(
    read: Read, tables: Tables
) -> None:
    names = [f"com.vendor{n:02}.{part}" for n in range(12) for part in "AB"]
    made, evidence = read(app(holds=names, reads={"com.last.Reader": ["imei"]}), IMEI)
    assert evidence.unknown_packages[-1] == UnknownPackage("com.last", 1, (IMEI.id,))
    table = evidence_table(made, evidence, tables, "en", Style())
    assert "Unknown third-party code (11)" in table
    assert "com.last" in table
    assert "com.vendor09" in table
    assert "com.vendor10" not in table
    assert "com.vendor10" in evidence_table(made, evidence, tables, "en", Style(verbose=True))
