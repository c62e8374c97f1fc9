import { parseTimestamp, type JsonValue } from "@parmanasystems/canonical";
import {
  attestationHash,
  attestationPayload,
  fromEnvelope,
  fromResolutionEnvelope,
  parseAttestation,
  parseResolution,
  resolutionHash,
  resolutionPayload,
  type ExecutionAttestation,
  type LogEntry,
  type ResolutionAttestation,
} from "@parmanasystems/execution";
import { parseEnvelope, type DsseEnvelope } from "@parmanasystems/signing";

/** The execution runtime's code for the time of an override that ran out. */
const EXPIRED = "INV-095";

/** What every signed statement of a runtime says, be it an attestation or a resolution. */
export type RuntimeStatement = Pick<
  ExecutionAttestation,
  keyof ExecutionAttestation & keyof ResolutionAttestation
>;

/** A statement, parsed once; everything later reads this and never the input. */
export interface Presented<Statement extends RuntimeStatement = RuntimeStatement> {
  readonly attestation: Statement;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  /** Present when the statement came as an envelope. */
  readonly envelope: DsseEnvelope | undefined;
}

export type PresentedAttestation = Presented<ExecutionAttestation>;
export type PresentedResolution = Presented<ResolutionAttestation>;

type LoggedFacts = Pick<LogEntry, "event" | "attestationHash" | "decision" | "code">;

/** One kind of signed statement: its name, which the ids of its checks begin with, and how it is read. */
export interface StatementKind<Statement extends RuntimeStatement> {
  readonly name: "attestation" | "resolution";
  /** The flat spelling. */
  readonly parse: (json: JsonValue | Statement) => Statement;
  readonly open: (envelope: DsseEnvelope) => Statement;
  readonly payload: (statement: Statement) => Uint8Array;
  /** What its entry of the audit log says beside the execution. */
  readonly logged: (statement: Statement) => LoggedFacts;
}

export const attestationKind: StatementKind<ExecutionAttestation> = {
  name: "attestation",
  parse: parseAttestation,
  open: fromEnvelope,
  payload: attestationPayload,
  logged: (attestation) => ({
    event: "attested",
    attestationHash: attestationHash(attestation),
    decision: attestation.decision,
    code: null,
  }),
};

export const resolutionKind: StatementKind<ResolutionAttestation> = {
  name: "resolution",
  parse: parseResolution,
  open: fromResolutionEnvelope,
  payload: resolutionPayload,
  logged: (attestation) => ({
    event: "override_resolved",
    attestationHash: resolutionHash(attestation),
    decision: attestation.resolution === "approved" ? "approved" : "rejected",
    code: attestation.resolution === "expired" ? EXPIRED : null,
  }),
};

/** Both spellings. @throws what the parsers throw */
export function presentStatement<Statement extends RuntimeStatement>(
  kind: StatementKind<Statement>,
  json: JsonValue | Statement | DsseEnvelope,
): Presented<Statement> {
  if (!isEnvelope(json)) return presented(kind.parse(json), undefined);
  const envelope = parseEnvelope(json);
  return presented(kind.open(envelope), envelope);
}

function presented<Statement extends RuntimeStatement>(
  attestation: Statement,
  envelope: DsseEnvelope | undefined,
): Presented<Statement> {
  return { attestation, issuedAt: parseTimestamp(attestation.issuedAt), envelope };
}

function isEnvelope(json: unknown): json is DsseEnvelope {
  return typeof json === "object" && json !== null && Object.hasOwn(json, "payloadType");
}
