"""Runs pairs and counts: what was found, what was missed, what was invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from apkcheck.check import check_app
from apkcheck.model import Finding, Report, Strength
from apkcheck.tables import Tables
from tests.pairs import SUBJECT_PREFIX, Pair, Truth
from tests.pairs.apps import build

JUDGED = (
    "app-list-",
    "clipboard-",
    "data-",
    "permission-",
    "policy-contradiction",
    "purpose-",
    "recipient-",
    "sdk-",
    "share-",
)
"""Beginnings of the rules that compare app and policy: the truth of a pair about them is complete.

Of these rules every finding above ``info`` that the pair does not tell is a false one. Of all
others, and of ``WHEN_NAMED``, only in pairs that speak of the rule."""

WHEN_NAMED = frozenset(
    {"data-vague-enumeration", "permission-label-ambiguous", "permission-off-type"}
    | {"permission-unused", "data-api-unavailable", "sdk-list-missing"}
)
"""Rules that many pairs would meet by the way: only pairs that speak of them are judged."""


@dataclass
class Count:
    """Hits and misses of one rule."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    spared: int = 0
    """Pairs in which the rule had to be silent, by name, and was."""

    @property
    def recall(self) -> float | None:
        """Share of the planted findings that were found; None if none was planted."""
        planted = self.found + self.missed
        return self.found / planted if planted else None

    @property
    def precision(self) -> float | None:
        """Share of the reported findings that were planted; None if none was reported."""
        reported = self.found + self.invented
        return self.found / reported if reported else None

    def add(self, other: Count) -> None:
        """Adds another count to this."""
        self.found += other.found
        self.missed += other.missed
        self.invented += other.invented
        self.spared += other.spared


@dataclass
class Score:
    """The figures over some pairs."""

    rules: dict[str, Count] = field(default_factory=dict)
    high: Count = field(default_factory=Count)
    """Findings that were planted, or reported, as ``high``."""
    faults: list[str] = field(default_factory=list)
    """Each miss and invention in one line."""

    def rule(self, name: str) -> Count:
        """The count of a rule."""
        return self.rules.setdefault(name, Count())

    @property
    def total(self) -> Count:
        """All rules together."""
        total = Count()
        for count in self.rules.values():
            total.add(count)
        return total


def report_of(pair: Pair, tables: Tables, folder: Path) -> Report:
    """Checks the app of a pair against its policy."""
    apk = folder / "app.apk"
    apk.write_bytes(build(**pair.app))
    paths = []
    for number, text in enumerate(pair.texts):
        paths.append(folder / f"policy{number}{pair.suffix}")
        paths[-1].write_text(text, "utf-8")
    return check_app(apk, paths, tables, app_type=pair.app_type).report


def score(pairs: Iterable[Pair], tables: Tables, folder: Path) -> Score:
    """Runs pairs and compares their findings with what is planted."""
    result = Score()
    for pair in pairs:
        judge(pair, report_of(pair, tables, folder).findings, result)
    return result


def judge(pair: Pair, findings: Iterable[Finding], result: Score) -> None:
    """Counts the findings of one pair."""
    reported = {
        (f.rule, subject_of(f)): f.severity.value
        for f in findings
        if f.strength is not Strength.SDK_DECLARED or _asked_for(pair, f)
    }
    for truth in pair.finds:
        severity = next((s for key, s in sorted(reported.items()) if truth.matches(*key)), None)
        right = severity is not None and truth.severity in (None, severity)
        for count in _counts(result, truth.rule, truth.severity == "high"):
            count.found += right
            count.missed += not right
        if not right:
            what = "missed" if severity is None else f"is {severity}"
            told = truth.severity or ""
            result.faults.append(f"{pair.id}: {what}: {truth.rule} {truth.subject} {told}".strip())
    for rule, subject, severity in _invented(pair, reported):
        for count in _counts(result, rule, severity == "high"):
            count.invented += 1
        result.faults.append(f"{pair.id}: invented: {rule} {subject} {severity}")
    for truth in pair.spares:
        if not any(truth.matches(*key) for key in reported):
            result.rule(truth.rule).spared += 1


def _counts(result: Score, rule: str, high: bool) -> Iterator[Count]:
    yield result.rule(rule)
    if high:
        yield result.high


def _invented(pair: Pair, reported: dict[tuple[str, str], str]) -> Iterator[tuple[str, str, str]]:
    for (rule, subject), severity in sorted(reported.items()):
        if any(t.matches(rule, subject) for t in (*pair.finds, *pair.may)):
            continue
        denied = any(_spared(t, rule, subject, severity) for t in pair.spares)
        if denied or _is_judged(pair, rule, severity):
            yield rule, subject, severity


def _is_judged(pair: Pair, rule: str, severity: str) -> bool:
    """Whether a finding that the pair does not tell is a false one."""
    if pair.whole:
        return severity in ("high", "medium")
    closed = rule.startswith(JUDGED) and rule not in WHEN_NAMED
    return severity != "info" and (closed or pair.names(rule))


def _spared(truth: Truth, rule: str, subject: str, severity: str) -> bool:
    return truth.matches(rule, subject) and truth.severity in (None, severity)


def _asked_for(pair: Pair, finding: Finding) -> bool:
    """Whether the pair speaks of this finding: vendors' notices change with the tables."""
    key = finding.rule, subject_of(finding)
    found = any(truth.matches(*key) for truth in pair.finds)
    return found or any(_spared(t, *key, finding.severity.value) for t in pair.spares)


def subject_of(finding: Finding) -> str:
    """The subject as pairs write it."""
    return finding.subject.id.removeprefix(SUBJECT_PREFIX)


def table(result: Score) -> str:
    """Recall and precision of every rule, of all, and of what is high."""
    lines = [
        f"{'rule':34} {'planted':>7} {'recall':>7} {'invented':>8} {'precision':>9} {'spared':>6}"
    ]
    rows = [*sorted(result.rules.items()), ("high findings", result.high), ("all", result.total)]
    lines += [_row(name, count) for name, count in rows]
    kinds = Counter(fault.split(": ")[1].split()[0] for fault in result.faults)
    lines.append(", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())) or "no fault")
    return "\n".join(lines)


def _row(name: str, count: Count) -> str:
    shares = ["–" if share is None else f"{share:.3f}" for share in (count.recall, count.precision)]
    planted = count.found + count.missed
    return (
        f"{name:34} {planted:7} {shares[0]:>7} {count.invented:8} {shares[1]:>9} {count.spared:6}"
    )
