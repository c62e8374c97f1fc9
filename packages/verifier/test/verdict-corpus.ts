import { canonicalBytes, encodeUtf8, sha256 } from "@parmanasystems/canonical";
import {
  attestationHash,
  attestationPayload,
  type ExecutionAttestation,
  executionFingerprint,
  resolutionHash,
  type ResolutionAttestation,
  toEnvelope,
} from "@parmanasystems/execution";
import { attestSignal, type SignalProvenance, signalsHash } from "@parmanasystems/provenance";
import {
  createCosigner,
  encodeBase64,
  formatVerifierKey,
  payloadTypes,
  type PublicKey,
} from "@parmanasystems/signing";
import type { AttestationMaterial, CheckId, ResolutionMaterial, VerificationMaterial } from "../src/index.js";
import {
  bundleOf,
  claimsPolicy,
  createWorld,
  indexOf,
  jsonBytes,
  largeClaim,
  releaseOf,
  signed,
  signers,
  times,
  trustRootOf,
  withProvenance,
  type World,
} from "./fixture.js";
import { earlier, logOf, ORIGIN } from "./log-fixture.js";
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

/** One question to the verifier, as plain data: bytes, maps, texts and numbers. */
export interface VerdictCase {
  readonly name: string;
  readonly kind: "attestation" | "resolution";
  readonly statement: Uint8Array;
  readonly options: Options;
  /** The first check that has to fail; undefined for what is genuine. For flips, whatever it is. */
  readonly fails: CheckId | "anything" | undefined;
}

type Options = VerificationMaterial & AttestationMaterial & ResolutionMaterial;

type Tampered = readonly [fails: CheckId | undefined, statement: unknown, changes?: Partial<Options>];

/** Honest, tampered and wrongly signed cases for every check that input can make fail; then single bits flipped. */
export async function verdictCorpus(flips: number): Promise<readonly VerdictCase[]> {
  const tampered = [...(await attestations()), ...(await resolutions())];
  return [...tampered, ...(await flipped(flips))];
}

