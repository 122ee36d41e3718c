"""Formats: tables that line up, JSON that keeps its contract, and names that can do no harm."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from wcwidth import wcswidth

import apkcheck
from apkcheck.apk import read_apk
from apkcheck.check import check_app, claims_of, read_app, read_documents, tool_of
from apkcheck.formats import Style
from apkcheck.formats.json_report import claims_as_json, evidence_as_json
from apkcheck.formats.listing import claims_table, evidence_table
from apkcheck.model import ForegroundService, Report, Severity
from apkcheck.tables import Tables
from fixtures import demo
from fixtures.apkbuild import (
    ClassDef,
    Resources,
    build_apk,
    build_arsc,
    build_axml,
    build_dex,
    damage,
    manifest_of,
    permission,
    provider,
)
from tests.apps import MAIN, app, reader
from tests.conftest import Apkcheck
from tests.rendering import render
from tests.strangers import HOSTILE, is_inert

Json = dict[str, Any]


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request: pytest.FixtureRequest, tables: Tables) -> Report:
    """The demo's, in each language."""
    return check_app(demo.APK, [demo.POLICY], tables, lang=request.param).report


@pytest.fixture(scope="module")
def content(tables: Tables) -> Json:
    """The demo's report as a reader of the JSON has it."""
    made = check_app(demo.APK, [demo.POLICY], tables).report
    loaded: Json = json.loads(render("json", made, Style()))
    return loaded


# -- tables ---------------------------------------------------------------------------------------


def listings(report: Report, tables: Tables, style: Style) -> Iterator[str]:
    """Everything that is shown as a table."""
    yield render("table", report, style)
    yield evidence_table(report.app, report.evidence, tables, report.lang, style)
    yield claims_table(report.policies, report.claims, tables, report.lang, style)


def grids(text: str) -> Iterator[list[str]]:
    """The tables of a text, as lists of lines."""
    for part in text.split("\n\n"):
        lines = [line for line in part.split("\n") if line.startswith(("+-", "+=", "|"))]
        if lines:
            yield lines


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_all_lines_of_a_table_are_as_wide_as_each_other(
    report: Report, tables: Tables, width: int, verbose: bool
) -> None:
    style = Style(width=width, verbose=verbose)
    for text in listings(report, tables, style):
        found = list(grids(text))
        assert found
        for lines in found:
            widths = {wcswidth(line) for line in lines}
            assert len(widths) == 1, lines
            assert min(widths) > 0


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(
    report: Report, tables: Tables, width: int, verbose: bool
) -> None:
    for text in listings(report, tables, Style(width=width, verbose=verbose)):
        widest = max(text.split("\n"), key=wcswidth)
        assert wcswidth(widest) <= width, widest


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("zh", ["清单", "随 READ_MEDIA_IMAGES 附带", "目标级别附带", "清单 -sdk-23", "服务"]),
        ("en", ["manifest", "comes with READ_MEDIA_IMAGES", "by target level", "manifest -sdk-23"]),
    ],
)
def test_the_table_says_where_each_permission_comes_from(
    tables: Tables, lang: str, shown: list[str]
) -> None:
    app, evidence = read_apk(demo.APK, tables, lang)
    (use,) = (u for u in evidence.permissions if u.implied_by)
    given = replace(use, name="android.permission.BODY_SENSORS", implied_by=None)
    guard = replace(use, name="android.permission.BIND_VPN_SERVICE", source="service")
    evidence = replace(evidence, permissions=(*evidence.permissions, given, guard))
    text = evidence_table(app, evidence, tables, lang, Style(width=300))
    sources = {line.split("|")[-3].strip() for line in text.splitlines() if "permission." in line}
    assert sources.issuperset(shown)


@pytest.mark.parametrize(
    ("target", "shown"), [(33, "not asked for; needed from target level 34"), (34, "not asked for")]
)
def test_services_in_the_foreground_need_a_permission_only_from_level_34_on(
    tables: Tables, target: int, shown: str
) -> None:
    app, evidence = read_apk(demo.APK, tables, "en")
    needed = "android.permission.FOREGROUND_SERVICE_CAMERA"
    service = ForegroundService("com.example.Recorder", "camera", needed, requested=False)
    text = evidence_table(
        replace(app, target_sdk=target),
        replace(evidence, foreground_services=(service,)),
        tables,
        "en",
        Style(width=400),
    )
    (line,) = (line for line in text.splitlines() if "com.example.Recorder" in line)
    assert line.split("|")[4].strip() == shown


