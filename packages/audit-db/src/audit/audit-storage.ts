import type { VersionedSubject } from "@parmanasystems/execution-runtime";
import type { StoredEntry } from "../stored-entry.js";
import { blob, integer, type Row, text } from "../row.js";
import type { NodeRun } from "../tree/stored-nodes.js";
import type { AuditQuery } from "./audit-query.js";

export interface StoredCheckpoint {
  readonly size: number;
  readonly rootHash: Uint8Array;
  /** The signed note, cosignatures included. */
  readonly note: string;
}

/** What a database stores of the audit log, and how it is asked. Entries are append-only, so that questions need no common instant. */
export interface AuditStorage {
  counters(): Promise<{ readonly entries: number; readonly frontier: Uint8Array }>;
  /** The hashes of each run, as far as they are there. */
  hashes(runs: readonly NodeRun[]): Promise<readonly (readonly Uint8Array[])[]>;
  latestCheckpoint(): Promise<StoredCheckpoint | undefined>;
  /** Those of at least this size, smallest first. */
  checkpoints(leastSize: number, limit: number): Promise<readonly StoredCheckpoint[]>;
  /** Stores it unless there is one of its size or a larger one. */
  addCheckpoint(checkpoint: StoredCheckpoint): Promise<void>;
  /** Puts a note that begins with the stored one in its place, unless another did before. */
  extendCheckpoint(stored: StoredCheckpoint, note: string): Promise<void>;
  /** The attested entry of the execution. */
  attestedEntry(executionId: string): Promise<StoredEntry | undefined>;
  /** The entry that ends its override. */
  endedEntry(executionId: string): Promise<StoredEntry | undefined>;
  entries(from: number, limit: number): Promise<readonly StoredEntry[]>;
  /** Rows of the log with all that is stored about them: see `checkLogged`. */
  logged(from: number, limit: number): Promise<readonly Row[]>;
  /** For `requireCounted`. */
  countedRows(): Promise<Row>;
  /** For `highestVersion`, both at one instant. */
  versions(
    subject: VersionedSubject,
  ): Promise<{ readonly seen: Row | undefined; readonly logged: Row | undefined }>;
  /** How many nodes of the tree are stored. */
  nodeCount(): Promise<number>;
  /** Positions below `before` that the query wants, newest first, and from where on nobody has looked. */
  find(query: AuditQuery, before: number, limit: number): Promise<FoundEntries>;
  /** Positions of entries about an execution that attest nothing, oldest first. */
  positionsAbout(executionId: string): Promise<readonly number[]>;
  /** The catalogue, counted. */
  statistics(): Promise<readonly Row[]>;
  /** Executions whose evidence is stored. */
  evidenceCount(): Promise<number>;
  /** Attested entries whose evidence is stored, after a position and attested before an instant, oldest first. */
  withEvidence(range: {
    readonly after: number;
    readonly before: number;
    readonly limit: number;
  }): Promise<readonly StoredEntry[]>;
  /** Erases the evidence of an attested entry and records it, in one transaction. False when there is none. */
  eraseEvidence(attested: StoredEntry): Promise<boolean>;
  /** What is wrong with the indexes, where the database can tell: questions are answered from them. */
  brokenIndex(): Promise<string | undefined>;
  /** Makes sure that nothing of what was erased is left in the files. */
  scrub(): Promise<void>;
}

interface FoundEntries {
  readonly seqs: readonly number[];
  /** Positions from here on were looked at; 0 when all were. */
  readonly lookedFrom: number;
}

/** From the columns `size`, `root` and `note`. @throws LedgerError SYS-013 */
export function checkpointOf(row: Row): StoredCheckpoint {
  return { size: integer(row, "size"), rootHash: blob(row, "root"), note: text(row, "note") };
}
