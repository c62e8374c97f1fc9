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
  type VersionMemory,
} from "@parmanasystems/execution-runtime";
import {
  prepareAttestation,
  prepareEnd,
  prepareRecord,
  requireEvent,
  requireSameIdentity,
} from "../audit-record.js";
import { executionKey } from "../execution-key.js";
import { type AuditLog, createAuditLog } from "../audit/audit-log.js";
import { type EntriesQuery, requireEntriesQuery } from "../entries-query.js";
import { refuse, requireText, snapshot } from "../ledger-arguments.js";
import { prepareTask } from "../review-task-table.js";
import { blob, rawHash, type Row } from "../row.js";
import {
  attestationBody,
  attestedEntry,
  evidenceBody,
  resolutionBody,
  resolvedEntry,
  type StoredEntry,
  storedEntry,
} from "../stored-entry.js";
import type { BatchCommit } from "./batch-commit.js";
import type { LedgerParts } from "./ledger-parts.js";
import { readConsumed } from "./log-rows.js";
import { postgresAuditStorage } from "./postgres-audit-storage.js";
import { postgresReviewTasks } from "./postgres-review-tasks.js";
import { postgresVersions } from "./postgres-versions.js";
import {
  selectAttestation,
  selectAttested,
  selectEnded,
  selectEntries,
  selectEvidence,
  selectResolved,
} from "./queries.js";
import type { Reader } from "./reader.js";
import { readReplayRecord, selectReplay } from "./replay-rows.js";

/** The constructor, for `openPostgresLedger` alone: its parts are no business of those who hold a ledger. */
export let createPostgresLedger: (parts: LedgerParts) => PostgresLedger;

/**
 * Replay state, audit log, review tasks and seen versions in one PostgreSQL schema that many nodes share; made by
 * `openPostgresLedger`. Leases and entry times are by the server's clock. Whatever changes the ledger is durable when
 * its promise resolves. Every method throws RuntimeError SYS-007 once closed and SYS-001 while the server does not
 * answer; changing ones also SYS-002 (too many waiting) and SYS-003 (refused to write, or outcome unknown).
 */
export class PostgresLedger implements Ledger {
  /** Proofs, checkpoints, searches, and the erasing of evidence. */
  readonly audit: AuditLog;
  readonly reviewTasks: ReviewTasks;
  readonly versions: VersionMemory;
  readonly #commit: BatchCommit;
  readonly #reader: Reader;
  readonly #schema: string;
  #closed: Promise<void> | undefined;

  static {
    createPostgresLedger = (parts) => new PostgresLedger(parts);
  }

  private constructor(parts: LedgerParts) {
    this.#commit = parts.commit;
    this.#reader = parts.reader;
    this.#schema = parts.schema;
    this.audit = createAuditLog(postgresAuditStorage(parts));
    this.reviewTasks = postgresReviewTasks(parts);
    this.versions = postgresVersions(parts);
  }

  /** Changes that wait for their transaction, for those who watch the load. */
  get waiting(): number {
    return this.#commit.waiting;
  }

  /** Questions that wait for the server. */
  get waitingReads(): number {
    return this.#reader.waiting;
  }