def test_the_table_says_whether_calls_can_run_and_where_that_begins(tables: Tables) -> None:
    app, evidence = read_apk(demo.APK, tables, "en")
    call = replace(evidence.api_calls[0], owner="first-party", reached_from=(), reachable=True)
    main = replace(call, api="one", first_reached_by="com.example.Main")
    calls = (
        replace(call, api="one", reachable=False, first_reached_by=None),
        main,
        replace(main, api="two", first_reached_by="com.example.App", at_start=True),
        replace(call, api="three", reachable=None, first_reached_by=None),
        replace(call, api="four", first_reached_by=None),
        replace(call, api="five", reachable=False, first_reached_by=None),
    )
    text = evidence_table(app, replace(evidence, api_calls=calls), tables, "en", Style(width=200))
    cells = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    shown = {row[1]: row[5] for row in cells if len(row) == 8}
    assert [shown[api] for api in ("one", "two", "three", "four", "five")] == [
        "yes: Main",
        "at start: App",
        "unknown",
        "yes",
        "no path",
    ]


def test_the_summary_comes_before_the_findings_and_adds_up(report: Report, tables: Tables) -> None:
    text = render("table", report, Style(width=120))
    head = text[: text.index("+--")]
    counts = report.summary.by_severity
    assert sum(counts.values()) == len(report.findings)
    shown = [int(number) for number in re.findall(r"\d+", head.split("\n\n")[1].split("\n")[0])]
    assert shown == [len(report.findings), *(counts[s] for s in Severity)]


def test_findings_of_severity_info_are_named_in_one_line_of_each_rule(report: Report) -> None:
    short = render("table", report, Style(width=120))
    full = render("table", report, Style(width=120, verbose=True))
    quiet = [f for f in report.findings if f.severity is Severity.INFO]
    names = {p.id: p.name for p in report.catalogue.permissions}
    assert quiet
    for finding in quiet:
        (line,) = (line for line in short.split("\n- ") if f"({finding.rule}, " in line)
        assert (finding.subject.name or names[finding.subject.id]) in " ".join(line.split())
    assert rows(short) == len(report.findings) - len(quiet)
    assert rows(full) == len(report.findings)


def rows(text: str) -> int:
    """Rows of all tables of a text, but for their headers."""
    return sum(sum(line.startswith("+-") for line in lines) - 1 for lines in grids(text))


def test_verbose_shows_every_remedy_all_evidence_and_what_a_person_must_look_at(
    report: Report, tables: Tables
) -> None:
    flat = "".join(render("table", report, Style(width=120, verbose=True)).split())
    short = "".join(render("table", report, Style(width=120)).split())
    for finding in report.findings:
        assert "".join(finding.remedy.split())[:380] in flat
        assert finding.id in flat
    for item in report.manual:
        assert "".join(item.what_to_look_at.split()) in flat
        assert "".join(item.what_to_look_at.split()) not in short


def test_gaps_and_no_policy_are_said_in_the_table(tables: Tables, tmp_path: Path) -> None:
    apk = tmp_path / "cut.apk"
    apk.write_bytes(damage.truncated_dex(demo.APK.read_bytes(), "classes2.dex"))
    made = check_app(apk, [], tables).report
    text = render("table", made, Style(width=120))
    (gap,) = made.evidence.gaps
    assert f"- {gap.what}: {gap.why}" in text
    assert "policy-missing" in text


# -- JSON -----------------------------------------------------------------------------------------

SCHEMAS: dict[str, Json] = {
    path.name: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(apkcheck.__file__).parent / "schema").glob("*.json"))
}
REGISTRY: Registry[Any] = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)


VALIDATORS = {
    name: Draft202012Validator(schema, registry=REGISTRY) for name, schema in SCHEMAS.items()
}


def errors(name: str, instance: object) -> list[str]:
    """What a schema says against an instance."""
    found = VALIDATORS[name].iter_errors(instance)
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == name


