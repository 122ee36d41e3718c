"""The documentation is true: its samples, commands, tables, links and lists."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import apkcheck
from apkcheck.cli import cli
from apkcheck.formats import Style
from apkcheck.formats.explanation import explain_rule, texts_of
from apkcheck.model import Severity
from apkcheck.rules import RULES
from apkcheck.tables import TABLE_FILES, Tables, mappings_folder
from tests import readme, rules_pages, tables_page
from tests.conftest import ROOT

README = readme.README.read_text("utf-8")
PAGES = ROOT / "docs" / "rules"
DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))


def located(path: str) -> Path:
    """A path of the repository as it lies here: package and tables may be installed elsewhere."""
    first, _, rest = path.partition("/")
    bases = {"apkcheck": Path(apkcheck.__file__).parent, "mappings": mappings_folder()}
    return bases[first] / rest if first in bases else ROOT / path


# -- README ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "lines", "shown"), list(readme.samples(README)))
def test_a_sample_of_the_readme_is_what_the_command_prints(
    command: str, lines: int | None, shown: str
) -> None:
    """After a change that is meant: ``python -m tests.readme``, and read the difference."""
    now = readme.output_of(command)
    if now is None:
        pytest.skip("its real APK cannot be had here")
    assert shown == readme.part_of(now, lines)


def test_the_readme_shows_the_demo_and_a_real_app() -> None:
    commands = [command for command, *_ in readme.samples(README)]
    assert len(commands) == 2
    assert "fixtures/demo/demo.apk" in commands[0]
    assert "fixtures/demo/demo.apk" not in commands[1]


SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def steps(block: str) -> list[list[str]]:
    """The commands of a line of shell that are joined by ``&&``."""
    return [shlex.split(part) for part in block.strip().split("&&")]


def test_each_of_the_two_commands_is_one_line_from_a_fresh_clone() -> None:
    assert len(SHELL) == 2
    for block in SHELL:
        environment, install, run = steps(block)
        assert block.count("\n") == 1
        assert environment == ["python3", "-m", "venv", ".venv"]
        assert install[:3] == [".venv/bin/pip", "install", "-q"]
        assert run[0].startswith(".venv/bin/")


def test_the_first_command_audits_the_demo() -> None:
    *_, install, run = steps(SHELL[0])
    assert install[3:] == ["."]
    assert run[0] == ".venv/bin/apkcheck"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "apkcheck", *run[1:]],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    command, lines, shown = next(readme.samples(README))
    assert shlex.split(command)[1:] == run[1:]
    assert shown == readme.part_of(done.stdout.decode(), lines)


def test_the_second_command_installs_what_the_tests_need() -> None:
    *_, install, run = steps(SHELL[1])
    assert install[3:] == [".[test]"]
    assert run == [".venv/bin/pytest", "-q"]
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", "utf-8")
    needed = {
        re.split(r"[<>=\[]", line)[0]
        for section, key in (("options.extras_require", "test"), ("options", "install_requires"))
        for line in settings[section][key].split()
    }
    assert "pytest" in needed
    standard = sys.stdlib_module_names | {"apkcheck", "benchmarks", "fixtures", "tests", "pytest"}
    provided = needed | {"referencing", "wcwidth", "loguru"}
    """referencing comes with jsonschema, wcwidth with tabulate, loguru with androguard."""
    assert imported_by_tests() - standard <= provided


def imported_by_tests() -> set[str]:
    """The top-level modules that tests and fixtures import."""
    statement = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)
    return {
        name
        for folder in ("tests", "fixtures")
        for path in (ROOT / folder).rglob("*.py")
        for name in statement.findall(path.read_text("utf-8"))
    }


def test_exit_codes_are_the_same_in_readme_and_help() -> None:
    table = re.findall(r"^\| (\d) \| (.+?) \|$", README, re.MULTILINE)
    help_text = " ".join((cli.help or "").split())
    assert [code for code, _ in table] == ["0", "1", "2", "3"]
    for code, meaning in table:
        words = re.split(r"[;(]", meaning)[0].replace("`", "").strip()
        assert f"{code} {words}" in help_text


def test_every_rule_has_a_row_in_the_list_of_rules() -> None:
    page = (ROOT / "docs" / "rules" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| \[([a-z0-9-]+)\]\(([a-z0-9-]+)\.md\) \| (.+) \|$", page, re.M)
    assert sorted(name for name, *_ in rows) == sorted(RULES)
    assert all(name == page and text for name, page, text in rows)


# -- the command line -----------------------------------------------------------------------------


def commands(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands with the words by which they are called."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield (*above, name), command


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_readme_and_explains_itself(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    assert f"apkcheck {' '.join(words)}" in README
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_option_that_documents_name_exists() -> None:
    options = {o for command in COMMANDS.values() for p in command.params for o in p.opts}
    options |= {"--help", "--version"}
    for path in DOCUMENTS:
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", path.read_text("utf-8")))
        assert named <= options, path.name


def test_options_of_the_readme_have_the_values_that_they_take() -> None:
    choices = {
        option: "|".join(parameter.type.choices)
        for parameter in COMMANDS["check",].params
        if isinstance(parameter.type, click.Choice)
        for option in parameter.opts
    }
    shown = dict(re.findall(r"`(--[a-z-]+) ([a-z]+(?:\|[a-z]+)+)`", README))
    assert len(shown) >= 3
    assert shown == {option: choices[option] for option in shown}


# -- rules ----------------------------------------------------------------------------------------

HEADINGS = [
    "What it finds",
    "Why it matters",
    "What it cannot know",
    "Example",
    "How to fix",
    "References",
]


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert sorted(path.stem for path in PAGES.glob("[a-z]*.md")) == sorted(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_page_of_a_rule_has_the_fixed_headings(rule: str, tables: Tables) -> None:
    text = (PAGES / f"{rule}.md").read_text("utf-8")
    assert text.startswith(f"# {rule}\n\n{tables.profiles['cn'][rule].title_zh}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    for part in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]:
        assert len(part.strip()) > 20


@pytest.mark.parametrize("rule", RULES)
def test_the_page_of_a_rule_is_what_the_tables_say_of_it(rule: str, tables: Tables) -> None:
    """After a change of a rule's texts: ``python -m tests.rules_pages``."""
    assert (PAGES / f"{rule}.md").read_text("utf-8") == rules_pages.page(rule, tables)


