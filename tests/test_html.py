"""The page: complete in itself, inert whatever it shows, claims and findings lead to each other."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from apkcheck.check import check_app
from apkcheck.formats.highlighting import Mark, Note, highlighted
from apkcheck.formats.inert import inert
from apkcheck.model import Report
from apkcheck.tables import Tables
from fixtures import demo
from tests.rendering import render

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202eevil\u0000\u200b\ud800{{ 7*7 }}"
)


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request: pytest.FixtureRequest, tables: Tables) -> Report:
    """The demo's, in each language."""
    return check_app(demo.APK, [demo.POLICY], tables, lang=request.param).report


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render("html", report)


def parsed(page: str) -> Any:
    return html.document_fromstring(page.encode("utf-8", "backslashreplace"))


def visible(element: Any) -> str:
    return "".join(element.itertext())


# -- what it shows --------------------------------------------------------------------------------


def test_every_finding_stands_in_the_page_with_its_message_and_remedy(
    report: Report, page: str
) -> None:
    tree = parsed(page)
    for finding in report.findings:
        (article,) = tree.xpath(f"//article[@id='f-{finding.id}']")
        text = visible(article)
        assert finding.title in text
        assert finding.message in text
        assert finding.remedy in text
        assert article.get("data-severity") == finding.severity


def test_every_link_inside_the_page_leads_somewhere(page: str) -> None:
    tree = parsed(page)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in tree.xpath("//@href")}
    assert targets
    assert targets <= set(ids)


def test_claims_lead_to_their_findings_and_back(report: Report, page: str) -> None:
    tree = parsed(page)
    tied = [(claim, finding) for finding in report.findings for claim in finding.claims]
    assert tied
    for claim, finding in tied:
        (anchor,) = tree.xpath(f"//a[@id='{claim}']")
        document = anchor.getparent()
        assert document is not None
        marks = [m for m in tree.xpath("//mark") if claim in m.get("data-claims", "").split()]
        assert marks
        rows = tree.xpath(f"//tr[@data-claim='{claim}']//a/@href")
        assert f"#f-{finding.id}" in rows
    for finding in report.findings:
        passages = {(c.start, c.end) for c in report.claims if c.id in finding.claims}
        links = tree.xpath(f"//article[@id='f-{finding.id}']//blockquote/a/@href")
        assert len(links) == len(passages)


def test_every_clause_that_is_cited_is_listed_once(report: Report, page: str) -> None:
    cited = {clause.id for finding in report.findings for clause in finding.clauses}
    heads = parsed(page).xpath("//section[@id='clauses']//dt")
    assert sorted(visible(head).split()[0] for head in heads) == sorted(cited)


def test_the_checklist_stands_in_the_page_and_leads_to_its_findings(
    report: Report, page: str
) -> None:
    rows = parsed(page).xpath("//section[@id='checklist']//tbody/tr")
    assert len(rows) == len(report.checklist) > 0
    for item, row in zip(report.checklist, rows, strict=True):
        assert item.text in visible(row)
        assert item.reason in visible(row)
        links = row.xpath(".//a/@href")
        assert links[: len(item.findings)] == [f"#f-{finding}" for finding in item.findings]


def test_the_text_of_the_policy_is_shown_unchanged(report: Report, page: str) -> None:
    shown = [
        visible(line).strip()
        for line in parsed(re.sub(r'<a class="ref.*?</a>|<a class="line.*?</a>', "", page)).xpath(
            "//div[@class='document']/p"
        )
    ]
    text = report.policies[0].text
    assert shown == [line.strip() for line in text.split("\n") if line.strip()]


def test_the_same_report_gives_the_same_page(report: Report, page: str) -> None:
    assert render("html", report) == page


# -- what it must not do --------------------------------------------------------------------------


def test_the_page_asks_for_nothing_from_outside(page: str) -> None:
    tree = parsed(page)
    assert not tree.xpath("//@src | //link | //iframe | //object | //embed | //base")
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    assert not re.search(r"url\(|@import", page)
    assert not tree.xpath("//@style")
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def hostile(report: Report) -> Report:
    """The report with the same harmful name wherever a stranger may choose one."""
    evidence = report.evidence
    return replace(
        report,
        app=replace(report.app, label=HOSTILE * 100, package=HOSTILE, version_name=HOSTILE),
        policies=tuple(
            replace(p, title=HOSTILE, path=HOSTILE, text=HOSTILE + p.text[len(HOSTILE) :])
            for p in report.policies
        ),
        evidence=replace(
            evidence,
            api_calls=tuple(
                replace(c, caller_class=HOSTILE, caller_method=HOSTILE, dex=HOSTILE)
                for c in evidence.api_calls
            ),
            permissions=tuple(replace(p, name=HOSTILE) for p in evidence.permissions),
        ),
        claims=tuple(replace(c, surface=HOSTILE, quote=HOSTILE) for c in report.claims),
        findings=tuple(
            replace(f, message=HOSTILE, subject=replace(f.subject, id=HOSTILE, name=HOSTILE))
            for f in report.findings
        ),
    )