@pytest.fixture(scope="module")
def outputs(tables: Tables, content: Json) -> dict[str, Json]:
    """One output for each schema, of the demo."""
    subject, evidence = read_app(demo.APK, tables, "zh")
    documents, _ = read_documents([demo.POLICY], tables)
    claims = claims_of(documents, tables)
    return {
        "report.schema.json": content,
        "evidence.schema.json": json.loads(evidence_as_json(subject, evidence, tool_of(tables))),
        "claims.schema.json": json.loads(claims_as_json(documents, claims, tool_of(tables))),
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_outputs_are_valid(name: str, outputs: dict[str, Json]) -> None:
    assert errors(name, outputs[name]) == []


def test_evidence_and_claims_alone_are_the_same_objects_as_in_the_report(
    outputs: dict[str, Json], content: Json
) -> None:
    for key in ("schema_version", "tool", "app", "evidence"):
        assert outputs["evidence.schema.json"][key] == content[key]
    for key in ("schema_version", "tool", "policies", "claims"):
        assert outputs["claims.schema.json"][key] == content[key]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "policies", [(), ("policy.txt",), ("empty.txt",), ("policy.txt", "empty.txt")]
)
@pytest.mark.parametrize("broken", [False, True])
def test_every_kind_of_report_is_valid(
    tables: Tables, tmp_path: Path, lang: str, policies: tuple[str, ...], broken: bool
) -> None:
    (tmp_path / "policy.txt").write_bytes(demo.POLICY.read_bytes())
    (tmp_path / "empty.txt").write_bytes(b"")
    apk = tmp_path / "app.apk"
    bare = app(asks=["CAMERA", "com.vendor.permission.UNHEARD_OF"], reads={MAIN: ("imei",)})
    apk.write_bytes(damage.truncated_dex(bare) if broken else bare)
    paths = [tmp_path / name for name in policies]
    made = check_app(apk, paths, tables, lang=lang, app_type="T07").report
    assert errors("report.schema.json", json.loads(render("json", made, Style()))) == []


HEX = "0" * 63
PLANTED: dict[str, tuple[tuple[str, object], ...]] = {
    "report.schema.json": (
        ("/schema_version", 2),
        ("/schema_version", "1"),
        ("/generated_at", "2025-03-17 08:00"),
        ("/generated_at", None),
        ("/lang", "fr"),
        ("/profile", ""),
        ("/app_type", ""),
        ("/app_type", "social"),
        ("/tool/name", "another"),
        ("/tool/mappings_digest", HEX),
        ("/app/package", ""),
        ("/app/label", ""),
        ("/app/version_code", "30200"),
        ("/app/sha256", HEX),
        ("/app/size", -1),
        ("/app/signers", None),
        ("/policies", None),
        ("/policies/0/language", "zh-CN"),
        ("/policies/0/updated", "2025年3月10日"),
        ("/policies/0/title", ""),
        ("/policies/0/text_kind", "pdf"),
        ("/evidence/permissions/0/name", None),
        ("/evidence/permissions/0/source", "guess"),
        ("/evidence/permissions/0/group", ""),
        ("/evidence/permissions/0/data_types", "imei"),
        ("/evidence/sdks/0/id", "友盟"),
        ("/evidence/sdks/0/signals/0/kind", "smell"),
        ("/evidence/sdks/0/signals/0/count", 0),
        ("/evidence/api_calls/0/reachable", "yes"),
        ("/evidence/api_calls/0/owner", ""),
        ("/evidence/api_calls/0/count", 0),
        ("/evidence/unknown_packages/0/package", ""),
        ("/evidence/unknown_packages/0/classes", 0),
        ("/evidence/unknown_packages/0/apis", [""]),
        ("/evidence/packer", ""),
        ("/evidence/gaps", [{"what": "classes.dex"}]),
        ("/claims/0/id", "1"),
        ("/claims/0/kind", "sdk"),
        ("/claims/0/action", "sell"),
        ("/claims/0/polarity", "maybe"),
        ("/claims/0/platform", "harmony"),
        ("/claims/0/section_role", "preamble"),
        ("/claims/0/grade", "partly"),
        ("/claims/0/start", -1),
        ("/claims/0/end", 1.5),
        ("/claims/0/quote", ""),
        ("/claims/0/policy", "policy.txt"),
        ("/findings/0/id", "1"),
        ("/findings/0/rule", "Data Undisclosed"),
        ("/findings/0/severity", "critical"),
        ("/findings/0/confidence", None),
        ("/findings/0/grade", ""),
        ("/findings/0/strength", "strong"),
        ("/findings/0/subject/kind", "app"),
        ("/findings/0/evidence", ["evidence/api_calls/0"]),
        ("/findings/0/claims", [1]),
        ("/findings/0/clauses/0/quote", ""),
        ("/findings/0/remedy", ""),
        ("/findings/0/notices", [{"authority": "someone", "phrase": "违规收集个人信息"}]),
        ("/manual/0/title", None),
        ("/manual/0/clauses", ["RD-3.1"]),
        ("/checklist/0/verdict", "passed"),
        ("/checklist/0/verbatim", "yes"),
        ("/checklist/0/findings", ["1"]),
        ("/checklist/0/claims", [1]),
        ("/summary/by_severity/high", -1),
        ("/summary/by_rule/data-undisclosed", 0),
        ("/summary/disclosed", None),
        ("/coverage/0/kind", "app"),
        ("/coverage/0/grade", "partly"),
        ("/coverage/0/strength", None),
        ("/coverage/0/evidence", []),
        ("/catalogue/data_types/0/sensitivity", "very"),
        ("/catalogue/sdks/0/verified", "yes"),
        ("/catalogue/rules/0/applied", None),
        ("/catalogue/clauses/0/gist", ""),
    ),
    "evidence.schema.json": (
        ("/schema_version", 0),
        ("/tool/version", ""),
        ("/app/label", ""),
        ("/evidence", None),
        ("/evidence/permissions/0/max_sdk", "32"),
        ("/evidence/components/0/kind", "widget"),
        ("/evidence/components/0/exported", "true"),
        ("/evidence/sdks/0/packages", [""]),
        ("/evidence/api_calls/0/dex", ""),
    ),
    "claims.schema.json": (
        ("/schema_version", 0),
        ("/tool", None),
        ("/policies/0/sha256", HEX),
        ("/policies/0/text", None),
        ("/claims/0/id", "c0"),
        ("/claims/0/purposes", None),
        ("/claims/0/party", ""),
        ("/claims/0/open_list", 0),
    ),
}


