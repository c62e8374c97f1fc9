"""A world to verify in: keys, a trust root, a policy, a release, a log, and everything signed. Nothing is real."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parmana_verifier import dsse, merkle
from parmana_verifier.attestation import ATTESTATION, Kind, canonical_statement
from parmana_verifier.canonical import canonical
from parmana_verifier.grammar import hash_of, sha256, to_base64url
from parmana_verifier.keys import key_id
from parmana_verifier.provenance import signal_statement
from parmana_verifier.resolution import RESOLUTION, vote_statement
from parmana_verifier.signed_note import LOG, WITNESS, NoteKey

BEGIN, END = "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"
ISSUED, NOW = "2026-06-01T12:00:00.000Z", "2026-06-02T00:00:00.000Z"
LATER = "2026-06-01T13:00:00.000Z"
ORIGIN = "log.example/1"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


class Signer:
    """A key made from its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        self.public = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.id = key_id(self.public)

    def sign(self, payload_type: str, body: bytes) -> str:
        return b64(self.private.sign(dsse.pae(payload_type, body)))

    def signature_file(self, payload_type: str, body: bytes) -> bytes:
        entry = {"keyid": self.id, "sig": self.sign(payload_type, body)}
        return canonical({"payloadType": payload_type, "signatures": [entry]})

    @property
    def pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def entry(self, operator: str, **others: Any) -> Dict[str, Any]:
        return {
            "algorithm": "Ed25519",
            "publicKey": to_base64url(self.public),
            "operator": operator,
            "validFrom": BEGIN,
            "validUntil": END,
            "status": "active",
            **others,
        }


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return merkle.leaf_hash(leaves[0])
    split = _split(len(leaves))
    return merkle.node_hash(tree_hash(leaves[:split]), tree_hash(leaves[split:]))


def _split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def inclusion(leaves: Sequence[bytes], index: int) -> List[bytes]:
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return inclusion(leaves[:split], index) + [tree_hash(leaves[split:])]
    return inclusion(leaves[split:], index - split) + [tree_hash(leaves[:split])]


