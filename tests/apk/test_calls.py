"""Sensitive calls in code: found where they are made, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from apkcheck.model import ApiCall, Evidence
from fixtures.apkbuild import (
    NATIVE,
    PUBLIC,
    STATIC,
    VERSIONS,
    ClassDef,
    Field,
    Method,
    build_apk,
    build_axml,
    build_container,
    build_dex,
    damage,
    manifest_of,
)
from fixtures.apkbuild.opcodes import OPCODES
from tests.apk.conftest import Read, ReadCode
from tests.apk.rows import api

GET_IMEI = "Landroid/telephony/TelephonyManager;->getImei()Ljava/lang/String;"
IMEI = api("android.telephony.TelephonyManager.getImei")
SERIAL = api("android.os.Build.SERIAL", "serial", kind="field")
ANDROID_ID = api("settings:secure:android_id", "android_id")
CONTACTS = api(
    "content://com.android.contacts",
    "contacts",
    fields=("android.provider.ContactsContract$Contacts.CONTENT_URI",),
)
GET_STRING = (
    "Landroid/provider/Settings$Secure;->getString"
    "(Landroid/content/ContentResolver;Ljava/lang/String;)Ljava/lang/String;"
)
MANIFEST = build_axml(manifest_of("com.example.app"))


def method(*lines: str, name: str = "run") -> Method:
    code = "\n".join((*lines, "return-void"))
    return Method(name, "(Ljava/lang/Object;)V", code, PUBLIC | STATIC)


def class_of(*lines: str, name: str = "com.example.app.Main", **fields: Any) -> ClassDef:
    return ClassDef(name, (method(*lines),), **fields)


def ids(evidence: Evidence) -> list[str]:
    assert evidence.gaps == ()
    return [call.api for call in evidence.api_calls]


class TestMethods:
    CALL = f"invoke-virtual {{p0}}, {GET_IMEI}"

    def test_a_call_says_who_makes_it_and_how_often(self, read_code: ReadCode) -> None:
        evidence = read_code([class_of(self.CALL, self.CALL, name="com.example.app.A$B")], IMEI)
        assert evidence.api_calls == (
            ApiCall(
                api="android.telephony.TelephonyManager.getImei",
                data_type="imei",
                caller_class="com.example.app.A$B",
                caller_method="run",
                owner="first-party",
                reachable=None,
                dex="classes.dex",
                count=2,
            ),
        )

    @pytest.mark.parametrize(
        "kind", [k + r for k in ("virtual", "super", "direct", "interface") for r in ("", "/range")]
    )
    def test_every_way_to_call_counts(self, read_code: ReadCode, kind: str) -> None:
        registers = "{p0 .. p0}" if kind.endswith("/range") else "{p0}"
        line = f"invoke-{kind} {registers}, {GET_IMEI}"
        assert ids(read_code([class_of(line)], IMEI)) == [IMEI.id]

    def test_overloads_share_one_name(self, read_code: ReadCode) -> None:
        other = GET_IMEI.replace("()", "(I)")
        lines = (self.CALL, "const/4 v0, 0", f"invoke-virtual {{p0, v0}}, {other}")
        (call,) = read_code([class_of(*lines)], IMEI).api_calls
        assert call.count == 2

    def test_further_classes_of_a_row_count_for_it(self, read_code: ReadCode) -> None:
        row = api(IMEI.id, classes=("com.vendor.TelephonyManager",))
        line = self.CALL.replace("Landroid/telephony", "Lcom/vendor")
        assert ids(read_code([class_of(line)], row)) == [IMEI.id]

    def test_a_constructor_is_a_method(self, read_code: ReadCode) -> None:
        row = api("android.media.AudioRecord.<init>", "audio")
        line = "invoke-direct {p0}, Landroid/media/AudioRecord;-><init>(IIIII)V"
        line = line.replace("{p0}", "{p0 .. p0}").replace("direct", "direct/range")
        assert ids(read_code([class_of(line)], row)) == [row.id]

    def test_the_same_name_elsewhere_is_another_method(self, read_code: ReadCode) -> None:
        line = self.CALL.replace("TelephonyManager;", "OtherManager;")
        assert ids(read_code([class_of(line)], IMEI)) == []

    def test_a_reference_that_is_not_called_is_none(self, read_code: ReadCode) -> None:
        native = Method("getImei", "()Ljava/lang/String;", None, PUBLIC | NATIVE)
        definition = ClassDef("android.telephony.TelephonyManager", (native,))
        assert ids(read_code([definition], IMEI)) == []

    def test_calls_are_sorted_whatever_the_order_of_the_code(self, read_code: ReadCode) -> None:
        names = ("com.example.app.Z", "com.example.app.A")
        evidence = read_code([class_of(self.CALL, name=name) for name in names], IMEI)
        assert [c.caller_class for c in evidence.api_calls] == sorted(names)


class TestInheritance:
    """A call through the app's own subclass counts for the class of the platform."""

    CALL = "invoke-virtual {p0}, Lcom/example/app/Own;->getImei()Ljava/lang/String;"
    MANAGER = "android.telephony.TelephonyManager"

    def test_through_one_class(self, read_code: ReadCode) -> None:
        own = ClassDef("com.example.app.Own", superclass=self.MANAGER)
        assert ids(read_code([own, class_of(self.CALL)], IMEI)) == [IMEI.id]

    def test_through_several_classes_in_several_files(self, read: Read) -> None:
        base = build_dex([ClassDef("com.example.lib.Base", superclass=self.MANAGER)])
        own = build_dex([ClassDef("com.example.app.Own", superclass="com.example.lib.Base")])
        main = build_dex([class_of(self.CALL)])
        _, evidence = read(build_apk(MANIFEST, [main, own, base]), IMEI)
        assert [(c.api, c.dex) for c in evidence.api_calls] == [(IMEI.id, "classes.dex")]

    def test_an_own_method_of_that_name_is_another_one(self, read_code: ReadCode) -> None:
        override = Method("getImei", "()Ljava/lang/String;", "const/4 v0, 0\nreturn-object v0")
        own = ClassDef("com.example.app.Own", (override,), superclass=self.MANAGER)
        assert ids(read_code([own, class_of(self.CALL)], IMEI)) == []

    def test_an_overload_of_its_own_hides_nothing(self, read_code: ReadCode) -> None:
        overload = Method("getImei", "(I)Ljava/lang/String;", "const/4 v0, 0\nreturn-object v0")
        own = ClassDef("com.example.app.Own", (overload,), superclass=self.MANAGER)
        assert ids(read_code([own, class_of(self.CALL)], IMEI)) == [IMEI.id]

    def test_classes_that_inherit_in_a_circle_end(self, read: Read) -> None:
        own = ClassDef("com.example.app.Own", superclass="com.example.app.Other")
        other = ClassDef("com.example.app.Other", superclass="com.example.app.Own")
        dexes = [build_dex([class_of(self.CALL), own]), build_dex([other])]
        assert ids(read(build_apk(MANIFEST, dexes), IMEI)[1]) == []