@pytest.mark.parametrize(
    ("name", "pointer", "value"),
    [(name, *planted) for name, plants in PLANTED.items() for planted in plants],
)
def test_a_planted_error_is_refused(
    outputs: dict[str, Json], name: str, pointer: str, value: object
) -> None:
    instance = copy.deepcopy(outputs[name])
    parent, key = resolve_parent(instance, pointer)
    parent[key] = value
    assert not VALIDATORS[name].is_valid(instance)


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "/tool",
        "/app",
        "/policies/0",
        "/evidence",
        "/evidence/permissions/0",
        "/evidence/components/0",
        "/evidence/sdks/0",
        "/evidence/sdks/0/signals/0",
        "/evidence/api_calls/0",
        "/evidence/unknown_packages/0",
        "/claims/0",
        "/findings/0",
        "/findings/0/subject",
        "/manual/0",
        "/checklist/0",
        "/summary",
        "/summary/by_severity",
        "/coverage/0",
        "/catalogue",
        "/catalogue/data_types/0",
        "/catalogue/permissions/0",
        "/catalogue/sdks/0",
        "/catalogue/purposes/0",
        "/catalogue/clauses/0",
        "/catalogue/rules/0",
    ],
)
def test_every_name_of_the_contract_must_be_there(content: Json, pointer: str) -> None:
    for key in tuple(resolve(content, pointer)):
        instance = copy.deepcopy(content)
        del resolve(instance, pointer)[key]
        assert not VALIDATORS["report.schema.json"].is_valid(instance), f"{pointer}/{key}"


def test_more_names_may_be_added(content: Json) -> None:
    instance = copy.deepcopy(content)
    instance["weather"] = instance["findings"][0]["weather"] = "fine"
    assert errors("report.schema.json", instance) == []


def resolve(instance: Any, pointer: str) -> Any:
    """What a JSON Pointer (RFC 6901) leads to; raises if it leads nowhere."""
    for step in pointer.split("/")[1:]:
        instance = instance[int(step) if isinstance(instance, list) else step]
    return instance


def resolve_parent(instance: Any, pointer: str) -> tuple[Any, str | int]:
    above, _, step = pointer.rpartition("/")
    parent = resolve(instance, above)
    return parent, int(step) if isinstance(parent, list) else step


def test_every_pointer_leads_to_the_evidence_that_the_finding_is_about(content: Json) -> None:
    pointers = [(f, pointer) for f in content["findings"] for pointer in f["evidence"]]
    assert pointers
    for finding, pointer in pointers:
        target, subject = resolve(content, pointer), finding["subject"]["id"]
        kind = pointer.split("/")[2]
        if finding["subject"]["kind"] == "sdk":
            assert subject in (target.get("id"), target.get("owner"))
        else:
            assert target[{"permissions": "name", "api_calls": "data_type"}[kind]] == subject


def test_every_claim_of_a_finding_exists_and_quotes_the_policy(content: Json) -> None:
    ids = [claim["id"] for claim in content["claims"]]
    assert ids == [f"c{number}" for number in range(1, len(ids) + 1)]
    cited = {c for f in content["findings"] for c in f["claims"]}
    assert cited
    assert cited <= set(ids)
    places = []
    for claim in content["claims"]:
        text = content["policies"][claim["policy"]]["text"]
        assert text[claim["start"] : claim["end"]] == claim["quote"]
        assert claim["surface"] in claim["quote"]
        places.append((claim["policy"], claim["start"]))
    assert places == sorted(places)


