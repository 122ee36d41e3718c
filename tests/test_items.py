"""What lists, brackets and clauses behind a purpose state, in texts written for them."""

from __future__ import annotations

import pytest

from apkcheck.model import ClaimKind
from apkcheck.tables import Tables
from tests.statements import (
    claims_of,
    collected,
    data_said,
    denied,
    permissions_said,
    types_said,
    umbrella,
    used,
)

COLLECTION = "一、我们如何收集和使用您的个人信息\n"
LOCATION = {"ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"}


def named(text: str, tables: Tables) -> set[str]:
    return {c.subject for c in claims_of(text, tables) if c.kind is ClaimKind.RECIPIENT and c.named}


class TestItemsThatBeginWithTheirKind:
    def test_the_list_behind_the_colon_is_collected_up_to_its_purpose(self, tables: Tables) -> None:
        text = f"{COLLECTION}（1）设备信息：设备名称、设备型号、IP地址，为保障您正常使用服务。\n"
        assert data_said(text, tables) == {
            umbrella("device"),
            collected("device_name"),
            collected("device_model"),
            collected("ip"),
        }

    def test_a_list_of_examples_counts_and_what_users_do_there_does_not(
        self, tables: Tables
    ) -> None:
        text = f"{COLLECTION}（1）日志信息：例如登录日志、崩溃日志等，以便您查看您的消费记录。\n"
        assert types_said(text, tables) == {"usage", "login_log", "crash"}

    def test_an_item_that_goes_on_with_what_users_do_is_no_list(self, tables: Tables) -> None:
        text = f"{COLLECTION}（1）头像：您可以在设置中查看昵称、性别。\n"
        assert types_said(text, tables) == {"avatar"}

    def test_long_items_belong_to_the_sentence_that_announced_them(self, tables: Tables) -> None:
        text = (
            f"{COLLECTION}我们会收集您选择提供的信息。没有这些信息，部分功能无法使用。这些信息可能包括：\n"
            "改进服务：您设备上的应用列表、运营商信息和设备型号，以及通过其他技术所获取的信息，"
            "这些都有助于我们了解产品在不同设备上的运行情况，并据此安排后续版本的开发工作与测试工作，谢谢您的支持。\n"
        )
        assert {"app_list", "carrier", "device_model"} <= types_said(text, tables)


class TestClausesBehindAPurpose:
    def test_a_list_goes_on_behind_its_purpose(self, tables: Tables) -> None:
        text = "我们会收集您的头像用于帮助您完成注册，以及经您授权的好友关系、会员信息。"
        assert types_said(text, tables) == {"avatar", "friend_list", "membership"}

    def test_a_second_purpose_is_no_list(self, tables: Tables) -> None:
        assert types_said("我们收集您的手机号码用于验证身份，以及推送短信内容。", tables) == {
            "phone_number"
        }

    def test_what_users_provide_besides_is_collected_too(self, tables: Tables) -> None:
        text = "您需要创建用户名和密码，便于我们为您提供购票服务，并提供姓名、性别。"
        assert types_said(text, tables) == {"nickname", "password", "name", "gender"}

    def test_instances_in_a_bracket_are_collected_although_a_purpose_stands_between(
        self, tables: Tables
    ) -> None:
        text = "我们会记录您的设备信息，可用于识别您的设备（例如设备型号、系统版本、IMEI）。"
        assert {"device_model", "os_version", "imei"} <= types_said(text, tables)

    def test_one_example_of_a_purpose_is_not_collected(self, tables: Tables) -> None:
        text = "我们会收集您的手机号码，用于向您提供服务（例如找回密码）。"
        assert types_said(text, tables) == {"phone_number"}

    def test_what_the_user_uses_a_thing_for_is_no_purpose(self, tables: Tables) -> None:
        text = "我们会收集您用于接入服务的设备型号、IP地址。"
        assert types_said(text, tables) == {"device_model", "ip"}


class TestStatementsThatAreNone:
    def test_a_question_states_nothing(self, tables: Tables) -> None:
        assert data_said("本节说明我们如何收集、使用和共享您的手机号码。", tables) == set()

    def test_what_is_sent_to_the_user_is_not_collected(self, tables: Tables) -> None:
        text = "我们可能使用您的邮箱地址，向您发送短信内容或通知内容。"
        assert types_said(text, tables) == {"email"}

    def test_what_is_taken_back_in_the_same_sentence_is_only_denied(self, tables: Tables) -> None:
        text = "您需要提供您的指纹信息，但我们仅接收终端的验证结果，并不收集您的指纹信息。"
        assert data_said(text, tables) == {denied("fingerprint")}

    def test_the_name_of_a_part_on_exemptions_exempts_nothing(self, tables: Tables) -> None:
        text = "符合“事先征得授权同意的例外”中的情形时，我们会向第三方共享您的订单信息。"
        assert types_said(text, tables) == {"transaction"}