class TestDecoys:
    """Only instructions count: what follows a switch or an array is data."""

    CALL = f"invoke-virtual {{p0}}, {GET_IMEI}"

    def test_array_data_that_reads_like_a_call(self, read_code: ReadCode) -> None:
        decoy = class_of(
            "const/4 v0, 0",
            "fill-array-data v0, :data",
            "return-void",
            ":data",
            f".array-code {self.CALL}",
        )
        assert ids(read_code([decoy], IMEI)) == []

    @pytest.mark.parametrize(
        ("table", "user"),
        [
            (".packed-switch 0 :back :back", "packed-switch"),
            (".sparse-switch 5 :back 7 :back", "sparse-switch"),
            (".array-data 1 1 2 3", "fill-array-data"),
            (".array-data 4 1 2 3", "fill-array-data"),
        ],
    )
    def test_code_behind_a_table_is_still_read(
        self, read_code: ReadCode, table: str, user: str
    ) -> None:
        # Jumps back end in 0xffff, which would swallow the next unit if it were an instruction.
        lines = (":back", "const/4 v0, 0", f"{user} v0, :table", "goto :on", ":table", table)
        evidence = read_code([class_of(*lines, ":on", self.CALL)], IMEI)
        assert ids(evidence) == [IMEI.id]

    @pytest.mark.parametrize("mnemonic", sorted(OPCODES))
    def test_every_instruction_is_as_wide_as_its_format_says(
        self, read_code: ReadCode, mnemonic: str
    ) -> None:
        opcode, form = OPCODES[mnemonic]
        # Read as an instruction, the filler swallows the call behind it.
        filler = ["0x0018"] * (int(form[0]) - 1)
        raw = " ".join([".raw", hex(opcode | 0x0100 if opcode else 0), *filler])
        (call,) = read_code([class_of(raw, self.CALL)], IMEI).api_calls
        assert call.count == 1

    def test_a_call_that_the_end_of_the_code_cuts_off(self, read_code: ReadCode) -> None:
        # Behind the odd number of units lies padding: 0, the index of the first method.
        cut = Method("cut", "()V", ".raw 0 0 0x106e", PUBLIC | STATIC)
        evidence = read_code([ClassDef("com.example.app.A", (cut, method(self.CALL)))], IMEI)
        assert [call.caller_method for call in evidence.api_calls] == ["run"]

    def test_hundreds_of_methods_are_stepped_through_alike(self, read_code: ReadCode) -> None:
        decoy = ("const/4 v0, 0", "fill-array-data v0, :data", self.CALL, "return-void", ":data")
        methods = tuple(
            method("const-wide v0, 1", *decoy, f".array-code {self.CALL}", name=f"run{number:03}")
            for number in range(300)
        )
        evidence = read_code([ClassDef("com.example.app.Main", methods)], IMEI)
        assert [c.count for c in evidence.api_calls] == [1] * 300


