import { encodeUtf8, sha256 } from "@parmanasystems/canonical";
import {
  attestationHash,
  type ResolutionAttestation,
  resolutionPayload,
  toEnvelope,
  toResolutionEnvelope,
  votesHash,
} from "@parmanasystems/execution";
import { encodeBase64, payloadTypes } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { Checklist } from "../src/checklist.js";
import { resolutionCatalogue, type ResolutionInput, verifyResolution } from "../src/index.js";
import { known } from "../src/known.js";
import { checkBinding } from "../src/statement-checks.js";
import { resolutionKind } from "../src/statement-kind.js";
import {
  bundleOf,
  claimsPolicy,
  createWorld,
  failures,
  indexOf,
  jsonBytes,
  releaseOf,
  signed,
  signers,
  times,
  trustRootOf,
  type World,
} from "./fixture.js";
import {
  counting,
  createEnded,
  type Ended,
  ends,
  signedEnd,
  signedVote,
  vote,
  votesFile,
} from "./resolution-fixture.js";

const logChecks = ["log.form", "log.inclusion", "log.checkpoint", "log.consistency", "log.witnesses"];

let ended: Ended;
let signedByApprovers: Ended;
let other: World;
beforeAll(async () => {
  ended = await createEnded();
  signedByApprovers = await createEnded({
    override: { signed: true },
    votes: (world) => Promise.all([signedVote(world, "ada"), signedVote(world, "eve")]),
  });
  other = await createWorld({ executionId: "claim-0002" });
});

type Tampered = readonly [resolution: ResolutionInput, options: Ended["options"]];

