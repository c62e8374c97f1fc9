import { malformed, refused } from "../../kit.mjs";
import { encodeBase64, payloadTypes } from "../../packages.mjs";
import { claims, large } from "../../policies.mjs";
import { envelopeOf, json, text, without } from "../../sign.mjs";
import { add, two, vote } from "./scene.mjs";

/** Files of votes, and resolutions, that are not one. */
export function forms(scene) {
  const { pending, ended, bad, resolve, world } = scene;
  const id = pending.attestation.execution_id;
  const withVotes = (votes) => ended(pending, two, {}, { resolution: { votes } });
  const bytes = (value) => json(value);
  const whole = { type: "parmana/resolution-evidence/v1", execution_id: id, votes: two };
  const spoilt = (changes) => bytes({ ...whole, votes: [two[0], { ...two[1], ...changes }] });
  const form = bad({ "votes.form": "INV-044" });
  add(scene, "votes-form", "The file of votes is closed.", {
    "a member more": [withVotes(bytes({ ...whole, extra: 1 })), form],
    "version 2": [withVotes(bytes({ ...whole, type: "parmana/resolution-evidence/v2" })), form],
    "votes no list": [withVotes(bytes({ ...whole, votes: {} })), form],
    "a member of a vote more": [withVotes(spoilt({ extra: 1 })), form],
    "a vote to abstain": [withVotes(spoilt({ decision: "abstained" })), form],
    "a vote without reason": [withVotes(spoilt({ reason: "" })), form],
    "a reason of two lines": [withVotes(spoilt({ reason: "a\nb" })), form],
    "a role in capitals": [withVotes(spoilt({ role: "Auditor" })), form],
    "a date without milliseconds": [withVotes(spoilt({ votedAt: "2026-11-20T13:00:00Z" })), form],
    "an execution that is none": [withVotes(bytes({ ...whole, execution_id: "a b" })), form],
    "a key id that is none": [withVotes(spoilt({ keyId: "A", signature: `${"A".repeat(86)}==` })), form],
    "a signature that is none": [withVotes(spoilt({ keyId: world.keys.eve.keyId, signature: "A" })), form],
    "a key without signature": [withVotes(spoilt({ keyId: world.keys.eve.keyId })), form],
    "a member twice": [withVotes(text('{"type":"x","type":"x"}')), bad({ "votes.form": "CANONICAL-011" })],
  });
  const good = resolve(pending, two);
  const flat = (changes) =>
    ended(pending, two, {}, { resolution: { attestation: bytes({ ...good, ...changes }) } });
  add(
    scene,
    "resolution-form",
    "A resolution is closed, in both spellings.",
    Object.fromEntries(
      Object.entries({
        "a member more": { extra: 1 },
        "a requester": { requester: "agent-7" },
        "a decision": { decision: "approved" },
        "an end that is none": { resolution: "pending" },
        "17 approvals": { approvals: 17 },
        "-1 approvals": { approvals: -1 },
        "approvals as text": { approvals: "2" },
        "a hash that is none": { votesHash: "none" },
        "null for an end": { resolution: null },
      }).map(([name, changes]) => [name, [flat(changes), malformed]]),
    ),
  );
  const envelope = envelopeOf(good, "resolution");
  add(scene, "resolution-envelopes", "As strict as those of attestations.", {
    "two signatures": [
      ended(
        pending,
        two,
        {},
        {
          resolution: {
            attestation: bytes({ ...envelope, signatures: [envelope.signatures[0], envelope.signatures[0]] }),
          },
        },
      ),
      malformed,
    ],
    "another key id": [
      ended(
        pending,
        two,
        {},
        {
          resolution: {
            attestation: bytes({
              ...envelope,
              signatures: [{ ...envelope.signatures[0], keyid: world.keys.log.keyId }],
            }),
          },
        },
      ),
      malformed,
    ],
    "not canonical": [
      ended(
        pending,
        two,
        {},
        {
          resolution: {
            attestation: bytes({
              ...envelope,
              payload: encodeBase64(
                Buffer.concat([Buffer.from(envelope.payload, "base64"), Buffer.from(" ")]),
              ),
            }),
          },
        },
      ),
      malformed,
    ],
  });
}

/** The resolution is a statement of the runtime like any other. */
export function statements(scene) {
  const { world, pending, ended, bad, bundles } = scene;
  const { keys } = world;
  const hash = `sha256:${"ab".repeat(32)}`;
  add(scene, "statements", "Key, trust root, bundle, index and release are checked as for an attestation.", {
    "by a stranger": [ended(pending, two, { key: keys.stranger }), bad({ "signing-key.role": "INV-064" })],
    "by an approver": [ended(pending, two, { key: keys.ada }), bad({ "signing-key.role": "INV-064" })],
    "under another type": [
      ended(pending, two, { seal: { payloadType: payloadTypes.reviewVote } }),
      bad({ "resolution.signature": "INV-065" }),
    ],
    "signed as an attestation": [
      ended(pending, two, { seal: { kind: "attestation" } }),
      bad({ "resolution.signature": "INV-065" }),
    ],
    "another trust root": [
      ended(pending, two, { provenance: { trustRootHash: hash } }),
      bad({ "trust-root.hash": "INV-066" }),
    ],
    "another release": [
      ended(pending, two, { provenance: { releaseManifestHash: hash } }),
      bad({ "release.manifest-hash": "INV-072" }),
    ],
    "a later index than there is": [
      ended(pending, two, { provenance: { policyIndexVersion: 4 } }),
      bad({ "policy-index.version": "INV-071" }),
    ],
    "after the verification": [
      ended(pending, two, { issuedAt: "2026-11-21T00:05:00.001Z" }),
      bad({ "resolution.date": "INV-067", "log.inclusion": "INV-086" }),
    ],
  });
  const approvedOld = world.execute(bundles.revoked, large);
  const original = without(refused({ "policy-index.listed": "POL-043" }), "exitCode");
  const expect = (end) => ({ exitCode: 1, ...original, resolution: end });
  const good = { verdict: "verified", level: "L4", failed: [] };
  const lost = { verdict: "refused", level: "L1", failed: [{ id: "policy-index.listed", code: "POL-043" }] };
  add(scene, "revoked-policy", "Only an approval needs a policy version that is still in use.", {
    approved: [ended(approvedOld, two), expect(lost)],
    rejected: [
      ended(approvedOld, [vote("ada", { decision: "rejected" })], { resolution: "rejected" }),
      expect(good),
    ],
  });
  const unresolvable = without(claims({ policyId: "no-override" }), "override");
  const [high, low, last] = unresolvable.rules;
  const outcome = { decision: "rejected", action: "reject", reason: "nobody decides" };
  const open = world.publish({ ...unresolvable, rules: [high, low, { ...last, outcome }] });
  const forced = world.execute(open, large, {
    decided: {
      decision: "pending_override",
      rule_id: "catch-all",
      action: "reject",
      reason: "nobody decides",
    },
  });
  const wrong = refused({ "decision.outcome": "INV-075" });
  add(scene, "policy-without-override", "Where the policy names nobody, nobody ends anything.", {
    approved: [
      ended(forced, two),
      {
        exitCode: 1,
        verdict: wrong.verdict,
        level: wrong.level,
        failed: wrong.failed,
        resolution: { verdict: "refused", level: "L1", failed: [{ id: "terms.override", code: "INV-079" }] },
      },
    ],
  });
}
