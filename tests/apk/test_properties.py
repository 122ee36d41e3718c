"""Whatever DEX files the builder writes, the reader finds in them what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apkcheck.apk.calls import Hierarchy, find_calls
from apkcheck.apk.code import read_code, read_methods
from apkcheck.apk.dex import Dex, java_name, read_dex
from apkcheck.apk.targets import targets_of
from fixtures.apkbuild import (
    ABSTRACT,
    PUBLIC,
    STATIC,
    VERSIONS,
    ClassDef,
    Field,
    Method,
    build_container,
    build_dex,
)
from tests.apk.rows import api

IMEI = "android.telephony.TelephonyManager.getImei"
SERIAL = "android.os.Build.SERIAL"
CONTACTS = "content://com.android.contacts"
ANDROID_ID = "settings:secure:android_id"
TARGETS = targets_of([api(IMEI), api(SERIAL, kind="field"), api(CONTACTS), api(ANDROID_ID)])

_GET_IMEI = "Landroid/telephony/TelephonyManager;->getImei()Ljava/lang/String;"
_GET_SETTING = (
    "invoke-static {v0, v1}, Landroid/provider/Settings$Secure;->getString"
    "(Landroid/content/ContentResolver;Ljava/lang/String;)Ljava/lang/String;"
)

Piece = tuple[str, str | None]
"""Lines of code, and the API that they use."""

PIECES: Sequence[Piece] = (
    ("nop", None),
    ("const-wide v2, 0x1122334455667788", None),
    ('const-string v0, "android_id"', None),
    ('const-string/jumbo v1, "other"', None),
    ("add-int v2, v0, v1", None),
    ("if-eqz v0, :end", None),
    ("new-instance v0, Ljava/lang/Object;", None),
    ("filled-new-array {v0, v1}, [I", None),
    ("invoke-static/range {v0 .. v3}, Lcom/example/Other;->imei(IIII)V", None),
    ("fill-array-data v0, :decoy", None),
    ("packed-switch v0, :table", None),
    ("sparse-switch v0, :keys", None),
    (f"invoke-virtual {{v0}}, {_GET_IMEI}", IMEI),
    (f"invoke-virtual/range {{v3 .. v3}}, {_GET_IMEI}", IMEI),
    ("sget-object v1, Landroid/os/Build;->SERIAL:Ljava/lang/String;", SERIAL),
    (f'const-string v2, "{CONTACTS}/data"', CONTACTS),
    (f'const-string/jumbo v2, "{CONTACTS}"', CONTACTS),
    (f'const-string v1, "android_id"\n{_GET_SETTING}', ANDROID_ID),
    (f'const-string v1, "other"\n{_GET_SETTING}', None),
    (f'const-string v2, "android_id"\nmove-object v1, v2\n{_GET_SETTING}', ANDROID_ID),
)
TABLES = f"""
    :end
    return-void
    :decoy
    .array-code invoke-virtual {{v0}}, {_GET_IMEI}
    :table
    .packed-switch -1 :end :end
    :keys
    .sparse-switch -5 :end 7 :end
"""


def body(pieces: Sequence[Piece]) -> str:
    """Code whose tables are all used, so that the assembler takes them."""
    uses = "fill-array-data v0, :decoy\npacked-switch v0, :table\nsparse-switch v0, :keys"
    lines = "\n".join(text for text, _ in pieces)
    return f"const/4 v0, 0\nconst/4 v3, 0\n{uses}\n{lines}\n{TABLES}"


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}(\.[A-Za-z_$][A-Za-z0-9_$]{0,8}){0,3}", fullmatch=True)
WORDS = st.from_regex(r"[a-zA-Z_\u4e00-\u9fff][a-zA-Z0-9_\u4e00-\u9fff]{0,8}", fullmatch=True)
METHODS = st.dictionaries(
    WORDS, st.none() | st.lists(st.sampled_from(PIECES), max_size=12), max_size=4
)
CLASSES = st.dictionaries(NAMES, METHODS, max_size=5)
Written = dict[str, dict[str, list[Piece] | None]]


def classes_of(written: Written) -> list[ClassDef]:
    found = []
    for name, methods in written.items():
        defined = tuple(
            Method(word, code=None, access=PUBLIC | ABSTRACT)
            if pieces is None
            else Method(word, code=body(pieces), access=PUBLIC | STATIC)
            for word, pieces in methods.items()
        )
        found.append(ClassDef(name, defined, (Field("value", "I"),)))
    return found


def expected(written: Written) -> Counter[tuple[str, str, str]]:
    return Counter(
        (api_id, name, word)
        for name, methods in written.items()
        for word, pieces in methods.items()
        for _, api_id in pieces or ()
        if api_id is not None
    )


def found_in(dexes: Sequence[Dex]) -> Counter[tuple[str, str, str]]:
    hierarchy = Hierarchy([pair for dex in dexes for pair in dex.classes()], TARGETS)
    read = []
    for dex in dexes:
        methods = read_methods(dex)
        code = read_code(dex, methods)
        read.append(find_calls(dex, methods, code, TARGETS, hierarchy.heirs))
    counts: Counter[tuple[str, str, str]] = Counter()
    for calls in hierarchy.resolve(read):
        for (api_id, (owner, method, _)), count in calls.items():
            counts[api_id, java_name(owner), method] += count
    return counts


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(CLASSES, st.sampled_from(VERSIONS))
def test_classes_methods_and_calls_of_one_file(written: Written, version: str) -> None:
    (dex,) = read_dex(build_dex(classes_of(written), version))
    assert {java_name(name) for name, _ in dex.classes()} == set(written)
    methods = read_methods(dex)
    names = Counter(dex.text(int(dex.methods["name"][index])) for index in methods.index.tolist())
    assert names == Counter(word for methods in written.values() for word in methods)
    assert found_in([dex]) == expected(written)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CLASSES, min_size=1, max_size=3))
def test_every_logical_file_of_a_container(groups: list[Written]) -> None:
    unique = [
        {f"p{number}.{name}": methods for name, methods in group.items()}
        for number, group in enumerate(groups)
    ]
    dexes = list(read_dex(build_container([classes_of(group) for group in unique])))
    assert len(dexes) == len(groups)
    for dex, group in zip(dexes, unique, strict=True):
        assert {java_name(name) for name, _ in dex.classes()} == set(group)
    assert found_in(dexes) == sum((expected(group) for group in unique), Counter())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(WORDS, st.none() | st.text(max_size=20) | st.integers(-(2**31), 2**31 - 1)))
def test_initial_values_of_static_fields(values: dict[str, str | int | None]) -> None:
    fields = tuple(
        Field(name, "I" if isinstance(value, int) else "java.lang.String", PUBLIC | STATIC, value)
        for name, value in values.items()
    )
    (dex,) = read_dex(build_dex([ClassDef("com.example.Config", (), fields)]))
    found = {name: value for name, value in dex.constants("Lcom/example/Config;") if value}
    assert found == {name: str(value) for name, value in values.items() if value not in (None, "")}
