"""Evidence: the signals and where they came from (section 5)."""

from __future__ import annotations

from typing import Any, Dict

from . import strict_json
from .grammar import (
    is_closed,
    is_execution_id,
    is_hash,
    is_key_id,
    is_label,
    is_signature,
    is_timestamp,
    utf16_length,
)
from .refusal import demand

MAX_EVIDENCE = 4 << 20
MAX_WEIGHT = 524288


def read_evidence(data: bytes) -> Dict[str, Any]:
    """`evidence.form`."""
    demand(len(data) <= MAX_EVIDENCE, "INV-061", "evidence is far smaller")
    value = strict_json.parse(data, MAX_EVIDENCE)
    demand(is_closed(value, ("type", "execution_id", "signals", "signalProvenance")), "INV-034", "not evidence")
    demand(value["type"] == "parmana/evidence/v1", "INV-034", "type")
    demand(is_execution_id(value["execution_id"]), "INV-035", "execution_id")
    _check_signals(value["signals"])
    records = value["signalProvenance"]
    demand(isinstance(records, dict), "INV-034", "signalProvenance")
    for name, record in records.items():
        demand(name in value["signals"], "INV-036", name)
        _check_record(name, record)
    return value


def _check_signals(signals: Any) -> None:
    demand(isinstance(signals, dict), "VAL-020", "signals")
    demand(not any(isinstance(value, dict) for value in signals.values()), "INV-034", "a signal is an object")
    demand(len(signals) <= 256, "VAL-022", "more than 256 signals")
    scales = _Scales()
    for name, value in signals.items():
        demand(utf16_length(name) <= 256, "VAL-029", name)
        scales.add(utf16_length(name) + 1)
        _check_value(name, value, scales)


class _Scales:
    """What the signals weigh so far."""

    def __init__(self) -> None:
        self.weight = 0

    def add(self, weight: int) -> None:
        self.weight += weight
        demand(self.weight <= MAX_WEIGHT, "VAL-022", "the signals are too large")


def _check_value(name: str, value: Any, scales: _Scales) -> None:
    demand(value is not None, "VAL-023", name)
    if not isinstance(value, list):
        _check_scalar(name, value, scales)
        return
    demand(len(value) <= 1024, "VAL-026", name)
    for item in value:
        demand(isinstance(item, (bool, float, str)), "VAL-026", name)
        _check_scalar(name, item, scales)


def _check_scalar(name: str, value: Any, scales: _Scales) -> None:
    if not isinstance(value, str):
        scales.add(2 if isinstance(value, bool) else 5)
        return
    scales.add(utf16_length(value) + 1)
    demand(len(value.encode("utf-8")) <= 65536, "VAL-025", name)


def _check_record(name: str, record: Any) -> None:
    optional = ("observedAt", "evidenceHash", "subject", "attestation")
    demand(is_closed(record, ("source",), optional), "VAL-028", name)
    good = is_label(record["source"])
    good = good and ("observedAt" not in record or is_timestamp(record["observedAt"]))
    good = good and ("evidenceHash" not in record or is_hash(record["evidenceHash"]))
    good = good and ("subject" not in record or is_label(record["subject"]))
    demand(good, "VAL-028", name)
    if "attestation" in record:
        attestation = record["attestation"]
        demand(is_closed(attestation, ("keyid", "sig")), "VAL-028", name)
        demand(is_key_id(attestation["keyid"]) and is_signature(attestation["sig"]), "VAL-028", name)
