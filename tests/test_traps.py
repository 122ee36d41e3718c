"""Fifty traps for keyword matching that real policies hold, each on a text written for it.

Here the claims are tested. What else a trap needs is the business of rules, which have tests of
their own, or of nobody yet:

====  ===============================  ===========================================================
trap  what it is about                 who looks at the rest
====  ===============================  ===========================================================
7     "not personal" statements        the rule data-not-pi-claim; here: nothing is denied by it
31    purposes that drift              the rule purpose-mismatch; here: the SDK, and all purposes
32    collecting in the background     data-frequency-background; here: the data is declared
35    two versions in one file         the reader says it; here: each claim has its own place
42    contradictions                   the rule policy-contradiction; here: both places are claims
48    terms of retention and response  retention-missing, response-over-15d; here: no data
49    forced consent                   the rule permission-forced; here: the permission is asked for
50    outdated laws and standards      the rule policy-outdated; here: titles name no data
29    data without its permission      the rule permission-implied, tested here as well
36    references to deleted features   nobody: features are not read; here: the data is declared
37    what the policy leaves out       policy-third-party-disclaim, tested here as well
====  ===============================  ===========================================================
"""

from __future__ import annotations

from pathlib import Path

import pytest

from apkcheck.check import read_app
from apkcheck.claims import extract_claims
from apkcheck.model import Finding, Platform, SectionRole
from apkcheck.rules import Case, judge
from apkcheck.tables import Tables
from tests.apps import app
from tests.statements import (
    asks,
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


class TestWhereASentenceStands:
    def test_01_a_definition_declares_nothing(self, tables: Tables) -> None:
        text = (
            "第一条 名词解释\n"
            "本政策所称个人信息包括姓名、身份证号码、指纹、征信信息与行踪轨迹；"
            "我们实际收集的范围以后文为准。\n"
            "第二条 信息的收集\n我们会收集您的昵称。\n"
        )
        assert types_said(text, tables) == {"nickname"}
        assert {defined("id_number"), defined("track"), defined("credit")} <= said(text, tables)

    def test_02_a_section_on_rights_declares_nothing(self, tables: Tables) -> None:
        text = (
            "六、您如何管理自己的信息\n"
            "您可以随时修改昵称、头像与手机号码。\n"
            "您还可以在系统设置里关闭相机、麦克风权限。\n"
        )
        assert said(text, tables) == set()

    def test_07_calling_data_not_personal_denies_nothing(self, tables: Tables) -> None:
        text = (
            "我们会收集您的IMEI和MAC地址。\n"
            "请理解，上述IMEI、MAC地址在不与其他信息结合时，无法识别您的身份，不属于个人信息。\n"
        )
        assert data_said(text, tables) == {collected("imei"), collected("mac")}

    def test_34_a_cookie_in_the_section_on_sharing_is_used_not_shared(self, tables: Tables) -> None:
        text = (
            "三、我们如何共享、转让、公开披露您的个人信息\n"
            "为了让访问更加轻松，我们会使用Cookie来识别您。\n"
        )
        assert data_said(text, tables) == {used("cookie")}

    def test_35_a_text_that_stands_twice_is_claimed_in_both_places(self, tables: Tables) -> None:
        version = "一、信息收集\n我们会收集您的{}。\n"
        text = version.format("昵称和OAID") + version.format("昵称和UUID")
        places = [c.start for c in claims_of(text, tables) if c.subject == "nickname"]
        assert len(set(places)) == 2

    def test_36_a_reference_to_a_feature_that_is_gone_does_not_hide_the_data(
        self, tables: Tables
    ) -> None:
        text = "在您进入【短剧】页面（详见第九条）时，我们会读取剪切板的内容。\n"
        assert data_said(text, tables) == {collected("clipboard")}


class TestDenials:
    def test_03_not_shared_but_with_exceptions(self, tables: Tables) -> None:
        text = "一般情况下，我们不会与任何公司、组织和个人共享您的手机号码，但以下情况除外：\n"
        assert data_said(text, tables) == {denied("phone_number", "share", exception=True)}

    def test_04_a_weak_denial_stands_beside_the_collecting_that_it_hides(
        self, tables: Tables
    ) -> None:
        text = (
            "除本政策另有约定外，我们不会将您的设备信息提供给任何第三方。\n"
            "我们的产品接入友盟+SDK，友盟+SDK会收集IMEI。\n"
        )
        assert data_said(text, tables) == {
            denied("device", "share", exception=True),
            collected("imei", "umeng-analytics"),
        }

    @pytest.mark.parametrize(
        "text",
        [
            "如您选择不提供位置信息，仅会使您无法使用打车功能，不影响其他功能。",
            "若您不填写身份证号码，我们将无法为您实名认证。",
            "您不同意提供通讯录的，不会影响您浏览内容。",
        ],
    )
    def test_05_the_consequence_of_refusing_is_no_denial(self, text: str, tables: Tables) -> None:
        assert data_said(text, tables) == set()

    def test_06_what_needs_no_consent_is_not_denied(self, tables: Tables) -> None:
        text = (
            "依照法律，在下列情形中，我们收集、使用您的位置信息无需征得您的同意：\n"
            "1. 与国防安全有关的；\n2. 从新闻报道等公开渠道收集的电话号码；\n"
        )
        assert data_said(text, tables) == set()

    def test_42_a_denial_and_its_contradiction_are_both_claims(self, tables: Tables) -> None:
        text = "我们会向境外的供应商传输您的位置信息。\n我们不会将您的位置信息传输至境外。\n"
        assert data_said(text, tables) == {
            shared("location", grade="umbrella"),
            denied("location", "share"),
        }

    def test_49_a_permission_is_asked_for_whatever_refusing_it_brings(self, tables: Tables) -> None:
        text = "我们需要您开启相机权限，否则您将无法注册账号。\n拒绝相机权限不影响其他功能。\n"
        assert permissions_said(text, tables) == {"CAMERA"}


class TestUmbrellas:
    def test_08_a_general_word_declares_no_identifier(self, tables: Tables) -> None:
        assert data_said("我们会获取您的设备ID，用于统计分析。", tables) == {umbrella("device_id")}
        assert data_said("我们会读取设备硬件信息。", tables) == {umbrella("device")}

    def test_09_a_bracket_behind_a_general_word_declares_what_it_names(
        self, tables: Tables
    ) -> None:
        text = "我们会收集设备识别码（包括但不限于OAID、MAC地址）。"
        assert data_said(text, tables) == {
            umbrella("device_id"),
            collected("oaid"),
            collected("mac"),
        }
        assert {c.subject for c in claims_of(text, tables) if c.open_list} == {"oaid", "mac"}

    def test_37_a_list_that_leaves_out_third_parties_names_what_it_names(
        self, tables: Tables
    ) -> None:
        text = "下列系统权限（不含接入的第三方所调用的权限）可能被申请：相机权限、麦克风权限。"
        assert permissions_said(text, tables) == {"CAMERA", "RECORD_AUDIO"}

    def test_37_the_gap_that_the_policy_admits_is_a_finding(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        text = "下列系统权限（不含接入的第三方所调用的权限）可能被申请：相机权限、麦克风权限。"
        rules = {f.rule for f in findings_of(text, tables, tmp_path, asks=["CAMERA"])}
        assert "policy-third-party-disclaim" in rules
        whole = findings_of("我们可能申请相机权限、麦克风权限。", tables, tmp_path, asks=["CAMERA"])
        assert "policy-third-party-disclaim" not in {f.rule for f in whole}

    @pytest.mark.parametrize(
        "name", ["《第三方服务列表》", "《SDK技术说明文档》", "《第三方信息共享清单》"]
    )
    def test_38_a_list_that_is_only_linked_is_noted_by_name(
        self, name: str, tables: Tables
    ) -> None:
        claims = claims_of(f"合作的第三方详见{name}。", tables)
        assert ("linked-document", name) in {(c.subject, c.surface) for c in claims}

    def test_39_an_sdk_that_is_named_without_data_is_named(self, tables: Tables) -> None:
        text = "为了实现一键分享，ShareSDK将收集您相关的个人信息。"
        assert said(text, tables) == {
            recipient("mob-sharesdk"),
            umbrella("pi", "mob-sharesdk"),
        }


class TestSpelling:
    def test_10_identifiers_broken_by_blanks_are_whole(self, tables: Tables) -> None:
        text = "我们会收集O AID、ME ID、ICC ID、IDF V与OPEN U DID。"
        assert types_said(text, tables) == {"oaid", "meid", "iccid", "idfv", "openudid"}

    def test_11_identifiers_broken_over_lines_are_whole(self, tables: Tables) -> None:
        text = (
            "为了判断账号是否安全，我们会在您登录之后收集您的唯一设备标识符IMEI、Android\n"
            "                        ID、IMSI并保存一段时间。\n"
        )
        assert types_said(text, tables) == {"device_id", "imei", "android_id", "imsi"}

    def test_12_a_sentence_broken_over_lines_keeps_its_subject(self, tables: Tables) -> None:
        text = (
            "在您开通钱包功能的时候，友盟在征得您的授权之后将会获取您的\n"
            "          真实姓名、银行卡号，以便完成支付。\n"
        )
        assert data_said(text, tables) == {
            collected("name", "umeng-analytics"),
            collected("bank_card", "umeng-analytics"),
        }

    @pytest.mark.parametrize(
        "word",
        [
            "设备MAC信息地址",
            "MAC信息设备地址",
            "网络设备硬件地址",
            "网络设备硬件地址MAC",
            "手机Mac地址",
            "ＭＡＣ 地址",
        ],
    )
    def test_13_a_mac_address_is_one_in_every_order_of_words(
        self, word: str, tables: Tables
    ) -> None:
        assert data_said(f"我们会收集您的{word}。", tables) == {collected("mac")}

    def test_13_the_mac_address_of_bluetooth_is_another(self, tables: Tables) -> None:
        assert types_said("我们会收集蓝牙Mac地址。", tables) == {"bluetooth_mac"}

    def test_14_an_identifier_inside_another_is_none(self, tables: Tables) -> None:
        assert types_said("我们会收集SSID、BSSID。", tables) == {"ssid", "bssid"}
        assert types_said("我们会收集IDFA。", tables) == {"idfa"}

    def test_15_a_short_word_belongs_to_the_head_before_the_bracket(self, tables: Tables) -> None:
        text = "我们会收集基站信息（LAC、信号强度）。"
        assert types_said(text, tables) == {"cell"}

    def test_15_the_strength_of_wifi_is_not_that_of_cells(self, tables: Tables) -> None:
        text = "我们会收集WiFi信息（包括SSID、信号强度）。"
        assert types_said(text, tables) == {"wifi_info", "ssid"}

    def test_17_a_host_is_no_identifier(self, tables: Tables) -> None:
        text = "我们接入了友盟+（域名为oaid.umeng.com，包名为com.umeng.imei）。"
        assert said(text, tables) == {recipient("umeng-analytics")}

    def test_44_words_with_slips_of_the_pen_are_understood(self, tables: Tables) -> None:
        text = "我们会收集您的剪帖板内容、订单订单信息。p>您需开启理位置权限。\n"
        assert types_said(text, tables) == {"clipboard", "transaction"}
        assert permissions_said(text, tables) == {"ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"}

    def test_45_words_that_run_into_each_other_are_told_apart(self, tables: Tables) -> None:
        text = "我们会共享必要的个人信息账户信息搜索记录。"
        assert types_said(text, tables) == {"pi", "account", "search_history"}

    def test_50_titles_of_standards_name_no_data(self, tables: Tables) -> None:
        text = "我们依据GB/T 35273-2017《信息安全技术 个人信息安全规范》收集和使用信息。"
        assert data_said(text, tables) == set()


class TestSameWordOtherThing:
    def test_18_calls_with_customer_service_are_no_call_log(self, tables: Tables) -> None:
        text = (
            "我们会保存您与客服的沟通信息（含文字、图片、通话记录等形式）。\n"
            "我们可能对您与客服的通话内容进行录音。\n"
        )
        assert "call_log" not in types_said(text, tables)
        assert permissions_said(text, tables) == set()

    def test_19_friends_in_the_app_are_no_contacts(self, tables: Tables) -> None:
        text = "您添加好友之后，我们会创建并保存好友列表。"
        assert "contacts" not in types_said(text, tables)
        assert permissions_said(text, tables) == set()

    def test_20_accounts_kept_by_the_app_are_not_those_of_the_device(self, tables: Tables) -> None:
        text = "为了方便切换，我们会记录您登录过的账号，并展示为管理账户列表。"
        assert types_said(text, tables) == {"app_login_list"}
        assert permissions_said(text, tables) == set()

    def test_21_a_code_for_sharing_is_no_password(self, tables: Tables) -> None:
        assert types_said("我们会把分享口令写入剪切板并读取剪切板内容。", tables) == {"clipboard"}
        assert types_said("我们会收集您的登录口令。", tables) == {"password"}

    def test_22_workouts_in_the_app_are_no_health_data(self, tables: Tables) -> None:
        text = "我们会收集您的锻炼数据，即您是否看完健身课程。"
        assert types_said(text, tables) == {"workout_records"}
        assert permissions_said(text, tables) == set()

    def test_23_sensor_information_about_wifi_is_wifi(self, tables: Tables) -> None:
        text = "我们会收集与WiFi状态相关的传感器信息。"
        assert types_said(text, tables) == {"wifi_info"}
        assert types_said("我们会收集设备传感器信息。", tables) == {"sensors"}

    @pytest.mark.parametrize(
        "text",
        [
            "我们不会与任何公司、组织和个人共享您的昵称。",
            "我们会在显著位置提示您，并获取您的同意。",
            "您可以通过下列方式联系我们，我们会收集您的意见。",
            "我们以文件形式收集您的意见。",
        ],
    )
    def test_24_companies_places_and_files_in_other_phrases_are_no_data(
        self, text: str, tables: Tables
    ) -> None:
        assert types_said(text, tables) == set()

    def test_24_where_somebody_works_is_data(self, tables: Tables) -> None:
        text = "您可以填写职位、公司、个性签名。"
        assert types_said(text, tables) == {"occupation", "signature_text"}

    def test_25_a_code_that_came_by_message_is_no_reading_of_messages(self, tables: Tables) -> None:
        text = "您注册账号时需要填写手机号码和短信验证码。我们可能会通过短信通知您。"
        assert types_said(text, tables) == {"phone_number", "sms_code"}
        assert permissions_said(text, tables) == set()

    def test_26_a_number_that_is_typed_is_not_one_that_is_read(self, tables: Tables) -> None:
        assert types_said("您需要填写手机号码。", tables) == {"phone_number"}
        assert types_said("我们会读取本机号码、SIM卡手机号。", tables) == {"phone_number_device"}

    def test_46_photos_avatars_portraits_and_faces_are_four_things(self, tables: Tables) -> None:
        assert types_said("您可以上传头像。", tables) == {"avatar"}
        assert types_said("您可以上传人像照片。", tables) == {"portrait_photo"}
        assert types_said("您需要提供人脸识别信息。", tables) == {"face"}
        assert types_said("我们会收集您的面部特征。", tables) == {"face"}
        assert types_said("您可以上传图片、视频。", tables) == {"photo_video"}

    def test_47_what_a_policy_calls_sensitive_decides_nothing(self, tables: Tables) -> None:
        assert types_said("个推会获取IMEI敏感信息。", tables) == {"imei"}
        assert types_said("我们会收集您填写的非敏感信息，如兴趣爱好。", tables) == {"interests"}

    def test_48_terms_are_no_data(self, tables: Tables) -> None:
        text = (
            "我们将在三十天内答复您的请求。\n我们会在15个工作日内反馈处理结果。\n"
            "您的信息会保存至【6】个月届满。\n"
        )
        assert data_said(text, tables) == set()


class TestPlatforms:
    def test_16_identifiers_of_ios_are_marked_as_such(self, tables: Tables) -> None:
        text = "我们会收集Android ID、IDFA、IDFV。"
        types = {c.subject: tables.data_types[c.subject].platform for c in claims_of(text, tables)}
        assert types == {
            "android_id": Platform.ANDROID,
            "idfa": Platform.IOS,
            "idfv": Platform.IOS,
        }

    def test_16_a_sentence_on_ios_is_about_ios(self, tables: Tables) -> None:
        text = "若您是iOS系统用户，我们会收集您的设备型号。"
        assert {c.platform for c in claims_of(text, tables)} == {Platform.IOS}


class TestPermissions:
    @pytest.mark.parametrize("label", ["电话", "电话状态", "手机状态", "设备信息访问"])
    def test_27_one_permission_has_many_names(self, label: str, tables: Tables) -> None:
        assert permissions_said(f"我们会申请{label}权限。", tables) == {"READ_PHONE_STATE"}

    def test_27_the_name_may_be_broken_over_lines(self, tables: Tables) -> None:
        text = "当您第一次打开本产品并且选择游客模式的时候，我们需要您授权\n        电话权限。\n"
        assert permissions_said(text, tables) == {"READ_PHONE_STATE"}

    def test_28_one_word_permission_closes_a_list_of_them(self, tables: Tables) -> None:
        text = "是否开启摄像头（相机）、手机存储、麦克风的访问权限由您决定。"
        found = permissions_said(text, tables)
        assert {"CAMERA", "READ_EXTERNAL_STORAGE", "RECORD_AUDIO"} <= found

    def test_28_two_nouns_in_a_heading_are_two_permissions(self, tables: Tables) -> None:
        text = "二、权限\n2.1 相机及通讯录权限\n您可以拒绝。\n"
        assert {"CAMERA", "READ_CONTACTS"} <= permissions_said(text, tables)

    def test_29_data_is_declared_without_its_permission(self, tables: Tables) -> None:
        text = "我们会获取您的IMSI和应用列表。"
        assert types_said(text, tables) == {"imsi", "app_list"}
        assert permissions_said(text, tables) == set()

    def test_29_the_permission_that_the_data_takes_is_said_to_be_unnamed(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        text = "我们会获取您的IMSI和应用列表。"
        findings = findings_of(text, tables, tmp_path, asks=["READ_PHONE_STATE", "CAMERA"])
        told = {(f.rule, f.subject.id.rpartition(".")[2]) for f in findings}
        assert ("permission-implied", "READ_PHONE_STATE") in told
        assert ("permission-undisclosed", "CAMERA") in told
        assert ("permission-undisclosed", "READ_PHONE_STATE") not in told

    def test_43_what_no_dialog_guards_is_named_all_the_same(self, tables: Tables) -> None:
        text = (
            "我们会使用剪切板功能并读取剪切板的内容。\n我们会申请悬浮窗权限。\n"
            "我们会为您开启自启动。\n"
        )
        assert "clipboard" in types_said(text, tables)
        assert {"SYSTEM_ALERT_WINDOW", "RECEIVE_BOOT_COMPLETED"} <= permissions_said(text, tables)


class TestWhoAndWhatFor:
    def test_30_each_carrier_in_a_bracket_has_its_own_data(self, tables: Tables) -> None:
        text = "一键登录会收集信息（移动：IMSI、网络类型；电信：Android ID、设备型号）。"
        parties = {c.subject: c.party for c in claims_of(text, tables) if c.kind == "data"}
        assert parties["imsi"] == parties["network_type"]
        assert parties["android_id"] == parties["device_model"]
        assert parties["imsi"] != parties["android_id"]

    def test_31_a_purpose_that_drifts_is_kept_with_the_sdk(self, tables: Tables) -> None:
        text = "友盟+会申请写入存储权限，用来保存设备标识，以便向目标设备推送消息。"
        (claim,) = [c for c in claims_of(text, tables) if c.kind == "permission"]
        assert (claim.party, "push" in claim.purposes) == ("umeng-analytics", True)
        # purpose-mismatch speaks of it where the SDK is in the package: tests/test_rules.py.

    def test_32_what_is_collected_in_the_background_is_collected(self, tables: Tables) -> None:
        text = "应用在后台运行时，我们会获取MAC地址，用来判断所在位置。"
        assert data_said(text, tables) == {collected("mac")}

    def test_33_a_second_purpose_is_not_hidden_by_the_first(self, tables: Tables) -> None:
        text = "我们会收集软件安装列表，用于打击黑产，以及丰富用户画像。"
        (claim,) = [c for c in claims_of(text, tables) if c.subject == "app_list"]
        assert {"risk", "personalize"} <= set(claim.purposes)

    def test_40_recipients_without_a_name_are_categories(self, tables: Tables) -> None:
        text = "我们会与委托我们投放广告的合作伙伴共享您的OAID。"
        (claim,) = [c for c in claims_of(text, tables) if c.kind == "recipient"]
        assert (claim.subject, claim.named) == ("合作伙伴", False)

    def test_40_a_third_party_that_is_entrusted_is_a_recipient(self, tables: Tables) -> None:
        text = "我们委托的服务提供商有权对您发布的内容进行过滤。"
        assert {c.subject for c in claims_of(text, tables) if c.kind == "recipient"} == {
            "服务提供商"
        }

    def test_41_what_others_give_to_us_is_collected_not_shared(self, tables: Tables) -> None:
        text = "运营商会把您的手机号码发送给我们。\n我们会获取您在第三方平台的昵称、头像。\n"
        assert data_said(text, tables) == {
            collected("phone_number"),
            collected("nickname"),
            collected("avatar"),
        }
        assert "share" not in {s.action for s in said(text, tables)}

    def test_a_claim_says_in_which_section_it_stands(self, tables: Tables) -> None:
        text = "（二）第三方SDK目录\n个推SDK会申请相机权限。\n"
        assert asks("CAMERA", "getui-push") in said(text, tables)
        assert {c.section_role for c in claims_of(text, tables)} == {SectionRole.SDK_LIST}


def findings_of(
    text: str, tables: Tables, folder: Path, asks: list[str] | None = None
) -> tuple[Finding, ...]:
    """What a check of an app that asks for permissions finds against a policy of this text."""
    path = folder / "app.apk"
    path.write_bytes(app(asks=asks or []))
    document = read(text, tables)
    claims = extract_claims([document], tables)
    return judge(Case(*read_app(path, tables, "zh"), (document,), claims, tables, "zh"))
