import { canonicalBytes, ownMembers } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";
import type { SignalProvenance } from "./signal-provenance.js";
import type { SignalValue } from "./signal-value.js";

/** One value of one signal, as its source states it. */
export interface SignalStatement {
  readonly signal: string;
  readonly value: SignalValue;
  /** The record that carries the signature; its `attestation` is not part of what is signed. */
  readonly provenance: SignalProvenance;
  /** What the value was stated for. Not looked at when the record names a subject. */
  readonly executionId: string | undefined;
}

/**
 * The canonical JSON that a source signs, under the payload type `application/vnd.parmana.signal.v1+json`. It names the
 * record's subject, or else the execution.
 * @throws INV-037 when there is neither
 */
export function signalStatementBytes({
  signal,
  value,
  provenance,
  executionId,
}: SignalStatement): Uint8Array {
  // An inherited subject would take the place of the execution.
  const { source, observedAt, evidenceHash, subject } = ownMembers(provenance);
  if (subject === undefined && executionId === undefined) {
    throw new ProvenanceError("INV-037", "What a source signs must name an execution or a subject.");
  }
  return canonicalBytes({
    type: "parmana/signal/v1",
    source,
    signal,
    value,
    ...(observedAt === undefined ? {} : { observedAt }),
    ...(evidenceHash === undefined ? {} : { evidenceHash }),
    ...(subject === undefined ? { execution_id: executionId } : { subject }),
  });
}
