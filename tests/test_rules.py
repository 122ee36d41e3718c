"""Each rule: what makes it speak, and what must not. Small apps against short policies.

A case says everything that one rule finds in it: subject, severity and grade of each finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from apkcheck.check import check_app
from apkcheck.model import Confidence, Finding, Report, Severity, Strength
from apkcheck.rules import RULES
from apkcheck.tables import Tables
from fixtures.apkbuild import Element, damage, permission
from tests.apps import MAIN, PACKAGE, READS, app, full
from tests.pairs.apps import build
from tests.policy_texts import BY_APP, SPEAKS

HEAD = "示例应用隐私政策\n\n一、我们如何收集和使用您的个人信息\n\n"
NOTHING = HEAD + "我们会收集您的昵称，用于展示您的主页。\n"
"""A policy that says nothing of what the apps below can do."""

DENIES = HEAD + "我们不会收集您的应用列表。\n"

ENGLISH = "Example Privacy Policy\n\n1. Information we collect\n\n"
ENGLISH_LIST = ENGLISH + (
    "2. Third-party SDKs\n\nSDK name: Umeng SDK\nPurpose: %s\nData collected: IMEI\n"
)

UMENG = "com.umeng.analytics.Agent"
GETUI = "com.igexin.push.Core"
JPUSH = "cn.jpush.android.Core"
BUGLY = "com.tencent.bugly.Crash"

UMENG_LIST = HEAD + (
    "二、第三方SDK目录\n\n"
    "SDK名称：友盟+SDK\n公司名称：友盟同欣（北京）科技有限公司\n收集的个人信息：%s\n使用目的：统计分析\n"
)
GENERAL = "设备信息、位置信息、应用列表、日志信息、账号信息、应用信息"
"""General words for all that the vendor's own notice names."""
LINKED = HEAD + "我们接入了第三方SDK，其名称和收集的信息见《第三方SDK目录》。\n"


class Check(Protocol):
    """Checks an app, as ``tests.apps.app`` builds it, against policies."""

    def __call__(
        self,
        *policies: str,
        asks: Iterable[str | Element] = (),
        reads: Mapping[str, Iterable[str]] | None = None,
        holds: Iterable[str] = (),
        package: str = PACKAGE,
        min_sdk: int = 21,
        target_sdk: int = 33,
        version: str = "1.0",
        broken: bool = False,
        lang: str = "zh",
    ) -> Report: ...


@pytest.fixture
def check(tmp_path: Path, tables: Tables) -> Check:
    def run(
        *policies: str,
        asks: Iterable[str | Element] = (),
        reads: Mapping[str, Iterable[str]] | None = None,
        holds: Iterable[str] = (),
        package: str = PACKAGE,
        min_sdk: int = 21,
        target_sdk: int = 33,
        version: str = "1.0",
        broken: bool = False,
        lang: str = "zh",
    ) -> Report:
        content = app(
            asks=asks,
            reads=reads,
            holds=holds,
            package=package,
            min_sdk=min_sdk,
            target_sdk=target_sdk,
            version=version,
        )
        apk = tmp_path / "app.apk"
        apk.write_bytes(damage.truncated_dex(content) if broken else content)
        paths = []
        for number, text in enumerate(policies):
            paths.append(tmp_path / f"policy{number}.txt")
            paths[-1].write_text(text, "utf-8")
        return check_app(apk, paths, tables, lang=lang).report

    return run


Found = tuple[str, str, str | None]
"""Subject, severity and grade of a finding."""


def found(report: Report, rule: str) -> set[Found]:
    """What a rule found; permissions of the platform go by their short names."""
    return {
        (f.subject.id.removeprefix("android.permission."), f.severity, f.grade)
        for f in report.findings
        if f.rule == rule
    }


def finding(report: Report, rule: str) -> Finding:
    """The only finding of a rule."""
    (only,) = (f for f in report.findings if f.rule == rule)
    return only


def compared(report: Report) -> list[Finding]:
    """What comes of comparing the app with the policy, without what the policy itself lacks."""
    return [f for f in report.findings if f.subject.kind != "policy"]


def rules_about(report: Report, subject: str) -> set[str]:
    return {f.rule for f in report.findings if f.subject.id in (subject, full(subject))}


@dataclass(frozen=True)
class Case:
    """An app, a policy, and everything that the rule finds."""

    about: str
    policies: tuple[str, ...]
    finds: tuple[Found, ...] = ()
    asks: tuple[str | Element, ...] = ()
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    broken: bool = False
    """Its DEX file is cut off."""


def case(
    about: str,
    policy: str | tuple[str, ...],
    *finds: Found,
    asks: str | Element | tuple[str | Element, ...] = (),
    reads: str | Mapping[str, tuple[str, ...]] | None = None,
    holds: str | tuple[str, ...] = (),
    broken: bool = False,
) -> Case:
    """A case; ``reads`` as a word is a data type that the app's own code reads."""
    return Case(
        about,
        (policy,) if isinstance(policy, str) else policy,
        finds,
        (asks,) if isinstance(asks, str | Element) else asks,
        {MAIN: (reads,)} if isinstance(reads, str) else reads or {},
        (holds,) if isinstance(holds, str) else holds,
        broken,
    )


def says(*sentences: str) -> str:
    """A policy whose part on collection has these lines."""
    return HEAD + "".join(f"{sentence}\n\n" for sentence in sentences)


