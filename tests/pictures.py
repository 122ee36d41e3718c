"""The pictures of the README: the demo's page, as a browser shows it.

``python -m tests.pictures`` renews them; needs Chromium and its driver.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from apkcheck.check import check_app
from apkcheck.tables import load_tables
from fixtures import demo
from tests.browser import Browser, open_page
from tests.rendering import render

FOLDER = Path(__file__).parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1000, 820


def renew() -> None:
    """Takes both pictures: the head of the report, and a passage that a finding leads to."""
    report = check_app(demo.APK, [demo.POLICY], load_tables()).report
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(render("html", report), "utf-8")
        with open_page(page, WIDTH, HEIGHT) as browser:
            _picture(browser, "report.png")
            tied = next(f for f in report.findings if f.claims)
            browser.go(f"#{tied.claims[0]}")
            assert browser.in_view("mark.here")
            browser.click("mark.here")
            browser.settle()
            _picture(browser, "policy.png")


def _picture(browser: Browser, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    browser.driver.save_screenshot(str(FOLDER / name))


if __name__ == "__main__":
    renew()
