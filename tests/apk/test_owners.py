"""Owners of code and SDKs: by the longest prefix of whole labels."""

from __future__ import annotations

import pytest

from apkcheck.model import Evidence, SdkUse, Signal
from fixtures.apkbuild import (
    PUBLIC,
    STATIC,
    ClassDef,
    Element,
    Method,
    activity,
    build_apk,
    build_axml,
    build_dex,
    manifest_of,
    meta_data,
    provider,
    receiver,
    service,
)
from tests.apk.conftest import Read, Row
from tests.apk.rows import api, library, sdk

IMEI = api("android.telephony.TelephonyManager.getImei")
CALL = "invoke-virtual {p0}, Landroid/telephony/TelephonyManager;->getImei()Ljava/lang/String;"
MAIN = "android.intent.action.MAIN"
UMENG = sdk("umeng-analytics", "com.umeng", "com.uc.crashsdk", data_types=("imei", "mac"))
PUSH = sdk("umeng-push", "com.umeng.message")
OKHTTP = library("okhttp", "okhttp3")


def caller(name: str) -> ClassDef:
    code = f"{CALL}\nreturn-void"
    return ClassDef(name, (Method("run", "(Ljava/lang/Object;)V", code, PUBLIC | STATIC),))


class App:
    """An app made of a manifest, classes that call an API, and files."""

    def __init__(
        self,
        *classes: str,
        package: str = "com.example.app",
        components: tuple[Element, ...] = (),
        application: str | None = None,
        files: tuple[str, ...] = (),
    ) -> None:
        names = {"android:name": application} if application else None
        root = manifest_of(package, components=components, application=names)
        dex = build_dex([caller(name) for name in classes])
        self.apk = build_apk(build_axml(root), [dex], files=dict.fromkeys(files, b"x"))

    def evidence(self, read: Read, *rows: Row) -> Evidence:
        evidence = read(self.apk, *rows)[1]
        assert evidence.gaps == ()
        return evidence

    def owners(self, read: Read, *rows: Row) -> dict[str, str]:
        calls = self.evidence(read, IMEI, *rows).api_calls
        return {call.caller_class: call.owner for call in calls}

    def sdks(self, read: Read, *rows: Row) -> tuple[SdkUse, ...]:
        return self.evidence(read, *rows).sdks


class TestOwners:
    @pytest.mark.parametrize(
        ("class_name", "owner"),
        [
            ("com.example.app.Main", "first-party"),
            ("com.example.app.umeng.Wrapper", "first-party"),
            ("com.umeng.commonsdk.Config", "umeng-analytics"),
            ("com.umeng.message.Push", "umeng-push"),
            ("com.umeng.messages.Other", "umeng-analytics"),
            ("com.umeng.message", "umeng-push"),
            ("com.umeng.message$Inner", "umeng-push"),
            ("com.umengx.Fake", "unknown"),
            ("okhttp3.internal.Util", "library:okhttp"),
            ("okhttp.Other", "unknown"),
            ("a.b.C", "unknown"),
            ("Unpackaged", "unknown"),
        ],
    )
    def test_the_longest_prefix_of_whole_labels_decides(
        self, read: Read, class_name: str, owner: str
    ) -> None:
        assert App(class_name).owners(read, UMENG, PUSH, OKHTTP) == {class_name: owner}

    def test_a_prefix_may_be_a_class(self, read: Read) -> None:
        row = sdk("wechat-sdk", "com.tencent.mm.sdk.Api")
        found = App("com.tencent.mm.sdk.Api$1", "com.tencent.mm.sdk.Other").owners(read, row)
        assert set(found.values()) == {"wechat-sdk", "unknown"}

    def test_code_of_the_app_is_not_an_sdks_though_the_table_says_so(self, read: Read) -> None:
        app = App("com.umeng.Main", package="com.umeng")
        assert app.owners(read, UMENG) == {"com.umeng.Main": "first-party"}
        assert app.sdks(read, UMENG) == ()

    @pytest.mark.parametrize(
        ("package", "component", "class_name", "owner"),
        [
            ("com.example.app", "com.example.core.Job", "com.example.other.X", "first-party"),
            ("com.example.app", "com.example.core.Job", "com.examples.X", "unknown"),
            ("com.example.app", "org.example.core.Job", "org.example.other.X", "unknown"),
            ("cn.com.example", "cn.com.another.Job", "cn.com.third.X", "unknown"),
            ("com.github.me.app", "com.github.me.lib.Job", "com.github.me.x.X", "first-party"),
            ("com.umeng.demo", "com.umeng.message.Service", "com.umeng.X", "umeng-analytics"),
        ],
    )
    def test_an_organisation_that_app_and_component_share_is_the_apps(
        self, read: Read, package: str, component: str, class_name: str, owner: str
    ) -> None:
        app = App(class_name, package=package, components=(service(component),))
        assert app.owners(read, UMENG, PUSH) == {class_name: owner}

    @pytest.mark.parametrize(
        ("package", "class_name", "owner"),
        [
            ("io.maker.product.server", "io.maker.product.tools.X", "first-party"),
            ("io.maker.product.server", "io.maker.other.X", "unknown"),
            ("io.maker.product", "io.maker.tools.X", "unknown"),
            ("com.umeng.message.demo", "com.umeng.message.X", "umeng-push"),
        ],
    )
    def test_the_parent_of_a_long_package_is_the_apps(
        self, read: Read, package: str, class_name: str, owner: str
    ) -> None:
        assert App(class_name, package=package).owners(read, UMENG, PUSH) == {class_name: owner}

    def test_what_android_starts_is_the_apps_whatever_the_manifest_calls_it(
        self, read: Read
    ) -> None:
        app = App(
            *("org.maker.ui.Main", "org.maker.core.App", "org.maker.data.Store"),
            package="com.flavour",
            components=(activity("org.maker.ui.Main", MAIN), service("net.stranger.Job")),
            application="org.maker.core.App",
        )
        assert set(app.owners(read).values()) == {"first-party"}

    def test_the_package_of_the_application_class_is_the_apps(self, read: Read) -> None:
        app = App("org.maker.core.Store", "org.maker.X", application="org.maker.core.App")
        assert app.owners(read) == {"org.maker.core.Store": "first-party", "org.maker.X": "unknown"}

    def test_the_name_of_an_alias_is_no_class(self, read: Read) -> None:
        alias = Element("activity-alias", {"android:name": "com.example.icons.Red"})
        assert App("com.example.X", components=(alias,)).owners(read) == {
            "com.example.X": "unknown"
        }

    def test_other_components_elsewhere_are_not(self, read: Read) -> None:
        app = App("net.stranger.Job", components=(service("net.stranger.Job"),))
        assert app.owners(read) == {"net.stranger.Job": "unknown"}


