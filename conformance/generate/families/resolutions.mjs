import { encodeBase64, payloadTypes } from "../packages.mjs";
import { malformed, refused, verified } from "../kit.mjs";
import { claims, large, small } from "../policies.mjs";
import {
  envelopeOf,
  hashOf,
  json,
  sealed,
  signedVote,
  statementOf,
  text,
  votesFile,
  without,
} from "../sign.mjs";
import { logOfOne, at, ISSUED, NOW, provenanceOf, signedTrustRoot } from "../world.mjs";

const VOTED = "2026-11-20T13:00:00.000Z";
const ENDED = "2026-11-20T14:00:00.000Z";
/** A day after the attestation. */
const DEADLINE = "2026-11-21T12:00:00.000Z";
const LATER = "2026-11-22T00:00:00.000Z";

/** How what was pending ended, and who ended it (threat 40). */
export function resolutions(context) {
  const scene = createScene(context);
  ends(scene);
  votesThatDoNotCarry(scene);
  votersThatMayNot(scene);
  deadlines(scene);
  originals(scene);
  signatures(scene);
  forms(scene);
  statements(scene);
  alone(scene);
}

const vote = (approver, changes = {}) => ({
  approver,
  role: "claims-manager",
  decision: "approved",
  reason: "called the customer",
  votedAt: VOTED,
  ...changes,
});

function createScene(context) {
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

const two = [vote("ada"), vote("eve")];

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

function add({ kit, bundled }, name, why, inputs, words = bundled) {
  kit.add("resolutions", name, {
    why,
    threats: [40],
    arguments: words,
    inputs: Object.entries(inputs).map(([title, [file, expect]]) => ({ name: title, file, expect })),
  });
}

function ends(scene) {
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

function votesThatDoNotCarry(scene) {
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

function votersThatMayNot(scene) {
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

function deadlines(scene) {
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

function originals(scene) {
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

/** A policy that demands signed votes. */
function signatures(scene) {
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

/** Files of votes, and resolutions, that are not one. */
function forms(scene) {
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
function statements(scene) {
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

/** Not in a bundle, with what belongs to it named. */
function alone({ kit, home, pending, resolve }) {
  const file = json(resolve(pending, two));
  const original = json(pending.attestation);
  const votes = votesFile(pending.attestation.execution_id, two);
  const words = ["--at", NOW];
  const cases = {
    "with-original-and-votes": [["--original", original, "--votes", votes], file, verified()],
    "envelope-with-original-and-votes": [
      ["--original", original, "--votes", votes],
      json(envelopeOf(resolve(pending, two), "resolution")),
      verified(),
    ],
    "with-original": [["--original", original], file, verified("L2")],
    "without-original": [
      ["--level", "L1"],
      file,
      { exitCode: 1, verdict: "refused", level: "none", failed: [] },
    ],
    "without-votes-at-l4": [
      ["--original", original, "--level", "L4"],
      file,
      { exitCode: 1, verdict: "refused", level: "L2", failed: [] },
    ],
  };
  for (const [name, [options, bytes, expect]] of Object.entries(cases)) {
    kit.add("resolutions", `alone-${name}`, {
      why: `A resolution by itself, ${name.replaceAll("-", " ")}.`,
      threats: [40],
      home,
      arguments: [...words, ...options],
      inputs: [{ file: bytes, expect }],
    });
  }
}
