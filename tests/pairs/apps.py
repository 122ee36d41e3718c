"""Builds the app of a pair from what it can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fixtures.apkbuild import (
    PUBLIC,
    STATIC,
    ClassDef,
    Method,
    activity,
    build_apk,
    build_axml,
    build_dex,
    manifest_of,
    receiver,
)
from tests.apps import READS, full

PACKAGE = "com.example.app"
SCREEN = f"{PACKAGE}.MainActivity"
APPLICATION = f"{PACKAGE}.App"
BOOT = "android.intent.action.BOOT_COMPLETED"


def _virtual(member: str, registers: int = 1) -> str:
    return f"invoke-virtual {{{', '.join(['v0'] * registers)}}}, {member}"


def _static(member: str, registers: int = 1) -> str:
    return f"invoke-static {{{', '.join(['v0'] * registers)}}}, {member}"


CALLS: Mapping[str, str] = {
    **READS,
    "app_usage": _virtual(
        "Landroid/app/usage/UsageStatsManager;->queryUsageStats(IJJ)Ljava/util/List;", 6
    ).replace("invoke-virtual {v0, v0, v0, v0, v0, v0}", "invoke-virtual/range {v0 .. v5}"),
    "bluetooth": _virtual(
        "Landroid/bluetooth/BluetoothAdapter;->getBondedDevices()Ljava/util/Set;"
    ),
    "bssid": _virtual("Landroid/net/wifi/WifiInfo;->getBSSID()Ljava/lang/String;"),
    "cell": _virtual("Landroid/telephony/CellIdentityCdma;->getBasestationId()I"),
    "device_accounts": _virtual(
        "Landroid/accounts/AccountManager;->getAccounts()[Landroid/accounts/Account;"
    ),
    "iccid": _virtual(
        "Landroid/telephony/TelephonyManager;->getSimSerialNumber()Ljava/lang/String;"
    ),
    "ip": _virtual("Landroid/net/wifi/WifiInfo;->getIpAddress()I"),
    "meid": _virtual("Landroid/telephony/TelephonyManager;->getMeid()Ljava/lang/String;"),
    "oaid": _virtual(
        "Lcom/asus/msa/SupplementaryDID/IDidAidlInterface;->getOAID()Ljava/lang/String;"
    ),
    "phone_number_device": _virtual(
        "Landroid/telephony/SubscriptionInfo;->getNumber()Ljava/lang/String;"
    ),
    "photo_video": _static("Landroid/hardware/Camera;->open()Landroid/hardware/Camera;", 0),
    "running_apps": _virtual(
        "Landroid/app/ActivityManager;->getRunningAppProcesses()Ljava/util/List;"
    ),
    "sensors": _virtual("Landroid/hardware/SensorManager;->getSensorList(I)Ljava/util/List;", 2),
    "serial": _static("Landroid/os/Build;->getSerial()Ljava/lang/String;", 0),
    "ssid": _virtual("Landroid/net/wifi/WifiInfo;->getSSID()Ljava/lang/String;"),
    "wifi_list": _virtual("Landroid/net/wifi/WifiManager;->getScanResults()Ljava/util/List;"),
}
"""Data types with a call, key or URI of the platform that reads them; ``v0`` is null."""


def build(
    *,
    asks: Iterable[str] = (),
    reads: Mapping[str, Iterable[str]] | None = None,
    holds: Iterable[str] = (),
    boots: bool = False,
    min_sdk: int = 21,
    target_sdk: int = 33,
) -> bytes:
    """An APK with a screen and an Application class.

    Args:
        asks: Its permissions; names without a dot are the platform's.
        reads: Classes with the data types that they read. ``app`` is the app's own code. The
            screen calls a class; ``@start`` behind its name has the Application class call it,
            ``@dead`` nobody.
        holds: Further classes, which read nothing; the screen calls them.
        boots: It has a receiver that starts with the device.
        min_sdk: The oldest API level that it runs on.
        target_sdk: The API level that it is made for.
    """
    called: dict[str, list[str]] = {"": [], "start": [], "dead": []}
    classes: list[ClassDef] = []
    for key, data_types in {**(reads or {}), **dict.fromkeys(holds, ())}.items():
        name, _, moment = key.partition("@")
        name = f"{PACKAGE}.{moment or 'screen'}.Reader" if name == "app" else name
        classes.append(_reader(name, data_types))
        called[moment].append(name)
    classes.append(_entry(SCREEN, "android.app.Activity", called[""], "(Landroid/os/Bundle;)V"))
    classes.append(_entry(APPLICATION, "android.app.Application", called["start"], "()V"))
    components = [activity(SCREEN, "android.intent.action.MAIN")]
    if boots:
        components.append(receiver(f"{PACKAGE}.BootReceiver", BOOT))
        classes.append(
            ClassDef(f"{PACKAGE}.BootReceiver", (), (), "android.content.BroadcastReceiver")
        )
    manifest = manifest_of(
        PACKAGE,
        permissions=[full(name) for name in asks],
        components=components,
        application={"android:name": APPLICATION},
        min_sdk=min_sdk,
        target_sdk=target_sdk,
    )
    return build_apk(build_axml(manifest), [build_dex(classes)])


def _reader(name: str, data_types: Iterable[str]) -> ClassDef:
    """A class whose ``init`` calls one method for each data type."""
    names = list(data_types)
    owner = f"L{name.replace('.', '/')};"
    init = "\n".join(f"invoke-static {{}}, {owner}->read_{kind}()V" for kind in names)
    methods = [Method("init", "()V", f"{init}\nreturn-void", PUBLIC | STATIC)]
    for kind in names:
        code = f"const/4 v0, 0\n{CALLS[kind]}\nreturn-void"
        methods.append(Method(f"read_{kind}", "()V", code, PUBLIC | STATIC))
    return ClassDef(name, tuple(methods))


def _entry(name: str, superclass: str, called: Iterable[str], descriptor: str) -> ClassDef:
    lines = [f"invoke-static {{}}, L{c.replace('.', '/')};->init()V" for c in called]
    code = "\n".join([*lines, "return-void"])
    return ClassDef(name, (Method("onCreate", descriptor, code, PUBLIC),), (), superclass)
