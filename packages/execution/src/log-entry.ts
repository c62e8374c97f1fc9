import {
  canonicalBytes,
  isSha256,
  type JsonValue,
  parseStrict,
  type Sha256,
} from "@parmanasystems/canonical";
import type { DecisionOutcome } from "@parmanasystems/governance";
import { isExecutionId } from "@parmanasystems/provenance";
import { ExecutionError } from "./errors.js";
import { isDecisionOutcome, isTime } from "./grammar.js";
import { MemberReader, type Refuse } from "./member-reader.js";

export const auditEvents = [
  "attested",
  "failed",
  "abandoned",
  "replay_refused",
  "override_resolved",
  "evidence_erased",
  "policy_index_changed",
  "trust_root_changed",
] as const;
export type AuditEvent = (typeof auditEvents)[number];

export const replayIdentities = ["fingerprint", "execution"] as const;
/** What consumes an identity for ever beside its execution id: its facts, or nothing else. */
export type ReplayIdentity = (typeof replayIdentities)[number];

const TYPE = "parmana/log-entry/v1";

/** A leaf of the audit log. Members are as stored: the leaf data is their canonical JSON, in UTF-8. Frozen. */
export interface LogEntry {
  readonly type: "parmana/log-entry/v1";
  /** Position in the log, from 0 on. */
  readonly seq: number;
  /** RFC 3339 UTC with milliseconds, by the ledger's clock when the entry was written. */
  readonly time: string;
  readonly event: AuditEvent;
  readonly execution_id: string;
  readonly execution_fingerprint: Sha256;
  readonly attestationHash: Sha256 | null;
  readonly decision: DecisionOutcome | null;
  readonly code: string | null;
  /** How the identity is consumed, as the policy says; null unless the event is attested. */
  readonly replayIdentity: ReplayIdentity | null;
}

const entryShape = {
  required: [
    "type",
    "seq",
    "time",
    "event",
    "execution_id",
    "execution_fingerprint",
    "attestationHash",
    "decision",
    "code",
    "replayIdentity",
  ],
};
/** The longest entry has 128 characters of id, 64 of code and two hashes: some 600 bytes. */
const MAX_ENTRY_BYTES = 1024;
const REPLAY_IDENTITY = "fingerprint or execution where the event is attested, and null elsewhere";
const ERROR_CODE = /^[A-Z][A-Z0-9-]{1,63}$/;

/** The code that an entry may carry: 2 to 64 characters, as in the error tables. */
export function isErrorCode(value: unknown): value is string {
  return typeof value === "string" && ERROR_CODE.test(value);
}

/** Reads leaf data strictly; anything but the one spelling of an entry is refused. @throws INV-028 */
export function parseLogEntry(bytes: Uint8Array): LogEntry {
  const members = new MemberReader(readJson(bytes), entryShape, refuseEntry);
  const entry: LogEntry = {
    type: members.required("type", isType, TYPE),
    seq: members.required("seq", isPosition, "a position from 0 on"),
    time: members.required("time", isTime, "a UTC time with milliseconds"),
    event: members.required("event", isAuditEvent, "an event of the log"),
    execution_id: members.required("execution_id", isExecutionId, "an execution id"),
    execution_fingerprint: members.required("execution_fingerprint", isSha256, "a sha256 hash"),
    attestationHash: members.required("attestationHash", orNull(isSha256), "a sha256 hash or null"),
    decision: members.required("decision", orNull(isDecisionOutcome), "a decision or null"),
    code: members.required("code", orNull(isErrorCode), "an error code or null"),
    replayIdentity: members.required("replayIdentity", orNull(isReplayIdentity), REPLAY_IDENTITY),
  };
  if ((entry.event === "attested") !== (entry.replayIdentity !== null))
    refuseEntry({ pointer: "/replayIdentity", expected: REPLAY_IDENTITY });
  if (!sameBytes(canonicalBytes(entry), bytes)) refuseEntry({ pointer: "", expected: "canonical JSON" });
  return Object.freeze(entry);
}

function readJson(bytes: Uint8Array): JsonValue {
  try {
    return parseStrict(bytes, { maxBytes: MAX_ENTRY_BYTES });
  } catch (cause) {
    const expected = `strict JSON of at most ${MAX_ENTRY_BYTES} bytes`;
    throw new ExecutionError("INV-028", `A log entry must be ${expected}.`, { cause });
  }
}

function isType(value: unknown): value is typeof TYPE {
  return value === TYPE;
}

function isPosition(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isAuditEvent(value: unknown): value is AuditEvent {
  return auditEvents.some((event) => event === value);
}

function isReplayIdentity(value: unknown): value is ReplayIdentity {
  return replayIdentities.some((identity) => identity === value);
}

function orNull<T>(test: (value: unknown) => value is T): (value: unknown) => value is T | null {
  return (value): value is T | null => value === null || test(value);
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

const refuseEntry: Refuse = ({ pointer, expected }) => {
  throw new ExecutionError("INV-028", `A log entry must hold ${expected} at "${pointer}".`, {
    details: { pointer },
  });
};
