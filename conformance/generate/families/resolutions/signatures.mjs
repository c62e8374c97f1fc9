import { payloadTypes } from "../../packages.mjs";
import { large } from "../../policies.mjs";
import { hashOf, signedVote } from "../../sign.mjs";
import { at, signedTrustRoot } from "../../world.mjs";
import { VOTED, add, vote } from "./scene.mjs";

/** A policy that demands signed votes. */
export function signatures(scene) {
  const { world, ended, ok, bad, bundles } = scene;
  const { keys } = world;
  const pending = world.execute(bundles.signed, large);
  const subject = {
    execution_id: pending.attestation.execution_id,
    attestationHash: hashOf(pending.attestation),
  };
  const ada = signedVote(keys.ada, vote("ada"), subject);
  const eve = signedVote(keys.eve, vote("eve"), subject);
  const by = (...votes) => ended(pending, votes);
  const wrong = (code) => bad({ "votes.signatures": code });
  add(
    scene,
    "signed-votes",
    "Where the policy demands it each vote is signed, by a key of its role that its approver holds.",
    {
      "both signed": [by(ada, eve), ok],
      "one unsigned": [by(ada, vote("eve")), wrong("INV-099")],
      "for another execution": [
        by(ada, signedVote(keys.eve, vote("eve"), { ...subject, execution_id: "claim-9999" })),
        wrong("INV-099"),
      ],
      "for another attestation": [
        by(
          ada,
          signedVote(keys.eve, vote("eve"), { ...subject, attestationHash: `sha256:${"ab".repeat(32)}` }),
        ),
        wrong("INV-099"),
      ],
      "another reason": [by(ada, { ...eve, reason: "something else" }), wrong("INV-099")],
      "another decision": [
        by(ada, {
          ...signedVote(keys.eve, vote("eve", { decision: "rejected" }), subject),
          decision: "approved",
        }),
        wrong("INV-099"),
      ],
      "by another's key": [
        by(ada, { ...vote("eve"), keyId: ada.keyId, signature: ada.signature }),
        wrong("INV-099"),
      ],
      "in another's name": [by(ada, signedVote(keys.eve, vote("mia"), subject)), wrong("INV-099")],
      "by the runtime": [by(ada, signedVote(keys.runtime, vote("eve"), subject)), wrong("TRUST-034")],
      "by a stranger": [by(ada, signedVote(keys.stranger, vote("eve"), subject)), wrong("TRUST-034")],
      "under the type of attestations": [
        by(ada, signedVote(keys.eve, vote("eve"), subject, payloadTypes.attestation)),
        wrong("INV-099"),
      ],
      "in a role that no key serves": [
        by(ada, signedVote(keys.eve, vote("eve", { role: "auditor" }), subject)),
        bad({ "votes.roles": "INV-098", "votes.signatures": "TRUST-033" }),
      ],
    },
  );
  const plain = world.execute(bundles.claims, large);
  const about = { execution_id: plain.attestation.execution_id, attestationHash: hashOf(plain.attestation) };
  add(scene, "votes-signed-unasked", "A signature that is there must hold, whether it was demanded or not.", {
    good: [ended(plain, [signedVote(keys.ada, vote("ada"), about), vote("eve")]), ok],
    bad: [ended(plain, [signedVote(keys.ada, vote("ada"), subject), vote("eve")]), wrong("INV-099")],
  });
  revokedApprover(scene);
}

function revokedApprover(scene) {
  const { world, ended, bad, bundles } = scene;
  const { keys, listed, roles } = world;
  const cases = {
    "revoked before": [{ status: "revoked", revokedAt: at(VOTED) }, "TRUST-036"],
    "revoked after": [{ status: "revoked", revokedAt: at(VOTED) + 1 }, "TRUST-037"],
    "ended before": [{ validUntil: at(VOTED) }, "TRUST-035"],
  };
  add(
    scene,
    "approver-keys",
    "The key of an approver must have been valid when the vote was cast, and not be revoked.",
    Object.fromEntries(
      Object.entries(cases).map(([name, [changes, code]]) => {
        const own = signedTrustRoot(
          {
            keys: listed.map((found) =>
              found.publicKey.keyId === keys.eve.keyId ? { ...found, ...changes } : found,
            ),
            roles,
          },
          [keys.root],
        );
        const named = { provenance: { trustRootHash: own.hash } };
        const pending = world.execute(bundles.signed, large, named);
        const subject = {
          execution_id: pending.attestation.execution_id,
          attestationHash: hashOf(pending.attestation),
        };
        const votes = [
          signedVote(keys.ada, vote("ada"), subject),
          signedVote(keys.eve, vote("eve"), subject),
        ];
        const trustRoot = { document: own.document, signature: own.signature, predecessors: [] };
        return [
          name,
          [ended(pending, votes, named, { bundle: { trustRoot } }), bad({ "votes.signatures": code })],
        ];
      }),
    ),
  );
}