  /** @throws RuntimeError INV-016, INV-017 */
  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    const { executionId, fingerprint, identity, leaseMs } = request;
    const asked = { executionId, fingerprint, identity, leaseMs };
    requireReserveRequest(asked);
    return this.#commit.submit({ executionId, fingerprint }, ({ replay }) =>
      Object.freeze(replay.reserve(asked)),
    );
  }

  /** @throws RuntimeError INV-017, INV-018 */
  async confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void> {
    const reserved = snapshot(reservation);
    const { state, attestationHash } = end;
    const wanted = { state, attestationHash };
    requireConfirmedEnd(wanted);
    return this.#commit.submit({ executionId: reserved.executionId }, ({ replay }) => {
      replay.confirm(replay.held(reserved), wanted);
    });
  }

  /** @throws RuntimeError INV-018 */
  async fail(reservation: Reservation): Promise<void> {
    const reserved = snapshot(reservation);
    return this.#commit.submit({ executionId: reserved.executionId }, ({ replay }) => {
      replay.fail(replay.held(reserved));
    });
  }

  /** @throws RuntimeError INV-017, INV-019 */
  async resolve(executionId: string, resolution: OverrideResolution): Promise<void> {
    requireText(executionId);
    requireResolution(resolution);
    return this.#commit.submit({ executionId }, ({ replay }) => {
      replay.resolve(replay.pending(executionId), resolution);
    });
  }

  async find(executionId: string): Promise<ReplayRecord | undefined> {
    requireText(executionId);
    const keys = [executionKey(executionId)];
    // In this order: an identity that moves to the log in between is found there.
    const [[reserved] = [], [attested] = [], [ended] = []] = await this.#reader.rows([
      selectReplay(this.#schema, keys, []),
      selectAttested(this.#schema, keys, []),
      selectEnded(this.#schema, keys, []),
    ]);
    if (attested !== undefined) return readConsumed(attested, ended);
    return reserved === undefined ? undefined : readReplayRecord(reserved);
  }

  /** @throws RuntimeError INV-013, INV-019; LedgerError SYS-017 */
  async append(record: AuditRecord): Promise<AuditReceipt> {
    const prepared = prepareRecord(record);
    const { executionId, fingerprint } = record;
    return this.#commit.submit({ executionId, fingerprint }, ({ log }) => log.append(prepared));
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
    const { executionId, fingerprint } = reserved;
    const needs = { executionId, fingerprint, ...(task === undefined ? {} : { review: task.executionId }) };
    return this.#commit.submit(needs, ({ replay, log, reviews }) => {
      const held = replay.held(reserved);
      const receipt = log.append(prepared, held);
      if (pending) replay.confirm(held, { state: "pending_override", attestationHash });
      else replay.removeAttested(held);
      if (task !== undefined) reviews.add(task);
      return receipt;
    });
  }

  /** @throws RuntimeError INV-018; LedgerError SYS-017 */
  async failAndAppend(reservation: Reservation, record: AuditRecord): Promise<AuditReceipt> {
    const reserved = snapshot(reservation);
    requireEvent(record, "failed", "abandoned");
    requireSameIdentity(reservation, record);
    const prepared = prepareRecord(record);
    return this.#commit.submit({ executionId: reserved.executionId }, ({ replay, log }) => {
      const held = replay.held(reserved);
      const receipt = log.append(prepared);
      replay.fail(held);
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
    const prepared = prepareEnd(executionId, resolution, record);
    const state = resolution === "expired" ? "expired" : "resolved";
    return this.#commit.submit({ executionId, review: executionId }, ({ replay, log, reviews }) => {
      const pending = replay.attestedPending(executionId);
      const receipt = log.append(prepared);
      replay.resolve(pending, resolution);
      reviews.settle(executionId, state);
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
    const fingerprintKeys = fingerprint === undefined ? [] : [rawHash(fingerprint)];
    const [found = []] = await this.#reader.rows([
      selectAttested(this.#schema, [executionKey(executionId)], fingerprintKeys),
    ]);
    const entries = found.map((row) => attestedEntry(storedEntry(row).entry));
    return entries.find((entry) => entry.executionId === executionId) ?? entries[0];
  }

  async findResolved(executionId: string): Promise<ResolvedEntry | undefined> {
    const row = await this.#resolved(executionId);
    return row === undefined ? undefined : resolvedEntry(storedEntry(row).entry);
  }

  /** Entries in order of their position. @throws LedgerError SYS-016 */
  async entries(query: EntriesQuery = {}): Promise<readonly StoredEntry[]> {
    const { from, limit } = requireEntriesQuery(query);
    const [rows = []] = await this.#reader.rows([selectEntries(this.#schema, from, limit)]);
    return rows.map(storedEntry);
  }

  async attestation(executionId: string): Promise<ExecutionAttestation | undefined> {
    requireText(executionId);
    const [[row] = []] = await this.#reader.rows([
      selectAttestation(this.#schema, executionKey(executionId)),
    ]);
    return row === undefined ? undefined : parseAttestation(attestationBody(row));
  }

  /** The evidence file of the execution, as bytes; undefined when nothing was attested or the evidence was erased. */
  async evidence(executionId: string): Promise<Uint8Array | undefined> {
    requireText(executionId);
    const [[row] = []] = await this.#reader.rows([selectEvidence(this.#schema, executionKey(executionId))]);
    return row === undefined ? undefined : evidenceBody(row);
  }

  /** How a pending override ended; undefined when it did not end, or nobody signed its end. */
  async resolution(executionId: string): Promise<ResolutionAttestation | undefined> {
    const row = await this.#resolved(executionId);
    const body = row === undefined ? undefined : resolutionBody(row);
    return body === undefined ? undefined : parseResolution(body);
  }

  /** The votes that the resolution counted, as the bytes of their evidence file. */
  async resolutionEvidence(executionId: string): Promise<Uint8Array | undefined> {
    const row = await this.#resolved(executionId);
    return row === undefined || row["evidence"] === null ? undefined : blob(row, "evidence");
  }

  /**
   * Skips a fencing number, in its turn: a write, by which those who ask for readiness learn of a full disk as of a lock. @throws
   * RuntimeError SYS-001 to SYS-003, SYS-007
   */
  async requireWritable(): Promise<void> {
    return this.#commit.submit({}, (batch) => {
      batch.skipFencing();
    });
  }

  /** Answers what is waiting and lets go of the connections. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#commit.close(), this.#reader.close()]).then(() => undefined);
    return this.#closed;
  }

  async #resolved(executionId: string): Promise<Row | undefined> {
    requireText(executionId);
    const [[row] = []] = await this.#reader.rows([selectResolved(this.#schema, executionKey(executionId))]);
    return row;
  }
}
