import { readFileSync } from "node:fs";
import { canonicalize, parseStrict, sha256Bytes } from "@parmanasystems/canonical";
import { decodeBase64, importPublicKey, LocalSigner, pae, payloadTypes } from "@parmanasystems/signing";
import { describe, expect, it } from "vitest";
import { attestSignal, normalizeGovernedSignals, signalStatementBytes } from "../src/index.js";

/** As a release wrote it. It is never regenerated: a change that breaks it breaks what sources sign elsewhere. */
const stored = parseStrict(readFileSync(new URL("stored/signals.json", import.meta.url)));
const publicKey = importPublicKey({
  kty: "OKP",
  crv: "Ed25519",
  x: "DbVB35ZUdaH6Qgh4mXbVg78UBTdj3Tg_8e8rDm29ito",
});

describe("what a source signed once", () => {
  const { values, provenance } = normalizeGovernedSignals(stored);

  it.each(["claim_amount", "tags"])("still verifies: %s", (signal) => {
    const [value, record] = [values[signal], provenance[signal]];
    if (value === undefined || record === undefined) throw new Error(`${signal} is missing`);
    const statement = signalStatementBytes({ signal, value, provenance: record, executionId: "claim-0001" });
    const sig = decodeBase64(record.attestation?.sig ?? "");
    expect(publicKey.verify(pae(payloadTypes.signal, statement), sig)).toBe(true);
  });

  it("is over the bytes that docs/signals.md shows", () => {
    const docs = readFileSync(new URL("../../../docs/signals.md", import.meta.url), "utf8");
    const record = provenance["claim_amount"];
    if (record === undefined) throw new Error("claim_amount is missing");
    const statement = signalStatementBytes({
      signal: "claim_amount",
      value: "1200.00",
      provenance: record,
      executionId: "claim-0001",
    });
    expect(docs).toContain(`\n${new TextDecoder().decode(pae(payloadTypes.signal, statement))}\n`);
  });

  it("is signed again, byte for byte, from the same input", async () => {
    const signer = new LocalSigner(sha256Bytes("test key claims-db"));
    const shared = { source: "claims-db", observedAt: "2026-11-20T22:00:00.000Z" };
    const claim_amount = await attestSignal(
      { ...shared, signal: "claim_amount", value: "1200.00", executionId: "claim-0001" },
      signer,
    );
    const tags = await attestSignal(
      {
        ...shared,
        signal: "tags",
        value: ["a", "\u00fc", "\u2028"],
        subject: "claim 17",
        evidenceHash: `sha256:${"0a".repeat(32)}`,
      },
      signer,
    );
    expect(canonicalize({ claim_amount, tags })).toBe(canonicalize(stored));
  });
});
