import { sha256 } from "@parmanasystems/canonical";
import { toEnvelope } from "@parmanasystems/execution";
import { openTrustRoot } from "@parmanasystems/governance";
import { beforeAll, describe, expect, it } from "vitest";
import { checkBundle } from "../src/bundle-checks.js";
import { Checklist } from "../src/checklist.js";
import {
  createAttestationVerifier,
  verifyAttestation,
  type AttestationVerifier,
  type PinnedTrustRoot,
} from "../src/index.js";
import { known, type Known } from "../src/known.js";
import { checkPolicyIndex } from "../src/policy-index-checks.js";
import { checkRelease } from "../src/release-checks.js";
import {
  createWorld,
  jsonBytes,
  signers,
  times,
  trustRootOf,
  withProvenance,
  type World,
} from "./fixture.js";

let world: World;
let verifier: AttestationVerifier;
beforeAll(async () => {
  world = await createWorld();
  verifier = createAttestationVerifier(world.material);
});

function flipped(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

/** Positions whose flip is not refused. */
function accepted(
  bytes: Uint8Array,
  masks: readonly number[],
  isVerified: (changed: Uint8Array) => boolean,
): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    for (const mask of masks) if (isVerified(flipped(bytes, at, mask))) found.push(`byte ${at} ^ ${mask}`);
  }
  return found;
}

const everyBit = [1, 2, 4, 8, 16, 32, 64, 128];

describe("one changed byte is refused, wherever it is", () => {
  it("in the flat attestation, every bit of it", () => {
    expect(
      accepted(
        jsonBytes(world.attestation),
        everyBit,
        (bytes) => verifier.verify(bytes).verdict === "verified",
      ),
    ).toEqual([]);
  });

  it("in the envelope", () => {
    expect(
      accepted(
        jsonBytes(toEnvelope(world.attestation)),
        [1, 128],
        (bytes) => verifier.verify(bytes).verdict === "verified",
      ),
    ).toEqual([]);
  });

  it("in the evidence", () => {
    const { evidence = new Uint8Array() } = world.options;
    expect(evidence.length).toBeGreaterThan(100);
    expect(
      accepted(
        evidence,
        everyBit,
        (bytes) => verifier.verify(world.attestation, { evidence: bytes }).verdict === "verified",
      ),
    ).toEqual([]);
  });

  it("in manifest, policy.json, index and release, and in each of their signatures", () => {
    const { trustRoot, bundle, policyIndex, release } = world.material;
    const root = known(openTrustRoot({ ...trustRoot, pinnedKey: signers.root.publicKey }));
    const policy = bundle.files.get("policy.json") ?? new Uint8Array();
    const documents: readonly (readonly [Uint8Array, (changed: Uint8Array) => Known<unknown>])[] = [
      [bundle.manifest, (manifest) => checkBundle(new Checklist(), known({ ...bundle, manifest }), root)],
      [bundle.signature, (signature) => checkBundle(new Checklist(), known({ ...bundle, signature }), root)],
      [
        policy,
        (changed) =>
          checkBundle(
            new Checklist(),
            known({ ...bundle, files: new Map([["policy.json", changed]]) }),
            root,
          ),
      ],
      [
        policyIndex.document,
        (document) =>
          checkPolicyIndex(new Checklist(), known({ ...policyIndex, document }), root, known(times.now)),
      ],
      [
        policyIndex.signature,
        (signature) =>
          checkPolicyIndex(new Checklist(), known({ ...policyIndex, signature }), root, known(times.now)),
      ],
      [release.document, (document) => checkRelease(new Checklist(), known({ ...release, document }), root)],
      [
        release.signature,
        (signature) => checkRelease(new Checklist(), known({ ...release, signature }), root),
      ],
    ];
    for (const [bytes, check] of documents) {
      expect(bytes.length).toBeGreaterThan(100);
      expect(check(bytes).known).toBe(true);
      expect(accepted(bytes, [1, 128], (changed) => check(changed).known)).toEqual([]);
    }
  });

  it("in the trust root and in its signature", async () => {
    // Two keys: admitting one takes 1 ms, and every flip admits them again.
    const small = await trustRootOf({ minimal: true });
    const attestation = withProvenance(world.attestation, { trustRootHash: sha256(small.document) });
    const isVerified = (trustRoot: PinnedTrustRoot): boolean =>
      verifyAttestation(attestation, { trustRoot }).verdict === "verified";
    expect(isVerified(small)).toBe(true);
    expect(accepted(small.document, [1], (document) => isVerified({ ...small, document }))).toEqual([]);
    expect(accepted(small.signature, [1], (signature) => isVerified({ ...small, signature }))).toEqual([]);
  });
});
