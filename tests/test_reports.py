"""Formats for other people's tools: each is read back by what it is made for."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft4Validator
from lxml import etree

from apkcheck import formats
from apkcheck.check import check_app
from apkcheck.formats import BINARY, FORMATS, Style
from apkcheck.formats.sarif import MAX_RESULTS
from apkcheck.model import Report, Severity
from apkcheck.tables import Tables
from fixtures import demo
from fixtures.apkbuild import damage
from tests import golden, registry
from tests.conftest import Apkcheck
from tests.rendering import render
from tests.strangers import HOSTILE, hostile_report, is_inert, many_findings

Json = dict[str, Any]


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request: pytest.FixtureRequest, tables: Tables) -> Report:
    """The demo's, in each language."""
    return check_app(demo.APK, [demo.POLICY], tables, lang=request.param).report


@pytest.fixture(scope="module")
def no_policy(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """An app with broken code and without a policy."""
    apk = tmp_path_factory.mktemp("cut") / "cut.apk"
    apk.write_bytes(damage.truncated_dex(demo.APK.read_bytes(), "classes2.dex"))
    return check_app(apk, [], tables).report


@pytest.mark.parametrize("form", golden.FORMS)
@pytest.mark.parametrize("lang", golden.LANGUAGES)
def test_every_format_of_the_demo_is_as_it_was(form: str, lang: str, tables: Tables) -> None:
    """After a change that is meant: ``python -m tests.golden``, and read the difference."""
    assert golden.current(form, lang, tables) == golden.golden(form, lang).read_bytes().decode()


# -- xlsx -----------------------------------------------------------------------------------------


def workbook(report: Report) -> Any:
    made = formats.render("xlsx", report, Style())
    assert isinstance(made, bytes)
    return openpyxl.load_workbook(io.BytesIO(made))


def rows_of(page: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by the names in its header, which the filter begins at."""
    top, last = page.auto_filter.ref.split(":")
    cells = list(page[top:last])
    names = [cell.value for cell in cells[0]]
    return [dict(zip(names, (c.value for c in row), strict=True)) for row in cells[1:]]


def test_the_workbook_has_a_sheet_for_each_table_of_a_regulator(tables: Tables) -> None:
    made = check_app(demo.APK, [demo.POLICY], tables).report
    book = workbook(made)
    assert book.sheetnames == [
        "通报",
        "问题明细",
        "认定方法清单",
        "权限",
        "第三方SDK",
        "信息对照",
        "已收集个人信息清单",
        "第三方共享清单",
        "敏感API调用",
        "依据条款",
        "方法与局限",
    ]
    (row,) = rows_of(book["通报"])
    assert list(row) == ["序号", "应用名称", "应用开发者", "应用来源", "应用版本", "所涉问题"]
    assert row["应用名称"] == "觅友圈"
    assert row["应用开发者"] == row["应用来源"] == "（待填写）"
    assert "违规收集个人信息" in row["所涉问题"].split("\n")
    found = rows_of(book["问题明细"])
    for name in ("问题类型", "具体表现", "技术证据", "政策原文及位置", "依据条款", "严重程度"):
        assert all(row[name] for row in found)
    assert [row["问题编号"] for row in found] == [f.id for f in made.findings]
    assert [row["整改建议"] for row in found] == [f.remedy for f in made.findings]


def test_every_sheet_has_all_rows_a_filter_frozen_headers_and_a_print_setup(
    report: Report,
) -> None:
    book = workbook(report)
    sizes = {
        1: len(report.findings),
        2: len(report.checklist),
        3: len(report.evidence.permissions),
        4: len(report.evidence.sdks),
    }
    for number, size in sizes.items():
        assert len(rows_of(book.worksheets[number])) == size
    for page in book:
        header = page[page.auto_filter.ref.split(":")[0]].row
        assert page.freeze_panes == f"C{header + 1}"
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows == f"${header}:${header}"
        assert page.print_area
        for cell in page[header + 1]:
            assert cell.alignment.wrap_text
            assert cell.value


def test_long_text_is_not_cut_off_in_print(report: Report) -> None:
    """Spreadsheets do not fit rows of wrapped text when a file is opened, so they are made fit."""
    lines = "\n".join(["代码可以读取"] * 26)
    first = dataclasses.replace(report.findings[0], message=lines)
    many = dataclasses.replace(report, findings=(first, *report.findings[1:]))
    sheet = workbook(many).worksheets[1]
    (row,) = {c.row for line in sheet for c in line if c.value == lines}
    assert 26 * 15 <= sheet.row_dimensions[row].height <= 409


def test_the_matrix_sets_what_is_declared_against_what_is_seen(tables: Tables) -> None:
    made = check_app(demo.APK, [demo.POLICY], tables).report
    rows = {row["信息类型"]: row for row in rows_of(workbook(made)["信息对照"])}
    listed = rows["应用(软件)列表"]
    assert (listed["政策：App"], listed["证据：App代码"], listed["披露程度"]) == (
        "—",
        "有",
        "未声明",
    )
    assert "个推消息推送" in rows["IMEI"]["证据：SDK代码"]
    assert rows["昵称"]["证据：App代码"] == "—"
    assert rows["昵称"]["披露程度"] == "仅见于政策"


def test_only_verified_wording_stands_in_quotation_marks(report: Report) -> None:
    rows = rows_of(workbook(report).worksheets[2])
    for item, row in zip(report.checklist, rows, strict=True):
        requirement = list(row.values())[2]
        assert requirement.startswith("“") == item.verbatim


def test_the_workbook_is_the_same_bytes_and_its_date_is_the_reports(report: Report) -> None:
    first = formats.render("xlsx", report, Style())
    assert first == formats.render("xlsx", report, Style())
    assert isinstance(first, bytes)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time[:3] for info in archive.infolist()} == {(1980, 1, 1)}
        assert report.generated_at in archive.read("docProps/core.xml").decode()


def test_a_report_without_a_policy_has_a_workbook_too(no_policy: Report) -> None:
    book = workbook(no_policy)
    assert len(rows_of(book["问题明细"])) == len(no_policy.findings) == 1
    facts = [str(cell.value) for row in book["方法与局限"].iter_rows() for cell in row]
    assert any(no_policy.evidence.gaps[0].what in fact for fact in facts)


# -- csv ------------------------------------------------------------------------------------------


def test_csv_opens_in_a_spreadsheet_and_has_every_finding(report: Report) -> None:
    text = render("csv", report)
    assert text.startswith("\ufeff")
    assert "\n" not in text.replace("\r\n", "").replace('"', "")[:200]
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert [row[-1] for row in rows[1:]] == [finding.id for finding in report.findings]


# -- sarif ----------------------------------------------------------------------------------------


def schema_of(name: str) -> Path:
    path = registry.fetch(name)
    if path is None:
        pytest.skip(f"{name}: its package registry cannot be reached from here")
    return path


@pytest.fixture(scope="module")
def sarif_schema() -> Draft4Validator:
    return Draft4Validator(json.loads(schema_of("sarif-2.1.0").read_text("utf-8")))


def run_of(report: Report) -> Json:
    log = json.loads(render("sarif", report))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.network
def test_sarif_is_valid_and_a_planted_error_is_not(
    report: Report, no_policy: Report, sarif_schema: Draft4Validator
) -> None:
    for one in (report, no_policy):
        log = json.loads(render("sarif", one))
        assert [error.message for error in sarif_schema.iter_errors(log)] == []
        for place, key, value in (
            (log["runs"][0]["results"][0], "level", "fatal"),
            (log["runs"][0]["results"][0], "message", "text"),
            (log["runs"][0]["tool"]["driver"], "name", None),
            (log["runs"][0]["results"][0], "weather", "fine"),
        ):
            before = place.get(key)
            place[key] = value
            assert not sarif_schema.is_valid(log), key
            if before is None:
                del place[key]
            else:
                place[key] = before


def test_sarif_points_at_the_words_of_the_policy(report: Report) -> None:
    """Lines, columns and offsets all lead to the quotation."""
    text = report.policies[0].text
    lines = text.split("\n")
    claims = {claim.id: claim for claim in report.claims}
    places = 0
    for result, finding in zip(run_of(report)["results"], report.findings, strict=True):
        assert result["ruleId"] == finding.rule
        assert result["partialFingerprints"]["apkcheckFindingId/v1"] == finding.id
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        if not finding.claims:
            assert region == {"startLine": 1}
            continue
        places += 1
        quote = claims[finding.claims[0]].quote
        start = region["charOffset"]
        assert text[start : start + region["charLength"]] == quote
        first = lines[region["startLine"] - 1]
        assert first[region["startColumn"] - 1 :].startswith(quote.split("\n")[0])
        last = lines[region["endLine"] - 1]
        assert last[: region["endColumn"] - 1].endswith(quote.split("\n")[-1])
    assert places


def test_sarif_says_how_severe_and_what_to_do(report: Report) -> None:
    run = run_of(report)
    levels = {"high": "error", "medium": "warning", "low": "note", "info": "note"}
    rules = run["tool"]["driver"]["rules"]
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert result["level"] == levels[finding.severity]
        assert rules[result["ruleIndex"]]["id"] == finding.rule
        assert finding.remedy[:50] in result["message"]["text"]
    assert len(rules) == len(report.catalogue.rules)
    for rule in rules:
        assert rule["help"]["markdown"].startswith("**")
        named = next(r for r in report.catalogue.rules if r.id == rule["id"])
        for told in (named.finds, named.limits):
            assert told
            assert told in rule["help"]["text"]
        assert rule["shortDescription"]["text"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("policy.txt", "policy.txt"),
        ("docs/隐私 政策.txt", "docs/%E9%9A%90%E7%A7%81%20%E6%94%BF%E7%AD%96.txt"),
        ("./docs/policy.txt", "docs/policy.txt"),
        ("/home/me/policy.txt", "policy.txt"),
        ("../other/policy.txt", "policy.txt"),
        ("C:\\texts\\policy.txt", "policy.txt"),
    ],
)
def test_addresses_are_relative_to_the_repository(report: Report, path: str, uri: str) -> None:
    from dataclasses import replace

    moved = replace(report, policies=(replace(report.policies[0], path=path),))
    run = run_of(moved)
    assert run["artifacts"][0]["location"]["uri"] == uri
    places = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]
    }
    assert places == {uri}


def test_sarif_of_thousands_of_findings_stays_within_githubs_limits(report: Report) -> None:
    many = many_findings(report, MAX_RESULTS + 100)
    run = run_of(many)
    assert len(run["results"]) == MAX_RESULTS
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "100" in told["message"]["text"]
    assert len(render("sarif", many).encode()) < 30_000_000
    assert all(len(r.get("relatedLocations", ())) <= 10 for r in run["results"])


# -- junit ----------------------------------------------------------------------------------------


@pytest.mark.network
def test_junit_is_valid_and_a_planted_error_is_not(report: Report, no_policy: Report) -> None:
    schema = etree.XMLSchema(etree.parse(str(schema_of("junit-10"))))
    for one in (report, no_policy):
        root = etree.fromstring(render("junit", one).encode())
        assert schema.validate(root), schema.error_log
        case = root.find(".//testcase")
        assert case is not None
        case.set("weather", "fine")
        assert not schema.validate(root)
        del case.attrib["weather"]
        case.append(etree.Element("verdict"))
        assert not schema.validate(root)


def test_junit_has_one_case_for_each_rule_and_counts_them(report: Report) -> None:
    root = etree.fromstring(render("junit", report).encode())
    (suite,) = root.findall("testsuite")
    cases = suite.findall("testcase")
    assert [case.get("name", "").partition(":")[0] for case in cases] == [
        rule.id for rule in report.catalogue.rules
    ]
    failing = {f.rule for f in report.findings if f.severity is not Severity.INFO}
    failed = {
        case.get("name", "").partition(":")[0] for case in cases if case.find("failure") is not None
    }
    assert failed == failing
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(len(failing))


def test_rules_that_had_nothing_to_judge_are_skipped(no_policy: Report) -> None:
    root = etree.fromstring(render("junit", no_policy).encode())
    skipped = [case for case in root.iter("testcase") if case.find("skipped") is not None]
    assert len(skipped) == len(no_policy.catalogue.rules) - 1
    (gap,) = no_policy.evidence.gaps
    assert gap.what in root.findtext(".//system-err", "")


# -- code quality ---------------------------------------------------------------------------------


def test_codequality_has_what_gitlab_requires(report: Report, no_policy: Report) -> None:
    for one in (report, no_policy):
        issues = json.loads(render("codequality", one))
        assert len({issue["fingerprint"] for issue in issues}) == len(one.findings)
        for issue in issues:
            assert issue["description"]
            assert issue["check_name"]
            assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert issue["location"]["lines"]["begin"] >= 1
            assert not issue["location"]["path"].startswith(("/", "./"))


# -- markdown -------------------------------------------------------------------------------------


def test_a_comment_begins_with_a_short_summary_and_folds_the_rest(report: Report) -> None:
    text = render("markdown", report)
    head, fold, rest = text.partition("<details>")
    assert fold
    assert len(head) < 2_500
    assert str(report.summary.by_severity["high"]) in head
    assert rest.count("</details>") == text.count("<details>")
    for finding in report.findings:
        assert finding.rule in rest


def test_a_comment_is_short_enough_for_github(report: Report) -> None:
    """65,536 characters; the tables that do not fit are named."""
    for count in (20, 200):
        text = render("markdown", many_findings(report, count))
        if count == 20:
            assert len(text) < 65_536
        assert "apkcheck" in text


# -- names of strangers ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def harmless(tables: Tables) -> Report:
    return check_app(demo.APK, [demo.POLICY], tables).report


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request: pytest.FixtureRequest, harmless: Report) -> Report:
    return hostile_report(harmless, HOSTILE[request.param])


TEXTS = tuple(form for form in FORMATS if form not in BINARY and form not in ("json", "html"))


@pytest.mark.parametrize("form", TEXTS)
def test_a_strangers_name_is_inert_in_text(hostile: Report, form: str) -> None:
    text = render(form, hostile, Style(verbose=True))
    assert is_inert(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    text.encode("utf-8")


def test_a_strangers_name_makes_no_markup(hostile: Report) -> None:
    text = render("markdown", hostile, Style(verbose=True))
    outside = re.sub(r"`[^`\n]*`", "", text)
    tags = {tag.lower() for tag in re.findall(r"</?([a-z]+)", outside)}
    assert tags <= {"details", "summary", "br", "sub"}
    assert not re.search(r"(?<!\\)\]\(", outside)
    assert not re.search(r"@(?!&#8288;)", outside)
    for line in outside.split("\n"):
        if line.startswith("|"):
            assert line.endswith("|")


def test_a_strangers_name_computes_nothing_in_csv(hostile: Report) -> None:
    text = render("csv", hostile).removeprefix("\ufeff")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"))


def test_a_strangers_name_computes_nothing_in_xlsx(hostile: Report) -> None:
    made = formats.render("xlsx", hostile, Style())
    assert isinstance(made, bytes)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert b"<f>" not in content
            assert b"<hyperlink" not in content
            if name.endswith(".xml"):
                etree.fromstring(content)
        texts = etree.fromstring(archive.read("xl/sharedStrings.xml"))
        assert all(is_inert(str(text)) for text in texts.itertext())


def test_a_strangers_name_is_text_in_junit(hostile: Report) -> None:
    root = etree.fromstring(render("junit", hostile).encode())
    names = {element.tag for element in root.iter()}
    assert names <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "skipped",
        "properties",
        "property",
        "system-out",
        "system-err",
    }


# -- colours --------------------------------------------------------------------------------------


def test_colours_change_nothing_but_colour(report: Report) -> None:
    plain = render("table", report, Style(width=100))
    colored = render("table", report, Style(width=100, color=True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert "\x1b[1;31m" in colored


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": ""}, False),
    ],
)
def test_a_pipe_has_no_colours_unless_they_are_forced(
    apkcheck: Apkcheck, environment: dict[str, str], colored: bool
) -> None:
    clean = {"NO_COLOR": "", "FORCE_COLOR": "", **environment}
    run = apkcheck("check", demo.APK, **clean)
    assert ("\x1b[" in run.out) is colored
