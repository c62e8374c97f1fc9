import { canonicalBytes, parseStrict } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";
import { normalizeGovernedSignals } from "./normalize-governed-signals.js";
import { readClosed, readMembers } from "./plain-object.js";
import { readSignalProvenance, type SignalProvenance } from "./signal-provenance.js";
import type { SignalValues } from "./signal-value.js";

/** The facts of one execution, which travel beside its attestation and are bound by its hashes. Frozen. */
export interface Evidence {
  readonly type: "parmana/evidence/v1";
  readonly execution_id: string;
  readonly signals: SignalValues;
  readonly signalProvenance: Readonly<Record<string, SignalProvenance>>;
}

const memberNames = ["type", "execution_id", "signals", "signalProvenance"];
const executionId = /^[A-Za-z0-9._:-]{1,128}$/;
// 512 Ki characters of signals escape to 3 MiB at most, names and provenance of 256 signals to 1 MiB more.
const maxBytes = 4 * 1024 * 1024;

/** The caller's identity of one attempt at one transaction: 1 to 128 of the characters A-Z a-z 0-9 . _ : - */
export function isExecutionId(value: unknown): value is string {
  return typeof value === "string" && executionId.test(value);
}

/** Canonical JSON of the evidence. @throws as `parseEvidence`, but for CANONICAL-* */
export function evidenceBytes(evidence: Evidence): Uint8Array {
  return canonicalBytes(readEvidence(evidence));
}

/** @throws INV-034 to INV-036, VAL-020 to VAL-029; CANONICAL-* when the bytes are not strict JSON of at most 4 MiB */
export function parseEvidence(bytes: Uint8Array): Evidence {
  return readEvidence(parseStrict(bytes, { maxBytes }));
}

function readEvidence(value: unknown): Evidence {
  const members = readClosed(value, memberNames);
  if (members?.get("type") !== "parmana/evidence/v1") {
    throw new ProvenanceError(
      "INV-034",
      `The evidence must be of type parmana/evidence/v1 and have exactly ${memberNames.join(", ")}.`,
    );
  }
  const id = members.get("execution_id");
  if (!isExecutionId(id)) {
    throw new ProvenanceError(
      "INV-035",
      "The evidence's execution_id must be 1 to 128 of the characters A-Z a-z 0-9 . _ : -",
    );
  }
  const signals = members.get("signals");
  requirePlainValues(signals);
  const { values } = normalizeGovernedSignals(signals);
  return Object.freeze({
    type: "parmana/evidence/v1",
    execution_id: id,
    signals: values,
    signalProvenance: readProvenanceRecord(members.get("signalProvenance"), values),
  });
}

/** Their origin stands beside them, so none of them is an object; whatever else they are, the reader of signals says. */
function requirePlainValues(signals: unknown): void {
  for (const value of readMembers(signals)?.values() ?? []) {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      throw new ProvenanceError("INV-034", "The evidence's signals must be plain values.");
  }
}

function readProvenanceRecord(
  value: unknown,
  values: SignalValues,
): Readonly<Record<string, SignalProvenance>> {
  const members = readMembers(value);
  if (members === undefined) {
    throw new ProvenanceError("INV-034", "The evidence's signalProvenance must be a plain object.");
  }
  const record = Object.create(null) as Record<string, SignalProvenance>;
  for (const [name, provenance] of members) {
    if (!Object.hasOwn(values, name)) {
      throw new ProvenanceError("INV-036", "The evidence must have the signal of each provenance it has.");
    }
    record[name] = readSignalProvenance(provenance, name);
  }
  return Object.freeze(record);
}