class TestFields:
    def test_a_static_field_that_is_read(self, read_code: ReadCode) -> None:
        line = "sget-object v0, Landroid/os/Build;->SERIAL:Ljava/lang/String;"
        assert ids(read_code([class_of(line)], SERIAL)) == [SERIAL.id]

    def test_a_field_of_an_object_that_is_read(self, read_code: ReadCode) -> None:
        row = api("android.net.wifi.ScanResult.SSID", "wifi_list", kind="field")
        line = "iget-object v0, p0, Landroid/net/wifi/ScanResult;->SSID:Ljava/lang/String;"
        assert ids(read_code([class_of(line)], row)) == [row.id]

    def test_writing_a_field_is_not_reading_it(self, read_code: ReadCode) -> None:
        line = "sput-object p0, Landroid/os/Build;->SERIAL:Ljava/lang/String;"
        assert ids(read_code([class_of(line)], SERIAL)) == []

    def test_the_same_name_in_another_class_is_another_field(self, read_code: ReadCode) -> None:
        own = ClassDef("com.example.app.Build", fields=(Field("SERIAL", "I", PUBLIC | STATIC),))
        line = "sget-object v0, Lcom/example/app/Build;->SERIAL:Ljava/lang/String;"
        assert ids(read_code([own, class_of(line)], SERIAL)) == []


class TestStrings:
    @pytest.mark.parametrize(
        "line",
        [
            'const-string v0, "content://com.android.contacts"',
            'const-string v0, "content://com.android.contacts/data/phones"',
            'const-string/jumbo v0, "content://com.android.contacts?limit=1"',
            "sget-object v0, Landroid/provider/ContactsContract$Contacts;->CONTENT_URI:"
            "Landroid/net/Uri;",
        ],
    )
    def test_content_uris(self, read_code: ReadCode, line: str) -> None:
        assert ids(read_code([class_of(line)], CONTACTS)) == [CONTACTS.id]

    @pytest.mark.parametrize(
        "text",
        [
            "content://com.android.contacts2",
            "content://com.android",
            "see content://com.android.contacts",
        ],
    )
    def test_other_strings_are_no_uri_of_the_table(self, read_code: ReadCode, text: str) -> None:
        assert ids(read_code([class_of(f'const-string v0, "{text}"')], CONTACTS)) == []

    def test_the_longest_uri_of_the_table_counts(self, read_code: ReadCode) -> None:
        photos, all_media = api("content://media/external/images"), api("content://media")
        line = 'const-string v0, "content://media/external/images/media"'
        assert ids(read_code([class_of(line)], photos, all_media)) == [photos.id]

    def test_system_properties_are_whole_strings(self, read_code: ReadCode) -> None:
        row = api("property:ro.serialno", "serial")
        lines = ('const-string v0, "ro.serialno"', 'const-string v0, "ro.serialno2"')
        (call,) = read_code([class_of(*lines)], row).api_calls
        assert (call.api, call.count) == (row.id, 1)

    def test_a_string_with_nul_sorts_before_all_longer_ones(self, read_code: ReadCode) -> None:
        row = api("property:ab", "serial")
        words = ["ab", *(f"a\\u0000{chr(letter)}" for letter in range(0x30, 0x7A))]
        words.remove("a\\u0000\\")
        lines = [f'const-string v0, "{word}"' for word in words]
        assert ids(read_code([class_of(*lines)], row)) == [row.id]

    def test_strings_beyond_ascii_and_with_nul_keep_the_order(self, read_code: ReadCode) -> None:
        row = api("property:序列号\U00020000", "serial")
        words = ("a\\u0000b", "ab", "序列号", "序列号\U00020000", "\uffee", "\U00020000")
        lines = [f'const-string v0, "{word}"' for word in words]
        assert ids(read_code([class_of(*lines)], row)) == [row.id]


