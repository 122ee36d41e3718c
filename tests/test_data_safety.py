"""Google Play: the Data safety form as claims, and the profile that compares it with an app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apkcheck.check import check_app
from apkcheck.claims import extract_claims
from apkcheck.model import Claim, Report
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from tests.apps import MAIN, app

HEADER = (
    "Question ID (machine readable),Response ID (machine readable),Response value,"
    "Answer requirement,Human-friendly question label\n"
)
USAGE = "PSL_DATA_USAGE_RESPONSES:%s:%s,%s,true,MULTIPLE_CHOICE,x\n"


def ticked(category: str, data_type: str, value: str = "true", label: str = "x") -> str:
    return f"PSL_DATA_TYPES_{category},{data_type},{value},MULTIPLE_CHOICE,{label}\n"


IDS = ticked("IDENTIFIERS", "PSL_DEVICE_ID")


def claims_of(content: str | bytes, tables: Tables, folder: Path) -> tuple[Claim, ...]:
    path = folder / "form.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return extract_claims([read_policy(path, tables)], tables)


def said(claims: tuple[Claim, ...]) -> set[tuple[str, str]]:
    return {(c.subject, c.action.value) for c in claims if c.kind == "data"}


class TestReading:
    def test_a_type_that_is_ticked_is_collected(self, tables: Tables, tmp_path: Path) -> None:
        content = HEADER + ticked("CONTACTS", "PSL_CONTACTS")
        assert said(claims_of(content, tables, tmp_path)) == {("contacts", "collect")}

    @pytest.mark.parametrize("value", ["", "false", "FALSE"])
    def test_a_type_that_is_not_ticked_is_not(
        self, value: str, tables: Tables, tmp_path: Path
    ) -> None:
        content = HEADER + ticked("CONTACTS", "PSL_CONTACTS", value)
        assert claims_of(content, tables, tmp_path) == ()

    def test_usage_tells_sharing_and_purposes(self, tables: Tables, tmp_path: Path) -> None:
        handling = "PSL_DATA_USAGE_COLLECTION_AND_SHARING"
        content = (
            HEADER
            + ticked("CONTACTS", "PSL_CONTACTS", "TRUE")
            + USAGE % ("PSL_CONTACTS", handling, "PSL_DATA_USAGE_ONLY_SHARED")
            + USAGE % ("PSL_CONTACTS", "DATA_USAGE_SHARING_PURPOSE", "PSL_ADVERTISING")
        )
        (claim,) = claims_of(content, tables, tmp_path)
        assert (claim.subject, claim.action, claim.purposes) == ("contacts", "share", ("ads",))

    def test_offsets_point_at_the_row(self, tables: Tables, tmp_path: Path) -> None:
        row = ticked("CALENDAR", "PSL_CALENDAR", label='"Events, all\nof them ""here"""')
        content = HEADER + ticked("CONTACTS", "PSL_CONTACTS", "") + row + IDS
        claim = claims_of(content, tables, tmp_path)[0]
        assert claim.quote == content[claim.start : claim.end] == row.rstrip("\n")
        assert content[claim.surface_start : claim.surface_end] == claim.surface == "PSL_CALENDAR"

    def test_an_address_for_deleting_accounts_is_a_statement(
        self, tables: Tables, tmp_path: Path
    ) -> None:
        content = HEADER + "PSL_ACCOUNT_DELETION_URL,,https://example.com/delete,REQUIRED,x\n"
        (claim,) = claims_of(content, tables, tmp_path)
        assert (claim.kind, claim.subject) == ("statement", "cancellation")

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbf" + (HEADER + IDS).encode(),
            (HEADER + IDS).replace("\n", "\r\n").encode(),
            (HEADER + IDS).encode().rstrip(b"\n"),
            (HEADER + IDS + "\n\n,,,,\nPSL_BROKEN\n").encode(),
            (HEADER + IDS + 'PSL_X,"not closed').encode(),
        ],
    )
    def test_files_as_they_come(self, content: bytes, tables: Tables, tmp_path: Path) -> None:
        assert ("android_id", "collect") in said(claims_of(content, tables, tmp_path))


