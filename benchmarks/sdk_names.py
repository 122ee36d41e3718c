"""How many of the names by which policies write SDKs the tables know.

    python benchmarks/sdk_names.py [LIST.json]

``sdk_names.json`` holds every name of a third-party SDK, product or service that stands in a list,
table or sentence about SDKs in one half of the 114 policies of CAPP-130 (CC BY 4.0), as it is
written there, with the hashes of the policies. It was made by hand. The half is drawn by hash: a
policy belongs to it if the first byte of the SHA-256 of its file's name is odd. The tables were
grown on the other half only, and the names of this half were first read when they were done.
Left out: names that only say what a thing does (人脸识别SDK), the app's own parts, file names.

``sdk_names_of_lists.json`` holds the names of 31 lists that other apps publish, by list: a list is
``measured`` if the first byte of the SHA-256 of its id is odd and nothing was taken from it before.
The tables were grown on the rest.

A name is known if the recipients that claims find in it, standing alone, hold an SDK of the tables.
In a field or cell for the name of an SDK, more are: there a name needs no word SDK. Those that are
known there alone are counted apart, and so are building blocks (Glide), which are no recipients.
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
from apkcheck.model import LIBRARY_PREFIX
from apkcheck.tables import load_tables
from apkcheck.text import densify

NAMES = Path(__file__).with_suffix(".json")
LISTS = Path(__file__).with_name("sdk_names_of_lists.json")


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

    def of_field(self, name: str) -> str | None:
        """The SDK, or building block, that a name means that is all that a field holds."""
        dense = densify(name)
        for part in sentences(dense, self._lexicon.tokens(dense), self._tables.zh):
            found = self._finder.whole(part, name, part.start)
            block = found is not None and found.id.startswith(LIBRARY_PREFIX)
            return found.id if found and (block or found.id in self._tables.sdks) else None
        return None


def names_of(path: Path) -> list[dict[str, object]]:
    """The rows of a list of names; of lists by app, those that were measured, each name once."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    if rows and "names" in rows[0]:
        grown = {row["name"] for app in rows if app["half"] != "measured" for row in app["names"]}
        found = [row for app in rows if app["half"] == "measured" for row in app["names"]]
        rows = [row for row in found if row["name"] not in grown]
    return list({row["name"]: row for row in rows}.values())


def main(arguments: list[str]) -> int:
    """Prints how many names are known, and which are not."""
    rows = names_of(Path(arguments[0] if arguments else NAMES))
    recognition = Recognition()
    for title, brand in (("names of products", False), ("brands alone", True)):
        names = [str(row["name"]) for row in rows if row.get("brand", False) is brand]
        rest = {n: recognition.of_field(n) or "" for n in names if not recognition.of(n)}
        blocks = [name for name, found in rest.items() if found.startswith(LIBRARY_PREFIX)]
        fields = [name for name, found in rest.items() if found and name not in blocks]
        known = len(names) - len(rest)
        share = 100 * known / len(names) if names else 0
        sys.stdout.write(f"{title}: {known} of {len(names)} known, {share:.1f} %\n")
        for label, shown in (
            ("known as the name in a list's field alone", fields),
            ("a building block", blocks),
            ("not known", [name for name, found in rest.items() if not found]),
        ):
            sys.stdout.write("".join(f"  {label}: {name}\n" for name in shown))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
