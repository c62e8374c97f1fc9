import { malformed, refused, verified } from "../../kit.mjs";
import { encodeBase64 } from "../../packages.mjs";
import { large, small } from "../../policies.mjs";
import { envelopeOf, hashOf, json, statementOf, text, without } from "../../sign.mjs";
import { ISSUED } from "../../world.mjs";
import { add, two } from "./scene.mjs";

export function originals(scene) {
  const { world, pending, resolve, ended, bad, ok, bundles, kit, home, homed } = scene;
  const other = world.execute(bundles.claims, large, { requester: "agent-8" });
  const hash = `sha256:${"ab".repeat(32)}`;
  add(scene, "originals", "It ends exactly this attestation, and says the same of the execution.", {
    "another attestation": [
      ended(pending, two, { attestationHash: hashOf(other.attestation) }),
      bad({ "original.link": "INV-068" }),
    ],
    "another execution": [
      ended(pending, two, { execution_id: "claim-9999" }),
      bad({ "original.execution": "INV-069", "votes.execution-id": "INV-073" }),
    ],
    "another fingerprint": [
      ended(pending, two, { execution_fingerprint: hash }),
      bad({ "original.execution": "INV-069" }),
    ],
    "another policy version": [
      ended(pending, two, { policyVersion: "0.9.0" }),
      bad({ "original.policy": "INV-069", "bundle.identity": "INV-070", "policy-index.listed": "POL-044" }),
    ],
    "other signals": [
      ended(pending, two, { provenance: { signalsHash: hash } }),
      bad({ "original.policy": "INV-069" }),
    ],
    "another origin of signals": [
      ended(pending, two, { provenance: { signalProvenanceHash: hash } }),
      bad({ "original.policy": "INV-069" }),
    ],
    "another audience": [
      ended(pending, two, { audience: "savings" }),
      bad({ "original.audience": "INV-069" }),
    ],
    "no audience": [
      ended(world.execute(bundles.claims, large), two, { audience: "payments" }),
      bad({ "original.audience": "INV-069" }),
    ],
    "another action": [ended(pending, two, { actionHash: hash }), bad({ "original.audience": "INV-069" })],
    "older than it": [
      ended(pending, two, { issuedAt: "2026-11-20T11:59:59.999Z" }),
      bad({ "original.date": "INV-069", "votes.dates": "INV-098" }),
    ],
    "as old as it": [
      ended(
        pending,
        two.map((cast) => ({ ...cast, votedAt: ISSUED })),
        { issuedAt: ISSUED },
      ),
      ok,
    ],
  });
  const approved = world.execute(bundles.claims, small);
  add(scene, "originals-that-were-not-pending", "What was decided already is not left to anybody.", {
    approved: [ended(approved, two), bad({ "original.pending": "INV-069" })],
  });
  const stranger = world.execute(bundles.claims, large, { key: world.keys.stranger });
  const spoilt = {
    ...pending,
    attestation: { ...pending.attestation, signature: stranger.attestation.signature },
  };
  const file = json(resolve(pending, two));
  const withOriginal = (name, original, resolved, expect) =>
    kit.add("resolutions", name, {
      why: "The attestation that it ends is verified like any other.",
      threats: [40],
      home,
      arguments: [...homed, "--original", original],
      inputs: [{ file: resolved, expect }],
    });
  const none = (failures) => refused(failures);
  withOriginal(
    "original-by-a-stranger",
    json(stranger.attestation),
    json(resolve(stranger, two)),
    none({ "original.authentic": "INV-064" }),
  );
  withOriginal(
    "original-with-a-bad-signature",
    json(spoilt.attestation),
    json(resolve(spoilt, two)),
    none({ "original.authentic": "INV-065" }),
  );
  withOriginal("original-that-is-none", text("{}"), file, none({ "original.form": "INV-020" }));
  withOriginal("original-that-is-a-resolution", file, file, none({ "original.form": "INV-020" }));
  originalForms(scene, file);
  withOriginal("original-in-an-envelope", json(envelopeOf(pending.attestation)), file, verified("L2"));
}

/** Envelopes of an original that are not quite one, by code. */
function originalForms({ kit, world, pending, home, homed }, file) {
  const envelope = envelopeOf(pending.attestation);
  const statement = statementOf(pending.attestation);
  const { predicate } = statement;
  const [subject] = statement.subject;
  const [{ keyid, sig }] = envelope.signatures;
  const signed = (changes) => ({ ...envelope, signatures: [{ keyid, sig, ...changes }] });
  const stating = (changes) => ({
    ...envelope,
    payload: encodeBase64(json({ ...statement, ...changes })),
  });
  const digest = (sha256) => stating({ subject: [{ ...subject, digest: { sha256 } }] });
  const forms = {
    "no signature": [{ ...envelope, signatures: [] }, "SIG-007"],
    "65 signatures": [
      { ...envelope, signatures: Array.from({ length: 65 }, () => ({ keyid, sig })) },
      "SIG-007",
    ],
    "one signature twice": [{ ...envelope, signatures: [...envelope.signatures, { keyid, sig }] }, "SIG-005"],
    "a signature of 87 characters": [signed({ sig: sig.slice(1) }), "SIG-006"],
    "a signature of 65 bytes": [signed({ sig: encodeBase64(Buffer.alloc(65)) }), "SIG-006"],
    "a signature with a letter of base64url": [signed({ sig: `_${sig.slice(1)}` }), "SIG-001"],
    "a signature with unused bits": [signed({ sig: `${"A".repeat(85)}B==` }), "SIG-001"],
    "another key": [signed({ keyid: world.keys.stranger.keyId }), "INV-025"],
    "a member of the predicate more": [stating({ predicate: { ...predicate, extra: 1 } }), "INV-027"],
    "a member of the predicate less": [stating({ predicate: without(predicate, "action") }), "INV-027"],
    "a predicate with the execution": [
      stating({ predicate: { ...predicate, execution_id: pending.attestation.execution_id } }),
      "INV-027",
    ],
    "a digest that is no text": [digest(1), "INV-027"],
    "a digest that is no hash": [digest("0f"), "INV-020"],
    "another name": [stating({ subject: [{ ...subject, name: "claim-0001" }] }), "INV-027"],
  };
  kit.add("resolutions", "original-form", {
    why: "The original of a resolution is an attestation in one of its two forms.",
    threats: [40],
    home,
    arguments: homed,
    inputs: Object.entries(forms).map(([name, [original, code]]) => ({
      name,
      file,
      beside: { ".original": json(original) },
      expect: refused({ "original.form": code }),
    })),
  });
  kit.add("resolutions", "evidence-with-a-resolution", {
    why: "Who names evidence wants it looked at, and a resolution has none.",
    home,
    arguments: [...homed, "--evidence", pending.evidence],
    alone: true,
    inputs: [{ file, expect: malformed }],
  });
}
