// What a campaign must leave behind: every acknowledged execution has exactly one attestation and one log entry, every identity at most
// one, and after the last process each claim exactly one.
import { attestationHash, verifyAttestationSignature } from "../../packages/execution/dist/index.js";

/** @returns {Promise<string[]>} one sentence for each violation */
export async function violationsIn(log, acknowledged, claims, verifier) {
  const violations = [];
  const byExecution = new Map();
  const byFingerprint = new Map();
  const entries = await allEntries(log);
  for (const [index, { seq, entry }] of entries.entries()) {
    if (seq !== index) violations.push(`entry ${index} has the position ${seq}`);
    if (entry.event !== "attested") continue;
    count(byExecution, entry.execution_id);
    count(byFingerprint, entry.execution_fingerprint);
    const attestation = await log.attestation(entry.execution_id);
    if (attestation === undefined || attestationHash(attestation) !== entry.attestationHash)
      violations.push(`entry ${seq} is of another attestation than the one that is kept`);
    else if (!(await verifyAttestationSignature(attestation, verifier)))
      violations.push(`the attestation of entry ${seq} is not signed`);
  }
  for (const [kind, counts] of [
    ["execution", byExecution],
    ["fingerprint", byFingerprint],
  ])
    for (const [key, times] of counts)
      if (times > 1) violations.push(`${kind} ${key} was attested ${times} times`);
  if (byFingerprint.size !== claims)
    violations.push(`${byFingerprint.size} of ${claims} claims were attested in the end`);
  const known = new Map(entries.map(({ entry }) => [entry.attestationHash, entry.execution_id]));
  const seen = new Set();
  for (const { executionId, attestationHash: hash } of acknowledged) {
    if (known.get(hash) !== executionId)
      violations.push(`execution ${executionId} was acknowledged, but the log lacks it`);
    if (seen.has(executionId)) violations.push(`execution ${executionId} was acknowledged twice`);
    seen.add(executionId);
  }
  return violations;
}

async function allEntries(log) {
  const entries = [];
  for (;;) {
    const more = await log.entries({ from: entries.length, limit: 10_000 });
    entries.push(...more);
    if (more.length === 0) return entries;
  }
}

function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