def consistency(leaves: Sequence[bytes], old: int, whole: bool = True) -> List[bytes]:
    if old == len(leaves):
        return [] if whole else [tree_hash(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return consistency(leaves[:split], old, whole) + [tree_hash(leaves[split:])]
    return consistency(leaves[split:], old - split, False) + [tree_hash(leaves[:split])]


def policy() -> Dict[str, Any]:
    """A policy with a bit of everything."""
    return {
        "policyId": "refund",
        "policyVersion": "1.0.0",
        "schemaVersion": "1.0.0",
        "signalsSchema": {
            "order": {"type": "string", "minLength": 1, "maxLength": 64},
            "amount": {
                "type": "decimal",
                "scale": 2,
                "minimum": "0.00",
                "provenance": {"sources": ["shop"], "maxAgeSeconds": 600, "signed": True, "subject": "order"},
            },
            "opened": {"type": "boolean", "optional": True},
        },
        "override": {"approverRoles": ["manager"], "quorum": 1, "expiresAfterSeconds": 86400, "signed": True},
        "rules": [
            {
                "id": "small",
                "condition": {
                    "all": [
                        {"signal": "amount", "less_than_or_equal": "50.00"},
                        {"signal": "order", "matches": "[A-Z]-[0-9]+"},
                    ]
                },
                "outcome": {"decision": "approved", "action": "refund", "reason": "small"},
            },
            {
                "id": "rest",
                "condition": {"all": []},
                "outcome": {"decision": "pending_override", "action": "ask", "reason": "needs a manager"},
            },
        ],
    }


class World:
    """A home and what was executed in it."""

    def __init__(self, runtime_role: bool = True) -> None:
        names = ("root", "policy", "release", "runtime", "log", "source:shop", "approver:manager", "witness")
        self.keys = {name: Signer(name) for name in names}
        self.policy_document = policy()
        roles = [name for name in names if name != "witness" and (runtime_role or name != "runtime")]
        self.trust_root: Dict[str, Any] = {
            "type": "parmana/trust-root/v1",
            "version": 1,
            "issuedAt": BEGIN,
            "expiresAt": END,
            "previous": None,
            "keys": {self.keys[name].id: self.keys[name].entry("alice") for name in roles},
            "roles": {name: {"keyids": [self.keys[name].id], "threshold": 1} for name in roles},
        }
        self.build()

    def build(self) -> None:
        """Sign everything anew, after a document was changed."""
        self.files: Dict[str, bytes] = {"trust/root.pub": self.keys["root"].pem}
        root = self._put("trust/trust-root", self.trust_root, "root", dsse.TRUST_ROOT)
        policy_bytes = json.dumps(self.policy_document).encode("utf-8")
        folder = "policies/refund/1.0.0"
        self.files[f"{folder}/policy.json"] = policy_bytes
        manifest = canonical(
            {
                "type": "parmana/policy-bundle/v1",
                "policyId": "refund",
                "policyVersion": "1.0.0",
                "schemaVersion": "1.0.0",
                "evaluatorSemantics": "parmana-policy/1",
                "createdAt": BEGIN,
                "files": [{"path": "policy.json", "size": len(policy_bytes), "sha256": sha256(policy_bytes)}],
            }
        )
        self.files[f"{folder}/bundle.manifest.json"] = manifest
        self.files[f"{folder}/bundle.sig"] = self.keys["policy"].signature_file(dsse.POLICY_BUNDLE, manifest)
        self.index = {
            "type": "parmana/policy-index/v1",
            "version": 1,
            "issuedAt": BEGIN,
            "expiresAt": END,
            "policies": {"refund": {"active": {"1.0.0": sha256(manifest)}, "deprecated": {}, "revoked": {}}},
        }
        self._put("policies/index", self.index, "policy", dsse.POLICY_INDEX)
        files = [{"path": "index.js", "size": 1, "sha256": sha256(b"x")}]
        release = self._put(
            "release-manifest",
            {
                "type": "parmana/release-manifest/v1",
                "runtimeVersion": "1.0.0",
                "evaluatorSemantics": "parmana-policy/1",
                "schemaVersions": ["1.0.0"],
                "createdAt": BEGIN,
                "files": files,
            },
            "release",
            dsse.RELEASE_MANIFEST,
        )
        self.provenance = {
            "runtimeVersion": "1.0.0",
            "runtimeHash": hash_of(files),
            "policyHash": sha256(policy_bytes),
            "bundleHash": sha256(manifest),
            "releaseManifestHash": sha256(release),
            "trustRootVersion": 1,
            "trustRootHash": sha256(root),
            "policyIndexVersion": 1,
            "schemaVersion": "1.0.0",
            "evaluatorSemantics": "parmana-policy/1",
        }

    def _put(self, name: str, document: Dict[str, Any], role: str, payload_type: str) -> bytes:
        data = canonical(document)
        self.files[f"{name}.json"] = data
        self.files[f"{name}.sig"] = self.keys[role].signature_file(payload_type, data)
        return data

    def record(self, name: str, value: Any, subject: str, execution_id: str = "e-1") -> Dict[str, Any]:
        record = {"source": "shop", "observedAt": "2026-06-01T11:55:00.000Z", "subject": subject}
        body = canonical(signal_statement(name, value, record, execution_id))
        key = self.keys["source:shop"]
        return {**record, "attestation": {"keyid": key.id, "sig": key.sign(dsse.SIGNAL, body)}}

    def evidence(self, amount: str = "12.50", order: str = "A-17") -> Dict[str, Any]:
        return {
            "type": "parmana/evidence/v1",
            "execution_id": "e-1",
            "signals": {"order": order, "amount": amount},
            "signalProvenance": {"amount": self.record("amount", amount, order)},
        }

    def attestation(self, evidence: Dict[str, Any], **changes: Any) -> Dict[str, Any]:
        """A flat attestation of what the policy decides."""
        signals = evidence["signals"]
        small = len(signals["amount"]) == 5 and signals["amount"] <= "50.00"
        rule = self.policy_document["rules"][0 if small else 1]
        decision = rule["outcome"]["decision"]
        flat = {
            "execution_id": evidence["execution_id"],
            "execution_fingerprint": hash_of({"policyId": "refund", "policyVersion": "1.0.0", "signals": signals}),
            "policyId": "refund",
            "policyVersion": "1.0.0",
            "rule_id": rule["id"],
            **rule["outcome"],
            "execution_state": "pending_override" if decision == "pending_override" else "completed",
            "issuedAt": ISSUED,
            "requester": "bob",
            "provenance": {
                **self.provenance,
                "signalsHash": hash_of(signals),
                "signalProvenanceHash": hash_of(evidence["signalProvenance"]),
            },
            "keyId": self.keys["runtime"].id,
            **changes,
        }
        return self.signed(ATTESTATION, flat)

    def signed(self, kind: Kind, flat: Dict[str, Any]) -> Dict[str, Any]:
        flat = {name: value for name, value in flat.items() if name != "signature"}
        body = canonical_statement(kind, flat)
        return {**flat, "signature": self.keys["runtime"].sign(dsse.IN_TOTO, body)}

    def vote(self, original: Dict[str, Any], **changes: Any) -> Dict[str, Any]:
        vote = {
            "approver": "alice",
            "role": "manager",
            "decision": "approved",
            "reason": "fine",
            "votedAt": "2026-06-01T12:30:00.000Z",
            **changes,
        }
        body = canonical(vote_statement(vote, original["execution_id"], hash_of(original)))
        key = self.keys["approver:manager"]
        return {**vote, "keyId": key.id, "signature": key.sign(dsse.VOTE, body)}

    def resolution(self, original: Dict[str, Any], votes: List[Any], **changes: Any) -> Dict[str, Any]:
        flat = {
            "execution_id": original["execution_id"],
            "execution_fingerprint": original["execution_fingerprint"],
            "policyId": "refund",
            "policyVersion": "1.0.0",
            "attestationHash": hash_of(original),
            "resolution": "approved",
            "votesHash": hash_of(votes),
            "approvals": sum(vote["decision"] == "approved" for vote in votes),
            "issuedAt": LATER,
            "provenance": original["provenance"],
            "keyId": self.keys["runtime"].id,
            **changes,
        }
        return self.signed(RESOLUTION, flat)

    def entry(self, flat: Dict[str, Any], seq: int) -> Dict[str, Any]:
        resolved = "resolution" in flat
        decision = flat["resolution"] if resolved else flat["decision"]
        return {
            "type": "parmana/log-entry/v1",
            "seq": seq,
            "time": flat["issuedAt"],
            "event": "override_resolved" if resolved else "attested",
            "execution_id": flat["execution_id"],
            "execution_fingerprint": flat["execution_fingerprint"],
            "attestationHash": hash_of(flat),
            "decision": "rejected" if decision == "expired" else decision,
            "code": "INV-095" if decision == "expired" else None,
            "replayIdentity": None if resolved else "fingerprint",
        }

    def checkpoint(self, leaves: Sequence[bytes], witness_time: Optional[int] = None) -> bytes:
        text = f"{ORIGIN}\n{len(leaves)}\n{b64(tree_hash(leaves))}\n"
        log = self.keys["log"]
        known = NoteKey(ORIGIN, LOG, log.public)
        lines = f"\u2014 {ORIGIN} {b64(known.id + log.private.sign(text.encode()))}\n"
        if witness_time is not None:
            witness = self.keys["witness"]
            known = self.witness_key
            body = f"cosignature/v1\ntime {witness_time}\n{text}".encode()
            value = known.id + witness_time.to_bytes(8, "big") + witness.private.sign(body)
            lines += f"\u2014 {known.name} {b64(value)}\n"
        return f"{text}\n{lines}".encode("utf-8")

    @property
    def witness_key(self) -> NoteKey:
        return NoteKey("witness.example", WITNESS, self.keys["witness"].public)

    def log_proof(self, entry: Dict[str, Any], leaves: Sequence[bytes], **options: Any) -> bytes:
        """The proof of an entry among other leaves; its `seq` says where it stands."""
        index = entry["seq"]
        every = list(leaves[:index]) + [canonical(entry)] + list(leaves[index:])
        self.last_leaves = every
        hashes = "".join(f"{b64(one)}\n" for one in inclusion(every, index))
        head = f"c2sp.org/tlog-proof@v1\nextra {b64(every[index])}\nindex {index}\n{hashes}\n"
        return head.encode("utf-8") + self.checkpoint(every, **options)

    def write(self, directory: Path) -> None:
        for name, data in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
