"""Small apps for the tests, described by what they can do rather than by how they are built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fixtures.apkbuild import (
    PUBLIC,
    STATIC,
    ClassDef,
    Element,
    Method,
    Resources,
    build_apk,
    build_arsc,
    build_axml,
    build_dex,
    manifest_of,
)

PACKAGE = "com.example.app"
MAIN = f"{PACKAGE}.Main"

_TELEPHONY = "invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->%s()Ljava/lang/String;"
_SETTING = (
    'const-string v1, "android_id"\n'
    "invoke-static {v0, v1}, Landroid/provider/Settings$Secure;->getString"
    "(Landroid/content/ContentResolver;Ljava/lang/String;)Ljava/lang/String;"
)
_URI = (
    'const-string v0, "%s"\n'
    "invoke-static {v0}, Landroid/net/Uri;->parse(Ljava/lang/String;)Landroid/net/Uri;"
)

READS: Mapping[str, str] = {
    "android_id": _SETTING,
    "app_list": "invoke-virtual {v0, v0}, Landroid/content/pm/PackageManager;->"
    "getInstalledPackages(I)Ljava/util/List;",
    "audio": "invoke-virtual {v0, v0}, Landroid/media/MediaRecorder;->setAudioSource(I)V",
    "calendar": _URI % "content://com.android.calendar/events",
    "call_log": _URI % "content://call_log/calls",
    "carrier": _TELEPHONY % "getSimOperator",
    "clipboard": "invoke-virtual {v0}, Landroid/content/ClipboardManager;->"
    "getPrimaryClip()Landroid/content/ClipData;",
    "contacts": _URI % "content://com.android.contacts/contacts",
    "imei": _TELEPHONY % "getDeviceId",
    "imsi": _TELEPHONY % "getSubscriberId",
    "location": "invoke-virtual {v0, v0}, Landroid/location/LocationManager;->"
    "getLastKnownLocation(Ljava/lang/String;)Landroid/location/Location;",
    "mac": "invoke-virtual {v0}, Landroid/net/wifi/WifiInfo;->getMacAddress()Ljava/lang/String;",
    "sms": _URI % "content://sms/inbox",
}
"""Data types with a call, key or URI of the platform that reads them; ``v0`` is null."""


def reader(name: str, data_types: Iterable[str] = ()) -> ClassDef:
    """A class with one method for each data type that it reads."""
    return ClassDef(name, tuple(_method(data_type) for data_type in data_types))


def app(
    *,
    asks: Iterable[str | Element] = (),
    reads: Mapping[str, Iterable[str]] | None = None,
    holds: Iterable[str] = (),
    package: str = PACKAGE,
    labels: Mapping[str, str] | None = None,
    components: Iterable[Element] = (),
    min_sdk: int = 21,
    target_sdk: int = 33,
    version: str = "1.0",
) -> bytes:
    """An APK.

    Args:
        asks: Its permissions; names without a dot are the platform's.
        reads: Classes with the data types that they read, keys of ``READS``.
        holds: Further classes, without any code.
        package: Its package.
        labels: Its name by language, ``""`` for the default.
        components: Of its manifest.
        min_sdk: The oldest API level that it runs on.
        target_sdk: The API level that it was made for.
        version: Name of its version.
    """
    manifest = manifest_of(
        package,
        permissions=[full(item) if isinstance(item, str) else item for item in asks],
        components=components,
        attributes={"android:versionName": version},
        application={"android:label": "@string/app_name"} if labels else {},
        min_sdk=min_sdk,
        target_sdk=target_sdk,
    )
    classes = [reader(name, types) for name, types in (reads or {}).items()]
    classes += [reader(name) for name in holds]
    resources = Resources(package, {"app_name": labels}) if labels else None
    return build_apk(
        build_axml(manifest, resources),
        [build_dex(classes)],
        build_arsc(resources) if resources else None,
    )


def full(permission: str) -> str:
    """The full name of a permission; those of the platform may be written without."""
    return permission if "." in permission else f"android.permission.{permission}"


def _method(data_type: str) -> Method:
    code = f"const/4 v0, 0\n{READS[data_type]}\nreturn-void"
    return Method(f"read_{data_type}", "()V", code, PUBLIC | STATIC)
