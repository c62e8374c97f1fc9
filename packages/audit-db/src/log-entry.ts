import { hash } from "node:crypto";
import type { Sha256 } from "@parmanasystems/canonical";
import { type LogEntry, parseLogEntry as parsePortable } from "@parmanasystems/execution";
import { LedgerError } from "./errors.js";
import { formatHash } from "./row.js";

const TYPE = "parmana/log-entry/v1";

/** Everything of an entry that is known before it gets its place. Its members must have been checked. */
export type EntryFacts = Omit<LogEntry, "type" | "seq" | "time">;

export interface EncodedEntry {
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
}

/** The canonical text up to the value of `seq`: RFC 8785 sorts the members that way, and all values are plain ASCII. */
export function entryHead(facts: EntryFacts): string {
  return (
    `{"attestationHash":${quoted(facts.attestationHash)},"code":${quoted(facts.code)},"decision":${quoted(facts.decision)},` +
    `"event":"${facts.event}","execution_fingerprint":"${facts.execution_fingerprint}","execution_id":"${facts.execution_id}",` +
    `"replayIdentity":${quoted(facts.replayIdentity)},"seq":`
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

/** As of the execution package, for entries of the ledger. @throws LedgerError SYS-013 */
export function parseLogEntry(bytes: Uint8Array): LogEntry {
  try {
    return parsePortable(bytes);
  } catch (cause) {
    throw new LedgerError("SYS-013", "The ledger holds a log entry that is none.", { cause });
  }
}

function quoted(value: string | null): string {
  return value === null ? "null" : `"${value}"`;
}
