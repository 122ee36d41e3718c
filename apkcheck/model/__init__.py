"""The frozen vocabulary: what evidence, claims, findings and reports are made of.

Everything here is immutable and knows nothing of files, tables or third parties. The names and the
values of the enumerations are those of the JSON report, which other people's scripts rely on.
A scalar that is missing or could not be resolved is ``None``, never ``""``.

All names are imported from here. The part that holds one is loaded when the name is first asked
for: a frozen class takes a millisecond to make, and most commands need only a few of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apkcheck.model.catalogue import *  # noqa: F403
    from apkcheck.model.claims import *  # noqa: F403
    from apkcheck.model.evidence import *  # noqa: F403
    from apkcheck.model.findings import *  # noqa: F403
    from apkcheck.model.kinds import *  # noqa: F403
    from apkcheck.model.report import *  # noqa: F403
    from apkcheck.model.tool import *  # noqa: F403

_PARTS = ("kinds", "tool", "claims", "evidence", "findings", "catalogue", "report")
"""The modules of this package, what most commands need first."""


if not TYPE_CHECKING:  # What a type checker sees are the imports above, and no other name.

    def __getattr__(name: str) -> Any:
        if not name.startswith("_"):
            for part in _PARTS:
                held = vars(importlib.import_module(f"{__name__}.{part}"))
                if name in held:
                    globals()[name] = held[name]
                    return held[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
