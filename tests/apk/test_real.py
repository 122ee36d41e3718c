"""Real APKs, read as other tools read them; the figures are those of dexdump and apksigner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import loguru
import pytest
from androguard.core.apk import APK

from apkcheck.apk import read_apk
from apkcheck.apk.archive import Archive
from apkcheck.apk.code import read_code, read_methods
from apkcheck.apk.dex import read_dex
from apkcheck.tables import Tables

INVOKES = (range(0x6E, 0x73), range(0x74, 0x79))

loguru.logger.disable("androguard")

pytestmark = pytest.mark.network


@pytest.mark.parametrize(
    ("name", "package", "signer", "invokes"),
    [
        ("settings", "io.appium.settings", "680dbbc39ab09447", 107_019),
        ("apidemos", "io.appium.android.apis", "18e8534fed30cbf9", 110_225),
        ("uiautomator2", "io.appium.uiautomator2.server", "a40da80a59d170ca", 245_617),
        ("yosemite", "com.netease.nie.yosemite", "c8fa8faf5ad688aa", 317_862),
        ("pocoservice", "com.netease.open.pocoservice", "2f18ce616f3cd369", 287_665),
    ],
)
def test_as_other_tools_read_it(
    real_apk: Callable[[str], Path],
    tables: Tables,
    name: str,
    package: str,
    signer: str,
    invokes: int,
) -> None:
    path = real_apk(name)
    app, evidence = read_apk(path, tables)
    assert (app.package, [s[:16] for s in app.signers]) == (package, [signer])
    assert evidence.gaps == ()
    assert sum(len(calls) for calls in _calls(path)) == invokes


def _calls(path: Path) -> list[list[int]]:
    with Archive(path) as archive:
        names = [n for n in archive.entries if n.startswith("classes") and n.endswith(".dex")]
        dexes = [dex for name in names for dex in read_dex(archive.read(name, 1 << 27))]
    return [read_code(dex, read_methods(dex)).instructions(*INVOKES).tolist() for dex in dexes]


@pytest.mark.parametrize(
    "name", ["settings", "apidemos", "uiautomator2", "yosemite", "pocoservice"]
)
def test_androguard_finds_the_same_in_the_manifest(
    real_apk: Callable[[str], Path], tables: Tables, name: str
) -> None:
    """What is requested, not what the target level implies; androguard counts it apart."""
    path = real_apk(name)
    _, evidence = read_apk(path, tables)
    theirs = APK(str(path))
    requested = {use.name for use in evidence.permissions if use.source == "manifest"}
    assert requested == set(theirs.get_permissions())
    for kind, names in (
        ("activity", theirs.get_activities()),
        ("service", theirs.get_services()),
        ("receiver", theirs.get_receivers()),
        ("provider", theirs.get_providers()),
    ):
        assert {c.name for c in evidence.components if c.kind == kind} == set(names)
