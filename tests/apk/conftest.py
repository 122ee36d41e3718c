"""Reads APKs that a test builds."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from apkcheck.apk import read_apk
from apkcheck.model import App, Evidence
from apkcheck.tables import Api, Library, Packer, Permission, Sdk
from fixtures.apkbuild import ClassDef, Element, build_apk, build_axml, build_dex, manifest_of
from tests.apk.rows import small_tables

Row = Api | Library | Packer | Permission | Sdk


class Read(Protocol):
    """Reads the bytes of an APK with tables of these rows."""

    def __call__(self, apk: bytes, *rows: Row, lang: str = "zh") -> tuple[App, Evidence]: ...


class ReadManifest(Protocol):
    """Reads an APK of this manifest alone."""

    def __call__(self, root: Element, *rows: Row) -> tuple[App, Evidence]: ...


class ReadCode(Protocol):
    """Reads an APK of the package com.example.app with these classes."""

    def __call__(self, classes: list[ClassDef], *rows: Row) -> Evidence: ...


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def run(apk: bytes, *rows: Row, lang: str = "zh") -> tuple[App, Evidence]:
        path = tmp_path / "app.apk"
        path.write_bytes(apk)
        return read_apk(path, small_tables(*rows), lang)

    return run


@pytest.fixture
def read_manifest(read: Read) -> ReadManifest:
    def run(root: Element, *rows: Row) -> tuple[App, Evidence]:
        return read(build_apk(build_axml(root), [build_dex([])]), *rows)

    return run


@pytest.fixture
def read_code(read: Read) -> ReadCode:
    def run(classes: list[ClassDef], *rows: Row) -> Evidence:
        manifest = build_axml(manifest_of("com.example.app"))
        return read(build_apk(manifest, [build_dex(classes)]), *rows)[1]

    return run
