"""Real apps from the public package registries, checked whole against policies.

Package, version and permissions are as ``aapt`` prints them; callers were looked up with
``dexdump``. The demo's policy is of course not theirs: what is pinned is what it leaves unsaid.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from apkcheck.check import check_app
from apkcheck.formats import Style
from apkcheck.model import Report, Severity
from apkcheck.tables import Tables
from fixtures import demo
from tests.conftest import Apkcheck
from tests.rendering import render
from tests.test_formats import errors

pytestmark = pytest.mark.network

GetApk = Callable[[str], Path]


@dataclass(frozen=True)
class App:
    """What is known of a real app."""

    package: str
    version: str
    permissions: int
    """Different ``uses-permission`` elements of its manifest."""
    added: frozenset[str]
    """Permissions that the platform adds, or that a service of it is bound by."""
    sdks: tuple[str, ...]
    reads: frozenset[tuple[str, str, str]]
    """Some of its calls: API, caller's class, caller's method."""
    high: frozenset[tuple[str, str]]
    """All findings of high severity against the demo's policy; permissions by short names."""


def reads(*lines: str) -> frozenset[tuple[str, str, str]]:
    """Calls, each written as API, class and method."""
    found = [line.split() for line in lines]
    return frozenset((api, caller, method) for api, caller, method in found)


def undisclosed(*names: str) -> frozenset[tuple[str, str]]:
    return frozenset(("permission-undisclosed", name) for name in names)


def unsaid(*data_types: str) -> frozenset[tuple[str, str]]:
    return frozenset(("data-undisclosed", data_type) for data_type in data_types)


SMS_DENIED = frozenset({("data-denied", "sms")})
"""The demo's policy: 我们不会读取您的短信内容。"""

APPS = {
    "settings": App(
        "io.appium.settings",
        "8.0.10",
        27,
        frozenset(
            {
                "BIND_INPUT_METHOD",
                "BIND_NOTIFICATION_LISTENER_SERVICE",
                "READ_MEDIA_VISUAL_USER_SELECTED",
            }
        ),
        ("google-gms",),
        reads(
            "content://sms io.appium.settings.receivers.SmsReader <clinit>",
            "android.content.ClipboardManager.getPrimaryClip"
            " io.appium.settings.receivers.ClipboardReceiver getClipboardText",
            "android.service.notification.NotificationListenerService.getActiveNotifications"
            " io.appium.settings.NLService onListenerConnected",
            "android.media.projection.MediaProjectionManager.getMediaProjection"
            " io.appium.settings.recorder.RecorderService startRecord",
        ),
        SMS_DENIED
        | unsaid("notifications_content", "screen_content")
        | undisclosed(
            "BIND_INPUT_METHOD",
            "BIND_NOTIFICATION_LISTENER_SERVICE",
            "BLUETOOTH_CONNECT",
            "BLUETOOTH_SCAN",
            "READ_SMS",
        )
        | {("permission-background-location", "ACCESS_BACKGROUND_LOCATION")},
    ),
    "apidemos": App(
        "io.appium.android.apis",
        "5.0.0",
        14,
        frozenset({"BIND_ACCESSIBILITY_SERVICE", "BIND_DEVICE_ADMIN", "READ_EXTERNAL_STORAGE"}),
        (),
        reads(
            "android.telephony.SmsMessage.getMessageBody"
            " io.appium.android.apis.os.SmsMessageReceiver onReceive",
            "content://com.android.contacts io.appium.android.apis.view.List7 onCreate",
            "android.hardware.Camera.open io.appium.android.apis.graphics.CameraPreview onResume",
            "android.content.pm.PackageManager.getInstalledApplications"
            " io.appium.android.apis.app.LoaderCustom$AppListLoader loadInBackground",
        ),
        SMS_DENIED
        | unsaid("app_list", "screen_content")
        | undisclosed("BIND_ACCESSIBILITY_SERVICE", "RECEIVE_SMS"),
    ),
    "uiautomator2": App(
        "io.appium.uiautomator2.server",
        "10.6.6",
        9,
        frozenset(),
        (),
        reads(
            "settings:secure:android_id io.appium.uiautomator2.utils.DeviceInfoHelper getAndroidId",
            "android.content.pm.PackageManager.getInstalledApplications"
            " io.appium.uiautomator2.handler.GetPackages safeHandle",
            "android.content.ClipboardManager.getPrimaryClip"
            " io.appium.uiautomator2.utils.ClipboardHelper getTextData",
        ),
        undisclosed("BLUETOOTH_SCAN", "QUERY_ALL_PACKAGES"),
    ),
    "yosemite": App(
        "com.netease.nie.yosemite",
        "1.1.0.449",
        36,
        frozenset(),
        ("tencent-x5",),
        reads(
            "content://sms com.netease.nie.yosemite.SmsServer readSmsFromApp",
            "content://sms com.netease.nie.yosemite.SmsServer readSmsFromSystem",
            "android.telephony.TelephonyManager.getDeviceId"
            " com.netease.nie.yosemite.IdentityActivity onCreate",
            "property:ro.serialno com.netease.nie.yosemite.IdentityActivity onCreate",
            "java.net.NetworkInterface.getHardwareAddress"
            " com.netease.nie.yosemite.query.GetWifiStatusResponder getMacAddr",
            "settings:secure:android_id com.tencent.smtt.utils.b k",
        ),
        unsaid("app_list", "screen_content")
        | undisclosed("BIND_ACCESSIBILITY_SERVICE", "BIND_INPUT_METHOD", "READ_SMS")
        | {("sdk-undisclosed", "tencent-x5")},
    ),
    "pocoservice": App(
        "com.netease.open.pocoservice",
        "1.0.0.68",
        12,
        frozenset({"BIND_DEVICE_ADMIN", "READ_EXTERNAL_STORAGE"}),
        (),
        reads(
            "settings:secure:android_id"
            " com.netease.yosemite.element.utils.DeviceInfoHelper getAndroidId",
            "android.view.accessibility.AccessibilityNodeInfo.getText"
            " com.netease.open.libpoco.Node getAttr",
        ),
        undisclosed("BIND_ACCESSIBILITY_SERVICE"),
    ),
}


