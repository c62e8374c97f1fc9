import { isSha256, isTimestamp, type Sha256, shorten } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";
import { readClosed } from "./plain-object.js";
import { isLabel } from "./well-formed.js";

/** Where a signal comes from. Frozen. It never changes a decision or a fingerprint; the attestation binds its hash. */
export interface SignalProvenance {
  readonly source: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly observedAt?: string;
  /** Of the document the signal was read from. */
  readonly evidenceHash?: Sha256;
}

const required = ["source"];
const optional = ["observedAt", "evidenceHash"];

/** @throws VAL-028 */
export function readSignalProvenance(value: unknown, name: string): SignalProvenance {
  const members = readClosed(value, required, optional);
  if (members === undefined) {
    throw malformed(name, "must be an object with source and, where known, observedAt and evidenceHash");
  }
  const source = members.get("source");
  if (!isLabel(source)) {
    throw malformed(name, "must have a source of 1 to 256 printable characters");
  }
  const observedAt = members.get("observedAt");
  if (members.has("observedAt") && !(typeof observedAt === "string" && isTimestamp(observedAt))) {
    throw malformed(name, "must have an observedAt like 2026-11-20T22:00:00.000Z");
  }
  const evidenceHash = members.get("evidenceHash");
  if (members.has("evidenceHash") && !isSha256(evidenceHash)) {
    throw malformed(name, "must have an evidenceHash of sha256: and 64 hexadecimal digits");
  }
  return Object.freeze({
    source,
    ...(typeof observedAt === "string" ? { observedAt } : {}),
    ...(isSha256(evidenceHash) ? { evidenceHash } : {}),
  });
}

function malformed(name: string, expected: string): ProvenanceError {
  return new ProvenanceError("VAL-028", `The provenance of the signal ${shorten(name)} ${expected}.`);
}