class TestWordsThatHoldOthers:
    def test_a_match_is_not_what_something_is_done_to(self, tables: Tables) -> None:
        text = "我们会在您启动对局前扫描已安装应用列表，比对外挂程序的特征。"
        assert used("app_list") in data_said(text, tables)

    def test_a_place_in_the_settings_is_not_typed_in(self, tables: Tables) -> None:
        assert types_said("您可以在设置中查看昵称、性别。", tables) == set()


class TestWhatWasNamedBefore:
    def test_the_object_may_stand_in_the_clause_before(self, tables: Tables) -> None:
        text = "您通过图片、语音与其他用户互动时，我们会收集您发送的上述信息。"
        assert types_said(text, tables) == {"photo_video", "audio"}

    def test_cookies_that_are_stored_are_used(self, tables: Tables) -> None:
        text = "二、我们如何使用Cookie\n我们会在您的设备上存储名为Cookie的小数据文件。\n"
        assert used("cookie") in data_said(text, tables)

    def test_cookies_that_are_not_placed_are_not(self, tables: Tables) -> None:
        text = "二、Cookie\n我们不会在您的设备上放置Cookie。\n"
        assert used("cookie") not in data_said(text, tables)


class TestPermissions:
    def test_items_of_a_list_of_permissions_begin_with_their_names(self, tables: Tables) -> None:
        text = (
            "我们可能向您申请部分系统权限。这些系统权限包括：\n"
            "Android-麦克风/iOS-麦克风：提供语音聊天功能。\n"
            "Android-位置/iOS-定位服务：提供附近的人功能。\n"
        )
        assert permissions_said(text, tables) == {"RECORD_AUDIO", *LOCATION}

    def test_a_name_may_stand_in_a_bracket_before_the_word(self, tables: Tables) -> None:
        assert "CAMERA" in permissions_said("我们需要获取您的 CAMERA（相机）权限。", tables)

    def test_items_of_another_list_do_not(self, tables: Tables) -> None:
        text = "我们提供以下功能：\n麦克风：选购麦克风等商品。\n"
        assert permissions_said(text, tables) == set()

    def test_a_list_of_what_is_accessed_may_hold_data(self, tables: Tables) -> None:
        text = "在您同意后，我们会访问您的摄像头或存储文件、麦克风。"
        assert {"CAMERA", "RECORD_AUDIO"} <= permissions_said(text, tables)


class TestNamesOfCompanies:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            (
                "您的信息会与甲乙信息技术（天津）有限公司共享。",
                {"甲乙信息技术（天津）有限公司"},
            ),
            (
                "我们会将手机号码共享给甲乙（上海）网络科技有限公司。",
                {"甲乙（上海）网络科技有限公司"},
            ),
            ("您的信息也将与 Acme Travel LLC 共享。", {"Acme Travel LLC"}),
        ],
    )
    def test_they_may_hold_a_place_or_be_latin(
        self, text: str, names: set[str], tables: Tables
    ) -> None:
        assert named(text, tables) == names

    def test_both_operators_are_none(self, tables: Tables) -> None:
        text = (
            "本游戏由深圳甲乙科技有限公司和深圳丙丁科技有限公司共同提供。\n我们会收集您的头像。\n"
        )
        assert named(text, tables) == set()

    def test_the_brand_of_the_operator_is_its_own(self, tables: Tables) -> None:
        text = (
            "本产品由深圳市腾讯计算机系统有限公司提供。\n我们会与腾讯的合作伙伴共享您的设备信息。\n"
        )
        assert "腾讯" not in named(text, tables)

    def test_partners_are_named_where_something_is_given_to_them(self, tables: Tables) -> None:
        text = "我们会将您的邮箱与广告合作伙伴分享，这些合作伙伴可能包括快手等。"
        assert len(named(text, tables)) == 1

    def test_what_all_of_them_collect_is_not_said_of_the_last(self, tables: Tables) -> None:
        text = "我们接入了友盟统计SDK。这些SDK会收集您的MAC地址。"
        assert collected("mac") in data_said(text, tables)

    def test_sdks_that_are_only_pointed_at_have_no_name(self, tables: Tables) -> None:
        assert named("我们通过系统接口调用这些SDK，您可以查阅。", tables) == set()


