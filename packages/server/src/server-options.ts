import type { Sha256 } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { AuditEvent, Clock, ExecutionRuntime } from "@parmanasystems/execution-runtime";
import type { DecisionOutcome } from "@parmanasystems/governance";
import type { Authentication } from "./authentication/authenticate.js";

/** What the server reads of the log. A ledger of audit-db is one. */
export interface ServerRecords {
  attestation(executionId: string): Promise<ExecutionAttestation | undefined>;
  /** Entries in order of their position. */
  entries(query: { readonly from: number; readonly limit: number }): Promise<readonly RecordedEntry[]>;
  readonly audit: ServerAudit;
}

/** What the server reads of the transparency log. */
export interface ServerAudit {
  size(): Promise<number>;
  /** The note of the latest checkpoint. */
  latestCheckpoint(): Promise<string | undefined>;
  /** RFC 6962 section 2.1.2; both sizes are within the log. */
  consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]>;
  /**
   * The .tlog-proof of an execution, or of the resolution of its override, under the latest checkpoint or the first of at
   * least so many entries; undefined while none covers it.
   */
  proof(
    executionId: string,
    of: { readonly of?: "attestation" | "resolution" | undefined; readonly size?: number | undefined },
  ): Promise<string | undefined>;
  /** Newest first; a page may be short and not be the last. */
  search(query: ExecutionSearch): Promise<{
    readonly entries: readonly RecordedEntry[];
    readonly cursor: number | null;
  }>;
}

export interface ExecutionSearch {
  readonly event: AuditEvent;
  readonly policyId?: string | undefined;
  readonly policyVersion?: string | undefined;
  readonly decision?: DecisionOutcome | undefined;
  /** Milliseconds since 1970: the earliest, and the first too late. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly cursor?: number | undefined;
  readonly limit: number;
}

export interface RecordedEntry {
  readonly seq: number;
  /** RFC 6962 leaf hash of the entry's canonical JSON. */
  readonly leafHash: Sha256;
  readonly entry: {
    readonly type: string;
    readonly seq: number;
    readonly time: string;
    readonly event: AuditEvent;
    readonly execution_id: string;
    readonly execution_fingerprint: Sha256;
    readonly attestationHash: Sha256 | null;
    readonly decision: DecisionOutcome | null;
    readonly code: string | null;
  };
}

/** Asks one part that decisions need, and rejects when it does not answer as it must. */
export type Probe = () => Promise<unknown>;

export interface ServerLimits {
  /** Bytes of a body. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Nested objects and arrays of a body. Default 32. */
  readonly maxDepth?: number;
  /** Bytes of all headers. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Items of a batch. Default 1,000. */
  readonly maxBatchItems?: number;
  /** Requests worked on at once; more wait for a place. Default 256. */
  readonly maxConcurrent?: number;
  /** Requests that wait for a place at once; more are refused with 503 at once. Default maxConnections. */
  readonly maxWaiting?: number;
  /** How long a request waits for a place before it is refused with 503. Default 500. */
  readonly maxWaitMs?: number;
  /** Connections at once; more are closed. Default 1,024. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, and how long it may be worked on. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may be idle. Default 5,000. */
  readonly keepAliveTimeoutMs?: number;
  /** Requests per second of one caller in the long run, a batch counting by its items; 0 for no limit. Default 100. */
  readonly requestsPerSecond?: number;
  /** Requests of one caller at once after a pause. Default 200. */
  readonly burst?: number;
}

/** Where log lines go; process.stdout is one. */
export interface LogStream {
  write(line: string): void;
}

export interface ServerOptions {
  readonly runtime: ExecutionRuntime;
  readonly records: ServerRecords;
  readonly authentication: Authentication;
  /** By name: signer, stores, log. `/readyz` asks them all. */
  readonly probes: Readonly<Record<string, Probe>>;
  /** By name: how many calls wait for a store now. `/metrics` shows them. */
  readonly queues?: Readonly<Record<string, () => number>>;
  readonly limits?: ServerLimits;
  /**
   * Addresses, networks such as 10.0.0.0/8, or loopback, linklocal and uniquelocal, whose X-Forwarded-For is believed. None by default.
   */
  readonly trustedProxies?: readonly string[];
  readonly log?: {
    readonly level: "debug" | "info" | "warn" | "error" | "silent";
    readonly stream?: LogStream;
  };
  readonly clock?: Clock;
}
