"""The checks, levels and the command, over worlds made here (sections 2 to 11, 13 to 15)."""

from __future__ import annotations

import copy
import io
import json
import os
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from parmana_verifier import dsse
from parmana_verifier.attestation import ATTESTATION, canonical_statement, read_attestation
from parmana_verifier.attestation_checks import check_attestation
from parmana_verifier.canonical import canonical
from parmana_verifier.cli import main
from parmana_verifier.grammar import milliseconds
from parmana_verifier.material import Material, Witnesses
from parmana_verifier.report import ATTESTATION_CHECKS, RESOLUTION_CHECKS, judge
from parmana_verifier.trust_root import SignedFile

from .test_strict_json import code_of
from .world import NOW, ORIGIN, Signer, World, b64, consistency

OTHER_LEAVES = [b"one", b"two", b"three"]


def envelope(flat: Dict[str, Any]) -> Dict[str, Any]:
    return {
        "payloadType": dsse.IN_TOTO,
        "payload": b64(canonical_statement(ATTESTATION, flat)),
        "signatures": [{"keyid": flat["keyId"], "sig": flat["signature"]}],
    }


class Case(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = Path(folder.name)
        self.world = World()

    def put(self, name: str, content: Any) -> str:
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else canonical(content))
        return str(path)

    def run_command(self, *words: str) -> Tuple[int, str]:
        self.world.write(self.directory / "home")
        out = io.StringIO()
        home = str(self.directory / "home")
        code = main(["verify", "--json", "--home", home, "--at", NOW, *words], out, io.StringIO())
        return code, out.getvalue()

    def verify(self, *words: str) -> Tuple[int, Dict[str, Any]]:
        code, out = self.run_command(*words)
        return code, json.loads(out)

    def failed(self, report: Dict[str, Any]) -> List[Tuple[str, str]]:
        return [(check["id"], check["code"]) for check in report["checks"] if check["status"] == "fail"]

    def check(self, statement: Any, expected: List[Tuple[str, str]], *words: str, level: Optional[str] = None) -> None:
        code, report = self.verify(self.put("statement.json", statement), *words)
        self.assertEqual(self.failed(report), expected)
        self.assertEqual(code, 1 if expected else 0, report)
        if level is not None:
            self.assertEqual(report["level"], level)


