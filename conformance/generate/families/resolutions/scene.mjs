import { refused, verified } from "../../kit.mjs";
import { large } from "../../policies.mjs";
import { hashOf, json, sealed, votesFile } from "../../sign.mjs";
import { logOfOne, provenanceOf } from "../../world.mjs";

export const VOTED = "2026-11-20T13:00:00.000Z";

const ENDED = "2026-11-20T14:00:00.000Z";

/** A day after the attestation. */
export const DEADLINE = "2026-11-21T12:00:00.000Z";

export const LATER = "2026-11-22T00:00:00.000Z";

export const vote = (approver, changes = {}) => ({
  approver,
  role: "claims-manager",
  decision: "approved",
  reason: "called the customer",
  votedAt: VOTED,
  ...changes,
});

export function createScene(context) {
  const { world, bundles, evidenceBundle } = context;
  const pending = world.execute(bundles.claims, large, {
    requester: "agent-7",
    audience: "payments",
    actionHash: `sha256:${"0f".repeat(32)}`,
  });

  /** A resolution that a runtime would sign, but for the changes. */
  function resolve(original, votes, changes = {}) {
    const { attestation, bundle, signals } = original;
    const { provenance = {}, key = world.keys.runtime, seal = {}, counted, ...members } = changes;
    const { execution_id, execution_fingerprint, policyId, policyVersion, audience, actionHash } =
      attestation;
    return sealed(
      {
        execution_id,
        execution_fingerprint,
        policyId,
        policyVersion,
        ...(audience !== undefined && { audience }),
        ...(actionHash !== undefined && { actionHash }),
        attestationHash: hashOf(attestation),
        resolution: "approved",
        votesHash: hashOf(counted ?? votes),
        approvals: votes.filter(({ decision }) => decision === "approved").length,
        issuedAt: ENDED,
        ...members,
        provenance: provenanceOf(world, bundle, signals, {}, provenance),
      },
      key,
      { kind: "resolution", ...seal },
    );
  }

  /** As an evidence bundle, which holds both. */
  function ended(original, votes, changes = {}, more = {}) {
    const resolution = resolve(original, votes, changes);
    const file = votesFile(original.attestation.execution_id, votes);
    const release = { document: world.release.document, signature: world.release.signature };
    const logProof = logOfOne(world, entryFacts(resolution), { time: resolution.issuedAt });
    return evidenceBundle(original, {
      resolution: { attestation: json(resolution), votes: file, release, logProof, ...more.resolution },
      ...more.bundle,
    });
  }

  const both = (resolution, attestation = verified()) => ({
    exitCode: resolution.exitCode,
    verdict: attestation.verdict,
    level: attestation.level,
    failed: attestation.failed,
    resolution: { verdict: resolution.verdict, level: resolution.level, failed: resolution.failed },
  });
  const ok = both(verified());
  const bad = (failures) => both(refused(failures));
  return { ...context, pending, resolve, ended, ok, bad };
}

export const two = [vote("ada"), vote("eve")];

function entryFacts(resolution) {
  const { execution_id, execution_fingerprint, resolution: end } = resolution;
  return {
    event: "override_resolved",
    execution_id,
    execution_fingerprint,
    attestationHash: hashOf(resolution),
    decision: end === "approved" ? "approved" : "rejected",
    code: end === "expired" ? "INV-095" : null,
  };
}

export function add({ kit, bundled }, name, why, inputs, words = bundled) {
  kit.add("resolutions", name, {
    why,
    threats: [40],
    arguments: words,
    inputs: Object.entries(inputs).map(([title, [file, expect]]) => ({ name: title, file, expect })),
  });
}
