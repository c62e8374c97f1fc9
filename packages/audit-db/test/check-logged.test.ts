import { canonicalBytes, parseTimestamp, sha256 } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { checkLogged } from "../src/audit/check-logged.js";
import { executionKey } from "../src/execution-key.js";
import { encodeEntry, entryHead } from "../src/log-entry.js";
import { rawHash } from "../src/row.js";
import { attestedRecord, facts } from "./records.js";
import { refusal } from "./support.js";

const time = "2026-11-20T12:00:00.000Z";

/** A row as somebody without keys could write it: whatever the entry says, every hash and key beside it fits. */
function rowSaying(changes: {
  decision?: "approved" | "rejected";
  execution_fingerprint?: ReturnType<typeof facts>;
  replayIdentity?: "execution";
}) {
  const { attestation, evidence } = attestedRecord(
    { executionId: "a", fingerprint: facts("x"), identity: "fingerprint" },
    "rejected",
  );
  const body = canonicalBytes(attestation);
  const entry = {
    event: "attested",
    execution_id: "a",
    execution_fingerprint: facts("x"),
    attestationHash: sha256(body),
    decision: "rejected",
    code: null,
    replayIdentity: "fingerprint",
    ...changes,
  } as const;
  const { bytes, leafHash } = encodeEntry(entryHead(entry), 0, time);
  return {
    seq: 0,
    entry: bytes,
    leaf_hash: leafHash,
    attested_execution: executionKey("a"),
    attested_fingerprint: rawHash(entry.execution_fingerprint),
    body,
    resolved_execution: null,
    resolution: null,
    votes: null,
    evidence_seq: 0,
    evidence_held: 1,
    evidence: canonicalBytes(evidence),
    erased_by: null,
    eraser: null,
    erased_seq: null,
    erased_entry: null,
    catalogued_seq: 0,
    time: parseTimestamp(time),
    event: "attested",
    execution_id: null,
    policy_id: attestation.policyId,
    policy_version: attestation.policyVersion,
    decision: entry.decision,
    code: null,
    by_execution: 0,
    by_fingerprint: 0,
  };
}

describe("an entry whose hashes all fit", () => {
  it("holds when it says what was signed", () => {
    expect(checkLogged(rowSaying({}), 0, undefined)).toMatchObject({ entry: { event: "attested" } });
  });

  it.each([
    { decision: "approved" as const },
    { execution_fingerprint: facts("other") },
    { replayIdentity: "execution" as const },
  ])("does not when it says something else: %j (threat 41)", (changes) => {
    expect(() => checkLogged(rowSaying(changes), 0, undefined)).toThrow(refusal("SYS-013"));
  });
});