/** Each is made from an honest end; where a runtime signed it, with the runtime's own key. */
const table: readonly (readonly [
  name: string,
  tamper: () => Tampered | Promise<Tampered>,
  refusals: Readonly<Record<string, string>>,
])[] = [
  [
    "an unknown member",
    () => [{ ...ended.resolution, approvedBy: "mallory" }, ended.options],
    { "resolution.form": "INV-045" },
  ],
  [
    "an attestation in its place (threat 14)",
    () => [jsonBytes(ended.world.attestation), ended.options],
    { "resolution.form": "INV-045" },
  ],
  [
    "the envelope of an attestation in its place (threat 14)",
    () => [toEnvelope(ended.world.attestation), ended.options],
    { "resolution.form": "INV-027" },
  ],
  [
    "a date in the future",
    () => [ended.resolution, { ...ended.options, now: Date.parse(ends.approved) - 300_001 }],
    { "resolution.date": "INV-067" },
  ],
  [
    "another pinned root key",
    () => {
      const trustRoot = { ...ended.world.material.trustRoot, pinnedKey: signers.otherRoot.publicKey };
      return [ended.resolution, { ...ended.options, trustRoot }];
    },
    { "trust-root.authentic": "TRUST-017" },
  ],
  [
    "a trust root that has expired since",
    () => {
      const { trustRoot } = ended.world.material;
      return [ended.resolution, { trustRoot, original: ended.world.attestation, now: times.rootExpires }];
    },
    { "trust-root.unexpired": "TRUST-024" },
  ],
  [
    "a trust root of a later version than supplied",
    () => [withProvenance({ trustRootVersion: 2 }), ended.options],
    { "trust-root.version": "INV-066" },
  ],
  [
    "another trust root",
    () => [withProvenance({ trustRootHash: sha256("other") }), ended.options],
    { "trust-root.hash": "INV-066" },
  ],
  [
    "a trust root that had expired by then",
    () => {
      const { trustRoot } = ended.world.material;
      const issuedAt = new Date(times.rootExpires).toISOString();
      return [signedEnd(ended.resolution, { issuedAt }), { trustRoot, original: ended.world.attestation }];
    },
    { "trust-root.in-force": "TRUST-024" },
  ],
  [
    "a key without the runtime role, such as an approver's (threat 14)",
    () => [signedEnd(ended.resolution, {}, signers.ada), ended.options],
    { "signing-key.role": "INV-064" },
  ],
  [
    "a runtime key that was not valid any more",
    async () => {
      const trustRoot = await trustRootOf({
        approvers: { ada: signers.ada, eve: signers.eve },
        runtimeKey: { status: "retired", validUntil: Date.parse(ends.approved) },
      });
      const trustRootHash = sha256(trustRoot.document);
      const { attestation } = ended.world;
      const original = signed(attestation, { provenance: { ...attestation.provenance, trustRootHash } });
      const resolution = signedEnd(ended.resolution, {
        attestationHash: attestationHash(original),
        provenance: { ...ended.resolution.provenance, trustRootHash },
      });
      return [resolution, { ...ended.options, trustRoot, original }];
    },
    { "signing-key.validity": "TRUST-035" },
  ],
  [
    "from rejected to approved (threat 40)",
    async () => {
      const rejected = await createEnded({
        resolution: "rejected",
        votes: () => [vote("ada"), vote("eve", { decision: "rejected" })],
      });
      return [
        { ...rejected.resolution, resolution: "approved", approvals: 2 },
        { ...rejected.options, votes: undefined },
      ];
    },
    { "resolution.signature": "INV-065" },
  ],
  ...Object.values(payloadTypes)
    .filter((type) => type !== payloadTypes.attestation)
    .map(
      (type) =>
        [
          `a signature made for ${type} (threat 14)`,
          (): Tampered => {
            const signature = signers.runtime.signSync(type, resolutionPayload(ended.resolution));
            return [{ ...ended.resolution, signature: encodeBase64(signature) }, ended.options];
          },
          { "resolution.signature": "INV-065" },
        ] as const,
    ),
  [
    "the signature of its attestation (threat 14)",
    () => [{ ...ended.resolution, signature: ended.world.attestation.signature }, ended.options],
    { "resolution.signature": "INV-065" },
  ],
  [
    "a resolution as what was pending",
    () => [ended.resolution, { ...ended.options, original: jsonBytes(ended.resolution) }],
    { "original.form": "INV-020" },
  ],
  [
    "another execution's attestation (threat 40)",
    () => [ended.resolution, { ...ended.options, original: other.attestation }],
    { "original.link": "INV-068" },
  ],
  [
    "an attestation that was changed since",
    () => [
      ended.resolution,
      { ...ended.options, original: { ...ended.world.attestation, requester: "agent-8" } },
    ],
    { "original.link": "INV-068" },
  ],
  [
    "an attestation that nobody signed",
    () => endOf({ ...ended.world.attestation, reason: "other" }),
    { "original.authentic": "INV-065" },
  ],
  [
    "an attestation that a stranger signed",
    () => endOf(signed(ended.world.attestation, {}, signers.stranger)),
    { "original.authentic": "INV-064" },
  ],
  [
    "an attestation made under another trust root",
    () => {
      const { attestation } = ended.world;
      const provenance = { ...attestation.provenance, trustRootHash: sha256("other") };
      return endOf(signed(attestation, { provenance }));
    },
    { "original.authentic": "INV-066" },
  ],
  [
    "an attestation that was rejected (threat 40)",
    () => endOf(signed(ended.world.attestation, { decision: "rejected", execution_state: "completed" })),
    { "original.pending": "INV-069" },
  ],
  [
    "other facts",
    () => [signedEnd(ended.resolution, { execution_fingerprint: sha256("other") }), ended.options],
    { "original.execution": "INV-069" },
  ],
  [
    "another execution id (threat 40)",
    () => [signedEnd(ended.resolution, { execution_id: "claim-0002" }), ended.options],
    { "original.execution": "INV-069", "votes.execution-id": "INV-073" },
  ],
  [
    "another policy version",
    () => [signedEnd(ended.resolution, { policyVersion: "1.0.1" }), ended.options],
    { "original.policy": "INV-069", "bundle.identity": "INV-070", "policy-index.listed": "POL-042" },
  ],
  ...(["signalsHash", "signalProvenanceHash", "evaluatorSemantics"] as const).map(
    (name) =>
      [
        `another ${name}`,
        (): Tampered => [
          withProvenance({ [name]: name === "evaluatorSemantics" ? "other/1" : sha256("other") }),
          ended.options,
        ],
        { "original.policy": "INV-069" },
      ] as const,
  ),
  [
    "an audience that the attestation does not name",
    () => [signedEnd(ended.resolution, { audience: "bank" }), ended.options],
    { "original.audience": "INV-069" },
  ],
  [
    "an action that the attestation does not name",
    () => [signedEnd(ended.resolution, { actionHash: sha256("pay more") }), ended.options],
    { "original.audience": "INV-069" },
  ],
  [
    "a date before its attestation",
    () => {
      const issuedAt = "2026-03-01T11:59:59.999Z";
      return [signedEnd(ended.resolution, { issuedAt }), { ...ended.options, votes: undefined }];
    },
    { "original.date": "INV-069" },
  ],
  [
    "a bundle that another role signed",
    async () => {
      const policy = ended.world.material.bundle.files.get("policy.json") ?? new Uint8Array();
      return [ended.resolution, { ...ended.options, bundle: await bundleOf(policy, signers.release) }];
    },
    { "bundle.authentic": "TRUST-032" },
  ],
  [
    "another schema version",
    () => [withProvenance({ schemaVersion: "1.0.1" }), ended.options],
    { "original.policy": "INV-069", "bundle.schema-version": "INV-070" },
  ],
  [
    "a bundle with other terms",
    async () => {
      const bundle = await bundleOf(claimsPolicy());
      return [ended.resolution, { ...ended.options, bundle }];
    },
    { "bundle.hash": "INV-070", "bundle.policy-hash": "INV-070" },
  ],
  [
    "a bundle without terms",
    async () => {
      const text = new TextDecoder().decode(claimsPolicy()).replaceAll('"pending_override"', '"rejected"');
      const bundle = await bundleOf(encodeUtf8(text.replace(/"override":\{[^}]*\},/, "")));
      return [ended.resolution, { ...ended.options, bundle }];
    },
    { "bundle.hash": "INV-070", "bundle.policy-hash": "INV-070", "terms.override": "INV-079" },
  ],
  [
    "an index that another role signed",
    async () => {
      const { bundle } = ended.world.material;
      const policyIndex = await indexOf([["1.0.0", bundle, "active"]], { signer: signers.release });
      return [ended.resolution, { ...ended.options, policyIndex }];
    },
    { "policy-index.authentic": "TRUST-032" },
  ],
  [
    "an index that has expired since",
    () => [ended.resolution, { ...ended.options, now: times.indexExpires }],
    { "policy-index.unexpired": "POL-045" },
  ],
  [
    "a later index than supplied",
    () => [withProvenance({ policyIndexVersion: 8 }), ended.options],
    { "policy-index.version": "INV-071" },
  ],
  [
    "an index that had expired by then",
    () => {
      const issuedAt = new Date(times.indexExpires).toISOString();
      return [signedEnd(ended.resolution, { issuedAt }), { ...ended.options, now: undefined }];
    },
    { "policy-index.in-force": "POL-045" },
  ],
  [
    "a release that another role signed",
    async () => [ended.resolution, { ...ended.options, release: await releaseOf("1.2.3", signers.policy) }],
    { "release.authentic": "TRUST-032" },
  ],
  [
    "another release",
    () => [withProvenance({ releaseManifestHash: sha256("other") }), ended.options],
    { "release.manifest-hash": "INV-072" },
  ],
  [
    "other runtime files",
    () => [withProvenance({ runtimeHash: sha256("other") }), ended.options],
    { "release.runtime-hash": "INV-072" },
  ],
  [
    "another runtime version",
    () => [withProvenance({ runtimeVersion: "9.9.9" }), ended.options],
    { "release.runtime-version": "INV-072" },
  ],
  [
    "fewer approvals than the quorum (threat 40)",
    () => {
      const { resolution, options } = counting(ended, [vote("ada")]);
      return [resolution, options];
    },
    { "terms.quorum": "INV-079" },
  ],
  [
    "expired, and enough had approved",
    () => [signedEnd(ended.resolution, { resolution: "expired", issuedAt: ends.expired }), ended.options],
    { "terms.quorum": "INV-079" },
  ],
  [
    "expired before its time",
    async () => {
      const early = { resolution: "expired", votes: () => [], issuedAt: "2026-03-02T11:59:59.999Z" } as const;
      const { resolution, options } = await createEnded(early);
      return [resolution, options];
    },
    { "terms.expiry": "INV-079" },
  ],
  [
    "a vote after the time ran out (threat 40)",
    () => {
      const late = [vote("ada"), vote("eve", { votedAt: ends.expired })];
      const { resolution, options } = counting(ended, late, { issuedAt: "2026-03-02T13:00:00.000Z" });
      return [resolution, options];
    },
    { "terms.expiry": "INV-079" },
  ],
  [
    "evidence instead of votes",
    () => [ended.resolution, { ...ended.options, votes: ended.world.options.evidence }],
    { "votes.form": "INV-044" },
  ],
  [
    "votes of another execution",
    () => [ended.resolution, { ...ended.options, votes: votesFile(ended.votes, "claim-0002") }],
    { "votes.execution-id": "INV-073" },
  ],
  [
    "votes in another order",
    () => [ended.resolution, { ...ended.options, votes: votesFile([...ended.votes].reverse()) }],
    { "votes.hash": "INV-078" },
  ],
  [
    "a vote whose reason was changed",
    () => [
      ended.resolution,
      { ...ended.options, votes: votesFile([vote("ada"), vote("eve", { reason: "-" })]) },
    ],
    { "votes.hash": "INV-078" },
  ],
  [
    "votes that were miscounted",
    () => {
      const { resolution, options } = counting(ended, ended.votes, { approvals: 3 });
      return [resolution, options];
    },
    { "votes.count": "INV-078" },
  ],
  [
    "approved by nobody's vote (threat 40)",
    () => {
      const { resolution, options } = counting(ended, []);
      return [resolution, options];
    },
    { "terms.quorum": "INV-079", "votes.outcome": "INV-079" },
  ],
  [
    "approved over a rejection (threat 40)",
    () => {
      const rejection = vote("carl", { decision: "rejected" });
      const { resolution, options } = counting(ended, [...ended.votes, rejection]);
      return [resolution, options];
    },
    { "votes.outcome": "INV-079" },
  ],
  [
    "rejected over approvals",
    () => {
      const { resolution, options } = counting(ended, ended.votes, { resolution: "rejected" });
      return [resolution, options];
    },
    { "votes.outcome": "INV-079" },
  ],
  [
    "expired over a rejection",
    () => {
      const votes = [vote("carl", { decision: "rejected" })];
      const { resolution, options } = counting(ended, votes, {
        resolution: "expired",
        issuedAt: ends.expired,
      });
      return [resolution, options];
    },
    { "votes.outcome": "INV-079" },
  ],
  [
    "one approver counted twice (threat 40)",
    () => {
      const { resolution, options } = counting(ended, [vote("ada"), vote("ada", { reason: "again" })]);
      return [resolution, options];
    },
    { "votes.approvers": "INV-098" },
  ],
  [
    "the requester among the approvers (threat 40)",
    () => {
      const { resolution, options } = counting(ended, [vote("ada"), vote("agent-7")]);
      return [resolution, options];
    },
    { "votes.requester": "INV-098" },
  ],
  [
    "a role that the policy does not admit (threat 40)",
    () => {
      const { resolution, options } = counting(ended, [vote("ada"), vote("eve", { role: "clerk" })]);
      return [resolution, options];
    },
    { "votes.roles": "INV-098" },
  ],
  ...["2026-03-01T11:59:59.999Z", "2026-03-01T13:05:00.001Z"].map(
    (votedAt) =>
      [
        `a vote of ${votedAt}, not between attestation and resolution`,
        (): Tampered => {
          const { resolution, options } = counting(ended, [vote("ada"), vote("eve", { votedAt })]);
          return [resolution, options];
        },
        { "votes.dates": "INV-098" },
      ] as const,
  ),
  [
    "a vote without the signature that the policy demands (threat 40)",
    async () => signedCounting([await signedVote(signedByApprovers.world, "ada"), vote("eve")]),
    { "votes.signatures": "INV-099" },
  ],
  [
    "a vote signed by another approver's key (threat 40)",
    async () => {
      const { world } = signedByApprovers;
      const lent = await signedVote(world, "eve", {}, signers.ada);
      return signedCounting([await signedVote(world, "ada"), lent]);
    },
    { "votes.signatures": "INV-099" },
  ],
  [
    "a vote signed by a key that is no approver's (threat 14)",
    async () => {
      const { world } = signedByApprovers;
      const foreign = await signedVote(world, "eve", {}, signers.runtime);
      return signedCounting([await signedVote(world, "ada"), foreign]);
    },
    { "votes.signatures": "TRUST-034" },
  ],
  [
    "a vote that was signed on another execution (threat 40)",
    async () => {
      const moved = await signedVote({ ...signedByApprovers.world, attestation: other.attestation }, "eve");
      return signedCounting([await signedVote(signedByApprovers.world, "ada"), moved]);
    },
    { "votes.signatures": "INV-099" },
  ],
  [
    "a vote that was changed after it was signed",
    async () => {
      const cast = await signedVote(signedByApprovers.world, "eve");
      return signedCounting([await signedVote(signedByApprovers.world, "ada"), { ...cast, reason: "-" }]);
    },
    { "votes.signatures": "INV-099" },
  ],
  [
    "a signature that does not hold where none is demanded",
    async () => {
      const cast = await signedVote({ ...ended.world, attestation: other.attestation }, "eve");
      const { resolution, options } = counting(ended, [vote("ada"), cast]);
      return [resolution, options];
    },
    { "votes.signatures": "INV-099" },
  ],
];

