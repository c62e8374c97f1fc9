import { hash } from "node:crypto";
import {
  canonicalize,
  expectObject,
  isSha256,
  isTimestamp,
  type JsonValue,
  parseStrict,
  type Sha256,
} from "@parmanasystems/canonical";
import { type DecisionOutcome, isExecutionId } from "@parmanasystems/execution";
import { type AuditEvent, auditEvents } from "@parmanasystems/execution-runtime";
import { LedgerError } from "./errors.js";
import { formatHash } from "./row.js";

/** A leaf of the log. Members are as stored: the leaf data is their canonical JSON, in UTF-8. */
export interface LogEntry {
  readonly type: "parmana/log-entry/v1";
  readonly seq: number;
  /** RFC 3339 UTC with milliseconds, by the ledger's clock when the entry was written. */
  readonly time: string;
  readonly event: AuditEvent;
  readonly execution_id: string;
  readonly execution_fingerprint: Sha256;
  readonly attestationHash: Sha256 | null;
  readonly decision: DecisionOutcome | null;
  readonly code: string | null;
}

export const decisionOutcomes: readonly DecisionOutcome[] = ["approved", "rejected", "pending_override"];

const TYPE = "parmana/log-entry/v1";
const MEMBERS = [
  "type",
  "seq",
  "time",
  "event",
  "execution_id",
  "execution_fingerprint",
  "attestationHash",
  "decision",
  "code",
] as const;
const ERROR_CODE = /^[A-Z][A-Z0-9-]{1,63}$/;

/** Everything of an entry that is known before it gets its place. Its members must have been checked. */
export type EntryFacts = Omit<LogEntry, "type" | "seq" | "time">;

export interface EncodedEntry {
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
}

export function isErrorCode(value: unknown): value is string {
  return typeof value === "string" && ERROR_CODE.test(value);
}

/** The canonical text up to the value of `seq`: RFC 8785 sorts the members that way, and all values are plain ASCII. */
export function entryHead(facts: EntryFacts): string {
  return (
    `{"attestationHash":${quoted(facts.attestationHash)},"code":${quoted(facts.code)},"decision":${quoted(facts.decision)},` +
    `"event":"${facts.event}","execution_fingerprint":"${facts.execution_fingerprint}","execution_id":"${facts.execution_id}","seq":`
  );
}

/** The leaf data and its RFC 6962 hash, made from the head, the place and the time. */
export function encodeEntry(head: string, seq: number, time: string): EncodedEntry {
  const canonical = `${head}${String(seq)},"time":"${time}","type":"${TYPE}"}`;
  const prefixed = Buffer.allocUnsafe(canonical.length + 1);
  prefixed[0] = 0;
  prefixed.write(canonical, 1, "latin1");
  return { bytes: prefixed.subarray(1), leafHash: hash("sha256", prefixed, "buffer") };
}

/** RFC 6962 section 2.1: SHA-256 of a zero byte and the leaf data. */
export function leafHash(bytes: Uint8Array): Sha256 {
  const prefixed = Buffer.alloc(bytes.length + 1);
  prefixed.set(bytes, 1);
  return formatHash(hash("sha256", prefixed, "buffer"));
}

/** Reads leaf data strictly; anything but the one spelling is refused. @throws LedgerError SYS-013 */
export function parseLogEntry(bytes: Uint8Array): LogEntry {
  let value: JsonValue;
  try {
    value = parseStrict(bytes);
  } catch (cause) {
    throw new LedgerError("SYS-013", "A log entry is not strict JSON.", { cause });
  }
  const members = expectObject(value, { required: MEMBERS }, ({ pointer, expected }) =>
    malformed(pointer, expected),
  );
  const { seq, time, code } = members;
  const entry: LogEntry = {
    type: members["type"] === TYPE ? TYPE : malformed("/type", TYPE),
    seq:
      typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 0
        ? seq
        : malformed("/seq", "a position"),
    time: typeof time === "string" && isTimestamp(time) ? time : malformed("/time", "a timestamp"),
    event:
      auditEvents.find((event) => event === members["event"]) ?? malformed("/event", "an event of the log"),
    execution_id: isExecutionId(members["execution_id"])
      ? members["execution_id"]
      : malformed("/execution_id", "an id"),
    execution_fingerprint: sha256Member(members["execution_fingerprint"], "/execution_fingerprint"),
    attestationHash:
      members["attestationHash"] === null
        ? null
        : sha256Member(members["attestationHash"], "/attestationHash"),
    decision:
      members["decision"] === null
        ? null
        : (decisionOutcomes.find((outcome) => outcome === members["decision"]) ??
          malformed("/decision", "a decision")),
    code: code === null || isErrorCode(code) ? code : malformed("/code", "an error code or null"),
  };
  if (!Buffer.from(canonicalize(entry)).equals(bytes)) malformed("", "canonical JSON");
  return Object.freeze(entry);
}

function sha256Member(value: unknown, pointer: string): Sha256 {
  return isSha256(value) ? value : malformed(pointer, "a sha256 hash");
}

function quoted(value: string | null): string {
  return value === null ? "null" : `"${value}"`;
}

function malformed(pointer: string, expected: string): never {
  throw new LedgerError("SYS-013", `A log entry holds something other than ${expected} at "${pointer}".`, {
    details: { pointer },
  });
}
