"""What a policy demands of the origin of signals, judged again (section 12.7)."""

from __future__ import annotations

from typing import Any, Dict

from . import dsse, ed25519_profile
from .canonical import canonical
from .grammar import from_base64, milliseconds
from .policy import Policy
from .refusal import Refusal, demand
from .trust_root import TrustRoot


def check_provenance(
    policy: Policy, signals: Dict[str, Any], records: Dict[str, Any], execution_id: str, time: int, root: TrustRoot
) -> None:
    """Refuse unless every demand is met and every signature that is there holds."""
    for name in records:
        demand(name in policy.schema and name in signals, "VAL-038", name)
    for name, declaration in policy.schema.items():
        if name not in signals:
            continue
        record = records.get(name)
        needs = declaration.provenance
        if needs is not None:
            if record is None:
                raise Refusal("VAL-030", name)
            demand(needs.sources is None or record["source"] in needs.sources, "VAL-031", name)
            if needs.max_age_seconds is not None:
                observed = _observed(name, record, time)
                demand(time - observed <= needs.max_age_seconds * 1000, "VAL-032", name)
            if needs.signed:
                demand("attestation" in record, "VAL-034", name)
                if needs.subject is None:
                    demand("subject" not in record, "VAL-036", name)
                else:
                    demand(record.get("subject") == _spelt(signals[needs.subject]), "VAL-036", name)
        if record is not None and "attestation" in record:
            _signature(name, signals[name], record, execution_id, time, root)


def _observed(name: str, record: Dict[str, Any], time: int) -> int:
    demand("observedAt" in record, "VAL-032", name)
    observed = milliseconds(record["observedAt"])
    demand(observed <= time, "VAL-033", name)
    return observed


def _spelt(value: Any) -> str:
    return value if isinstance(value, str) else str(int(value))


def _signature(name: str, value: Any, record: Dict[str, Any], execution_id: str, time: int, root: TrustRoot) -> None:
    observed = _observed(name, record, time)
    attestation = record["attestation"]
    try:
        key = root.single(f"source:{record['source']}", attestation["keyid"], observed)
    except Refusal as refusal:
        raise Refusal("VAL-035", f"{name}: {refusal}") from None
    message = dsse.pae(dsse.SIGNAL, canonical(signal_statement(name, value, record, execution_id)))
    demand(ed25519_profile.holds(key.value, message, from_base64(attestation["sig"])), "VAL-035", name)


def signal_statement(name: str, value: Any, record: Dict[str, Any], execution_id: str) -> Dict[str, Any]:
    """What a source signs (section 5)."""
    statement = {"type": "parmana/signal/v1", "source": record["source"], "signal": name, "value": value}
    for member in ("observedAt", "evidenceHash"):
        if member in record:
            statement[member] = record[member]
    if "subject" in record:
        statement["subject"] = record["subject"]
    else:
        statement["execution_id"] = execution_id
    return statement
