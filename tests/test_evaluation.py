"""The evaluation of reading: its arithmetic, and what its labels promise."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from apkcheck.tables import Tables
from benchmarks.evaluation import fresh, polarity, spans
from benchmarks.evaluation.figures import Counts, f1, interval, of_sets, precision, recall


class TestFigures:
    def test_precision_recall_and_f1_are_of_the_sums(self) -> None:
        units = [Counts(right=3, extra=1, missing=0), Counts(right=1, extra=0, missing=3)]
        assert (precision(units), recall(units)) == (4 / 5, 4 / 7)
        assert f1(units) == pytest.approx(8 / 12)

    def test_sets_are_compared_element_by_element(self) -> None:
        units = of_sets({"imei", "mac"}, {"mac", "oaid"})
        assert (precision(units), recall(units)) == (0.5, 0.5)

    def test_an_interval_holds_the_figure_and_is_the_same_every_time(self) -> None:
        units = [Counts(right=n % 3, extra=1, missing=n % 2) for n in range(40)]
        low, high = interval(units, f1)
        assert low < f1(units) < high
        assert interval(units, f1) == (low, high)


class TestSpans:
    def test_spans_are_split_at_enumeration_marks_slashes_and_brackets(self) -> None:
        text = "昵称、头像（含照片），IMEI/MAC"
        assert [text[a:b] for a, b in spans.pieces(text, 0, len(text))] == [
            "昵称",
            "头像",
            "含照片",
            "IMEI",
            "MAC",
        ]


class TestLabels:
    rows = json.loads(polarity.LABELS.read_text("utf-8"))

    def test_every_class_has_at_least_forty_of_more_than_three_hundred(self) -> None:
        labels = Counter(row["label"] for row in self.rows)
        assert set(labels) == set(polarity.CLASSES)
        assert min(labels.values()) >= 40
        assert len(self.rows) >= 300

    def test_labels_hold_ids_and_hashes_and_no_sentence(self) -> None:
        for row in self.rows:
            assert set(row) == {"doc", "id", "sha256", "half", "label"}
            assert json.dumps(row).isascii()
            assert row["half"] in ("dev", "test")


class TestFreshLabels:
    rows = json.loads(fresh.LABELS.read_text("utf-8"))

    def test_each_half_has_eight_policies(self) -> None:
        assert Counter(row["half"] for row in self.rows) == dict.fromkeys(fresh.HALVES, 8)

    def test_types_are_of_the_tables_and_of_one_kind_each(self, tables: Tables) -> None:
        for row in self.rows:
            told = [t for key in ("types", "open", "elsewhere") for t in row.get(key, ())]
            assert set(told) <= set(tables.data_types)
            assert len(told) == len(set(told))

    def test_nothing_of_a_policy_is_kept_but_its_hash_and_names(self) -> None:
        allowed = {"policy", "half", "types", "open", "elsewhere", "permissions"}
        allowed |= {"open_permissions", "recipients", "open_recipients"}
        for row in self.rows:
            assert set(row) <= allowed
            names = [n for r in row.get("recipients", ()) for n in r["names"]]
            assert all(len(name) <= 24 for name in (*names, *row.get("open_recipients", ())))
