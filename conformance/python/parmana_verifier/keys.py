"""Key ids and keys in files (section 2.2)."""

from __future__ import annotations

import re
from typing import Optional, Tuple

from . import ed25519_profile
from .grammar import from_base64, sha256, to_base64url
from .refusal import Refusal, demand

MAX_PEM = 16384

_PREFIX = bytes.fromhex("302a300506032b6570032100")
_LABEL = r"[!-,.-~](?:[- ]?[!-,.-~])*"
_BLOCK = re.compile(
    rf"-----BEGIN ({_LABEL})-----(\r\n|\n)((?:[A-Za-z0-9+/]{{64}}\2)*)([A-Za-z0-9+/=]{{1,64}})\2-----END \1-----(?:\2)?"
)
_OTHER_ALGORITHMS = {
    bytes.fromhex(oid)
    for oid in (
        "2a864886f70d010101",  # RSA
        "2a864886f70d01010a",  # RSA-PSS
        "2a8648ce3d0201",  # EC
        "2a8648ce380401",  # DSA
        "2b656e",  # X25519
        "2b656f",  # X448
        "2b6571",  # Ed448
    )
}


def key_id(key: bytes) -> str:
    """The RFC 7638 thumbprint."""
    text = '{"crv":"Ed25519","kty":"OKP","x":"' + to_base64url(key) + '"}'
    return to_base64url(bytes.fromhex(sha256(text.encode("ascii"))[7:]))


def from_pem(data: bytes) -> bytes:
    """The admitted key that a PEM file holds."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("KEY-002", "not text") from None
    demand(len(text) <= MAX_PEM, "KEY-002", "longer than a key can be")
    match = _BLOCK.fullmatch(text)
    if match is None:
        raise Refusal("KEY-002", "not exactly one PEM block")
    label, line_end, lines, last = match.groups()
    try:
        der = from_base64(lines.replace(line_end, "") + last)
    except Refusal:
        raise Refusal("KEY-002", "not base64") from None
    demand(not label.endswith("PRIVATE KEY"), "KEY-006", "a private key")
    demand(label == "PUBLIC KEY", "KEY-003", f"a block labelled {label}")
    if der.startswith(_PREFIX) and len(der) == len(_PREFIX) + 32:
        return ed25519_profile.admit(der[len(_PREFIX) :])
    demand(_algorithm(der) not in _OTHER_ALGORITHMS, "KEY-005", "a key of another algorithm")
    raise Refusal("KEY-004", "not the DER of an Ed25519 key")


def _algorithm(der: bytes) -> Optional[bytes]:
    """The object identifier of a SubjectPublicKeyInfo's algorithm, if it is one."""
    outer = _element(der, 0x30)
    if outer is None or outer[1]:
        return None
    identifier = _element(outer[0], 0x30)
    if identifier is None:
        return None
    oid = _element(identifier[0], 0x06)
    return oid[0] if oid else None


def _element(der: bytes, tag: int) -> Optional[Tuple[bytes, bytes]]:
    """The content of the DER element at the start, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        return None
    length, start = der[1], 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or len(der) < 2 + count:
            return None
        length, start = int.from_bytes(der[2 : 2 + count], "big"), 2 + count
    if len(der) < start + length:
        return None
    return der[start : start + length], der[start + length :]