@pytest.mark.parametrize("rule", RULES)
def test_the_page_and_the_command_say_the_same(rule: str, tables: Tables) -> None:
    explained = explain_rule(rule, tables, "en", Style(width=10_000))
    text = (PAGES / f"{rule}.md").read_text("utf-8").partition("## References")[0]
    for paragraph in re.sub(r"\[([a-z-]+)\]\([a-z-]+\.md\)", r"`\1`", text).split("\n\n")[2:]:
        heading = re.fullmatch("## (.+)", paragraph)
        assert (f"\n{heading[1]}:\n" if heading else " ".join(paragraph.split())) in explained


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_explained_in_chinese_as_fully_as_in_english(rule: str, tables: Tables) -> None:
    row = tables.profiles["cn"][rule]
    chinese, english = texts_of(row, tables, "zh"), texts_of(row, tables, "en")
    for name, zh, en in zip(chinese._fields, chinese, english, strict=True):
        assert sum("\u4e00" <= char <= "\u9fff" for char in zh) >= len(zh) / 4, (name, zh)
        assert len(zh) >= len(en) / 6, (name, zh)
        assert not re.search(r"[,;]\s", re.sub(r"[`(（][^`)）]*[`)）]", "", zh)), (name, zh)
    cited = [
        set(re.findall(r"[A-Z0-9]+-[A-Z0-9](?:[A-Z0-9.]*[A-Z0-9])?", t.why))
        for t in (chinese, english)
    ]
    named = [set(re.findall(r"`([^`]+)`", t.finds)) - set(Severity) for t in (chinese, english)]
    assert cited[0] == cited[1]
    assert named[0] == named[1]


@pytest.mark.parametrize("rule", RULES)
def test_the_page_of_a_rule_refers_to_the_clauses_of_its_row(rule: str, tables: Tables) -> None:
    text = (PAGES / f"{rule}.md").read_text("utf-8").partition("## References")[2]
    cited = re.findall(r"^- ([\w.-]+): (.+)$", text, re.MULTILINE)
    assert [clause for clause, _ in cited] == list(tables.profiles["cn"][rule].clauses)
    for clause, words in cited:
        row = tables.clauses[clause]
        assert row.law in words
        assert row.item in words


def test_every_rule_has_a_row_in_a_profile_and_no_row_is_about_another(tables: Tables) -> None:
    assert {rule for profile in tables.profiles.values() for rule in profile} == set(RULES)


# -- everything else ------------------------------------------------------------------------------


def test_the_changelog_tells_of_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## {re.escape(apkcheck.__version__)}\b", changes, re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text("utf-8")):
        if "://" not in target:
            place = (path.parent / target).resolve().relative_to(ROOT.resolve())
            assert located(str(place)).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_that_documents_name_exist(path: Path) -> None:
    """Words in code type that are paths: ``mappings/sdks.json``, ``tests/golden/``."""
    named = re.findall(
        r"`((?:apkcheck|mappings|tests|docs|fixtures)/[\w./-]*)`", path.read_text("utf-8")
    )
    missing = [name for name in named if not located(name).exists()]
    assert missing == []


def test_the_page_of_tables_is_what_their_classes_say() -> None:
    """After a change of a row class: ``python -m tests.tables_page``."""
    assert tables_page.undocumented() == []
    assert tables_page.PAGE.read_text("utf-8") == tables_page.page()


def test_the_origin_of_every_table_is_told() -> None:
    text = (mappings_folder() / "SOURCES.md").read_text("utf-8")
    for file, _ in TABLE_FILES.values():
        folder = file.partition("/")[0] + "/" if "/" in file else file
        assert f"`{folder}`" in text or file in ("libraries.json", "packers.json", "sources.json")


def test_hooks_for_commits_run_commands_that_exist() -> None:
    entries = [
        shlex.split(entry)
        for name in (".pre-commit-hooks.yaml", ".pre-commit-config.yaml")
        for entry in re.findall(r"^ +entry: (.+)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    ]
    ours = [tuple(words[1:]) for words in entries if words[0] == "apkcheck"]
    assert len(ours) == 2
    assert all(words in COMMANDS for words in ours)


def test_the_contributors_page_names_every_table_and_the_places_to_touch() -> None:
    text = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    internal = {"messages.json", "sdk_categories.json"}
    """Tables that nobody adds a row to without adding a rule or a kind of SDK."""
    for file, _ in TABLE_FILES.values():
        assert file in text or file in internal, file
    for place in ("apkcheck/rules/__init__.py", "apkcheck/formats/__init__.py", "tests/golden/"):
        assert f"`{place}`" in text


def test_the_architecture_names_every_part_of_the_package() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    parts = {
        path.stem
        for path in Path(apkcheck.__file__).parent.iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file())
        and not path.stem.startswith("__")
    } - {"mappings"}
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert parts == rows
