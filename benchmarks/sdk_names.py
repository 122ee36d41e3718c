"""How many of the names by which policies write SDKs the tables know.

    python benchmarks/sdk_names.py [LIST.json]

``sdk_names.json`` holds every name of a third-party SDK, product or service that stands in a list,
table or sentence about SDKs in one half of the 114 policies of CAPP-130 (CC BY 4.0), as it is
written there, with the hashes of the policies. It was made by hand. The half is drawn by hash: a
policy belongs to it if the first byte of the SHA-256 of its file's name is odd. The tables were
grown on the other half only, and the names of this half were first read when they were done.
Left out: names that only say what a thing does (人脸识别SDK), the app's own parts, file names.

A name is known if the recipients that claims find in it, standing alone, hold an SDK of the tables.
Rows with ``brand`` are brands alone (微信, 小米), as lists of game channels have them: the tables
take those for an account or a device unless a word beside them says otherwise, so they are counted
apart.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from apkcheck.claims import lexicon_of
from apkcheck.claims.recipients import RecipientFinder
from apkcheck.claims.sentences import sentences
from apkcheck.tables import load_tables
from apkcheck.text import densify

NAMES = Path(__file__).with_suffix(".json")


class Recognition:
    """Reads names with the shipped tables."""

    def __init__(self) -> None:
        self._tables = load_tables()
        self._lexicon = lexicon_of(self._tables, "zh")
        self._finder = RecipientFinder(self._tables, self._tables.zh, frozenset())

    def of(self, name: str) -> tuple[str, ...]:
        """The ids of the SDKs that a name means."""
        dense = densify(name)
        parts = sentences(dense, self._lexicon.tokens(dense), self._tables.zh)
        found = (recipient.id for part in parts for recipient in self._finder.find(part, name))
        return tuple(dict.fromkeys(sdk for sdk in found if sdk in self._tables.sdks))


def main(arguments: list[str]) -> int:
    """Prints how many names are known, and which are not."""
    rows = json.loads(Path(arguments[0] if arguments else NAMES).read_text(encoding="utf-8"))
    recognition = Recognition()
    for title, brand in (("names of products", False), ("brands alone", True)):
        names = [row["name"] for row in rows if row.get("brand", False) is brand]
        missed = [name for name in names if not recognition.of(name)]
        known = len(names) - len(missed)
        share = 100 * known / len(names) if names else 0
        sys.stdout.write(f"{title}: {known} of {len(names)} known, {share:.1f} %\n")
        sys.stdout.write("".join(f"  not known: {name}\n" for name in missed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
