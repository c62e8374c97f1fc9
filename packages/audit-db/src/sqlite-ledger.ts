import { isSha256, type Sha256 } from "@parmanasystems/canonical";
import {
  type ExecutionAttestation,
  parseAttestation,
  parseResolution,
  type ResolutionAttestation,
} from "@parmanasystems/execution";
import {
  type AttestedEntry,
  type AttestedRecord,
  type AuditReceipt,
  type AuditRecord,
  type ConfirmedEnd,
  type EventRecord,
  type Ledger,
  type OverrideResolution,
  type ReplayRecord,
  requireConfirmedEnd,
  requireReserveRequest,
  requireResolution,
  type Reservation,
  type ReserveOutcome,
  type ReserveRequest,
  type ResolvedEntry,
  type ResolvedRecord,
  type ReviewTask,
  type ReviewTasks,
  RuntimeError,
  type VersionMemory,
} from "@parmanasystems/execution-runtime";
import {
  prepareAttestation,
  prepareEnd,
  prepareRecord,
  requireEvent,
  requireSameIdentity,
} from "./audit-record.js";
import { executionKey } from "./execution-key.js";
import { type AuditLog, createAuditLog } from "./audit/audit-log.js";
import type { SqliteDatabase } from "./driver.js";
import { type EntriesQuery, requireEntriesQuery } from "./entries-query.js";
import { LedgerError } from "./errors.js";
import type { GroupCommit } from "./group-commit.js";
import { refuse, requireText, snapshot } from "./ledger-arguments.js";
import { LogTable } from "./log-table.js";
import { ReplayTable } from "./replay-table.js";
import { prepareTask, ReviewTaskTable } from "./review-task-table.js";
import { rawHash } from "./row.js";
import { sqliteAuditStorage } from "./sqlite-audit-storage.js";
import { resultCode, resultCodeOf } from "./sqlite-error.js";
import { sqliteReviewTasks } from "./sqlite-review-tasks.js";
import { sqliteVersions } from "./sqlite-versions.js";
import type { StoredEntry } from "./stored-entry.js";

/** The constructor, for `openLedger` alone: its parts are no business of those who hold a ledger. */
export let createLedger: (database: SqliteDatabase, commit: GroupCommit) => SqliteLedger;

/**
 * Replay state, audit log, review tasks and seen versions in one SQLite file; made by `openLedger`. Whatever changes
 * the file is durable when its promise resolves. Every method throws RuntimeError SYS-007 once closed and SYS-004 once
 * poisoned; changing ones also SYS-001 (locked by another process for too long), SYS-002 (too many waiting) and SYS-003 (no room).
 */
export class SqliteLedger implements Ledger {
  /** Proofs, checkpoints, searches, and the erasing of evidence. */
  readonly audit: AuditLog;
  readonly reviewTasks: ReviewTasks;
  readonly versions: VersionMemory;
  readonly #database: SqliteDatabase;
  readonly #commit: GroupCommit;
  readonly #log: LogTable;
  readonly #replay: ReplayTable;
  readonly #tasks: ReviewTaskTable;
  #closed: Promise<void> | undefined;

  static {
    createLedger = (database, commit) => new SqliteLedger(database, commit);
  }

