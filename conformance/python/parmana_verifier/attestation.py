"""Execution attestations in both spellings (section 4), and what resolutions share with them (section 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional, Tuple

from . import dsse, strict_json
from .canonical import canonical
from .grammar import (
    from_base64,
    hash_of,
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
    milliseconds,
)
from .refusal import demand

MAX_FILE = 64 * 1024
MAX_STATEMENT = 3584

_TOKEN = re.compile("[!-~]{1,128}")
_PROVENANCE = (
    ("runtimeVersion", "INV-033"),
    ("runtimeHash", "INV-031"),
    ("policyHash", "INV-031"),
    ("bundleHash", "INV-031"),
    ("releaseManifestHash", "INV-031"),
    ("trustRootVersion", "INV-032"),
    ("trustRootHash", "INV-031"),
    ("policyIndexVersion", "INV-032"),
    ("schemaVersion", "INV-033"),
    ("evaluatorSemantics", "INV-033"),
    ("signalsHash", "INV-031"),
    ("signalProvenanceHash", "INV-031"),
)
_PROVENANCE_FORMS: Dict[str, Callable[[Any], bool]] = {
    "INV-031": is_hash,
    "INV-032": lambda value: is_whole(value, 1),
    "INV-033": lambda value: isinstance(value, str) and _TOKEN.fullmatch(value) is not None,
}


def one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in values


@dataclass(frozen=True)
class Kind:
    """What tells attestations and resolutions apart."""

    predicate_type: str
    code: str
    # In the order in which they are read; keyId and signature follow.
    members: Tuple[Tuple[str, Optional[Callable[[Any], bool]]], ...]
    optional: Tuple[str, ...]

    @property
    def required(self) -> Tuple[str, ...]:
        return tuple(name for name, _ in self.members if name not in self.optional)


ATTESTATION = Kind(
    "https://parmana.systems/attestation/execution/v1",
    "INV-020",
    (
        ("execution_id", is_execution_id),
        ("execution_fingerprint", is_hash),
        ("policyId", is_id),
        ("policyVersion", is_version),
        ("decision", one_of("approved", "rejected", "pending_override")),
        ("rule_id", is_line),
        ("action", is_line),
        ("reason", is_line),
        ("execution_state", one_of("pending_override", "completed")),
        ("issuedAt", is_timestamp),
        ("requester", is_party),
        ("audience", is_party),
        ("actionHash", is_hash),
        ("provenance", None),
        ("keyId", is_key_id),
    ),
    ("requester", "audience", "actionHash"),
)


@dataclass(frozen=True, eq=False)
class Statement:
    """A signed statement that is well-formed: S of section 13."""

    kind: Kind
    flat: Dict[str, Any]
    envelope: Optional[dsse.Envelope]

    def __getitem__(self, member: str) -> Any:
        return self.flat[member]

    def get(self, member: str) -> Any:
        return self.flat.get(member)

    @property
    def provenance(self) -> Dict[str, Any]:
        return self.flat["provenance"]

    @property
    def issued_at(self) -> int:
        return milliseconds(self.flat["issuedAt"])

    @property
    def hash(self) -> str:
        return hash_of(self.flat)

    @property
    def signature(self) -> bytes:
        return from_base64(self.flat["signature"])

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return dsse.pae(dsse.IN_TOTO, canonical_statement(self.kind, self.flat))

    def check_binding(self) -> None:
        """The envelope holds exactly this statement (INV-063)."""
        if self.envelope is None:
            return
        good = self.envelope.payload_type == dsse.IN_TOTO and len(self.envelope.signatures) == 1
        good = good and self.envelope.payload == canonical_statement(self.kind, self.flat)
        good = good and self.envelope.signatures[0] == dsse.Signature(self.flat["keyId"], self.signature)
        demand(good, "INV-063", "the envelope holds something else")


def canonical_statement(kind: Kind, flat: Dict[str, Any]) -> bytes:
    """The canonical in-toto Statement of a flat object (section 4.2)."""
    apart = ("execution_id", "execution_fingerprint", "signature")
    return canonical(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {
                    "name": f"execution:{flat['execution_id']}",
                    "digest": {"sha256": flat["execution_fingerprint"][len("sha256:") :]},
                }
            ],
            "predicateType": kind.predicate_type,
            "predicate": {name: value for name, value in flat.items() if name not in apart},
        }
    )


def read_attestation(data: bytes) -> Statement:
    """`attestation.form`."""
    demand(len(data) <= MAX_FILE, "INV-061", "an attestation is far smaller")
    return read_statement(ATTESTATION, strict_json.parse(data, MAX_FILE))


def is_envelope(value: Any) -> bool:
    return isinstance(value, dict) and "payloadType" in value


def read_statement(kind: Kind, value: Any) -> Statement:
    """A statement in either spelling (section 4.3)."""
    if is_envelope(value):
        return _read_envelope(kind, value)
    _check_flat(kind, value, signed=True)
    return Statement(kind, value, None)


def _check_flat(kind: Kind, value: Any, signed: bool) -> None:
    required = kind.required + (("signature",) if signed else ())
    demand(is_closed(value, required, kind.optional), kind.code, "the members are not those of the format")
    for name, form in kind.members:
        if name not in value:
            continue
        if form is None:
            _check_provenance(value[name])
        else:
            demand(form(value[name]), kind.code, name)
    if kind is ATTESTATION:
        state = "pending_override" if value["decision"] == "pending_override" else "completed"
        demand(value["execution_state"] == state, "INV-021", "execution_state")
    if signed:
        demand(is_signature(value["signature"]), kind.code, "signature")
    demand(len(canonical_statement(kind, value)) <= MAX_STATEMENT, "INV-022", "the statement is too large")


def _check_provenance(value: Any) -> None:
    demand(is_closed(value, (name for name, _ in _PROVENANCE)), "INV-030", "provenance")
    for name, code in _PROVENANCE:
        demand(_PROVENANCE_FORMS[code](value[name]), code, name)


def _read_envelope(kind: Kind, value: Any) -> Statement:
    envelope = dsse.read_envelope(value)
    demand(envelope.payload_type == dsse.IN_TOTO, "INV-023", envelope.payload_type)
    demand(len(envelope.signatures) == 1, "INV-024", f"{len(envelope.signatures)} signatures")
    demand(len(envelope.payload) <= MAX_STATEMENT, "INV-022", "the statement is too large")
    flat = _flat_of(kind, strict_json.parse(envelope.payload))
    _check_flat(kind, flat, signed=False)
    signature = envelope.signatures[0]
    demand(signature.key_id == flat["keyId"], "INV-025", signature.key_id)
    demand(envelope.payload == canonical_statement(kind, flat), "INV-026", "the payload is not canonical")
    flat["signature"] = value["signatures"][0]["sig"]
    return Statement(kind, flat, envelope)


def _flat_of(kind: Kind, statement: Any) -> Dict[str, Any]:
    """The flat object, without signature, that a Statement makes; its shape is checked (INV-027)."""
    code = "INV-027"
    demand(is_closed(statement, ("_type", "subject", "predicateType", "predicate")), code, "not a Statement")
    apart = ("execution_id", "execution_fingerprint")
    required = tuple(name for name in kind.required if name not in apart)
    predicate = statement["predicate"]
    demand(is_closed(predicate, required, kind.optional), code, "predicate")
    subject = statement["subject"]
    demand(isinstance(subject, list) and len(subject) == 1, code, "subject")
    demand(is_closed(subject[0], ("name", "digest")), code, "subject")
    demand(is_closed(subject[0]["digest"], ("sha256",)), code, "digest")
    demand(statement["_type"] == "https://in-toto.io/Statement/v1", code, "_type")
    demand(statement["predicateType"] == kind.predicate_type, code, "predicateType")
    name, digest = subject[0]["name"], subject[0]["digest"]["sha256"]
    demand(isinstance(name, str) and name.startswith("execution:"), code, "name")
    demand(isinstance(digest, str), code, "digest")
    return {"execution_id": name[len("execution:") :], "execution_fingerprint": "sha256:" + digest, **predicate}
