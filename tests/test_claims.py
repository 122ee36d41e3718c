"""What sentences, lists, records and tables of a policy state, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apkcheck.claims import extract_claims
from apkcheck.model import Claim, Platform, SectionRole
from apkcheck.tables import Tables
from tests.conftest import Apkcheck
from tests.statements import (
    Said,
    asks,
    asks_not,
    claims_of,
    collected,
    data_said,
    defined,
    denied,
    permissions_said,
    read,
    recipient,
    said,
    shared,
    types_said,
    umbrella,
    used,
)

Case = tuple[str, set[Said]]

LTD = "上海甲乙信息技术有限公司"
CONTACTS = {asks("READ_CONTACTS"), asks("WRITE_CONTACTS"), asks("GET_ACCOUNTS")}
CALLS = {
    asks("READ_PHONE_STATE"),
    asks("CALL_PHONE", grade="umbrella"),
    asks("READ_PHONE_NUMBERS", grade="umbrella"),
}


def cases(*rows: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("text", "expected"), [pytest.param(text, states, id=text[:40]) for text, states in rows]
    )


def one(text: str, subject: str, tables: Tables, suffix: str = ".txt") -> Claim:
    """The only claim about a subject."""
    (claim,) = [c for c in claims_of(text, tables, suffix) if c.subject == subject]
    return claim


class TestSentences:
    @cases(
        ("我们会收集您的IMEI。", {collected("imei")}),
        ("需要收集OAID。", {collected("oaid")}),
        ("您可以提供昵称。", {collected("nickname")}),
        ("我们不会与第三方共享所收集的您的昵称。", {denied("nickname", "share")}),
        ("我们不会将收集的昵称提供给第三方。", {denied("nickname", "share")}),
        ("我们不收集的信息有昵称。", {denied("nickname")}),
        ("为了完成认证，您需要提供您的姓名。", {collected("name")}),
        ("为了创建账户您需要至少向我们提供您的手机号码。", {collected("phone_number")}),
        ("为了便于您填写手机号码，我们会显示示例。", set()),
        ("我们至少需要您的手机号码。", {collected("phone_number")}),
        ("我们需要您的授权同意。", set()),
        ("您应提供真实姓名，才能成功注册账号。", {collected("name")}),
        ("我们可能会调用您的设备权限、获取您的手机号码。", {collected("phone_number")}),
        ("如我们违反与您的约定共享您的手机号码，我们将立即停止共享。", set()),
        ("经您同意后收集OAID。", {collected("oaid")}),
        ("在您使用时收集OAID。", {collected("oaid")}),
        ("为了回应您的要求，收集OAID。", {collected("oaid")}),
        ("您的手机号码将被收集。", {collected("phone_number")}),
        ("我们会读取您的剪切板内容。", {collected("clipboard")}),
        ("我们会获取手机号码、读取短信。", {collected("phone_number"), collected("sms")}),
        ("为了核实身份，我们需要您提供姓名。", {collected("name")}),
        ("我们如何收集和使用信息。", set()),
        (
            "我们会收集您的IMEI、MAC地址和Android ID。",
            {collected("imei"), collected("mac"), collected("android_id")},
        ),
        ("我们会收集您的设备信息。", {umbrella("device")}),
        (
            "我们会收集您的设备信息（包括IMEI、MAC地址）。",
            {umbrella("device"), collected("imei"), collected("mac")},
        ),
    )
    def test_what_is_collected(self, text: str, expected: set[Said], tables: Tables) -> None:
        assert said(text, tables) == expected

    @cases(
        ("您注册账号时需要提供手机号码和头像。", {collected("phone_number"), collected("avatar")}),
        ("请您填写真实姓名和身份证号码。", {collected("name"), collected("id_number")}),
        ("您可以上传头像。", {collected("avatar")}),
        ("您需要向我们提供您的电子邮箱。", {collected("email")}),
        ("您将手机号码发送给我们。", {collected("phone_number")}),
    )
    def test_what_users_hand_over_is_collected(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("我们会为您提供位置服务和头像装饰。", set()),
        ("我们会向您展示您的昵称和头像。", set()),
        ("您可以接收短信内容。", set()),
        ("感谢您的信任，我们重视您的位置信息。", set()),
    )
    def test_what_is_only_mentioned_is_not_collected(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        (
            "我们会向友盟传输您的IMEI。",
            {
                shared("imei", "umeng-analytics"),
                recipient("umeng-analytics", "share"),
            },
        ),
        (
            "我们会将您的IMEI、OAID共享给个推。",
            {
                shared("imei", "getui-push"),
                shared("oaid", "getui-push"),
                recipient("getui-push", "share"),
            },
        ),
        (
            f"我们会把您的手机号码提供给{LTD}。",
            {shared("phone_number", LTD), recipient(LTD, "share")},
        ),
        (
            f"我们会与{LTD}共享您的手机号码。",
            {shared("phone_number", LTD), recipient(LTD, "share")},
        ),
        (
            "我们可能与合作伙伴共享您的设备信息。",
            {shared("device", grade="umbrella"), recipient("合作伙伴", "share")},
        ),
        ("我们会公开披露您的昵称。", {shared("nickname")}),
        ("我们会向其提供您的姓名。", {shared("name")}),
    )
    def test_what_is_shared_and_with_whom(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("我们可能使用您的位置信息。", {used("location", grade="umbrella")}),
        ("我们会分析您的浏览记录。", {used("browsing")}),
        ("我们需要访问您的剪切板。", {used("clipboard")}),
        ("为了让登录更轻松，我们会使用您的昵称。", {used("nickname")}),
        ("我们使用了友盟，以便分析您的浏览记录。", {recipient("umeng-analytics")}),
        ("您可以使用位置信息服务。", set()),
    )
    def test_what_is_used(self, text: str, expected: set[Said], tables: Tables) -> None:
        assert said(text, tables) == expected

    @cases(
        ("我们不会收集您的通话记录。", {denied("call_log")}),
        ("本应用不收集IMEI。", {denied("imei")}),
        ("我们从不向他人提供您的位置信息。", {denied("location", "share")}),
        (
            "我们不会收集您的通讯录，但会收集您的手机号码。",
            {denied("contacts"), collected("phone_number")},
        ),
        (
            "我们收集您的手机号码，但不会收集您的通讯录。",
            {denied("contacts"), collected("phone_number")},
        ),
    )
    def test_what_is_denied(self, text: str, expected: set[Said], tables: Tables) -> None:
        assert said(text, tables) == expected

    @cases(
        (
            "我们不会与第三方共享您的手机号码，但以下情况除外：",
            {denied("phone_number", "share", exception=True)},
        ),
        ("未经您的同意，我们不会收集您的位置信息。", {denied("location", exception=True)}),
        (
            "除法律另有规定外，我们不会将您的设备信息提供给任何第三方。",
            {denied("device", "share", exception=True)},
        ),
        (
            "我们绝不会向任何第三方提供您的身份证号码，除非获得您的明确同意。",
            {denied("id_number", "share", exception=True)},
        ),
    )
    def test_a_denial_with_a_way_out_is_not_a_plain_one(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("如您拒绝提供位置信息，将无法使用附近的人功能。", set()),
        ("如果您不同意我们收集位置信息，您将无法导航。", set()),
        ("您可以拒绝提供手机号码，但这将导致无法登录。", set()),
        ("您若不提供通讯录，不影响您使用其他功能。", set()),
        ("拒绝授权位置权限不会影响其他功能。", set()),
    )
    def test_what_follows_from_refusing_neither_collects_nor_denies(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("在以下情形中，收集您的银行卡号无需征得您的同意。", set()),
        ("四、征得同意的例外\n我们会收集您的IMEI，如与国家安全有关。\n", set()),
        ("下列情形收集信息无需征得同意：\n1. 从公开渠道收集的手机号码；\n", set()),
    )
    def test_exemptions_from_consent_are_no_statements(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("我们收集OAID，用于改善语音质量和相机效果。", {collected("oaid")}),
        ("为了向您提供语音服务，我们会收集您的录音信息。", {collected("audio")}),
        ("我们收集OAID，以便识别您的IMEI。", {collected("oaid")}),
    )
    def test_words_of_a_purpose_are_not_collected(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("我们会收集安装的应用列表，从而判断设备是否为模拟器。", {collected("app_list")}),
        (
            "我们会收集OAID，用于推送，并收集IMEI。",
            {collected("oaid"), collected("imei")},
        ),
    )
    def test_a_verb_after_a_purpose_counts_again(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        (
            "除获取您的明示同意外，我们不会将您的照片转让给他人。",
            {denied("photo_video", "share", exception=True)},
        ),
        (
            "除非得到您的许可，我们不会与广告商分享您的邮箱。",
            {denied("email", "share", exception=True)},
        ),
        ("我们会与合作伙伴分享您的手机号码。", {shared("phone_number")}),
        ("您可以把位置信息分享给好友。", set()),
        ("在离线模式下，本软件不会上传您的通讯录。", {denied("contacts")}),
        ("我们会将您的手机号码用于找回密码。", {used("phone_number")}),
    )
    def test_exceptions_and_weak_verbs(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert data_said(text, tables) == expected

    @cases(
        ("我们会采取加密措施，防止您的身份证号码遭到未经授权的访问、披露和使用。", set()),
        ("本政策仅适用于我们收集的个人信息。", set()),
        ("我们会要求其按照约定处理您的位置信息。", set()),
        ("您可以在设置中查阅、更正我们收集的昵称和头像。", set()),
        ("请您谨慎提供身份证号码。", set()),
        ("对于接收个人信息的公司，我们会签署协议。", set()),
    )
    def test_what_is_said_beside_states_nothing(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert data_said(text, tables) == expected


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "subject", "condition"),
        [
            ("当您使用打车功能时，我们会收集位置信息。", "location", "当您使用打车功能时"),
            ("经您同意后，我们会读取您的通讯录。", "contacts", "经您同意后"),
            ("我们会在您注册账号时收集手机号码。", "phone_number", "在您注册账号时"),
            ("如果您使用语音搜索，我们会收集录音信息。", "audio", "如果您使用语音搜索"),
            ("我们会收集您的IMEI。", "imei", None),
        ],
    )
    def test_a_claim_says_when_it_holds(
        self, text: str, subject: str, condition: str | None, tables: Tables
    ) -> None:
        assert one(text, subject, tables).condition == condition

    def test_consent_and_action_are_told_apart(self, tables: Tables) -> None:
        text = "征得您的同意后，我们会收集IMEI。\n当您拍照时，我们会收集照片。\n"
        kinds = {c.subject: c.condition_kind for c in claims_of(text, tables)}
        assert (kinds["imei"], kinds["photo_video"]) == ("consent", "user-action")

    def test_what_refusing_brings_is_a_statement_of_its_own(self, tables: Tables) -> None:
        text = "我们会申请相机权限，如您拒绝授权相机，将无法扫码。\n"
        claim = one(text, "refusal", tables)
        assert (claim.kind, claim.condition_kind) == ("statement", "refusal")
        assert claim.condition == "如您拒绝授权相机"
        assert permissions_said(text, tables) == {"CAMERA"}


class TestPurposes:
    @pytest.mark.parametrize(
        ("text", "subject", "purpose"),
        [
            ("我们收集手机号码，用于注册账号。", "phone_number", "account"),
            ("为了向您推送消息，我们会收集OAID。", "oaid", "push"),
            ("我们收集软件安装列表，用于打击黑产。", "app_list", "risk"),
            ("我们会收集位置信息，以便推荐附近的人。", "location", "social_match"),
        ],
    )
    def test_the_purpose_of_the_sentence_belongs_to_its_claims(
        self, text: str, subject: str, purpose: str, tables: Tables
    ) -> None:
        assert purpose in one(text, subject, tables).purposes

    def test_a_sentence_may_have_several_and_all_are_kept(self, tables: Tables) -> None:
        claim = one("我们收集软件安装列表，用于打击黑产和投放广告。", "app_list", tables)
        assert {"risk", "ads"} <= set(claim.purposes)

    def test_a_sentence_may_have_none(self, tables: Tables) -> None:
        assert one("我们会收集OAID。", "oaid", tables).purposes == ()


class TestParties:
    @cases(
        (
            "个推SDK会收集您的IMEI和MAC地址。",
            {
                collected("imei", "getui-push"),
                collected("mac", "getui-push"),
                recipient("getui-push"),
            },
        ),
        (
            "个推会收集您的OAID；友盟会收集您的IMEI。",
            {
                collected("oaid", "getui-push"),
                collected("imei", "umeng-analytics"),
                recipient("getui-push"),
                recipient("umeng-analytics"),
            },
        ),
        (
            "我们使用了极光推送SDK，该SDK会收集您的设备型号。",
            {collected("device_model", "jiguang-push"), recipient("jiguang-push")},
        ),
        (
            "我们接入网易云信IMSDK，IMSDK需要收集IMSI。",
            {collected("imsi", "netease-nim"), recipient("netease-nim")},
        ),
        (
            f"合作的{LTD}会收集您的手机号码。",
            {collected("phone_number", LTD), recipient(LTD)},
        ),
        (
            "我们的产品集成友盟+（com.umeng）以统计数据。",
            {recipient("umeng-analytics")},
        ),
    )
    def test_an_sdk_or_company_that_is_named_is_the_one_who_collects(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    def test_the_own_operator_is_no_recipient(self, tables: Tables) -> None:
        text = (
            "本应用由杭州云帆科技有限公司（以下简称“我们”）开发。\n"
            "杭州云帆科技有限公司会收集您的昵称。\n"
            f"{LTD}会收集您的头像。\n"
        )
        assert said(text, tables) == {
            collected("nickname"),
            collected("avatar", LTD),
            recipient(LTD),
        }

    def test_a_company_in_a_list_of_sdks_is_not_taken_for_the_operator(
        self, tables: Tables
    ) -> None:
        text = f"第三方SDK目录\n公司名称：{LTD}\n收集信息：OAID\n"
        assert said(text, tables) == {recipient(LTD), collected("oaid", LTD)}

    def test_words_in_a_company_s_name_are_no_data(self, tables: Tables) -> None:
        name = "北京位置信息技术有限公司"
        text = f"我们会与{name}共享您的OAID。"
        assert said(text, tables) == {shared("oaid", name), recipient(name, "share")}

    @cases(
        (
            "运营商会将您的手机号码发送给我们。",
            {collected("phone_number"), recipient("运营商", "collect")},
        ),
        (
            "第三方平台会将您的头像提供给我们。",
            {collected("avatar"), recipient("第三方平台", "collect")},
        ),
    )
    def test_what_others_send_to_us_is_collected_and_not_shared(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    def test_what_an_sdk_gains_access_to_it_collects(self, tables: Tables) -> None:
        text = "为了推送消息，我们使用了个推SDK，需要访问您的IMEI和WiFi信息。"
        assert data_said(text, tables) == {
            collected("imei", "getui-push"),
            umbrella("wifi_info", "getui-push"),
        }

    def test_a_name_and_a_colon_open_a_list_of_its_own(self, tables: Tables) -> None:
        text = "第三方会收集以下信息（个推：IMEI；友盟+：MAC地址），我们会收集OAID。"
        assert data_said(text, tables) == {
            collected("imei", "getui-push"),
            collected("mac", "umeng-analytics"),
            collected("oaid"),
        }

    def test_a_category_of_recipients_is_not_a_name(self, tables: Tables) -> None:
        text = "我们会与广告合作伙伴及友盟共享您的OAID。"
        named = {c.subject: c.named for c in claims_of(text, tables) if c.kind == "recipient"}
        assert named == {"广告合作伙伴": False, "umeng-analytics": True}

    def test_sentences_after_a_named_sdk_still_speak_of_it(self, tables: Tables) -> None:
        text = "我们接入了友盟+。该服务商会收集您的IMEI。我们会收集您的昵称。\n"
        assert {collected("imei", "umeng-analytics"), collected("nickname")} <= said(text, tables)


class TestPlatforms:
    @pytest.mark.parametrize(
        ("text", "subject", "platform"),
        [
            ("iOS版会收集IDFA，安卓版会收集OAID。", "idfa", Platform.IOS),
            ("iOS版会收集IDFA，安卓版会收集OAID。", "oaid", Platform.ANDROID),
            ("若您使用苹果手机，我们会收集您的设备型号。", "device_model", Platform.IOS),
            ("我们会收集您的设备型号。", "device_model", Platform.ANY),
            ("安卓系统和iOS系统都会收集设备型号。", "device_model", Platform.ANY),
        ],
    )
    def test_the_platform_is_that_of_the_clause_or_else_of_the_sentence(
        self, text: str, subject: str, platform: Platform, tables: Tables
    ) -> None:
        assert one(text, subject, tables).platform is platform


class TestOpenLists:
    @pytest.mark.parametrize(
        ("text", "left_open"),
        [
            ("我们会收集OAID等信息。", True),
            ("我们会收集OAID、IMEI等。", True),
            ("我们会收集相关信息，例如OAID。", True),
            ("我们会收集设备标识符（包括但不限于OAID）。", True),
            ("我们会收集OAID。", False),
            ("我们会收集OAID，用于推送等用途。", False),
        ],
    )
    def test_a_list_that_is_left_open_says_so(
        self, text: str, left_open: bool, tables: Tables
    ) -> None:
        assert one(text, "oaid", tables).open_list is left_open


class TestRefusals:
    @pytest.mark.parametrize(
        "text",
        [
            "当您取消该授权后，我们将不再收集您的位置信息，也无法为您提供对应的服务。",
            "您不提供位置信息，不会影响您使用基本功能。",
            "取消授权可能会导致您无法使用部分功能。",
            "如您拒绝提供位置信息，您可能无法完全正常使用该功能。",
        ],
    )
    def test_what_refusing_brings_collects_and_denies_nothing(
        self, text: str, tables: Tables
    ) -> None:
        assert "refusal" in {c.subject for c in claims_of(text, tables)}
        assert data_said(text, tables) == set()

    def test_an_end_without_refusal_is_denied(self, tables: Tables) -> None:
        assert data_said("我们将不再收集您的位置信息。", tables) == {denied("location")}


class TestPermissions:
    def test_what_refusing_leaves_untouched_is_neither_asked_for_nor_denied(
        self, tables: Tables
    ) -> None:
        text = "如您不同意，不会影响您使用与位置权限无关的其他功能。"
        assert permissions_said(text, tables) == set()
        assert not any(c.kind == "permission" for c in claims_of(text, tables))

    @cases(
        ("我们会申请相机权限。", {asks("CAMERA")}),
        ("我们会访问您的通讯录。", {*CONTACTS, used("contacts")}),
        ("我们会访问通讯录。", {*CONTACTS, used("contacts")}),
        ("我们会打开相机，不会打开麦克风。", {asks("CAMERA"), asks_not("RECORD_AUDIO")}),
        ("我们会申请读取短信权限。", {asks("READ_SMS"), asks("RECEIVE_SMS", grade="umbrella")}),
        ("我们会申请READ_PHONE_STATE权限。", {asks("READ_PHONE_STATE")}),
        ("我们会申请android.permission.CAMERA。", {asks("CAMERA")}),
        ("我们会申请电话权限。", CALLS),
        (
            "我们需要申请摄像头、麦克风和通讯录权限。",
            {asks("CAMERA"), asks("RECORD_AUDIO"), *CONTACTS},
        ),
        (
            "我们需要开启您的摄像头（相机）、麦克风的访问权限。",
            {asks("CAMERA"), asks("RECORD_AUDIO")},
        ),
        ("我们会申请相机等权限。", {asks("CAMERA")}),
        (
            "我们需要您授权使用\n              相机权限，以便扫描二维码并且上传。",
            {asks("CAMERA")},
        ),
    )
    def test_permissions_are_named_by_label_by_access_and_by_constant(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    def test_a_label_covers_its_group_and_not_its_neighbours(self, tables: Tables) -> None:
        assert permissions_said("我们会申请位置权限。", tables) == {
            "ACCESS_FINE_LOCATION",
            "ACCESS_COARSE_LOCATION",
        }
        storage = permissions_said("我们会申请存储权限。", tables)
        assert {"READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"} <= storage
        assert not {"MANAGE_EXTERNAL_STORAGE", "ACCESS_MEDIA_LOCATION"} & storage

    @cases(
        ("我们不会申请相机权限。", {asks_not("CAMERA")}),
        (
            "未经您同意，我们不会申请相机权限。",
            {asks_not("CAMERA", exception=True)},
        ),
        (
            "我们不会读取您的短信内容，也不会申请相机权限。",
            {denied("sms"), asks_not("CAMERA")},
        ),
        ("如您不开启相机权限，将无法扫码。", set()),
        ("您可以在系统设置中关闭相机权限。", set()),
    )
    def test_permissions_may_be_denied_and_a_refusal_names_none(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    @cases(
        ("我们会收集您的通讯录信息。", {collected("contacts")}),
        ("我们不会读取您的通话记录。", {denied("call_log")}),
        ("您可以上传照片信息。", {collected("photo_video")}),
    )
    def test_data_is_not_a_permission(self, text: str, expected: set[Said], tables: Tables) -> None:
        assert said(text, tables) == expected

    def test_the_word_of_a_permission_is_not_data(self, tables: Tables) -> None:
        assert types_said("我们会获取您的位置权限、通讯录权限。", tables) == set()

    def test_an_sdk_asks_for_itself(self, tables: Tables) -> None:
        assert asks("CAMERA", "getui-push") in said("个推SDK会申请相机权限。", tables)

    def test_a_heading_names_permissions(self, tables: Tables) -> None:
        text = "三、权限说明\n1. 相机及麦克风权限\n用于视频通话。\n"
        assert permissions_said(text, tables) == {"CAMERA", "RECORD_AUDIO"}


class TestSections:
    @pytest.mark.parametrize(
        ("heading", "role"),
        [
            ("（四）为您提供安全保障", SectionRole.COLLECTION),
            ("（四）安全保障措施", SectionRole.SECURITY),
        ],
    )
    def test_safety_of_the_service_is_why_data_is_collected(
        self, heading: str, role: SectionRole, tables: Tables
    ) -> None:
        text = f"一、我们如何收集您的个人信息\n{heading}\n我们会收集您的IMEI。\n"
        assert one(text, "imei", tables).section_role is role

    def test_a_heading_that_names_collecting_first_is_not_on_storage(self, tables: Tables) -> None:
        text = "一、我们如何收集、存储、使用您的个人信息\n我们会收集您的IMEI。\n"
        assert one(text, "imei", tables).section_role is SectionRole.COLLECTION

    def test_a_definition_is_only_a_definition(self, tables: Tables) -> None:
        text = "一、名词解释\n个人信息是指能够识别您的信息，包括姓名、指纹、行踪轨迹。\n"
        assert said(text, tables) == {
            defined("pi"),
            defined("name"),
            defined("fingerprint"),
            defined("track"),
        }

    def test_a_definition_in_the_running_text_is_one_too(self, tables: Tables) -> None:
        text = "个人敏感信息是指一旦泄露可能危害人身的信息，包括身份证号码。我们会收集您的昵称。\n"
        assert said(text, tables) == {
            defined("sensitive_pi"),
            defined("id_number"),
            collected("nickname"),
        }

    @pytest.mark.parametrize(
        "heading",
        [
            "五、您的权利",
            "六、您如何管理您的个人信息",
            "（二）注销账号",
            "3. 获取个人信息副本",
            "七、未成年人保护",
            "八、如何联系我们",
            "九、本政策的更新",
        ],
    )
    def test_sections_that_name_data_without_collecting_it_are_silent(
        self, heading: str, tables: Tables
    ) -> None:
        assert said(f"{heading}\n我们会使用您的手机号码、昵称核验您的身份。\n", tables) == set()

    def test_the_next_heading_ends_a_section(self, tables: Tables) -> None:
        text = (
            "一、定义\n设备信息是指IMEI。\n"
            "二、信息收集\n我们会收集您的OAID。\n"
            "三、您的权利\n您可以更正您的昵称。\n"
            "四、信息共享\n我们会向友盟传输您的IMSI。\n"
        )
        assert types_said(text, tables) == {"oaid", "imsi"}

    def test_customer_service_is_no_address_to_write_to(self, tables: Tables) -> None:
        text = "（七）客服及争议处理\n为便于与您联系，我们会保存您与我们的沟通记录。\n"
        assert data_said(text, tables) == {used("cs_call_record")}
        assert data_said("九、适用法律与争议解决\n我们会使用您的昵称。\n", tables) == set()

    def test_a_heading_that_runs_into_its_text_ends_a_section_too(self, tables: Tables) -> None:
        text = (
            "一、名词解释\n设备信息是指与您的设备有关的信息，例如IMEI。\n"
            "二、我们如何收集信息：在您使用产品的过程中，我们会收集您的OAID，用于消息推送，"
            "并会在您同意之后收集您的位置信息。\n"
        )
        assert types_said(text, tables) == {"oaid", "location"}

    @pytest.mark.parametrize(
        ("heading", "role"),
        [
            ("二、我们如何收集和使用您的个人信息", SectionRole.COLLECTION),
            ("三、我们申请的权限", SectionRole.PERMISSION),
            ("（三）第三方SDK目录", SectionRole.SDK_LIST),
            ("三、我们如何共享、转让、公开披露您的个人信息", SectionRole.SHARING),
            ("四、我们如何使用Cookie", SectionRole.COOKIE),
            ("五、我们如何保护您的个人信息", SectionRole.SECURITY),
            ("六、我们如何存储您的个人信息", SectionRole.STORAGE),
            ("前言", SectionRole.OTHER),
        ],
    )
    def test_the_heading_says_what_a_section_is_for(
        self, heading: str, role: SectionRole, tables: Tables
    ) -> None:
        assert one(f"{heading}\n我们会收集您的OAID。\n", "oaid", tables).section_role is role


class TestLists:
    @cases(
        (
            "我们会收集以下信息：\n（1）手机号码；\n（2）头像、昵称；\n（3）IMEI。\n",
            {collected("phone_number"), collected("avatar"), collected("nickname")}
            | {collected("imei")},
        ),
        (
            "我们不会收集以下信息：\n（1）短信内容；\n（2）通话记录。\n",
            {denied("sms"), denied("call_log")},
        ),
        (
            "个推SDK会收集以下信息：\n1. IMEI；\n2. IMSI；\n",
            {
                collected("imei", "getui-push"),
                collected("imsi", "getui-push"),
                recipient("getui-push"),
            },
        ),
        (
            "我们会申请以下权限：\n1. 相机权限，用于扫码；\n2. 麦克风权限，用于录音；\n",
            {asks("CAMERA"), asks("RECORD_AUDIO")},
        ),
        ("手机号码；\n头像、昵称；\n", set()),
    )
    def test_items_are_what_the_sentence_before_them_says(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert said(text, tables) == expected

    def test_items_that_begin_with_data_declare_it_in_a_section_on_collecting(
        self, tables: Tables
    ) -> None:
        text = "二、我们收集的信息\n手机号码：用于注册账号。\n性别：您可以选择填写。\n"
        assert types_said(text, tables) == {"phone_number", "gender"}


class TestRecords:
    @cases(
        (
            "SDK名称：友盟+\n收集信息：IMEI、MAC地址\n申请权限：读取电话状态\n",
            {
                recipient("umeng-analytics"),
                collected("imei", "umeng-analytics"),
                collected("mac", "umeng-analytics"),
                asks("READ_PHONE_STATE", "umeng-analytics"),
            },
        ),
        (
            "第三方SDK目录\n1. SDK名称：个推\n公司名称：每日互动股份有限公司\n"
            "使用目的：收集位置信息后推送\n收集的个人信息：OAID\n"
            "2. SDK名称：友盟+\n收集个人信息类型：Android ID\n",
            {
                recipient("getui-push"),
                collected("oaid", "getui-push"),
                recipient("umeng-analytics"),
                collected("android_id", "umeng-analytics"),
            },
        ),
        (
            "第三方SDK目录\n1. 个推SDK\n公司名称：每日互动股份有限公司\n收集信息：OAID\n"
            "2. 友盟+SDK\n收集信息：IMEI\n",
            {
                recipient("getui-push"),
                collected("oaid", "getui-push"),
                recipient("umeng-analytics"),
                collected("imei", "umeng-analytics"),
            },
        ),
        (
            f"第三方SDK目录\n公司名称：{LTD}\n收集信息：OAID\n"
            "公司名称：北京丙丁科技有限公司\n收集信息：IMEI\n",
            {
                recipient(LTD),
                collected("oaid", LTD),
                recipient("北京丙丁科技有限公司"),
                collected("imei", "北京丙丁科技有限公司"),
            },
        ),
        (
            "友盟+SDK：收集IMEI、MAC地址，用于统计分析。\n",
            {
                recipient("umeng-analytics"),
                collected("imei", "umeng-analytics"),
                collected("mac", "umeng-analytics"),
            },
        ),
    )
    def test_the_fields_of_a_record_belong_to_the_sdk_that_it_names(
        self, text: str, expected: set[Said], tables: Tables
    ) -> None:
        assert {s for s in said(text, tables) if s.subject != "pi"} == expected

    def test_a_table_of_tabs_is_read_by_its_header(self, tables: Tables) -> None:
        text = (
            "SDK名称\t使用目的\t收集信息\n"
            "友盟+\t分析位置信息\tIMEI、OAID\n"
            "个推\t推送短信\tMAC地址\n"
        )
        assert said(text, tables) == {
            recipient("umeng-analytics"),
            collected("imei", "umeng-analytics"),
            collected("oaid", "umeng-analytics"),
            recipient("getui-push"),
            collected("mac", "getui-push"),
        }

    def test_a_table_of_a_page_is_read_by_its_header(self, tables: Tables) -> None:
        text = (
            "<html><body><h2>第三方SDK目录</h2><table>"
            "<tr><td>SDK名称</td><td>公司名称</td><td>使用目的</td><td>收集的个人信息类型</td>"
            "<td>申请权限</td></tr>"
            "<tr><td rowspan='2'>友盟+</td><td rowspan='2'>友盟同欣（北京）科技有限公司</td>"
            "<td>分析位置分布</td><td>IMEI</td><td>存储</td></tr>"
            "<tr><td>性能监控</td><td>Android ID</td><td>-</td></tr>"
            f"<tr><td>某某地图</td><td>{LTD}</td><td>导航</td><td>位置信息</td><td>相机</td></tr>"
            "</table></body></html>"
        )
        states = said(text, tables)
        assert {s for s in states if s.kind == "data"} == {
            collected("imei", "umeng-analytics"),
            collected("android_id", "umeng-analytics"),
            umbrella("location", "某某地图"),
        }
        assert recipient("umeng-analytics") in states
        assert recipient(LTD) in states
        assert asks("WRITE_EXTERNAL_STORAGE", "umeng-analytics") in states
        assert asks("CAMERA", "某某地图") in states
        assert asks("CAMERA", "umeng-analytics") not in states


class TestUnknownNames:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("1. OCRSDK：收集IMEI。", "OCRSDK"),
            ("我们接入了真知鸟 SDK，该SDK会收集IMEI。", "真知鸟 SDK"),
            ("二、第三方SDK目录\nSDK名称：小鸟加固\n收集信息：IMEI\n", "小鸟加固"),
            ("第三方SDK名称：小鸟加固，收集信息：IMEI，使用目的：安全加固", "小鸟加固"),
        ],
    )
    def test_what_an_unknown_sdk_collects_is_its_own(
        self, text: str, name: str, tables: Tables
    ) -> None:
        assert said(text, tables) == {recipient(name), collected("imei", name)}

    @pytest.mark.parametrize(
        "text",
        ["我们会使用第三方SDK。", "该SDK会收集信息。", "推送SDK可能会自启动。", "公司名称：无"],
    )
    def test_a_word_for_any_sdk_is_no_name(self, text: str, tables: Tables) -> None:
        assert not [c for c in claims_of(text, tables) if c.kind == "recipient" and c.named]

    @pytest.mark.parametrize(
        ("text", "sdk"),
        [
            ("我们接入了Unity-Ads。", "unity-ads"),
            ("我们接入了阿里云-OSS。", "aliyun-oss"),
            ("我们接入了UPush。", "umeng-push"),
            ("我们接入了BuglySDK V4.1.9，用于统计崩溃。", "tencent-bugly"),
            ("高德定位服务会收集您的位置信息。", "amap-lbs"),
            ("小米推送服务由小米提供。", "xiaomi-push"),
        ],
    )
    def test_a_name_is_known_as_lists_write_it(self, text: str, sdk: str, tables: Tables) -> None:
        assert sdk in {c.subject for c in claims_of(text, tables) if c.kind == "recipient"}

    @pytest.mark.parametrize(
        ("name", "subject"),
        [
            ("脉盟", "maimeng-ads"),
            ("飞书", "lark-open"),
            ("京东", "京东"),
            ("Glide", "library:glide"),
            ("OkHttp3", "library:okhttp"),
        ],
    )
    def test_a_field_names_an_sdk_without_the_word_unless_a_brand_has_several(
        self, name: str, subject: str, tables: Tables
    ) -> None:
        text = f"二、第三方SDK目录\nSDK名称：{name}\n收集信息：IMEI\n"
        assert recipient(subject) in said(text, tables)

    @pytest.mark.parametrize(
        "text", ["我们通过robust的措施保护信息。", "中国农业银行股份有限公司为您提供贷款服务。"]
    )
    def test_a_word_like_a_building_block_s_and_a_company_without_a_traced_sdk_are_no_sdk(
        self, text: str, tables: Tables
    ) -> None:
        named = {c.subject for c in claims_of(text, tables) if c.kind == "recipient"}
        assert not named & tables.sdks.keys()
        assert not [name for name in named if name.startswith("library:")]

    def test_a_known_name_that_runs_on_into_the_word_sdk_is_known(self, tables: Tables) -> None:
        assert recipient("tencent-bugly") in said("我们接入了腾讯BuglySDK。", tables)

    @pytest.mark.parametrize(
        ("text", "sdk"),
        [
            ("我们接入了阿里云人脸核身SDK。", "aliyun-face"),
            ("我们集成了小米登录SDK。", "xiaomi-account"),
            ("我们接入了中国联通登录SDK。", "unicom-auth"),
            ("三星的消息推送SDK：收集IMEI。", "samsung-push"),
            ("本应用使用的SDK有网易一键登录、阿里云崩溃监控服务。", "netease-quicklogin"),
            ("本应用使用的SDK有网易一键登录、阿里云崩溃监控服务。", "alibaba-apm"),
            ("我们接入了京东消息推送组件SDK。", "jd-push"),
            ("二、第三方SDK目录\nSDK名称：荣耀消息推送\n收集信息：IMEI\n", "honor-push"),
        ],
    )
    def test_a_brand_and_what_its_product_does_name_the_vendor_s_only_sdk_of_that_kind(
        self, text: str, sdk: str, tables: Tables
    ) -> None:
        assert recipient(sdk) in said(text, tables)

    @pytest.mark.parametrize(
        "text",
        [
            "我们接入了腾讯登录SDK。",
            "我们接入了腾讯支付SDK。",
            "我们接入了金融级人脸识别SDK。",
            "我们接入了OnePushSDK。",
            "我们接入了腾讯云短信SDK。",
            "我们接入了阿里云输入法SDK。",
            "我们接入了甲乙推送SDK。",
            "我们接入了小米手环推送SDK。",
            "您可以使用荣耀消息推送查看通知。",
            "您可以在小米商城支付。",
        ],
    )
    def test_a_brand_with_other_words_or_several_such_sdks_names_none_of_the_table(
        self, text: str, tables: Tables
    ) -> None:
        named = {c.subject for c in claims_of(text, tables) if c.kind == "recipient"}
        assert not named & tables.sdks.keys()

    @pytest.mark.parametrize(
        ("use", "sdk"),
        [
            ("用于消息推送", "xiaomi-push"),
            ("展示广告", "xiaomi-ads"),
            ("账号登录", "xiaomi-account"),
        ],
    )
    def test_a_brand_alone_is_its_sdk_for_the_purpose_of_the_row_or_record(
        self, use: str, sdk: str, tables: Tables
    ) -> None:
        record = f"第三方SDK目录\nSDK名称：小米SDK\n收集信息：IMEI\n使用目的：{use}\n"
        row = f"第三方SDK目录\nSDK名称\t收集信息\t使用目的\n小米SDK\tIMEI\t{use}\n"
        assert said(record, tables) == said(row, tables) == {recipient(sdk), collected("imei", sdk)}

    @pytest.mark.parametrize("use", ["保障服务", "消息推送、展示广告", "编辑短片"])
    def test_a_brand_alone_stays_one_where_the_purpose_does_not_decide(
        self, use: str, tables: Tables
    ) -> None:
        row = f"第三方SDK目录\nSDK名称\t收集信息\t使用目的\n小米SDK\tIMEI\t{use}\n"
        named = {c.subject for c in claims_of(row, tables) if c.kind == "recipient"}
        assert named == {"小米"}

    def test_a_company_that_goes_by_the_name_of_its_product_is_that_product_s(
        self, tables: Tables
    ) -> None:
        text = f"我们使用了第三方（{LTD}，以下称“个推”）的推送服务。"
        assert said(text, tables) == {recipient("getui-push")}

    def test_the_purpose_of_a_record_or_row_belongs_to_its_data(self, tables: Tables) -> None:
        push = "SDK名称：个推\n收集信息：IMEI\n使用目的：消息推送\n"
        record = push + "\nSDK名称：友盟+\n收集信息：MAC地址\n"
        row = "第三方SDK目录\nSDK名称\t收集信息\t使用目的\n个推\tIMEI\t消息推送\n"
        assert one(record, "imei", tables).purposes == ("push",)
        assert one(record, "mac", tables).purposes == ()
        assert one(row, "imei", tables).purposes == ("push",)


class TestLinkedDocuments:
    @pytest.mark.parametrize(
        "name", ["《第三方SDK目录》", "《SDK使用说明》", "《第三方信息共享清单》", "《合作方名单》"]
    )
    def test_a_list_that_is_kept_elsewhere_is_noted_by_name(
        self, name: str, tables: Tables
    ) -> None:
        claim = one(f"详细情况请查阅{name}。", "linked-document", tables)
        assert (claim.kind, claim.surface) == ("statement", name)

    @pytest.mark.parametrize("name", ["《用户协议》", "《网络安全法》", "《权限说明》"])
    def test_other_titles_are_no_such_lists(self, name: str, tables: Tables) -> None:
        assert said(f"详细情况请查阅{name}。", tables) == set()


class TestSeveralDocuments:
    def test_claims_are_numbered_through_and_say_where_they_stand(self, tables: Tables) -> None:
        first = read("我们会收集您的IMEI。", tables)
        second = read("个推SDK会收集您的OAID。", tables)
        claims = extract_claims([first, second], tables)
        assert [c.id for c in claims] == [f"c{n}" for n in range(1, len(claims) + 1)]
        assert [c.policy for c in claims] == [0] + [1] * (len(claims) - 1)
        for claim in claims:
            assert (first, second)[claim.policy].text[claim.start : claim.end] == claim.quote

    def test_no_document_claims_nothing(self, tables: Tables) -> None:
        assert extract_claims([], tables) == ()


PIECES = st.sampled_from(
    [
        *("我们", "您", "会", "不会", "收集", "共享", "提供", "向友盟传输", "申请", "用于", "例如"),
        *("IMEI", "Android\n    ID", "设备信息", "位置信息", "通讯录", "相机权限", "短信内容"),
        *("如您拒绝", "除外", "但", "等", "包括但不限于", "iOS", "安卓版", "个推SDK", "合作伙伴"),
        *(
            "，",
            "。",
            "；",
            "：",
            "、",
            "（",
            "）",
            "\n",
            "\n\n",
            "\t",
            "|",
            " ",
            "\u3000",
            "\u200b",
        ),
        *(
            "一、信息收集\n",
            "二、您的权利\n",
            "1. ",
            "（1）",
            "SDK名称：",
            "收集信息：",
            "https://a.b/c",
        ),
        *(
            "《第三方SDK目录》",
            "上海甲乙信息技术有限公司",
            "个人信息是指",
            "无需征得您的同意",
            "！",
        ),
    ]
)


class TestWhateverIsWritten:
    @settings(
        max_examples=200,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(PIECES, min_size=1, max_size=40))
    @example(["我们会收集", "IMEI、" * 1500])
    def test_every_claim_rests_on_the_words_that_it_quotes(
        self, tables: Tables, pieces: list[str]
    ) -> None:
        document = read("信息" + "".join(pieces), tables)
        claims = extract_claims([document], tables)
        assert claims == extract_claims([document], tables)
        for claim in claims:
            assert document.text[claim.start : claim.end] == claim.quote
            assert claim.surface in claim.quote
            assert claim.quote == claim.quote.strip()
        places = [(claim.start, claim.end) for claim in claims]
        assert places == sorted(places)

    def test_every_process_gives_equal_places_the_same_order(
        self, apkcheck: Apkcheck, tmp_path: Path
    ) -> None:
        path = tmp_path / "policy.txt"
        path.write_text("我们收集的昵称存储在境内，我们不会收集境外的昵称、昵称、头像和昵称。")
        runs = [
            apkcheck("policy", path, "--format", "json", PYTHONHASHSEED=seed) for seed in "1234"
        ]
        assert runs[0].code == 0
        assert len({run.out for run in runs}) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "我们会收集您的IMEI、",
            "我们会收集MAC、语音、",
            "我们会访问相机、麦克风权限",
            "我们会与友盟、合作伙伴共享",
            "我们不会",
            "如您拒绝提供",
            "北京有限",
            "（摄像头（",
            "收集",
            "a.b@c",
        ],
    )
    def test_a_sentence_without_end_is_read_to_its_end(self, text: str, tables: Tables) -> None:
        claims = claims_of(text * 5000 + "收集OAID", tables)
        assert all(len(claim.quote) < 5000 for claim in claims)

    def test_a_list_longer_than_any_sentence_still_says_what_its_verb_says(
        self, tables: Tables
    ) -> None:
        text = "我们会收集您的" + "昵称、头像、" * 600 + "以及IMEI。"
        assert types_said(text, tables) == {"nickname", "avatar", "imei"}


class TestShortItems:
    """An item of few words looks like a heading; below an introduction it is none."""

    @pytest.mark.parametrize(
        "text",
        [
            "我们会收集以下信息：\n1、IMEI\n2、SSID\n3、通话记录\n",
            "我们会收集以下信息：\n\n● IMEI\n● SSID\n● 通话记录\n",
            "一、我们如何收集\n我们会收集以下信息：\n（1）IMEI\n（2）SSID\n（3）通话记录\n二、共享\n",
        ],
    )
    def test_items_below_an_introduction_are_collected(self, text: str, tables: Tables) -> None:
        assert types_said(text, tables) == {"imei", "ssid", "call_log"}

    def test_a_heading_of_the_rank_of_the_open_one_ends_the_list(self, tables: Tables) -> None:
        text = "一、收集\n我们会收集以下信息：\n（1）IMEI\n二、通讯录说明\n本节没有收集。\n"
        assert types_said(text, tables) == {"imei"}

    def test_a_heading_that_names_a_function_is_no_item(self, tables: Tables) -> None:
        text = "我们会收集以下信息：\n1、根据观影记录推荐个性化内容\n2、发送短信内容和分享\n"
        assert types_said(text, tables) == set()

    def test_without_an_introduction_it_is_a_heading(self, tables: Tables) -> None:
        assert types_said("我们重视隐私。\n1、通话记录\n2、短信内容\n", tables) == set()


class TestAccessWithoutTheWordPermission:
    @pytest.mark.parametrize(
        ("text", "permission"),
        [
            ("您扫码时，我们会使用您的摄像头，用于识别二维码。", "CAMERA"),
            ("通话时，我们会调用您手机的麦克风。", "RECORD_AUDIO"),
            ("读取电话状态：用于识别设备。", "READ_PHONE_STATE"),
            ("读取手机状态和身份：用于判断来电。", "READ_PHONE_STATE"),
        ],
    )
    def test_use_of_a_device_s_part_names_its_permission(
        self, text: str, permission: str, tables: Tables
    ) -> None:
        assert f"android.permission.{permission}" in {
            c.subject for c in claims_of(text, tables) if c.kind == "permission"
        }

    @pytest.mark.parametrize(
        "text", ["您可以使用相机应用拍照。", "我们不会使用您的摄像头。", "请保护您的麦克风。"]
    )
    def test_what_users_do_and_what_is_denied_asks_for_nothing(
        self, text: str, tables: Tables
    ) -> None:
        asserted = {
            c.subject
            for c in claims_of(text, tables)
            if c.kind == "permission" and c.polarity == "asserts"
        }
        assert not asserted


class TestListsByPlatform:
    TEXT = "我们会收集您的设备信息。安卓设备：Android ID、OAID；iOS设备：IDFA。"

    def platforms(self, text: str, tables: Tables) -> dict[str, Platform]:
        return {c.subject: c.platform for c in claims_of(text, tables)}

    def test_a_list_behind_a_full_stop_keeps_the_verb_before_it(self, tables: Tables) -> None:
        found = self.platforms(self.TEXT, tables)
        assert found["android_id"] == found["oaid"] == Platform.ANDROID
        assert found["idfa"] == Platform.IOS

    def test_without_a_verb_before_it_says_nothing(self, tables: Tables) -> None:
        text = "我们重视您的隐私。安卓设备：Android ID、OAID；iOS设备：IDFA。"
        assert not {"android_id", "idfa"} & set(self.platforms(text, tables))

    CHAPTERS = (
        "一、收集\n我们会收集您的昵称。\n二、SDK\n（一）接入的SDK\n我们会收集您的邮箱。\n"
        "iPhone端第三方SDK情况说明\n友盟SDK会收集IDFA。\n"
        "三、存储\n（一）设备信息\n我们会收集您的OAID。\n"
    )

    def test_a_heading_on_a_platform_ends_with_the_chapter_it_stands_in(
        self, tables: Tables
    ) -> None:
        found = self.platforms(self.CHAPTERS, tables)
        assert found["idfa"] == Platform.IOS
        assert found["oaid"] == Platform.ANY
