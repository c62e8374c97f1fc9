"""Published vectors: RFC 8032, Wycheproof, RFC 8785, DSSE, C2SP, RFC 6962."""

from __future__ import annotations

import base64
import json
import struct
import unittest

from parmana_verifier import canonical, dsse, ed25519_profile, merkle, signed_note, strict_json
from parmana_verifier.refusal import Refusal

from .vectors import ROOT, needs_vectors


@needs_vectors
class Ed25519(unittest.TestCase):
    def test_rfc_8032(self) -> None:
        for vector in json.loads((ROOT / "rfc8032/ed25519.json").read_text())["vectors"]:
            key, message, signature = (
                bytes.fromhex(vector[name]) for name in ("public_key_hex", "message_hex", "signature_hex")
            )
            self.assertTrue(ed25519_profile.holds(key, message, signature), vector["name"])
            self.assertTrue(ed25519_profile.equation_holds(key, message, signature), vector["name"])
            self.assertFalse(ed25519_profile.holds(key, message + b"!", signature), vector["name"])

    def test_wycheproof(self) -> None:
        count = 0
        for group in json.loads((ROOT / "wycheproof/ed25519_test.json").read_text())["testGroups"]:
            key = bytes.fromhex(group["publicKey"]["pk"])
            for case in group["tests"]:
                message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
                expected = case["result"] == "valid"
                self.assertEqual(ed25519_profile.holds(key, message, signature), expected, case["tcId"])
                if len(signature) == 64 and int.from_bytes(signature[32:], "little") < ed25519_profile.L:
                    # The integers and OpenSSL agree on what passes the checks before the equation.
                    self.assertEqual(ed25519_profile.equation_holds(key, message, signature), expected, case["tcId"])
                count += 1
        self.assertGreater(count, 100)


@needs_vectors
class Canonical(unittest.TestCase):
    def test_files(self) -> None:
        for file in sorted((ROOT / "jcs/input").glob("*.json")):
            try:
                value = strict_json.parse(file.read_bytes())
            except Refusal:
                # values.json has a number that strict JSON refuses; the writer is tested all the same.
                value = json.loads(file.read_text(encoding="utf-8"), parse_int=float)
            self.assertEqual(canonical.canonical(value), (ROOT / "jcs/output" / file.name).read_bytes(), file.name)

    def test_numbers(self) -> None:
        for line in (ROOT / "jcs/es6-numbers-first-3000.txt").read_text().splitlines():
            bits, expected = line.split(",")
            value = struct.unpack(">d", bytes.fromhex(bits.zfill(16)))[0]
            self.assertEqual(canonical.number(value), expected, bits)


@needs_vectors
class Dsse(unittest.TestCase):
    def test_pae(self) -> None:
        vectors = json.loads((ROOT / "dsse/pae.json").read_text())
        for vector in [vectors["official"]] + vectors["derived"]:
            body = base64.b64decode(vector["payload_base64"])
            self.assertEqual(dsse.pae(vector["payload_type"], body).hex(), vector["pae_hex"])


@needs_vectors
class Notes(unittest.TestCase):
    def test_signed_note(self) -> None:
        vector = json.loads((ROOT / "c2sp/signed-note.json").read_text(encoding="utf-8"))
        note = signed_note.read_note(vector["note_text"].encode("utf-8"))
        key = signed_note.read_verifier_key(vector["verifier_key"], signed_note.LOG)
        self.assertEqual([known for known, _ in note.verify([key])], [key])

    def test_checkpoint(self) -> None:
        note = signed_note.read_note((ROOT / "c2sp/checkpoint.txt").read_bytes())
        checkpoint = signed_note.read_checkpoint(note)
        self.assertEqual((checkpoint.origin, checkpoint.size), ("example.com/behind-the-sofa", 20852163))
        self.assertEqual(len(note.signatures), 2)


@needs_vectors
class Tree(unittest.TestCase):
    def setUp(self) -> None:
        vectors = json.loads((ROOT / "rfc6962/reference-tree.json").read_text())
        self.leaves = [bytes.fromhex(text) for text in vectors["leaf_inputs_hex"]]
        self.roots = [bytes.fromhex(text) for text in vectors["roots_hex"]]

    def test_inclusion(self) -> None:
        from .world import inclusion, tree_hash

        for size in range(1, len(self.leaves) + 1):
            leaves = self.leaves[:size]
            self.assertEqual(tree_hash(leaves), self.roots[size])
            for index in range(size):
                proof = inclusion(leaves, index)
                leaf = merkle.leaf_hash(leaves[index])
                self.assertTrue(merkle.includes(leaf, index, size, proof, self.roots[size]))
                self.assertFalse(merkle.includes(leaf, index, size, proof + [bytes(32)], self.roots[size]))
                self.assertFalse(merkle.includes(leaf, size, size, proof, self.roots[size]))
                if proof:
                    self.assertFalse(merkle.includes(leaf, index, size, proof[:-1], self.roots[size]))
                    self.assertFalse(merkle.includes(leaf, index ^ 1, size, proof, self.roots[size]))

    def test_consistency(self) -> None:
        from .world import consistency

        for size in range(2, len(self.leaves) + 1):
            for old in range(1, size):
                proof = consistency(self.leaves[:size], old)
                old_root, root = self.roots[old], self.roots[size]
                self.assertTrue(merkle.is_consistent(old, old_root, size, root, proof))
                self.assertFalse(merkle.is_consistent(old, old_root, size, root, proof + [bytes(32)]))
                self.assertFalse(merkle.is_consistent(old, old_root, size, root, proof[1:]))
                self.assertFalse(merkle.is_consistent(old, root, size, root, proof))
        self.assertFalse(merkle.is_consistent(0, self.roots[0], 3, self.roots[3], []))


if __name__ == "__main__":
    unittest.main()