@pytest.fixture(scope="module", params=APPS)
def checked(request: pytest.FixtureRequest, real_apk: GetApk, tables: Tables) -> tuple[App, Report]:
    """A real app, and its report against the demo's policy."""
    path = real_apk(request.param)
    return APPS[request.param], check_app(path, [demo.POLICY], tables).report


def short(name: str) -> str:
    return name.removeprefix("android.permission.")


def test_the_manifest_is_read_as_aapt_reads_it(checked: tuple[App, Report]) -> None:
    known, report = checked
    held = report.evidence.permissions
    assert (report.app.package, report.app.version_name) == (known.package, known.version)
    assert sum(use.source == "manifest" for use in held) == known.permissions
    assert {short(use.name) for use in held if use.source != "manifest"} == known.added
    assert len({use.name for use in held}) == len(held)


def test_nothing_was_left_unread(checked: tuple[App, Report]) -> None:
    _, report = checked
    assert report.evidence.gaps == ()
    assert report.evidence.packer is None
    assert report.evidence.code_complete


def test_the_report_is_valid(checked: tuple[App, Report], tables: Tables) -> None:
    _, report = checked
    assert errors("report.schema.json", json.loads(render("json", report, Style()))) == []


def test_sdks_and_calls_are_seen(checked: tuple[App, Report]) -> None:
    known, report = checked
    assert tuple(sdk.id for sdk in report.evidence.sdks) == known.sdks
    calls = {(c.api, c.caller_class, c.caller_method) for c in report.evidence.api_calls}
    assert known.reads <= calls


def test_what_the_policy_of_another_app_leaves_unsaid(checked: tuple[App, Report]) -> None:
    known, report = checked
    high = {(f.rule, short(f.subject.id)) for f in report.findings if f.severity is Severity.HIGH}
    assert high == known.high


def test_a_service_that_is_offered_is_not_called_a_permission_that_is_asked_for(
    checked: tuple[App, Report],
) -> None:
    _, report = checked
    offered = {use.name for use in report.evidence.permissions if use.source == "service"}
    for found in report.findings:
        if found.rule == "permission-undisclosed" and found.grade != "denied":
            assert ("约束的服务" in found.message) == (found.subject.id in offered)


@pytest.mark.corpora
@pytest.mark.parametrize("name", APPS)
def test_against_real_policies(name: str, real_apk: GetApk, tables: Tables, corpora: Path) -> None:
    """Three policies of real apps: whole reports, whatever they say."""
    seeds = sorted((corpora / "seeds").glob("*.txt"))
    assert len(seeds) == 3
    for seed in seeds:
        outcome = check_app(real_apk(name), [seed], tables)
        report = outcome.report
        assert outcome.errors == ()
        assert report.evidence.gaps == ()
        assert len(report.claims) > 50
        text = report.policies[0].text
        assert all(text[c.start : c.end] == c.quote for c in report.claims)
        content = json.loads(render("json", report, Style()))
        assert errors("report.schema.json", content) == []


def test_the_command_line_on_a_real_app(real_apk: GetApk, apkcheck: Apkcheck) -> None:
    run = apkcheck("check", real_apk("settings"), "--policy", demo.POLICY)
    assert (run.code, run.err) == (1, "")
    assert "io.appium.settings" in run.out
