"""Which calls can run: paths from what Android starts to the call, and who is first on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from apkcheck.model import ApiCall
from fixtures.apkbuild import (
    ABSTRACT,
    INTERFACE,
    NATIVE,
    PRIVATE,
    PROTECTED,
    PUBLIC,
    STATIC,
    ClassDef,
    Element,
    Field,
    Method,
    Resources,
    activity,
    build_apk,
    build_arsc,
    build_axml,
    build_container,
    build_dex,
    manifest_of,
    meta_data,
    provider,
    service,
)
from tests.apk.conftest import Read
from tests.apk.rows import api

IMEI = api("android.telephony.TelephonyManager.getImei")
APP = "com.example.app"
MAIN = f"{APP}.Main"
MAIN_ACTIVITY = activity(MAIN)
READ_IMEI = "invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getImei()Ljava/lang/String;"
ABSTRACT_INTERFACE = PUBLIC | INTERFACE | ABSTRACT


def method(name: str, *lines: str, prototype: str = "()V", access: int = PUBLIC) -> Method:
    return Method(name, prototype, "\n".join((*lines, "return-void")), access)


def reads(name: str = "read", access: int = PUBLIC, prototype: str = "()V") -> Method:
    """A method that makes the sensitive call."""
    return method(name, "const/4 v0, 0", READ_IMEI, prototype=prototype, access=access)


def static_reads(name: str = "read") -> Method:
    return reads(name, PUBLIC | STATIC)


def call(kind: str, owner: str, name: str = "read", prototype: str = "()V") -> str:
    registers = "{}" if kind == "static" else "{v0}"
    return f"invoke-{kind} {registers}, L{owner.replace('.', '/')};->{name}{prototype}"


def new(owner: str) -> str:
    return f"new-instance v0, L{owner.replace('.', '/')};"


def main(*lines: str, name: str = MAIN, superclass: str = "android.app.Activity") -> ClassDef:
    """A component whose onCreate runs these lines."""
    on_create = method("onCreate", *lines, prototype="(Landroid/os/Bundle;)V", access=PROTECTED)
    return ClassDef(name, (on_create,), superclass=superclass)


def own(name: str) -> str:
    return f"{APP}.{name}"


class App:
    """Builds an app and reads its calls."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def calls(
        self,
        *dexes: bytes,
        components: Iterable[Element] = (MAIN_ACTIVITY,),
        application: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
        resources: bytes | None = None,
    ) -> dict[str, ApiCall]:
        manifest = manifest_of(APP, components=components, application=application)
        apk = build_apk(build_axml(manifest), dexes, resources, files)
        _, evidence = self._read(apk, IMEI)
        return {f"{c.caller_class}.{c.caller_method}": c for c in evidence.api_calls}

    def reached(self, *classes: ClassDef) -> dict[str, bool | None]:
        """Whether each caller, without the package's name, is reached from the activity Main."""
        found = self.calls(build_dex(classes))
        return {name.removeprefix(f"{APP}."): c.reachable for name, c in found.items()}


@pytest.fixture
def app(read: Read) -> App:
    return App(read)


