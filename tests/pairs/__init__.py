"""Small apps against realistic policies, with planted truth: what must be found, and what not.

A file ``<theme>.toml`` holds policies, each with the apps that it is compared with; every policy
with one of its apps is a *pair*. ``README.md`` documents the format. ``python -m tests.pairs``
prints recall and precision of every rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

SUBJECT_PREFIX = "android.permission."
"""Permissions of the platform go by their short names."""

SEVERITIES = ("high", "medium", "low", "info")


class PairError(ValueError):
    """A file of pairs is wrong; the message names the pair."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A finding that has to be there, or must not be."""

    rule: str
    subject: str
    """``*`` for any."""
    severity: str | None = None

    def matches(self, rule: str, subject: str) -> bool:
        """Whether a finding of this rule and subject is meant."""
        return self.rule == rule and self.subject in ("*", subject)


@dataclass(frozen=True, slots=True)
class Pair:
    """An app, a policy, and what a careful reader finds in them."""

    id: str
    about: str
    theme: str
    held_out: bool
    """Written before the tool was run on it."""
    texts: tuple[str, ...]
    suffix: str
    app: Mapping[str, Any]
    """Keywords of ``tests.pairs.apps.build``."""
    finds: tuple[Truth, ...]
    may: tuple[Truth, ...]
    """Neither asked for nor wrong."""
    spares: tuple[Truth, ...]
    whole: bool = False
    """Whether the truth is complete about all rules: any other high or medium finding is false."""
    app_type: str | None = None
    """The type that the check is told, ``T05``."""

    def names(self, rule: str) -> bool:
        """Whether the pair's truth speaks of a rule."""
        return any(truth.rule == rule for truth in (*self.finds, *self.may, *self.spares))


_APP_KEYS = frozenset({"asks", "reads", "holds", "target_sdk", "min_sdk", "boots"})
_PAIR_KEYS = frozenset({"id", "about", "finds", "may", "spares", "app_type", *_APP_KEYS})
_POLICY_KEYS = frozenset({"id", "text", "texts", "suffix", "app"})
_FILE_KEYS = frozenset({"about", "held_out", "whole", "policy"})


def read_pairs(folder: Path = FOLDER) -> tuple[Pair, ...]:
    """All pairs of a folder, in the order of its files. Raises PairError."""
    found: list[Pair] = []
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as file:
            content = tomllib.load(file)
        found.extend(_pairs_of(path.stem, content))
    ids = [pair.id for pair in found]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise PairError(f"used twice: {', '.join(twice)}")
    return tuple(found)


def _pairs_of(theme: str, content: Mapping[str, Any]) -> Iterator[Pair]:
    _known(theme, content, _FILE_KEYS)
    for policy in content["policy"]:
        _known(f"{theme}: {policy.get('id')}", policy, _POLICY_KEYS)
        texts = tuple(policy["texts"] if "texts" in policy else [policy["text"]])
        for app in policy["app"]:
            name = f"{policy['id']}/{app.get('id')}"
            _known(name, app, _PAIR_KEYS)
            yield Pair(
                id=name,
                about=app.get("about", ""),
                theme=theme,
                held_out=content.get("held_out", False),
                whole=content.get("whole", False),
                texts=texts,
                suffix=policy.get("suffix", ".txt"),
                app={key: value for key, value in app.items() if key in _APP_KEYS},
                finds=tuple(_truth(name, line) for line in app.get("finds", [])),
                may=tuple(_truth(name, line) for line in app.get("may", [])),
                app_type=app.get("app_type"),
                spares=tuple(_truth(name, line) for line in app.get("spares", [])),
            )


def _known(name: str, content: Mapping[str, Any], keys: frozenset[str]) -> None:
    unknown = sorted(set(content) - keys)
    if unknown:
        raise PairError(f"{name}: unknown keys {', '.join(unknown)}")


def _truth(name: str, line: str) -> Truth:
    parts = line.split()
    severity = parts.pop() if len(parts) > 2 and parts[-1] in SEVERITIES else None
    if len(parts) < 2:
        raise PairError(f"{name}: {line!r} is no rule with a subject")
    return Truth(parts[0], " ".join(parts[1:]), severity)
