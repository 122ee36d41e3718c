"""Mapping tables: loading is strict and says everything at once; lint tries every row's example."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apkcheck.errors import TableError
from apkcheck.lint import CHECKS, lint_tables
from apkcheck.tables import (
    TABLE_FILES,
    Tables,
    approval,
    load_tables,
    mappings_folder,
    profile_names,
)
from tests.conftest import ROOT

Overlay = Callable[..., Path]
"""Makes a folder of tables: ``overlay({"purposes.json": rows or text})``."""


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    def make(files: dict[str, Any], name: str = "overlay") -> Path:
        folder = tmp_path / name
        for file, content in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
            path.write_text(text, encoding="utf-8")
        return folder

    return make


def purpose(name: str, **changes: object) -> dict[str, object]:
    """A row of ``purposes.json`` that is right unless something is changed."""
    row: dict[str, object] = {
        "id": name,
        "zh": "导航",
        "en": "navigation",
        "cues": ["导航路线"],
        "source": ["policy-reading"],
        "example": "用于规划导航路线",
    }
    return {key: value for key, value in {**row, **changes}.items() if value is not None}


def data_type(name: str, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": name,
        "zh": "茶味偏好",
        "en": "taste in tea",
        "kind": "leaf",
        "parent": None,
        "sensitivity": "general",
        "forms": ["茶味偏好"],
        "source": ["policy-reading"],
        "example": "我们会收集您的茶味偏好",
    }
    return {**row, **changes}


def sdk(name: str, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": name,
        "name": "某某推送",
        "vendor": "某某（北京）科技有限公司",
        "names": ["某某推送"],
        "packages": ["cn.example.push"],
        "category": "push",
        "verified": False,
        "source": ["policy-reading"],
        "example": "cn.example.push.PushService",
    }
    return {**row, **changes}


def api(name: str, **changes: object) -> dict[str, object]:
    owner, _, member = name.rpartition(".")
    row: dict[str, object] = {
        "id": name,
        "kind": "method",
        "data_type": "imei",
        "source": ["policy-reading"],
        "example": f"L{owner.replace('.', '/')};->{member}()Ljava/lang/String;",
    }
    return {**row, **changes}


def renamed(folder: Path) -> Path:
    """The same tables in another place, so that nothing is remembered within this process."""
    return folder.rename(folder.with_name(folder.name + "-again"))


def app_type(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": "T40",
        "zh": "品茶类",
        "en": "tea",
        "item": "第五条（四十）",
        "service": "品茶",
        "service_en": "tasting tea",
        "verified": False,
        "source": ["policy-reading"],
        "example": "品茶类，基本功能服务为“品茶”",
    }
    return {**row, **changes}


def problems_of(folder: Path) -> list[str]:
    """What loading says is wrong, each as ``file:line: problem`` without the folder."""
    with pytest.raises(TableError) as raised:
        load_tables(folder)
    assert all(problem.startswith(str(folder)) for problem in raised.value.problems)
    return [problem.removeprefix(f"{folder}/") for problem in raised.value.problems]


class TestShippedTables:
    def test_they_load_and_lint_finds_nothing_wrong(self) -> None:
        problems, rows = lint_tables()
        assert problems == ()
        assert rows > 1000

    def test_every_table_has_rows_in_the_order_of_their_ids(self, tables: Tables) -> None:
        for name in TABLE_FILES:
            ids = list(getattr(tables, name))
            assert ids == sorted(ids)
            assert ids, name

    def test_the_39_types_of_apps_are_those_of_the_regulation(self, tables: Tables) -> None:
        assert list(tables.app_types) == [f"T{n:02}" for n in range(1, 40)]
        needing_nothing = [t for t in tables.app_types.values() if not t.necessary]
        assert len(needing_nothing) == 13
        assert not any(t.data_types for t in needing_nothing)
        assert all(t.data_types for t in tables.app_types.values() if t.necessary)
        assert "位置信息、出发地、到达地" in tables.app_types["T01"].necessary

    def test_every_umbrella_is_reached_from_below(self, tables: Tables) -> None:
        assert "device_id" in tables.ancestors("android_id")
        assert list(tables.ancestors("pi")) == []


class TestProfiles:
    def test_they_are_found_by_the_names_of_their_files(self) -> None:
        assert "cn" in profile_names()

    def test_an_overlay_may_add_one_and_replace_rows_of_another(self, tmp_path: Path) -> None:
        row = json.loads((mappings_folder() / "profiles" / "cn.json").read_text("utf-8"))[0]
        folder = tmp_path / "profiles"
        folder.mkdir()
        for name, title in (("cn", "另一个标题"), ("house-rules", "本公司的规则")):
            content = json.dumps([{**row, "title_zh": title}], ensure_ascii=False)
            (folder / f"{name}.json").write_text(content, "utf-8")
        tables = load_tables(tmp_path)
        assert "house-rules" in profile_names(tmp_path)
        assert list(tables.profiles["house-rules"]) == [row["id"]]
        assert tables.profiles["cn"][row["id"]].title_zh == "另一个标题"
        assert len(tables.profiles["cn"]) > 1

    def test_a_row_about_no_rule_is_a_problem(self, tmp_path: Path) -> None:
        row = json.loads((mappings_folder() / "profiles" / "cn.json").read_text("utf-8"))[0]
        (tmp_path / "profiles").mkdir()
        content = json.dumps([{**row, "id": "no-such-thing"}], ensure_ascii=False)
        (tmp_path / "profiles" / "house.json").write_text(content, "utf-8")
        assert lint_tables(tmp_path)[0] == ("profiles: house: no-such-thing: no such rule",)

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"confidence_lowered": ["bad-weather: low"]}, "doubts must be of code-unreached, "),
            ({"severity_lowered": ["stated-only: low", "stated-only: info"]}, "doubts must be of "),
            (
                {"severity_lowered": ["stated-only: high"]},
                "'stated-only: high' does not lower high",
            ),
            ({"confidence_lowered": ["stated-only: x"]}, "'stated-only: x' does not lower medium"),
        ],
    )
    def test_what_lowers_is_a_known_doubt_and_lowers(
        self, change: dict[str, list[str]], problem: str, tmp_path: Path
    ) -> None:
        row = json.loads((mappings_folder() / "profiles" / "cn.json").read_text("utf-8"))[0]
        row |= {"severity": "high", "confidence": "medium"}
        (tmp_path / "profiles").mkdir()
        content = json.dumps([{**row, **change}], ensure_ascii=False)
        (tmp_path / "profiles" / "house.json").write_text(content, "utf-8")
        (found,) = lint_tables(tmp_path)[0]
        assert found.startswith(f"profiles: house: {row['id']}: {problem}")


class TestStrictness:
    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            (purpose("x", colour="red"), "unknown key 'colour'; known are "),
            (purpose("x", example=None), "'x' lacks 'example'"),
            (purpose("x", cues="导航"), "cues: must be a list of strings"),
            (purpose("x", cues=["导航", 3]), "cues: must hold strings"),
            (purpose("x", cues=["导航", ""]), "cues: must hold strings, none empty"),
            (purpose("x", cues=["导航 "]), "cues: must hold strings, none empty and none with sp"),
            (purpose("x", cues=["导航", "导航"]), "cues: says 导航 twice"),
            (purpose("x", weak="yes"), "weak: must be true or false"),
            (purpose("x", zh=7), "zh: must be a string"),
            (purpose("x", zh=""), "zh: must be a string, not empty"),
            (purpose("x", zh=" 导航"), "zh: must be a string, not empty and without spaces around"),
            (["x"], "a row must be a JSON object"),
            ("x", "a row must be a JSON object"),
        ],
    )
    def test_a_row_that_is_not_as_its_class_says_is_refused(
        self, row: object, problem: str, overlay: Overlay
    ) -> None:
        (found,) = problems_of(overlay({"purposes.json": [row]}))
        assert found.startswith(f"purposes.json:1: {problem}")

    @pytest.mark.parametrize(
        ("file", "row", "problem"),
        [
            ("data_types.json", data_type("x", kind="twig"), "kind: must be one of leaf, umbrella"),
            ("data_types.json", data_type("x", platform="symbian"), "platform: must be one of and"),
            ("data_types.json", data_type("x", forms=[[]]), "forms: must hold strings"),
            ("apis.json", api("a.B.c", since="23"), "since: must be a whole number"),
            ("apis.json", api("a.B.c", since=True), "since: must be a whole number"),
            ("sdks.json", sdk("x", notice="yes"), "notice: must be an object with the keys title"),
            ("sdks.json", sdk("x", notice={}), "notice: must be an object with the keys title"),
            ("sdks.json", sdk("x", notice={"title": 1}), "notice: title: must be a string"),
        ],
    )
    def test_values_of_every_kind_are_checked(
        self, file: str, row: object, problem: str, overlay: Overlay
    ) -> None:
        (found,) = problems_of(overlay({file: [row]}))
        assert found.startswith(f"{file}:1: {problem}")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "1: a table must be a JSON array"),
            ("{}", "1: a table must be a JSON array"),
            ("[\n{,}]", "2: not valid JSON"),
            ('[\n{"id": "x"\n', "not valid JSON"),
            ("[\n\n1 2]", "3: expected ',' or ']' after a row"),
            ("[]\n[]", "2: text after the end of the table"),
        ],
    )
    def test_what_is_not_a_json_array_is_refused_with_its_line(
        self, text: str, problem: str, overlay: Overlay
    ) -> None:
        found = problems_of(overlay({"purposes.json": text}))
        assert any(problem in line for line in found)

    def test_a_key_that_stands_twice_is_refused(self, overlay: Overlay) -> None:
        text = json.dumps([purpose("x")]).replace('"en":', '"zh": "a", "en":')
        (found,) = problems_of(overlay({"purposes.json": text}))
        assert found.startswith("purposes.json:1: 'x' says ['zh'] twice")

    def test_a_table_that_is_not_utf8_is_refused(self, overlay: Overlay) -> None:
        folder = overlay({"purposes.json": []})
        (folder / "purposes.json").write_bytes("[导航]".encode("gbk"))
        (found,) = problems_of(folder)
        assert found.startswith("purposes.json: cannot be read as UTF-8 text")

    def test_ids_are_unique(self, overlay: Overlay) -> None:
        (found,) = problems_of(overlay({"purposes.json": [purpose("a"), purpose("a")]}))
        assert found == "purposes.json:1: the id 'a' stands twice"

    def test_rows_are_sorted_by_id(self, overlay: Overlay) -> None:
        rows = [purpose(name) for name in ("a", "c", "b", "d")]
        (found,) = problems_of(overlay({"purposes.json": rows}))
        assert found == "purposes.json:1: 'b' belongs before 'c': sort by id"

    @pytest.mark.parametrize(
        ("file", "row", "problem"),
        [
            ("data_types.json", data_type("x", parent="nobody"), "parent names 'nobody', not in"),
            ("apis.json", api("a.B.c", data_type="nothing"), "data_type names 'nothing', not in"),
            ("apis.json", api("a.B.c", permissions=["p.Q"]), "permissions names 'p.Q', not in"),
            ("sdks.json", sdk("x", category="toys"), "category names 'toys', not in sdk_categorie"),
            ("sdks.json", sdk("x", data_types=["gold"]), "data_types names 'gold', not in data_ty"),
            ("purposes.json", purpose("x", source=["hearsay"]), "source names 'hearsay', not in s"),
        ],
    )
    def test_a_reference_that_leads_nowhere_is_refused(
        self, file: str, row: dict[str, object], problem: str, overlay: Overlay
    ) -> None:
        (found,) = problems_of(overlay({file: [row]}))
        assert found.startswith(f"{file}:1: {row['id']}: {problem}")

    def test_parents_that_run_in_a_circle_are_refused(self, overlay: Overlay) -> None:
        rows = [
            data_type("ring1", parent="ring2", forms=["甲一"], example="甲一"),
            data_type("ring2", parent="ring3", forms=["乙二"], example="乙二"),
            data_type("ring3", parent="ring1", forms=["丙三"], example="丙三"),
        ]
        found = problems_of(overlay({"data_types.json": rows}))
        assert found == [
            f"data_types.json:1: ring{n}: its parents run in a circle" for n in (1, 2, 3)
        ]

    def test_a_pattern_that_is_no_regular_expression_is_refused(self, overlay: Overlay) -> None:
        word = {
            "id": "x",
            "kind": "refusal",
            "patterns": ["(拒绝"],
            "source": ["policy-reading"],
            "example": "(拒绝",
        }
        (found,) = problems_of(overlay({"words/zh.json": [word]}))
        assert found.startswith("words/zh.json:1: patterns: '(拒绝' is no regular expression")

    def test_a_file_that_is_no_table_is_refused(self, overlay: Overlay) -> None:
        (found,) = problems_of(overlay({"sdk.json": []}))
        assert found.startswith("sdk.json: is none of the tables: apis.json, ")

    def test_all_problems_of_all_tables_are_told_at_once_with_their_lines(
        self, overlay: Overlay
    ) -> None:
        purposes = (
            "[\n"
            '{"id": "a", "zh": "甲", "en": "a", "cues": ["甲"],\n'
            ' "colour": "red",\n'
            ' "source": ["policy-reading"], "example": "甲"},\n'
            "\n"
            '{"id": "b", "zh": "乙",\n'
            ' "en": 5, "cues": ["乙"], "source": ["policy-reading"], "example": "乙"},\n'
            '{"id": "c", "zh": "丙"}\n'
            "]\n"
        )
        folder = overlay({"purposes.json": purposes, "sdks.json": "[\n[]\n]"})
        assert [problem.split("; ")[0] for problem in problems_of(folder)] == [
            "purposes.json:3: unknown key 'colour'",
            "purposes.json:7: en: must be a string, not empty and without spaces around it",
            "purposes.json:8: 'c' lacks 'cues'",
            "purposes.json:8: 'c' lacks 'en'",
            "purposes.json:8: 'c' lacks 'example'",
            "purposes.json:8: 'c' lacks 'source'",
            "sdks.json:2: a row must be a JSON object",
        ]

    def test_the_message_counts_the_problems_and_says_how_to_see_them(
        self, overlay: Overlay
    ) -> None:
        folder = overlay({"purposes.json": [purpose("x", zh=1, en=2)]})
        with pytest.raises(TableError) as raised:
            load_tables(folder)
        message = str(raised.value)
        assert "\n" not in message
        assert "2 problems" in message
        assert f"{folder}/purposes.json:1: zh: must be a string" in message
        assert "apkcheck mappings lint" in message


class TestOverlays:
    def test_a_row_of_the_overlay_replaces_the_shipped_one(
        self, tables: Tables, overlay: Overlay
    ) -> None:
        assert tables.purposes["ads"].zh != "导航"
        changed = load_tables(overlay({"purposes.json": [purpose("ads")]}))
        assert changed.purposes["ads"].zh == "导航"
        assert changed.purposes.keys() == tables.purposes.keys()
        assert changed.sdks == tables.sdks

    def test_a_new_row_is_added_in_its_place(self, tables: Tables, overlay: Overlay) -> None:
        grown = load_tables(overlay({"purposes.json": [purpose("aa"), purpose("zz")]}))
        assert list(grown.purposes) == sorted({"aa", "zz", *tables.purposes})
        assert "aa" not in tables.purposes

    def test_a_row_may_lean_on_shipped_rows_and_on_new_ones(self, overlay: Overlay) -> None:
        tables = load_tables(
            overlay(
                {
                    "data_types.json": [data_type("tea", parent="pi")],
                    "apis.json": [api("cn.example.Tea.taste", data_type="tea")],
                }
            )
        )
        assert list(tables.ancestors("tea")) == ["pi"]
        assert tables.apis["cn.example.Tea.taste"].data_type == "tea"

    def test_words_of_the_overlay_are_used(self, overlay: Overlay) -> None:
        word = {
            "id": "verb.sip",
            "kind": "verb-collect",
            "forms": ["啜饮"],
            "source": ["policy-reading"],
            "example": "我们会啜饮您的设备信息",
        }
        tables = load_tables(overlay({"words/zh.json": [word]}))
        assert {"啜饮", "收集"} <= tables.zh.forms("verb-collect")

    def test_an_empty_folder_changes_nothing(self, tables: Tables, tmp_path: Path) -> None:
        assert load_tables(tmp_path).digest == tables.digest

    @pytest.mark.parametrize("name", ["missing", "a file"])
    def test_what_is_no_folder_is_refused(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "a file").write_text("[]")
        with pytest.raises(TableError, match="no such folder") as raised:
            load_tables(tmp_path / name)
        assert raised.value.problems == (f"{tmp_path / name}: no such folder",)


class TestApproval:
    """Tables that were found valid before are not checked again."""

    @pytest.fixture(autouse=True)
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "cache"
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
        return folder

    def approved(self, cache: Path) -> list[str]:
        return sorted(p.name for p in cache.rglob("*") if p.is_file())

    def test_valid_tables_are_the_same_whether_checked_or_not(
        self, overlay: Overlay, cache: Path
    ) -> None:
        notice = {"title": "某某隐私政策", "date": "2025-01-01"}
        folder = overlay(
            {
                "data_types.json": [data_type("tea", platform="ios")],
                "sdks.json": [sdk("x", notice=notice)],
            }
        )
        first = load_tables(folder)
        assert len(self.approved(cache)) == 1
        folder = renamed(folder)
        again = load_tables(folder)
        checked = load_tables(folder, thorough=True)
        for name in TABLE_FILES:
            rows = [repr(getattr(t, name)) for t in (first, again, checked)]
            assert rows[0] == rows[1] == rows[2], name
        assert first.digest == again.digest == checked.digest

    def test_a_change_of_one_character_is_checked(self, overlay: Overlay) -> None:
        folder = overlay({"purposes.json": [purpose("x")]})
        load_tables(folder)
        (folder / "purposes.json").write_text(json.dumps([purpose("x", source=["nobody"])]))
        (found,) = problems_of(renamed(folder))
        assert "names 'nobody', not in sources" in found

    def test_invalid_tables_are_refused_each_time(self, overlay: Overlay, cache: Path) -> None:
        folder = overlay({"purposes.json": [purpose("x", source=["nobody"])]})
        assert len(problems_of(folder)) == len(problems_of(renamed(folder))) == 1
        assert self.approved(cache) == []

    def test_over_shipped_tables_that_are_known_an_overlay_is_checked_alone(
        self, overlay: Overlay
    ) -> None:
        bad = overlay({"purposes.json": [purpose("x", source=["nobody"], weak=5)]})
        anew = [p.split(": ", 1)[1] for p in problems_of(bad)]
        load_tables()
        known = [p.split(": ", 1)[1] for p in problems_of(renamed(bad))]
        assert known == anew == ["weak: must be true or false"]
        good = overlay({"purposes.json": [purpose("ads")]}, "good")
        rows = repr(load_tables(good).purposes)
        assert rows == repr(load_tables(good, thorough=True).purposes)

    def test_lint_checks_what_was_approved(self, overlay: Overlay) -> None:
        folder = overlay({"purposes.json": [purpose("x", source=["nobody"])]})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("apkcheck.tables.loading.is_approved", lambda key: True)
            assert "x" in load_tables(folder).purposes
            problems, _ = lint_tables(folder)
        assert len(problems) == 1
        assert "names 'nobody', not in sources" in problems[0]

    def test_rows_that_cannot_be_made_are_checked_after_all(self, overlay: Overlay) -> None:
        folder = overlay({"purposes.json": "["})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("apkcheck.tables.loading.is_approved", lambda key: True)
            (found,) = problems_of(folder)
        assert "not valid JSON" in found

    def test_a_folder_that_cannot_be_written_does_no_harm(
        self, overlay: Overlay, cache: Path
    ) -> None:
        cache.write_text("a file where a folder should be")
        folder = overlay({"purposes.json": [purpose("x")]})
        assert "x" in load_tables(folder).purposes

    def test_a_user_without_a_home_has_tables_all_the_same(
        self, overlay: Overlay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
        assert "x" in load_tables(overlay({"purposes.json": [purpose("x")]})).purposes

    def test_several_processes_at_once_agree(self, cache: Path) -> None:
        code = "from apkcheck.tables import load_tables; print(load_tables().digest)"
        running = [
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
            for _ in range(3)
        ]
        digests = {process.communicate()[0] for process in running}
        assert [process.returncode for process in running] == [0, 0, 0]
        assert len(digests) == 1
        assert len(self.approved(cache)) == (0 if approval.SHIPPED.is_file() else 1)

    def test_what_a_wheel_brings_along_needs_no_check_and_no_cache(
        self, overlay: Overlay, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(approval, "SHIPPED", tmp_path / "approved")
        tables = load_tables(overlay({"purposes.json": [purpose("x")]}), thorough=True)
        approval.ship(approval.key_of(tables.digest))
        shutil.rmtree(cache)
        assert approval.is_approved(approval.key_of(tables.digest))
        assert not approval.is_approved(approval.key_of(tables.digest[::-1]))
        assert not cache.exists()

    @pytest.mark.skipif(
        mappings_folder().parent.joinpath("setup.cfg").is_file(), reason="a checkout, not a wheel"
    )
    def test_an_installed_wheel_brings_the_approval_of_its_own_tables(self, cache: Path) -> None:
        assert approval.is_approved(approval.key_of(load_tables().digest))
        assert not cache.exists()

    def test_only_the_latest_are_kept(self, overlay: Overlay, cache: Path) -> None:
        kept = cache / "apkcheck" / "approved-tables"
        kept.mkdir(parents=True)
        for number in range(60):
            (kept / f"old-{number:02}").touch()
            os.utime(kept / f"old-{number:02}", (number, number))
        load_tables(overlay({"purposes.json": [purpose("x")]}))
        names = self.approved(cache)
        assert len(names) == 50
        assert "old-59" in names
        assert "old-00" not in names


class TestDigest:
    def test_it_changes_with_the_content_of_a_table(self, tables: Tables, overlay: Overlay) -> None:
        one = load_tables(overlay({"purposes.json": [purpose("ads")]}, "one"))
        other = load_tables(overlay({"purposes.json": [purpose("ads", en="Other")]}, "other"))
        assert len({tables.digest, one.digest, other.digest}) == 3

    def test_the_same_content_in_another_table_is_another_digest(self, overlay: Overlay) -> None:
        one = load_tables(overlay({"words/en.json": []}, "one"))
        other = load_tables(overlay({"words/zh.json": []}, "other"))
        assert one.digest != other.digest

    def test_it_depends_on_nothing_but_content(self, overlay: Overlay, tmp_path: Path) -> None:
        first = overlay({"purposes.json": [purpose("ads")]}, "here")
        second = tmp_path / "elsewhere" / "deep down"
        shutil.copytree(first, second)
        (second / "README.md").write_text("Tables of our own.")
        assert load_tables(first).digest == load_tables(second).digest

    def test_it_is_a_sha256(self, tables: Tables) -> None:
        assert len(bytes.fromhex(tables.digest)) == 32


class TestLint:
    def lint(self, folder: Path) -> list[str]:
        return list(lint_tables(folder)[0])

    def test_what_loading_refuses_lint_lists(self, overlay: Overlay) -> None:
        folder = overlay({"purposes.json": [purpose("x", zh=1, en=2)]})
        problems, rows = lint_tables(folder)
        assert [p.removeprefix(f"{folder}/purposes.json:1: ")[:2] for p in problems] == ["zh", "en"]
        assert rows == 0

    @pytest.mark.parametrize(
        ("file", "row", "problem"),
        [
            (
                "purposes.json",
                purpose("x", example="用于烹饪"),
                "purposes: x: the example holds none of its cues",
            ),
            (
                "data_types.json",
                data_type("x", example="我们会收集您的口味"),
                "data_types: x: the example holds none of its forms",
            ),
            (
                "data_types.json",
                data_type("x", forms=["茶味偏好", "ＩＭＥＩ"]),
                "data_types: x: the form 'imei' belongs to imei too",
            ),
            (
                "data_types.json",
                data_type("x", guarded_forms=["Android  ID"]),
                "data_types: x: the form 'androidid' belongs to android_id too",
            ),
            (
                "apis.json",
                api("a.B.c", example="La/B;->d()V"),
                "apis: a.B.c: the example 'La/B;->d()V' is not this member",
            ),
            (
                "apis.json",
                api("a.B.c", example="La/X;->c()V"),
                "apis: a.B.c: the example 'La/X;->c()V' is not this member",
            ),
            (
                "sdks.json",
                sdk("x", example="cn.other.Main"),
                "sdks: x: the example 'cn.other.Main' belongs to None",
            ),
            (
                "sdks.json",
                sdk("x", versions=["x_version", "x.properties#version", "com.umeng.X.VERSION"]),
                "sdks: x: the version 'com.umeng.X.VERSION' belongs to umeng-analytics",
            ),
            (
                "sdks.json",
                sdk("x", packages=["cn.example.push", "com.umeng.analytics"]),
                "sdks: x: the package 'com.umeng.analytics' belongs to umeng-analytics too",
            ),
            (
                "sdks.json",
                sdk("x", packages=["cn.example.push", "okhttp3"]),
                "sdks: okhttp: the package 'okhttp3' belongs to x too",
            ),
            (
                "sdks.json",
                sdk("x", packages=["cn.example.push", "cn.example."]),
                "sdks: x: the package 'cn.example.' must be a dotted prefix without end",
            ),
            (
                "sdks.json",
                sdk("x", names=["某某推送", "友盟 +"]),
                "sdks: x: the name '友盟 +' belongs to umeng-analytics too",
            ),
            (
                "sdks.json",
                sdk("x", packages=[], example="接入某某推送"),
                "sdks: x: has no package and no other trace: say why in 'untraced'",
            ),
            (
                "sdks.json",
                sdk("x", untraced="nobody knows it"),
                "sdks: x: is said to be untraced, and has traces: leave 'untraced' out",
            ),
            (
                "sdks.json",
                sdk("x", packages=[], untraced="nobody knows it", example="接入友盟+"),
                "sdks: x: the example '接入友盟+' names umeng-analytics",
            ),
            (
                "data_types.json",
                data_type("x", example="我们会收集您的茶味偏好和手机号码"),
                "data_types: x: the example names phone_number too",
            ),
            (
                "permissions.json",
                {
                    "id": "android.permission.SIP_TEA",
                    "zh": "品茶动作",
                    "en": "sipping tea",
                    "protection": "dangerous",
                    "source": ["policy-reading"],
                    "example": "我们会申请品茶动作权限",
                },
                "permissions: android.permission.SIP_TEA: users grant it, and it says no "
                "typical purpose",
            ),
            (
                "sources.json",
                {
                    "id": "x",
                    "title": "x",
                    "origin": "x",
                    "licence": "x",
                    "date": "last spring",
                },
                "sources: x: the date 'last spring' is no ISO date",
            ),
            (
                "purposes.json",
                purpose("x", source=[]),
                "sources: purposes: x: names no source",
            ),
            (
                "purposes.json",
                purpose("x", cues=["消息推送", "品茶"]),
                "purposes: x: the cue '消息推送' tells push too",
            ),
            (
                "data_types.json",
                data_type("tea", parent="device", partly_under=["device"]),
                "data_types: tea: 'partly_under' names device, which is strictly above or below it",
            ),
            (
                "data_types.json",
                data_type("tea", standards=["附录B"]),
                "data_types: tea: '附录B' must be 'source: clause'",
            ),
            (
                "app_types.json",
                app_type(example="地图导航类，基本功能服务为“品茶”"),
                "app_types: T40: the example '地图导航类，基本功能服务为“品茶”' "
                "does not name this type and its service",
            ),
            (
                "app_types.json",
                app_type(permissions=["android.permission.INTERNET"]),
                "app_types: T40: android.permission.INTERNET needs no justification: "
                "any app may hold it",
            ),
            (
                "words/zh.json",
                {
                    "id": "x",
                    "kind": "refusal",
                    "patterns": ["拒绝.{2}"],
                    "source": ["policy-reading"],
                    "example": "您可以同意",
                },
                "words: x: the example matches none of its forms and patterns",
            ),
        ],
    )
    def test_a_planted_mistake_is_found(
        self, file: str, row: dict[str, object], problem: str, overlay: Overlay
    ) -> None:
        table = problem.partition(":")[0]
        tables = load_tables(overlay({file: [row]}))
        checks = [check for name, check in CHECKS if name == table]
        assert problem in [f"{table}: {found}" for check in checks for found in check(tables)]

    def test_a_class_belongs_to_the_longest_prefix_of_all_rows(self, overlay: Overlay) -> None:
        inner = sdk("x", inside=["y"])
        rows = [inner, sdk("y", names=["乙"], packages=["cn.example"], example="cn.example.A")]
        assert self.lint(overlay({"sdks.json": rows}, "good")) == []
        wrong = [inner, sdk("y", names=["乙"], packages=["cn.example"])]
        assert self.lint(overlay({"sdks.json": wrong}, "bad")) == [
            "sdks: y: the example 'cn.example.push.PushService' belongs to x"
        ]

    def test_where_no_class_is_known_the_package_is_the_example(self, overlay: Overlay) -> None:
        assert self.lint(overlay({"sdks.json": [sdk("x", example="cn.example.push.*")]})) == []

    def test_a_part_of_another_sdk_says_so(self, overlay: Overlay) -> None:
        outer = sdk("y", names=["乙"], packages=["cn.example"], example="cn.example.A")
        silent = overlay({"sdks.json": [sdk("x"), outer]}, "silent")
        assert self.lint(silent) == ["sdks: x: lies below a package of y: name it in 'inside'"]
        apart = overlay({"sdks.json": [sdk("x", inside=["getui-push"])]}, "apart")
        assert self.lint(apart) == [
            "sdks: x: 'inside' names getui-push, below none of whose packages it lies"
        ]

    @pytest.mark.parametrize(
        ("source", "notice", "verified"),
        [
            (["market-knowledge"], None, False),
            (["libchecker-rules"], None, False),
            (["libchecker-rules", "blocker-rules"], None, True),
            (["android-libraries", "exodus-trackers"], None, False),
            (["public-code"], None, True),
            (["market-knowledge"], {"title": "某某SDK隐私政策"}, True),
        ],
    )
    def test_verified_is_what_the_vendor_two_lists_or_code_say(
        self, source: list[str], notice: object, verified: bool, overlay: Overlay
    ) -> None:
        row = sdk("x", verified=True, source=source, notice=notice)
        assert (
            self.lint(overlay({"sdks.json": [row]})) == []
            if verified
            else [
                "sdks: x: is verified, but by neither its vendor's notice, two independent lists, "
                "nor code"
            ]
        )

    def test_what_an_sdk_collects_is_known_from_somebody(self, overlay: Overlay) -> None:
        row = sdk("x", data_types=["imei"], source=["market-knowledge"])
        assert self.lint(overlay({"sdks.json": [row]}, "own")) == [
            "sdks: x: says what it collects, but no source of it can be looked up"
        ]
        notice = {"title": "某某SDK隐私政策", "date": "2025", "collects_nothing": True}
        row = sdk("x", data_types=["imei"], notice=notice, source=["libchecker-rules"])
        assert self.lint(overlay({"sdks.json": [row]}, "none")) == [
            "sdks: x: its notice says that it collects nothing, and data types stand",
            "sdks: x: the date '2025' of its notice is no ISO date",
        ]

    def test_a_good_row_of_ones_own_passes(self, overlay: Overlay) -> None:
        folder = overlay(
            {
                "apis.json": [api("cn.example.Tea.taste")],
                "data_types.json": [data_type("tea", parent="pi")],
                "purposes.json": [purpose("navigation")],
                "sdks.json": [sdk("example-push")],
            }
        )
        assert self.lint(folder) == []
