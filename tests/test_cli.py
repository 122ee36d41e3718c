"""The command line: exit codes, one sentence for every error, results on stdout alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apkcheck import __version__
from apkcheck.cli import main
from apkcheck.rules import RULES
from apkcheck.tables import Tables
from fixtures.apkbuild import (
    build_apk,
    build_axml,
    build_dex,
    build_zip,
    damage,
    manifest_of,
    permission,
)
from tests.apps import MAIN, app
from tests.conftest import DEMO, ROOT, Apkcheck, Run
from tests.documents import Page, pdf
from tests.policy_texts import policy

DEMO_APK = DEMO / "demo.apk"
DEMO_POLICY = DEMO / "policy.txt"

POLICY = policy("我们会收集您的昵称，用于展示您的主页。", without="sdk")
"""Says all that a policy has to say."""

Cli = Callable[..., Run]


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Runs the command line in this process."""

    def run(*arguments: object) -> Run:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        captured = capfdbinary.readouterr()
        code = stop.value.code
        assert isinstance(code, int)
        return Run(code, captured.out.decode(), captured.err.decode())

    return run


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Path]:
    """Good and broken inputs, by name."""
    good = app(asks=["CAMERA"], reads={MAIN: ("imei",)})
    contents = {
        "good.apk": good,
        "no-zip.apk": b"this is no ZIP file\n" * 20,
        "empty.apk": b"",
        "cut-off.apk": damage.truncated(good),
        "no-manifest.apk": damage.without_manifest(good),
        "other.zip": build_zip([("readme.txt", b"hello")]),
        "cut-manifest.apk": damage.truncated_manifest(good),
        "text-manifest.apk": damage.text_manifest(good),
        "cut-dex.apk": damage.truncated_dex(good),
        "policy.txt": POLICY.encode(),
        "empty.txt": b"",
        "blank.txt": " \n\t\u3000\n".encode(),
        "binary.txt": bytes(range(256)) * 8,
        "scan.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\n",
        "photo.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
        "a-folder/readme.txt": b"hello",
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    paths = {name: tmp_path / name for name in contents}
    return {**paths, "a-folder": tmp_path / "a-folder", "missing": tmp_path / "missing"}


def one_line(run: Run) -> str:
    """The one line that an error writes, without the name of the tool."""
    assert run.err.startswith("apkcheck: ")
    assert run.err.endswith("\n")
    assert run.err.count("\n") == 1
    assert "Traceback" not in run.err
    return run.err.removeprefix("apkcheck: ").rstrip("\n")


# -- 0 and 1: what was found ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asks", "severity"),
    [("CAMERA", "high"), ("CALL_PHONE", "low"), ("INTERNET", "info"), (None, None)],
)
@pytest.mark.parametrize("level", ["high", "medium", "low", "info", "never"])
def test_fail_on_says_from_which_severity_the_code_is_1(
    cli: Cli, tmp_path: Path, inputs: dict[str, Path], asks: str, severity: str, level: str
) -> None:
    apk = tmp_path / "app.apk"
    apk.write_bytes(app(asks=[permission(f"android.permission.{asks}")] if asks else []))
    levels = ["high", "medium", "low", "info"]
    fails = severity is not None and level != "never" and level in levels[levels.index(severity) :]
    run = cli("check", apk, "--policy", inputs["policy.txt"], "--fail-on", level)
    assert (run.code, run.err) == (int(fails), "")


def test_findings_of_high_severity_fail_by_default(cli: Cli) -> None:
    run = cli("check", DEMO_APK, "--policy", DEMO_POLICY)
    assert (run.code, run.err) == (1, "")
    assert "permission-undisclosed" in run.out


