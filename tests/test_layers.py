"""Layers: what may know what, where words of policies live, and what starting up costs."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

import apkcheck
from apkcheck import model
from tests.conftest import DEMO, ROOT

FOLDER = Path(apkcheck.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))

HEAVY = ("androguard", "jieba", "lxml", "numpy")

BOUNDS = {"\u4e00", "\u9fff"}
"""The first and last Chinese character, by which one line tells languages apart."""

PACKAGE = re.compile(
    r"(?<![\w.])(?:com|cn|org|net|io|me|androidx?|java)\.(?!intent\.|permission\.|json\b)[a-z]\w+"
)
"""What begins like a Java package; intents and permissions of the platform are none."""


def modules_after(*statements: str) -> set[str]:
    """The top-level modules that are loaded after statements ran in a fresh interpreter."""
    code = "; ".join(
        (*statements, "import sys", "print(*{m.partition('.')[0] for m in sys.modules})")
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_starting_up_loads_nothing_heavy() -> None:
    assert not set(HEAVY) & modules_after("import apkcheck.cli")


@pytest.mark.parametrize("arguments", [["--help"], ["explain", "data-denied"], ["check", "--nope"]])
def test_commands_that_read_no_app_load_nothing_heavy(arguments: list[str]) -> None:
    loaded = modules_after("from apkcheck.cli import cli, run", f"run(cli, {arguments!r})")
    assert not set(HEAVY) & loaded


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["apk", str(DEMO / "demo.apk")], {"androguard", "jieba", "loguru", "lxml"}),
        (["policy", str(DEMO / "policy.txt")], {"androguard", "numpy"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_half_a_check_loads_half_of_it(arguments: list[str], unused: set[str]) -> None:
    arguments = [*arguments, "--output", os.devnull]
    loaded = modules_after("from apkcheck.cli import cli, run", f"run(cli, {arguments!r})")
    assert not unused & loaded


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["apk", str(DEMO / "demo.apk")], {"findings", "catalogue", "report"}),
        (["policy", str(DEMO / "policy.txt")], {"evidence", "findings", "catalogue", "report"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_half_a_check_makes_no_classes_of_the_other_half(
    arguments: list[str], unused: set[str], form: str
) -> None:
    arguments = [*arguments, "--format", form, "--output", os.devnull]
    told = "print(*(m for m in sys.modules if m.startswith('apkcheck.model.')))"
    code = f"import sys; from apkcheck.cli import cli, run; run(cli, {arguments!r}); {told}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    made = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert "claims" in made
    assert not unused & made


def test_the_vocabulary_is_imported_from_one_place() -> None:
    for part in sorted((FOLDER / "model").glob("[!_]*.py")):
        names = [node.name for node in parsed(part).body if isinstance(node, ast.ClassDef)]
        assert names
        for name in names:
            assert getattr(model, name).__module__ == f"apkcheck.model.{part.stem}"


def test_a_name_that_the_vocabulary_lacks_is_no_attribute_of_it() -> None:
    assert not hasattr(model, "Nonsense")


def test_what_reading_a_policy_does_not_need_of_jieba_still_works_for_others() -> None:
    read = f"run(cli, {['policy', str(DEMO / 'policy.txt'), '--output', os.devnull]!r})"
    told = "import jieba; print(*jieba.lcut('我来到杭研大厦'))"
    code = (
        f"from apkcheck.cli import cli, run; {read}; import sys; names = set(sys.modules); {told}"
    )
    code += (
        "; print('jieba.finalseg.prob_emit' in names, 'jieba.finalseg.prob_emit' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.splitlines() == ["我 来到 杭研 大厦", "False True"]


def test_import_contracts_hold() -> None:
    tool = shutil.which("lint-imports", path=Path(sys.executable).parent)
    if tool is None:
        pytest.skip("import-linter is not installed: pip install 'apkcheck[dev]'")
    done = subprocess.run(
        [tool, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported anywhere in a file, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_of_androguard_only_its_core_is_used(path: Path) -> None:
    """The rest of it pulls in a database, a notebook and a graph library."""
    names = {n for n in imported(parsed(path)) if n.partition(".")[0] == "androguard"}
    wide = {n for n in names if not n.startswith("androguard.core")}
    assert not wide
    assert not names or path.is_relative_to(FOLDER / "apk")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    if path.name in ("cli.py", "__main__.py"):
        return
    calls = {
        ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)
    }
    assert not calls & {"print", "exit", "quit", "sys.exit", "os._exit", "input"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_code_holds_no_words_of_policies(path: Path) -> None:
    """Chinese words are knowledge: they live in the tables, where they have sources.

    Punctuation (、 ： 《》) is syntax and may stand in code.
    """
    words = {text for text in strings(path) if any(map(is_chinese, text))}
    assert words == (BOUNDS if path.name == "facts.py" else set())


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_code_holds_no_names_of_packages_or_apis(path: Path) -> None:
    assert not [text for text in strings(path) if PACKAGE.search(text)]


def strings(path: Path) -> Iterator[str]:
    """The strings of a file, except docstrings, also of fields and constants."""
    tree = parsed(path)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def is_chinese(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CJK") and char.isalpha()


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_modules_are_nouns_with_a_documented_job(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert ast.get_docstring(parsed(path))