CASES: Mapping[str, tuple[Case, ...]] = {
    "app-list-profiling": (
        case(
            "collected for a profile, and code reads it",
            says("我们会收集您的应用列表，用于丰富人群画像。"),
            ("app_list", "high", "explicit"),
            reads="app_list",
        ),
        case(
            "for advertisements, in an SDK's record; no code reads it",
            f"{UMENG_LIST % '应用列表'}".replace("统计分析", "投放广告"),
            ("app_list", "medium", "explicit"),
            holds=UMENG,
        ),
        case(
            "for the security of the account",
            says("我们会收集您的应用列表，用于识别恶意程序。"),
            reads="app_list",
        ),
        case("denied", says("我们不会收集您的应用列表用于投放广告。"), reads="app_list"),
        case("something else for a profile", says("我们会收集您的浏览记录，用于丰富人群画像。")),
    ),
    "clipboard-undisclosed": (
        case(
            "the app reads the clipboard and the policy is silent",
            NOTHING,
            ("clipboard", "medium", "absent"),
            reads="clipboard",
        ),
        case(
            "an SDK reads it, and is not even named",
            NOTHING,
            ("clipboard", "medium", "absent"),
            reads={GETUI: ("clipboard",)},
        ),
        case(
            "the policy says that it is read",
            says("您打开应用时，我们会读取您的剪贴板信息，用于识别分享口令。"),
            reads="clipboard",
        ),
        case(
            "another word for it",
            says("我们会收集您的剪切板内容。"),
            reads="clipboard",
        ),
        case("nothing reads it", NOTHING, reads="imei"),
    ),
    "data-api-unavailable": (
        case(
            "no app of this target level gets it",
            says("我们会收集您的IMSI，用于保障账号安全。"),
            ("imsi", "info", "explicit"),
        ),
        case("some call still gives it", says("我们会收集您的OAID，用于保障账号安全。")),
        case("users type it in", says("我们会收集您的身份证号码，用于实名认证。")),
        case("on another platform", says("在iOS设备上，我们会收集您的IMSI，用于保障账号安全。")),
    ),
    "data-definition-only": (
        case(
            "only the definition of personal information names it",
            "示例应用隐私政策\n\n一、名词解释\n\n个人信息：是指以电子方式记录的与自然人有关的各种信息，"
            "包括姓名、通讯录、健康生理信息。\n\n" + NOTHING.partition("\n\n")[2],
            ("contacts", "medium", "definition-only"),
            reads="contacts",
        ),
        case(
            "the definition names it, and the collection too",
            "示例应用隐私政策\n\n一、名词解释\n\n个人信息：是指以电子方式记录的与自然人有关的各种信息，"
            "包括姓名、通讯录。\n\n二、我们如何收集和使用您的个人信息\n\n我们会收集您的通讯录信息。\n",
            reads="contacts",
        ),
        case(
            "what is defined and never read",
            "示例应用隐私政策\n\n一、名词解释\n\n个人信息：是指与自然人有关的各种信息，包括通讯录。\n\n",
        ),
    ),
    "data-denied": (
        case(
            "the policy says that it is not collected",
            says("我们不会收集您的应用列表。"),
            ("app_list", "high", "denied"),
            reads="app_list",
        ),
        case(
            "a denial with exception is weaker",
            says("我们不会收集您的应用列表，但以下情况除外：法律法规另有规定。"),
            ("app_list", "medium", "denied"),
            reads="app_list",
        ),
        case(
            "the consequence of a refusal denies nothing",
            says("如您拒绝提供应用列表，我们将无法为您提供安全扫描功能。"),
            reads="app_list",
        ),
        case(
            "denied here and declared there: what is declared counts",
            says("我们会收集您的应用列表，用于安全扫描。", "未经同意，我们不会收集您的应用列表。"),
            reads="app_list",
        ),
        case(
            "not to share it is not to not collect it",
            says("我们不会向任何第三方共享您的应用列表。"),
            reads="app_list",
        ),
        case("denied and not read", says("我们不会收集您的应用列表。")),
        case(
            "not to use it for something is not to not read it",
            says("我们不会将您的应用列表用于广告。", "我们不会将您的应用列表在服务器存储。"),
            reads="app_list",
        ),
        case(
            "a denial with a reservation is weaker",
            says("我们不会主动收集您的应用列表。"),
            ("app_list", "medium", "denied"),
            reads="app_list",
        ),
    ),
    "data-frequency-background": (
        case(
            "in the background",
            says("为了判断网络状态，我们会在后台状态下获取MAC地址。"),
            ("background-collection", "medium", "explicit"),
        ),
        case(
            "with how often", says("为了判断网络状态，我们会在后台状态下每隔1小时获取一次MAC地址。")
        ),
        case("denied", says("我们不会在后台收集您的MAC地址。")),
        case("in front", says("您登录时，我们会获取MAC地址。")),
    ),
    "data-not-pi-claim": (
        case(
            "identifies nobody",
            says("单独的设备信息、日志信息等是无法识别特定自然人身份的信息。"),
            ("not-personal", "medium", "explicit"),
        ),
        case(
            "is not personal",
            says("上述信息不属于个人信息。"),
            ("not-personal", "medium", "explicit"),
        ),
        case("anonymised", says("我们会将设备信息匿名化处理，处理后的信息不属于个人信息。")),
        case("is personal", says("设备信息属于个人信息，我们会妥善保护。")),
    ),
    "data-overdeclared": (
        case(
            "collected, says the policy; nothing in the package can",
            says("我们会收集您的通话记录。"),
            ("call_log", "info", "explicit"),
        ),
        case("the code reads it", says("我们会收集您的通话记录。"), reads="call_log"),
        case("a permission opens it", says("我们会收集您的通话记录。"), asks="READ_CALL_LOG"),
        case(
            "the vendor of an SDK in the package says that it collects it",
            says("我们会收集您的应用列表。"),
            holds=GETUI,
        ),
        case(
            "users type it in: it leaves no trace in code",
            says("我们会收集您的昵称、身份证号码、银行卡号和收货地址。"),
        ),
        case(
            "part of the code could not be read",
            says("我们会收集您的通话记录。"),
            reads="imei",
            broken=True,
        ),
        case("denied", says("我们不会收集您的通话记录。")),
        case("collected on another platform", says("在iOS设备上，我们会收集您的通话记录。")),
        case(
            "what an absent SDK would collect belongs to the finding about that SDK",
            UMENG_LIST % "通话记录",
        ),
    ),
    "data-platform-mismatch": (
        case(
            "an identifier of iOS, without saying so",
            says("我们会收集您的IDFA、Android ID。"),
            ("idfa", "low", "explicit"),
        ),
        case(
            "one finding for each identifier, however often it is named",
            says("我们会收集您的IDFA。", "我们会收集您的IDFA和IDFV。"),
            ("idfa", "low", "explicit"),
            ("idfv", "low", "explicit"),
        ),
        case("the clause speaks of iOS", says("如您使用iOS设备，我们会收集您的IDFA。")),
        case("a bracket speaks of iOS", says("我们会收集您的设备标识符（iOS：IDFA）。")),
        case("an identifier of Android", says("我们会收集您的OAID。")),
    ),
    "data-umbrella-only": (
        case(
            "a general word covers it",
            says("我们会收集您的设备信息。"),
            ("android_id", "medium", "umbrella"),
            reads="android_id",
        ),
        case(
            "a general word for identifiers does too",
            says("我们会收集您的设备识别码。"),
            ("imei", "medium", "umbrella"),
            reads="imei",
        ),
        case(
            "named in the bracket behind the general word",
            says("我们会收集您的设备信息（包括设备型号、Android ID）。"),
            reads="android_id",
        ),
        case(
            "the general word is what the code reads",
            says("我们会收集您的位置信息。"),
            reads="location",
        ),
        case(
            "personal information is a heading and covers nothing",
            says("我们会收集您的个人信息。"),
            reads="android_id",
        ),
        case(
            "an SDK, of which the policy says only a general word",
            UMENG_LIST % "设备信息",
            ("android_id", "medium", "umbrella"),
            reads={UMENG: ("android_id",)},
        ),
    ),
    "data-undisclosed": (
        case(
            "the policy only says what it is not used for",
            says("我们不会将您的应用列表用于广告。"),
            ("app_list", "medium", "absent"),
            reads="app_list",
        ),
        case("read and not mentioned", NOTHING, ("imsi", "high", "absent"), reads="imsi"),
        case("mentioned", says("我们会收集您的IMSI。"), reads="imsi"),
        case("a general word is not silence", says("我们会收集您的设备信息。"), reads="imsi"),
        case(
            "data of the general kind weighs less",
            NOTHING,
            ("carrier", "medium", "absent"),
            reads="carrier",
        ),
        case(
            "personal information is a heading and covers nothing",
            says("我们会收集您的个人信息，包括敏感个人信息。"),
            ("android_id", "high", "absent"),
            reads="android_id",
        ),
        case(
            "a right declares no collection",
            NOTHING + "\n八、您的权利\n\n您可以删除您的通讯录。\n",
            ("contacts", "high", "absent"),
            reads="contacts",
        ),
        case(
            "an exemption declares no collection",
            f"{NOTHING}\n（二）征得授权同意的例外\n\n"
            "在以下情形中，我们收集您的通讯录无需征得您的同意：\n1. 与国家安全直接相关的；\n",
            ("contacts", "high", "absent"),
            reads="contacts",
        ),
        case(
            "the consequence of a refusal declares no collection",
            says("如您拒绝提供通讯录，您将无法使用该功能。"),
            ("contacts", "high", "absent"),
            reads="contacts",
        ),
        case(
            "a denial of sharing declares no collection",
            says("我们不会向任何第三方共享您的应用列表。"),
            ("app_list", "high", "absent"),
            reads="app_list",
        ),
        case(
            "what an SDK collects says nothing of the app itself",
            UMENG_LIST % "IMSI",
            ("imsi", "medium", "absent"),
            reads={MAIN: ("imsi",), UMENG: ("imsi",)},
        ),
        case(
            "the permission is named with what users do with it, the data is not",
            says("麦克风权限：在您发送语音消息时申请。"),
            ("audio", "low", "absent"),
            asks="RECORD_AUDIO",
            reads="audio",
        ),
        case(
            "the permission of data that users do not make is named, the data is not",
            says("日历权限：在您打开提醒时申请。"),
            ("calendar", "medium", "absent"),
            asks="READ_CALENDAR",
            reads="calendar",
        ),
        case(
            "the permission is named alone",
            says("我们可能会申请麦克风权限。"),
            ("audio", "medium", "absent"),
            asks="RECORD_AUDIO",
            reads="audio",
        ),
        case(
            "code of unknown origin weighs less than the app's own",
            NOTHING,
            ("imsi", "medium", "absent"),
            reads={"org.unheard.of.Reader": ("imsi",)},
        ),
        case("building blocks are no party", NOTHING, reads={"okhttp3.internal.Util": ("imsi",)}),
        case("what an unnamed SDK reads is in its own finding", NOTHING, reads={GETUI: ("imsi",)}),
        case(
            "what a named SDK reads too",
            UMENG_LIST % "设备型号",
            reads={UMENG: ("imsi",)},
        ),
        case("the clipboard has a rule of its own", NOTHING, reads="clipboard"),
        case("a permission alone reads nothing", NOTHING, asks=("READ_SMS", "READ_CALL_LOG")),
    ),
    "data-vague-enumeration": (
        case(
            "examples only",
            says("我们会收集您的设备识别码（包括但不限于IMEI、OAID），用于保障账号安全。"),
            ("device_id", "medium", "umbrella"),
        ),
        case(
            "等 at the end",
            says("我们会收集您的浏览记录、搜索记录等信息，用于推荐内容。"),
            ("usage", "low", "umbrella"),
        ),
        case("a list that ends", says("我们会收集您的IMEI、OAID，用于保障账号安全。")),
        case(
            "one list of several kinds, which is told once, by what most of it is about",
            says("我们会收集您的浏览记录、搜索记录、IP地址等信息，用于推荐内容。"),
            ("usage", "low", "umbrella"),
        ),
        case(
            "a list in a part that collects nothing",
            says("").rstrip() + "\n\n二、信息安全\n\n我们对IMEI、OAID等信息加密存储。\n",
        ),
        case("denied", says("我们不会收集您的IMEI、OAID等信息。")),
    ),
    "permission-background-location": (
        case(
            "the label for locations does not include the background",
            says("位置权限：用于向您推荐附近的门店。"),
            ("ACCESS_BACKGROUND_LOCATION", "high", "absent"),
            asks=("ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"),
        ),
        case(
            "denied",
            says("我们不会申请后台位置权限。"),
            ("ACCESS_BACKGROUND_LOCATION", "high", "denied"),
            asks="ACCESS_BACKGROUND_LOCATION",
        ),
        case(
            "named without any scene",
            says("我们会申请后台位置权限。"),
            ("ACCESS_BACKGROUND_LOCATION", "low", "explicit"),
            asks="ACCESS_BACKGROUND_LOCATION",
        ),
        case(
            "named with its scene",
            says("我们会申请后台位置权限，用于为您提供定位服务和推送附近的优惠。"),
            asks="ACCESS_BACKGROUND_LOCATION",
        ),
        case("not asked for", NOTHING, asks="ACCESS_FINE_LOCATION"),
    ),
    "permission-implied": (
        case(
            "the data is declared, the permission is not named",
            says("我们会收集您的IMEI。"),
            ("READ_PHONE_STATE", "medium", "umbrella"),
            asks="READ_PHONE_STATE",
        ),
        case(
            "an ordinary permission stays a hint",
            says("我们会收集您的MAC地址。"),
            ("ACCESS_WIFI_STATE", "info", "umbrella"),
            asks="ACCESS_WIFI_STATE",
        ),
        case(
            "the permission is named",
            says("我们会在您开启电话权限后收集您的IMEI。"),
            asks="READ_PHONE_STATE",
        ),
        case(
            "asking for the access names it",
            says("我们会访问您的摄像头，并收集您拍摄的照片。"),
            asks="CAMERA",
        ),
        case("neither data nor permission", NOTHING, asks="READ_PHONE_STATE"),
        case(
            "a heading opens no permission",
            says("我们会收集您的个人信息。"),
            asks="READ_CONTACTS",
        ),
        case(
            "a denial declares no data",
            says("我们不会收集您的通讯录信息。"),
            asks="READ_CONTACTS",
        ),
    ),
    "permission-label-ambiguous": (
        case(
            "电话权限 may mean calling",
            says("电话权限：用于读取手机状态。"),
            ("CALL_PHONE", "low", "umbrella"),
            asks=("READ_PHONE_STATE", "CALL_PHONE"),
        ),
        case(
            "calling has a name of its own",
            says("拨打电话权限：用于联系客服。"),
            asks="CALL_PHONE",
        ),
        case("one label, one permission", says("摄像头权限：用于拍摄照片。"), asks="CAMERA"),
    ),
    "permission-no-purpose": (
        case(
            "named, and that is all",
            says("我们可能会申请日历权限。"),
            ("READ_CALENDAR", "medium", "explicit"),
            asks="READ_CALENDAR",
        ),
        case(
            "to improve things",
            says("为了改善我们的服务，我们会申请日历权限。"),
            ("READ_CALENDAR", "low", "explicit"),
            asks="READ_CALENDAR",
        ),
        case(
            "its record leaves the purpose empty",
            says("权限名称：日历", "用途：", "权限名称：相机", "用途：扫描商品条码"),
            ("READ_CALENDAR", "medium", "explicit"),
            asks=("READ_CALENDAR", "CAMERA"),
        ),
        case(
            "for something", says("我们会申请日历权限，以便提醒您参加活动。"), asks="READ_CALENDAR"
        ),
        case("on an occasion", says("您添加提醒时，我们会申请日历权限。"), asks="READ_CALENDAR"),
        case("in its bracket", says("我们会申请日历权限（写入活动提醒）。"), asks="READ_CALENDAR"),
        case("behind its colon", says("日历权限：写入活动提醒。"), asks="READ_CALENDAR"),
        case(
            "in the heading above",
            HEAD + "（一）活动提醒的消息推送\n\n我们会申请日历权限。\n",
            asks="READ_CALENDAR",
        ),
        case(
            "without it here, with it there",
            says("我们可能会申请日历权限。", "日历权限：写入活动提醒。"),
            asks="READ_CALENDAR",
        ),
        case("not asked for", says("我们可能会申请日历权限。")),
        case("nobody has a say in it", says("我们可能会申请网络权限。"), asks="INTERNET"),
    ),
    "permission-overdeclared": (
        case(
            "named and not asked for",
            says("日历权限：用于提醒您参加活动。"),
            ("READ_CALENDAR", "info", "explicit"),
        ),
        case(
            "one permission of the label is held",
            says("日历权限：用于提醒您参加活动。"),
            asks="WRITE_CALENDAR",
        ),
        case(
            "a new name of what the label means is held",
            says("存储权限：用于保存图片。"),
            asks="READ_MEDIA_VIDEO",
        ),
        case("denied", says("我们不会申请日历权限。")),
        case("on another platform", says("在iOS设备上，我们会申请日历权限。")),
    ),
    "permission-undisclosed": (
        *(
            case(
                "dangerous, special or regulated, and opens data",
                NOTHING,
                (name, "high", "absent"),
                asks=name,
            )
            for name in (
                "CAMERA",
                "RECORD_AUDIO",
                "READ_CONTACTS",
                "READ_SMS",
                "ACCESS_FINE_LOCATION",
                "MANAGE_EXTERNAL_STORAGE",
                "PACKAGE_USAGE_STATS",
                "QUERY_ALL_PACKAGES",
                "com.android.permission.GET_INSTALLED_APPS",
            )
        ),
        *(
            case("opens no data", NOTHING, (name, "low", "absent"), asks=name)
            for name in ("CALL_PHONE", "POST_NOTIFICATIONS", "SYSTEM_ALERT_WINDOW")
        ),
        *(
            case("ordinary", NOTHING, (name, "info", "absent"), asks=name)
            for name in (
                "INTERNET",
                "ACCESS_NETWORK_STATE",
                "VIBRATE",
                "WAKE_LOCK",
                "READ_LOGS",
                "com.huawei.android.launcher.permission.CHANGE_BADGE",
                "com.vendor.of.nothing.permission.UNKNOWN",
            )
        ),
        case(
            "never granted where the app runs",
            NOTHING,
            ("READ_EXTERNAL_STORAGE", "info", "absent"),
            asks=permission("android.permission.READ_EXTERNAL_STORAGE", maxSdkVersion=20),
        ),
        case(
            "denied",
            says("我们不会申请通讯录权限。"),
            ("READ_CONTACTS", "high", "denied"),
            asks="READ_CONTACTS",
        ),
        case(
            "what is lost on refusal names no permission",
            says("如您拒绝授予通讯录权限，您将无法使用该功能。"),
            ("READ_CONTACTS", "high", "absent"),
            asks="READ_CONTACTS",
        ),
        case(
            "asked for on another platform",
            says("在iOS设备上，我们会申请通讯录权限。"),
            ("READ_CONTACTS", "high", "absent"),
            asks="READ_CONTACTS",
        ),
        case("named", says("通讯录权限：用于匹配好友。"), asks="READ_CONTACTS"),
        case(
            "named here and denied there: what is named counts",
            says("通讯录权限：用于匹配好友。", "未经您同意，我们不会申请通讯录权限。"),
            asks="READ_CONTACTS",
        ),
        case(
            "named by its constant",
            says("我们会申请android.permission.READ_CONTACTS，用于匹配好友。"),
            asks="READ_CONTACTS",
        ),
        case(
            "the data that it opens is declared",
            says("我们会收集您的IMEI。"),
            asks="READ_PHONE_STATE",
        ),
        case("the app's own", NOTHING, asks=f"{PACKAGE}.permission.MIPUSH_RECEIVE"),
        case(
            "background location has a rule of its own", NOTHING, asks="ACCESS_BACKGROUND_LOCATION"
        ),
    ),
    "permission-unused": (
        case(
            "no code reads what it opens",
            NOTHING,
            ("READ_CALENDAR", "medium", None),
            asks="READ_CALENDAR",
            reads="imei",
        ),
        case(
            "disclosing it does not make it used",
            says("通讯录权限：用于添加好友。"),
            ("READ_CONTACTS", "medium", None),
            asks="READ_CONTACTS",
        ),
        case("the app's own code needs it", NOTHING, asks="READ_CONTACTS", reads="contacts"),
        case("an SDK needs it", NOTHING, asks="READ_CONTACTS", reads={GETUI: ("contacts",)}),
        case(
            "a building block needs it",
            NOTHING,
            asks="ACCESS_FINE_LOCATION",
            reads={"androidx.core.location.LocationManagerCompat": ("location",)},
        ),
        case(
            "no API of the table needs it", NOTHING, asks=("CALL_PHONE", "SEND_SMS", "BODY_SENSORS")
        ),
        case(
            "files use it without a sensitive call",
            NOTHING,
            asks=("WRITE_EXTERNAL_STORAGE", "READ_MEDIA_IMAGES", "READ_MEDIA_AUDIO"),
        ),
        case("the user has no say in it", NOTHING, asks=("INTERNET", "ACCESS_WIFI_STATE")),
        case("not all code could be read", NOTHING, asks="READ_CONTACTS", broken=True),
    ),
    "policy-contradiction": (
        case(
            "data",
            says("我们会收集您的应用列表，用于安全扫描。", "我们不会收集您的应用列表。"),
            ("app_list", "medium", "denied"),
        ),
        case(
            "a permission",
            says("日历权限：用于提醒您参加活动。", "我们不会申请日历权限。"),
            ("READ_CALENDAR", "medium", "denied"),
            ("WRITE_CALENDAR", "medium", "denied"),
        ),
        case(
            "with an exception",
            says(
                "我们会收集您的应用列表，用于安全扫描。", "未经您同意，我们不会收集您的应用列表。"
            ),
        ),
        case(
            "on one occasion only",
            says(
                "我们会收集您的应用列表，用于安全扫描。", "您关闭扫描后，我们不会收集您的应用列表。"
            ),
        ),
        case(
            "on one platform only",
            says(
                "我们会收集您的应用列表，用于安全扫描。", "在iOS设备上，我们不会收集您的应用列表。"
            ),
        ),
        case(
            "not shared is not not collected",
            says(
                "我们会收集您的应用列表，用于安全扫描。", "我们不会向任何第三方共享您的应用列表。"
            ),
        ),
        case(
            "somebody else's",
            says("我们不会收集您的IMSI。") + (UMENG_LIST % "IMSI").removeprefix(HEAD),
        ),
    ),
    "policy-missing": (
        case("no policy was given", (), ("policy", "high", "absent"), asks="CAMERA"),
        case("a policy was given", NOTHING, asks="CAMERA"),
    ),
    "purpose-generic": (
        case(
            "to improve things",
            says("为了改善我们的服务，我们会收集您的IMEI。"),
            ("imei", "medium", "explicit"),
        ),
        case(
            "and for something else too",
            says("为了改善我们的服务，我们会收集您的IMEI。", "我们会收集您的IMEI，用于防止盗号。"),
        ),
        case("for something", says("我们会收集您的IMEI，用于保障账号安全。")),
        case("without any", says("我们会收集您的IMEI。")),
    ),
    "purpose-mismatch": (
        case(
            "an advertising SDK for statistics",
            HEAD
            + "二、第三方SDK目录\n\nSDK名称：穿山甲\n收集的个人信息：OAID\n使用目的：统计分析\n",
            ("pangle-ads", "medium", "explicit"),
            holds="com.bytedance.sdk.openadsdk.TTAdSdk",
        ),
        case(
            "and its code reads data",
            HEAD
            + "二、第三方SDK目录\n\nSDK名称：穿山甲\n收集的个人信息：IMEI\n使用目的：统计分析\n",
            ("pangle-ads", "high", "explicit"),
            reads={"com.bytedance.sdk.openadsdk.TTAdSdk": ("imei",)},
        ),
        case("what it is for", UMENG_LIST % "IMEI", holds=UMENG),
        case(
            "what it is for, and security too",
            (UMENG_LIST % "IMEI").replace("统计分析", "统计分析、反作弊"),
            holds=UMENG,
        ),
        case(
            "a purpose of no known kind",
            (UMENG_LIST % "IMEI").replace("统计分析", "甲乙丙"),
            holds=UMENG,
        ),
        case("not in the package", (UMENG_LIST % "IMEI").replace("统计分析", "投放广告")),
        case(
            "one permission of a statistics SDK, to send messages (trap 31)",
            says(
                "友盟+SDK会收集您的IMEI，用于统计分析。",
                "友盟+SDK会申请存储权限，用来保存设备标识，以便向目标设备推送消息。",
            ),
            ("umeng-analytics", "medium", "explicit"),
            holds=UMENG,
        ),
        case(
            "the vendor's SDK for messages is in the package too",
            says(
                "友盟+SDK会收集您的IMEI，用于统计分析。",
                "友盟+SDK会申请存储权限，用来保存设备标识，以便向目标设备推送消息。",
            ),
            holds=(UMENG, "com.umeng.message.PushAgent"),
        ),
        case(
            "in English, in the SDK's record",
            ENGLISH_LIST % "push notifications",
            ("umeng-analytics", "medium", "explicit"),
            holds=UMENG,
        ),
        case(
            "in English, in one sentence of two",
            ENGLISH
            + "Umeng SDK collects your IMEI for statistics.\n\n"
            + "Umeng SDK collects your Android ID to send you push notifications.\n",
            ("umeng-analytics", "medium", "explicit"),
            holds=UMENG,
        ),
        case("in English, what it is for", ENGLISH_LIST % "statistics", holds=UMENG),
        case(
            "in English, an advertising SDK for statistics",
            ENGLISH + "AdMob SDK collects your IMEI for statistics.\n",
            ("google-admob", "medium", "explicit"),
            holds="com.google.android.gms.ads.AdView",
        ),
    ),
    "purpose-missing": (
        case("none", says("我们会收集您的IMEI。"), ("imei", "medium", "explicit")),
        case(
            "general data that no code reads weighs less",
            says("我们会收集您的设备型号。"),
            ("device_model", "low", "explicit"),
        ),
        case("one", says("我们会收集您的IMEI，用于保障账号安全。")),
        case("an occasion", says("您登录时，我们会收集您的IMEI。")),
        case(
            "here none, there one",
            says("我们会收集您的IMEI。", "为了防止盗号，我们会收集您的IMEI。"),
        ),
        case("in the field of its record", UMENG_LIST % "IMEI"),
        case(
            "in the introduction of the list",
            HEAD + "为了保障账号安全，我们会收集以下信息：\n\n（1）IMEI；\n\n（2）OAID。\n",
        ),
        case("personal information is a heading", says("我们会收集您的个人信息。")),
        case("denied", says("我们不会收集您的IMEI。")),
    ),
    "recipient-unnamed": (
        case(
            "a category",
            says("我们可能会向合作伙伴共享您的设备信息。"),
            ("合作伙伴", "medium", "umbrella"),
        ),
        case(
            "a category, where others are named",
            says("我们可能会向合作伙伴共享您的设备信息。", "我们接入了友盟+SDK，用于统计分析。"),
            ("合作伙伴", "low", "umbrella"),
        ),
        case(
            "several categories in one breath, and one of them again",
            says(
                "我们可能会向合作伙伴、供应商共享您的设备信息。",
                "我们可能会向合作伙伴共享您的位置信息。",
            ),
            ("合作伙伴", "medium", "umbrella"),
        ),
        case(
            "who they are stands in a list",
            says("我们可能会向合作伙伴共享您的设备信息，详见《第三方信息共享清单》。"),
        ),
        case("authorities", says("我们可能会向司法机关披露您的设备信息。")),
        case("denied", says("我们不会向合作伙伴共享您的设备信息。")),
        case("a name", says("我们会将您的IMEI共享给友盟+。")),
    ),
    "sdk-inaccurate": (
        case(
            "its entry lacks what its code reads",
            UMENG_LIST % "设备型号",
            ("umeng-analytics", "high", "absent"),
            reads={UMENG: ("imsi", "imei")},
        ),
        case(
            "its entry says nothing of what it collects",
            says("我们接入了友盟+SDK，用于统计分析。"),
            ("umeng-analytics", "medium", "absent"),
            reads={UMENG: ("imsi",)},
        ),
        case(
            "the app's own list covers it",
            says("我们会收集您的IMSI。") + (UMENG_LIST % "设备型号").removeprefix(HEAD),
            ("umeng-analytics", "medium", "absent"),
            reads={UMENG: ("imsi",)},
        ),
        case(
            "only general data is lacking",
            UMENG_LIST % "设备型号",
            ("umeng-analytics", "medium", "absent"),
            reads={UMENG: ("carrier",)},
        ),
        case(
            "the entry of another SDK lists it",
            f"{UMENG_LIST % '设备型号'}\nSDK名称：极光推送SDK\n"
            "公司名称：深圳市和讯华谷信息技术有限公司\n收集的个人信息：IMSI\n",
            ("umeng-analytics", "high", "absent"),
            reads={UMENG: ("imsi",)},
        ),
        case(
            "only its vendor's own notice names more",
            UMENG_LIST % "设备型号",
            ("umeng-analytics", "low", "absent"),
            holds=UMENG,
        ),
        case(
            "its entry says nothing, its vendor's own notice does",
            says("我们接入了友盟+SDK，用于统计分析。"),
            ("umeng-analytics", "medium", "absent"),
            holds=UMENG,
        ),
        case("its entry lists it", UMENG_LIST % f"IMSI、{GENERAL}", reads={UMENG: ("imsi",)}),
        case(
            "its entry covers it by a general word",
            UMENG_LIST % GENERAL,
            reads={UMENG: ("imsi",)},
        ),
        case(
            "the clipboard has a rule of its own",
            UMENG_LIST % GENERAL,
            reads={UMENG: ("clipboard",)},
        ),
        case("it is not named at all", NOTHING, reads={UMENG: ("imsi",)}),
    ),
    "sdk-linked-only": (
        case(
            "the list that the policy refers to was not supplied",
            LINKED,
            ("getui-push", "medium", "linked-document-missing"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "of what is only a stub it cannot be told either",
            LINKED,
            ("getui-push", "medium", "linked-document-missing"),
            holds=GETUI,
        ),
        case(
            "the list was supplied and has it",
            (LINKED, "第三方SDK目录\n\nSDK名称：个推SDK\n收集的个人信息：IMEI\n"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "the list was supplied and lacks it: that is another finding",
            (LINKED, "第三方SDK目录\n\nSDK名称：友盟+SDK\n收集的个人信息：IMEI\n"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "another document was supplied",
            (LINKED, "儿童个人信息保护规则\n\n我们不会收集儿童的IMEI。\n"),
            ("getui-push", "medium", "linked-document-missing"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "the policy itself names it",
            LINKED + "我们接入了个推SDK，用于推送消息，个推SDK会收集您的IMEI。\n",
            reads={GETUI: ("imei",)},
        ),
        case("the policy refers to no list", NOTHING, reads={GETUI: ("imei",)}),
    ),
    "sdk-overdeclared": (
        case(
            "listed and not in the package",
            UMENG_LIST % "IMEI",
            ("umeng-analytics", "info", "explicit"),
        ),
        case("listed and in the package", UMENG_LIST % "IMEI", holds=UMENG),
        case("part of the code could not be read", UMENG_LIST % "IMEI", reads="imei", broken=True),
        case(
            "a vendor's name may mean a service without code",
            says("您可以使用腾讯的账号登录，我们会从腾讯获取您的昵称。"),
        ),
        case("no trace of it is known", says("我们接入了脉盟SDK，用于展示广告。")),
        case("a building block is no SDK", HEAD + "二、第三方SDK目录\n\nSDK名称：Glide\n"),
        case("on another platform", says("iOS版接入了友盟+SDK，用于统计分析。")),
        case("denied", says("我们没有接入友盟+SDK。")),
        case("denied as a user of it", says("我们不使用友盟+SDK。")),
        case("denied as a receiver", says("我们不会向友盟+提供您的IMEI。")),
    ),
    "sdk-undisclosed": (
        case(
            "embedded, reads data, not listed",
            NOTHING,
            ("getui-push", "high", "absent"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "another SDK of the same kind is listed instead",
            says("我们接入了极光推送SDK，用于推送消息，极光推送SDK会收集您的IMEI。"),
            ("getui-push", "high", "absent"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "its vendor is named for another product alone",
            says(
                "SDK名称：微信开放平台",
                "公司名称：深圳市腾讯计算机系统有限公司",
                "收集信息：昵称",
            ),
            ("tencent-bugly", "high", "absent"),
            reads={"com.tencent.bugly.crashreport.CrashReport": ("imei",)},
        ),
        case(
            "the app's own list of data does not name a recipient",
            says("我们会收集您的IMEI。"),
            ("getui-push", "high", "absent"),
            reads={GETUI: ("imei",)},
        ),
        case(
            "reads nothing, but its vendor says what it collects",
            NOTHING,
            ("getui-push", "high", "absent"),
            holds=GETUI,
        ),
        case(
            "denied",
            says("我们没有接入友盟+SDK。"),
            ("umeng-analytics", "high", "absent"),
            reads={UMENG: ("imei",)},
        ),
        case(
            "nothing is known of what it collects",
            NOTHING,
            ("pgyer-update", "medium", "absent"),
            holds="com.pgyersdk.update.Manager",
        ),
        case("listed by name", says("我们接入了个推SDK，用于推送消息。"), holds=GETUI),
        case("listed by vendor", says("我们接入了每日互动的推送服务。"), holds=GETUI),
        case("a package that begins alike is another", NOTHING, holds="com.umengx.Fake"),
        case("the app's own wrapper of an SDK", NOTHING, holds=f"{PACKAGE}.umeng.Wrapper"),
        case("a wrapper of somebody else", NOTHING, holds="com.myapp.umeng.Wrapper"),
        case("a building block", NOTHING, holds="okhttp3.internal.Util"),
        case("the policy refers to a list that was not supplied", LINKED, holds=GETUI),
    ),
    "sensitive-no-necessity": (
        case(
            "not a word on it",
            says("我们会收集您的人脸信息，用于登录。"),
            ("face", "low", "explicit"),
        ),
        case(
            "code reads it",
            says("我们会收集您的通话记录，用于拦截骚扰电话。"),
            ("call_log", "medium", "explicit"),
            reads="call_log",
        ),
        case("why it is needed", says("我们会收集您的人脸信息，用于登录，这是识别您所必需的。")),
        case(
            "what refusing means",
            says("我们会收集您的人脸信息，用于登录。如您拒绝，您可以用密码登录。"),
        ),
        case(
            "it is said of a narrower kind",
            says(
                "我们会收集您的精确位置信息，用于记录路线，这是敏感个人信息。",
                "SDK会收集位置信息。",
            ),
            reads="location",
        ),
        case("not sensitive", says("我们会收集您的IMEI，用于登录。")),
    ),
    "share-denied": (
        case(
            "nothing is shared, and an SDK that is not named reads data",
            says("我们不会向任何第三方共享您的个人信息。"),
            ("pi", "high", "denied"),
            reads={UMENG: ("imei",)},
        ),
        case(
            "one kind of data is not shared",
            says("我们不会向任何第三方提供您的IMEI。"),
            ("imei", "high", "denied"),
            reads={UMENG: ("imei",)},
        ),
        case(
            "another kind is read",
            says("我们不会向任何第三方提供您的IMEI。"),
            reads={UMENG: ("imsi",)},
        ),
        case(
            "with an exception",
            says("未经您同意，我们不会向任何第三方共享您的个人信息。"),
            reads={UMENG: ("imei",)},
        ),
        case(
            "only the app itself reads",
            says("我们不会向任何第三方共享您的个人信息。"),
            reads="imei",
        ),
        case("the SDK reads nothing", says("我们不会向任何第三方共享您的个人信息。"), holds=UMENG),
    ),
}
"""Every rule with cases in which it speaks, and in which it does not."""


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(rule, c, id=f"{rule}: {c.about}") for rule, cs in CASES.items() for c in cs],
)
def test_the_rule_finds_exactly(check: Check, rule: str, example: Case) -> None:
    report = check(
        *example.policies,
        asks=example.asks,
        reads=example.reads,
        holds=example.holds,
        broken=example.broken,
    )
    assert found(report, rule) == set(example.finds)


def test_every_rule_has_cases_in_which_it_speaks_and_in_which_it_does_not() -> None:
    assert sorted([*CASES, *SPEAKS, *BY_APP]) == sorted(RULES)
    for rule, cases in CASES.items():
        assert {bool(c.finds) for c in cases} == {True, False}, rule


# -- doubts: the profile says what follows ---------------------------------------------------------


@pytest.fixture
def judge(tmp_path: Path, tables: Tables) -> Callable[..., Report]:
    """Checks an app with entry points, as ``tests.pairs.apps`` builds it."""

    def run(policy: str, *, profile: Tables = tables, lang: str = "zh", **changes: Any) -> Report:
        apk, path = tmp_path / "app.apk", tmp_path / "policy.txt"
        apk.write_bytes(build(**changes))
        path.write_text(policy, "utf-8")
        return check_app(apk, [path], profile, lang=lang).report

    return run


DOUBTFUL = (
    ({"reads": {"app": ["imsi"]}}, NOTHING, "data-undisclosed", ("high", "high")),
    ({"reads": {"app@dead": ["imsi"]}}, NOTHING, "data-undisclosed", ("medium", "medium")),
    ({"reads": {"org.unheard.of.A": ["imsi"]}}, NOTHING, "data-undisclosed", ("medium", "medium")),
    ({"reads": {"app": ["app_list"]}}, DENIES, "data-denied", ("high", "high")),
    ({"reads": {"app@dead": ["app_list"]}}, DENIES, "data-denied", ("medium", "medium")),
    ({"reads": {UMENG: ["imsi"]}}, UMENG_LIST % "设备型号", "sdk-inaccurate", ("high", "high")),
    (
        {"reads": {f"{UMENG}@dead": ["imsi"]}},
        UMENG_LIST % "设备型号",
        "sdk-inaccurate",
        ("medium", "high"),
    ),
    ({"holds": [UMENG]}, UMENG_LIST % "设备型号", "sdk-inaccurate", ("low", "low")),
)
"""An app, its policy, a rule, and how severe and how sure its finding is."""


@pytest.mark.parametrize(("changes", "policy", "rule", "expected"), DOUBTFUL)
def test_what_is_doubtful_is_less_severe_and_less_sure(
    judge: Callable[..., Report],
    changes: dict[str, Any],
    policy: str,
    rule: str,
    expected: tuple[str, str],
) -> None:
    only = finding(judge(policy, **changes), rule)
    assert (only.severity, only.confidence) == expected


def test_how_much_a_doubt_weighs_is_data(judge: Callable[..., Report], tables: Tables) -> None:
    row = tables.profiles["cn"]["data-undisclosed"]._replace(
        confidence=Confidence.MEDIUM,
        confidence_lowered=("code-unreached: low",),
        severity_lowered=("code-unreached: info",),
    )
    changed = replace(tables, profiles={"cn": {**tables.profiles["cn"], row.id: row}})
    dead = finding(judge(NOTHING, profile=changed, reads={"app@dead": ["imsi"]}), row.id)
    assert (dead.severity, dead.confidence) == ("info", "low")
    alive = finding(judge(NOTHING, profile=changed, reads={"app": ["imsi"]}), row.id)
    assert (alive.severity, alive.confidence) == ("high", "medium")


# -- code that is reached at start -----------------------------------------------------------------


class TestStart:
    """Whether code waits for consent is not known; that it is reached at start is."""

    RULE = "consent-before-collect"

    def test_one_finding_for_each_sdk_and_each_data_type_of_the_app(
        self, judge: Callable[..., Report]
    ) -> None:
        started = {"app@start": ["mac"], f"{GETUI}@start": ["imei", "android_id"], "app": ["sms"]}
        report = judge(NOTHING, reads=started)
        assert found(report, self.RULE) == {
            ("mac", "medium", None),
            ("getui-push", "medium", None),
        }
        (sdk,) = (f for f in report.findings if f.rule == self.RULE and f.subject.kind == "sdk")
        assert sdk.strength is Strength.API_CALL_AT_START
        assert len(sdk.evidence) == 2

    def test_it_is_told_where_the_policy_discloses_it_too(
        self, judge: Callable[..., Report]
    ) -> None:
        policy = says("我们会收集您的MAC地址，用于保障账号安全。")
        assert found(judge(policy, reads={"app@start": ["mac"]}), self.RULE)

    def test_it_is_silent_where_only_a_screen_leads_there(
        self, judge: Callable[..., Report]
    ) -> None:
        report = judge(NOTHING, reads={"app": ["mac"], GETUI: ["imei"], "app@dead": ["imsi"]})
        assert not found(report, self.RULE)

    @pytest.mark.parametrize(("lang", "never"), [("zh", "同意前"), ("en", "before consent")])
    def test_it_never_says_that_it_happens_before_consent(
        self, judge: Callable[..., Report], lang: str, never: str
    ) -> None:
        only = finding(judge(NOTHING, lang=lang, reads={"app@start": ["mac"]}), self.RULE)
        assert only.confidence == "low"
        assert "start.Reader.read_mac" in only.message
        assert never not in f"{only.title}{only.message}"
        assert not only.notices


# -- one subject, one finding ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "grade", "rule"),
    [
        ("我们会收集您的Android ID，用于登录。", "explicit", None),
        ("我们会收集您的设备信息，用于登录。", "umbrella", "data-umbrella-only"),
        ("我们会收集您的昵称。", "absent", "data-undisclosed"),
        ("我们不会收集您的Android ID。", "denied", "data-denied"),
    ],
)
def test_each_grade_of_disclosure_has_its_rule(
    check: Check, policy: str, grade: str, rule: str | None
) -> None:
    report = check(says(policy), reads={MAIN: ("android_id",)})
    assert rules_about(report, "android_id") == ({rule} if rule else set())
    summary = report.summary
    counts = {
        "explicit": summary.disclosed,
        "umbrella": summary.umbrella,
        "absent": summary.undisclosed,
        "denied": summary.undisclosed,
    }
    assert counts[grade] == sum((summary.disclosed, summary.umbrella, summary.undisclosed)) == 1


def test_a_word_that_may_mean_the_data_makes_a_finding_less_sure_and_covers_nothing(
    check: Check,
) -> None:
    silent = finding(check(NOTHING, reads={MAIN: ("app_list",)}), "data-undisclosed")
    told = check(says("我们会收集您的设备信息，用于登录。"), reads={MAIN: ("app_list",)})
    only = finding(told, "data-undisclosed")
    assert (silent.severity, silent.confidence, silent.grade) == ("high", "high", "absent")
    assert (only.severity, only.confidence, only.grade) == ("high", "medium", "absent")
    assert not silent.claims
    assert only.claims
    assert "“设备信息”，不一定包括" in only.message


def test_a_permission_gives_one_finding_and_data_another(check: Check) -> None:
    report = check(NOTHING, asks=["READ_CONTACTS"], reads={MAIN: ("contacts",)})
    assert rules_about(report, "READ_CONTACTS") == {"permission-undisclosed"}
    assert rules_about(report, "contacts") == {"data-undisclosed"}


def test_all_who_read_the_same_data_are_in_one_finding(check: Check) -> None:
    readers = (MAIN, f"{PACKAGE}.login.Login", "org.unheard.of.Reader")
    report = check(NOTHING, reads=dict.fromkeys(readers, ("imei",)))
    only = finding(report, "data-undisclosed")
    callers = {
        report.evidence.api_calls[int(pointer.rpartition("/")[2])].caller_class
        for pointer in only.evidence
    }
    assert callers == set(readers)


def test_the_worst_reader_decides_the_grade(check: Check) -> None:
    """The SDK's reading is declared, the app's own is covered by a general word only."""
    policy = says("我们会收集您的设备信息。") + (UMENG_LIST % "IMEI").removeprefix(HEAD)
    report = check(policy, reads={MAIN: ("imei",), UMENG: ("imei",)})
    only = finding(report, "data-umbrella-only")
    (pointer,) = only.evidence
    call = report.evidence.api_calls[int(pointer.rpartition("/")[2])]
    assert call.owner == "first-party"


def test_findings_come_by_severity_and_then_by_strength(check: Check) -> None:
    report = check(
        NOTHING,
        asks=["INTERNET", "READ_SMS", "CALL_PHONE"],
        reads={MAIN: ("carrier",), GETUI: ("imei",)},
    )
    assert [(f.rule, f.severity, f.strength) for f in compared(report)] == [
        ("sdk-undisclosed", Severity.HIGH, Strength.API_CALL),
        ("permission-undisclosed", Severity.HIGH, Strength.PERMISSION_HELD),
        ("data-undisclosed", Severity.MEDIUM, Strength.API_CALL),
        ("permission-unused", Severity.MEDIUM, Strength.PERMISSION_HELD),
        ("permission-undisclosed", Severity.LOW, Strength.PERMISSION_HELD),
        ("permission-undisclosed", Severity.INFO, Strength.PERMISSION_HELD),
    ]


def test_an_sdk_without_calls_is_only_present(check: Check) -> None:
    report = check(NOTHING, holds=[GETUI])
    assert finding(report, "sdk-undisclosed").strength is Strength.SDK_PRESENT


def test_a_policy_that_covers_everything_leaves_no_finding(check: Check) -> None:
    policy = says(
        "我们会在您开启电话权限后收集您的IMEI，用于保障账号安全。",
        "我们会使用网络权限，用于连接服务器。",
    ) + (UMENG_LIST % f"Android ID、{GENERAL}").removeprefix(HEAD)
    report = check(
        policy,
        asks=["READ_PHONE_STATE", "INTERNET"],
        reads={MAIN: ("imei",), UMENG: ("android_id",)},
    )
    found = [(f.rule, f.subject.id) for f in compared(report) if f.rule != "sensitive-no-necessity"]
    assert found == [("data-api-unavailable", "imei")]
    assert (report.summary.disclosed, report.summary.undisclosed) == (4, 0)


# -- what a label of a policy covers ---------------------------------------------------------------

_MEDIA = {"READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO", "READ_MEDIA_AUDIO"}
_STORAGE = {"READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"}
_PICKED = {"READ_MEDIA_VISUAL_USER_SELECTED"}


@pytest.mark.parametrize(
    ("label", "covers", "may_mean", "not_covered"),
    [
        (
            "存储权限",
            _STORAGE | _MEDIA | _PICKED,
            set(),
            {"MANAGE_EXTERNAL_STORAGE", "ACCESS_MEDIA_LOCATION"},
        ),
        (
            "相册权限",
            _STORAGE | {"READ_MEDIA_IMAGES"} | _PICKED,
            set(),
            {"READ_MEDIA_AUDIO", "MANAGE_EXTERNAL_STORAGE", "ACCESS_MEDIA_LOCATION"},
        ),
        (
            "位置权限",
            {"ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"},
            set(),
            {"ACCESS_MEDIA_LOCATION"},
        ),
        (
            "电话权限",
            {"READ_PHONE_STATE"},
            {"CALL_PHONE", "READ_PHONE_NUMBERS"},
            {"READ_CALL_LOG", "READ_CONTACTS"},
        ),
        (
            "短信权限",
            {"READ_SMS", "RECEIVE_SMS", "SEND_SMS", "RECEIVE_MMS", "RECEIVE_WAP_PUSH"},
            set(),
            {"READ_CALL_LOG"},
        ),
        (
            "通讯录权限",
            {"READ_CONTACTS", "WRITE_CONTACTS", "GET_ACCOUNTS"},
            set(),
            {"READ_CALL_LOG", "READ_SMS"},
        ),
        ("日历权限", {"READ_CALENDAR", "WRITE_CALENDAR"}, set(), {"READ_CONTACTS"}),
        (
            "蓝牙权限",
            {"BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"},
            set(),
            {"NEARBY_WIFI_DEVICES"},
        ),
    ],
)
def test_a_label_covers(
    check: Check, label: str, covers: set[str], may_mean: set[str], not_covered: set[str]
) -> None:
    report = check(says(f"我们会申请{label}。"), asks=sorted(covers | may_mean | not_covered))
    assert {s for s, *_ in found(report, "permission-undisclosed")} == not_covered
    assert {s for s, *_ in found(report, "permission-label-ambiguous")} == may_mean
    assert found(report, "permission-implied") == set()


class TestImpliedPermissions:
    """What the target level brings along weighs less than what the manifest names."""

    SILENT = says("我们会收集您的昵称。")

    def test_call_log_by_contacts(self, check: Check) -> None:
        report = check(self.SILENT, asks=["READ_CONTACTS"], min_sdk=9, target_sdk=15)
        severities = {s: severity for s, severity, _ in found(report, "permission-undisclosed")}
        assert severities["READ_CONTACTS"] == "high"
        assert severities["READ_CALL_LOG"] == "low"

    def test_background_location_for_an_old_target(self, check: Check) -> None:
        old = check(self.SILENT, asks=["ACCESS_FINE_LOCATION"], target_sdk=28)
        asked = check(self.SILENT, asks=["ACCESS_BACKGROUND_LOCATION"])
        assert finding(old, "permission-background-location").severity == "low"
        assert finding(asked, "permission-background-location").severity == "high"

    def test_nothing_is_told_twice(self, check: Check) -> None:
        report = check(self.SILENT, asks=["WRITE_EXTERNAL_STORAGE", "ACCESS_FINE_LOCATION"])
        subjects = {s for s, *_ in found(report, "permission-undisclosed")}
        assert subjects == {"WRITE_EXTERNAL_STORAGE", "ACCESS_FINE_LOCATION"}

    def test_they_are_not_counted(self, check: Check) -> None:
        report = check(self.SILENT, asks=["WRITE_EXTERNAL_STORAGE"], target_sdk=28)
        assert report.summary.undisclosed == 1


# -- what findings are known by --------------------------------------------------------------------


def test_a_findings_id_survives_rewording_and_rebuilding(check: Check) -> None:
    before = check(
        says("我们会收集您的设备信息，用于登录。"), asks=["READ_SMS"], reads={MAIN: ("android_id",)}
    )
    after = check(
        says(
            "为了保障账号安全，我们可能获取设备的信息。", "我们会收集您的设备信息和昵称，用于登录。"
        ),
        asks=["INTERNET", "CAMERA", "READ_SMS"],
        reads={f"{PACKAGE}.Moved": ("android_id",), f"{PACKAGE}.New": ("imsi",)},
        version="2.0",
    )
    ids = {(f.rule, f.subject.id): f.id for f in after.findings}
    assert before.app.sha256 != after.app.sha256
    assert len(compared(before)) == 3
    for f in compared(before):
        assert ids[f.rule, f.subject.id] == f.id


def test_a_findings_id_tells_rules_subjects_and_apps_apart(check: Check) -> None:
    def read(package: str) -> list[str]:
        report = check(
            NOTHING,
            asks=["READ_SMS", "READ_CALL_LOG"],
            reads={f"{package}.Main": ("sms", "imei")},
            package=package,
        )
        return [f.id for f in compared(report)]

    ids = read("com.example.app") + read("com.example.other")
    assert len(ids) == len(set(ids)) == 10


# -- what findings say -----------------------------------------------------------------------------


def test_only_verified_clauses_are_quoted(check: Check, tables: Tables) -> None:
    report = check(
        says("我们会收集您的设备信息和IDFA。", "我们不会收集您的应用列表。"),
        asks=["READ_SMS", "ACCESS_BACKGROUND_LOCATION"],
        reads={MAIN: ("android_id", "app_list", "clipboard"), GETUI: ("imei",)},
    )
    clauses = {c.id: c for f in report.findings for c in f.clauses}
    assert {c.quote is not None for c in clauses.values()} == {True, False}
    for clause in clauses.values():
        row = tables.clauses[clause.id]
        assert clause.quote == (row.text if row.verified else None)


def test_every_finding_says_what_to_do_with_every_gap_of_its_text_filled(check: Check) -> None:
    for lang in ("zh", "en"):
        for rule, cases in CASES.items():
            example = next(c for c in cases if c.finds)
            report = check(
                *example.policies,
                asks=example.asks,
                reads=example.reads,
                holds=example.holds,
                lang=lang,
            )
            for f in report.findings:
                if f.rule == rule:
                    for text in (f.title, f.message, f.remedy):
                        assert text, rule
                        assert not {"{", "}", "—"} & set(text), (rule, text)


def test_an_sdk_that_reads_nothing_is_told_by_what_its_vendor_declares(check: Check) -> None:
    only = finding(check(NOTHING, holds=[GETUI]), "sdk-undisclosed")
    assert "未发现其中的敏感调用" in only.message
    assert "IMEI" in only.remedy


def test_every_readable_thing_of_these_apps_is_one_that_the_tables_know(
    check: Check, tables: Tables
) -> None:
    report = check(NOTHING, reads={MAIN: tuple(READS)})
    assert {c.data_type for c in report.evidence.api_calls} == set(READS)
    assert set(READS) <= set(tables.data_types)
