"""Trust roots, their chain, and who may sign what (sections 2.5 and 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, NamedTuple, Optional, Tuple

from . import dsse, ed25519_profile, strict_json
from .grammar import (
    from_base64url,
    is_closed,
    is_hash,
    is_name,
    is_printable,
    is_timestamp,
    is_whole,
    milliseconds,
    sha256,
)
from .keys import key_id
from .refusal import Refusal, demand, remembered

MAX_TRUST_ROOT = 256 * 1024
MAX_DOCUMENT = 4 << 20
MAX_CHAIN = 1024

_ROLE = re.compile(r"root|policy|release|runtime|log|(?:approver|source):[a-z0-9][a-z0-9-]{0,63}")


class SignedFile(NamedTuple):
    """The exact bytes of a document and of its detached signature file."""

    document: bytes
    signature: bytes


@dataclass(frozen=True)
class Key:
    id: str
    value: bytes
    operator: str
    valid_from: int
    valid_until: int
    status: str
    revoked_at: Optional[int]

    def doubt(self, dated: int) -> Optional[str]:
        """K(dated): the code of why the key does not count, None if it does."""
        if self.revoked_at is not None and dated >= self.revoked_at:
            return "TRUST-036"
        if not self.valid_from <= dated < self.valid_until:
            return "TRUST-035"
        return None if self.revoked_at is None else "TRUST-037"


@dataclass(frozen=True)
class Role:
    key_ids: Tuple[str, ...]
    threshold: int


@dataclass(frozen=True)
class TrustRoot:
    version: int
    issued_at: int
    expires_at: int
    previous: Optional[str]
    keys: Dict[str, Key]
    roles: Dict[str, Role]
    hash: str

    def __hash__(self) -> int:
        return hash(self.hash)

    def in_force(self, time: int) -> None:
        demand(time < self.expires_at, "TRUST-024", "the trust root has expired")
        demand(time >= self.issued_at, "TRUST-025", "the trust root is not issued yet")

    def single(self, role: str, key: str, dated: int) -> Key:
        """One signature of a role: the key that may have made it."""
        declared = self.roles.get(role)
        if declared is None:
            raise Refusal("TRUST-033", f"no role {role}")
        demand(declared.threshold == 1, "TRUST-038", f"role {role} needs {declared.threshold} signatures")
        demand(key in declared.key_ids, "TRUST-034", f"key {key} is none of role {role}")
        found = self.keys[key]
        doubt = found.doubt(dated)
        if doubt:
            raise Refusal(doubt, f"key {key}")
        return found

    def threshold(self, role: str, payload_type: str, signed: SignedFile, dated: int) -> None:
        """The threshold of a role over a document with a detached signature file."""
        signatures = dsse.read_signature_file(signed.signature, payload_type)
        declared = self.roles.get(role)
        if declared is None:
            raise Refusal("TRUST-033", f"no role {role}")
        message = dsse.pae(payload_type, signed.document)
        keys, operators, doubt = set(), set(), None
        for signature in signatures:
            if signature.key_id not in declared.key_ids:
                continue
            key = self.keys[signature.key_id]
            reason = key.doubt(dated)
            if reason:
                doubt = doubt or reason
                continue
            demand(ed25519_profile.holds(key.value, message, signature.value), "TRUST-031", f"signature of {key.id}")
            keys.add(key.id)
            operators.add(key.operator)
        if min(len(keys), len(operators)) < declared.threshold:
            raise Refusal(doubt or "TRUST-032", f"role {role} needs {declared.threshold} signatures that count")


@remembered(256)
def read_trust_root(data: bytes) -> TrustRoot:
    """A trust root in its form."""
    try:
        value = strict_json.parse(data, MAX_TRUST_ROOT)
    except Refusal as refusal:
        raise Refusal("TRUST-010", refusal.detail) from None
    members = ("type", "version", "issuedAt", "expiresAt", "previous", "keys", "roles")
    demand(is_closed(value, members), "TRUST-011", "not a trust root")
    demand(value["type"] == "parmana/trust-root/v1", "TRUST-011", "type")
    demand(is_whole(value["version"], 1), "TRUST-011", "version")
    version = int(value["version"])
    demand(is_timestamp(value["issuedAt"]), "TRUST-011", "issuedAt")
    demand(is_timestamp(value["expiresAt"]), "TRUST-011", "expiresAt")
    issued_at, expires_at = milliseconds(value["issuedAt"]), milliseconds(value["expiresAt"])
    demand(issued_at < expires_at, "TRUST-011", "expiresAt")
    previous = value["previous"]
    demand(previous is None if version == 1 else is_hash(previous), "TRUST-011", "previous")
    demand(isinstance(value["keys"], dict) and len(value["keys"]) <= 256, "TRUST-011", "keys")
    keys = {name: _key(name, entry) for name, entry in value["keys"].items()}
    demand(isinstance(value["roles"], dict) and len(value["roles"]) <= 128, "TRUST-011", "roles")
    roles = {name: _role(name, entry, keys) for name, entry in value["roles"].items()}
    demand("root" in roles, "TRUST-013", "no role root")
    listed = [key for role in roles.values() for key in role.key_ids]
    demand(len(set(listed)) == len(listed), "TRUST-014", "a key serves twice")
    return TrustRoot(version, issued_at, expires_at, previous, keys, roles, sha256(data))


def _key(name: str, value: Any) -> Key:
    required = ("algorithm", "publicKey", "operator", "validFrom", "validUntil", "status")
    demand(is_closed(value, required, ("revokedAt", "reason")), "TRUST-011", f"key {name}")
    demand(value["algorithm"] == "Ed25519", "TRUST-011", f"algorithm of {name}")
    demand(is_printable(value["publicKey"], 64), "TRUST-011", f"publicKey of {name}")
    try:
        key = ed25519_profile.admit(from_base64url(value["publicKey"]))
    except Refusal as refusal:
        raise Refusal("TRUST-012", f"key {name}: {refusal}") from None
    demand(key_id(key) == name, "TRUST-012", f"{name} is not the key's id")
    demand(is_name(value["operator"], 128), "TRUST-011", f"operator of {name}")
    demand(is_timestamp(value["validFrom"]) and is_timestamp(value["validUntil"]), "TRUST-011", f"validity of {name}")
    valid_from, valid_until = milliseconds(value["validFrom"]), milliseconds(value["validUntil"])
    demand(valid_from < valid_until, "TRUST-011", f"validity of {name}")
    status = value["status"]
    demand(isinstance(status, str) and status in ("active", "retired", "revoked"), "TRUST-011", f"status of {name}")
    demand(("revokedAt" in value) == (status == "revoked"), "TRUST-011", f"revokedAt of {name}")
    revoked_at = None
    if status == "revoked":
        demand(is_timestamp(value["revokedAt"]), "TRUST-011", f"revokedAt of {name}")
        revoked_at = milliseconds(value["revokedAt"])
    demand("reason" not in value or is_printable(value["reason"], 512), "TRUST-011", f"reason of {name}")
    return Key(name, key, value["operator"], valid_from, valid_until, status, revoked_at)


def _role(name: str, value: Any, keys: Dict[str, Key]) -> Role:
    demand(_ROLE.fullmatch(name) is not None, "TRUST-013", f"role {name}")
    demand(is_closed(value, ("keyids", "threshold")), "TRUST-011", f"role {name}")
    listed = value["keyids"]
    demand(isinstance(listed, list) and 1 <= len(listed) <= 256, "TRUST-011", f"keys of role {name}")
    for key in listed:
        demand(is_printable(key, 64), "TRUST-011", f"keys of role {name}")
        demand(key in keys, "TRUST-013", f"role {name} lists a key that is not there")
    demand(is_whole(value["threshold"], 1), "TRUST-011", f"threshold of role {name}")
    operators = {keys[key].operator for key in listed}
    demand(value["threshold"] <= len(operators), "TRUST-015", f"threshold of role {name}")
    return Role(tuple(listed), int(value["threshold"]))


def first_root_key(document: bytes) -> bytes:
    """The key that stands first in the role `root` of a trust root, for who believes it on first use."""
    try:
        value = strict_json.parse(document)
        name = value["roles"]["root"]["keyids"][0]
        return ed25519_profile.admit(from_base64url(value["keys"][name]["publicKey"]))
    except (Refusal, KeyError, IndexError, TypeError):
        raise Refusal("CLI-006", "no root key in the first trust root") from None


@remembered(256)
def open_chain(
    files: Tuple[SignedFile, ...], pinned: bytes, pinned_hash: Optional[str] = None
) -> Tuple[TrustRoot, ...]:
    """All versions of a chain that begins with a pinned root key. The last is the newest."""
    for signed in files:
        demand(len(signed.document) <= MAX_DOCUMENT, "INV-061", "a trust root is too large")
        demand(len(signed.signature) <= dsse.MAX_SIGNATURE_FILE, "INV-061", "a signature file is too large")
    ed25519_profile.admit(pinned)
    demand(1 <= len(files) <= MAX_CHAIN, "TRUST-028", f"{len(files)} versions")
    chain: Tuple[TrustRoot, ...] = ()
    revoked: Dict[str, int] = {}
    for signed in files:
        root = read_trust_root(signed.document)
        if not chain:
            _first(root, signed, pinned)
        else:
            _next(chain[-1], root, signed)
        root.threshold("root", dsse.TRUST_ROOT, signed, root.issued_at)
        _keeps_revocations(root, revoked)
        for key in root.keys.values():
            if key.revoked_at is not None:
                revoked[key.id] = min(key.revoked_at, revoked.get(key.id, key.revoked_at))
        chain += (root,)
    demand(pinned_hash is None or any(root.hash == pinned_hash for root in chain), "TRUST-018", "the pinned hash")
    return chain


def _first(root: TrustRoot, signed: SignedFile, pinned: bytes) -> None:
    demand(root.version == 1, "TRUST-027", f"the chain begins with version {root.version}")
    name = key_id(pinned)
    demand(name in root.roles["root"].key_ids, "TRUST-017", "the pinned key is not in role root")
    doubt = root.keys[name].doubt(root.issued_at)
    if doubt:
        raise Refusal(doubt, "the pinned key")
    signatures = dsse.read_signature_file(signed.signature, dsse.TRUST_ROOT)
    found = [signature.value for signature in signatures if signature.key_id == name]
    message = dsse.pae(dsse.TRUST_ROOT, signed.document)
    demand(all(ed25519_profile.holds(pinned, message, value) for value in found), "TRUST-031", "the pinned key")
    demand(bool(found), "TRUST-017", "the pinned key did not sign")


def _next(before: TrustRoot, root: TrustRoot, signed: SignedFile) -> None:
    demand(root.version != before.version or root.hash == before.hash, "TRUST-021", f"version {root.version} twice")
    demand(root.version == before.version + 1, "TRUST-020", f"{root.version} after {before.version}")
    demand(root.previous == before.hash, "TRUST-022", f"version {root.version}")
    demand(root.issued_at >= before.issued_at, "TRUST-023", f"version {root.version} is older than its predecessor")
    earlier = {key.id: key.revoked_at for key in before.keys.values() if key.revoked_at is not None}
    _keeps_revocations(root, earlier)
    before.threshold("root", dsse.TRUST_ROOT, signed, root.issued_at)


def _keeps_revocations(root: TrustRoot, revoked: Dict[str, int]) -> None:
    for name, time in revoked.items():
        key = root.keys.get(name)
        good = key is None or (key.revoked_at is not None and key.revoked_at <= time)
        demand(good, "TRUST-023", f"key {name} was revoked")