async function attestations(): Promise<readonly VerdictCase[]> {
  const world = await createWorld({ trustRoot: await logged() });
  const { attestation, material, evidence } = world;
  const changed = (changes: Partial<ExecutionAttestation>) => signed(attestation, changes);
  const made = (changes: Parameters<typeof withProvenance>[1]) => withProvenance(attestation, changes);
  const facts = (changes: object) => ({ evidence: canonicalBytes({ ...evidence, ...changes }) });
  const other = sha256("other");
  const expired = new Date(times.rootExpires).toISOString();
  const policy = material.bundle.files.get("policy.json") ?? new Uint8Array();
  const otherVersion = await bundleOf(claimsPolicy("1.0.1"));
  const revoked = await indexOf([["1.0.0", material.bundle, "revoked"]]);
  const { proof, checkpoints } = await logProofs(world);
  const sourced = await createWorld({
    trustRoot: await logged(),
    signalProvenance: { claim_amount: await strayOrigin() },
  });
  const retired = await trustRootOf({ runtimeKey: { status: "retired", validUntil: times.rootIssued } });
  const short = await trustRootOf({ runtimeKey: { status: "revoked", revokedAt: times.rootIssued } });

  const cases: readonly (readonly [string, ...Tampered])[] = [
    ["genuine", undefined, attestation],
    ["genuine, as an envelope", undefined, toEnvelope(attestation)],
    ["genuine, in the log", undefined, attestation, { logProof: proof, log: { origin: ORIGIN } }],
    ["genuine, in a log that grew", undefined, attestation, { logProof: proof, log: checkpoints.grown }],
    ["genuine, with the trust root alone", undefined, attestation, onlyTrust(material)],
    ["genuine, without a time", undefined, attestation, { now: undefined }],
    ["an unknown member", "attestation.form", { ...attestation, note: "x" }],
    ["a duplicate member", "attestation.form", encodeUtf8('{"a":1,"a":2}')],
    [
      "a state that contradicts it",
      "attestation.form",
      { ...attestation, execution_state: "pending_override" },
    ],
    ["an envelope of two signatures", "attestation.form", twice(attestation)],
    ["a payload that is spelt otherwise", "attestation.form", spaced(attestation)],
    ["a date in the future", "attestation.date", attestation, { now: times.indexIssued }],
    ["another pinned key", "trust-root.authentic", attestation, pin(material, signers.otherRoot.publicKey)],
    [
      "an expired trust root",
      "trust-root.unexpired",
      attestation,
      { ...onlyTrust(material), now: times.rootExpires },
    ],
    ["a later trust root", "trust-root.version", made({ trustRootVersion: 2 })],
    ["another trust root", "trust-root.hash", made({ trustRootHash: other })],
    [
      "a trust root out of force",
      "trust-root.in-force",
      changed({ issuedAt: expired }),
      onlyTrust(material, undefined),
    ],
    ["a stranger's key", "signing-key.role", signed(attestation, {}, signers.stranger)],
    ["another role's key", "signing-key.role", signed(attestation, {}, signers.policy)],
    ["a retired key", "signing-key.validity", under(attestation, retired.document), { trustRoot: retired }],
    ["a revoked key", "signing-key.validity", under(attestation, short.document), { trustRoot: short }],
    ["another decision", "attestation.signature", { ...attestation, decision: "rejected" }],
    ["another requester", "attestation.signature", { ...attestation, requester: "agent-8" }],
    [
      "a bundle of another role",
      "bundle.authentic",
      attestation,
      { bundle: await bundleOf(policy, signers.release) },
    ],
    ["a bundle of another version", "bundle.identity", attestation, { bundle: otherVersion }],
    ["another schema version", "bundle.schema-version", made({ schemaVersion: "1.0.1" })],
    ["another bundle", "bundle.hash", made({ bundleHash: other })],
    ["another policy", "bundle.policy-hash", made({ policyHash: other })],
    [
      "an index of another role",
      "policy-index.authentic",
      attestation,
      { policyIndex: await indexBy(world) },
    ],
    ["an expired index", "policy-index.unexpired", attestation, { now: times.indexExpires }],
    ["a later index", "policy-index.version", made({ policyIndexVersion: 8 })],
    ["an index out of force", "policy-index.in-force", changed({ issuedAt: "2026-02-01T00:00:00.000Z" })],
    ["a revoked policy", "policy-index.listed", attestation, { policyIndex: revoked }],
    [
      "a release of another role",
      "release.authentic",
      attestation,
      { release: await releaseOf("1.2.3", signers.policy) },
    ],
    ["another release", "release.manifest-hash", made({ releaseManifestHash: other })],
    ["other runtime files", "release.runtime-hash", made({ runtimeHash: other })],
    ["another runtime version", "release.runtime-version", made({ runtimeVersion: "9.9.9" })],
    ["other rules of evaluation", "release.evaluator-semantics", made({ evaluatorSemantics: "other/1" })],
    ["a schema version unknown to the release", "release.schema-version", made({ schemaVersion: "2.0.0" })],
    ["no log proof", "log.form", attestation, { logProof: encodeUtf8("c2sp.org/tlog-proof@v1\n") }],
    ["another entry", "log.inclusion", changed({ reason: "other" }), { logProof: proof }],
    ["another log", "log.checkpoint", attestation, { logProof: proof, log: { origin: "other.example.com" } }],
    [
      "a log that was rewritten",
      "log.consistency",
      attestation,
      { logProof: proof, log: checkpoints.rewritten },
    ],
    [
      "a log without witnesses",
      "log.witnesses",
      attestation,
      { logProof: proof, log: checkpoints.unwitnessed },
    ],
    ["no evidence file", "evidence.form", attestation, { evidence: encodeUtf8("[]") }],
    [
      "another execution's evidence",
      "evidence.execution-id",
      attestation,
      facts({ execution_id: "claim-0002" }),
    ],
    [
      "another signal",
      "evidence.signals-hash",
      attestation,
      facts({ signals: { ...evidence.signals, risk_score: 13 } }),
    ],
    ["an origin stripped", "evidence.signal-provenance-hash", attestation, facts({ signalProvenance: {} })],
    ["signals that the policy refuses", "evidence.signals-valid", ...refusedSignals(world)],
    ["a source that nobody trusts", "evidence.provenance-met", sourced.attestation, sourced.options],
    ["another fingerprint", "decision.fingerprint", changed({ execution_fingerprint: other })],
    ["unknown rules of evaluation", "decision.semantics", made({ evaluatorSemantics: "other/1" })],
    ["another rule", "decision.rule", changed({ rule_id: "catch-all" })],
    ["another outcome", "decision.outcome", changed({ decision: "rejected" })],
    ["another action", "decision.action", changed({ action: "pay" })],
    ["another reason", "decision.reason", changed({ reason: "urgent" })],
  ];
  return cases.map(([name, fails, statement, changes]) => ({
    name: `attestation: ${name}`,
    kind: "attestation",
    fails,
    statement: bytesOf(statement),
    options: { ...world.options, ...changes },
  }));
}

