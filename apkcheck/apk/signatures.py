"""How an APK is signed: schemes that are there, and the certificates; nothing is verified.

The newest scheme that is there counts: version 3, then 2 (blocks in front of the ZIP's central
directory), then 1 (PKCS #7 in ``META-INF``), as Android prefers them. Formats:
source.android.com/docs/security/features/apksigning and RFC 2315.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from apkcheck.apk.archive import Archive, ArchiveError

_MAGIC = b"APK Sig Block 42"
_FOOTER = 24
_MOST_BLOCK = 16 << 20
_SCHEMES = {0x7109871A: "v2", 0xF05368C0: "v3", 0x1B93AD61: "v3.1"}
_PREFERRED = (0xF05368C0, 0x7109871A)
"""What all systems of today accept: a block of version 3.1 may hold a newer key beside it."""
_V4_SUFFIX = ".idsig"
_V1_MANIFEST = "META-INF/MANIFEST.MF"
_V1_FILE = re.compile(r"META-INF/[^/]+\.(RSA|DSA|EC)", re.IGNORECASE)
_MOST_V1 = 1 << 20
_MOST_V1_FILES = 16

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0


class SignatureError(Exception):
    """Says why the certificates cannot be read."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What an APK is signed with."""

    schemes: tuple[str, ...] = ()
    """``v1``, ``v2``, ``v3``, ``v3.1`` and ``v4``, as far as they are there."""
    signers: tuple[str, ...] = ()
    """SHA-256 of each signer's certificate in hexadecimal, sorted."""


def signatures_of(archive: Archive, file: Path) -> Signatures:
    """Looks at the signing block, ``META-INF``, and for version 4 at the file beside the APK.

    Raises:
        SignatureError: if a signature is there but is broken.
    """
    try:
        block = _block(archive)
        certificates = list(_block_certificates(block)) or list(_v1_certificates(archive))
    except (struct.error, ArchiveError) as error:
        raise SignatureError(str(error)) from None
    schemes = {name for key, name in _SCHEMES.items() if key in block}
    if _V1_MANIFEST in archive.entries and any(map(_V1_FILE.fullmatch, archive.entries)):
        schemes.add("v1")
    if file.with_name(file.name + _V4_SUFFIX).is_file():
        schemes.add("v4")
    digests = {hashlib.sha256(certificate).hexdigest() for certificate in certificates}
    return Signatures(tuple(sorted(schemes)), tuple(sorted(digests)))


def _block(archive: Archive) -> dict[int, bytes]:
    """The entries of the signing block; empty if there is none."""
    footer = archive.before_directory(_FOOTER)
    if not footer.endswith(_MAGIC):
        return {}
    (size,) = struct.unpack_from("<Q", footer)
    if not _FOOTER <= size <= min(_MOST_BLOCK, archive.directory):
        raise SignatureError("the signing block has an impossible size")
    return dict(_pairs(archive.before_directory(size)[:-_FOOTER]))


def _block_certificates(block: Mapping[int, bytes]) -> Iterator[bytes]:
    for scheme in _PREFERRED:
        if scheme in block:
            (signers,) = _parts(block[scheme], 1)
            for signer in _parts(signers):
                (signed,) = _parts(signer, 1)
                _, chain = _parts(signed, 2)
                yield from _parts(chain, 1)
            return


def _pairs(block: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(block):
        length, key = struct.unpack_from("<QI", block, at)
        if not 4 <= length <= len(block) - at - 8:
            raise SignatureError("an entry of the signing block has an impossible size")
        yield key, block[at + 12 : at + 8 + length]
        at += 8 + length


def _parts(data: bytes, count: int | None = None) -> list[bytes]:
    """The first ``count`` parts, or all, of a run of parts with their lengths in front."""
    parts: list[bytes] = []
    at = 0
    while at < len(data) if count is None else len(parts) < count:
        (length,) = struct.unpack_from("<I", data, at)
        if length > len(data) - at - 4:
            raise SignatureError("a part of the signing block has an impossible size")
        parts.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return parts


# -- version 1: just enough of DER ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Der:
    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list[_Der]:
        return list(_der(self.content))


def _der(data: bytes) -> Iterator[_Der]:
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise SignatureError("the certificate file is cut short")
        length, body = data[at + 1], at + 2
        if length & 0x80:
            digits = length & 0x7F
            length, body = int.from_bytes(data[body : body + digits]), body + digits
        if body + length > len(data):
            raise SignatureError("the certificate file is cut short")
        yield _Der(data[at], data[body : body + length], data[at : body + length])
        at = body + length


def _v1_certificates(archive: Archive) -> Iterator[bytes]:
    files = (name for name in archive.entries if _V1_FILE.fullmatch(name))
    for name in itertools.islice(files, _MOST_V1_FILES):
        try:
            yield from _pkcs7_signers(archive.read(name, _MOST_V1))
        except (IndexError, ValueError):
            raise SignatureError(f"{name} is not a PKCS #7 file") from None


def _pkcs7_signers(data: bytes) -> Iterator[bytes]:
    (content_info,) = _der(data)
    signed_data = content_info.children()[1].children()[0].children()
    certificates = next((part.children() for part in signed_data if part.tag == _CONTEXT_0), [])
    wanted = set()
    for signer in signed_data[-1].children():
        issuer, serial = signer.children()[1].children()
        wanted.add((issuer.whole, serial.whole))
    for certificate in certificates:
        if certificate.tag == _SEQUENCE and _issued(certificate) in wanted:
            yield certificate.whole


def _issued(certificate: _Der) -> tuple[bytes, bytes]:
    """Issuer and serial number; the version in front of them may be left out."""
    fields = certificate.children()[0].children()
    if fields[0].tag == _CONTEXT_0:
        fields = fields[1:]
    return fields[2].whole, fields[0].whole
