"""The evaluation on pairs of apps and policies: ``python -m tests.pairs`` prints the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkcheck.model import Confidence, Finding, Severity, Strength, Subject, SubjectKind
from apkcheck.tables import Tables
from tests.pairs import Pair, Truth, read_pairs
from tests.pairs.scoring import Score, judge, score, table

RECALL, PRECISION = 0.95, 0.95
"""Floors over all rules."""
HIGH = 0.98
"""Floor of both over what is planted, or reported, as ``high``."""


@pytest.fixture(scope="module")
def result(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Score:
    return score(read_pairs(), tables, tmp_path_factory.mktemp("pairs"))


def test_what_is_planted_is_found(result: Score) -> None:
    assert (result.total.recall or 0) >= RECALL, f"{table(result)}\n" + "\n".join(result.faults)


def test_what_is_found_was_planted(result: Score) -> None:
    assert (result.total.precision or 0) >= PRECISION, "\n".join(result.faults)


def test_what_is_high_is_right(result: Score) -> None:
    assert (result.high.recall or 0) >= HIGH, "\n".join(result.faults)
    assert (result.high.precision or 0) >= HIGH, "\n".join(result.faults)


def test_every_rule_has_a_pair_where_it_speaks_and_one_where_it_must_not(tables: Tables) -> None:
    pairs = read_pairs()
    planted = {truth.rule for pair in pairs for truth in pair.finds}
    spared = {truth.rule for pair in pairs for truth in pair.spares}
    rules = set(tables.profiles["cn"])
    assert planted >= rules, sorted(rules - planted)
    assert spared >= rules, sorted(rules - spared)


# -- the judging itself


def pair(*, finds: str = "", may: str = "", spares: str = "") -> Pair:
    def truths(text: str) -> tuple[Truth, ...]:
        return tuple(Truth(*line.split()) for line in text.splitlines() if line)

    return Pair("p/a", "", "", True, ("",), ".txt", {}, truths(finds), truths(may), truths(spares))


def finding(rule: str, subject: str, severity: Severity = Severity.HIGH) -> Finding:
    about = Subject(SubjectKind.DATA, subject)
    return Finding(
        "", rule, "", severity, Confidence.HIGH, about, None, Strength.API_CALL, "", (), (), (), ""
    )


@pytest.mark.parametrize(
    ("truth", "findings", "found", "missed", "invented"),
    [
        (pair(finds="data-denied sms"), [finding("data-denied", "sms")], 1, 0, 0),
        (pair(finds="data-denied *"), [finding("data-denied", "sms")], 1, 0, 0),
        (pair(finds="data-denied sms"), [finding("data-denied", "imei")], 0, 1, 1),
        (pair(finds="data-denied sms low"), [finding("data-denied", "sms")], 0, 1, 0),
        (pair(may="data-denied *"), [finding("data-denied", "sms")], 0, 0, 0),
        (pair(), [finding("data-denied", "sms", Severity.INFO)], 0, 0, 0),
        (pair(spares="data-denied *"), [finding("data-denied", "sms", Severity.INFO)], 0, 0, 1),
        (pair(), [finding("retention-missing", "retention")], 0, 0, 0),
        (pair(spares="retention-missing *"), [finding("retention-missing", "retention")], 0, 0, 1),
        (pair(spares="data-denied *"), [], 0, 0, 0),
    ],
)
def test_judging(
    truth: Pair, findings: list[Finding], found: int, missed: int, invented: int
) -> None:
    counted = Score()
    judge(truth, findings, counted)
    total = counted.total
    assert (total.found, total.missed, total.invented) == (found, missed, invented)


def test_a_floor_is_a_floor(tmp_path: Path) -> None:
    """A file with a slip is refused rather than passed over."""
    (tmp_path / "x.toml").write_text(
        '[[policy]]\nid="p"\ntext=""\n[[policy.app]]\nid="a"\nfindz=[]\n'
    )
    with pytest.raises(ValueError, match="findz"):
        read_pairs(tmp_path)
