"""What a file to verify holds (section 15)."""

from __future__ import annotations

from typing import Union

from . import strict_json
from .attestation import ATTESTATION, MAX_FILE, Statement, is_envelope, read_statement
from .evidence_bundle import MAX_BUNDLE, EvidenceBundle, is_evidence_bundle, read_evidence_bundle
from .refusal import demand
from .resolution import RESOLUTION, is_resolution

# Genuine files have some thousands. An empty list takes 3 bytes to write, and dozens to hold.
MAX_VALUES = 2_000_000


def read_presented(data: bytes) -> Union[Statement, EvidenceBundle]:
    demand(len(data) <= MAX_BUNDLE, "INV-061", "larger than anything that can be verified")
    value = strict_json.parse(data, MAX_BUNDLE, max_values=MAX_VALUES)
    if is_evidence_bundle(value):
        return read_evidence_bundle(value)
    demand(len(data) <= MAX_FILE, "INV-061", "larger than a statement can be")
    if is_resolution(value):
        return read_statement(RESOLUTION, value)
    known = is_envelope(value) or (isinstance(value, dict) and "execution_id" in value)
    demand(known, "CLI-006", "neither an attestation, nor a resolution, nor an evidence bundle")
    return read_statement(ATTESTATION, value)
