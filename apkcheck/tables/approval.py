"""Remembers which tables were found valid, so that they need not be checked at every start.

What is remembered is one empty file, named by a digest of the tables and of the code that checks
them; so it can be stale for neither. It holds no data: rows are always read from the tables
themselves, and whoever could write such a file could only make an invalid table pass unchecked.
Where the folder cannot be read or written, tables are checked each time.

A wheel brings the approval of its own tables along, made when it is built (``setup.py``), so that
not even the first start has to check them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

SHIPPED = Path(__file__).with_name("approved")
"""The approval that a wheel brings along; there is none in a checkout."""

KEPT = 50
"""So many are kept, the latest; each change of a table leaves one behind."""


def key_of(digest: str) -> str | None:
    """Names the approval of tables by this code; None if the code cannot be read as files."""
    code = hashlib.sha256(digest.encode())
    try:
        here = Path(__file__).parent
        for path in (*sorted(here.glob("*.py")), here.parent / "terms.py"):
            code.update(path.read_bytes())
    except OSError:
        return None
    return code.hexdigest()


def is_approved(key: str | None) -> bool:
    """Whether these tables were found valid before, here or where the wheel was built."""
    if key is None:
        return False
    with contextlib.suppress(OSError):
        if SHIPPED.read_text("ascii", "replace").strip() == key:
            return True
    folder = _folder()
    return folder is not None and (folder / key).is_file()


def ship(key: str | None) -> None:
    """Writes the approval down beside this module, for a wheel that is being built.

    Raises:
        OSError: if it cannot be written.
    """
    if key is not None:
        SHIPPED.write_text(f"{key}\n", "ascii")


def approve(key: str | None) -> None:
    """Remembers that these tables are valid, if that can be written down at all."""
    folder = _folder()
    if key is None or folder is None:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / key).touch()
        for old in sorted(folder.iterdir(), key=lambda p: -p.stat().st_mtime)[KEPT:]:
            old.unlink()


def _folder() -> Path | None:
    """A folder for what programs keep for a user; None if there is none."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    except RuntimeError:
        return None
    return base / "apkcheck" / "approved-tables" if base.is_absolute() else None
