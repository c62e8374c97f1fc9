import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalize, parseStrict } from "@parmanasystems/canonical";
import {
  attestationHash,
  fromEnvelope,
  parseAttestation,
  toEnvelope,
  verifyAttestationSignature,
  verifyExecutionToken,
} from "../src/index.js";
import { attest, bound, issue, signer, verifier } from "./fixtures.js";

/** Files as releases wrote them. They are never regenerated: a change that breaks them breaks what people hold. */
function stored(name: string): Uint8Array {
  return readFileSync(new URL(`stored/${name}.json`, import.meta.url));
}

describe("what was signed once", () => {
  it("still verifies: an attestation", () => {
    const attestation = parseAttestation(stored("attestation"));
    expect(verifyAttestationSignature(attestation, signer.publicKey)).toBe(true);
    expect(attestationHash(attestation)).toBe(
      "sha256:8b2212e5b9f767e21c78dbf68a05b2c479e88c75709004120d3b9c21d0faae49",
    );
  });

  it("still verifies: an envelope", () => {
    const attestation = fromEnvelope(stored("envelope"));
    expect(attestation).toEqual(parseAttestation(stored("attestation")));
    expect(toEnvelope(attestation)).toEqual(parseStrict(stored("envelope")));
  });

  it("still verifies: an execution token", async () => {
    const token = parseStrict(stored("execution-token"));
    const use = { at: Date.UTC(2026, 10, 20, 22, 0, 30), audience: signer.keyId };
    await expect(verifyExecutionToken(token, verifier, use)).resolves.toMatchObject({
      execution_id: "claim-2026-000017",
    });
  });

  it("is made again, byte for byte, from the same input", async () => {
    const text = (name: string): string => canonicalize(parseStrict(stored(name)));
    expect(canonicalize(await issue())).toBe(text("execution-token"));
    expect(canonicalize(await attest(bound))).toBe(text("attestation"));
    expect(canonicalize(toEnvelope(await attest(bound)))).toBe(text("envelope"));
  });
});
