"""A headless Chromium that tells what a page asked for and which errors it had."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest


class Browser:
    """One page in a window."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.log: list[dict[str, Any]] = []

    def count(self, selector: str) -> int:
        return len(self.driver.find_elements("css selector", selector))

    def click(self, selector: str) -> None:
        self.driver.execute_script("document.querySelector(arguments[0]).click()", selector)

    def type(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    def go(self, fragment: str) -> None:
        self.driver.execute_script("location.hash = arguments[0]", fragment)
        self.driver.execute_async_script("setTimeout(arguments[0], 50)")

    def settle(self) -> None:
        """Waits until smooth scrolling has come to its end."""
        self.driver.execute_async_script("setTimeout(arguments[0], 1500)")

    def hash(self) -> str:
        return str(self.driver.execute_script("return location.hash"))

    def in_view(self, selector: str) -> bool:
        script = """
          const done = arguments[1], part = document.querySelector(arguments[0]);
          const box = () => part.getBoundingClientRect();
          const seen = () => box().top < innerHeight && box().bottom > 0;
          let tries = 40;
          const look = () => seen() || !tries-- ? done(seen()) : setTimeout(look, 50);
          part ? look() : done(false);"""
        return bool(self.driver.execute_async_script(script, selector))

    def page_width(self) -> int:
        return int(self.driver.execute_script("return document.documentElement.scrollWidth"))

    def requests(self) -> list[str]:
        """Addresses asked for, without the fragment, in order and once each."""
        asked = [
            message["params"]["request"]["url"]
            for message in self._messages()
            if message["method"] == "Network.requestWillBeSent"
        ]
        return list(dict.fromkeys(urlsplit(url)._replace(fragment="").geturl() for url in asked))

    def errors(self) -> list[str]:
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]

    def _messages(self) -> list[dict[str, Any]]:
        self.log.extend(
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")
        )
        return self.log


@contextmanager
def open_page(file: Path, width: int, height: int = 900) -> Iterator[Browser]:
    """Opens a file; skips where Selenium, Chromium or its driver is missing."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = webdriver.ChromeService(executable_path=chromedriver)
    driver = webdriver.Chrome(options=options, service=service)
    try:
        # A window of a browser has a least width; the device's screen has not.
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        driver.get(file.as_uri())
        yield Browser(driver)
    finally:
        driver.quit()
