"""Calls in libraries: they count as of those whose code leads to them, and else as of nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkcheck.check import check_app
from apkcheck.model import ApiCall
from apkcheck.tables import Tables
from fixtures.apkbuild import (
    ABSTRACT,
    INTERFACE,
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
)
from tests.apk.conftest import Read
from tests.apk.rows import api, library, sdk

IMEI = api("android.telephony.TelephonyManager.getImei")
LIBRARY = library("tools", "org.tools")
SDK = sdk("acme-push", "com.acme")
MAIN, HELPER, OTHER = "com.example.app.Main", "org.tools.Phone", "org.tools.Other"
READ = "invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getImei()Ljava/lang/String;"


def method(name: str, *lines: str, access: int = PUBLIC | STATIC) -> Method:
    return Method(name, "()V", "\n".join(("const/4 v0, 0", *lines, "return-void")), access)


def call(owner: str, name: str = "read", kind: str = "static") -> str:
    registers = "{}" if kind == "static" else "{v0}"
    return f"invoke-{kind} {registers}, L{owner.replace('.', '/')};->{name}()V"


def create(owner: str) -> tuple[str, str]:
    descriptor = f"L{owner.replace('.', '/')};"
    return f"new-instance v0, {descriptor}", f"invoke-direct {{v0}}, {descriptor}-><init>()V"


def main(*lines: str) -> ClassDef:
    """The activity that Android starts."""
    code = (*lines,)
    return ClassDef(
        MAIN, (method("onResume", *code, access=PUBLIC),), superclass="android.app.Activity"
    )


HELPS = ClassDef(HELPER, (method("read", READ),))


def calls(read: Read, *classes: ClassDef, components: tuple[Element, ...] = ()) -> list[ApiCall]:
    manifest = manifest_of("com.example.app", components=[activity(MAIN), *components])
    apk = build_apk(build_axml(manifest), [build_dex(classes)])
    return list(read(apk, IMEI, LIBRARY, SDK)[1].api_calls)


def reached_from(read: Read, *classes: ClassDef, components: tuple[Element, ...] = ()) -> list[str]:
    (found,) = calls(read, *classes, components=components)
    assert found.owner == "library:tools"
    return list(found.reached_from)


def test_the_app_that_calls_it(read: Read) -> None:
    assert reached_from(read, HELPS, main(call(HELPER))) == ["first-party"]


def test_through_other_code_of_libraries(read: Read) -> None:
    between = ClassDef(OTHER, (method("ask", call(HELPER)),))
    assert reached_from(read, HELPS, between, main(call(OTHER, "ask"))) == ["first-party"]


def test_everybody_who_does(read: Read) -> None:
    push = ClassDef("com.acme.Push", (method("start", call(HELPER)),))
    strange = ClassDef("net.strange.Job", (method("start", call(HELPER)),))
    started = main(call("com.acme.Push", "start"), call("net.strange.Job", "start"), call(HELPER))
    found = reached_from(read, HELPS, push, strange, started)
    assert found == ["acme-push", "first-party", "unknown"]


def test_an_sdk_between_the_app_and_the_library_answers_for_itself(read: Read) -> None:
    push = ClassDef("com.acme.Push", (method("start", call(HELPER)),))
    assert reached_from(read, HELPS, push, main(call("com.acme.Push", "start"))) == ["acme-push"]


def test_nobody_where_no_reachable_code_leads_there(read: Read) -> None:
    unused = ClassDef("com.acme.Push", (method("start", call(HELPER)),))
    assert reached_from(read, HELPS, unused, main()) == []


def test_other_code_reaches_itself_without_saying_so(read: Read) -> None:
    own = ClassDef("com.example.app.Phone", (method("read", READ),))
    (found,) = calls(read, own, main(call("com.example.app.Phone")))
    assert (found.owner, found.reached_from) == ("first-party", ())


class TestCallbacks:
    TASK = ClassDef(
        HELPER,
        (Method("<init>"), method("run", READ, access=PUBLIC)),
        interfaces=("java.lang.Runnable",),
    )

    def test_who_creates_a_task_reaches_what_it_does(self, read: Read) -> None:
        assert reached_from(read, self.TASK, main(*create(HELPER))) == ["first-party"]

    def test_creating_an_object_is_not_calling_its_other_methods(self, read: Read) -> None:
        tool = ClassDef(HELPER, (Method("<init>"), method("read", READ, access=PUBLIC)))
        user = ClassDef("com.acme.Push", (method("start", call(HELPER, kind="virtual")),))
        started = main(*create(HELPER), call("com.acme.Push", "start"))
        assert reached_from(read, tool, user, started) == ["acme-push"]

    def test_who_creates_what_implements_an_interface_of_the_library(self, read: Read) -> None:
        interface = ClassDef(
            OTHER,
            (Method("read", code=None, access=PUBLIC | ABSTRACT),),
            access=PUBLIC | INTERFACE | ABSTRACT,
        )
        tool = ClassDef(
            HELPER, (Method("<init>"), method("read", READ, access=PUBLIC)), interfaces=(OTHER,)
        )
        stranger = ClassDef("com.acme.Push", (method("start", call(OTHER, kind="interface")),))
        started = main(*create(HELPER), call("com.acme.Push", "start"))
        assert reached_from(read, interface, tool, stranger, started) == ["first-party"]

    def test_what_only_the_platform_calls_nobody_reaches(self, read: Read) -> None:
        view = ClassDef(
            HELPER,
            (Method("<init>"), method("onPaste", READ, access=PUBLIC)),
            superclass="android.view.View",
        )
        (found,) = calls(read, view, main(*create(HELPER)))
        assert (found.reachable, found.reached_from) == (True, ())

    @pytest.mark.parametrize(
        ("lines", "owners"),
        [((), []), ((f"const-class v0, L{HELPER.replace('.', '/')};",), ["first-party"])],
    )
    def test_a_component_is_reached_by_who_names_its_class(
        self, read: Read, lines: tuple[str, ...], owners: list[str]
    ) -> None:
        scanner = ClassDef(
            HELPER, (method("onResume", READ, access=PUBLIC),), superclass="android.app.Activity"
        )
        found = reached_from(read, scanner, main(*lines), components=(activity(HELPER),))
        assert found == owners

    def test_a_static_initialiser_is_reached_by_who_uses_the_class(self, read: Read) -> None:
        tool = ClassDef(HELPER, (method("<clinit>", READ), method("other")))
        assert reached_from(read, tool, main(call(HELPER, "other"))) == ["first-party"]


class TestFindings:
    """What a policy has to say of calls in libraries."""

    def rules_about_imei(self, tmp_path: Path, tables: Tables, *lines: str) -> dict[str, list[str]]:
        helper = ClassDef("okhttp3.Phone", (method("read", READ),))
        manifest = manifest_of("com.example.app", components=[activity(MAIN)])
        apk, policy = tmp_path / "app.apk", tmp_path / "policy.txt"
        apk.write_bytes(build_apk(build_axml(manifest), [build_dex([helper, main(*lines)])]))
        policy.write_text("隐私政策\n我们会收集您的昵称。\n", "utf-8")
        report = check_app(apk, [policy], tables).report
        return {f.rule: list(f.evidence) for f in report.findings if f.subject.id == "imei"}

    def test_the_app_answers_for_what_it_has_a_library_do(
        self, tmp_path: Path, tables: Tables
    ) -> None:
        found = self.rules_about_imei(tmp_path, tables, call("okhttp3.Phone"))
        assert found == {"data-undisclosed": ["/evidence/api_calls/0"]}

    @pytest.mark.parametrize(
        ("lang", "words"),
        [
            ("zh", "开源库 OkHttp（由App 自身代码引到）使用了"),
            ("en", "is used in the library OkHttp (into which the app's own code leads)"),
        ],
    )
    def test_the_message_says_that_it_is_a_library_to_which_the_app_leads(
        self, tmp_path: Path, tables: Tables, lang: str, words: str
    ) -> None:
        self.rules_about_imei(tmp_path, tables, call("okhttp3.Phone"))
        paths = [tmp_path / "policy.txt"]
        report = check_app(tmp_path / "app.apk", paths, tables, lang=lang).report
        (found,) = (f for f in report.findings if f.rule == "data-undisclosed")
        assert words in found.message

    def test_nobody_answers_for_what_nobody_uses(self, tmp_path: Path, tables: Tables) -> None:
        assert self.rules_about_imei(tmp_path, tables) == {}
