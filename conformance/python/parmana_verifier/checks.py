"""The checks themselves (section 13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Optional, Tuple

from . import dsse, ed25519_profile, merkle
from .attestation import Statement, read_attestation
from .canonical import canonical
from .evidence import read_evidence
from .grammar import from_base64, hash_of, milliseconds
from .keys import key_id
from .log_proof import LogProof, read_proof
from .policy import EVALUATOR_SEMANTICS
from .policy_bundle import BundleFiles, open_bundle
from .policy_index import PolicyIndex, open_index
from .provenance import check_provenance
from .refusal import Refusal, demand
from .release import open_release
from .report import ATTESTATION_CHECKS, RESOLUTION_CHECKS, Findings
from .resolution import read_votes, vote_statement
from .signed_note import LOG, NoteKey, note_key, read_checkpoint, read_note
from .trust_root import SignedFile, TrustRoot, open_chain

TOLERANCE = 300_000


@dataclass(frozen=True)
class Witnesses:
    """A demand for witnesses: keys of type 04 with their operators."""

    threshold: int
    witnesses: Tuple[Tuple[NoteKey, str], ...]


@dataclass(frozen=True)
class Material:
    """What is supplied beside the statement. None is what is not there."""

    chain: Optional[Tuple[SignedFile, ...]] = None
    root_key: Optional[bytes] = None  # the pinned one
    runtime_keys: Tuple[bytes, ...] = ()
    time: Optional[int] = None
    bundle: Optional[BundleFiles] = None
    index: Optional[SignedFile] = None
    former_indexes: Tuple[SignedFile, ...] = ()
    release: Optional[SignedFile] = None
    log_proof: Optional[bytes] = None
    remembered: Optional[bytes] = None
    remembered_at: Optional[int] = None  # no option of the protocol says it
    consistency: Optional[Tuple[bytes, ...]] = None
    origin: Optional[str] = None
    witnesses: Optional[Witnesses] = None
    evidence: Optional[bytes] = None
    original: Optional[bytes] = None
    votes: Optional[bytes] = None

    def open_chain(self) -> Optional[Tuple[TrustRoot, ...]]:
        """All versions of the trust root, None if there is no material for it."""
        return None if self.chain is None or self.root_key is None else open_chain(self.chain, self.root_key)


def check_attestation(statement: Statement, material: Material) -> Findings:
    """Section 13.1."""
    checks = _Attestation(statement, material)
    checks.level_1()
    checks.level_2()
    checks.log()
    checks.evidence()
    return checks.findings


def check_resolution(statement: Statement, material: Material) -> Findings:
    """Section 13.2."""
    checks = _Resolution(statement, material)
    checks.level_1()
    checks.original()
    checks.level_2()
    checks.log()
    checks.votes()
    checks.terms()
    return checks.findings


class _Statement:
    """What attestations and resolutions have in common."""

    prefix = "attestation"
    catalogue = ATTESTATION_CHECKS

    def __init__(self, statement: Statement, material: Material) -> None:
        self.s = statement
        self.material = material
        self.findings = Findings(self.catalogue)
        self.check = self.findings.check
        # Results that other checks need, None where they are not there. A check is not made where one is None.
        self.root: Any = None
        self.key: Any = None
        self.bundle: Any = None
        self.index: Any = None

    def level_1(self) -> None:
        s, material, check = self.s, self.material, self.check
        time: Any = material.time
        provenance = s.provenance
        check(f"{self.prefix}.form", (), lambda: None)
        binding = check(f"{self.prefix}.binding", (), s.check_binding)
        check(
            f"{self.prefix}.date",
            (time,),
            lambda: demand(s.issued_at <= time + TOLERANCE, "INV-067", f"issued at {s['issuedAt']}"),
        )
        can_open = material.chain if material.root_key is not None else None
        chain = check("trust-root.authentic", (can_open,), material.open_chain)
        root = self.root = chain[-1] if chain else None
        named: Any = None
        if chain:
            named = next((one for one in chain if one.version == provenance["trustRootVersion"]), None)
        check("trust-root.unexpired", (root, time), lambda: root.in_force(time))
        check(
            "trust-root.version",
            (root,),
            lambda: demand(provenance["trustRootVersion"] <= root.version, "INV-066", f"newest is {root.version}"),
        )
        check(
            "trust-root.hash",
            (named,),
            lambda: demand(provenance["trustRootHash"] == named.hash, "INV-066", f"it is {named.hash}"),
        )
        check("trust-root.in-force", (named,), lambda: named.in_force(s.issued_at))
        key = check("signing-key.role", (root,), lambda: self._signing_key(root))
        self.key = key
        check(
            f"{self.prefix}.signature",
            (binding, key),
            lambda: demand(ed25519_profile.holds(key, s.message, s.signature), "INV-065", "it does not hold"),
        )

    def _signing_key(self, root: TrustRoot) -> bytes:
        """The key that may have signed."""
        name = self.s["keyId"]
        role = root.roles.get("runtime")
        if role is not None:
            demand(name in role.key_ids, "INV-064", f"{name} is no runtime key")
            return root.keys[name].value
        given = {key_id(key): key for key in map(ed25519_profile.admit, self.material.runtime_keys)}
        demand(name in given, "INV-064", f"{name} is none of the runtime keys given")
        return given[name]

    def key_validity(self, proof: Optional[LogProof] = None, included: bool = False, continued: bool = False) -> None:
        """After the log, which alone can tell of a revoked key that it signed before (section 13.3)."""
        root = self.root
        self.check("signing-key.validity", (root, self.key), lambda: self._valid_key(root, proof, included, continued))

    def _valid_key(self, root: TrustRoot, proof: Optional[LogProof], included: bool, continued: bool) -> None:
        if "runtime" not in root.roles:
            return
        try:
            root.single("runtime", self.s["keyId"], self.s.issued_at)
        except Refusal as refusal:
            if refusal.code != "TRUST-037" or proof is None or not included:
                raise
            self._older(proof, continued, root.keys[self.s["keyId"]].revoked_at or 0)

    def _older(self, proof: LogProof, continued: bool, revoked_at: int) -> None:
        """That the entry is older than the revocation."""
        material = self.material
        demand(milliseconds(proof.entry["time"]) < revoked_at, "INV-102", "logged after the revocation")
        since = material.remembered_at
        if continued and material.remembered is not None and since is not None and since < revoked_at:
            if proof.index < read_checkpoint(read_note(material.remembered)).size:
                return
        if material.witnesses is None:
            raise Refusal("INV-102", "nobody says that the log had it before")
        try:
            # A cosignature counts from the end of its second.
            self._witnesses(proof, revoked_at - 1000)
        except Refusal as refusal:
            raise Refusal("INV-102", refusal.detail) from None

    def _equals(self, name: str, needs: Tuple[Any, ...], stated: Any, found: Any, code: str) -> Any:
        """A check that what the statement says is what was found; `found` is only asked if nothing is missing."""

        def make() -> None:
            value = found()
            demand(stated == value, code, f"{stated} is stated, {value} is found")

        return self.check(name, needs, make)

    def level_2(self) -> None:
        s, material, check, root, time = self.s, self.material, self.check, self.root, self.material.time
        provenance = s.provenance
        bundle = check("bundle.authentic", (material.bundle, root), lambda: open_bundle(material.bundle, root))
        self.bundle = bundle
        self._equals(
            "bundle.identity",
            (bundle,),
            (s["policyId"], s["policyVersion"]),
            lambda: (bundle.policy.id, bundle.policy.version),
            "INV-070",
        )
        self._equals(
            "bundle.schema-version",
            (bundle,),
            provenance["schemaVersion"],
            lambda: bundle.policy.schema_version,
            "INV-070",
        )
        self._equals("bundle.hash", (bundle,), provenance["bundleHash"], lambda: bundle.hash, "INV-070")
        self._equals("bundle.policy-hash", (bundle,), provenance["policyHash"], lambda: bundle.policy_hash, "INV-070")
        index = check("policy-index.authentic", (material.index, root), lambda: open_index(material.index, root))
        self.index = index
        check("policy-index.unexpired", (index, time), lambda: index.in_force(time))
        check(
            "policy-index.version",
            (index,),
            lambda: demand(provenance["policyIndexVersion"] <= index.version, "INV-071", f"it is {index.version}"),
        )
        named: Any = self._named_index()
        check("policy-index.in-force", (index, named), lambda: self._index_in_force(named))
        check("policy-index.listed", (index,), lambda: self._listed(index))
        self._release()

    def _looks_at_lists(self) -> bool:
        return True

    def _named_index(self) -> Optional[PolicyIndex]:
        """The index that `policyIndexVersion` names: INDEX or a former one."""
        if self.index is None or self.root is None:
            return None
        version = self.s.provenance["policyIndexVersion"]
        if self.index.version == version:
            return self.index
        for signed in self.material.former_indexes:
            try:
                former = open_index(signed, self.root)
            except Refusal:
                continue
            if former.version == version:
                return former
        return None

    def _index_in_force(self, named: PolicyIndex) -> None:
        named.in_force(self.s.issued_at)
        if named is not self.index:
            self._listed(named)

    def _listed(self, index: PolicyIndex) -> None:
        if self._looks_at_lists():
            index.lists(self.s["policyId"], self.s["policyVersion"], self.s.provenance["bundleHash"])

    def _release(self) -> Any:
        material, root, provenance = self.material, self.root, self.s.provenance
        release = self.check(
            "release.authentic", (material.release, root), lambda: open_release(material.release, root)
        )
        for name, member, stated in (
            ("manifest-hash", "hash", "releaseManifestHash"),
            ("runtime-hash", "runtime_hash", "runtimeHash"),
            ("runtime-version", "runtime_version", "runtimeVersion"),
        ):
            self._equals(
                f"release.{name}",
                (release,),
                provenance[stated],
                lambda member=member: getattr(release, member),
                "INV-072",
            )
        return release

    def log(self) -> None:
        """Section 13.3."""
        material, check, root = self.material, self.check, self.root
        proof = check("log.form", (material.log_proof,), lambda: read_proof(_there(material.log_proof)))
        checkpoint = check("log.checkpoint", (proof, root), lambda: self._checkpoint(proof, root))
        included = check("log.inclusion", (checkpoint,), lambda: self._inclusion(proof))
        continued = check("log.consistency", (checkpoint, material.remembered), lambda: self._consistency(proof))
        check("log.witnesses", (checkpoint, material.witnesses), lambda: self._witnesses(proof))
        self.key_validity(proof, bool(included), bool(continued))

    def _not_after_latest(self, time: int) -> bool:
        return self.material.time is None or time <= self.material.time + TOLERANCE

    def _checkpoint(self, proof: LogProof, root: TrustRoot) -> None:
        origin = proof.checkpoint.origin
        demand(self.material.origin is None or origin == self.material.origin, "INV-085", f"the origin is {origin}")
        role = root.roles.get("log")
        if role is None:
            raise Refusal("INV-085", "the trust root declares no log")
        keys = {note_key(origin, LOG, root.keys[name].value): root.keys[name] for name in role.key_ids}
        written = milliseconds(proof.entry["time"])
        first: Optional[Refusal] = None
        for known, _ in proof.note.verify(list(keys)):
            key = keys[known]
            dated = written
            if key.valid_from > written and self._not_after_latest(key.valid_from):
                dated = key.valid_from
            try:
                root.single("log", key.id, dated)
                return
            except Refusal as refusal:
                first = first or refusal
        assert first is not None
        raise first

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

    def _inclusion(self, proof: LogProof) -> None:
        entry = proof.entry
        for name, value in self._entry().items():
            demand(entry[name] == value, "INV-086", f"{name} of the entry")
        if self.bundle and entry["event"] == "attested" and self.bundle.hash == self.s.provenance["bundleHash"]:
            same = entry["replayIdentity"] == self.bundle.policy.replay_identity
            demand(same, "INV-086", "replayIdentity of the entry")
        written = milliseconds(entry["time"])
        demand(written >= self.s.issued_at - TOLERANCE, "INV-086", "the entry is older than the statement")
        demand(self._not_after_latest(written), "INV-086", "the entry is dated after the time of verification")
        demand(entry["seq"] == proof.index, "INV-087", "the entry has another position")
        leaf, checkpoint = merkle.leaf_hash(proof.leaf), proof.checkpoint
        good = merkle.includes(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
        demand(good, "INV-087", "the inclusion proof does not hold")

    def _consistency(self, proof: LogProof) -> None:
        assert self.material.remembered is not None
        old, new = read_checkpoint(read_note(self.material.remembered)), proof.checkpoint
        demand(old.origin == new.origin, "INV-085", "the remembered checkpoint is of another log")
        demand(new.size >= old.size, "INV-088", "the log has shrunk")
        if new.size == old.size:
            demand(new.root == old.root, "INV-088", "another tree of the same size")
            return
        if old.size == 0:
            return
        if self.material.consistency is None:
            raise Refusal("INV-088", "no consistency proof")
        hashes = self.material.consistency
        good = len(hashes) <= merkle.MAX_HASHES and all(len(one) == 32 for one in hashes)
        good = good and merkle.is_consistent(old.size, old.root, new.size, new.root, hashes)
        demand(good, "INV-088", "the proof does not hold")

    def _witnesses(self, proof: LogProof, latest: Optional[int] = None) -> None:
        demanded = self.material.witnesses
        assert demanded is not None
        operators = dict(demanded.witnesses)
        try:
            found = proof.note.verify(list(operators))
        except Refusal as refusal:
            if refusal.code != "SIG-019":
                raise
            found = []
        keys = set()
        for known, signature in found:
            dated = int.from_bytes(signature.value[:8], "big") * 1000
            if self._not_after_latest(dated) and (latest is None or dated <= latest):
                keys.add(known)
        parties = _parties(demanded)
        count = len({parties[operators[known]] for known in keys})
        demand(count >= demanded.threshold, "INV-089", f"{count} witnesses count")


def _parties(demanded: Witnesses) -> Dict[str, int]:
    """The party of each operator: operators that list one key are one, and so on through all that are listed."""
    parties = {operator: number for number, (_, operator) in enumerate(demanded.witnesses)}
    for key, operator in demanded.witnesses:
        for other, another in demanded.witnesses:
            if key.value == other.value and parties[operator] != parties[another]:
                joined, gone = parties[operator], parties[another]
                parties = {name: joined if number == gone else number for name, number in parties.items()}
    return parties


def _there(data: Optional[bytes]) -> bytes:
    """What a check needs, which is there when the check is made."""
    assert data is not None
    return data


class _Attestation(_Statement):
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

    def evidence(self) -> None:
        s, material, check, root, bundle = self.s, self.material, self.check, self.root, self.bundle
        provenance = s.provenance
        evidence = check("evidence.form", (material.evidence,), lambda: read_evidence(_there(material.evidence)))
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


class _Resolution(_Statement):
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
        read = check("original.form", (material.original,), lambda: read_attestation(_there(material.original)))
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
        checks = _Attestation(orig, replace(self.material, original=None, votes=None))
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
        form = check("votes.form", (material.votes,), lambda: read_votes(_there(material.votes)))
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
