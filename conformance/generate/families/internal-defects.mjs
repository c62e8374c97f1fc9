import { malformed, refused, verified } from "../kit.mjs";
import { large, small } from "../policies.mjs";
import { evidenceOf, json } from "../sign.mjs";

const other = `sha256:${"ab".repeat(32)}`;

/** Signed by the runtime's own key, and yet not what a runtime would state (threat 20). */
export function internalDefects({ kit, world, bundled, bundles, evidenceBundle }) {
  const decided = { decision: "approved", rule_id: "small-claim", action: "approve", reason: "small claim" };
  const provenance = (changes) => ({ provenance: changes });
  /** what is attested of the small claim, and which checks fail; log proofs are genuine unless said otherwise */
  const defects = {
    "fingerprint-of-other-facts": [{ execution_fingerprint: other }, { "decision.fingerprint": "INV-074" }],
    "rule-that-did-not-decide": [{ rule_id: "catch-all" }, { "decision.rule": "INV-075" }],
    "rule-that-does-not-exist": [{ rule_id: "no-such-rule" }, { "decision.rule": "INV-075" }],
    "decision-rejected": [{ decision: "rejected" }, { "decision.outcome": "INV-075" }],
    "decision-pending": [{ decision: "pending_override" }, { "decision.outcome": "INV-075" }],
    "action-of-another-rule": [{ action: "reject" }, { "decision.action": "INV-075" }],
    "reason-of-another-rule": [{ reason: "small claim " }, { "decision.reason": "INV-075" }],
    "policy-hash": [provenance({ policyHash: other }), { "bundle.policy-hash": "INV-070" }],
    "bundle-hash": [
      provenance({ bundleHash: other }),
      { "bundle.hash": "INV-070", "policy-index.listed": "POL-044" },
    ],
    "bundle-hash-of-another-version": [
      provenance({ bundleHash: bundles.deprecated.bundleHash, policyHash: bundles.deprecated.policyHash }),
      { "bundle.hash": "INV-070", "bundle.policy-hash": "INV-070", "policy-index.listed": "POL-044" },
    ],
    "policy-version-of-another-bundle": [
      { policyVersion: "0.9.0" },
      { "bundle.identity": "INV-070", "policy-index.listed": "POL-044", "decision.fingerprint": "INV-074" },
    ],
    "policy-that-is-not-listed": [
      { policyId: "no-such-policy" },
      { "bundle.identity": "INV-070", "policy-index.listed": "POL-042", "decision.fingerprint": "INV-074" },
    ],
    "policy-version-that-is-not-listed": [
      { policyVersion: "1.0.1" },
      { "bundle.identity": "INV-070", "policy-index.listed": "POL-042", "decision.fingerprint": "INV-074" },
    ],
    "policy-version-with-build-metadata": [
      { policyVersion: "1.0.0+a" },
      { "bundle.identity": "INV-070", "policy-index.listed": "POL-042", "decision.fingerprint": "INV-074" },
    ],
    "schema-version": [
      provenance({ schemaVersion: "1.0.1" }),
      { "bundle.schema-version": "INV-070", "release.schema-version": "INV-072" },
    ],
    "evaluator-semantics": [
      provenance({ evaluatorSemantics: "parmana-policy/2" }),
      { "release.evaluator-semantics": "INV-072", "decision.semantics": "INV-076" },
    ],
    "runtime-hash": [provenance({ runtimeHash: other }), { "release.runtime-hash": "INV-072" }],
    "runtime-version": [provenance({ runtimeVersion: "1.0.1" }), { "release.runtime-version": "INV-072" }],
    "release-manifest-hash": [
      provenance({ releaseManifestHash: other }),
      { "release.manifest-hash": "INV-072" },
    ],
    "trust-root-hash": [provenance({ trustRootHash: other }), { "trust-root.hash": "INV-066" }],
    "trust-root-version-to-come": [provenance({ trustRootVersion: 2 }), { "trust-root.version": "INV-066" }],
    "policy-index-version-to-come": [
      provenance({ policyIndexVersion: 4 }),
      { "policy-index.version": "INV-071" },
    ],
    "signals-hash": [provenance({ signalsHash: other }), { "evidence.signals-hash": "INV-074" }],
    "signal-provenance-hash": [
      provenance({ signalProvenanceHash: other }),
      { "evidence.signal-provenance-hash": "INV-074" },
    ],
    "issued-before-the-trust-root": [
      { issuedAt: "2026-10-31T23:59:59.999Z" },
      {
        "trust-root.in-force": "TRUST-025",
        "signing-key.validity": "TRUST-035",
        "policy-index.in-force": "POL-046",
      },
    ],
    "logged-before-it-was-issued": [{ issuedAt: "2026-11-20T12:05:01.001Z" }, { "log.inclusion": "INV-086" }],
    "issued-after-the-verification": [
      { issuedAt: "2026-11-21T00:05:00.001Z", logged: { time: "2026-11-21T00:00:00.001Z" } },
      { "attestation.date": "INV-067", "log.inclusion": "INV-086" },
    ],
    // What the entry consumes is for the policy that was attested to say, and that one is not here.
    "bundle-hash-and-the-identity-of-its-policy": [
      { ...provenance({ bundleHash: other }), entry: { replayIdentity: "execution" } },
      { "bundle.hash": "INV-070", "policy-index.listed": "POL-044" },
    ],
  };
  for (const [name, [changes, failures]] of Object.entries(defects)) {
    const logged = changes.logged ?? {};
    const execution = world.execute(bundles.claims, small, { ...changes, decided, logged });
    const failed = { ...failures };
    if (name === "issued-after-the-verification") delete failed["log.inclusion"];
    kit.add("internal-defects", name, {
      why: `Under a valid signature: ${name.replaceAll("-", " ")}.`,
      threats: [20],
      arguments: bundled,
      inputs: [{ file: evidenceBundle(execution), expect: refused(failed) }],
    });
  }
  kit.add("internal-defects", "other-facts", {
    why: "An attestation of facts that the policy leaves pending says approved, consistently.",
    threats: [20],
    arguments: bundled,
    inputs: [
      {
        file: evidenceBundle(world.execute(bundles.claims, large, { decided })),
        expect: refused({
          "decision.rule": "INV-075",
          "decision.outcome": "INV-075",
          "decision.action": "INV-075",
          "decision.reason": "INV-075",
        }),
      },
    ],
  });
  swappedEvidence({ kit, world, bundled, bundles, evidenceBundle });
  kit.add("internal-defects", "state-contradicts-decision", {
    why: "A state that does not follow from the decision is not well-formed.",
    threats: [20],
    arguments: bundled,
    inputs: [
      ["completed", large],
      ["pending_override", small],
    ].map(([state, signals]) => ({
      name: state,
      file: evidenceBundle(world.execute(bundles.claims, signals, { execution_state: state })),
      expect: malformed,
    })),
  });
  kit.add("internal-defects", "within-tolerance", {
    why: "Honest clocks differ by up to five minutes.",
    arguments: bundled,
    inputs: [
      [
        "issued five minutes from now",
        { issuedAt: "2026-11-21T00:05:00.000Z", logged: { time: "2026-11-21T00:05:00.000Z" } },
      ],
      ["logged five minutes before it was issued", { issuedAt: "2026-11-20T12:05:01.000Z" }],
    ].map(([name, changes]) => ({
      name,
      file: evidenceBundle(world.execute(bundles.claims, small, changes)),
      expect: verified(),
    })),
  });
}