async function resolutions(): Promise<readonly VerdictCase[]> {
  const ended = await createEnded();
  const { resolution, options, world } = ended;
  const { attestation } = world;
  const other = sha256("other");
  const elsewhere = await createWorld({ signals: largeClaim, executionId: "claim-0002" });
  const forged = signed(attestation, {}, signers.stranger);
  const decided = await createWorld({ trustRoot: world.material.trustRoot });
  const unsigned = await createEnded({ override: { signed: true } });
  const signedVotes = await createEnded({
    override: { signed: true },
    votes: async (of) => [await signedVote(of, "ada"), await signedVote(of, "eve")],
  });
  const by = (changes: Partial<ResolutionAttestation>) => signedEnd(resolution, changes);
  const of = (original: ExecutionAttestation) => by({ attestationHash: attestationHash(original) });
  const cast = (...votes: Parameters<typeof counting>[1]) => {
    const recounted = counting(ended, votes);
    return [recounted.resolution, recounted.options] as const;
  };
  const log = await logOf(
    {
      event: "override_resolved",
      execution_id: resolution.execution_id,
      execution_fingerprint: resolution.execution_fingerprint,
      attestationHash: resolutionHash(resolution),
      decision: "approved",
      code: null,
      replayIdentity: null,
    },
    {},
  );
  const terms = await bundleOf(withoutTerms());
  const few = counting(ended, [vote("ada")]);

  const cases: readonly (readonly [string, ...Tampered])[] = [
    ["genuine", undefined, resolution],
    ["genuine, with signed votes", undefined, signedVotes.resolution, signedVotes.options],
    ["genuine, in the log", undefined, resolution, { logProof: log.proof }],
    ["an attestation in its place", "resolution.form", attestation],
    ["another end", "resolution.signature", { ...resolution, resolution: "rejected" }],
    ["a date in the future", "resolution.date", resolution, { now: Date.parse(times.attestationIssued) }],
    ["no attestation", "original.form", resolution, { original: jsonBytes(resolution) }],
    ["another attestation", "original.link", resolution, { original: elsewhere.attestation }],
    ["an attestation of a stranger", "original.authentic", of(forged), { original: forged }],
    [
      "one that was not pending",
      "original.pending",
      of(decided.attestation),
      { original: decided.attestation },
    ],
    ["another execution", "original.execution", by({ execution_id: "claim-0002" })],
    [
      "other signals",
      "original.policy",
      by({ provenance: { ...resolution.provenance, signalsHash: other } }),
    ],
    ["another audience", "original.audience", by({ audience: "bank" })],
    [
      "a date before its attestation",
      "original.date",
      by({ issuedAt: "2026-03-01T11:59:59.999Z" }),
      { votes: undefined },
    ],
    ["a policy without terms", "terms.override", resolution, { bundle: terms }],
    ["too few approvals", "terms.quorum", few.resolution, few.options],
    ["an end after its time", "terms.expiry", ...lateEnd(ended)],
    ["no votes", "votes.form", resolution, { votes: world.options.evidence }],
    [
      "votes of another execution",
      "votes.execution-id",
      resolution,
      { votes: votesFile(ended.votes, "claim-0002") },
    ],
    ["votes in another order", "votes.hash", resolution, { votes: votesFile([...ended.votes].reverse()) }],
    ["votes that were miscounted", "votes.count", by({ approvals: 3 })],
    [
      "a rejection overruled",
      "votes.outcome",
      ...cast(...ended.votes, vote("carl", { decision: "rejected" })),
    ],
    ["two votes of one person", "votes.approvers", ...cast(vote("ada"), vote("ada", { reason: "again" }))],
    ["the requester's vote", "votes.requester", ...cast(vote("ada"), vote("agent-7"))],
    ["a vote in another role", "votes.roles", ...cast(vote("ada"), vote("eve", { role: "clerk" }))],
    [
      "a vote before its attestation",
      "votes.dates",
      ...cast(vote("ada"), vote("eve", { votedAt: "2026-03-01T11:00:00.000Z" })),
    ],
    ["votes without signatures", "votes.signatures", unsigned.resolution, unsigned.options],
  ];
  return cases.map(([name, fails, statement, changes]) => ({
    name: `resolution: ${name}`,
    kind: "resolution",
    fails,
    statement: bytesOf(statement),
    options: { ...options, ...changes },
  }));
}

