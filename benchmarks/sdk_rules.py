"""Whether every SDK that public rule sets find in an APK by what it defines is known here.

    APKCHECK_CORPORA=… python benchmarks/sdk_rules.py [APK …]

Reads Exodus's trackers and LibChecker's rules from the folder ``knowledge/sources-raw`` beside the
corpora; nothing of them is shipped. Without arguments the real APKs of the tests are read. Classes
are listed from the DEX headers by a few lines of its own, not by the reader that is measured.

Each line is a tracker or label that has a rule for a class that the app defines or a component that
its manifest declares, with the owner that the tables give it. Rules for native libraries are listed
too, where neither a row's ``native`` nor the app's classes explain them: most name open-source
building blocks (WebRTC, FFmpeg), which are no SDKs.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import struct
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from apkcheck.apk import read_apk
from apkcheck.tables import Tables, load_tables
from tests.registry import REAL_APKS, fetch

UNKNOWN = "unknown"
KINDS = ("activity", "service", "receiver", "provider")


def defined_classes(dex: bytes) -> Iterator[str]:
    """The names of the classes that a DEX file defines."""
    strings, types, classes = (struct.unpack_from("<II", dex, at) for at in (0x38, 0x40, 0x60))
    for number in range(classes[0]):
        (type_index,) = struct.unpack_from("<I", dex, classes[1] + 32 * number)
        (string_index,) = struct.unpack_from("<I", dex, types[1] + 4 * type_index)
        (at,) = struct.unpack_from("<I", dex, strings[1] + 4 * string_index)
        while dex[at] & 0x80:
            at += 1
        end = dex.index(0, at + 1)
        yield dex[at + 2 : end - 1].decode("utf-8", "replace").replace("/", ".")


def exodus_hits(folder: Path, classes: list[str]) -> dict[str, set[str]]:
    """Trackers with the classes that they match, as Exodus matches them."""
    found: dict[str, set[str]] = defaultdict(set)
    for tracker in json.loads((folder / "exodus_trackers.json").read_text(encoding="utf-8")):
        if tracker["code_signature"]:
            pattern = re.compile(tracker["code_signature"])
            found[f"exodus: {tracker['name']}"].update(filter(pattern.search, classes))
    return found


def libchecker_hits(
    folder: Path, classes: list[str], components: list[str], natives: list[str]
) -> Iterator[tuple[str, str, bool]]:
    """Labels with what they match, and whether that is a native library."""
    path = folder / "libchecker_bundle_v42_rules.json"
    for rule in json.loads(path.read_text(encoding="utf-8")):
        native = rule["type"] == "native"
        names = natives if native else components if rule["type"] in KINDS else classes
        if rule["type"] not in ("native", "dex_package", *KINDS):
            continue
        test = re.compile(rule["name"]).fullmatch if rule["regex"] else None
        for name in names:
            prefix = rule["type"] == "dex_package" and name.startswith(rule["name"] + ".")
            if (test(name) if test else name == rule["name"]) or prefix:
                yield f"libchecker: {rule['label']}", name, native


def compare(apk: Path, folder: Path, tables: Tables) -> int:
    """Prints what the rule sets find in one app; gives the number of those of unknown owner."""
    with zipfile.ZipFile(apk) as archive:
        names = archive.namelist()
        dexes = [archive.read(name) for name in names if re.fullmatch(r"classes\d*\.dex", name)]
    classes = sorted({name for dex in dexes for name in defined_classes(dex)})
    natives = sorted({Path(name).name for name in names if re.fullmatch(r"lib/[^/]+/[^/]+", name)})
    app, evidence = read_apk(apk, tables)
    components = [component.name for component in evidence.components]
    known = prefixes(tables)
    hits = exodus_hits(folder, classes)
    loose: dict[str, set[str]] = defaultdict(set)
    for label, name, native in libchecker_hits(folder, classes, components, natives):
        if not native:
            hits[label].add(name)
        elif not any(fnmatch.fnmatch(name, n) for row in tables.sdks.values() for n in row.native):
            loose[label].add(name)
    found = {sdk.id for sdk in evidence.sdks}
    sys.stdout.write(f"{app.package}: {len(classes)} classes; SDKs {', '.join(sorted(found))}\n")
    unknown = 0
    for label, matched in sorted(hits.items()):
        if matched:
            whose = sorted({owner_of(name, known) for name in matched})
            missing = UNKNOWN in whose or any(
                owner in tables.sdks and owner not in found for owner in whose
            )
            unknown += missing
            sys.stdout.write(f"  {'NOT KNOWN ' if missing else ''}{label}: {', '.join(whose)}\n")
            if missing:
                sys.stdout.write(f"    {', '.join(sorted(matched)[:3])}\n")
    for label, matched in sorted(loose.items()):
        sys.stdout.write(f"  native only: {label}: {', '.join(sorted(matched))}\n")
    return unknown


def prefixes(tables: Tables) -> dict[str, str]:
    """The owner of every package of the tables; an SDK's wins over a library's."""
    rows = [(f"library:{row.id}", row.packages) for row in tables.libraries.values()]
    rows.extend((row.id, row.packages) for row in tables.sdks.values())
    return {package: owner for owner, packages in rows for package in packages}


def owner_of(name: str, known: dict[str, str]) -> str:
    """The owner by the longest prefix, or ``unknown``."""
    while name:
        if name in known:
            return known[name]
        name = name.rpartition(".")[0]
    return UNKNOWN


def main(arguments: list[str]) -> int:
    """Compares each APK and prints how many rules match code that the tables do not know."""
    corpora = os.environ.get("APKCHECK_CORPORA")
    if not corpora:
        sys.stderr.write("sdk_rules: set APKCHECK_CORPORA to the folder of the corpora\n")
        return 2
    folder = Path(corpora).parent / "knowledge" / "sources-raw"
    tables = load_tables()
    fetched = () if arguments else (fetch(file.name) for file in REAL_APKS)
    apks = [Path(name) for name in arguments] or [path for path in fetched if path]
    unknown = sum(compare(apk, folder, tables) for apk in apks)
    sys.stdout.write(f"rules that match code of unknown owner: {unknown}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
