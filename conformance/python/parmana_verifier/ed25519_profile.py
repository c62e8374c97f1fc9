"""The strict Ed25519 profile (section 2.1).

Keys are admitted in plain integers. The equation is OpenSSL's, which is the one without cofactor and compares the
encoding of R byte for byte; where `cryptography` is not installed it is computed in integers, slowly.
Nothing here is secret, so nothing here runs in constant time.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Optional, Tuple

from .refusal import Refusal, demand, remembered

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # pragma: no cover
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
IDENTITY_ENCODING = b"\x01" + bytes(31)

# Extended coordinates (X : Y : Z : T), x = X/Z, y = Y/Z, XY = ZT.
Point = Tuple[int, int, int, int]
IDENTITY: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def _double(a: Point) -> Point:
    x, y = a[0] * a[0] % P, a[1] * a[1] % P
    z = 2 * a[2] * a[2]
    h = x + y
    e = h - (a[0] + a[1]) * (a[0] + a[1])
    g = x - y
    f = z + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply(scalar: int, point: Point) -> Point:
    result = IDENTITY
    for bit in bin(scalar)[2:]:
        result = _double(result)
        if bit == "1":
            result = _add(result, point)
    return result


def _is_identity(point: Point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


def _decode(encoding: bytes) -> Optional[Point]:
    """The point of a canonical encoding, else None."""
    number = int.from_bytes(encoding, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_ONE % P
        if (v * x * x - u) % P:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _encode(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = _decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@remembered(4096)
def admit(key: bytes) -> bytes:
    """The key itself, if it is admitted."""
    demand(len(key) == 32, "KEY-010", "a public key has 32 bytes")
    point = _decode(key)
    if point is None:
        raise Refusal("KEY-011", "not the canonical encoding of a point")
    demand(not _is_identity(_multiply(8, point)), "KEY-012", "a point of small order")
    demand(_is_identity(_multiply(L, point)), "KEY-013", "a point outside of the prime-order group")
    return key


def equation_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """The equation without cofactor, in integers."""
    point = _decode(key)
    if point is None or BASE is None:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    minus = (P - point[0], point[1], 1, P - point[3])
    return _encode(_add(_multiply(s, BASE), _multiply(k, minus))) == r


@lru_cache(maxsize=8192)
def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature by an admitted key holds."""
    try:
        admit(key)
    except Refusal:
        return False
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= L:
        return False
    if signature[:32] == IDENTITY_ENCODING:
        return False
    if Ed25519PublicKey is None:  # pragma: no cover
        return equation_holds(key, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
