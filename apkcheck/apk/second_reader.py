"""The reader of string pools for strings that Android itself would refuse: androguard's.

A name that was tampered with may still say what an older Android reads there, so it is not passed
over. androguard guesses more than Android does; its input is bounded here and its exceptions are
turned into ``ChunkError``.
"""

from __future__ import annotations

import importlib.util
import io
import struct
import sys

from loguru import logger

from apkcheck.apk.chunks import ChunkError


def _when_used(name: str) -> None:
    """Has a module run when something is asked of it, not when it is imported."""
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Found there, it is not looked for among the modules, which would ask it for its name.
    package, _, last = name.rpartition(".")
    setattr(sys.modules[package], last, module)


# The names of the platform's resources: a tenth of a second of parsing, and asked for by nothing
# that is called here.
_when_used("androguard.core.resources.public")

from androguard.core.axml import StringBlock  # noqa: E402

# androguard logs every oddity of a file; what matters is said by exceptions here.
logger.disable("androguard")

_POOL = struct.Struct("<HHI5I")
_CHUNK_HEADER = 8
_MOST_STRINGS = 1 << 21


class _Header:
    """The one attribute of a chunk header that androguard's reader of pools uses."""

    def __init__(self, size: int) -> None:
        self.size = size


class SecondReader:
    """The strings of a pool as androguard reads them; ``chunk`` is the whole pool.

    Raises:
        ChunkError: if it cannot read the pool.
    """

    def __init__(self, chunk: bytes) -> None:
        _, header, _, _, _, _, strings, _ = _POOL.unpack_from(chunk)
        # It takes the header to be as long as it mostly is, and counts strings by their offset.
        if header != _POOL.size or strings > _POOL.size + 4 * _MOST_STRINGS:
            raise ChunkError("the string pool has strings that cannot be read")
        stream = io.BytesIO(chunk)
        stream.seek(_CHUNK_HEADER)
        try:
            self._block = StringBlock(stream, _Header(len(chunk)))
        except Exception as error:
            raise ChunkError(f"the string pool cannot be read ({error})") from None

    def text(self, index: int) -> str:
        """The string; empty if there is none.

        Raises:
            ChunkError: if it cannot be read.
        """
        try:
            return str(self._block.getString(index))
        except Exception as error:
            raise ChunkError(f"string {index} cannot be read ({error})") from None