def test_hostile_names_are_inert(report: Report) -> None:
    page = render("html", hostile(report))
    tree = parsed(page)
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//img | //@onerror")
    assert not re.search("[\u0000\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    assert "\\u202e" in page
    assert "{{ 7*7 }}" in page
    assert max(len(visible(h)) for h in tree.xpath("//h1")) < 200


# -- highlighting ---------------------------------------------------------------------------------

places = st.integers(min_value=0, max_value=60)


@settings(deadline=None)  # the machine may be busy with other things
@given(
    text=st.text(alphabet="甲乙<&\n a", max_size=60),
    spans=st.lists(st.tuples(places, places), max_size=8),
)
def test_whatever_is_marked_the_text_stays_and_marks_cover_what_they_should(
    text: str, spans: list[tuple[int, int]]
) -> None:
    inside = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in spans]
    note = Note("f", "1", "s", "title")
    marks = [Mark(a, b, f"m{n}", "t", n, (note,)) for n, (a, b) in enumerate(inside)]
    lines = {line.number: line.html for line in highlighted(text, marks)}
    for number, line in enumerate(text.split("\n"), 1):
        assert (number in lines) == bool(line.strip())
        if number not in lines:
            continue
        start = sum(len(before) + 1 for before in text.split("\n")[: number - 1])
        tree: Any = html.fromstring(f"<p>{lines[number]}</p>")
        for link in tree.xpath("//a[@class='ref s']"):
            link.text = ""
        assert visible(tree) == line
        for n, (a, b) in enumerate(inside):
            covered = "".join(
                visible(m) for m in tree.xpath("//mark") if f"m{n}" in m.get("data-claims").split()
            )
            assert covered == text[max(a, start) : min(b, start + len(line))]


def test_what_turns_the_direction_of_writing_is_shown_as_its_code() -> None:
    assert inert("a\u202eb\u200bc\td\u3000e\ue000") == "a\\u202eb\\u200bc\td\u3000e\\ue000"
    assert inert("好" * 500, 10) == "好" * 9 + "…"


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_browser_filters_follows_links_and_asks_for_nothing(
    report: Report, page: str, tmp_path: Path
) -> None:
    from tests.browser import open_page

    file = tmp_path / "report.html"
    file.write_text(page, "utf-8")
    with open_page(file, width=1200) as browser:
        assert browser.count("article.finding:not([hidden])") == len(report.findings)
        browser.click("input[value=info]")
        quiet = sum(f.severity == "info" for f in report.findings)
        assert quiet
        assert browser.count("article.finding:not([hidden])") == len(report.findings) - quiet

        tied = next(f for f in report.findings if f.claims and f.severity != "info")
        browser.click(f"#f-{tied.id} blockquote a")
        assert browser.hash() == f"#{tied.claims[0]}"
        assert browser.in_view("mark.here")
        browser.click("mark.here")
        assert browser.count("#panel:not([hidden]) tbody tr") > 0

        hidden = next(f for f in report.findings if f.claims and f.severity == "info")
        assert browser.count(f"#f-{hidden.id}[hidden]") == 1
        browser.go(f"#f-{hidden.id}")
        assert browser.count(f"#f-{hidden.id}:not([hidden])") == 1
        assert browser.in_view(f"#f-{hidden.id}")

        browser.type("input[type=search]", report.findings[0].rule)
        shown = browser.count("article.finding:not([hidden])")
        assert shown == sum(f.rule == report.findings[0].rule for f in report.findings)
        assert browser.requests() == [file.as_uri()]
        assert browser.errors() == []


@pytest.mark.browser
def test_on_a_phone_nothing_is_wider_than_the_screen(page: str, tmp_path: Path) -> None:
    from tests.browser import open_page

    file = tmp_path / "report.html"
    file.write_text(page, "utf-8")
    with open_page(file, width=390) as browser:
        assert browser.page_width() <= 390


@pytest.mark.browser
def test_hostile_names_run_nothing_in_a_browser(report: Report, tmp_path: Path) -> None:
    from tests.browser import open_page

    file = tmp_path / "report.html"
    file.write_text(render("html", hostile(report)), "utf-8")
    with open_page(file, width=1200) as browser:
        assert browser.requests() == [file.as_uri()]
        assert browser.errors() == []


@pytest.mark.browser
def test_the_browser_test_would_see_a_request_and_an_error(tmp_path: Path) -> None:
    from tests.browser import open_page

    file = tmp_path / "bad.html"
    file.write_text("<img src='missing.png'><script>throw new Error('x')</script>", "utf-8")
    with open_page(file, width=800) as browser:
        assert len(browser.requests()) == 2
        assert browser.errors()
