import { generatePrivateKey } from "@parmanasystems/signing";
import type { TrustRoot } from "@parmanasystems/governance";
import { expect, it } from "vitest";
import { attestationSignatureHolds } from "../src/audit/check-signatures.js";
import { attestation, facts } from "./records.js";

const { publicKey } = generatePrivateKey();
const { keyId } = publicKey;
const trustRoot = {
  roles: new Map([["runtime", { keyids: [keyId], threshold: 1 }]]),
  keys: new Map([
    [keyId, { keyId, publicKey, operator: "a", validFrom: 0, validUntil: 1e15, status: "active" }],
  ]),
} as unknown as TrustRoot;
const unsigned = { ...attestation("a", facts("a"), "approved"), keyId };

it.each([
  ["verifySync", () => true],
  ["raw", new Uint8Array(32)],
  ["then", undefined],
])("is not talked into a signature by Object.prototype.%s (threat 58)", async (name, value) => {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    expect(await attestationSignatureHolds(0, unsigned, unsigned.issuedAt, trustRoot)).toBe(false);
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
});