class TestCalls:
    def test_a_method_that_a_component_calls(self, app: App) -> None:
        helper = ClassDef(own("Helper"), (static_reads(),))
        code = main(call("static", own("Helper")))
        assert app.reached(code, helper) == {"Helper.read": True}

    def test_a_method_that_nobody_calls(self, app: App) -> None:
        helper = ClassDef(own("Helper"), (static_reads(), static_reads("unused")))
        code = main(call("static", own("Helper")))
        assert app.reached(code, helper) == {"Helper.read": True, "Helper.unused": False}

    def test_over_several_steps_and_in_circles(self, app: App) -> None:
        one = ClassDef(own("One"), (method("go", call("static", own("Two"), "go"), access=9),))
        lines = (call("static", own("One"), "go"), call("static", own("Two")))
        two = ClassDef(own("Two"), (method("go", *lines, access=9), static_reads()))
        assert app.reached(main(call("static", own("One"), "go")), one, two) == {"Two.read": True}

    def test_callers_that_are_dead_reach_nothing(self, app: App) -> None:
        dead = ClassDef(own("Dead"), (method("go", call("static", own("Helper")), access=9),))
        helper = ClassDef(own("Helper"), (static_reads(),))
        assert app.reached(main(), dead, helper) == {"Helper.read": False}

    def test_a_call_through_the_superclass_reaches_what_overrides_it(self, app: App) -> None:
        base = ClassDef(own("Base"), (method("read"),))
        sub = ClassDef(own("Sub"), (reads(),), superclass=own("Base"))
        other = ClassDef(own("Other"), (reads(),), superclass=own("Base"))
        code = main(new(own("Sub")), call("virtual", own("Base")))
        found = app.reached(code, base, sub, other)
        assert found == {"Sub.read": True, "Other.read": False}, "no Other is ever created"

    def test_a_call_through_an_interface_reaches_its_classes(self, app: App) -> None:
        abstract = Method("read", "()V", None, PUBLIC | ABSTRACT)
        above = ClassDef(own("Above"), (abstract,), access=ABSTRACT_INTERFACE)
        face = ClassDef(own("Face"), (), interfaces=(own("Above"),), access=ABSTRACT_INTERFACE)
        one = ClassDef(own("One"), (reads(),), interfaces=(own("Face"),))
        base = ClassDef(own("Base"), (reads(),))
        heir = ClassDef(own("Heir"), (), interfaces=(own("Above"),), superclass=own("Base"))
        stranger = ClassDef(own("Stranger"), (reads(),))
        lines = [new(own(name)) for name in ("One", "Heir", "Stranger")]
        code = main(*lines, call("interface", own("Above")))
        found = app.reached(code, above, face, one, base, heir, stranger)
        assert found == {"One.read": True, "Base.read": True, "Stranger.read": False}

    def test_a_default_method_of_an_interface(self, app: App) -> None:
        face = ClassDef(own("Face"), (reads(),), access=ABSTRACT_INTERFACE)
        one = ClassDef(own("One"), (), interfaces=(own("Face"),))
        code = main(new(own("One")), call("virtual", own("One")))
        assert app.reached(code, face, one) == {"Face.read": True}

    def test_a_call_through_a_subclass_reaches_what_it_inherits(self, app: App) -> None:
        base = ClassDef(own("Base"), (reads(),))
        sub = ClassDef(own("Sub"), (), superclass=own("Base"))
        assert app.reached(main(call("virtual", own("Sub"))), base, sub) == {"Base.read": True}

    def test_overloads_are_told_apart(self, app: App) -> None:
        helper = ClassDef(own("Helper"), (reads(prototype="(Ljava/lang/String;)V"), method("read")))
        assert app.reached(main(call("virtual", own("Helper"))), helper) == {"Helper.read": False}

    def test_the_creation_of_an_object_runs_its_constructor(self, app: App) -> None:
        made = ClassDef(own("Made"), (reads("<init>"),))
        other = ClassDef(own("Other"), (reads("<init>"),))
        code = main(new(own("Made")), call("direct", own("Made"), "<init>"))
        assert app.reached(code, made, other) == {"Made.<init>": True, "Other.<init>": False}

    @pytest.mark.parametrize(
        "line",
        [
            new(own("Holder")),
            call("static", own("Holder"), "go"),
            f"sget-object v0, L{own('Holder').replace('.', '/')};->one:Ljava/lang/Object;",
        ],
    )
    def test_who_uses_a_class_runs_its_static_initialiser(self, app: App, line: str) -> None:
        holder = ClassDef(
            own("Holder"),
            (static_reads("<clinit>"), method("go", access=PUBLIC | STATIC)),
            (Field("one", "java.lang.Object", PUBLIC | STATIC),),
        )
        assert app.reached(main(line), holder) == {"Holder.<clinit>": True}
        assert app.reached(main(), holder) == {"Holder.<clinit>": False}


class TestCallbacks:
    def test_an_object_handed_to_the_platform_is_called_back(self, app: App) -> None:
        listener = ClassDef(
            own("Listener"), (reads("onClick"),), interfaces=("android.view.View$OnClickListener",)
        )
        assert app.reached(main(new(own("Listener"))), listener) == {"Listener.onClick": True}
        assert app.reached(main(), listener) == {"Listener.onClick": False}

    def test_through_an_interface_of_the_app_and_a_superclass(self, app: App) -> None:
        face = ClassDef(
            own("Face"), (), interfaces=("java.lang.Runnable",), access=ABSTRACT_INTERFACE
        )
        base = ClassDef(own("Base"), (reads("run"),), interfaces=(own("Face"),))
        sub = ClassDef(own("Sub"), (), superclass=own("Base"))
        assert app.reached(main(new(own("Sub"))), face, base, sub) == {"Base.run": True}

    def test_private_and_static_methods_are_no_callbacks(self, app: App) -> None:
        task = ClassDef(
            own("Task"),
            (reads("one", PRIVATE), static_reads("two")),
            interfaces=("java.lang.Runnable",),
        )
        assert app.reached(main(new(own("Task"))), task) == {"Task.one": False, "Task.two": False}

    def test_without_a_supertype_outside_only_methods_of_object_are(self, app: App) -> None:
        code = "const/4 v0, 0\n" + READ_IMEI + "\nreturn-object v0"
        to_string = Method("toString", "()Ljava/lang/String;", code)
        plain = ClassDef(own("Plain"), (to_string, reads("other")))
        found = app.reached(main(new(own("Plain"))), plain)
        assert found == {"Plain.toString": True, "Plain.other": False}

    def test_a_class_that_is_handed_on_may_be_created(self, app: App) -> None:
        worker = ClassDef(own("Work"), (reads("<init>"), reads("doWork")), superclass="a.b.Worker")
        code = main("const-class v0, Lcom/example/app/Work;")
        assert app.reached(code, worker) == {"Work.<init>": True, "Work.doWork": True}


