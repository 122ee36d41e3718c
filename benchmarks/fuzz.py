"""Reads mutated APKs and DEX files: none may crash the reader, hang it, or fill the memory.

    python benchmarks/fuzz.py [--count 20000] [--first 0] [--keep FOLDER]

The seed corpus is built from sources (``seeds``). Every case follows from its number alone, so a
failure is run again with ``--first NUMBER --count 1``. Fails, and keeps the file, at any exception
but the one that says that an APK cannot be read, at more than 5 CPU seconds, and at more than
512 MB of resident memory. The process cannot take more than 2 GB, whatever a file makes it ask for.
"""

from __future__ import annotations

import argparse
import collections
import random
import re
import resource
import signal
import struct
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from apkcheck.apk import read_apk
from apkcheck.check import tool_of
from apkcheck.errors import ApkError
from apkcheck.formats.json_report import evidence_as_json
from apkcheck.tables import Tables, load_tables
from benchmarks.generated import generated
from benchmarks.measuring import ROOT, say
from fixtures.apkbuild import (
    ClassDef,
    Method,
    Resources,
    activity,
    build_apk,
    build_arsc,
    build_axml,
    build_container,
    build_dex,
    build_zip,
    manifest_of,
    meta_data,
    provider,
)
from fixtures.apkbuild.damage import entries

SECONDS = 5
MEGABYTES = 512
_ADDRESS_SPACE = 2 << 30
_INTERESTING = (0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000)
_INTERESTING_WORDS = (*_INTERESTING, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF)


# -- the seed corpus ------------------------------------------------------------------------------


def _switching() -> ClassDef:
    """Tables in code, array data that looks like calls, and strings that name classes."""
    code = """
        const-string v0, "com.example.app.Main"
        const-string v1, "android_id"
        invoke-static {v0, v1}, Landroid/provider/Settings$Secure;->getString\
(Landroid/content/ContentResolver;Ljava/lang/String;)Ljava/lang/String;
        packed-switch v0, :table
        fill-array-data v1, :data
        return-void
        :table
        .packed-switch 0 :table :data
        :data
        .array-data 4 1 2 3 4 5
    """
    return ClassDef("com.example.app.Switching", (Method("run", code=code),))


def _main() -> ClassDef:
    code = """
        const/4 v0, 0
        invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getDeviceId()Ljava/lang/String;
        move-result-object v0
        const-string v1, "content://com.android.contacts/contacts"
        return-void
    """
    return ClassDef(
        "com.example.app.Main",
        (Method("<init>"), Method("onCreate", "(Landroid/os/Bundle;)V", code)),
        superclass="android.app.Activity",
        interfaces=("java.lang.Runnable",),
    )


def seeds() -> Mapping[str, bytes]:
    """Small APKs of every shape that the reader knows, by name."""
    resources = Resources("com.example.app", {"app_name": {"": "Example", "zh-rCN": "示例"}})
    manifest = build_axml(
        manifest_of(
            "com.example.app",
            permissions=["android.permission.CAMERA", "android.permission.READ_PHONE_STATE"],
            components=[
                activity(".Main", "android.intent.action.MAIN"),
                provider("com.umeng.Starter", "com.example.app.starter"),
                meta_data("UMENG_APPKEY", "x"),
            ],
            application={"android:label": "@string/app_name", "android:name": ".App"},
        ),
        resources,
    )
    classes = [_main(), _switching(), ClassDef("com.umeng.commonsdk.UMConfigure")]
    plain = build_apk(
        manifest,
        [build_dex(classes)],
        build_arsc(resources),
        {
            "assets/privacy.html": "<title>隐私政策</title>".encode(),
            "lib/arm64-v8a/libjiagu.so": b"",
        },
    )
    split = build_axml(manifest_of("com.example.app", attributes={"split": "feature"}))
    container = build_container([classes, [ClassDef("com.example.app.Other")]])
    return {
        "demo": (ROOT / "fixtures" / "demo" / "demo.apk").read_bytes(),
        "generated": generated(60),
        "plain": plain,
        "two files": build_apk(manifest, [build_dex(classes[:1]), build_dex(classes[1:], "039")]),
        "container": build_apk(manifest, [container]),
        "splits": build_zip([("base.apk", plain), ("feature.apk", build_apk(split))]),
    }


# -- mutations ------------------------------------------------------------------------------------


