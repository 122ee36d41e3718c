"""English policies: what their sentences state, by example; no text is anybody's."""

from __future__ import annotations

import pytest

from apkcheck.model import ClaimKind
from apkcheck.tables import Tables
from tests.statements import (
    Said,
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

TITLE = "Privacy Policy\n\nThis policy says what the app does with information.\n\n"


def of(text: str, tables: Tables) -> set[Said]:
    return data_said(TITLE + text, tables)


class TestCollecting:
    @pytest.mark.parametrize(
        ("text", "types"),
        [
            ("We collect your IMEI and MAC address.", {"imei", "mac"}),
            ("We may obtain your precise location.", {"location_fine"}),
            ("You provide your phone number when you register.", {"phone_number"}),
            (
                "When you register, we collect your email address, date of birth and gender.",
                {"email", "birth_date", "gender"},
            ),
            ("Our app reads the list of installed apps.", {"app_list"}),
            ("With your consent, we read the clipboard.", {"clipboard"}),
            ("The app records voice messages.", {"audio"}),
            (
                "We automatically collect your IP address, device model and operating system.",
                {"ip", "device_model", "os_version"},
            ),
            ("We receive sensor data such as accelerometer data.", {"sensors"}),
            ("We collect your advertising ID.", {"ad_id"}),
            ("The information you give us includes your phone number.", {"phone_number"}),
        ],
    )
    def test_what_is_said_to_be_collected(self, text: str, types: set[str], tables: Tables) -> None:
        assert types_said(TITLE + text, tables) == types

    def test_an_open_list_covers_what_it_names(self, tables: Tables) -> None:
        text = "We collect device information, including but not limited to IMEI and Android ID."
        assert of(text, tables) >= {umbrella("device"), collected("imei"), collected("android_id")}

    def test_a_list_hangs_from_its_introduction(self, tables: Tables) -> None:
        text = "We collect the following information:\n\n- your IMEI;\n- your SSID;\n- call logs.\n"
        assert types_said(TITLE + text, tables) == {"imei", "ssid", "call_log"}

    def test_what_the_app_itself_uses_is_used(self, tables: Tables) -> None:
        assert used("contacts") in of("We use your contacts.", tables)


class TestNotCollecting:
    @pytest.mark.parametrize(
        "text",
        [
            "We do not collect your contacts.",
            "We will not collect your contacts.",
            "We never read your contacts.",
            "The app doesn't access or collect your contacts.",
        ],
    )
    def test_a_denial_is_one(self, text: str, tables: Tables) -> None:
        assert of(text, tables) == {denied("contacts")}

    @pytest.mark.parametrize(
        "text",
        [
            "We do not collect your contacts without your consent.",
            "We will not collect your contacts except where the law requires it.",
            "We do not collect your contacts unless you use this feature.",
        ],
    )
    def test_a_denial_with_an_exception_is_no_plain_one(self, text: str, tables: Tables) -> None:
        assert of(text, tables) == {denied("contacts", exception=True)}

    @pytest.mark.parametrize(
        "text",
        [
            "If you refuse to provide your phone number, you can still browse.",
            "If you do not provide your location, you will not be able to use the map.",
            "You may decline to provide your location at any time.",
            "You can turn off location in the settings.",
        ],
    )
    def test_what_follows_from_a_refusal_is_neither_collected_nor_denied(
        self, text: str, tables: Tables
    ) -> None:
        assert of(text, tables) == set()

    @pytest.mark.parametrize(
        "text",
        [
            "Please contact us by email address or phone number.",
            "The location of our servers is Singapore.",
            "We provide you with a phone number for questions.",
        ],
    )
    def test_words_that_name_nothing_of_the_user(self, text: str, tables: Tables) -> None:
        assert of(text, tables) == set()

    def test_a_definition_defines(self, tables: Tables) -> None:
        text = "Personal information means information such as your full name and IMEI."
        assert of(text, tables) >= {defined("imei"), defined("name")}
        assert types_said(TITLE + text, tables) == set()

    def test_rights_collect_nothing(self, tables: Tables) -> None:
        text = "Your rights\n\nYou may correct the phone number and email address we collected.\n"
        assert types_said(TITLE + text, tables) == set()


class TestSharing:
    def test_what_is_shared_with_whom(self, tables: Tables) -> None:
        assert shared("imei") in of("We share your IMEI with advertising partners.", tables)

    def test_a_passive_has_its_object_before_it(self, tables: Tables) -> None:
        text = "Your email address is shared with our partners."
        assert shared("email") in of(text, tables)

    def test_what_is_not_shared(self, tables: Tables) -> None:
        text = "We do not sell your phone number."
        assert of(text, tables) == {denied("phone_number", action="share")}

    def test_an_sdk_is_a_recipient_and_collects(self, tables: Tables) -> None:
        text = "We integrate the JPush SDK. JPush collects your IMEI and Android ID."
        found = said(TITLE + text, tables)
        assert collected("imei", "jiguang-push") in found
        assert recipient("jiguang-push") in found


class TestPermissions:
    @pytest.mark.parametrize(
        ("text", "permission"),
        [
            ("We request the camera permission to scan codes.", "CAMERA"),
            ("We request access to your microphone.", "RECORD_AUDIO"),
            ("The app needs camera, contacts and storage permissions.", "READ_CONTACTS"),
            ("Please allow access to your calendar.", "READ_CALENDAR"),
            ("We ask for READ_PHONE_STATE.", "READ_PHONE_STATE"),
            ("Location permission: shows what is near you.", "ACCESS_FINE_LOCATION"),
        ],
    )
    def test_a_permission_is_named(self, text: str, permission: str, tables: Tables) -> None:
        assert asks(permission) in said(TITLE + text, tables)

    def test_data_alone_names_no_permission(self, tables: Tables) -> None:
        assert permissions_said(TITLE + "We collect your location.", tables) == set()


class TestDocuments:
    def test_language_title_and_dates(self, tables: Tables) -> None:
        document = read(
            "Example Privacy Policy\nLast updated: 2025-03-10\nEffective date: 2025-03-17\n\n"
            "We collect your IMEI.\n",
            tables,
        )
        assert document.language == "en"
        assert document.title == "Example Privacy Policy"
        assert (document.updated, document.effective) == ("2025-03-10", "2025-03-17")

    def test_headings_say_what_a_part_is_for(self, tables: Tables) -> None:
        text = (
            "1. Information We Collect\n\nWe collect your IMEI.\n\n"
            "2. How We Share Your Information\n\nWe share your email address with partners.\n\n"
            "3. Children's Privacy\n\nWe do not knowingly collect the phone number of children.\n"
        )
        roles = {c.subject: c.section_role for c in claims_of(TITLE + text, tables)}
        assert roles["imei"] == "collection"
        assert roles["email"] == "sharing"
        assert "phone_number" not in roles

    def test_an_html_policy_in_english_is_read_as_english(self, tables: Tables) -> None:
        page = (
            "<html><body><h1>Privacy Policy</h1><h2>Information we collect</h2>"
            "<p>We collect your IMEI and precise location.</p></body></html>"
        )
        claims = claims_of(page, tables, ".html")
        assert {c.subject for c in claims if c.kind is ClaimKind.DATA} == {"imei", "location_fine"}

    def test_purposes_are_told(self, tables: Tables) -> None:
        text = "We collect your device ID to prevent fraud and to improve our services."
        (claim,) = [c for c in claims_of(TITLE + text, tables) if c.subject == "device_id"]
        assert {"risk", "improve"} <= set(claim.purposes)

    @pytest.mark.parametrize(
        ("text", "party"),
        [
            ("Third-party SDKs may collect your IMEI.", "Third-party"),
            ("Our advertising partners may also collect your IMEI.", "advertising partners"),
            ("We and our partners may collect your IMEI.", "first-party"),
            ("We use the Umeng SDK, which collects your IMEI.", "umeng-analytics"),
        ],
    )
    def test_what_third_parties_collect_is_theirs(
        self, text: str, party: str, tables: Tables
    ) -> None:
        (claim,) = [c for c in claims_of(TITLE + text, tables) if c.subject == "imei"]
        assert (claim.party, claim.action) == (party, "collect")

    @pytest.mark.parametrize(
        ("text", "types"),
        [
            (
                "When you create an account, we collect your name, email address and password.",
                {"name", "email", "password"},
            ),
            (
                "The information we collect includes your device model, IP address and unique "
                "device identifiers such as IMEI and Android ID.",
                {"device_model", "ip", "device_id", "imei", "android_id"},
            ),
            (
                "When you use location-based services, we may collect and process information "
                "about your precise location using GPS and Wi-Fi access points.",
                {"location_fine", "wifi_list"},
            ),
            ("You provide us with your date of birth when you contact us.", {"birth_date"}),
            ("If you choose not to provide your phone number, you cannot register.", set()),
            ("You can delete your account, name and photos in Settings at any time.", set()),
        ],
    )
    def test_paragraphs_as_vendors_write_them(
        self, text: str, types: set[str], tables: Tables
    ) -> None:
        assert types_said(TITLE + text, tables) == types

    @pytest.mark.parametrize(
        ("text", "polarity"),
        [
            ("We never collect your call logs or SMS messages.", "denies"),
            (
                "We will not share your location with third parties without your consent, "
                "except as required by law.",
                "denies-with-exception",
            ),
            ("We may share your email address with advertising partners.", "asserts"),
        ],
    )
    def test_denials_and_their_exceptions(self, text: str, polarity: str, tables: Tables) -> None:
        claims = [c for c in claims_of(TITLE + text, tables) if c.kind is ClaimKind.DATA]
        assert {c.polarity for c in claims} == {polarity}

    def test_english_words_are_not_looked_for_in_chinese_policies(self, tables: Tables) -> None:
        text = "隐私政策\n\n我们会收集您的设备信息，并在 location 页面展示 contacts 图标。\n"
        assert types_said(text, tables) == {"device"}
