"""Builds apps of any number of classes, all alike, to see how cost grows with size.

    python benchmarks/generated.py CLASSES APK

Every class has 6 methods, every method 25 instructions with 2 invokes, and one in 200 invokes is
of a sensitive API. Classes create and call each other, a tenth of them extend another one, and the
manifest names one in a hundred as an activity. The same number always gives the same bytes.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import ROOT
from fixtures.apkbuild import (
    PUBLIC,
    STATIC,
    ClassDef,
    Method,
    activity,
    build_apk,
    build_axml,
    build_dex,
    manifest_of,
)
from fixtures.apkbuild.assembly import Code, Indices
from fixtures.apkbuild.references import (
    MethodReference,
    Prototype,
    descriptor,
    parse_method,
)

PACKAGE = "com.example.generated"
VIRTUAL, STATICS = ("m0", "m1", "m2"), ("m3", "m4")
STATIC_CALLS = 0.4
"""The share of methods that call two static ones; the others create an object and call it."""
INVOKES_PER_SENSITIVE = 200
CLASSES_PER_DEX = 8_000
"""Six methods each, and what they call elsewhere: a DEX file can name 65,536 methods."""
FAR_CALLS = 20
"""One in so many calls leads anywhere in the app, the others nearby."""
_SENSITIVE = tuple(
    parse_method(text)
    for text in (
        "Landroid/telephony/TelephonyManager;->getDeviceId()Ljava/lang/String;",
        "Landroid/net/wifi/WifiInfo;->getMacAddress()Ljava/lang/String;",
        "Landroid/location/Location;->getLatitude()D",
        "Landroid/content/ClipboardManager;->getPrimaryClip()Landroid/content/ClipData;",
    )
)
_VOID = Prototype("V", ())
_ROOT = MethodReference("Ljava/lang/Object;", "<init>", _VOID)
_RETURN = 0x000E
_FILLER = (0x0112, 0x0213, 0x0064, 0x0390, 0x0201, 0x0491, 0x0301, 0x04D8, 0x0504)
"""const/4 v1, const/16 v2, add-int v3, sub-int v4, add-int/lit8 v4: five instructions."""


@dataclass(frozen=True, slots=True)
class Creating:
    """Creates an object of a class and calls a method; 25 instructions in all."""

    owner: str
    called: MethodReference
    text: str

    def assemble(self, ins: int, indices: Indices) -> Code:
        """See ``fixtures.apkbuild.dex.Body``."""
        constructor = indices.method(MethodReference(self.owner, "<init>", _VOID))
        head = [0x0022, indices.type(self.owner), 0x1070, constructor, 0]
        call = [0x106E, indices.method(self.called), 0]
        string = [0x011A, indices.string(self.text)]
        units = (*head, *string, *call, *(_FILLER * 4), _RETURN)
        return Code(8 + ins, ins, 1, units)


@dataclass(frozen=True, slots=True)
class Calling:
    """Calls two static methods; 25 instructions in all."""

    first: MethodReference
    second: MethodReference
    text: str

    def assemble(self, ins: int, indices: Indices) -> Code:
        """See ``fixtures.apkbuild.dex.Body``."""
        calls = [0x0071, indices.method(self.first), 0, 0x0071, indices.method(self.second), 0]
        string = [0x011A, indices.string(self.text)]
        units = (*calls, *string, 0x0000, *(_FILLER * 4), _RETURN)
        return Code(8 + ins, ins, 1, units)


@dataclass(frozen=True, slots=True)
class Constructor:
    """Calls the constructor of the superclass, twice as the others call; 25 instructions."""

    parent: str

    def assemble(self, ins: int, indices: Indices) -> Code:
        """See ``fixtures.apkbuild.dex.Body``."""
        reference = MethodReference(self.parent, "<init>", _VOID)
        this = 8
        call = [0x1070, indices.method(reference), this]
        return Code(8 + ins, ins, 1, (*call, *call, *(_FILLER * 4), 0x0000, 0x0000, _RETURN))


def class_name(number: int) -> str:
    """The name of a class; a hundred lie in one package."""
    return f"{PACKAGE}.p{number // 100}.C{number}"


class Picks:
    """Which class calls which, by chance, but always the same."""

    def __init__(self, first: int, end: int, count: int) -> None:
        self._chance = random.Random(first)
        self._near, self._count = (first, end), count

    def body(self, number: int) -> Creating | Calling:
        """What a method of a class does."""
        text = f"text {number % 5_000}"
        if self._chance.random() < STATIC_CALLS:
            first, second = (self._method(self._owner(), STATICS) for _ in range(2))
            return Calling(first, second, text)
        owner = self._owner()
        return Creating(owner, self._method(owner, VIRTUAL), text)

    def _owner(self) -> str:
        far = self._chance.randrange(FAR_CALLS) == 0
        number = self._chance.randrange(*((0, self._count) if far else self._near))
        return descriptor(class_name(number))

    def _method(self, owner: str, names: Sequence[str]) -> MethodReference:
        # The constructor's two invokes and that of a new object are never sensitive.
        share = (1 + STATIC_CALLS) * 5 / 12
        if self._chance.random() < 1 / INVOKES_PER_SENSITIVE / share:
            return self._chance.choice(_SENSITIVE)
        return MethodReference(owner, self._chance.choice(names), _VOID)


def classes_of(first: int, end: int, count: int) -> Iterator[ClassDef]:
    """The classes with these numbers, of an app that has ``count``."""
    picks = Picks(first, end, count)
    for number in range(first, end):
        parent = class_name(number - 1) if number % 10 == 9 else "java.lang.Object"
        if number % 100 == 0:
            parent = "android.app.Activity"
        methods = [Method("<init>", code=Constructor(descriptor(parent)))]
        for name in (*VIRTUAL, *STATICS):
            access = PUBLIC | STATIC if name in STATICS else PUBLIC
            methods.append(Method(name, code=picks.body(number), access=access))
        yield ClassDef(class_name(number), tuple(methods), superclass=parent)


def generated(count: int) -> bytes:
    """The APK."""
    dexes = []
    for first in range(0, count, CLASSES_PER_DEX):
        end = min(first + CLASSES_PER_DEX, count)
        dexes.append(build_dex(classes_of(first, end, count)))
    pages = [activity(class_name(number)) for number in range(0, count, 100)]
    return build_apk(build_axml(manifest_of(PACKAGE, components=pages)), dexes)


def cached(count: int) -> Path:
    """The APK as a file, built when it is asked for the first time.

    A process of its own builds it: what is measured afterwards would else count its memory.
    """
    path = ROOT / ".cache" / "generated" / f"{count}.apk"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, __file__, str(count), str(path)], check=True)
    return path


def main(arguments: list[str]) -> int:
    """Writes one APK."""
    if len(arguments) != 2:
        sys.stdout.write(__doc__ or "")
        return 2
    Path(arguments[1]).write_bytes(generated(int(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
