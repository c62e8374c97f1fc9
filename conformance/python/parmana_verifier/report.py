"""The catalogue of checks, reports, levels and the verdict (sections 13 and 14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from .refusal import Refusal

LEVELS = ("L1", "L2", "L3", "L4")


class Check(NamedTuple):
    id: str
    level: str
    required: bool


def _checks(level: str, text: str) -> List[Check]:
    """Checks by name; `*` marks the required ones."""
    return [Check(name.rstrip("*"), level, name.endswith("*")) for name in text.split()]


_TRUST = _checks(
    "L1",
    "trust-root.authentic* trust-root.unexpired trust-root.version* trust-root.hash* trust-root.in-force* "
    "signing-key.role* signing-key.validity*",
)
_POLICY = _checks(
    "L2",
    "bundle.authentic* bundle.identity* bundle.schema-version* bundle.hash* bundle.policy-hash* "
    "policy-index.authentic* policy-index.unexpired policy-index.version* policy-index.in-force policy-index.listed* "
    "release.authentic* release.manifest-hash* release.runtime-hash* release.runtime-version*",
)
_LOG = _checks("L3", "log.form* log.inclusion* log.checkpoint* log.consistency log.witnesses")

ATTESTATION_CHECKS: Tuple[Check, ...] = tuple(
    _checks("L1", "attestation.form* attestation.binding* attestation.date")
    + _TRUST
    + _checks("L1", "attestation.signature*")
    + _POLICY
    + _checks("L2", "release.evaluator-semantics* release.schema-version*")
    + _LOG
    + _checks(
        "L4",
        "evidence.form* evidence.execution-id* evidence.signals-hash* evidence.signal-provenance-hash* "
        "evidence.signals-valid* evidence.provenance-met* decision.fingerprint* decision.semantics* "
        "decision.repeated* decision.rule* decision.outcome* decision.action* decision.reason* decision.state*",
    )
)
RESOLUTION_CHECKS: Tuple[Check, ...] = tuple(
    _checks("L1", "resolution.form* resolution.binding* resolution.date")
    + _TRUST
    + _checks(
        "L1",
        "resolution.signature* original.form* original.link* original.authentic* original.pending* "
        "original.execution* original.policy* original.audience* original.date*",
    )
    + _POLICY
    + _checks("L2", "terms.override* terms.quorum* terms.expiry*")
    + _LOG
    + _checks(
        "L4",
        "votes.form* votes.execution-id* votes.hash* votes.count* votes.outcome* votes.approvers* votes.requester* "
        "votes.roles* votes.dates* votes.signatures*",
    )
)


class Finding(NamedTuple):
    check: Check
    status: str
    code: Optional[str]
    detail: str

    def to_json(self) -> Dict[str, str]:
        entry = {"id": self.check.id, "level": self.check.level, "status": self.status}
        if self.code is not None:
            entry["code"] = self.code
        entry["detail"] = self.detail
        return entry


@dataclass
class Findings:
    """The outcome of each check that was made, and the results that others need."""

    catalogue: Tuple[Check, ...]
    outcomes: Dict[str, Finding] = field(default_factory=dict)

    def check(self, name: str, needs: Tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Make a check if nothing it needs is missing (None). Returns its result, None if it did not pass."""
        check = next(one for one in self.catalogue if one.id == name)
        if any(need is None for need in needs):
            self.outcomes[name] = Finding(check, "not_checked", None, "something it needs is not there")
            return None
        try:
            result = make()
        except Refusal as refusal:
            self.outcomes[name] = Finding(check, "fail", refusal.code, refusal.detail)
            return None
        self.outcomes[name] = Finding(check, "pass", None, "")
        return True if result is None else result

    def ordered(self) -> List[Finding]:
        return [self.outcomes[check.id] for check in self.catalogue]


@dataclass(frozen=True)
class Report:
    verdict: str
    level: str
    findings: Tuple[Finding, ...]

    @property
    def verified(self) -> bool:
        return self.verdict == "verified"

    def to_json(self) -> Dict[str, Any]:
        return {
            "verdict": self.verdict,
            "level": self.level,
            "checks": [finding.to_json() for finding in self.findings],
        }


def judge(findings: List[Finding], required: str, asked: Tuple[str, ...] = ()) -> Report:
    """Section 14; `required` is R, `asked` the checks that must be answered."""
    failed = {one.check.level for one in findings if one.status == "fail"}
    unproven = {one.check.level for one in findings if one.status == "not_checked" and one.check.required}
    waived = set() if required == "L3" else {"L3"}
    reached: List[str] = []
    for level in LEVELS:
        if level in failed or (level in unproven and level not in waived):
            break
        reached.append(level)
    proven = [level for level in reached if level not in unproven]
    unanswered = any(one.check.id in asked and one.status != "pass" for one in findings)
    verdict = "verified" if not failed and required in reached and not unanswered else "refused"
    return Report(verdict, proven[-1] if proven else "none", tuple(findings))
