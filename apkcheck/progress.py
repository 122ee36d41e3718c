"""What is being done, on a terminal, once it takes longer than anybody likes to wait in doubt."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self, TextIO

_CLEAR = "\r\x1b[K"
_EVERY = 0.5
"""Seconds between two looks at the clock."""


class Progress:
    """Shows the present step and how long it has taken; takes it back at the end.

    Nothing is ever written to what is no terminal, nor before ``patience`` seconds.
    """

    def __init__(self, stream: TextIO, width: int = 80, patience: float = 1.0) -> None:
        self._stream, self._width, self._patience = stream, width, patience
        self._step = ""
        self._shown = False
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, step: str) -> None:
        """Says what is done from now on."""
        self._step = step

    def __enter__(self) -> Self:
        if self._stream.isatty():
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._shown:
            self._write(_CLEAR)

    def _watch(self) -> None:
        began = time.monotonic()
        wait = self._patience
        while not self._done.wait(wait):
            seconds = time.monotonic() - began
            self._write(_CLEAR + self._line(int(seconds)))
            self._shown = True
            wait = min(_EVERY, self._patience)

    def _line(self, seconds: int) -> str:
        """At most one line: whatever is not printable in a name is left out."""
        # Needed only once there is something to show.
        from wcwidth import wcwidth

        end = f" … {seconds} s"
        room = self._width - len(end) - 1
        shown = ""
        for char in f"apkcheck: {self._step}":
            if char.isprintable():
                room -= max(wcwidth(char), 0)
                if room < 0:
                    break
                shown += char
        return shown + end

    def _write(self, text: str) -> None:
        """A terminal that went away is no reason to stop the work."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._done.set()
