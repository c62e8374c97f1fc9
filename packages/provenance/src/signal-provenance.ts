import { isSha256, isTimestamp, ParmanaError, type Sha256, shorten } from "@parmanasystems/canonical";
import { type DsseSignature, parseSignature } from "@parmanasystems/signing";
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
  /** What the value is about, such as a claim's number: 1 to 256 printable characters. */
  readonly subject?: string;
  /** The source's signature over `signalStatementBytes`. Nobody has verified it yet. */
  readonly attestation?: DsseSignature;
}

const required = ["source"];
const optional = ["observedAt", "evidenceHash", "subject", "attestation"];

/** Checks the form, not the signature. @throws VAL-028 */
export function readSignalProvenance(value: unknown, name: string): SignalProvenance {
  const members = readClosed(value, required, optional);
  if (members === undefined) {
    throw malformed(name, `must be an object with source and, where known, ${optional.join(", ")}`);
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
  const subject = members.get("subject");
  if (members.has("subject") && !isLabel(subject)) {
    throw malformed(name, "must have a subject of 1 to 256 printable characters");
  }
  return Object.freeze({
    source,
    ...(typeof observedAt === "string" ? { observedAt } : {}),
    ...(isSha256(evidenceHash) ? { evidenceHash } : {}),
    ...(isLabel(subject) ? { subject } : {}),
    ...(members.has("attestation") ? { attestation: readAttestation(members.get("attestation"), name) } : {}),
  });
}

function readAttestation(value: unknown, name: string): DsseSignature {
  try {
    return parseSignature(value);
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw malformed(
      name,
      "must have an attestation of exactly keyid, a key's thumbprint, and sig, 64 bytes in base64",
      cause,
    );
  }
}

function malformed(name: string, expected: string, cause?: ParmanaError): ProvenanceError {
  return new ProvenanceError("VAL-028", `The provenance of the signal ${shorten(name)} ${expected}.`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