class TestProfile:
    def check(
        self, tables: Tables, folder: Path, form: str | None, lang: str = "en", **described: object
    ) -> Report:
        apk = folder / "app.apk"
        apk.write_bytes(app(**described))  # type: ignore[arg-type]
        policies = []
        if form is not None:
            policies.append(folder / "form.csv")
            policies[0].write_text(form, "utf-8")
        return check_app(apk, policies, tables, lang=lang, profile="gplay").report

    def test_what_code_reads_must_be_ticked(self, tables: Tables, tmp_path: Path) -> None:
        reads = {MAIN: ["android_id", "contacts"]}
        report = self.check(tables, tmp_path, HEADER + IDS, reads=reads)
        (finding,) = report.findings
        assert (finding.rule, finding.subject.id) == ("data-undisclosed", "contacts")
        assert {clause.id for clause in finding.clauses} == {"GP-DATA-SAFETY", "GP-USER-DATA"}

    def test_the_developer_answers_for_sdks(self, tables: Tables, tmp_path: Path) -> None:
        reads = {"com.igexin.push.Core": ["imei"]}
        assert self.check(tables, tmp_path, HEADER + IDS, reads=reads).findings == ()
        (finding,) = self.check(
            tables, tmp_path, HEADER + ticked("CONTACTS", "PSL_CONTACTS"), reads=reads
        ).findings
        assert (finding.rule, finding.subject.id) == ("data-undisclosed", "imei")

    def test_what_the_form_has_no_place_for_is_not_asked(
        self, tables: Tables, tmp_path: Path
    ) -> None:
        report = self.check(tables, tmp_path, HEADER + IDS, reads={MAIN: ["carrier"]})
        assert report.findings == ()

    def test_a_form_is_no_policy_that_lacks_parts(self, tables: Tables, tmp_path: Path) -> None:
        report = self.check(tables, tmp_path, HEADER + IDS)
        assert not {f.rule for f in report.findings} & {"retention-missing", "contact-missing"}

    def test_without_anything_the_form_is_missed(self, tables: Tables, tmp_path: Path) -> None:
        (finding,) = self.check(tables, tmp_path, None).findings
        assert finding.rule == "policy-missing"

    def test_the_report_is_of_the_profile(self, tables: Tables, tmp_path: Path) -> None:
        report = self.check(tables, tmp_path, HEADER + IDS)
        assert report.profile == "gplay"
        assert report.checklist == ()
        assert "data-safety-form" in {item.id for item in report.manual}
        assert "dual-lists" not in {item.id for item in report.manual}

    def test_every_rule_of_it_has_words_in_both_languages(self, tables: Tables) -> None:
        for row in tables.profiles["gplay"].values():
            assert row.title_en.isascii(), row.id
            assert not row.title_zh.isascii(), row.id
            assert all(clause.startswith("GP-") for clause in row.clauses)


def test_every_line_of_the_table_chooses_its_row(tables: Tables, tmp_path: Path) -> None:
    for row in tables.data_safety.values():
        if row.kind == "type":
            claims = claims_of(HEADER + row.example + "\n", tables, tmp_path)
            assert {c.subject for c in claims} == set(row.data_types), row.id


def test_the_json_of_a_form_is_that_of_any_policy(tables: Tables, tmp_path: Path) -> None:
    from apkcheck.check import tool_of
    from apkcheck.formats.json_report import claims_as_json

    path = tmp_path / "form.csv"
    path.write_text(HEADER + IDS, "utf-8")
    document = read_policy(path, tables)
    content = json.loads(
        claims_as_json([document], extract_claims([document], tables), tool_of(tables))
    )
    assert content["policies"][0]["text_kind"] == "file"
    assert content["claims"][0]["id"] == "c1"