  private constructor(database: SqliteDatabase, commit: GroupCommit) {
    this.#database = database;
    this.#commit = commit;
    this.#log = new LogTable(database);
    this.#replay = new ReplayTable(database, this.#log);
    this.#tasks = new ReviewTaskTable(database);
    const read = <Answer>(question: () => Answer) => this.#read(question);
    const parts = { database, commit, log: this.#log, read };
    this.audit = createAuditLog(sqliteAuditStorage(parts));
    this.reviewTasks = sqliteReviewTasks(parts, this.#tasks);
    this.versions = sqliteVersions(parts);
  }

  /** Changes that wait for the next durable write, for those who watch the load. */
  get waiting(): number {
    return this.#commit.waiting;
  }

  /** @throws RuntimeError INV-016, INV-017 */
  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    const { executionId, fingerprint, identity, leaseMs } = request;
    const asked = { executionId, fingerprint, identity, leaseMs };
    requireReserveRequest(asked);
    const keyed = { ...asked, executionKey: executionKey(executionId), fingerprintKey: rawHash(fingerprint) };
    return this.#commit.submit((transaction) => Object.freeze(this.#replay.reserve(transaction, keyed)));
  }

  /** @throws RuntimeError INV-017, INV-018 */
  async confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void> {
    const reserved = snapshot(reservation);
    const { state, attestationHash } = end;
    const wanted = { state, attestationHash };
    requireConfirmedEnd(wanted);
    return this.#commit.submit(() => {
      this.#replay.confirm(this.#replay.held(reserved), wanted);
    });
  }

  /** @throws RuntimeError INV-018 */
  async fail(reservation: Reservation): Promise<void> {
    const reserved = snapshot(reservation);
    return this.#commit.submit(() => {
      this.#replay.fail(this.#replay.held(reserved));
    });
  }

  /** @throws RuntimeError INV-017, INV-019 */
  async resolve(executionId: string, resolution: OverrideResolution): Promise<void> {
    requireText(executionId);
    requireResolution(resolution);
    const key = executionKey(executionId);
    return this.#commit.submit(() => {
      this.#replay.resolve(this.#replay.pending(key, executionId), resolution);
    });
  }

  async find(executionId: string): Promise<ReplayRecord | undefined> {
    requireText(executionId);
    return this.#read(() => this.#replay.find(executionKey(executionId)));
  }

  /** @throws RuntimeError INV-013; LedgerError SYS-017 */
  async append(record: AuditRecord): Promise<AuditReceipt> {
    const prepared = prepareRecord(record);
    return this.#commit.submit((transaction) => this.#log.append(transaction, prepared));
  }

  /** @throws RuntimeError INV-018, INV-013; LedgerError SYS-017 */
  async appendAndConfirm(
    reservation: Reservation,
    record: AttestedRecord,
    reviewTask?: ReviewTask,
  ): Promise<AuditReceipt> {
    const reserved = snapshot(reservation);
    requireSameIdentity(reservation, record);
    const prepared = prepareAttestation(record);
    const { attestationHash } = prepared.attested;
    const pending = record.decision === "pending_override";
    const task = reviewTask === undefined ? undefined : prepareTask(reviewTask);
    return this.#commit.submit((transaction) => {
      const held = this.#replay.held(reserved);
      const receipt = this.#log.append(transaction, prepared, held);
      if (pending) this.#replay.confirm(held, { state: "pending_override", attestationHash });
      else this.#replay.removeAttested(held);
      if (task !== undefined) this.#tasks.add(task);
      return receipt;
    });
  }

  /** @throws RuntimeError INV-018; LedgerError SYS-017 */
  async failAndAppend(reservation: Reservation, record: AuditRecord): Promise<AuditReceipt> {
    const reserved = snapshot(reservation);
    requireEvent(record, "failed", "abandoned");
    requireSameIdentity(reservation, record);
    const prepared = prepareRecord(record);
    return this.#commit.submit((transaction) => {
      const held = this.#replay.held(reserved);
      const receipt = this.#log.append(transaction, prepared);
      this.#replay.fail(held);
      return receipt;
    });
  }

  /** @throws RuntimeError INV-019; LedgerError SYS-017 */
  async resolveAndAppend(
    executionId: string,
    resolution: OverrideResolution,
    record: ResolvedRecord | EventRecord,
  ): Promise<AuditReceipt> {
    requireText(executionId);
    requireResolution(resolution);
    const key = executionKey(executionId);
    const prepared = prepareEnd(executionId, resolution, record);
    const state = resolution === "expired" ? "expired" : "resolved";
    return this.#commit.submit((transaction) => {
      const pending = this.#replay.attestedPending(key, executionId);
      const receipt = this.#log.append(transaction, prepared);
      this.#replay.resolve(pending, resolution);
      this.#tasks.settle(executionId, state);
      return receipt;
    });
  }

  async findAttested(query: {
    readonly executionId: string;
    readonly fingerprint?: Sha256;
  }): Promise<AttestedEntry | undefined> {
    const { executionId, fingerprint } = query;
    requireText(executionId);
    if (fingerprint !== undefined && !isSha256(fingerprint)) refuse("fingerprint", "a sha256 hash or absent");
    const fingerprintKey = fingerprint === undefined ? null : rawHash(fingerprint);
    return this.#read(() => this.#log.findAttested(executionKey(executionId), fingerprintKey));
  }

  async findResolved(executionId: string): Promise<ResolvedEntry | undefined> {
    requireText(executionId);
    return this.#read(() => this.#log.findResolved(executionKey(executionId)));
  }

  /** Entries in order of their position. @throws LedgerError SYS-016 */
  async entries(query: EntriesQuery = {}): Promise<readonly StoredEntry[]> {
    const { from, limit } = requireEntriesQuery(query);
    return this.#read(() => this.#log.entries(from, limit));
  }

  async attestation(executionId: string): Promise<ExecutionAttestation | undefined> {
    requireText(executionId);
    const body = this.#read(() => this.#log.attestation(executionKey(executionId)));
    return body === undefined ? undefined : parseAttestation(body);
  }

  /** The evidence file of the execution, as bytes; undefined when nothing was attested or the evidence was erased. */
  async evidence(executionId: string): Promise<Uint8Array | undefined> {
    requireText(executionId);
    return this.#read(() => this.#log.evidence(executionKey(executionId)));
  }

  /** How a pending override ended; undefined when it did not end, or nobody signed its end. */
  async resolution(executionId: string): Promise<ResolutionAttestation | undefined> {
    requireText(executionId);
    const body = this.#read(() => this.#log.resolution(executionKey(executionId)));
    return body === undefined ? undefined : parseResolution(body);
  }

  /** The votes that the resolution counted, as the bytes of their evidence file. */
  async resolutionEvidence(executionId: string): Promise<Uint8Array | undefined> {
    requireText(executionId);
    return this.#read(() => this.#log.resolutionEvidence(executionKey(executionId)));
  }

  /**
   * Skips a fencing number, in its turn, so that those who ask for readiness learn of a full disk as of a lock. SQLite writes no page
   * whose bytes stay the same, so something must change. @throws RuntimeError SYS-001 to SYS-004, SYS-007
   */
  async requireWritable(): Promise<void> {
    return this.#commit.submit((transaction) => {
      transaction.nextFencing();
    });
  }

  /** Answers what is waiting, moves it all into the main file, and lets go of it. */
  close(): Promise<void> {
    this.#closed ??= this.#commit.close().then((healthy) => {
      if (healthy) this.#checkpoint();
      this.#database.close();
    });
    return this.#closed;
  }

  /** The prebuilt driver (1.2.1) keeps a closed connection until its statements are garbage collected, so SQLite does not do it. */
  #checkpoint(): void {
    try {
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Another process is reading: the write-ahead log stays, and is part of the ledger as before.
    }
  }

  /** Reads see what is committed, and wait for nobody. */
  #read<Answer>(question: () => Answer): Answer {
    this.#commit.requireUsable();
    try {
      return question();
    } catch (error) {
      if (resultCodeOf(error) === resultCode.busy) {
        throw new RuntimeError("SYS-001", "Another process keeps the ledger locked.", { cause: error });
      }
      const poison = this.#commit.poison(error);
      throw error instanceof LedgerError ? error : poison;
    }
  }
}
