"""DSSE: the encoding that is signed, envelopes, detached signature files (sections 2.3, 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, NamedTuple, Tuple

from . import strict_json
from .grammar import from_base64, has_control, is_closed, is_key_id, utf16_length
from .refusal import Refusal, demand

IN_TOTO = "application/vnd.in-toto+json"
TRUST_ROOT = "application/vnd.parmana.trust-root.v1+json"
POLICY_BUNDLE = "application/vnd.parmana.policy-bundle.v1+json"
POLICY_INDEX = "application/vnd.parmana.policy-index.v1+json"
RELEASE_MANIFEST = "application/vnd.parmana.release-manifest.v1+json"
SIGNAL = "application/vnd.parmana.signal.v1+json"
VOTE = "application/vnd.parmana.review-vote.v1+json"

MAX_SIGNATURE_FILE = 64 * 1024


class Signature(NamedTuple):
    key_id: str
    value: bytes


@dataclass(frozen=True)
class Envelope:
    payload_type: str
    payload: bytes
    signatures: Tuple[Signature, ...]


def pae(payload_type: str, body: bytes) -> bytes:
    """The pre-authentication encoding."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def read_envelope(value: Any) -> Envelope:
    """An envelope (section 4.3)."""
    demand(is_closed(value, ("payloadType", "payload", "signatures")), "SIG-003", "not a DSSE envelope")
    demand(isinstance(value["payload"], str), "SIG-003", "the payload is no text")
    payload = from_base64(value["payload"])
    kind = _payload_type(value["payloadType"])
    return Envelope(kind, payload, _signatures(value["signatures"]))


def read_signature_file(data: bytes, payload_type: str) -> Tuple[Signature, ...]:
    """The signatures of a detached file for documents of one type; every defect is TRUST-030."""
    try:
        value = strict_json.parse(data, MAX_SIGNATURE_FILE)
        demand(is_closed(value, ("payloadType", "signatures")), "SIG-003", "not a signature file")
        demand(_payload_type(value["payloadType"]) == payload_type, "SIG-002", "another payload type")
        return _signatures(value["signatures"])
    except Refusal as refusal:
        raise Refusal("TRUST-030", refusal.detail) from None


def _payload_type(value: Any) -> str:
    good = isinstance(value, str) and 1 <= utf16_length(value) <= 256 and not has_control(value)
    demand(good, "SIG-002", "the payload type is malformed")
    return value


def _signatures(value: Any) -> Tuple[Signature, ...]:
    demand(isinstance(value, list), "SIG-003", "signatures are no list")
    demand(1 <= len(value) <= 64, "SIG-007", f"{len(value)} signatures")
    read: List[Signature] = []
    for entry in value:
        demand(is_closed(entry, ("keyid", "sig")), "SIG-003", "not a signature")
        demand(isinstance(entry["keyid"], str) and isinstance(entry["sig"], str), "SIG-003", "not two texts")
        demand(is_key_id(entry["keyid"]), "SIG-004", "not a key id")
        demand(len(entry["sig"]) == 88, "SIG-006", "a signature has 64 bytes")
        value_of = from_base64(entry["sig"])
        demand(len(value_of) == 64, "SIG-006", "a signature has 64 bytes")
        read.append(Signature(entry["keyid"], value_of))
    demand(len({signature.key_id for signature in read}) == len(read), "SIG-005", "one key signs twice")
    return tuple(read)
