"""Who collects, who shares, and with whom: the grammar that tells parties of a sentence apart."""

from __future__ import annotations

import pytest

from apkcheck.model import FIRST_PARTY
from apkcheck.tables import Tables
from tests.statements import (
    collected,
    data_said,
    defined,
    permissions_said,
    said,
    shared,
    types_said,
)


class TestThirdPartiesAsSubjects:
    @pytest.mark.parametrize(
        ("text", "party"),
        [
            ("第三方SDK会收集您的IMEI。", "第三方SDK"),
            ("我们的合作伙伴可能会直接收集您的IMEI。", "合作伙伴"),
            ("OCRSDK会收集您的IMEI。", "OCRSDK"),
            ("OCRSDK：收集您的IMEI，用于实名认证。", "OCRSDK"),
        ],
    )
    def test_what_a_kind_of_third_parties_collects_is_theirs(
        self, text: str, party: str, tables: Tables
    ) -> None:
        assert data_said(text, tables) == {collected("imei", party)}

    def test_what_we_collect_with_others_is_ours(self, tables: Tables) -> None:
        text = "我们及我们的合作伙伴可能会收集您的IMEI。"
        assert data_said(text, tables) == {collected("imei")}

    @pytest.mark.parametrize(
        "text",
        [
            "如第三方将您的手机号码用于其他目的，我们将要求其停止。",
            "如果合作方收集您的手机号码，其将单独征得您的同意。",
        ],
    )
    def test_what_a_third_party_might_do_is_not_done(self, text: str, tables: Tables) -> None:
        assert data_said(text, tables) == set()


class TestGiving:
    @pytest.mark.parametrize("verb", ["分享给", "提供给", "披露给", "转让给"])
    def test_giving_to_somebody_is_sharing(self, verb: str, tables: Tables) -> None:
        assert data_said(f"我们将您的IMEI{verb}合作伙伴。", tables) == {shared("imei")}

    def test_what_users_share_is_not_shared_by_the_app(self, tables: Tables) -> None:
        text = "由于您与他人共享注册账户与密码，由此导致的泄漏，我们不承担责任。"
        assert {s.action for s in said(text, tables)} == set()
        assert data_said("您可以将照片分享给好友。", tables) == set()

    def test_data_that_was_shared_with_the_source_is_collected(self, tables: Tables) -> None:
        text = "我们可能从第三方获取您授权共享的头像、昵称。"
        assert data_said(text, tables) == {collected("avatar"), collected("nickname")}

    def test_what_others_share_with_us_is_collected(self, tables: Tables) -> None:
        text = "第三方平台会将您的昵称分享给我们。"
        assert {(s.subject, s.action, s.party) for s in data_said(text, tables)} == {
            ("nickname", "collect", FIRST_PARTY)
        }


class TestWhereAStatementReaches:
    def test_a_sentence_of_examples_goes_on_with_the_one_before(self, tables: Tables) -> None:
        text = "我们会收集您对服务的使用情况，作为日志保存。例如您的IP地址、浏览器的类型。"
        assert {"ip", "browser_type"} <= types_said(text, tables)

    def test_what_sensitive_information_includes_is_a_definition(self, tables: Tables) -> None:
        text = "个人敏感信息包括：身份证号码、行踪轨迹。"
        assert {defined("id_number"), defined("track")} <= data_said(text, tables)
        assert types_said(text, tables) == set()

    def test_what_is_withdrawn_in_a_list_of_permissions_is_none(self, tables: Tables) -> None:
        text = "三、我们申请的权限\n撤回「营销短信和电话」：您撤回后，我们不再向您发送短信通知。\n"
        assert permissions_said(text, tables) == set()
        assert permissions_said("三、我们申请的权限\n相机：用于拍照。\n", tables) == {"CAMERA"}

    def test_a_warning_collects_nothing(self, tables: Tables) -> None:
        text = "请您注意，您所上传的内容（例如您的照片、手机号码）可能会泄露您的敏感个人信息。"
        assert data_said(text, tables) == set()