class TestListsOfSdks:
    LIST = "三、第三方SDK目录\n"

    def test_what_is_said_behind_several_names_is_said_of_each(self, tables: Tables) -> None:
        text = f"{self.LIST}（1）OPPO推送SDK（广东欢太科技有限公司）、小米推送SDK：收集OAID。\n"
        assert {collected("oaid", "oppo-push"), collected("oaid", "xiaomi-push")} <= data_said(
            text, tables
        )

    def test_names_that_verbs_part_are_no_list(self, tables: Tables) -> None:
        text = "个推SDK收集OAID，极光推送SDK收集Android ID。"
        assert data_said(text, tables) == {
            collected("oaid", "getui-push"),
            collected("android_id", "jiguang-push"),
        }

    def test_a_name_on_its_own_line_is_who_the_next_lines_are_about(self, tables: Tables) -> None:
        text = (
            f"{self.LIST}我们接入了下列SDK：\n"
            "极光推送SDK（深圳市和讯华谷信息技术有限公司）\n收集OAID，用于推送。\n"
            "网易云信SDK（杭州网易智企科技有限公司）\n收集Android ID，用于通话。\n"
        )
        assert {
            collected("oaid", "jiguang-push"),
            collected("android_id", "netease-nim"),
        } <= data_said(text, tables)

    def test_a_label_below_a_name_may_be_short(self, tables: Tables) -> None:
        text = (
            f"{self.LIST}1. 讯飞语音SDK\n公司：科大讯飞股份有限公司\n信息：语音信息、Android ID\n"
        )
        assert collected("android_id", "iflytek-speech") in data_said(text, tables)

    def test_the_same_label_elsewhere_states_nothing(self, tables: Tables) -> None:
        assert types_said("一、概述\n信息：IMEI、OAID\n", tables) == set()


class TestAnnexesAndLabels:
    def test_an_annex_is_a_chapter_of_its_own(self, tables: Tables) -> None:
        text = (
            "第七条 联系我们\n电话：95000。\n附录一 系统权限调用说明\n1、相机：扫码、识别银行卡\n"
        )
        assert permissions_said(text, tables) == {"CAMERA"}

    def test_an_annex_of_terms_declares_nothing(self, tables: Tables) -> None:
        text = "八、联系我们\n电话：95000。\n附录：相关定义\n设备信息：包括IMEI、应用列表。\n"
        assert types_said(text, tables) == set()

    def test_names_of_permissions_may_end_with_a_dash(self, tables: Tables) -> None:
        text = "三、权限\n1. 麦克风——发送语音；\n2. 通知——新消息提醒。\n"
        assert permissions_said(text, tables) == {"RECORD_AUDIO", "POST_NOTIFICATIONS"}

    def test_items_of_a_part_on_collection_may_begin_with_any_word(self, tables: Tables) -> None:
        text = (
            "一、我们收集什么\n- 账号：手机号码。用于注册。\n- 安全：OAID、设备型号。用于风控。\n"
        )
        assert types_said(text, tables) == {"phone_number", "oaid", "device_model"}

    def test_in_other_parts_they_state_nothing(self, tables: Tables) -> None:
        assert types_said("一、您的权利\n- 更正：手机号码。\n", tables) == set()

    def test_wide_bars_part_cells(self, tables: Tables) -> None:
        text = "三、第三方SDK\n1. 友盟+ SDK｜友盟同欣（北京）科技有限公司｜Android ID｜统计分析\n"
        assert collected("android_id", "umeng-analytics") in data_said(text, tables)

    def test_the_company_of_an_sdk_is_not_the_operator(self, tables: Tables) -> None:
        text = "二、对外提供\na. 极光推送SDK，由深圳市和讯华谷信息技术有限公司提供，收集OAID。\n"
        assert collected("oaid", "jiguang-push") in data_said(text, tables)


class TestQuestions:
    def test_a_question_states_nothing_and_its_answer_does(self, tables: Tables) -> None:
        text = "问：会读取我的设备信息吗？\n答：会。为了统计活跃，我们会获取OAID。\n"
        assert types_said(text, tables) == {"oaid"}


class TestColumnsOfBlanks:
    LIST = "三、我们使用的第三方SDK\n"

    def test_cells_may_be_parted_by_blanks(self, tables: Tables) -> None:
        text = (
            f"{self.LIST}   名称         公司            收集的信息        用途\n"
            "   极光推送     深圳市和讯华谷信息技术有限公司   OAID、Android ID   消息推送\n"
        )
        assert {
            collected("oaid", "jiguang-push"),
            collected("android_id", "jiguang-push"),
        } <= data_said(text, tables)

    def test_a_sentence_with_gaps_is_no_row(self, tables: Tables) -> None:
        text = "一、信息收集\n我们  会收集  您的昵称。\n"
        assert types_said(text, tables) == {"nickname"}