def test_the_summary_counts_the_findings(content: Json) -> None:
    summary, found = content["summary"], content["findings"]
    for severity, count in summary["by_severity"].items():
        assert count == sum(f["severity"] == severity for f in found)
    for rule, count in summary["by_rule"].items():
        assert count == sum(f["rule"] == rule for f in found)
    assert sum(summary["by_rule"].values()) == len(found)


def test_what_is_missing_is_null_and_never_empty(content: Json) -> None:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from strings(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from strings(inner)
        elif isinstance(value, str):
            yield value

    assert "" not in set(strings(content))


def test_the_same_input_gives_the_same_bytes(apkcheck: Apkcheck) -> None:
    """In another process with other hashes too, but for the one time in the report."""

    def made(seed: str) -> list[str]:
        run = apkcheck(
            *("check", demo.APK, "--policy", demo.POLICY, "--format", "json"), PYTHONHASHSEED=seed
        )
        return [line for line in run.out.split("\n") if '"generated_at": ' not in line]

    first, second = made("1"), made("2")
    assert len(first) > 100
    assert first == second


def test_time_is_utc_to_the_second(content: Json) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content["generated_at"])


def test_json_is_readable_chinese_with_one_line_end(report: Report, tables: Tables) -> None:
    text = render("json", report, Style())
    assert "设备信息" in text
    assert text.endswith("}\n")


# -- names of strangers ---------------------------------------------------------------------------


def hostile_app(name: str) -> bytes:
    """An APK that has a hostile text wherever a stranger can put one."""
    short = name[:200]
    package = "com.example.app"
    resources = Resources(package, {"app_name": {"": name}})
    manifest = manifest_of(
        package,
        permissions=[permission("android.permission.CAMERA"), permission(f"{package}x.{short}")],
        components=[provider(f"com.igexin.{short}", f"{package}.{short}")],
        attributes={"android:versionName": name},
        application={"android:label": "@string/app_name"},
    )
    classes: list[ClassDef] = [
        reader(MAIN, ["imei"]),
        reader("com.igexin.Evil" + "".join(c for c in short if c not in '/.;[{}%"# '), ["imsi"]),
        reader("org.x" + "".join(c for c in short if c not in '/.;[{}%"# '), ["imsi"]),
    ]
    return build_apk(build_axml(manifest, resources), [build_dex(classes)], build_arsc(resources))


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if "surrogate" not in kind])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_hostile_name_is_inert_everywhere(
    tables: Tables, tmp_path: Path, kind: str, lang: str
) -> None:
    name = HOSTILE[kind]
    apk = tmp_path / "app.apk"
    apk.write_bytes(hostile_app(name))
    name = name.replace("\0", "")  # makes a file name impossible, and a policy binary
    policy = tmp_path / f"policy {name[:60].replace('/', '')}.txt"
    filler = "我们会收集您的昵称，用于展示您的主页。\n" * 100
    policy.write_text(
        f"{name[:300]}隐私政策\n\n一、我们如何收集和使用您的个人信息\n\n{filler}"
        f"我们会收集您的设备信息{name[:40]}、IM\u202eEI和IDFA。\n\n"
        f"我们接入了{name[:40]}SDK，会收集您的IMSI。\n",
        "utf-8",
        newline="",
    )
    made = check_app(apk, [policy], tables, lang=lang).report
    assert made.policies, "the policy is still a text"
    assert made.claims
    for verbose in (False, True):
        for text in listings(made, tables, Style(width=120, verbose=verbose)):
            assert is_inert(text)
            for lines in grids(text):
                assert len({wcswidth(line) for line in lines}) == 1
    written = render("json", made, Style())
    loaded = json.loads(written)
    written.encode("utf-8")
    assert errors("report.schema.json", loaded) == []
    for claim in loaded["claims"]:
        text = loaded["policies"][0]["text"]
        assert text[claim["start"] : claim["end"]] == claim["quote"]


def test_a_long_name_is_cut_in_the_table_and_whole_in_json(tables: Tables, tmp_path: Path) -> None:
    apk = tmp_path / "app.apk"
    apk.write_bytes(app(labels={"": HOSTILE["very long"]}))
    made = check_app(apk, [], tables).report
    table = render("table", made, Style(width=120))
    assert f"{'长' * 79}… (" in "".join(table.split("\n          "))
    assert json.loads(render("json", made, Style()))["app"]["label"] == "长" * 10_000
