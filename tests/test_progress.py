"""Progress: seen on a terminal after a while, and nowhere else."""

from __future__ import annotations

import io
import re
import time

import pytest
from wcwidth import wcswidth

from apkcheck.progress import Progress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> list[str]:
    """What stood in the line, one after the other; the last is what is left of it."""
    return stream.getvalue().split("\r\x1b[K")[1:]


def wait_for(stream: io.StringIO, text: str) -> None:
    until = time.monotonic() + 20
    while text not in stream.getvalue():
        assert time.monotonic() < until, f"{text!r} was never shown"
        time.sleep(0.01)


def test_a_long_step_is_shown_and_taken_back() -> None:
    stream = Terminal()
    with Progress(stream, patience=0.01) as progress:
        progress("reading app.apk")
        wait_for(stream, "reading app.apk … 0 s")
        progress("comparing")
        wait_for(stream, "comparing")
    assert shown(stream)[-1] == ""


def test_what_is_done_soon_is_not_shown() -> None:
    stream = Terminal()
    with Progress(stream, patience=60) as progress:
        progress("reading app.apk")
    assert stream.getvalue() == ""


def test_nothing_is_written_to_what_is_no_terminal() -> None:
    stream = io.StringIO()
    with Progress(stream, patience=0.001) as progress:
        progress("reading app.apk")
        time.sleep(0.1)
    assert stream.getvalue() == ""


def test_the_line_is_taken_back_before_an_error() -> None:
    stream = Terminal()

    def fail() -> None:
        with Progress(stream, patience=0.01) as progress:
            progress("reading app.apk")
            wait_for(stream, "reading")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert shown(stream)[-1] == ""


def test_a_long_or_hostile_name_stays_in_one_line() -> None:
    stream = Terminal()
    with Progress(stream, width=40, patience=0.01) as progress:
        progress("reading \x1b[2J\u202e" + "长" * 1_000 + "\n")
        wait_for(stream, " s")
    for line in shown(stream):
        assert wcswidth(line) <= 39
        assert not re.search("[\x00-\x1f\u202e]", line)