def test_without_a_policy_the_check_runs_and_says_so(cli: Cli) -> None:
    run = cli("check", DEMO_APK, "--format", "json")
    report = json.loads(run.out)
    assert (run.code, run.err) == (1, "")
    assert [f["rule"] for f in report["findings"]] == ["policy-missing"]
    assert report["policies"] == report["claims"] == []
    assert report["evidence"]["sdks"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("apk", DEMO_APK),
        ("policy", DEMO_POLICY),
        ("explain", "data-denied"),
        ("mappings", "lint"),
        ("--help",),
        ("check", "-h"),
        ("--version",),
    ],
    ids=str,
)
def test_other_commands_that_succeed_give_0(cli: Cli, arguments: tuple[object, ...]) -> None:
    run = cli(*arguments)
    assert (run.code, run.err) == (0, "")
    assert run.out.endswith("\n")


# -- 2: the command line, configuration or tables are wrong ---------------------------------------


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), "command"),
        (("audit",), "'audit'"),
        (("mappings",), "command"),
        (("mappings", "polish"), "'polish'"),
        (("check",), "'APK'"),
        (("policy",), "'FILE...'"),
        (("explain",), "'RULE'"),
        (("check", DEMO_APK, "another.apk"), "another.apk"),
        (("check", DEMO_APK, "--polcy", DEMO_POLICY), "--polcy"),
        (("check", DEMO_APK, "--policy"), "--policy"),
        (("check", DEMO_APK, "--format", "docx"), "'docx'"),
        (("check", DEMO_APK, "--fail-on", "critical"), "'critical'"),
        (("check", DEMO_APK, "--lang", "fr"), "'fr'"),
        (("check", DEMO_APK, "--profile", "mars"), "'mars'"),
        (("check", DEMO_APK, "--app-type", "T40"), "'T40'"),
        (("explain", "data-unknown"), "data-unknown"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line_gives_2_and_one_line(
    cli: Cli, arguments: tuple[object, ...], names: str
) -> None:
    run = cli(*arguments)
    assert (run.code, run.out) == (2, "")
    assert names in one_line(run)


def test_an_unknown_rule_is_answered_with_those_that_there_are(cli: Cli) -> None:
    line = one_line(cli("explain", "data-unknown"))
    assert all(rule in line for rule in RULES)


@pytest.mark.parametrize("place", ["missing/report.json", "a-folder", "good.apk/report.json"])
@pytest.mark.parametrize(
    "command", ["check good.apk", "check missing", "apk missing", "policy missing"]
)
def test_an_output_that_cannot_be_written_is_refused_before_any_work(
    cli: Cli, inputs: dict[str, Path], command: str, place: str
) -> None:
    """Even before the input is looked at: nobody waits for a report that has no place to go."""
    name, subject = command.split()
    output = inputs["good.apk"].parent / place
    run = cli(name, inputs[subject], "--output", output)
    assert (run.code, run.out) == (2, "")
    assert str(output) in one_line(run)


TABLES = {
    "no such folder": (None, ""),
    "no JSON": ("sdks.json", "{ this is no JSON"),
    "an unknown key": ("purposes.json", '[{"id": "x", "colour": "red"}]'),
    "an unknown source": (
        "purposes.json",
        '[{"id": "fun", "zh": "玩", "en": "fun", "cues": ["玩"], "source": ["nowhere"],'
        ' "example": "玩"}]',
    ),
    "no UTF-8": ("sdks.json", "\udcff"),
}


@pytest.mark.parametrize("problem", TABLES)
@pytest.mark.parametrize("command", ["check", "lint"])
def test_invalid_tables_give_2(cli: Cli, tmp_path: Path, problem: str, command: str) -> None:
    file, text = TABLES[problem]
    folder = tmp_path / "tables"
    if file is not None:
        folder.mkdir()
        (folder / file).write_bytes(text.encode("utf-8", "surrogateescape"))
    if command == "check":
        run = cli("check", DEMO_APK, "--policy", DEMO_POLICY, "--mappings", folder)
        one_line(run)
    else:
        run = cli("mappings", "lint", "--mappings", folder)
        assert all(line.startswith("apkcheck: ") for line in run.err.splitlines())
    assert (run.code, run.out) == (2, "")
    assert str(folder / (file or "")).rstrip("/") in run.err


def test_every_problem_of_the_tables_is_listed_with_file_and_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "purposes.json").write_text(
        '[\n{"id": "b", "zh": 1},\n{"id": "a", "zh": "玩", "en": "fun"}\n]', "utf-8"
    )
    run = cli("mappings", "lint", "--mappings", tmp_path)
    lines = run.err.splitlines()
    assert run.code == 2
    assert any(f"{tmp_path / 'purposes.json'}:2: " in line and "zh" in line for line in lines)
    assert any(f"{tmp_path / 'purposes.json'}:3: " in line and "cues" in line for line in lines)


