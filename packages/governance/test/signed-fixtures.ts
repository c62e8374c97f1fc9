import { parseTimestamp, sha256, sha256Bytes } from "@parmanasystems/canonical";
import { LocalSigner, payloadTypes, signDetached } from "@parmanasystems/signing";
import fc from "fast-check";
import { expect } from "vitest";
import {
  type BundleContent,
  createBundleManifest,
  createTrustRootDocument,
  type GovernanceErrorCode,
  openTrustRoot,
  type RoleDelegation,
  type SignedDocument,
  type TrustedKey,
  type TrustRoot,
  type TrustRootDraft,
} from "../src/index.js";
import { parseTrustRoot } from "../src/trust-root/document.js";
import { exampleDocument } from "./example-policy.js";
import { documentBytes } from "./policy-arbitrary.js";

export const DAY_MS = 86_400_000;
export const NOW = parseTimestamp("2026-11-20T22:00:00.000Z");
export const EXPIRES = NOW + 365 * DAY_MS;

/** The same key for the same name, in every run. */
export function signerOf(name: string): LocalSigner {
  return new LocalSigner(sha256Bytes(`test key ${name}`));
}

/** A key valid for a year from NOW, held by an operator of its own. */
export function trustedKey(
  name: string,
  changes: Partial<Omit<TrustedKey, "keyId">> = {},
): Omit<TrustedKey, "keyId"> {
  return {
    publicKey: signerOf(name).publicKey,
    operator: `operator of ${name}`,
    validFrom: NOW,
    validUntil: EXPIRES,
    status: "active",
    ...changes,
  };
}

export function delegation(threshold: number, ...names: readonly string[]): RoleDelegation {
  return { keyids: names.map((name) => signerOf(name).keyId), threshold };
}

/** One key for each of the roles root, policy, release and runtime, named like its role. */
export function draftTrustRoot(changes: Partial<TrustRootDraft> = {}): TrustRootDraft {
  const roles = ["root", "policy", "release", "runtime"];
  return {
    version: 1,
    issuedAt: NOW,
    expiresAt: EXPIRES,
    previous: null,
    keys: roles.map((role) => trustedKey(role)),
    roles: new Map(roles.map((role) => [role, delegation(1, role)])),
    ...changes,
  };
}

export async function signAs(
  payloadType: string,
  document: Uint8Array,
  names: readonly string[],
): Promise<SignedDocument> {
  return { document, signature: await signDetached(payloadType, document, names.map(signerOf)) };
}

export async function signTrustRoot(
  draft: TrustRootDraft,
  ...names: readonly string[]
): Promise<SignedDocument> {
  return signAs(payloadTypes.trustRoot, createTrustRootDocument(draft), names);
}

export async function openedTrustRoot(changes: Partial<TrustRootDraft> = {}): Promise<TrustRoot> {
  const signed = await signTrustRoot(draftTrustRoot(changes), "root");
  return openTrustRoot({ ...signed, pinnedKey: signerOf("root").publicKey });
}

/** A trust root as its document says it, whoever signed it. */
export function parsedTrustRoot(changes: Partial<TrustRootDraft> = {}): TrustRoot {
  return parseTrustRoot(createTrustRootDocument(draftTrustRoot(changes)));
}

/** Versions 1 to `length` by one root key, each the successor of the one before. */
export async function signedChain(length: number): Promise<readonly SignedDocument[]> {
  const chain: SignedDocument[] = [];
  for (let version = 1; version <= length; version += 1) {
    const before = chain.at(-1);
    const previous = before === undefined ? null : sha256(before.document);
    chain.push(await signTrustRoot(draftTrustRoot({ version, previous, issuedAt: NOW + version }), "root"));
  }
  return chain;
}

export function policyBytes(changes: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return documentBytes({ ...exampleDocument(), ...changes });
}

/** The example policy with a test file beside it, signed by the named keys. */
export async function bundleContent(...names: readonly string[]): Promise<BundleContent> {
  const policy = policyBytes();
  const tests = new TextEncoder().encode('{"cases":[]}');
  const manifest = createBundleManifest({
    policy,
    files: new Map([["policy.test.json", tests]]),
    createdAt: "2026-11-20T22:00:00.000Z",
  });
  const { signature } = await signAs(payloadTypes.policyBundle, manifest, names);
  const files = new Map([
    ["policy.json", policy],
    ["policy.test.json", tests],
  ]);
  return { manifest, signature, files };
}

/** The document with changes that its maker would refuse to write. */
export function edited(document: Uint8Array, edit: (json: Record<string, never>) => void): Uint8Array {
  const json = JSON.parse(new TextDecoder().decode(document)) as Record<string, never>;
  edit(json);
  return new TextEncoder().encode(JSON.stringify(json));
}

export function replaced(document: Uint8Array, from: string, to: string): Uint8Array {
  const text = new TextDecoder().decode(document);
  expect(text).toContain(from);
  return new TextEncoder().encode(text.replace(from, to));
}

export function flipped(bytes: Uint8Array, position: number, mask: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[position] = (copy[position] ?? 0) ^ mask;
  return copy;
}

/** For `toThrow`: a refusal of this package by its code. */
export function refusal(code: GovernanceErrorCode): unknown {
  return expect.objectContaining({ name: "GovernanceError", code });
}

/** Property: no byte of the document or its signature can change without a typed refusal. */
export function expectEveryFlipRefused(
  signed: SignedDocument,
  open: (changed: SignedDocument) => unknown,
): void {
  fc.assert(
    fc.property(
      fc.constantFrom("document", "signature"),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (file, at, mask) => {
        const bytes = signed[file];
        const changed = { ...signed, [file]: flipped(bytes, at % bytes.length, mask) };
        expect(() => open(changed)).toThrow(expect.objectContaining({ name: "GovernanceError" }));
      },
    ),
    { numRuns: 500 },
  );
}