class TestArguments:
    """Settings keys and the names of methods and services: the string in the register counts."""

    def settings(self, *lines: str, call: str = "{p0, v0}") -> ClassDef:
        return class_of(*lines, f"invoke-static {call}, {GET_STRING}")

    @pytest.mark.parametrize(
        "lines",
        [
            ('const-string v0, "android_id"',),
            ('const-string/jumbo v0, "android_id"',),
            ('const-string v1, "android_id"', "move-object v0, v1", "const/4 v1, 0"),
            ('const-string v1, "android_id"', "move-object/from16 v0, v1"),
            ('const-string v1, "android_id"', "move-object/16 v0, v1"),
            ('const-string v0, "other"', 'const-string v0, "android_id"'),
            ('const-string v0, "android_id"', 'const-string v1, "other"', "const/4 v1, 0"),
        ],
    )
    def test_the_last_string_in_the_register_counts(
        self, read_code: ReadCode, lines: tuple[str, ...]
    ) -> None:
        assert ids(read_code([self.settings(*lines)], ANDROID_ID)) == [ANDROID_ID.id]

    @pytest.mark.parametrize(
        "lines",
        [
            ('const-string v0, "other"',),
            ('const-string v0, "android_id"', 'const-string v0, "other"'),
            ('const-string v0, "android_id"', "const/4 v0, 0"),
            ('const-string v1, "android_id"', "move-object v0, p0"),
            ('const-string v0, "android_id"', "const-wide v0, 1"),
            (
                'const-string v0, "android_id"',
                "invoke-static {}, Lcom/example/app/Main;->key()Ljava/lang/String;",
                "move-result-object v0",
            ),
            ("move-object v0, p0",),
        ],
    )
    def test_a_key_that_cannot_be_told_is_not_reported(
        self, read_code: ReadCode, lines: tuple[str, ...]
    ) -> None:
        assert ids(read_code([self.settings(*lines)], ANDROID_ID)) == []

    def test_the_second_register_of_a_wide_write_is_written_too(self, read_code: ReadCode) -> None:
        lines = ('const-string v1, "android_id"', "const-wide v0, 1")
        assert ids(read_code([self.settings(*lines, call="{p0, v1}")], ANDROID_ID)) == []

    def test_a_range_of_registers(self, read_code: ReadCode) -> None:
        lines = ("move-object v4, p0", 'const-string v5, "android_id"')
        call = f"invoke-static/range {{v4 .. v5}}, {GET_STRING}"
        assert ids(read_code([class_of(*lines, call)], ANDROID_ID)) == [ANDROID_ID.id]

    def test_a_call_that_passes_too_little(self, read_code: ReadCode) -> None:
        lines = ('const-string v0, "android_id"', f"invoke-static {{p0}}, {GET_STRING}")
        assert ids(read_code([class_of(*lines)], ANDROID_ID)) == []

    def test_the_string_of_another_method_does_not_count(self, read_code: ReadCode) -> None:
        first = method('const-string v0, "android_id"', name="a")
        second = method("nop", f"invoke-static {{p0, v0}}, {GET_STRING}", name="b")
        assert ids(read_code([ClassDef("com.example.app.M", (first, second))], ANDROID_ID)) == []

    def test_a_key_of_one_namespace_is_answered_in_the_others(self, read_code: ReadCode) -> None:
        old = GET_STRING.replace("$Secure", "$System")
        lines = ('const-string v0, "android_id"', f"invoke-static {{p0, v0}}, {old}")
        assert ids(read_code([class_of(*lines)], ANDROID_ID)) == [ANDROID_ID.id]

    @pytest.mark.parametrize(
        ("space", "expected"), [("Secure", ["settings:secure:name"]), ("System", [])]
    )
    def test_namespaces_that_both_have_the_key_are_kept_apart(
        self, read_code: ReadCode, space: str, expected: list[str]
    ) -> None:
        rows = [api(f"settings:{space}:name") for space in ("secure", "global")]
        call = f"invoke-static {{p0, v0}}, {GET_STRING}".replace("$Secure", f"${space}")
        assert ids(read_code([class_of('const-string v0, "name"', call)], *rows)) == expected

    def test_writing_a_setting_is_not_reading_it(self, read_code: ReadCode) -> None:
        call = f"invoke-static {{p0, v0}}, {GET_STRING}".replace("getString", "putString")
        lines = ('const-string v0, "android_id"', call)
        assert ids(read_code([class_of(*lines)], ANDROID_ID)) == []

    @pytest.mark.parametrize("lookup", ["getMethod", "getDeclaredMethod"])
    def test_reflection(self, read_code: ReadCode, lookup: str) -> None:
        row = api("reflection:getDeviceId")
        lines = (
            'const-string v0, "getDeviceId"',
            "const/4 v1, 0",
            f"invoke-virtual {{p0, v0, v1}}, Ljava/lang/Class;->{lookup}"
            "(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method;",
        )
        assert ids(read_code([class_of(*lines)], row)) == [row.id]

    def test_a_name_that_is_only_a_string_is_no_reflection(self, read_code: ReadCode) -> None:
        row = api("reflection:getDeviceId")
        assert ids(read_code([class_of('const-string v0, "getDeviceId"')], row)) == []

    def test_services(self, read_code: ReadCode) -> None:
        row = api("service:phone")
        lines = (
            'const-string v0, "phone"',
            "invoke-virtual {p0, v0}, Landroid/app/Activity;->getSystemService"
            "(Ljava/lang/String;)Ljava/lang/Object;",
        )
        assert ids(read_code([class_of(*lines)], row)) == [row.id]


