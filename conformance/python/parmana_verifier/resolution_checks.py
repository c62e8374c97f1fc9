"""The checks of a resolution and its votes (section 13.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Tuple

from . import dsse, ed25519_profile
from .attestation import Statement, read_attestation
from .attestation_checks import AttestationChecks
from .canonical import canonical
from .grammar import from_base64, hash_of, milliseconds
from .log_checks import LogChecks
from .material import Material, there
from .refusal import Refusal, demand
from .report import RESOLUTION_CHECKS, Findings
from .resolution import read_votes, vote_statement
from .statement_checks import TOLERANCE
from .trust_root import TrustRoot


def check_resolution(statement: Statement, material: Material) -> Findings:
    """Section 13.2."""
    checks = ResolutionChecks(statement, material)
    checks.level_1()
    checks.original()
    checks.level_2()
    checks.log()
    checks.votes()
    checks.terms()
    return checks.findings


class ResolutionChecks(LogChecks):
    prefix = "resolution"
    catalogue = RESOLUTION_CHECKS

    def __init__(self, statement: Statement, material: Material) -> None:
        super().__init__(statement, material)
        self.orig: Any = None
        self.v: Any = None

    def _looks_at_lists(self) -> bool:
        return bool(self.s["resolution"] == "approved")

    def _entry(self) -> Dict[str, Any]:
        s = self.s
        return {
            "event": "override_resolved",
            "execution_id": s["execution_id"],
            "execution_fingerprint": s["execution_fingerprint"],
            "decision": "approved" if s["resolution"] == "approved" else "rejected",
            "attestationHash": s.hash,
            "code": "INV-095" if s["resolution"] == "expired" else None,
        }

    def original(self) -> None:
        s, material, check = self.s, self.material, self.check
        read = check("original.form", (material.original,), lambda: read_attestation(there(material.original)))
        linked = self._equals("original.link", (read,), s["attestationHash"], lambda: read.hash, "INV-068")
        orig = self.orig = read if linked else None
        check("original.authentic", (orig, self.root), lambda: self._original_authentic(orig))
        self._equals("original.pending", (orig,), "pending_override", lambda: orig["decision"], "INV-069")
        for name, members in (
            ("execution", ("execution_id", "execution_fingerprint")),
            ("policy", ("policyId", "policyVersion")),
            ("audience", ("audience", "actionHash")),
        ):
            alike: Tuple[str, ...] = ()
            if name == "policy":
                alike = (
                    "policyHash",
                    "bundleHash",
                    "schemaVersion",
                    "evaluatorSemantics",
                    "signalsHash",
                    "signalProvenanceHash",
                )
            check(
                f"original.{name}",
                (orig,),
                lambda members=members, alike=alike: self._same_as_original(orig, members, alike),
            )
        check(
            "original.date",
            (orig,),
            lambda: demand(s.issued_at >= orig.issued_at, "INV-069", "older than the original"),
        )

    def _same_as_original(self, orig: Statement, members: Tuple[str, ...], alike: Tuple[str, ...]) -> None:
        for member in members:
            demand(self.s.get(member) == orig.get(member), "INV-069", member)
        for member in alike:
            demand(self.s.provenance[member] == orig.provenance[member], "INV-069", member)

    def _original_authentic(self, orig: Statement) -> None:
        checks = AttestationChecks(orig, replace(self.material, original=None, votes=None))
        checks.level_1()
        checks.key_validity()
        for check in checks.catalogue:
            finding = checks.findings.outcomes.get(check.id)
            if finding is None or check.id in ("trust-root.authentic", "trust-root.unexpired"):
                continue
            if finding.status == "fail":
                raise Refusal(finding.code or "", f"{check.id}: {finding.detail}")
            if finding.status == "not_checked" and check.required:
                raise Refusal("INV-062", f"{check.id} could not be made")

    def votes(self) -> None:
        s, material, check, orig, root = self.s, self.material, self.check, self.orig, self.root
        terms: Any = self.bundle.policy.override if self.bundle else None
        form = check("votes.form", (material.votes,), lambda: read_votes(there(material.votes)))
        self._equals("votes.execution-id", (form,), s["execution_id"], lambda: form["execution_id"], "INV-073")
        same = self._equals("votes.hash", (form,), s["votesHash"], lambda: hash_of(form["votes"]), "INV-078")
        v = self.v = form["votes"] if same else None
        self._equals(
            "votes.count",
            (v,),
            int(s["approvals"]),
            lambda: sum(vote["decision"] == "approved" for vote in v),
            "INV-078",
        )
        check("votes.outcome", (v,), lambda: self._outcome(v))
        check(
            "votes.approvers",
            (v,),
            lambda: demand(len({vote["approver"] for vote in v}) == len(v), "INV-098", "an approver votes twice"),
        )
        check(
            "votes.requester",
            (orig, v),
            lambda: demand(
                orig.get("requester") not in [vote["approver"] for vote in v], "INV-098", "the requester votes"
            ),
        )
        check(
            "votes.roles",
            (terms, v),
            lambda: demand(all(vote["role"] in terms.approver_roles for vote in v), "INV-098", "a role may not vote"),
        )
        check(
            "votes.dates",
            (orig, v),
            lambda: demand(
                all(orig.issued_at <= milliseconds(vote["votedAt"]) <= s.issued_at + TOLERANCE for vote in v),
                "INV-098",
                "a vote outside of the time",
            ),
        )
        check("votes.signatures", (terms, v, root), lambda: self._vote_signatures(v, terms.signed, root))

    def _outcome(self, votes: Any) -> None:
        rejected = any(vote["decision"] == "rejected" for vote in votes)
        good = {
            "approved": bool(votes) and not rejected,
            "rejected": rejected or not votes,
            "expired": not rejected,
        }[self.s["resolution"]]
        demand(good, "INV-079", "the votes say otherwise")

    def _vote_signatures(self, votes: Any, signed: bool, root: TrustRoot) -> None:
        s = self.s
        for vote in votes:
            if "keyId" not in vote:
                demand(not signed, "INV-099", f"the vote of {vote['approver']} is not signed")
                continue
            key = root.single(f"approver:{vote['role']}", vote["keyId"], milliseconds(vote["votedAt"]))
            demand(key.operator == vote["approver"], "INV-099", f"the key is not {vote['approver']}'s")
            message = dsse.pae(dsse.VOTE, canonical(vote_statement(vote, s["execution_id"], s["attestationHash"])))
            good = ed25519_profile.holds(key.value, message, from_base64(vote["signature"]))
            demand(good, "INV-099", f"the vote of {vote['approver']}")

    def terms(self) -> None:
        s, check, orig = self.s, self.check, self.orig

        def override() -> Any:
            found = self.bundle.policy.override if self.bundle else None
            demand(found is not None, "INV-079", "the policy has no override")
            return found

        terms = check("terms.override", (self.bundle,), override)
        check("terms.quorum", (terms,), lambda: self._quorum(terms.quorum))
        needs: Tuple[Any, ...] = (orig, terms)
        if orig is not None and terms is not None:
            deadline = orig.issued_at + terms.expires_after_seconds * 1000
            if s["resolution"] != "expired" and s.issued_at >= deadline:
                needs += (self.v,)
        check("terms.expiry", needs, lambda: self._expiry(deadline))

    def _quorum(self, quorum: int) -> None:
        enough = self.s["approvals"] >= quorum
        good = {"rejected": True, "approved": enough, "expired": not enough}[self.s["resolution"]]
        demand(good, "INV-079", f"{int(self.s['approvals'])} approvals, {quorum} are needed")

    def _expiry(self, deadline: int) -> None:
        s = self.s
        demand(s["resolution"] != "expired" or s.issued_at >= deadline, "INV-079", "expired before its time")
        early = all(milliseconds(vote["votedAt"]) < deadline for vote in self.v or ())
        demand(early, "INV-079", "a vote after the time")
