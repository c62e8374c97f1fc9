"""The audit log, and what it says of the signing key (section 13.3)."""

from __future__ import annotations

from typing import Any, Dict, Optional

from . import merkle
from .grammar import milliseconds
from .log_proof import LogProof, read_proof
from .material import Witnesses, there
from .refusal import Refusal, demand
from .signed_note import LOG, note_key, read_checkpoint, read_note
from .statement_checks import TOLERANCE, StatementChecks
from .trust_root import TrustRoot


class LogChecks(StatementChecks):
    def log(self) -> None:
        """Section 13.3."""
        material, check, root = self.material, self.check, self.root
        proof = check("log.form", (material.log_proof,), lambda: read_proof(there(material.log_proof)))
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
        """What the entry of this statement says."""
        raise NotImplementedError

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


def _parties(demanded: Witnesses) -> Dict[str, int]:
    """The party of each operator: operators that list one key are one, and so on through all that are listed."""
    parties = {operator: number for number, (_, operator) in enumerate(demanded.witnesses)}
    for key, operator in demanded.witnesses:
        for other, another in demanded.witnesses:
            if key.value == other.value and parties[operator] != parties[another]:
                joined, gone = parties[operator], parties[another]
                parties = {name: joined if number == gone else number for name, number in parties.items()}
    return parties