class TestFiles:
    CALL = f"invoke-virtual {{p0}}, {GET_IMEI}"

    @pytest.mark.parametrize("version", VERSIONS)
    def test_every_version_of_single_files(self, read: Read, version: str) -> None:
        dex = build_dex([class_of(self.CALL)], version)
        assert ids(read(build_apk(MANIFEST, [dex]), IMEI)[1]) == [IMEI.id]

    def test_all_logical_files_of_a_container(self, read: Read) -> None:
        groups = [[class_of(self.CALL, name=f"com.example.app.C{n}")] for n in range(3)]
        _, evidence = read(build_apk(MANIFEST, [build_container(groups)]), IMEI)
        assert [(c.caller_class, c.dex) for c in evidence.api_calls] == [
            (f"com.example.app.C{n}", "classes.dex") for n in range(3)
        ]

    def test_files_are_read_up_to_the_first_that_is_missing(self, read: Read) -> None:
        dex = build_dex([class_of(self.CALL)])
        apk = build_apk(MANIFEST, [dex, dex], files={"classes4.dex": dex})
        _, evidence = read(apk, IMEI)
        assert [c.dex for c in evidence.api_calls] == ["classes.dex", "classes2.dex"]
        assert [(g.what, "classes3.dex" in g.why) for g in evidence.gaps] == [
            ("classes4.dex", True)
        ]

    @pytest.mark.parametrize(
        ("break_it", "why"),
        [
            (damage.truncated_dex, "cut short"),
            (damage.garbled_dex, "encrypted"),
            (damage.wild_offset_dex, "outside the file"),
        ],
    )
    def test_a_broken_file_is_a_gap_and_the_others_are_read(
        self, read: Read, break_it: Any, why: str
    ) -> None:
        dex = build_dex([class_of(self.CALL)])
        _, evidence = read(break_it(build_apk(MANIFEST, [dex, dex])), IMEI)
        assert [c.dex for c in evidence.api_calls] == ["classes2.dex"]
        assert [gap.what for gap in evidence.gaps] == ["classes.dex"]
        assert why in evidence.gaps[0].why

    def test_a_wrong_checksum_does_not_matter_to_android(self, read: Read) -> None:
        apk = damage.bad_checksum_dex(build_apk(MANIFEST, [build_dex([class_of(self.CALL)])]))
        assert ids(read(apk, IMEI)[1]) == [IMEI.id]

    def test_a_version_of_the_future_is_a_gap(self, read: Read) -> None:
        dex = build_dex([class_of(self.CALL)]).replace(b"dex\n035", b"dex\n042")
        _, evidence = read(build_apk(MANIFEST, [dex]))
        assert "042" in evidence.gaps[0].why

    def test_missing_code_is_a_gap(self, read: Read) -> None:
        _, evidence = read(build_apk(MANIFEST))
        assert [gap.what for gap in evidence.gaps] == ["classes.dex"]

    def test_an_app_that_says_it_has_no_code_lacks_nothing(self, read: Read) -> None:
        root = manifest_of("com.example.app", application={"android:hasCode": False})
        assert read(build_apk(build_axml(root)))[1].gaps == ()
