"""Log entries and C2SP tlog-proofs (sections 9.1 and 9.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

from . import merkle, strict_json
from .attestation import one_of
from .canonical import canonical
from .grammar import from_base64, is_closed, is_execution_id, is_hash, is_timestamp, is_whole
from .refusal import Refusal, demand
from .signed_note import Checkpoint, Note, is_count, read_checkpoint, read_note

MAX_PROOF = 1 << 20
MAX_ENTRY = 1024

_CODE = re.compile("[A-Z][A-Z0-9-]{1,63}")
_EVENTS = (
    "attested",
    "failed",
    "abandoned",
    "replay_refused",
    "override_resolved",
    "evidence_erased",
    "policy_index_changed",
    "trust_root_changed",
)
_ENTRY = {
    "type": one_of("parmana/log-entry/v1"),
    "seq": is_whole,
    "time": is_timestamp,
    "event": one_of(*_EVENTS),
    "execution_id": is_execution_id,
    "execution_fingerprint": is_hash,
    "attestationHash": lambda value: value is None or is_hash(value),
    "decision": lambda value: value is None or one_of("approved", "rejected", "pending_override")(value),
    "code": lambda value: value is None or (isinstance(value, str) and _CODE.fullmatch(value) is not None),
    "replayIdentity": lambda value: value is None or one_of("fingerprint", "execution")(value),
}


@dataclass(frozen=True)
class LogProof:
    leaf: bytes
    entry: Dict[str, Any]
    index: int
    hashes: Tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def read_entry(leaf: bytes) -> Dict[str, Any]:
    demand(len(leaf) <= MAX_ENTRY, "INV-028", "the entry is too large")
    try:
        value = strict_json.parse(leaf)
    except Refusal as refusal:
        raise Refusal("INV-028", refusal.detail) from None
    demand(is_closed(value, _ENTRY), "INV-028", "the members are not those of the format")
    for name, form in _ENTRY.items():
        demand(form(value[name]), "INV-028", name)
    consumes = value["replayIdentity"] is not None
    demand(consumes == (value["event"] == "attested"), "INV-028", "replayIdentity")
    demand(canonical(value) == leaf, "INV-028", "not canonical")
    return value


def read_proof(data: bytes) -> LogProof:
    """`log.form`."""
    demand(len(data) <= MAX_PROOF, "INV-061", "a log proof is far smaller")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("INV-084", "not UTF-8") from None
    head, separator, note = text.partition("\n\n")
    demand(bool(separator) and bool(note), "INV-084", "no empty line, or nothing after it")
    lines = head.split("\n")
    demand(lines.pop(0) == "c2sp.org/tlog-proof@v1", "INV-084", "not a log proof")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _decoded(lines.pop(0)[len("extra ") :])
        demand(bool(extra), "INV-084", "an empty extra line")
    demand(bool(lines) and lines[0].startswith("index ") and is_count(lines[0][len("index ") :]), "INV-084", "index")
    index = int(lines.pop(0)[len("index ") :])
    hashes = read_hashes(lines)
    if extra is None:
        raise Refusal("INV-084", "no extra line")
    entry = read_entry(extra)
    read = read_note(note.encode("utf-8"))
    return LogProof(extra, entry, index, hashes, read, read_checkpoint(read))


def read_hashes(lines: List[str]) -> Tuple[bytes, ...]:
    demand(len(lines) <= merkle.MAX_HASHES, "INV-084", "too many hashes")
    hashes = tuple(_decoded(line) for line in lines)
    demand(all(len(one) == 32 for one in hashes), "INV-084", "a hash has 32 bytes")
    return hashes


def _decoded(text: str) -> bytes:
    try:
        return from_base64(text)
    except Refusal as refusal:
        raise Refusal("INV-084", refusal.detail) from None