class Attestations(Case):
    def test_every_level(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)
        proof = self.put("proof", self.world.log_proof(self.world.entry(flat, 2), OTHER_LEAVES))
        file = self.put("evidence.json", evidence)
        for spelling in (flat, envelope(flat)):
            self.check(spelling, [], level="L2")
            self.check(spelling, [], "--log-proof", proof, "--origin", ORIGIN, level="L3")
            self.check(spelling, [], "--evidence", file, level="L4")
            code, report = self.verify(
                self.put("statement.json", spelling), "--evidence", file, "--log-proof", proof, "--level", "L4"
            )
            self.assertEqual((code, report["level"]), (0, "L4"))
            self.assertEqual([check["id"] for check in report["checks"]], [check.id for check in ATTESTATION_CHECKS])
            left = [check["id"] for check in report["checks"] if check["status"] == "not_checked"]
            self.assertEqual(left, ["log.consistency", "log.witnesses"])

    def test_levels_that_are_not_proven(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        code, report = self.verify(self.put("a.json", flat), "--level", "L4")
        self.assertEqual((code, report["verdict"], report["level"]), (1, "refused", "L2"))
        code, report = self.verify(self.put("a.json", flat), "--level", "L3")
        self.assertEqual((code, report["verdict"], report["level"]), (1, "refused", "L2"))

    def test_forms_of_the_flat_spelling(self) -> None:
        flat = self.world.attestation(self.world.evidence())

        def code(**changes: Any) -> Optional[str]:
            return code_of(read_attestation, canonical({**flat, **changes}))

        self.assertIsNone(code())
        self.assertEqual(code(other=1), "INV-020")
        self.assertEqual(code(decision="maybe"), "INV-020")
        self.assertEqual(code(requester=None), "INV-020")
        self.assertEqual(code(execution_state="pending_override"), "INV-021")
        self.assertEqual(code(provenance={}), "INV-030")
        for member, value, expected in (
            ("runtimeHash", "sha256:0", "INV-031"),
            ("trustRootVersion", 0, "INV-032"),
            ("runtimeVersion", "a b", "INV-033"),
        ):
            self.assertEqual(code(provenance={**flat["provenance"], member: value}), expected)
        self.assertEqual(code(rule_id="é" * 1024, action="é" * 1024), "INV-022")
        self.assertEqual(code_of(read_attestation, b" " * 70000), "INV-061")

    def test_forms_of_the_envelope(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        good = envelope(flat)

        def code(**changes: Any) -> Optional[str]:
            return code_of(read_attestation, canonical({**good, **changes}))

        signature = good["signatures"][0]
        statement = json.loads(canonical_statement(ATTESTATION, flat))

        def payload(**changes: Any) -> Optional[str]:
            return code(payload=b64(canonical({**statement, **changes})))

        self.assertIsNone(code())
        for changes, expected in (
            ({"x": 1}, "SIG-003"),
            ({"payload": 1}, "SIG-003"),
            ({"payload": "A"}, "SIG-001"),
            ({"payloadType": ""}, "SIG-002"),
            ({"payloadType": "text/plain"}, "INV-023"),
            ({"signatures": {}}, "SIG-003"),
            ({"signatures": []}, "SIG-007"),
            ({"signatures": [signature, signature]}, "SIG-005"),
            ({"signatures": [signature, {**signature, "keyid": "A" * 43}]}, "INV-024"),
            ({"signatures": [{**signature, "keyid": "A"}]}, "SIG-004"),
            ({"signatures": [{**signature, "keyid": "A" * 43}]}, "INV-025"),
            ({"signatures": [{**signature, "sig": "A"}]}, "SIG-006"),
            ({"signatures": [{**signature, "sig": "A" * 88}]}, "SIG-006"),
            ({"signatures": [{**signature, "sig": "A" * 85 + "B=="}]}, "SIG-001"),
            ({"signatures": [signature] * 65}, "SIG-007"),
            ({"payload": b64(b" " * 3585)}, "INV-022"),
            ({"payload": b64(b" ")}, "CANONICAL-010"),
            ({"payload": b64(json.dumps(statement).encode())}, "INV-026"),
        ):
            self.assertEqual(code(**changes), expected, changes)
        self.assertEqual(payload(_type="x"), "INV-027")
        self.assertEqual(payload(predicateType="x"), "INV-027")
        self.assertEqual(payload(subject=statement["subject"] * 2), "INV-027")
        self.assertEqual(payload(predicate={**statement["predicate"], "policyId": "A"}), "INV-020")

    def test_signing_keys(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)
        self.check({**flat, "action": "else"}, [("attestation.signature", "INV-065")], "--level", "L1")
        late = self.world.attestation(evidence, issuedAt="2026-06-02T00:05:00.001Z")
        self.check(late, [("attestation.date", "INV-067")])
        key = self.world.trust_root["keys"][self.world.keys["runtime"].id]
        for change, code in (
            ({"validUntil": "2026-05-01T00:00:00.000Z"}, "TRUST-035"),
            ({"status": "revoked", "revokedAt": "2026-05-01T00:00:00.000Z"}, "TRUST-036"),
            ({"status": "revoked", "revokedAt": "2026-07-01T00:00:00.000Z"}, "TRUST-037"),
        ):
            before = dict(key)
            key.update(change)
            self.world.build()
            self.check(self.world.attestation(evidence), [("signing-key.validity", code)])
            key.clear()
            key.update(before)
        key["status"] = "retired"
        self.world.build()
        self.check(self.world.attestation(evidence), [])

    def test_runtime_keys_that_are_given(self) -> None:
        self.world = World(runtime_role=False)
        flat = self.world.attestation(self.world.evidence())
        self.check(flat, [("signing-key.role", "INV-064")])
        pem = self.put("runtime.pub", self.world.keys["runtime"].pem)
        self.check(flat, [], "--runtime-key", pem, pem, "--level", "L2")
        code, report = self.verify(self.put("a.json", flat), "--runtime-key", self.put("x.pub", b"x"), "--level", "L1")
        self.assertEqual((code, report["error"]["code"]), (2, "KEY-002"))

    def test_trust_root(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        self.world.files["trust/root.pub"] = Signer("stranger").pem
        self.check(flat, [("trust-root.authentic", "TRUST-017")])
        self.world.build()
        self.world.files["trust/trust-root.sig"] = b"{}"
        self.check(flat, [("trust-root.authentic", "TRUST-030")])
        self.world.build()
        path = self.put("a.json", flat)
        self.assertEqual(self.verify(path, "--at", "2027-01-01T00:00:00.000Z")[0], 2)  # --at twice

    def test_expiry(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        self.world.write(self.directory / "home")
        out = io.StringIO()
        words = ["verify", "--json", "--home", str(self.directory / "home"), "--at", "2027-01-01T00:00:00.000Z"]
        main(words + [self.put("a.json", flat)], out)
        expected = [("trust-root.unexpired", "TRUST-024"), ("policy-index.unexpired", "POL-045")]
        self.assertEqual(self.failed(json.loads(out.getvalue())), expected)

    def test_bundle(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        folder = "policies/refund/1.0.0"
        for name, data, code in (
            ("policy.json", b"{}", "POL-034"),
            ("x.txt", b"", "POL-035"),
            ("bundle.sig", b"{}", "TRUST-030"),
            ("bundle.manifest.json", b"{}", "POL-031"),
        ):
            self.world.build()
            self.world.files[f"{folder}/{name}"] = data
            self.check(flat, [("bundle.authentic", code)])
            if name == "x.txt":
                (self.directory / "home" / folder / name).unlink()

    def test_index(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)
        lists = self.world.index["policies"]["refund"]
        lists["revoked"], lists["active"] = lists["active"], {}
        self.world._put("policies/index", self.world.index, "policy", dsse.POLICY_INDEX)
        self.check(flat, [("policy-index.listed", "POL-043")])
        del self.world.index["policies"]["refund"]
        self.world._put("policies/index", self.world.index, "policy", dsse.POLICY_INDEX)
        self.check(flat, [("policy-index.listed", "POL-042")])

    def test_evidence(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)

        def check(changed: Any, expected: List[Tuple[str, str]]) -> None:
            self.check(flat, expected, "--evidence", self.put("evidence.json", changed))

        changed = copy.deepcopy(evidence)
        changed["signals"]["order"] = "A-18"
        check(
            changed,
            [
                ("evidence.signals-hash", "INV-074"),
                ("evidence.provenance-met", "VAL-036"),
                ("decision.fingerprint", "INV-074"),
            ],
        )
        check({**evidence, "execution_id": "e-2"}, [("evidence.execution-id", "INV-073")])
        check({**evidence, "signalProvenance": {}}, [
            ("evidence.signal-provenance-hash", "INV-074"),
            ("evidence.provenance-met", "VAL-030"),
        ])  # fmt: skip
        for signals, code in (
            ([], "VAL-020"),
            ({"a": None}, "VAL-023"),
            ({"a": [[]]}, "VAL-026"),
            ({"a": {"x": 1}}, "INV-034"),
            ({"a": None, "b": {}}, "INV-034"),
            ({"a": {"value": 1, "provenance": {"source": "s"}}}, "INV-034"),
            ({"a": {"value": 1, "provenance": {}}}, "INV-034"),
            ({"a" * 257: 1}, "VAL-029"),
            ({"a": "é" * 32769}, "VAL-025"),
            ({f"a{i}": 1 for i in range(257)}, "VAL-022"),
            ({f"a{i}": "x" * 65536 for i in range(8)}, "VAL-022"),
        ):
            changed = {**evidence, "signals": signals, "signalProvenance": {}}
            check(changed, [("evidence.form", code)])
        check({**evidence, "signalProvenance": {"x": {"source": "s"}}}, [("evidence.form", "INV-036")])

    def test_another_decision(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence, decision="rejected", rule_id="rest")
        expected = [("decision.rule", "INV-075"), ("decision.outcome", "INV-075")]
        self.check(flat, expected, "--evidence", self.put("evidence.json", evidence))

    def test_signed_signals(self) -> None:
        evidence = self.world.evidence()
        record = evidence["signalProvenance"]["amount"]
        for change, code in (
            ({"source": "else"}, "VAL-031"),
            ({"observedAt": "2026-06-01T11:49:59.999Z"}, "VAL-032"),
            ({"observedAt": "2026-06-01T12:00:00.001Z"}, "VAL-033"),
            ({"observedAt": "2026-06-01T11:56:00.000Z"}, "VAL-035"),
            ({"evidenceHash": "sha256:" + "0" * 64}, "VAL-035"),
            ({"subject": "A-18"}, "VAL-036"),
            ({"attestation": None}, "VAL-034"),
        ):
            changed = {**record, **change}
            if changed["attestation"] is None:
                del changed["attestation"]
            document = {**evidence, "signalProvenance": {"amount": changed}}
            flat = self.world.attestation(document)
            file = self.put("evidence.json", document)
            self.check(flat, [("evidence.provenance-met", code)], "--evidence", file)

    def test_log(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        entry = self.world.entry(flat, 2)

        def check(proof: bytes, expected: List[Tuple[str, str]], *words: str) -> None:
            self.check(flat, expected, "--log-proof", self.put("proof", proof), *words)

        good = self.world.log_proof(entry, OTHER_LEAVES)
        check(good, [("log.checkpoint", "INV-085")], "--origin", "else")
        check(good.replace(b"index 2", b"index 1"), [("log.inclusion", "INV-087")])
        check(good.replace(b"index 2", b"index 02"), [("log.form", "INV-084")])
        check(good.replace(b"tlog-proof@v1", b"tlog-proof@v2"), [("log.form", "INV-084")])
        check(good + b"x", [("log.form", "SIG-017")])
        check(good + b"x\n", [("log.form", "SIG-017")])
        check(good.replace(ORIGIN.encode() + b"\n", b"other\n"), [("log.checkpoint", "SIG-019")])
        for change in (
            {"decision": "rejected"},
            {"event": "failed", "replayIdentity": None},
            {"replayIdentity": "execution"},
            {"code": "INV-013"},
        ):
            check(self.world.log_proof({**entry, **change}, OTHER_LEAVES), [("log.inclusion", "INV-086")])
        early = {**entry, "time": "2026-06-01T11:54:59.999Z"}
        check(self.world.log_proof(early, OTHER_LEAVES), [("log.inclusion", "INV-086")])
        good = self.world.log_proof(entry, OTHER_LEAVES)
        leaves = self.world.last_leaves
        old = self.put("old", self.world.checkpoint(leaves[:3]))
        hashes = "".join(f"{b64(one)}\n" for one in consistency(leaves, 3)).encode()
        check(good, [("log.consistency", "INV-088")], "--remembered", old)
        check(good, [], "--remembered", old, "--consistency", self.put("consistency", hashes))
        check(good, [("log.consistency", "INV-088")], "--remembered", old, "--consistency", self.put("c", hashes[45:]))
        check(good, [], "--remembered", self.put("same", self.world.checkpoint(leaves)))
        check(good, [], "--remembered", self.put("empty", self.world.checkpoint([])))
        more = self.put("more", self.world.checkpoint(leaves + [b"x"]))
        check(good, [("log.consistency", "INV-088")], "--remembered", more)
        check(good, [("log.consistency", "SIG-017")], "--remembered", self.put("bad", b"x"))

    def test_witnesses(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        files = self.world.files
        for time, threshold, expected in (
            (milliseconds(NOW) // 1000, 1, None),
            (milliseconds(NOW) // 1000, 2, "INV-089"),
            (milliseconds(NOW) // 1000 + 301, 1, "INV-089"),
            (None, 1, "INV-089"),
        ):
            material = Material(
                chain=(SignedFile(files["trust/trust-root.json"], files["trust/trust-root.sig"]),),
                root_key=self.world.keys["root"].public,
                time=milliseconds(NOW),
                log_proof=self.world.log_proof(self.world.entry(flat, 2), OTHER_LEAVES, witness_time=time),
                witnesses=Witnesses(threshold, ((self.world.witness_key, "w"),)),
            )
            findings = check_attestation(read_attestation(canonical(flat)), material)
            self.assertEqual(findings.outcomes["log.witnesses"].code, expected)


    def test_what_is_asked_of_the_log_is_answered(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        files = self.world.files
        material = Material(
            chain=(SignedFile(files["trust/trust-root.json"], files["trust/trust-root.sig"]),),
            root_key=self.world.keys["root"].public,
            time=milliseconds(NOW),
        )
        for asked in (
            {},
            {"origin": ORIGIN},
            {"remembered": self.world.checkpoint(OTHER_LEAVES)},
            {"witnesses": Witnesses(1, ((self.world.witness_key, "w"),))},
        ):
            some = replace(material, **asked)
            findings = check_attestation(read_attestation(canonical(flat)), some).ordered()
            report = judge(findings, "L1", some.asked())
            self.assertEqual((report.verified, report.level), (not asked, "L1"), asked)


class Resolutions(Case):
    def setUp(self) -> None:
        super().setUp()
        self.evidence = self.world.evidence(amount="900.00")
        self.flat = self.world.attestation(self.evidence)

    def resolve(self, votes: List[Any], expected: List[Tuple[str, str]], *words: str, **changes: Any) -> None:
        file = {"type": "parmana/resolution-evidence/v1", "execution_id": "e-1", "votes": votes}
        resolution = self.world.resolution(self.flat, votes, **changes)
        proof = self.put("proof", self.world.log_proof(self.world.entry(resolution, 3), OTHER_LEAVES))
        original, votes_file = self.put("original.json", self.flat), self.put("votes.json", file)
        more = ("--original", original, "--votes", votes_file, "--log-proof", proof)
        self.check(resolution, expected, *more, *words)

    def test_approved(self) -> None:
        vote = self.world.vote(self.flat)
        self.resolve([vote], [])
        resolution = self.world.resolution(self.flat, [vote])
        code, report = self.verify(self.put("r.json", resolution), "--original", self.put("original.json", self.flat))
        self.assertEqual((code, report["level"]), (0, "L2"))
        self.assertEqual([check["id"] for check in report["checks"]], [check.id for check in RESOLUTION_CHECKS])
        code, report = self.verify(self.put("r.json", resolution))
        self.assertEqual((code, report["level"]), (1, "none"))

    def test_rejected_and_expired(self) -> None:
        vote = self.world.vote(self.flat, decision="rejected")
        self.resolve([vote], [], resolution="rejected")
        self.resolve([], [], resolution="rejected")
        after = "2026-06-02T12:00:00.000Z"
        late = [("resolution.date", "INV-067"), ("log.inclusion", "INV-086")]
        self.resolve([], late, resolution="expired", issuedAt=after)
        early = [("terms.expiry", "INV-079")]
        self.resolve([], early, resolution="expired")

    def test_votes(self) -> None:
        flat, vote = self.flat, self.world.vote
        self.resolve([vote(flat), vote(flat)], [("votes.approvers", "INV-098")])
        self.resolve([], [("votes.outcome", "INV-079"), ("terms.quorum", "INV-079")][::-1])
        bob = vote(flat, approver="bob")
        self.resolve([bob], [("votes.requester", "INV-098"), ("votes.signatures", "INV-099")])
        other = vote(flat, role="other")
        self.resolve([other], [("votes.roles", "INV-098"), ("votes.signatures", "TRUST-033")])
        late = vote(flat, votedAt="2026-06-01T13:05:00.001Z")
        self.resolve([late], [("votes.dates", "INV-098")])
        plain = {name: value for name, value in vote(flat).items() if name not in ("keyId", "signature")}
        self.resolve([plain], [("votes.signatures", "INV-099")])
        self.resolve([{**vote(flat), "reason": "else"}], [("votes.signatures", "INV-099")])
        self.resolve([vote(flat)], [("votes.count", "INV-078")], approvals=2)
        self.resolve([vote(flat)], [("votes.hash", "INV-078")], votesHash="sha256:" + "0" * 64)
        self.resolve([{**vote(flat), "x": 1}], [("votes.form", "INV-044")])

    def test_original(self) -> None:
        votes = [self.world.vote(self.flat)]
        wrong = "sha256:" + "0" * 64
        self.resolve(votes, [("original.audience", "INV-069")], audience="x")
        self.resolve(votes, [("original.execution", "INV-069")], execution_fingerprint=wrong)
        self.flat = {**self.flat, "signature": self.flat["signature"][:-4] + "Ag=="}
        self.resolve([self.world.vote(self.flat)], [("original.authentic", "INV-065")])

    def test_original_that_is_not_pending(self) -> None:
        self.flat = self.world.attestation(self.world.evidence())
        self.resolve([self.world.vote(self.flat)], [("original.pending", "INV-069")])


class EvidenceBundles(Case):
    def bundle(self, evidence: Any, flat: Any, **changes: Any) -> Dict[str, Any]:
        files = self.world.files

        def pair(name: str) -> Dict[str, str]:
            return {"document": b64(files[f"{name}.json"]), "signature": b64(files[f"{name}.sig"])}

        folder = "policies/refund/1.0.0"
        return {
            "type": "parmana/evidence-bundle/v1",
            "attestation": b64(canonical(flat)),
            "evidence": b64(canonical(evidence)),
            "policyBundle": {
                "manifest": b64(files[f"{folder}/bundle.manifest.json"]),
                "signature": b64(files[f"{folder}/bundle.sig"]),
                "files": {"policy.json": b64(files[f"{folder}/policy.json"])},
            },
            "policyIndex": pair("policies/index"),
            "formerPolicyIndexes": [],
            "release": pair("release-manifest"),
            "trustRoot": {**pair("trust/trust-root"), "predecessors": []},
            "logProof": b64(self.world.log_proof(self.world.entry(flat, 1), OTHER_LEAVES)),
            "resolution": None,
            **changes,
        }

    def test_verified(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)
        path = self.put("a.evidence.json", self.bundle(evidence, flat))
        key = self.put("root.pub", self.world.keys["root"].pem)
        for words in ((), ("--root-key", key), ("--unsafe-trust-on-first-use",), ("--level", "L3")):
            code, report = self.verify(path, *words)
            self.assertEqual((code, report["level"]), (0, "L4"), words)
            self.assertEqual("trustOnFirstUse" in report, words == ("--unsafe-trust-on-first-use",))
        for change in ({"x": 1}, {"evidence": "A"}, {"type": "parmana/evidence-bundle/v2"}, {"release": None}):
            code, report = self.verify(self.put("b.json", {**self.bundle(evidence, flat), **change}))
            self.assertEqual((code, report["error"]["code"]), (2, "INV-100"), change)

    def test_no_companions_of_what_has_no_use_for_them(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)
        folder = self.directory / "unused"
        folder.mkdir()
        (folder / "evidence.json").write_bytes(canonical(evidence))
        for name, document in (
            ("attestation.json", self.bundle(evidence, flat)),
            ("attestation.json", {}),
            ("resolution.json", flat),
        ):
            (folder / name).write_bytes(canonical(document))
            (folder / "votes.json").write_bytes(b"{}")
            code, out = self.run_command(str(folder))
            found = [os.path.basename(json.loads(line)["file"]) for line in out.splitlines()]
            self.assertEqual((code, found), (2, sorted({name, "evidence.json", "votes.json"})))
            (folder / name).unlink()
        (folder / "votes.json").unlink()
        (folder / "attestation.json").write_bytes(canonical(flat))
        (folder / "attestation.json.evidence").write_bytes(canonical(evidence))
        code, out = self.run_command(str(folder))
        self.assertEqual((code, len(out.splitlines())), (2, 2))

    def test_with_a_resolution(self) -> None:
        evidence = self.world.evidence(amount="900.00")
        flat = self.world.attestation(evidence)
        votes = [self.world.vote(flat)]
        resolution = self.world.resolution(flat, votes)
        file = {"type": "parmana/resolution-evidence/v1", "execution_id": "e-1", "votes": votes}
        bundle = self.bundle(evidence, flat)
        bundle["resolution"] = {
            "attestation": b64(canonical(resolution)),
            "votes": b64(canonical(file)),
            "release": bundle["release"],
            "logProof": b64(self.world.log_proof(self.world.entry(resolution, 2), OTHER_LEAVES)),
        }
        code, report = self.verify(self.put("b.json", bundle))
        self.assertEqual((code, report["verdict"], report["resolution"]["verdict"]), (0, "verified", "verified"))
        bundle["resolution"]["votes"] = b64(canonical({**file, "execution_id": "e-2"}))
        code, report = self.verify(self.put("b.json", bundle))
        self.assertEqual((code, report["verdict"]), (1, "verified"))
        self.assertEqual(self.failed(report["resolution"]), [("votes.execution-id", "INV-073")])


class Protocol(Case):
    def test_several_paths(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        folder = self.directory / "many"
        (folder / "b").mkdir(parents=True)
        (folder / "b" / "1.json").write_bytes(canonical(flat))
        (folder / "a.json").write_bytes(canonical({**flat, "action": "else"}))
        (folder / "c.txt").write_bytes(b"")
        code, out = self.run_command(str(folder))
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, [line["exitCode"] for line in lines]), (1, [1, 0]))
        self.assertEqual([line["file"][len(str(folder)) :] for line in lines], ["/a.json", "/b/1.json"])
        bad = self.put("bad.json", b"{")
        code, out = self.run_command(str(folder / "a.json"), bad)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, lines[1]["exitCode"], lines[1]["code"]), (2, 2, "CANONICAL-010"))

    def test_companions(self) -> None:
        evidence = self.world.evidence()
        flat = self.world.attestation(evidence)
        folder = self.directory / "many"
        folder.mkdir()
        other = canonical({**evidence, "execution_id": "e-2"})
        (folder / "attestation.json").write_bytes(canonical(flat))
        (folder / "evidence.json").write_bytes(canonical(evidence))
        (folder / "b.json").write_bytes(canonical(flat))
        (folder / "b.json.evidence").write_bytes(other)
        (folder / "b.json.tlog-proof").write_bytes(self.world.log_proof(self.world.entry(flat, 0), OTHER_LEAVES))
        code, out = self.run_command(str(folder))
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(line["file"][-6:], line["level"]) for line in lines], [("n.json", "L4"), ("b.json", "L3")])
        self.assertEqual(self.failed(lines[1]), [("evidence.execution-id", "INV-073")])
        self.assertEqual(code, 1)
        code, report = self.verify(str(folder / "b.json"))
        self.assertEqual((code, report["level"]), (0, "L3"))
        self.assertEqual(self.verify(str(folder), "--evidence", str(folder / "evidence.json"))[0], 2)

    def test_witness_options(self) -> None:
        flat = self.world.attestation(self.world.evidence())
        key = self.world.witness_key
        word = f"{key.name}+{key.id.hex()}+{b64(bytes([4]) + key.value)}="
        proof = self.world.log_proof(self.world.entry(flat, 0), OTHER_LEAVES, witness_time=milliseconds(NOW) // 1000)
        path, file = self.put("a.json", flat), self.put("proof", proof)
        for words, code in (
            (("--witness", f"{word}w"), 0),
            (("--witness", f"{word}w", "--threshold", "1"), 0),
            (("--witness", f"{word}w", "--threshold", "2"), 2),
            (("--witness", f"{word}w=w"), 2),
            (("--witness", f"{word}v", "--witness", f"{word}w"), 2),
            (("--witness", word), 2),
            (("--threshold", "1"), 2),
        ):
            self.assertEqual(self.verify(path, "--log-proof", file, *words)[0], code, words)

    def test_exit_codes(self) -> None:
        flat = self.put("a.json", self.world.attestation(self.world.evidence()))
        self.assertEqual(self.verify(self.put("b.json", b"{"))[0], 2)
        self.assertEqual(self.verify(str(self.directory / "missing.json"))[0], 2)
        self.assertEqual(self.verify(flat, "--unknown")[0], 2)
        self.assertEqual(self.verify(flat, "--level", "L5")[0], 2)
        out = io.StringIO()
        self.assertEqual(main(["verify", "--json", "--home", str(self.directory / "none"), flat], out), 3)
        self.assertIn("error", json.loads(out.getvalue()))


if __name__ == "__main__":
    unittest.main()
