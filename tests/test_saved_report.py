"""Saved reports: rendered again to the same bytes; refused in one sentence when they are none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apkcheck import formats
from apkcheck.check import check_app
from apkcheck.errors import InputError
from apkcheck.formats import BINARY, FORMATS, Style
from apkcheck.model import Report
from apkcheck.saved_report import read_report
from apkcheck.tables import Tables
from fixtures import demo
from tests.apps import MAIN, app
from tests.conftest import Apkcheck
from tests.rendering import render

Json = dict[str, Any]
Reports = dict[str, Report]


@pytest.fixture(scope="module")
def reports(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Reports of every kind: in both languages, without a policy, with names that are no text."""
    folder = tmp_path_factory.mktemp("reports")
    bare = folder / "app.apk"
    bare.write_bytes(app(asks=["CAMERA"], reads={MAIN: ("imei",)}, holds=["com.igexin.a\ud800b"]))
    policy = folder / "policy \udcff.txt"
    policy.write_bytes(demo.POLICY.read_bytes())
    return {
        "zh": check_app(demo.APK, [demo.POLICY], tables, lang="zh").report,
        "en": check_app(demo.APK, [demo.POLICY], tables, lang="en").report,
        "no policy": check_app(bare, [], tables).report,
        "odd names": check_app(bare, [policy], tables).report,
    }


@pytest.fixture(scope="module")
def content(reports: Reports) -> Json:
    loaded: Json = json.loads(render("json", reports["zh"]))
    return loaded


@pytest.mark.parametrize("name", ["zh", "en", "no policy", "odd names"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_saved_report_renders_to_the_same_bytes(
    reports: Reports, tmp_path: Path, name: str, form: str
) -> None:
    saved = tmp_path / "report.json"
    saved.write_text(render("json", reports[name]), "utf-8")
    again = read_report(saved)
    for style in (Style(width=80), Style(width=120, verbose=True, color=True)):
        assert formats.render(form, again, style) == formats.render(form, reports[name], style)


def test_the_command_writes_what_check_would_have_written(
    apkcheck: Apkcheck, tmp_path: Path
) -> None:
    saved = tmp_path / "report.json"
    options = ("--policy", demo.POLICY, "--lang", "en")
    apkcheck("check", demo.APK, *options, "--format", "json", "--output", saved)
    direct = apkcheck("check", demo.APK, *options)
    again = apkcheck("render", saved)
    assert (again.code, again.err) == (0, "")
    assert again.out == direct.out
    back = apkcheck("render", saved, "--format", "json")
    assert back.out == saved.read_text("utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_a_binary_format_needs_an_output(apkcheck: Apkcheck, tmp_path: Path, form: str) -> None:
    if form not in BINARY:
        pytest.skip("a text format")
    for command in (("check", demo.APK), ("render", tmp_path / "report.json")):
        run = apkcheck(*command, "--format", form)
        assert (run.code, run.out) == (2, "")
        assert "--output" in run.err
        assert run.err.count("\n") == 1


def test_keys_that_are_unknown_or_new_are_no_mistake(content: Json, tmp_path: Path) -> None:
    later = copy.deepcopy(content)
    later["weather"] = later["findings"][0]["weather"] = {"today": "fine"}
    earlier = copy.deepcopy(content)
    del earlier["coverage"], earlier["catalogue"], earlier["claims"][0]["open_list"]
    for changed in (later, earlier):
        path = tmp_path / "report.json"
        path.write_text(json.dumps(changed), "utf-8")
        report = read_report(path)
        assert len(report.findings) == len(content["findings"])
        for form in FORMATS:
            assert formats.render(form, report, Style())


def edited(pointer: str, value: object) -> Callable[[Json], str]:
    """A report that has another value at one place."""

    def make(content: Json) -> str:
        changed: Any = copy.deepcopy(content)
        *above, last = pointer.split("/")[1:]
        place = changed
        for step in above:
            place = place[int(step) if isinstance(place, list) else step]
        if value is ...:
            del place[last]
        else:
            place[last] = value
        return json.dumps(changed)

    return make


BROKEN: dict[str, tuple[Callable[[Json], str], str]] = {
    "nothing": (lambda content: "", "is no JSON"),
    "cut off": (lambda content: json.dumps(content)[:5000], "is no JSON (line 1, column "),
    "another JSON": (lambda content: '{"name": "package"}', "is no report of apkcheck"),
    "a list": (lambda content: "[]", "is no report of apkcheck"),
    "evidence alone": (
        lambda content: json.dumps({k: content[k] for k in ("schema_version", "tool", "app")}),
        "'apkcheck check",
    ),
    "deep nesting": (lambda content: "[" * 100_000, "is no JSON"),
    "not a number": (edited("/app/size", float("nan")), "is no JSON"),
    "too new": (edited("/schema_version", 2), "update apkcheck"),
    "no severity": (edited("/findings/0/severity", ...), "/findings/0/severity is missing"),
    "odd severity": (edited("/findings/0/severity", "grave"), "must be one of high, medium"),
    "odd number": (edited("/app/size", True), "/app/size must be a whole number"),
    "text for a list": (edited("/findings/0/claims", "c1"), "/findings/0/claims must be a list"),
    "null": (edited("/app/package", None), "/app/package must be a text"),
    "another language": (edited("/lang", "fr"), "/lang must be one of zh, en"),
    "no count": (edited("/summary/by_severity/low", ...), "/summary/by_severity/low is missing"),
    "a claim of no policy": (edited("/claims/0/policy", 7), "/claims/0 is at no place"),
    "a claim beyond the text": (edited("/claims/0/end", 10**9), "/claims/0 is at no place"),
    "an unknown claim": (edited("/findings/0/claims", ["c99999"]), "/findings/0/claims names"),
    "an unknown finding": (
        edited("/checklist/0/findings", ["0" * 16]),
        "/checklist/0/findings names",
    ),
    "an unknown claim of the checklist": (
        edited("/checklist/0/claims", ["c99999"]),
        "/checklist/0/claims names",
    ),
    "no identifier": (edited("/findings/0/rule", "a b<script>"), "/findings/0/rule is no id"),
    "a pointer to nothing": (
        edited("/findings/0/evidence", ["/evidence/sdks/9999"]),
        "/findings/0/evidence points nowhere",
    ),
    "a pointer elsewhere": (
        edited("/coverage/0/evidence", ["/evidence/packer/0"]),
        "/coverage/0/evidence points nowhere",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_report_is_refused_with_file_place_and_remedy(
    content: Json, tmp_path: Path, kind: str
) -> None:
    make, words = BROKEN[kind]
    path = tmp_path / "report.json"
    path.write_text(make(content), "utf-8")
    with pytest.raises(InputError) as refusal:
        read_report(path)
    said = str(refusal.value)
    assert said.startswith(f"{path}: ")
    assert words in said
    assert any(remedy in said for remedy in ("make it again", "update apkcheck", "give"))


@pytest.mark.parametrize("kind", ["missing", "a folder", "no text"])
def test_what_cannot_be_read_gives_3_and_one_line(
    apkcheck: Apkcheck, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "report.json"
    if kind == "a folder":
        path.mkdir()
    elif kind == "no text":
        path.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    run = apkcheck("render", path)
    assert (run.code, run.out) == (3, "")
    assert run.err.startswith(f"apkcheck: {path}: ")
    assert run.err.count("\n") == 1
