"""The tree of the audit log: RFC 6962 over SHA-256, proofs as in RFC 9162 (section 9.2)."""

from __future__ import annotations

import hashlib
from typing import Sequence

MAX_HASHES = 64
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if index >= size or len(proof) > MAX_HASHES:
        return False
    place, last, result = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(hash_, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, hash_)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, section 2.1.4.2, for 0 < old_size < size."""
    if not 0 < old_size < size or not proof or len(proof) > MAX_HASHES:
        return False
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_result = result = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_result = node_hash(hash_, old_result)
            result = node_hash(hash_, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, hash_)
        place, last = place >> 1, last >> 1
    return last == 0 and old_result == old_root and result == root
