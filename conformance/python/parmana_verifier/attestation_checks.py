"""The checks of an attestation (section 13.1)."""

from __future__ import annotations

from typing import Any, Dict

from .attestation import Statement
from .evidence import read_evidence
from .grammar import hash_of
from .log_checks import LogChecks
from .material import Material, there
from .policy import EVALUATOR_SEMANTICS
from .provenance import check_provenance
from .refusal import demand
from .report import Findings


def check_attestation(statement: Statement, material: Material) -> Findings:
    """Section 13.1."""
    checks = AttestationChecks(statement, material)
    checks.level_1()
    checks.level_2()
    checks.log()
    checks.evidence()
    return checks.findings


class AttestationChecks(LogChecks):
    def _release(self) -> Any:
        release = super()._release()
        provenance = self.s.provenance
        self._equals(
            "release.evaluator-semantics",
            (release,),
            provenance["evaluatorSemantics"],
            lambda: release.evaluator_semantics,
            "INV-072",
        )
        self.check(
            "release.schema-version",
            (release,),
            lambda: demand(provenance["schemaVersion"] in release.schema_versions, "INV-072", "not of the release"),
        )
        return release

    def _entry(self) -> Dict[str, Any]:
        s = self.s
        return {
            "event": "attested",
            "execution_id": s["execution_id"],
            "execution_fingerprint": s["execution_fingerprint"],
            "decision": s["decision"],
            "attestationHash": s.hash,
            "code": None,
        }

    def evidence(self) -> None:
        s, material, check, root, bundle = self.s, self.material, self.check, self.root, self.bundle
        provenance = s.provenance
        evidence = check("evidence.form", (material.evidence,), lambda: read_evidence(there(material.evidence)))
        self._equals(
            "evidence.execution-id", (evidence,), s["execution_id"], lambda: evidence["execution_id"], "INV-073"
        )
        self._equals(
            "evidence.signals-hash",
            (evidence,),
            provenance["signalsHash"],
            lambda: hash_of(evidence["signals"]),
            "INV-074",
        )
        self._equals(
            "evidence.signal-provenance-hash",
            (evidence,),
            provenance["signalProvenanceHash"],
            lambda: hash_of(evidence["signalProvenance"]),
            "INV-074",
        )
        valid = check("evidence.signals-valid", (evidence, bundle), lambda: bundle.policy.validate(evidence["signals"]))
        check(
            "evidence.provenance-met",
            (evidence, valid, bundle, root),
            lambda: check_provenance(
                bundle.policy,
                evidence["signals"],
                evidence["signalProvenance"],
                s["execution_id"],
                s.issued_at,
                root,
            ),
        )
        self._equals(
            "decision.fingerprint",
            (evidence,),
            s["execution_fingerprint"],
            lambda: hash_of(
                {
                    "policyId": s["policyId"],
                    "policyVersion": s["policyVersion"],
                    "signals": evidence["signals"],
                }
            ),
            "INV-074",
        )
        semantics = check(
            "decision.semantics",
            (),
            lambda: demand(
                provenance["evaluatorSemantics"] == EVALUATOR_SEMANTICS, "INV-076", provenance["evaluatorSemantics"]
            ),
        )
        rule = check("decision.repeated", (semantics, bundle, valid), lambda: bundle.policy.decide(evidence["signals"]))
        self._equals("decision.rule", (rule,), s["rule_id"], lambda: rule.id, "INV-075")
        self._equals("decision.outcome", (rule,), s["decision"], lambda: rule.outcome.decision, "INV-075")
        self._equals("decision.action", (rule,), s["action"], lambda: rule.outcome.action, "INV-075")
        self._equals("decision.reason", (rule,), s["reason"], lambda: rule.outcome.reason, "INV-075")
        state = "pending_override" if s["decision"] == "pending_override" else "completed"
        self._equals("decision.state", (), s["execution_state"], lambda: state, "INV-077")