class TestNames:
    @pytest.mark.parametrize("name", ["com.example.app.Named", "com/example/app/Named"])
    def test_a_string_that_names_a_class_reaches_all_of_it(self, app: App, name: str) -> None:
        named = ClassDef(own("Named"), (reads("<init>"), reads("any"), static_reads("other")))
        found = app.reached(main(f'const-string v0, "{name}"'), named)
        assert found == dict.fromkeys(("Named.<init>", "Named.any", "Named.other"), True)
        dead = ClassDef(own("Dead"), (method("go", f'const-string v0, "{name}"'),))
        assert set(app.reached(main(), dead, named).values()) == {False}

    def test_a_native_method_may_call_its_class(self, app: App) -> None:
        native = Method("go", "()V", None, PUBLIC | STATIC | NATIVE)
        bridge = ClassDef(own("Bridge"), (native, reads("onNative")))
        code = main(call("static", own("Bridge"), "go"))
        assert app.reached(code, bridge) == {"Bridge.onNative": True}
        assert app.reached(main(), bridge) == {"Bridge.onNative": False}

    def test_a_class_that_a_layout_names(self, app: App) -> None:
        view = ClassDef(own("Chart"), (reads("onDraw"),), superclass="android.view.View")
        dex = build_dex([main(), view])
        layout = build_axml(Element("LinearLayout", {}, (Element(own("Chart")),)))
        (there,) = app.calls(dex, files={"res/layout/main.xml": layout}).values()
        assert (there.reachable, there.first_reached_by, there.at_start) == (True, None, False)
        other = build_axml(Element("LinearLayout", {}, (Element(own("Other")),)))
        (missing,) = app.calls(dex, files={"res/layout/main.xml": other}).values()
        assert missing.reachable is False

    @pytest.mark.parametrize("name", ["com.example.app.Page", ".Page"])
    def test_a_class_that_an_attribute_names(self, app: App, name: str) -> None:
        page = ClassDef(own("Page"), (reads("onStart"),), superclass="android.app.Fragment")
        graph = build_axml(Element("fragment", {"android:name": name}))
        found = app.calls(build_dex([main(), page]), files={"res/navigation/all.xml": graph})
        assert [c.reachable for c in found.values()] == [True]

    @pytest.mark.parametrize("utf8", [True, False])
    def test_a_class_that_a_string_resource_names(self, app: App, utf8: bool) -> None:
        rule = ClassDef(own("Rule"), (reads("onLayout"),), superclass="a.b.Behavior")
        table = build_arsc(Resources(APP, {"behavior": {"": own("Rule")}}), utf8)
        found = app.calls(build_dex([main(), rule]), resources=table)
        assert [c.reachable for c in found.values()] == [True]

    def test_a_class_that_a_service_file_names(self, app: App) -> None:
        loaded = ClassDef(own("Loaded"), (reads("run"),), interfaces=("java.lang.Runnable",))
        files = {"META-INF/services/java.lang.Runnable": b"# one\ncom.example.app.Loaded\n"}
        found = app.calls(build_dex([main(), loaded]), files=files)
        assert [c.reachable for c in found.values()] == [True]