class TestSdks:
    def test_defined_classes_show_an_sdk(self, read: Read) -> None:
        names = ("com.umeng.A", "com.umeng.b.B", "com.umeng.message.C", "com.uc.crashsdk.D")
        found = App(*names).sdks(read, UMENG, PUSH, IMEI)
        assert found[0] == SdkUse(
            id="umeng-analytics",
            name="Umeng-Analytics",
            vendor="Vendor",
            packages=("com.uc.crashsdk", "com.umeng"),
            signals=(Signal("class", "com.uc.crashsdk", 1), Signal("class", "com.umeng", 2)),
            data_types_declared=("imei", "mac"),
            data_types_observed=("imei",),
        )
        assert [use.id for use in found] == ["umeng-analytics", "umeng-push"]

    def test_a_class_that_is_only_mentioned_shows_nothing(self, read: Read) -> None:
        code = "invoke-static {}, Lcom/umeng/Api;->init()V\nreturn-void"
        dex = build_dex([ClassDef("com.example.app.A", (Method("run", "()V", code),))])
        apk = build_apk(build_axml(manifest_of("com.example.app")), [dex])
        assert read(apk, UMENG)[1].sdks == ()

    def test_a_declared_component_shows_an_sdk_without_its_code(self, read: Read) -> None:
        (found,) = App(components=(service("com.umeng.message.Push"),)).sdks(read, UMENG, PUSH)
        assert (found.id, found.packages) == ("umeng-push", ())
        assert found.signals == (Signal("component", "com.umeng.message.Push", 1),)

    def test_a_component_may_be_known_by_its_name_alone(self, read: Read) -> None:
        row = sdk("vendor-push", components=("com.odd.Receiver",))
        (found,) = App(components=(receiver("com.odd.Receiver"),)).sdks(read, row)
        assert found.signals == (Signal("component", "com.odd.Receiver", 1),)

    def test_native_libraries_show_an_sdk(self, read: Read) -> None:
        row = sdk("baidu-map", native=("libBaiduMapSDK_*.so",))
        files = ("lib/arm64-v8a/libBaiduMapSDK_base.so", "lib/x86/libBaiduMapSDK_base.so")
        (found,) = App(files=(*files, "lib/x86/libbaidumapsdk.so")).sdks(read, row)
        assert found.signals == (Signal("native", "libBaiduMapSDK_base.so", 2),)

    @pytest.mark.parametrize("path", ["assets/libX.so", "lib/libX.so", "lib/x86/sub/libX.so"])
    def test_libraries_that_android_does_not_load_show_nothing(self, read: Read, path: str) -> None:
        assert App(files=(path,)).sdks(read, sdk("x", native=("libX.so",))) == ()

    WEAK = sdk(
        "vendor-x",
        "com.vendor.x",
        metadata=("X_KEY",),
        actions=("x.RECEIVE",),
        authorities=("x.provider",),
        assets=("x.dat", "x_models"),
    )
    TRACES = (
        meta_data("X_KEY", "1"),
        receiver(".R", "x.RECEIVE"),
        provider(".P", "com.example.app.x.provider"),
    )
    FILES = ("assets/x.dat", "assets/x_models/a", "assets/x_models2/a")

    def test_keys_actions_authorities_and_assets_alone_show_nothing(self, read: Read) -> None:
        assert App(components=self.TRACES, files=self.FILES).sdks(read, self.WEAK) == ()

    def test_they_add_to_what_is_shown(self, read: Read) -> None:
        app = App("com.vendor.x.A", components=self.TRACES, files=self.FILES)
        (found,) = app.sdks(read, self.WEAK)
        assert found.signals == (
            Signal("action", "x.RECEIVE", 1),
            Signal("asset", "x.dat", 1),
            Signal("asset", "x_models", 1),
            Signal("authority", "com.example.app.x.provider", 1),
            Signal("class", "com.vendor.x", 1),
            Signal("metadata", "X_KEY", 1),
        )
