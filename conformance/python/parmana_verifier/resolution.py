"""Resolutions and votes (section 10)."""

from __future__ import annotations

from typing import Any, Dict, List

from . import strict_json
from .attestation import MAX_FILE, MAX_STATEMENT, Kind, Statement, is_envelope, one_of, read_statement
from .grammar import (
    from_base64,
    is_closed,
    is_execution_id,
    is_hash,
    is_id,
    is_key_id,
    is_line,
    is_party,
    is_signature,
    is_timestamp,
    is_version,
    is_whole,
)
from .refusal import Refusal, demand

MAX_VOTES = 4 << 20

RESOLUTION = Kind(
    "https://parmana.systems/attestation/resolution/v1",
    "INV-045",
    (
        ("audience", is_party),
        ("actionHash", is_hash),
        ("execution_id", is_execution_id),
        ("execution_fingerprint", is_hash),
        ("policyId", is_id),
        ("policyVersion", is_version),
        ("attestationHash", is_hash),
        ("resolution", one_of("approved", "rejected", "expired")),
        ("votesHash", is_hash),
        ("approvals", lambda value: is_whole(value, 0, 16)),
        ("issuedAt", is_timestamp),
        ("provenance", None),
        ("keyId", is_key_id),
    ),
    ("audience", "actionHash"),
)


def is_resolution(value: Any) -> bool:
    """Whether a document is a resolution rather than an attestation."""
    if not is_envelope(value):
        return isinstance(value, dict) and "resolution" in value
    try:
        payload = from_base64(value.get("payload"))
        statement = strict_json.parse(payload, MAX_STATEMENT)
    except Refusal:
        return False
    return isinstance(statement, dict) and statement.get("predicateType") == RESOLUTION.predicate_type


def read_resolution(data: bytes) -> Statement:
    """`resolution.form`."""
    demand(len(data) <= MAX_FILE, "INV-061", "a resolution is far smaller")
    return read_statement(RESOLUTION, strict_json.parse(data, MAX_FILE))


def read_votes(data: bytes) -> Dict[str, Any]:
    """`votes.form`."""
    demand(len(data) <= MAX_VOTES, "INV-061", "votes are far smaller")
    value = strict_json.parse(data)
    demand(is_closed(value, ("type", "execution_id", "votes")), "INV-044", "not votes")
    demand(value["type"] == "parmana/resolution-evidence/v1", "INV-044", "type")
    demand(is_execution_id(value["execution_id"]), "INV-044", "execution_id")
    demand(isinstance(value["votes"], list), "INV-044", "votes")
    for vote in value["votes"]:
        _check_vote(vote)
    return value


def _check_vote(vote: Any) -> None:
    required = ("approver", "role", "decision", "reason", "votedAt")
    demand(is_closed(vote, required, ("keyId", "signature")), "INV-044", "a vote")
    good = is_party(vote["approver"]) and is_id(vote["role"]) and vote["decision"] in ("approved", "rejected")
    good = good and is_line(vote["reason"]) and is_timestamp(vote["votedAt"])
    demand(good, "INV-044", "a vote")
    demand(("keyId" in vote) == ("signature" in vote), "INV-044", "keyId and signature")
    if "keyId" in vote:
        demand(is_key_id(vote["keyId"]) and is_signature(vote["signature"]), "INV-044", "keyId and signature")


def vote_statement(vote: Dict[str, Any], execution_id: str, attestation_hash: str) -> Dict[str, Any]:
    """What an approver signs."""
    members: List[str] = ["approver", "role", "decision", "reason", "votedAt"]
    return {
        "type": "parmana/review-vote/v1",
        "execution_id": execution_id,
        "attestationHash": attestation_hash,
        **{member: vote[member] for member in members},
    }