def _flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _byte(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.choice(_INTERESTING) & 0xFF


def _half(data: bytearray, chance: random.Random) -> None:
    if len(data) >= 2:
        at = chance.randrange(len(data) // 2) * 2
        struct.pack_into("<H", data, at, chance.choice(_INTERESTING) & 0xFFFF)


def _word(data: bytearray, chance: random.Random) -> None:
    if len(data) >= 4:
        at = chance.randrange(len(data) // 4) * 4
        near = struct.unpack_from("<I", data, at)[0] + chance.choice((-4, -1, 1, 4, len(data)))
        struct.pack_into("<I", data, at, chance.choice((*_INTERESTING_WORDS, near)) & 0xFFFFFFFF)


def _header(data: bytearray, chance: random.Random) -> None:
    """A word of the first hundred bytes, where counts and offsets stand."""
    head = bytearray(data[:128])
    _word(head, chance)
    data[: len(head)] = head


def _copy(data: bytearray, chance: random.Random) -> None:
    length = min(chance.choice((1, 4, 16, 64, 512)), len(data))
    source, target = (chance.randrange(len(data) - length + 1) for _ in range(2))
    data[target : target + length] = data[source : source + length]


def _repeat(data: bytearray, chance: random.Random) -> None:
    length = min(chance.choice((4, 32, 256)), len(data))
    at = chance.randrange(len(data) - length + 1)
    data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data) + 1) :]


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_flip, _byte, _half, _word, _word, _word, _header, _header, _copy, _repeat, _cut),
)


def _mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if changed:
            chance.choice(_MUTATIONS)(changed, chance)
    return bytes(changed)


def case(number: int, corpus: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The name of a case and its APK: one part of a seed is changed, or the archive around it."""
    chance = random.Random(number)
    name = chance.choice(sorted(corpus))
    apk = corpus[name]
    if chance.randrange(4) == 0:
        return f"{name}, archive", _mutated(apk, chance)
    parts = list(entries(apk).items())
    if name == "splits" and chance.randrange(2):
        inner = list(entries(parts[0][1]).items())
        part = chance.randrange(len(inner))
        inner[part] = inner[part][0], _mutated(inner[part][1], chance)
        parts[0] = parts[0][0], build_zip(inner)
        return f"{name}, {inner[part][0]} of the base", build_zip(parts)
    likely = [at for at, (entry, _) in enumerate(parts) if re.search(r"dex|xml|arsc|apk", entry)]
    part = chance.choice(likely)
    parts[part] = parts[part][0], _mutated(parts[part][1], chance)
    return f"{name}, {parts[part][0]}", build_zip(parts)


# -- running --------------------------------------------------------------------------------------


class SlowError(BaseException):
    """Raised inside the reader when a case takes too long; nothing catches it there."""


def _too_slow(*_: object) -> None:
    raise SlowError


def outcome(path: Path, tables: Tables) -> str:
    """Reads one APK: ``read``, ``with gaps`` or ``refused``, or what must not happen."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # counts the peak anew
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        app, evidence = read_apk(path, tables)
        evidence_as_json(app, evidence, tool_of(tables))
        result = "with gaps" if evidence.gaps else "read"
    except ApkError:
        result = "refused"
    except SlowError:
        result = f"FAILED: more than {SECONDS} s"
    except Exception:
        result = "FAILED: " + traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    peak = peak_memory()
    return result if peak <= MEGABYTES else f"FAILED: {peak:.0f} MB"


def peak_memory() -> float:
    """Peak resident memory since it was last counted anew, in MB."""
    match = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(match[1]) / 1024 if match else 0.0


def main() -> int:
    """Runs the cases; 1 if any failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    signal.signal(signal.SIGVTALRM, _too_slow)
    tables, corpus = load_tables(), seeds()
    counts: collections.Counter[str] = collections.Counter()
    slowest = largest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.apk"
        for number in range(given.first, given.first + given.count):
            name, apk = case(number, corpus)
            path.write_bytes(apk)
            before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
            result = outcome(path, tables)
            slowest = max(slowest, sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before)
            largest = max(largest, peak_memory())
            counts[result.partition(":")[0]] += 1
            if result.startswith("FAILED"):
                kept = given.keep / f"apkcheck-fuzz-{number}.apk"
                kept.write_bytes(apk)
                say(f"case {number} ({name}), kept as {kept}: {result}")
    say(f"{given.count} cases: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    say(f"slowest {slowest:.2f} s; largest {largest:.0f} MB")
    return 1 if counts["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())
