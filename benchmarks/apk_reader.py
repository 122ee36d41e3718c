"""Compares the APK reader with androguard and dexdump on real APKs, in one run.

    python benchmarks/apk_reader.py APK...

For each APK it compares the places where sensitive methods, fields and strings are used, method by
method, with androguard's cross references, the number of invokes with ``dexdump -d`` (where that is
installed), and CPU time and peak memory of a process of each. Exits with 1 if a place differs.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from apkcheck.apk.archive import Archive  # noqa: E402
from apkcheck.apk.calls import Hierarchy, find_calls  # noqa: E402
from apkcheck.apk.code import read_code, read_methods  # noqa: E402
from apkcheck.apk.dex import read_dex  # noqa: E402
from apkcheck.apk.targets import targets_of  # noqa: E402
from apkcheck.tables import Api  # noqa: E402
from apkcheck.tables.decoding import Problems, decode_table  # noqa: E402

INVOKE = re.compile(rb": invoke-(virtual|super|direct|static|interface)")

Places = dict[str, int]
"""Number of uses by ``api caller-class caller-method``."""


def api_rows() -> list[Api]:
    """The rows of the shipped table that androguard can be asked for."""
    path = ROOT / "mappings" / "apis.json"
    placed = decode_table(path.read_text("utf-8"), Api, Problems(str(path)))
    return [p.row for p in placed if p.row.kind in ("method", "field", "uri", "property")]


def read_with_apkcheck(path: Path) -> tuple[Places, int]:
    """The places that this reader finds, and the number of invokes."""
    targets = targets_of(api_rows())
    places: Places = {}
    found, classes, invokes = [], [], 0
    with Archive(path) as archive:
        for name in dex_names(archive.entries):
            for dex in read_dex(archive.read(name, 1 << 28)):
                classes += list(dex.classes())
                methods = read_methods(dex)
                code = read_code(dex, methods)
                found.append(find_calls(dex, methods, code, targets, frozenset()))
                calls = code.instructions(range(0x6E, 0x73), range(0x74, 0x79))
                invokes += len(calls)
    for calls_of_dex in Hierarchy(classes, targets).resolve(found):
        for (api, caller), count in calls_of_dex.items():
            add(places, api, caller[:2], count)
    return places, invokes


def read_with_androguard(path: Path) -> tuple[Places, int]:
    """The places that androguard's cross references give; it has none for platform fields."""
    from androguard.core.analysis.analysis import Analysis
    from androguard.core.apk import APK
    from androguard.core.dex import DEX
    from loguru import logger

    logger.disable("androguard")
    targets = targets_of(api_rows())
    analysis = Analysis()
    for data in APK(str(path)).get_all_dex():
        analysis.add(DEX(data))
    analysis.create_xref()
    places: Places = {}
    for (owner, name), api in targets.methods.items():
        known = analysis.classes.get(owner)
        for method in known.get_methods() if known else ():
            for caller_class, caller, _ in method.get_xref_from() if method.name == name else ():
                add(places, api, (caller_class.name, caller.name), 1)
    for text, string in analysis.strings.items():
        found = targets.uri(text) or targets.properties.get(text)
        for caller_class, caller, _ in string.get_xref_from(with_offset=True) if found else ():
            add(places, str(found), (caller_class.name, caller.name), 1)
    return places, -1


def field_reads_by_androguard(path: Path) -> tuple[Places, int]:
    """Reads of sensitive fields in androguard's disassembly, and its number of invokes."""
    from androguard.core.apk import APK
    from androguard.core.dex import DEX
    from loguru import logger

    logger.disable("androguard")
    fields = targets_of(api_rows()).fields
    places: Places = {}
    invokes = 0
    for dex in map(DEX, APK(str(path)).get_all_dex()):
        for method in dex.get_encoded_methods():
            for instruction in method.get_instructions():
                opcode = instruction.get_op_value()
                invokes += 0x6E <= opcode <= 0x72 or 0x74 <= opcode <= 0x78
                if 0x52 <= opcode <= 0x58 or 0x60 <= opcode <= 0x66:
                    owner, _, name = dex.get_cm_field(instruction.get_ref_kind())
                    if (owner, name) in fields:
                        caller = method.get_class_name(), method.get_name()
                        add(places, fields[owner, name], caller, 1)
    return places, invokes


def add(places: Places, api: str, caller: tuple[str, str], count: int) -> None:
    """Counts a place."""
    key = " ".join((api, *caller))
    places[key] = places.get(key, 0) + count


def dex_names(entries: Any) -> Iterator[str]:
    """The DEX files that Android loads."""
    number = 1
    while (name := f"classes{number if number > 1 else ''}.dex") in entries:
        yield name
        number += 1


def invokes_by_dexdump(path: Path) -> int | None:
    """The number of invokes in the disassembly; None without dexdump."""
    if shutil.which("dexdump") is None:
        return None
    total = 0
    with Archive(path) as archive, tempfile.TemporaryDirectory() as folder:
        for name in dex_names(archive.entries):
            file = Path(folder) / name
            file.write_bytes(archive.read(name, 1 << 28))
            command = ["dexdump", "-d", str(file)]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as dump:
                total += sum(1 for line in dump.stdout or () if INVOKE.search(line))
    return total


READERS = {
    "apkcheck": read_with_apkcheck,
    "androguard": read_with_androguard,
    "androguard-fields": field_reads_by_androguard,
}


def measured(reader: str, path: Path) -> dict[str, Any]:
    """Runs one reader in a process of its own."""
    command = [sys.executable, __file__, "--reader", reader, str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def run_reader(reader: str, path: Path) -> None:
    """Prints what one reader finds, with its CPU seconds and peak megabytes."""
    places, invokes = READERS[reader](path)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text("ascii")
    peak = re.search(r"VmHWM:\s+(\d+)", status)
    result = {
        "places": places,
        "invokes": invokes,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": int(peak[1]) / 1024 if peak else 0,
    }
    say(json.dumps(result))


def compare(path: Path) -> bool:
    """Prints the comparison for one APK; whether every place and the number of invokes agree."""
    ours, theirs = measured("apkcheck", path), measured("androguard", path)
    fields = measured("androguard-fields", path)
    expected: Places = {**theirs["places"]}
    for key, count in fields["places"].items():
        expected[key] = expected.get(key, 0) + count
    found: Places = ours["places"]
    differing = sorted(k for k in {*found, *expected} if found.get(k) != expected.get(k))
    dumped = invokes_by_dexdump(path)
    say(f"{path.name}: {len(found)} places, {sum(found.values())} uses")
    say(f"  androguard: {len(expected)} places, {len(differing)} of all differ")
    for key in differing[:20]:
        say(f"    {key}: {found.get(key, 0)} against {expected.get(key, 0)}")
    say(f"  invokes: {ours['invokes']}, androguard {fields['invokes']}, dexdump {dumped}")
    for what, unit in (("cpu", "s"), ("memory", "MB")):
        mine, other = ours[what], theirs[what]
        say(f"  {what}: {mine:.2f} {unit} against {other:.2f} {unit}: {other / mine:.1f} times")
    return not differing and ours["invokes"] == fields["invokes"] == (dumped or ours["invokes"])


def say(line: str) -> None:
    """Writes a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Runs the comparison, or as a child one reader."""
    if arguments[:1] == ["--reader"]:
        run_reader(arguments[1], Path(arguments[2]))
        return 0
    if not arguments:
        say(__doc__ or "")
        return 2
    agree = [compare(Path(argument)) for argument in arguments]
    return 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