/** The attestation is right, and what lies beside it is not what it was made on. */
function swappedEvidence({ kit, world, bundled, bundles, evidenceBundle }) {
  const execution = world.execute(bundles.claims, small);
  const { execution_id } = execution.attestation;
  const files = {
    "the evidence of another execution": [
      evidenceOf("claim-9999", small),
      { "evidence.execution-id": "INV-073" },
    ],
    "other signals": [
      evidenceOf(execution_id, { ...small, claim_amount: 99999 }),
      { "evidence.signals-hash": "INV-074", "decision.fingerprint": "INV-074" },
    ],
    "signals that decide otherwise": [
      evidenceOf(execution_id, large),
      {
        "evidence.signals-hash": "INV-074",
        "decision.fingerprint": "INV-074",
        "decision.rule": "INV-075",
        "decision.outcome": "INV-075",
        "decision.action": "INV-075",
        "decision.reason": "INV-075",
      },
    ],
    "an optional signal more": [
      evidenceOf(execution_id, { ...small, vip_customer: false }),
      { "evidence.signals-hash": "INV-074", "decision.fingerprint": "INV-074" },
    ],
    "an origin that was not attested": [
      evidenceOf(execution_id, small, { claim_amount: { source: "claims-db" } }),
      { "evidence.signal-provenance-hash": "INV-074" },
    ],
    "signals in another order": [
      evidenceOf(execution_id, Object.fromEntries(Object.entries(small).reverse())),
      undefined,
    ],
  };
  kit.add("internal-defects", "swapped-evidence", {
    why: "Evidence is bound by its values, and by nothing but them.",
    threats: [20],
    arguments: bundled,
    inputs: Object.entries(files).map(([name, [evidence, failures]]) => ({
      name,
      file: evidenceBundle({
        ...execution,
        evidence: name.endsWith("order")
          ? new TextEncoder().encode(JSON.stringify(evidence))
          : json(evidence),
      }),
      expect: failures === undefined ? verified() : refused(failures),
    })),
  });
}