/** One bit each, at positions that every run chooses alike, in every file by turns. */
async function flipped(count: number): Promise<readonly VerdictCase[]> {
  const { attestation, options, material } = await createWorld();
  const statement = jsonBytes(attestation);
  const { trustRoot, bundle, policyIndex, release } = material;
  const evidence = options.evidence ?? new Uint8Array();
  const parts: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => Partial<VerdictCase>])[] = [
    ["attestation", statement, (bytes) => ({ statement: bytes })],
    ["evidence", evidence, (bytes) => ({ options: { ...options, evidence: bytes } })],
    [
      "manifest",
      bundle.manifest,
      (manifest) => ({ options: { ...options, bundle: { ...bundle, manifest } } }),
    ],
    [
      "index",
      policyIndex.document,
      (document) => ({ options: { ...options, policyIndex: { ...policyIndex, document } } }),
    ],
    [
      "release's signature",
      release.signature,
      (signature) => ({ options: { ...options, release: { ...release, signature } } }),
    ],
    [
      "trust root",
      trustRoot.document,
      (document) => ({ options: { ...options, trustRoot: { ...trustRoot, document } } }),
    ],
    [
      "trust root's signature",
      trustRoot.signature,
      (signature) => ({ options: { ...options, trustRoot: { ...trustRoot, signature } } }),
    ],
  ];
  return parts.flatMap(([part, bytes, changed]) =>
    Array.from({ length: count }, (_, turn): VerdictCase => {
      const bit = (turn * 2_654_435_761) % (bytes.length * 8);
      const copy = Uint8Array.from(bytes);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const name = `flip: bit ${bit} of the ${part}`;
      return { name, kind: "attestation", statement, options, fails: "anything", ...changed(copy) };
    }),
  );
}

function logged() {
  return trustRootOf({ logKeys: [{ signer: signers.log, status: "active" }] });
}

