import { malformed } from "../../kit.mjs";
import { large } from "../../policies.mjs";
import { envelopeOf, json, votesFile } from "../../sign.mjs";
import { ISSUED } from "../../world.mjs";
import { DEADLINE, LATER, add, two, vote } from "./scene.mjs";

export function ends(scene) {
  const { world, pending, ended, ok, bundles, bundled } = scene;
  const no = vote("eve", { decision: "rejected", reason: "unclear" });
  const plain = world.execute(bundles.claims, large);
  const later = ["--root-key", bundled[1], "--at", LATER];
  const expired = { resolution: "expired", issuedAt: DEADLINE };
  add(scene, "votes-null", "Votes that were counted are there.", {
    "votes null": [ended(pending, two, {}, { resolution: { votes: null } }), malformed],
  });
  add(scene, "ends", "Approved by a quorum, rejected by anybody, or expired.", {
    "approved by two": [ended(pending, two), ok],
    "approved by three": [ended(pending, [...two, vote("mia")]), ok],
    "rejected by one": [ended(pending, [no], { resolution: "rejected" }), ok],
    "rejected after an approval": [ended(pending, [vote("ada"), no], { resolution: "rejected" }), ok],
    "rejected by nobody": [ended(pending, [], { resolution: "rejected" }), ok],
    "without requester, audience and action": [ended(plain, two), ok],
    "votes in another script": [
      ended(plain, [vote("Łucja", { reason: "株式会社に電話した" }), vote("eve")]),
      ok,
    ],
    "resolved by a later release": [ended(plain, two, { provenance: { runtimeVersion: "1.0.0" } }), ok],
    "in an envelope": [
      ended(
        plain,
        two,
        {},
        { resolution: { attestation: json(envelopeOf(scene.resolve(plain, two), "resolution")) } },
      ),
      ok,
    ],
  });
  add(
    scene,
    "expired",
    "What nobody decided in time is refused, from the deadline on.",
    {
      "nobody voted": [ended(pending, [], expired), ok],
      "one voted": [ended(pending, [vote("ada")], expired), ok],
      "a millisecond early": [
        ended(pending, [], { ...expired, issuedAt: "2026-11-21T11:59:59.999Z" }),
        scene.bad({ "terms.expiry": "INV-079" }),
      ],
    },
    later,
  );
}

export function votesThatDoNotCarry(scene) {
  const { pending, ended, bad } = scene;
  const one = [vote("ada")];
  const no = vote("eve", { decision: "rejected" });
  add(scene, "counting", "The end follows from the votes, and the votes are those that were counted.", {
    "one approval of two": [ended(pending, one), bad({ "terms.quorum": "INV-079" })],
    "approved by nobody": [
      ended(pending, []),
      bad({ "terms.quorum": "INV-079", "votes.outcome": "INV-079" }),
    ],
    "one counted twice": [ended(pending, one, { approvals: 2 }), bad({ "votes.count": "INV-078" })],
    "approved though one rejects": [
      ended(pending, [...two, vote("mia", { decision: "rejected" })]),
      bad({ "votes.outcome": "INV-079" }),
    ],
    "rejected though nobody rejects": [
      ended(pending, two, { resolution: "rejected" }),
      bad({ "votes.outcome": "INV-079" }),
    ],
    "expired with a quorum": [
      ended(pending, two, { resolution: "expired" }),
      bad({ "terms.quorum": "INV-079", "terms.expiry": "INV-079" }),
    ],
    "other votes": [ended(pending, two, { counted: [two[1], two[0]] }), bad({ "votes.hash": "INV-078" })],
    "a vote left out": [ended(pending, two, { counted: [...two, no] }), bad({ "votes.hash": "INV-078" })],
    "the votes of another execution": [
      ended(pending, two, {}, { resolution: { votes: votesFile("claim-9999", two) } }),
      bad({ "votes.execution-id": "INV-073" }),
    ],
  });
}

export function votersThatMayNot(scene) {
  const { pending, ended, bad, ok } = scene;
  const by = (...votes) => ended(pending, votes);
  add(scene, "voters", "Different people, in a role of the policy, not who asked, and in time.", {
    "one person twice": [
      by(vote("ada"), vote("ada", { reason: "again" })),
      bad({ "votes.approvers": "INV-098" }),
    ],
    "whoever asked": [by(vote("ada"), vote("agent-7")), bad({ "votes.requester": "INV-098" })],
    "in another role": [by(vote("ada"), vote("eve", { role: "auditor" })), bad({ "votes.roles": "INV-098" })],
    "before the attestation": [
      by(vote("ada"), vote("eve", { votedAt: "2026-11-20T11:59:59.999Z" })),
      bad({ "votes.dates": "INV-098" }),
    ],
    "with the attestation": [by(vote("ada"), vote("eve", { votedAt: ISSUED })), ok],
    "five minutes after the resolution": [
      by(vote("ada"), vote("eve", { votedAt: "2026-11-20T14:05:00.000Z" })),
      ok,
    ],
    "later than that": [
      by(vote("ada"), vote("eve", { votedAt: "2026-11-20T14:05:00.001Z" })),
      bad({ "votes.dates": "INV-098" }),
    ],
    "names that look alike are two": [by(vote("ada"), vote("аda")), ok],
    "names that differ in normalisation are two": [by(vote("\u00e9va"), vote("e\u0301va")), ok],
  });
}

export function deadlines(scene) {
  const { pending, ended, ok, bad, bundled } = scene;
  const later = ["--root-key", bundled[1], "--at", LATER];
  const last = "2026-11-21T11:59:59.999Z";
  const late = { issuedAt: "2026-11-21T13:00:00.000Z" };
  add(
    scene,
    "deadlines",
    "People decide before the deadline; signing may be late, where the votes show that they were in time.",
    {
      "signed late": [ended(pending, two, late), ok],
      "voted in the last millisecond": [
        ended(pending, [vote("ada"), vote("eve", { votedAt: last })], late),
        ok,
      ],
      "voted at the deadline": [
        ended(pending, [vote("ada"), vote("eve", { votedAt: DEADLINE })], late),
        bad({ "terms.expiry": "INV-079" }),
      ],
      "rejected late, by nobody": [ended(pending, [], { ...late, resolution: "rejected" }), ok],
    },
    later,
  );
}
