import type { Sha256 } from "@parmanasystems/canonical";
import { payloadTypes, signEnvelope, type Signer } from "@parmanasystems/signing";
import { ProvenanceError } from "./errors.js";
import { isExecutionId } from "./evidence.js";
import { readSignalName } from "./normalize-governed-signals.js";
import { readClosed } from "./plain-object.js";
import { readSignalProvenance, type SignalProvenance } from "./signal-provenance.js";
import { type SignalStatement, signalStatementBytes } from "./signal-statement.js";
import { readSignalValue, SignalBudget, type SignalValue } from "./signal-value.js";

/** A value with its origin, ready to be sent in a plain value's place. */
export interface GovernedSignal {
  readonly value: SignalValue;
  readonly provenance: SignalProvenance;
}

/** What a source knows, and what for: one execution that a caller names, or a subject such as a claim's number. */
export type ObservedSignal = {
  readonly signal: string;
  readonly value: SignalValue;
  /** The name behind `source:` in the role of the signing key. */
  readonly source: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly observedAt: string;
  /** Of the document the value was read from. */
  readonly evidenceHash?: Sha256 | undefined;
} & (
  | { readonly executionId: string; readonly subject?: undefined }
  | { readonly subject: string; readonly executionId?: undefined }
);

const required = ["signal", "value", "source", "observedAt"];
const optional = ["evidenceHash", "executionId", "subject"];

/**
 * Signs a value as its source.
 * @throws INV-037, VAL-02x; SIG-* and what the signer throws
 */
export async function attestSignal(observed: ObservedSignal, signer: Signer): Promise<GovernedSignal> {
  const statement = readObserved(observed);
  const { signal, value, provenance } = statement;
  const { signatures } = await signEnvelope(payloadTypes.signal, signalStatementBytes(statement), [signer]);
  return Object.freeze({
    value,
    provenance: readSignalProvenance({ ...provenance, attestation: signatures[0] }, signal),
  });
}

/** A copy: the caller can change nothing while the signer works. */
function readObserved(observed: unknown): SignalStatement {
  const members = readClosed(observed, required, optional);
  const name = members?.get("signal");
  if (members === undefined || typeof name !== "string") {
    throw new ProvenanceError(
      "INV-037",
      `What a source signs must have ${required.join(", ")} and of ${optional.join(", ")} what applies.`,
    );
  }
  const executionId = members.get("executionId");
  const named = ["executionId", "subject"].filter((member) => members.get(member) !== undefined);
  if (named.length !== 1 || (executionId !== undefined && !isExecutionId(executionId))) {
    throw new ProvenanceError(
      "INV-037",
      "What a source signs must name either an executionId, 1 to 128 of the characters A-Z a-z 0-9 . _ : -, or a subject.",
    );
  }
  const origin = { source: members.get("source"), observedAt: members.get("observedAt") };
  const known = ["evidenceHash", "subject"]
    .map((member) => [member, members.get(member)] as const)
    .filter(([, value]) => value !== undefined);
  const budget = new SignalBudget();
  const signal = readSignalName(name, budget);
  return {
    signal,
    value: readSignalValue(members.get("value"), signal, budget),
    provenance: readSignalProvenance({ ...origin, ...Object.fromEntries(known) }, signal),
    executionId,
  };
}
