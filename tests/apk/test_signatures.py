"""Certificates: found in every scheme of signing, never judged."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from apkcheck.apk import read_apk
from apkcheck.tables import Tables
from fixtures.apkbuild import build_apk, build_axml, build_dex, manifest_of
from tests.apk.conftest import Read

V2, V3, V31, PADDING = 0x7109871A, 0xF05368C0, 0x1B93AD61, 0x42726577
MANIFEST, DEX = build_axml(manifest_of("com.example.app")), build_dex([])
UNSIGNED = build_apk(MANIFEST, [DEX])


def sized(*parts: bytes) -> bytes:
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def signers(*certificates: bytes) -> bytes:
    """The value of a block's entry: one signer for each certificate."""
    found = []
    for certificate in certificates:
        signed = sized(sized(b"digest"), sized(certificate, b"of a higher authority"), b"")
        found.append(sized(signed, b"signatures", b"key"))
    return sized(sized(*found))


def with_block(entries: dict[int, bytes], apk: bytes = UNSIGNED) -> bytes:
    """Puts a signing block in front of the central directory."""
    pairs = b"".join(struct.pack("<QI", 4 + len(v), k) + v for k, v in entries.items())
    size = struct.pack("<Q", len(pairs) + 24)
    block = size + pairs + size + b"APK Sig Block 42"
    directory = struct.unpack_from("<I", apk, len(apk) - 6)[0]
    end = struct.pack("<I", directory + len(block)) + apk[-2:]
    return apk[:directory] + block + apk[directory:-6] + end


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else b"\x82" + struct.pack(">H", len(body))
    return bytes([tag]) + length + body


def certificate(serial: int, versioned: bool = True) -> bytes:
    number, issuer = der(0x02, bytes([serial])), der(0x30, der(0x0C, b"Example"))
    version = [der(0xA0, der(0x02, b"\x02"))] if versioned else []
    body = der(0x30, *version, number, der(0x30), issuer, der(0x0C, b"x" * 200))
    return der(0x30, body, der(0x30), der(0x03, b"\0"))


def pkcs7(signer: int, *certificates: bytes) -> bytes:
    identity = der(0x30, der(0x30, der(0x0C, b"Example")), der(0x02, bytes([signer])))
    signer_info = der(0x30, der(0x02, b"\x01"), identity, der(0x30))
    signed = der(
        0x30,
        der(0x02, b"\x01"),
        der(0x31),
        der(0x30),
        der(0xA0, *certificates),
        der(0x31, signer_info),
    )
    return der(0x30, der(0x06, b"\x2a"), der(0xA0, signed))


def digests(*certificates: bytes) -> tuple[str, ...]:
    return tuple(sorted(hashlib.sha256(c).hexdigest() for c in certificates))


def test_an_unsigned_apk_has_no_signer(read: Read) -> None:
    app, evidence = read(UNSIGNED)
    assert (app.signers, evidence.gaps) == ((), ())


@pytest.mark.parametrize("scheme", [V2, V3])
def test_the_first_certificate_of_each_signer_counts(read: Read, scheme: int) -> None:
    apk = with_block({PADDING: b"\0" * 8, scheme: signers(b"one", b"two")})
    assert read(apk)[0].signers == digests(b"one", b"two")


def test_the_newest_scheme_counts(read: Read) -> None:
    assert read(with_block({V2: signers(b"old"), V3: signers(b"new")}))[0].signers == digests(
        b"new"
    )


def test_all_schemes_that_are_there_are_told(tmp_path: Path, tables: Tables) -> None:
    files = {"META-INF/MANIFEST.MF": b"", "META-INF/CERT.RSA": pkcs7(2, certificate(2))}
    signed = build_apk(MANIFEST, [DEX], files=files)
    blocks = {V2: signers(b"x"), V3: signers(b"x"), V31: signers(b"y")}
    path = tmp_path / "app.apk"
    path.write_bytes(with_block(blocks, signed))
    (tmp_path / "app.apk.idsig").write_bytes(b"")
    app, _ = read_apk(path, tables)
    assert app.signature_schemes == ("v1", "v2", "v3", "v3.1", "v4")
    assert app.signers == digests(b"x")


@pytest.mark.parametrize(
    ("apk", "schemes"),
    [
        (UNSIGNED, ()),
        (with_block({V2: signers(b"x")}), ("v2",)),
        (with_block({PADDING: b"x" * 8}), ()),
        (build_apk(MANIFEST, [DEX], files={"META-INF/MANIFEST.MF": b""}), ()),
    ],
)
def test_a_scheme_counts_only_with_its_signature(
    read: Read, apk: bytes, schemes: tuple[str, ...]
) -> None:
    assert read(apk)[0].signature_schemes == schemes


@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.parametrize("suffix", ["RSA", "DSA", "EC"])
def test_version_1_names_the_signers_certificate(read: Read, suffix: str, versioned: bool) -> None:
    authority, own = certificate(1), certificate(2, versioned)
    files = {f"META-INF/CERT.{suffix}": pkcs7(2, authority, own)}
    app, evidence = read(build_apk(MANIFEST, [DEX], files=files))
    assert (app.signers, evidence.gaps) == (digests(own), ())


@pytest.mark.parametrize(
    "apk",
    [
        pytest.param(with_block({V2: b"\xff\xff\xff\xff"}), id="a part larger than the block"),
        pytest.param(with_block({V2: b""}), id="an empty entry"),
        pytest.param(
            with_block({V2: signers(b"x")}).replace(
                struct.pack("<Q", len(signers(b"x")) + 36) + b"APK Sig",
                struct.pack("<Q", 1 << 40) + b"APK Sig",
            ),
            id="a block larger than the file",
        ),
        pytest.param(
            build_apk(MANIFEST, [DEX], files={"META-INF/A.RSA": b"\x30\x82\xff\xff"}),
            id="a cut certificate file",
        ),
        pytest.param(
            build_apk(MANIFEST, [DEX], files={"META-INF/A.RSA": b"\x30\0"}),
            id="no certificate file",
        ),
    ],
)
def test_a_broken_signature_is_a_gap(read: Read, apk: bytes) -> None:
    app, evidence = read(apk)
    assert app.signers == ()
    assert [gap.what for gap in evidence.gaps] == ["signature"]
