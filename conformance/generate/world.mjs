// An installation with keys of its own: trust root, release, policies, index; and what its runtime attests.
import {
  canonicalBytes,
  createBundleManifest,
  createPolicyIndexDocument,
  createReleaseManifestDocument,
  createTrustRootDocument,
  encodeBase64Url,
  formatTimestamp,
  interpretPolicy,
  parsePolicy,
  parseTimestamp,
  payloadTypes,
  runtimeHashOf,
  sha256,
  validateSignals,
} from "./packages.mjs";
import { entryOf, leafOf, proofOf } from "./log.mjs";
import { newKey, newKeyWithSeed } from "./new-key.mjs";
import { detached, evidenceOf, fingerprintOf, hashOf, json, sealed } from "./sign.mjs";

export const MADE = parseTimestamp("2026-11-01T00:00:00.000Z");
export const ISSUED = "2026-11-20T12:00:00.000Z";
export const LOGGED = "2026-11-20T12:00:01.000Z";
export const NOW = "2026-11-21T00:00:00.000Z";
export const DAY = 24 * 60 * 60 * 1000;
export const at = (time) => parseTimestamp(time);

/** A key as the trust root lists it. */
export function listedKey(key, operator, changes = {}) {
  return {
    publicKey: key.publicKey,
    operator,
    validFrom: MADE,
    validUntil: MADE + 365 * DAY,
    status: "active",
    ...changes,
  };
}

/** The canonical bytes of a trust root, signed by these root keys. */
export function signedTrustRoot(draft, signers) {
  const document = createTrustRootDocument({
    version: 1,
    issuedAt: MADE,
    expiresAt: MADE + 365 * DAY,
    previous: null,
    ...draft,
    roles: new Map(Object.entries(draft.roles)),
  });
  return { document, signature: detached(payloadTypes.trustRoot, document, signers), hash: sha256(document) };
}

/** A trust root that the packages would refuse to write: members as they are given. */
export function rawTrustRoot(members, signers) {
  const document = canonicalBytes(members);
  return { document, signature: detached(payloadTypes.trustRoot, document, signers), hash: sha256(document) };
}

/** A trust root as JSON, to be spoilt. */
export function trustRootMembers({ document }) {
  return JSON.parse(new TextDecoder().decode(document));
}

export function keyMembers(key, operator, changes = {}) {
  return {
    algorithm: "Ed25519",
    publicKey: encodeBase64Url(key.publicKey.raw),
    operator,
    validFrom: formatTimestamp(MADE),
    validUntil: formatTimestamp(MADE + 365 * DAY),
    status: "active",
    ...changes,
  };
}

const ROLES = ["root", "policy", "release", "runtime", "log"];

export function createWorld() {
  const keys = Object.fromEntries(
    [...ROLES, "claimsDb", "ledgerDb", "ada", "eve", "stranger"].map((name) => [name, newKey()]),
  );
  const { key: runtime, seed } = newKeyWithSeed();
  Object.assign(keys, { runtime });
  const role = (...owned) => ({ keyids: owned.map(({ keyId }) => keyId), threshold: 1 });
  const roles = {
    ...Object.fromEntries(ROLES.map((name) => [name, role(keys[name])])),
    "source:claims-db": role(keys.claimsDb),
    "source:ledger-db": role(keys.ledgerDb),
    "approver:claims-manager": role(keys.ada, keys.eve),
  };
  const operators = { claimsDb: "claims", ledgerDb: "ledger", ada: "ada", eve: "eve" };
  const listed = Object.entries(keys)
    .filter(([name]) => name !== "stranger")
    .map(([name, key]) => listedKey(key, operators[name] ?? `${name}-operator`));
  const trustRoot = signedTrustRoot({ keys: listed, roles }, [keys.root]);
  const release = releaseOf(keys.release);
  const world = { keys, seed, roles, listed, trustRoot, release, policies: new Map(), counter: 0 };
  return Object.assign(world, {
    publish: (document, options) => publish(world, document, options),
    execute: (bundle, signals, changes) => execute(world, bundle, signals, changes),
    index: (changes) => indexOf(world, changes),
  });
}

export function releaseOf(key, changes = {}) {
  const file = (path, content) => ({ path, size: content.length, sha256: sha256(content) });
  const files = [
    file("@parmanasystems/core@1.0.0/dist/index.js", "export {};\n"),
    file("@parmanasystems/core@1.0.0/package.json", "{}\n"),
    file("@parmanasystems/verifier@1.0.0/dist/index.js", "export const nothing = 0;\n"),
  ];
  const document = createReleaseManifestDocument({
    runtimeVersion: "1.0.0",
    evaluatorSemantics: "parmana-policy/1",
    schemaVersions: ["1.0.0"],
    createdAt: MADE,
    files,
    ...changes,
  });
  const signature = detached(payloadTypes.releaseManifest, document, [key]);
  return { document, signature, hash: sha256(document), runtimeHash: runtimeHashOf(changes.files ?? files) };
}