def test_the_shipped_tables_are_without_problems(cli: Cli) -> None:
    run = cli("mappings", "lint")
    assert run.code == 0
    assert run.out.endswith(" rows, no problems\n")


def test_tables_are_laid_over_the_shipped_ones(cli: Cli, tmp_path: Path, tables: Tables) -> None:
    row = {
        "id": "acme-ads",
        "name": "Acme Ads",
        "vendor": "Acme",
        "names": ["Acme Ads"],
        "packages": ["com.acme.ads"],
        "category": tables.sdks["pangle-ads"].category,
        "verified": True,
        "source": ["pipl"],
        "example": "com.acme.ads.Main",
    }
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "sdks.json").write_text(json.dumps([row]), "utf-8")
    apk = tmp_path / "app.apk"
    apk.write_bytes(app(holds=["com.acme.ads.Main", "com.igexin.push.Core"]))

    def sdks(*options: object) -> list[str]:
        out = cli("apk", apk, "--format", "json", *options).out
        return [sdk["id"] for sdk in json.loads(out)["evidence"]["sdks"]]

    assert sdks() == ["getui-push"]
    assert sdks("--mappings", folder) == ["acme-ads", "getui-push"]


# -- 3: an input could not be read ----------------------------------------------------------------

BAD_APKS = (
    "missing",
    "a-folder",
    "no-zip.apk",
    "empty.apk",
    "cut-off.apk",
    "no-manifest.apk",
    "other.zip",
    "cut-manifest.apk",
    "text-manifest.apk",
)


@pytest.mark.parametrize("name", BAD_APKS)
@pytest.mark.parametrize("form", ["table", "json"])
def test_an_unreadable_apk_gives_3_and_nothing_on_stdout(
    cli: Cli, inputs: dict[str, Path], name: str, form: str
) -> None:
    run = cli("check", inputs[name], "--policy", inputs["policy.txt"], "--format", form)
    assert (run.code, run.out) == (3, "")
    line = one_line(run)
    assert line.startswith(f"{inputs[name]}: ")
    assert "; " in line or "give " in line, "it says what to do"


@pytest.mark.parametrize("name", BAD_APKS)
def test_the_evidence_of_an_unreadable_apk_too(
    cli: Cli, inputs: dict[str, Path], name: str
) -> None:
    run = cli("apk", inputs[name])
    assert (run.code, run.out) == (3, "")
    assert one_line(run).startswith(f"{inputs[name]}: ")


BAD_POLICIES = (
    "missing",
    "a-folder",
    "empty.txt",
    "blank.txt",
    "binary.txt",
    "scan.pdf",
    "photo.png",
    "good.apk",
)


@pytest.mark.parametrize("name", BAD_POLICIES)
def test_an_unreadable_policy_gives_3_and_a_report_with_the_reason(
    cli: Cli, inputs: dict[str, Path], name: str
) -> None:
    bad = inputs[name]
    run = cli("check", inputs["good.apk"], "--policy", bad, "--format", "json")
    report = json.loads(run.out)
    assert run.code == 3
    line = one_line(run)
    assert line.startswith(f"{bad}: ")
    assert [gap["what"] for gap in report["evidence"]["gaps"]] == [str(bad)]
    assert report["evidence"]["gaps"][0]["why"] in line
    assert report["evidence"]["permissions"]
    assert report["findings"] == [], "nothing can be said of what it discloses"


