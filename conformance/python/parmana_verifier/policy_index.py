"""Policy indexes (section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict

from . import dsse, strict_json
from .grammar import is_closed, is_hash, is_id, is_timestamp, is_version, is_whole, milliseconds, sha256
from .refusal import Refusal, demand, remembered
from .trust_root import MAX_DOCUMENT, SignedFile, TrustRoot

_STATUSES = ("active", "deprecated", "revoked")


@dataclass(frozen=True, eq=False)
class PolicyIndex:
    hash: str
    version: int
    issued_at: int
    expires_at: int
    policies: Dict[str, Dict[str, Dict[str, str]]]

    def in_force(self, time: int) -> None:
        demand(time < self.expires_at, "POL-045", "the policy index has expired")
        demand(time >= self.issued_at, "POL-046", "the policy index is not issued yet")

    def lists(self, policy_id: str, policy_version: str, bundle_hash: str) -> None:
        """Refuse unless the version is listed with this bundle."""
        entry = self.policies.get(policy_id, {})
        found = [status for status in _STATUSES if policy_version in entry.get(status, {})]
        demand(bool(found), "POL-042", f"{policy_id}@{policy_version}")
        demand("revoked" not in found, "POL-043", f"{policy_id}@{policy_version}")
        demand(entry[found[0]][policy_version] == bundle_hash, "POL-044", f"{policy_id}@{policy_version}")


@remembered(32)
def open_index(signed: SignedFile, root: TrustRoot) -> PolicyIndex:
    demand(len(signed.document) <= MAX_DOCUMENT, "INV-061", "the policy index is too large")
    demand(len(signed.signature) <= dsse.MAX_SIGNATURE_FILE, "INV-061", "the signature file is too large")
    index = read_index(signed.document)
    root.threshold("policy", dsse.POLICY_INDEX, signed, index.issued_at)
    return index


@remembered(64)
def read_index(data: bytes) -> PolicyIndex:
    try:
        return _read(sha256(data), strict_json.parse(data, MAX_DOCUMENT))
    except Refusal as refusal:
        raise Refusal("POL-040", refusal.detail) from None


def _read(digest: str, value: Any) -> PolicyIndex:
    members = ("type", "version", "issuedAt", "expiresAt", "policies")
    demand(is_closed(value, members), "POL-040", "not a policy index")
    demand(value["type"] == "parmana/policy-index/v1", "POL-040", "type")
    demand(is_whole(value["version"], 1), "POL-040", "version")
    demand(is_timestamp(value["issuedAt"]) and is_timestamp(value["expiresAt"]), "POL-040", "issuedAt, expiresAt")
    issued_at, expires_at = milliseconds(value["issuedAt"]), milliseconds(value["expiresAt"])
    demand(issued_at < expires_at, "POL-040", "expiresAt")
    policies = value["policies"]
    demand(isinstance(policies, dict) and len(policies) <= 4096, "POL-040", "policies")
    for name, entry in policies.items():
        demand(is_id(name) and is_closed(entry, _STATUSES), "POL-040", name)
        folded = set()
        for status in _STATUSES:
            versions = entry[status]
            demand(isinstance(versions, dict) and len(versions) <= 1024, "POL-040", f"{name}: {status}")
            for version, bundle_hash in versions.items():
                demand(is_version(version) and is_hash(bundle_hash), "POL-040", f"{name}: {version}")
                demand(version.lower() not in folded, "POL-040", f"{name}: {version} twice")
                folded.add(version.lower())
    return PolicyIndex(digest, int(value["version"]), issued_at, expires_at, policies)
