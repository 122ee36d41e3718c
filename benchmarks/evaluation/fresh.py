"""What sixteen policies declare that the tool was not built beside: CAPP-130 (CC BY 4.0).

``fresh.json`` holds labels that were set by hand, from the whole text, before the tool was run on
it; of the text itself there is nothing but names of recipients. Drawn by SHA-256 of
``apkcheck-fresh-1`` and the file's name among the policies of 5,000 to 16,000 characters whose
names no test or document speaks of, in that order; one that shares half of its longer lines with
one drawn before was skipped. Two halves by another hash: rules and words may be mended by looking
at ``dev``, never at ``held``, of which only the totals were looked at. One annotator; words of the
tables and the model of topics were learnt from all policies of the corpus, so they are fresh to the
rules of reading, not to the dictionary.

- *types*: data that the policy says is collected, used or shared, by whatever party, as for seeds;
  identifiers that are stated for iOS alone, and the headings, are left out.
- *open*: where two careful readers may differ; neither right nor wrong.
- *elsewhere*: types that only definitions, rights, security or denials mention.
- *permissions*: what the policy asks for, by the short names, compared per group as for seeds.
- *recipients*: companies and SDKs to whom data goes by name; accounts that one may log in with are
  *open*. ``types`` are those that the policy says of this recipient.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from apkcheck.claims import extract_claims
from apkcheck.model import Claim, ClaimKind, Grade, Platform
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from benchmarks.evaluation.figures import Counts, line, of_sets
from benchmarks.evaluation.seeds import ASSERTED, HEADINGS, is_named, label_groups

LABELS = Path(__file__).with_suffix(".json")
HALVES = ("dev", "held")

Row = Mapping[str, Any]


def measure(corpora: Path, tables: Tables) -> Iterator[str]:
    """Figures of each half, all its policies together."""
    pooled: dict[str, dict[str, list[Counts]]] = {half: {} for half in HALVES}
    for row, path in labelled(corpora):
        for name, units in figures(row, claims_of(path, tables), tables):
            pooled[row["half"]].setdefault(name, []).extend(units)
    for half, measures in pooled.items():
        for name, units in measures.items():
            yield line(f"{half:4} {name}", units)


def labelled(corpora: Path) -> Iterator[tuple[Row, Path]]:
    """Each row with its policy; a policy that is gone or changed is an error."""
    policies = sorted((corpora / "capp130" / "policies").glob("*.txt"))
    paths = {hashlib.sha256(path.read_bytes()).hexdigest()[:16]: path for path in policies}
    for row in json.loads(LABELS.read_text("utf-8")):
        if row["policy"] not in paths:
            raise ValueError(f"no policy has the hash {row['policy']} that was labelled")
        yield row, paths[row["policy"]]


def claims_of(path: Path, tables: Tables) -> tuple[Claim, ...]:
    """The claims of one policy, read alone."""
    return extract_claims([read_policy(path, tables)], tables)


def figures(
    row: Row, claims: tuple[Claim, ...], tables: Tables
) -> Iterator[tuple[str, list[Counts]]]:
    """Each measure of one policy with its units."""
    types = types_of(claims, tables)
    yield "types", of_sets(set(row["types"]), types - set(row.get("open", ())))
    yield "types only elsewhere", [Counts(extra=1)] * len(types & set(row.get("elsewhere", ())))
    yield "permissions", of_sets(*permissions_of(row, claims, tables))
    yield "recipients", list(_recipients(row, claims, tables))
    yield "types per recipient", list(_types_per_recipient(row, claims, tables))


def types_of(claims: Iterable[Claim], tables: Tables) -> set[str]:
    """The data types that claims declare."""
    ios = {t.id for t in tables.data_types.values() if t.platform is Platform.IOS}
    data = (c for c in claims if c.kind is ClaimKind.DATA and c.grade in ASSERTED)
    return {claim.subject for claim in data if claim.platform is not Platform.IOS} - HEADINGS - ios


def permissions_of(row: Row, claims: Iterable[Claim], tables: Tables) -> tuple[set[str], set[str]]:
    """Labelled and found groups of permissions, without those that are open."""
    group = label_groups(tables)
    asked = {
        claim.subject.rpartition(".")[2]
        for claim in claims
        if claim.kind is ClaimKind.PERMISSION
        and claim.grade is Grade.EXPLICIT
        and claim.platform is not Platform.IOS
    }
    right, left_out = (
        {group.get(name, name) for name in row.get(key, ())}
        for key in ("permissions", "open_permissions")
    )
    return right, {group.get(name, name) for name in asked} - (left_out - right)


def _recipients(row: Row, claims: Iterable[Claim], tables: Tables) -> Iterator[Counts]:
    found = {c.subject: c for c in claims if c.kind is ClaimKind.RECIPIENT and c.named}
    spoken_of = {
        s for s, c in found.items() if _any_name(c, row.get("open_recipients", ()), tables)
    }
    for recipient in row.get("recipients", ()):
        names = {s for s, claim in found.items() if _any_name(claim, recipient["names"], tables)}
        spoken_of |= names
        yield Counts(right=bool(names), missing=not names)
    yield from (Counts(extra=1) for _ in found.keys() - spoken_of)


def _any_name(claim: Claim, names: Iterable[str], tables: Tables) -> bool:
    return any(is_named(claim.surface, claim.subject, name, tables) for name in names)


def _types_per_recipient(row: Row, claims: tuple[Claim, ...], tables: Tables) -> Iterator[Counts]:
    for recipient in (r for r in row.get("recipients", ()) if r.get("types")):
        own = [
            claim
            for claim in claims
            if any(is_named(claim.party, claim.party, name, tables) for name in recipient["names"])
        ]
        left_out = set(recipient.get("open", ()))
        yield from of_sets(set(recipient["types"]), types_of(own, tables) - left_out)