@pytest.mark.parametrize("name", BAD_POLICIES)
def test_the_claims_of_an_unreadable_policy_too(
    cli: Cli, inputs: dict[str, Path], name: str
) -> None:
    run = cli("policy", inputs[name], "--format", "json")
    assert (run.code, run.out) == (3, "")
    assert one_line(run).startswith(f"{inputs[name]}: ")


def test_one_good_and_one_bad_policy(cli: Cli, inputs: dict[str, Path]) -> None:
    """3 wins over 1; what the good one says is judged, and the gap names the bad one."""
    run = cli(
        "check",
        inputs["good.apk"],
        *("--policy", inputs["policy.txt"], "--policy", inputs["scan.pdf"], "--format", "json"),
    )
    report = json.loads(run.out)
    assert run.code == 3
    assert one_line(run).startswith(f"{inputs['scan.pdf']}: ")
    assert [p["path"] for p in report["policies"]] == [str(inputs["policy.txt"])]
    assert [gap["what"] for gap in report["evidence"]["gaps"]] == [str(inputs["scan.pdf"])]
    assert "permission-undisclosed" in {f["rule"] for f in report["findings"]}


def test_every_bad_policy_has_its_line(cli: Cli, inputs: dict[str, Path]) -> None:
    run = cli("policy", inputs["scan.pdf"], inputs["policy.txt"], inputs["empty.txt"])
    first, second = run.err.splitlines()
    assert run.code == 3
    assert first.startswith(f"apkcheck: {inputs['scan.pdf']}: ")
    assert second.startswith(f"apkcheck: {inputs['empty.txt']}: ")
    assert "昵称" in run.out


def test_a_broken_dex_is_a_gap_and_leaves_the_code(cli: Cli, inputs: dict[str, Path]) -> None:
    arguments = ("check", inputs["cut-dex.apk"], "--policy", inputs["policy.txt"])
    run = cli(*arguments, "--format", "json", "--fail-on", "never")
    (gap,) = json.loads(run.out)["evidence"]["gaps"]
    assert (run.code, run.err) == (0, "")
    assert gap["what"] == "classes.dex"
    assert gap["why"]
    assert cli(*arguments).code == 1, "the findings of the manifest count"


def test_pages_of_a_policy_that_are_pictures_are_a_gap(
    cli: Cli, inputs: dict[str, Path], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.pdf"
    policy.write_bytes(pdf(Page().text(50, 700, POLICY[:40]), Page().picture()))
    run = cli("check", inputs["good.apk"], "--policy", policy, "--format", "json")
    (gap,) = json.loads(run.out)["evidence"]["gaps"]
    assert "2" in gap["why"]
    assert "text recognition" in gap["why"]
    assert "Pages that are pictures, not read: 2" in cli("policy", policy, "--lang", "en").out


@pytest.mark.parametrize("command", [("check", "--policy", DEMO_POLICY), ("apk",)], ids=str)
def test_strict_turns_a_gap_into_3(
    cli: Cli, inputs: dict[str, Path], command: tuple[object, ...]
) -> None:
    name, *options = command
    run = cli(name, inputs["cut-dex.apk"], *options, "--strict", "--format", "json")
    assert run.code == 3
    line = one_line(run)
    assert line.startswith(f"{inputs['cut-dex.apk']}: ")
    assert "classes.dex" in line
    assert json.loads(run.out)["evidence"]["gaps"]


def test_strict_leaves_a_whole_app_alone(cli: Cli, inputs: dict[str, Path]) -> None:
    run = cli("check", inputs["good.apk"], "--policy", inputs["policy.txt"], "--strict")
    assert (run.code, run.err) == (1, "")


def test_strict_does_not_repeat_what_a_bad_policy_already_said(
    cli: Cli, inputs: dict[str, Path]
) -> None:
    run = cli("check", inputs["cut-dex.apk"], "--policy", inputs["empty.txt"], "--strict")
    assert run.code == 3
    assert one_line(run).startswith(f"{inputs['empty.txt']}: ")


# -- where results go -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    "command",
    [("check", DEMO_APK, "--policy", DEMO_POLICY), ("apk", DEMO_APK), ("policy", DEMO_POLICY)],
    ids=lambda command: command[0],
)
def test_output_writes_the_same_bytes_to_a_file(
    cli: Cli, tmp_path: Path, command: tuple[object, ...], form: str
) -> None:
    output = tmp_path / "result"
    printed = cli(*command, "--format", form)
    written = cli(*command, "--format", form, "--output", output)
    assert (written.code, written.out, written.err) == (printed.code, "", "")
    assert undated(output.read_text("utf-8")) == undated(printed.out)


