"""Real policies: nothing crashes, every claim rests on its words, and the gold is met.

The policies and the gold are not part of this project. ``APKCHECK_CORPORA`` names their folder:
``seeds/`` holds three policies, two with hand-made gold; ``capp130/policies/`` those of CAPP-130.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apkcheck.claims import extract_claims
from apkcheck.model import Claim, ClaimKind, Document, Grade, Platform
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from apkcheck.text import fold
from tests.conftest import Apkcheck

pytestmark = pytest.mark.corpora

GOLD = {
    "000_11747fef0ccb1f29.txt": "000_jinquan.json",
    "002_c32fea7e34e053e7.txt": "002_mianju.json",
}
HEADINGS = {"pi", "sensitive_pi"}
"""Types that cover nothing: they are no part of the figures."""


@pytest.fixture(scope="module")
def policies(corpora: Path, tables: Tables) -> list[Document]:
    paths = [*corpora.glob("seeds/*.txt"), *corpora.glob("capp130/policies/*.txt")]
    return [read_policy(path, tables) for path in sorted(paths)]


@pytest.fixture(scope="module")
def claims(policies: list[Document], tables: Tables) -> list[tuple[Claim, ...]]:
    return [extract_claims([policy], tables) for policy in policies]


class TestAllPolicies:
    def test_there_are_three_seeds_and_114_of_capp130(self, policies: list[Document]) -> None:
        assert len(policies) == 3 + 114

    def test_all_are_read_as_the_chinese_text_of_their_files(
        self, policies: list[Document]
    ) -> None:
        for policy in policies:
            assert policy.text == Path(policy.path).read_bytes().decode("utf-8-sig")
            assert policy.language == "zh"

    def test_every_claim_quotes_the_words_that_it_rests_on(
        self, policies: list[Document], claims: list[tuple[Claim, ...]]
    ) -> None:
        for policy, found in zip(policies, claims, strict=True):
            for claim in found:
                assert policy.text[claim.start : claim.end] == claim.quote
                assert claim.surface in claim.quote

    def test_every_subject_is_known_and_graded_as_it_may_be(
        self, claims: list[tuple[Claim, ...]], tables: Tables
    ) -> None:
        for claim in (claim for found in claims for claim in found):
            if claim.kind is ClaimKind.DATA:
                leaf = tables.data_types[claim.subject].kind == "leaf"
                assert leaf or claim.grade is not Grade.EXPLICIT
            if claim.kind is ClaimKind.PERMISSION:
                assert claim.subject in tables.permissions

    def test_every_policy_declares_data(self, claims: list[tuple[Claim, ...]]) -> None:
        for found in claims:
            declared = {c.subject for c in found if c.grade in (Grade.EXPLICIT, Grade.UMBRELLA)}
            assert len(declared) >= 10

    def test_the_same_policy_gives_the_same_claims(
        self, policies: list[Document], claims: list[tuple[Claim, ...]], tables: Tables
    ) -> None:
        for policy, found in zip(policies[::4], claims[::4], strict=True):
            assert extract_claims([policy], tables) == found

    def test_every_process_prints_the_same_bytes(self, corpora: Path, apkcheck: Apkcheck) -> None:
        seeds = sorted(corpora.glob("seeds/*.txt"))
        runs = [
            apkcheck("policy", *seeds, "--format", "json", PYTHONHASHSEED=seed) for seed in "12"
        ]
        assert runs[0] == runs[1]
        assert (runs[0].code, len(json.loads(runs[0].out)["policies"])) == (0, 3)


@pytest.mark.parametrize("name", GOLD)
class TestGold:
    @pytest.fixture
    def gold(self, name: str, corpora: Path) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((corpora / "seeds" / GOLD[name]).read_text("utf-8"))
        return found

    @pytest.fixture
    def found(self, name: str, corpora: Path, tables: Tables) -> tuple[Claim, ...]:
        return extract_claims([read_policy(corpora / "seeds" / name, tables)], tables)

    def test_declared_data_types_reach_an_f1_of_095(
        self, gold: dict[str, Any], found: tuple[Claim, ...], tables: Tables
    ) -> None:
        foreign = {t.id for t in tables.data_types.values() if t.platform is Platform.IOS}
        right = {
            item["pi"]
            for item in gold["data_items"]
            if item["status"] in ("collect", "share", "use")
        }
        ours = {
            claim.subject
            for claim in found
            if claim.kind is ClaimKind.DATA and claim.grade in (Grade.EXPLICIT, Grade.UMBRELLA)
        }
        right, ours = right - HEADINGS - foreign, ours - HEADINGS - foreign
        missing, extra = sorted(right - ours), sorted(ours - right)
        f1 = 2 * len(right & ours) / (len(right) + len(ours))
        assert f1 >= 0.95, f"missing {missing}, extra {extra}"

    def test_permissions_that_are_asked_for_are_found(
        self, gold: dict[str, Any], found: tuple[Claim, ...]
    ) -> None:
        right = {name for item in gold["permissions"] for name in item["android"]}
        ours = {c.subject.rpartition(".")[2] for c in found if c.kind is ClaimKind.PERMISSION}
        assert right <= ours

    def test_every_named_recipient_is_found(
        self, gold: dict[str, Any], found: tuple[Claim, ...], tables: Tables
    ) -> None:
        ours = [c for c in found if c.kind is ClaimKind.RECIPIENT and c.named]
        for item in gold["recipients"]:
            if item["named"]:
                assert any(names(claim, item["name"], tables) for claim in ours), item["name"]


def names(claim: Claim, name: str, tables: Tables) -> bool:
    """Whether a claim is about the recipient that the gold names."""
    sdk = tables.sdks.get(claim.subject)
    words = (claim.surface, claim.subject, *((sdk.name, sdk.vendor, *sdk.names) if sdk else ()))
    wanted = fold(name)
    return any(fold(word) in wanted or wanted in fold(word) for word in words)