class TestFiles:
    HELPER = ClassDef("com.other.Helper", (static_reads(),))
    CALL = call("static", "com.other.Helper")

    def test_paths_lead_from_one_file_to_another(self, app: App) -> None:
        files = [build_dex([main(self.CALL)]), build_dex([self.HELPER])]
        (found,) = app.calls(*files).values()
        assert (found.dex, found.reachable) == ("classes2.dex", True)

    def test_and_between_the_parts_of_a_container(self, app: App) -> None:
        (found,) = app.calls(build_container([[self.HELPER], [main(self.CALL)]])).values()
        assert found.reachable is True

    def test_hierarchies_span_files(self, app: App) -> None:
        base = build_dex([ClassDef("com.a.Base", (method("read"),))])
        sub = build_dex([ClassDef("com.b.Sub", (reads(),), superclass="com.a.Base")])
        code = build_dex([main(new("com.b.Sub"), call("virtual", "com.a.Base"))])
        (found,) = app.calls(code, sub, base).values()
        assert found.reachable is True

    def test_what_a_file_that_is_broken_may_reach_is_not_known(self, app: App) -> None:
        dead = ClassDef(own("Dead"), (static_reads(),))
        good = build_dex([main(self.CALL), self.HELPER, dead])
        found = app.calls(good, b"dex\n035\0" + b"\xff" * 200)
        assert found["com.other.Helper.read"].reachable is True
        assert found[f"{own('Dead')}.read"].reachable is None

    def test_an_app_without_entry_points_that_are_defined_is_not_known(self, app: App) -> None:
        dex = build_dex([self.HELPER])
        assert [c.reachable for c in app.calls(dex).values()] == [None]
        assert [c.reachable for c in app.calls(dex, components=()).values()] == [None]


class TestFirst:
    HELPER = ClassDef(own("Helper"), (static_reads(),))
    CALL = call("static", own("Helper"))

    def first(
        self,
        app: App,
        *names: str,
        components: Iterable[Element],
        application: Mapping[str, str] | None = None,
    ) -> tuple[str | None, bool]:
        """Who reaches the helper first of these classes, all of which call it."""
        classes = [main(self.CALL, name=name) for name in names]
        dex = build_dex([*classes, self.HELPER])
        (found,) = app.calls(dex, components=components, application=application).values()
        assert found.reachable is True
        return found.first_reached_by, found.at_start

    def test_of_several_components_the_first_by_name(self, app: App) -> None:
        parts = [activity(own("B")), service(own("A"))]
        assert self.first(app, own("A"), own("B"), components=parts) == (own("A"), False)

    def test_a_provider_starts_before_components(self, app: App) -> None:
        parts = [activity(own("A")), provider(own("Init"), "init")]
        found = self.first(app, own("A"), own("Init"), components=parts)
        assert found == (own("Init"), True)

    def test_the_application_class_starts_before_all(self, app: App) -> None:
        parts = [activity(own("A")), provider(own("Init"), "init")]
        names = own("A"), own("Init"), own("Whole")
        found = self.first(app, *names, components=parts, application={"android:name": ".Whole"})
        assert found == (own("Whole"), True)

    @pytest.mark.parametrize("attributes", [{"enabled": False}, {"process": ":remote"}])
    def test_a_provider_that_does_not_start_with_the_app(
        self, app: App, attributes: dict[str, str | bool]
    ) -> None:
        parts = [provider(own("Init"), "init", **attributes)]
        assert self.first(app, own("Init"), components=parts) == (own("Init"), False)

    def test_what_metadata_of_a_provider_names_starts_with_it(self, app: App) -> None:
        init = Element(
            "provider",
            {"android:name": "androidx.startup.Init", "android:authorities": "init"},
            (meta_data(own("Setup"), "androidx.startup"),),
        )
        setup = ClassDef(own("Setup"), (reads("create"),), interfaces=("a.b.Initializer",))
        provided = ClassDef("androidx.startup.Init", (), superclass="a.b.ContentProvider")
        (found,) = app.calls(build_dex([setup, provided]), components=[init]).values()
        assert (found.first_reached_by, found.at_start) == ("androidx.startup.Init", True)

    def test_what_nobody_reaches_has_no_first(self, app: App) -> None:
        (found,) = app.calls(build_dex([main(), self.HELPER])).values()
        assert (found.reachable, found.first_reached_by, found.at_start) == (False, None, False)

    def test_a_call_in_one_of_two_overloads_counts_alone(self, app: App) -> None:
        quiet = method("read", prototype="(I)V", access=PUBLIC | STATIC)
        helper = ClassDef(own("Helper"), (static_reads(), quiet))
        line = "const/4 v0, 0\ninvoke-static {v0}, Lcom/example/app/Helper;->read(I)V"
        (found,) = app.calls(build_dex([main(line), helper])).values()
        assert found.reachable is False