/** Signs a policy, given as a document or as bytes that need not load, and lists it in the index. */
function publish(
  world,
  policy,
  {
    status = "active",
    listed = true,
    files = new Map(),
    signers = [world.keys.policy],
    manifest: changes,
  } = {},
) {
  const bytes = policy instanceof Uint8Array ? policy : canonicalBytes(policy);
  const manifest =
    changes === undefined
      ? createBundleManifest({ policy: bytes, files, createdAt: formatTimestamp(MADE) })
      : manifestOf(bytes, files, changes);
  const { policyId, policyVersion } = JSON.parse(new TextDecoder().decode(manifest));
  const bundle = {
    policyId,
    policyVersion,
    manifest,
    signature: detached(payloadTypes.policyBundle, manifest, signers),
    files: new Map([["policy.json", bytes], ...files]),
    policyHash: sha256(bytes),
    bundleHash: sha256(manifest),
  };
  if (!listed) return bundle;
  const versions = world.policies.get(policyId) ?? {
    active: new Map(),
    deprecated: new Map(),
    revoked: new Map(),
  };
  versions[status].set(policyVersion, bundle.bundleHash);
  world.policies.set(policyId, versions);
  return bundle;
}

/** A manifest for files that no runtime would have signed. */
function manifestOf(bytes, files, changes) {
  const all = [["policy.json", bytes], ...files].sort(([one], [other]) => (one < other ? -1 : 1));
  return json({
    type: "parmana/policy-bundle/v1",
    schemaVersion: "1.0.0",
    evaluatorSemantics: "parmana-policy/1",
    createdAt: formatTimestamp(MADE),
    files: all.map(([path, content]) => ({ path, size: content.length, sha256: sha256(content) })),
    ...changes,
  });
}

function indexOf(world, { signers = [world.keys.policy], ...changes } = {}) {
  const document = createPolicyIndexDocument({
    version: 3,
    issuedAt: MADE,
    expiresAt: MADE + 90 * DAY,
    policies: world.policies,
    ...changes,
  });
  return { document, signature: detached(payloadTypes.policyIndex, document, signers) };
}

/**
 * What the runtime attests of a decision on these signals, with its evidence and its entry in a log of its own.
 * @param {object} changes members of the attestation, `provenance` among them; `signalProvenance`, `evidence`; `key` and `seal` of the signature
 */
function execute(world, bundle, signals, changes = {}) {
  const {
    signalProvenance = {},
    provenance = {},
    evidence,
    key = world.keys.runtime,
    seal = {},
    entry = {},
    decided,
    logged = {},
    ...members
  } = changes;
  const { policyId, policyVersion } = bundle;
  world.counter += 1;
  const execution_id = members.execution_id ?? `claim-${String(world.counter).padStart(4, "0")}`;
  const decision = decided ?? decide(bundle, signals);
  const attestation = sealed(
    {
      execution_id,
      execution_fingerprint: fingerprintOf(policyId, policyVersion, signals),
      policyId,
      policyVersion,
      ...decision,
      execution_state:
        (members.decision ?? decision.decision) === "pending_override" ? "pending_override" : "completed",
      issuedAt: ISSUED,
      ...members,
      provenance: provenanceOf(world, bundle, signals, signalProvenance, provenance),
    },
    key,
    seal,
  );
  const facts = { ...factsOf(attestation), ...entry };
  return {
    attestation,
    signals,
    evidence: json(evidence ?? evidenceOf(execution_id, signals, signalProvenance)),
    leaf: leafOf(entryOf(facts, { time: LOGGED })),
    logProof: logOfOne(world, facts, logged),
    bundle,
  };
}

export function factsOf(attestation) {
  const { execution_id, execution_fingerprint, decision } = attestation;
  return {
    event: "attested",
    execution_id,
    execution_fingerprint,
    attestationHash: hashOf(attestation),
    decision,
    code: null,
  };
}

/** The proof of it in a log of one entry. */
export function logOfOne(world, facts, { time = LOGGED, key = world.keys.log } = {}) {
  return proofOf(0, [leafOf(entryOf(facts, { time }))], key);
}

export function provenanceOf(world, bundle, signals, signalProvenance, changes = {}) {
  return {
    runtimeVersion: "1.0.0",
    runtimeHash: world.release.runtimeHash,
    policyHash: bundle.policyHash,
    bundleHash: bundle.bundleHash,
    releaseManifestHash: world.release.hash,
    trustRootVersion: 1,
    trustRootHash: world.trustRoot.hash,
    policyIndexVersion: 3,
    schemaVersion: "1.0.0",
    evaluatorSemantics: "parmana-policy/1",
    signalsHash: hashOf(signals),
    signalProvenanceHash: hashOf(signalProvenance),
    ...changes,
  };
}

function decide(bundle, signals) {
  const policy = parsePolicy(bundle.files.get("policy.json"));
  const { decision, rule_id, action, reason } = interpretPolicy(policy, validateSignals(policy, signals));
  return { decision, rule_id, action, reason };
}
