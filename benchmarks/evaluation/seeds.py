"""Three seed policies, two of them with hand-made gold: ``seeds/*.txt``, ``seeds/*.json``.

Types are the set of ``pi`` over items of status collect, share or use, without headings
(``pi``, ``sensitive_pi``) and identifiers of iOS. Permissions are compared per group of those that
one label covers (存储权限). Named recipients match by SDK or name, unnamed categories by overlap of
their quotes. A claim about data matches a gold item of its type whose surface it overlaps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from apkcheck.claims import extract_claims
from apkcheck.model import FIRST_PARTY, Claim, ClaimKind, Grade, Platform
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from apkcheck.text import fold
from benchmarks.evaluation.figures import Counts, line, of_sets

HEADINGS = {"pi", "sensitive_pi"}
_DECLARED = ("collect", "share", "use")
ASSERTED = (Grade.EXPLICIT, Grade.UMBRELLA)
"""Grades of what a policy declares."""


def measure(corpora: Path, tables: Tables) -> Iterator[str]:
    """Figures of each seed that has gold, and of all together."""
    pooled: dict[str, list[Counts]] = {}
    for path in sorted((corpora / "seeds").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        policy = read_policy(path.with_name(gold["meta"]["file"]), tables)
        claims = extract_claims([policy], tables)
        for name, units in _figures(gold, claims, tables):
            yield line(f"{path.stem} {name}", units)
            pooled.setdefault(name, []).extend(units)
    for name, units in pooled.items():
        yield line(f"all {name}", units)


def _figures(
    gold: dict[str, Any], claims: tuple[Claim, ...], tables: Tables
) -> Iterator[tuple[str, list[Counts]]]:
    data = [c for c in claims if c.kind is ClaimKind.DATA and c.grade in ASSERTED]
    items = [item for item in gold["data_items"] if item["status"] in _DECLARED]
    left_out = HEADINGS | {t.id for t in tables.data_types.values() if t.platform is Platform.IOS}
    right = {item["pi"] for item in items} - left_out
    yield "types", of_sets(right, {claim.subject for claim in data} - left_out)
    yield "permissions", of_sets(*_permissions(gold, claims, tables))
    yield "named recipients", list(_named(gold, claims, tables))
    yield "categories (recall)", list(_categories(gold, claims))
    items = [item for item in items if item["pi"] not in left_out]
    data = [claim for claim in data if claim.subject not in left_out]
    yield "data claims", _matched(items, data, tables, with_party=False)
    yield "data claims with party", _matched(items, data, tables, with_party=True)


def _permissions(
    gold: dict[str, Any], claims: Iterable[Claim], tables: Tables
) -> tuple[set[str], set[str]]:
    group = label_groups(tables)
    right = {name for item in gold["permissions"] for name in item["android"]}
    found = {
        claim.subject.rpartition(".")[2]
        for claim in claims
        if claim.kind is ClaimKind.PERMISSION and claim.grade is Grade.EXPLICIT
    }
    return {group.get(name, name) for name in right}, {group.get(name, name) for name in found}


def label_groups(tables: Tables) -> dict[str, str]:
    """Permissions that some label covers together, each with the first of its group."""
    group: dict[str, str] = {}
    for label in sorted(tables.permission_labels.values(), key=lambda row: row.id):
        names = [name.rpartition(".")[2] for name in label.covers]
        joined = {group.get(name, name) for name in names}
        for name in (*names, *(n for n, first in group.items() if first in joined)):
            group[name] = min(joined)
    return group


def _named(gold: dict[str, Any], claims: Iterable[Claim], tables: Tables) -> Iterator[Counts]:
    found = {c.subject: c for c in claims if c.kind is ClaimKind.RECIPIENT and c.named}
    matched: set[str] = set()
    for item in (item for item in gold["recipients"] if item["named"]):
        names = {s for s, c in found.items() if is_named(c.surface, s, item["name"], tables)}
        matched |= names
        yield Counts(right=bool(names), missing=not names)
    for _ in found.keys() - matched:
        yield Counts(extra=1)


def is_named(surface: str, subject: str, name: str, tables: Tables) -> bool:
    """Whether a recipient, as it is written or by its SDK, is the one that the gold names so."""
    sdk = tables.sdks.get(subject)
    words = (surface, subject, *((sdk.name, *sdk.names) if sdk else ()))
    return any(fold(word) in fold(name) or fold(name) in fold(word) for word in words)


def _categories(gold: dict[str, Any], claims: Iterable[Claim]) -> Iterator[Counts]:
    found = [c for c in claims if c.kind is ClaimKind.RECIPIENT and not c.named]
    for item in (item for item in gold["recipients"] if not item["named"]):
        met = any(c.start < item["end"] and item["start"] < c.end for c in found)
        yield Counts(right=met, missing=not met)


def _matched(
    items: list[dict[str, Any]], claims: list[Claim], tables: Tables, *, with_party: bool
) -> list[Counts]:
    """Items and claims of one type at one place, each used once."""
    free = list(claims)
    units = []
    for item in items:
        match = next((c for c in free if _fits(item, c, tables, with_party)), None)
        if match is not None:
            free.remove(match)
        units.append(Counts(right=match is not None, missing=match is None))
    places = [(item["surface_start"], item["surface_end"], item["pi"]) for item in items]
    repeated = [c for c in free if any(_at(c, *place) for place in places)]
    return units + [Counts(extra=1)] * (len(free) - (0 if with_party else len(repeated)))


def _fits(item: dict[str, Any], claim: Claim, tables: Tables, with_party: bool) -> bool:
    if not _at(claim, item["surface_start"], item["surface_end"], item["pi"]):
        return False
    return not with_party or _party_fits(item["party"], claim, tables)


def _at(claim: Claim, start: int, end: int, data_type: str) -> bool:
    overlaps = claim.surface_start < end and start < claim.surface_end
    return claim.subject == data_type and overlaps


def _party_fits(party: str, claim: Claim, tables: Tables) -> bool:
    """``third:友盟+``, ``first->third:…``; an unnamed party is the first party's business."""
    name = party.rpartition("third:")[2] if "third:" in party else ""
    if not name or "未具名" in name:
        return claim.party == FIRST_PARTY
    sdk = tables.sdks.get(claim.party)
    words = (claim.party, *((sdk.name, *sdk.names) if sdk else ()))
    return any(fold(word) in fold(name) or fold(name) in fold(word) for word in words)