async function logProofs({ attestation }: World) {
  const { execution_id, execution_fingerprint, decision } = attestation;
  const hash = attestationHash(attestation);
  const facts = {
    event: "attested",
    execution_id,
    execution_fingerprint,
    attestationHash: hash,
    decision,
    code: null,
    replayIdentity: "fingerprint",
  } as const;
  const log = await logOf(facts, {});
  const { remembered, consistency } = await earlier(log, 2);
  const witness = { name: "w1", verifierKey: cosigner(), operator: "somebody" };
  return {
    proof: log.proof,
    checkpoints: {
      grown: { remembered: encodeUtf8(remembered), consistency },
      rewritten: {
        remembered: encodeUtf8(remembered),
        consistency: [consistency[0] ?? new Uint8Array(32), new Uint8Array(32)],
      },
      unwitnessed: { witnesses: { threshold: 1, witnesses: [witness] } },
    },
  };
}

function onlyTrust(
  { trustRoot }: VerificationMaterial,
  now: number | undefined = times.now,
): Partial<Options> {
  return {
    trustRoot,
    now,
    bundle: undefined,
    policyIndex: undefined,
    release: undefined,
    evidence: undefined,
  };
}

function pin({ trustRoot }: VerificationMaterial, pinnedKey: PublicKey): Partial<Options> {
  return { trustRoot: { ...trustRoot, pinnedKey } };
}

function under(attestation: ExecutionAttestation, trustRoot: Uint8Array): ExecutionAttestation {
  return withProvenance(attestation, { trustRootHash: sha256(trustRoot) });
}

function indexBy({ material: { bundle } }: World) {
  return indexOf([["1.0.0", bundle, "active"]], { signer: signers.release });
}

/** Signed by whom the trust root does not know as a source. */
async function strayOrigin(): Promise<SignalProvenance> {
  const observed = { signal: "claim_amount", value: 45_000, source: "claims-db", executionId: "claim-0001" };
  const observedAt = "2026-03-01T11:59:00.000Z";
  return (await attestSignal({ ...observed, observedAt }, signers.stranger)).provenance;
}

function refusedSignals({ attestation, evidence }: World): readonly [ExecutionAttestation, Partial<Options>] {
  const signals = { ...evidence.signals, risk_score: 101 };
  const { policyId, policyVersion, provenance } = attestation;
  const attested = signed(attestation, {
    execution_fingerprint: executionFingerprint({ policyId, policyVersion, signals }),
    provenance: { ...provenance, signalsHash: signalsHash(signals) },
  });
  return [attested, { evidence: canonicalBytes({ ...evidence, signals }) }];
}

function twice(attestation: ExecutionAttestation): unknown {
  const envelope = toEnvelope(attestation);
  return { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] };
}

/** The same statement with a space more, signed as it is. */
function spaced(attestation: ExecutionAttestation): unknown {
  const payload = encodeUtf8(` ${new TextDecoder().decode(attestationPayload(attestation))}`);
  const sig = encodeBase64(signers.runtime.signSync(payloadTypes.attestation, payload));
  return {
    payloadType: payloadTypes.attestation,
    payload: encodeBase64(payload),
    signatures: [{ keyid: attestation.keyId, sig }],
  };
}

function withoutTerms(): Uint8Array {
  const text = new TextDecoder().decode(claimsPolicy()).replaceAll('"pending_override"', '"rejected"');
  return encodeUtf8(text.replace(/"override":\{[^}]*\},/, ""));
}

function lateEnd(ended: Ended): readonly [ResolutionAttestation, Partial<Options>] {
  const late = [vote("ada"), vote("eve", { votedAt: ends.expired })];
  const { resolution, options } = counting(ended, late, { issuedAt: "2026-03-02T13:00:00.000Z" });
  return [resolution, options];
}

function cosigner(): string {
  const privateKey = new Uint8Array(32).fill(21);
  return formatVerifierKey(createCosigner({ name: "w1", privateKey }).verifierKey);
}

function bytesOf(statement: unknown): Uint8Array {
  return statement instanceof Uint8Array ? statement : jsonBytes(statement);
}