function withProvenance(changes: Partial<ResolutionAttestation["provenance"]>): ResolutionAttestation {
  return signedEnd(ended.resolution, { provenance: { ...ended.resolution.provenance, ...changes } });
}

/** The end of another attestation of the same execution, with everything else as it was. */
function endOf(original: World["attestation"]): Tampered {
  const resolution = signedEnd(ended.resolution, { attestationHash: attestationHash(original) });
  return [resolution, { ...ended.options, original }];
}

function signedCounting(votes: Ended["votes"]): Tampered {
  const { resolution, options } = counting(signedByApprovers, votes);
  return [resolution, options];
}

describe("a tampered end is refused by exactly the check that is about it", () => {
  it.each(table)("%s", async (_name, tamper, refusals) => {
    const [resolution, options] = await tamper();
    const report = verifyResolution(resolution, options);
    expect(failures(report)).toEqual(refusals);
    expect(report.verdict).toBe("refused");
  });

  it("has a case for every check but those of the log, and of the envelope's binding", () => {
    const covered = new Set(table.flatMap(([, , refusals]) => Object.keys(refusals)));
    const uncovered = resolutionCatalogue.map(({ id }) => id).filter((id) => !covered.has(id));
    expect(uncovered).toEqual(["resolution.binding", ...logChecks]);
  });

  it("checks the binding of the envelope on its own, not only by the parser of envelopes", () => {
    const envelope = toResolutionEnvelope(ended.resolution);
    const codeOf = (candidate: typeof envelope): string | undefined => {
      const checks = new Checklist();
      const presented = { attestation: ended.resolution, issuedAt: 0, envelope: candidate };
      checkBinding(checks, resolutionKind, known(presented));
      return checks.list(resolutionCatalogue).find(({ id }) => id === "resolution.binding")?.code;
    };
    const changed = toResolutionEnvelope(signedEnd(ended.resolution, { approvals: 3 }));
    expect(codeOf(envelope)).toBeUndefined();
    for (const other of [changed, { ...envelope, signatures: [] }]) expect(codeOf(other)).toBe("INV-063");
  });

  it("covers every member by the signature", () => {
    const { trustRoot } = ended.world.material;
    const changes = [
      { execution_id: "claim-0002" },
      { policyId: "other-policy" },
      { attestationHash: sha256("other") },
      { resolution: "expired" as const },
      { votesHash: votesHash([]) },
      { approvals: 3 },
      { issuedAt: "2026-03-01T13:00:00.001Z" },
      { audience: "bank" },
    ];
    for (const change of changes) {
      const report = verifyResolution({ ...ended.resolution, ...change }, { trustRoot });
      expect(report).toMatchObject({ verdict: "refused", level: "none" });
      expect(failures(report)).toEqual({ "resolution.signature": "INV-065" });
    }
  });
});
