"""Evidence bundles: one file with everything (section 11, docs/evidence-bundle.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Tuple

from .attestation import MAX_FILE
from .dsse import MAX_SIGNATURE_FILE
from .evidence import MAX_EVIDENCE
from .grammar import from_base64, is_closed
from .log_proof import MAX_PROOF
from .policy_bundle import BundleFiles, check_limits
from .refusal import Refusal, demand
from .resolution import MAX_VOTES
from .trust_root import MAX_DOCUMENT, SignedFile

MAX_BUNDLE = 32 << 20
MAX_LIST = 1024
TYPE_PREFIX = "parmana/evidence-bundle/"
TYPE = "parmana/evidence-bundle/v1"

_MEMBERS = (
    "type",
    "attestation",
    "evidence",
    "policyBundle",
    "policyIndex",
    "formerPolicyIndexes",
    "release",
    "trustRoot",
    "logProof",
    "resolution",
)


@dataclass(frozen=True)
class ResolutionFiles:
    attestation: bytes
    votes: bytes
    release: SignedFile
    log_proof: bytes


@dataclass(frozen=True)
class EvidenceBundle:
    attestation: bytes
    evidence: Optional[bytes]
    policy_bundle: BundleFiles
    policy_index: SignedFile
    former_policy_indexes: Tuple[SignedFile, ...]
    release: SignedFile
    chain: Tuple[SignedFile, ...]
    log_proof: bytes
    resolution: Optional[ResolutionFiles]


def is_evidence_bundle(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind.startswith(TYPE_PREFIX)


def read_evidence_bundle(value: Any) -> EvidenceBundle:
    """The files of a bundle. Its bytes were read as strict JSON of at most 32 MiB."""
    demand(is_closed(value, _MEMBERS), "INV-100", "the members are not those of the format")
    demand(value["type"] == TYPE, "INV-100", "type")
    attestation = _file(value["attestation"], MAX_FILE, "attestation")
    evidence = None if value["evidence"] is None else _file(value["evidence"], MAX_EVIDENCE, "evidence")
    policy_bundle = _policy_bundle(value["policyBundle"])
    policy_index = _signed(value["policyIndex"], "policyIndex")
    former = _list(value["formerPolicyIndexes"], "formerPolicyIndexes")
    release = _signed(value["release"], "release")
    trust_root = value["trustRoot"]
    demand(is_closed(trust_root, ("document", "signature", "predecessors")), "INV-100", "trustRoot")
    newest = _signed({name: trust_root[name] for name in ("document", "signature")}, "trustRoot")
    chain = _list(trust_root["predecessors"], "predecessors") + (newest,)
    log_proof = _file(value["logProof"], MAX_PROOF, "logProof")
    resolution = None if value["resolution"] is None else _resolution(value["resolution"])
    return EvidenceBundle(
        attestation, evidence, policy_bundle, policy_index, former, release, chain, log_proof, resolution
    )


def _file(value: Any, most: int, where: str) -> bytes:
    try:
        data = from_base64(value)
    except Refusal:
        raise Refusal("INV-100", f"{where} is not base64") from None
    demand(len(data) <= most, "INV-061", f"{where} is too large")
    return data


def _signed(value: Any, where: str) -> SignedFile:
    demand(is_closed(value, ("document", "signature")), "INV-100", where)
    document = _file(value["document"], MAX_DOCUMENT, where)
    return SignedFile(document, _file(value["signature"], MAX_SIGNATURE_FILE, where))


def _list(value: Any, where: str) -> Tuple[SignedFile, ...]:
    demand(isinstance(value, list) and len(value) <= MAX_LIST, "INV-100", where)
    return tuple(_signed(entry, where) for entry in value)


def _policy_bundle(value: Any) -> BundleFiles:
    demand(is_closed(value, ("manifest", "signature", "files")), "INV-100", "policyBundle")
    manifest = _signed({"document": value["manifest"], "signature": value["signature"]}, "policyBundle")
    demand(isinstance(value["files"], dict), "INV-100", "files")
    files = tuple((path, _file(entry, MAX_BUNDLE, path)) for path, entry in value["files"].items())
    bundle = BundleFiles(manifest, files)
    check_limits(bundle)
    return bundle


def _resolution(value: Any) -> ResolutionFiles:
    demand(is_closed(value, ("attestation", "votes", "release", "logProof")), "INV-100", "resolution")
    attestation = _file(value["attestation"], MAX_FILE, "resolution")
    votes = _file(value["votes"], MAX_VOTES, "votes")
    release = _signed(value["release"], "release of the resolution")
    return ResolutionFiles(attestation, votes, release, _file(value["logProof"], MAX_PROOF, "logProof"))