def undated(text: str) -> str:
    """A report without the one time in it."""
    return "\n".join(line for line in text.split("\n") if '"generated_at": ' not in line)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("policy.txt", POLICY.encode()),
        ("marked.txt", b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode()),
        ("utf16.txt", POLICY.encode("utf-16")),
        ("gb.txt", (POLICY * 20).encode("gb18030")),
        (
            "page.html",
            "<html><body><h2>一、我们如何收集和使用您的个人信息</h2>"
            "<p>我们会收集您的<b>昵称</b>&nbsp;和&#x5934;像。</p></body></html>".encode(),
        ),
    ],
)
def test_policy_text_is_the_text_that_offsets_count_in(
    cli: Cli, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    text = cli("policy", path, "--text").out
    result = json.loads(cli("policy", path, "--format", "json").out)
    assert result["claims"]
    for claim in result["claims"]:
        assert text[claim["start"] : claim["end"]] == claim["quote"]
        assert claim["surface"] in claim["quote"]
    assert result["policies"][0]["text"] == text


# -- languages ------------------------------------------------------------------------------------


def is_chinese(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text)


def test_an_english_report_has_english_titles_and_labels(cli: Cli, tables: Tables) -> None:
    arguments = ("check", DEMO_APK, "--policy", DEMO_POLICY, "--lang", "en")
    report = json.loads(cli(*arguments, "--format", "json").out)
    manual = [
        text for item in report["manual"] for text in (item["title"], item["what_to_look_at"])
    ]
    titles = [f["title"] for f in report["findings"]]
    assert report["lang"] == "en"
    assert titles
    assert manual
    assert not [text for text in (*titles, *manual) if is_chinese(text)]
    words = [
        row.zh for row in tables.messages.values() if row.id.startswith(("label.", "severity."))
    ]
    head, _, grid = cli(*arguments, "--verbose").out.partition("+--")
    assert not [line for line in head.splitlines() if is_chinese(line.partition(":")[0])]
    cells = {cell.strip() for line in grid.splitlines() for cell in line.split("|")}
    assert not cells & {word for word in words if is_chinese(word)}


def test_a_chinese_report_has_chinese_titles(cli: Cli) -> None:
    report = json.loads(cli("check", DEMO_APK, "--policy", DEMO_POLICY, "--format", "json").out)
    assert all(is_chinese(f["title"]) and is_chinese(f["remedy"]) for f in report["findings"])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_says_what_a_rule_means(cli: Cli, tables: Tables, rule: str, lang: str) -> None:
    row = tables.profiles["cn"][rule]
    run = cli("explain", rule, "--lang", lang)
    flat = "".join(run.out.split())
    assert run.code == 0
    assert run.out.splitlines()[0].startswith(f"{rule}: ")
    assert "".join((row.title_zh if lang == "zh" else row.title_en).split()) in flat
    for clause in row.clauses:
        assert f"- {clause} " in run.out
    assert "{" not in run.out
    for key in ("finds", "why", "limits", "example", "fix", "references"):
        assert f"\n{tables.message(f'explain.{key}', lang)}:\n" in run.out
    assert "—\n" not in run.out


# -- how it behaves as a process ------------------------------------------------------------------


def test_the_process_exits_with_the_code_and_writes_no_warnings(
    apkcheck: Apkcheck, tmp_path: Path
) -> None:
    run = apkcheck("check", DEMO_APK, "--policy", DEMO_POLICY, cwd=tmp_path)
    assert (run.code, run.err) == (1, "")
    assert list(tmp_path.iterdir()) == [], "it leaves nothing behind"


def test_it_says_its_version(apkcheck: Apkcheck) -> None:
    assert apkcheck("--version").out == f"apkcheck, version {__version__}\n"


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_results_are_utf_8_whatever_the_terminal(apkcheck: Apkcheck, encoding: str) -> None:
    environment = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    run = apkcheck("check", DEMO_APK, "--policy", DEMO_POLICY, **environment)
    assert "觅友圈" in run.out
    assert run.err == ""


@pytest.mark.parametrize(("level", "code"), [("high", 1), ("never", 0)])
def test_a_reader_that_stops_early_changes_nothing(level: str, code: int) -> None:
    """A report is more than a pipe holds, and nobody reads the rest."""
    arguments = ["check", str(DEMO_APK), "--policy", str(DEMO_POLICY), "--format", "json"]
    arguments += ["--fail-on", level]
    process = subprocess.Popen(
        [sys.executable, "-m", "apkcheck", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    error = process.stderr.read()
    assert (process.wait(60), error) == (code, b"")
    process.stderr.close()


@pytest.mark.parametrize(
    "name", ["a\nb.apk", "a\x1b[31mb.apk", os.fsdecode(b"a\xffb.apk")], ids=repr
)
def test_a_hostile_file_name_stays_on_one_harmless_line(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    run = cli("check", tmp_path / name)
    line = one_line(run)
    assert run.code == 3
    assert line.isprintable()


def test_a_file_name_that_is_no_text_leaves_the_report_valid(
    cli: Cli, tmp_path: Path, inputs: dict[str, Path]
) -> None:
    policy = tmp_path / os.fsdecode(b"p\xff.txt")
    policy.write_text(POLICY, "utf-8")
    run = cli("check", inputs["good.apk"], "--policy", policy, "--format", "json")
    report: dict[str, Any] = json.loads(run.out)
    assert run.code == 1
    report["policies"][0]["path"].encode("utf-8")
    assert "\\ud" not in run.out


class TestPolicyInside:
    POLICY = (
        "某某应用隐私政策\n我们会收集您的个人信息和IMEI。个人信息用于登录。您可以删除个人信息。\n"
    )

    @pytest.fixture
    def carrier(self, tmp_path: Path) -> Path:
        path = tmp_path / "app.apk"
        manifest = build_axml(manifest_of("com.example.app"))
        files = {
            "assets/privacy.txt": self.POLICY.encode(),
            "assets/privacy_copy.txt": self.POLICY.encode(),
            "assets/privacy_en.txt": b"Privacy Policy\n" + b"We use personal information.\n" * 4,
        }
        path.write_bytes(build_apk(manifest, [build_dex([])], files=files))
        return path

    def test_auto_reads_the_policy_that_the_app_carries(
        self, carrier: Path, apkcheck: Apkcheck
    ) -> None:
        run = apkcheck("check", carrier, "--policy", "auto", "--format", "json")
        report = json.loads(run.out)
        assert [p["path"] for p in report["policies"]] == [f"{carrier}!assets/privacy.txt"]
        assert "imei" in {c["subject"] for c in report["claims"]}
        assert not run.err

    def test_without_a_policy_the_one_inside_is_offered(
        self, carrier: Path, apkcheck: Apkcheck
    ) -> None:
        run = apkcheck("check", carrier)
        assert run.code == 1
        assert "assets/privacy" in run.err
        assert "--policy auto" in run.err

    def test_auto_without_a_policy_inside_is_an_unreadable_input(
        self, tmp_path: Path, apkcheck: Apkcheck
    ) -> None:
        path = tmp_path / "app.apk"
        path.write_bytes(build_apk(build_axml(manifest_of("com.example.app")), [build_dex([])]))
        run = apkcheck("check", path, "--policy", "auto")
        assert run.code == 3
        assert "holds no policy" in run.err
        assert "--policy FILE" in run.err
