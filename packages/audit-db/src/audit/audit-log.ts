import { auditEvents } from "@parmanasystems/execution-runtime";
import type { NoteSigner } from "@parmanasystems/signing";
import { formatLogProof } from "@parmanasystems/verifier";
import { refuse, requireText } from "../ledger-arguments.js";
import { damaged, type StoredEntry } from "../stored-entry.js";
import type { AuditQuery } from "./audit-query.js";
import { type AuditStatistics, statisticsOf } from "./audit-statistics.js";
import type { AuditStorage } from "./audit-storage.js";
import { type ErasedEvidence, eraseEvidence } from "./erase-evidence.js";
import { readCheckpoint, requireContinuation, type TreeHead } from "./issue-checkpoint.js";
import { type CheckpointOptions, signCheckpoint } from "./sign-checkpoint.js";
import { exportStoredTiles, type ExportTilesOptions, type TilesReport } from "../tiles/export-tiles.js";
import { TreeReader } from "./tree-reader.js";
import { type LogReport, verifyStoredLog } from "./verify-log.js";
import type { VerifyLogOptions } from "./verify-log-options.js";

/** What of an execution a proof is about. */
export type ProvenStatement = "attestation" | "resolution";
const provenStatements: readonly ProvenStatement[] = ["attestation", "resolution"];

export interface ProofOptions {
  /** Default "attestation". */
  readonly of?: ProvenStatement | undefined;
  /**
   * Under the first checkpoint of at least so many entries that covers the execution, instead of the latest: 0 for the
   * oldest one, which witnesses may have seen before a key was revoked.
   */
  readonly size?: number | undefined;
}

export interface SearchOptions extends AuditQuery {
  /** Where the page before ended. */
  readonly cursor?: number | undefined;
  /** 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
}

/** Newest first. */
export interface SearchPage {
  readonly entries: readonly StoredEntry[];
  /** Where the next page begins; null after the last. A page may be short, or empty, and not be the last. */
  readonly cursor: number | null;
}

const SEARCH_LIMIT = 1_000;

/** The constructor, for ledgers alone: what they store is no business of those who hold one. */
export let createAuditLog: (storage: AuditStorage) => AuditLog;

/**
 * The transparency log in a ledger (RFC 6962): proofs, checkpoints, searches, and the erasing of evidence. Proofs take
 * time that grows with the logarithm of the log's size.
 */
export class AuditLog {
  readonly #storage: AuditStorage;
  readonly #tree: TreeReader;

  static {
    createAuditLog = (storage) => new AuditLog(storage);
  }

  private constructor(storage: AuditStorage) {
    this.#storage = storage;
    this.#tree = new TreeReader(storage);
  }

  /** How many entries there are. */
  async size(): Promise<number> {
    return (await this.#storage.counters()).entries;
  }

  /** The root over the first `size` entries; over all without one. @throws LedgerError SYS-016 beyond the log */
  async head(size?: number): Promise<TreeHead> {
    const wanted = await this.#requireSize("size", size);
    return Object.freeze({ size: wanted, rootHash: (await this.#tree.frontier(wanted)).root() });
  }

  /** RFC 6962 section 2.1.1. @throws LedgerError SYS-016 */
  async inclusionProof(index: number, size?: number): Promise<readonly Uint8Array[]> {
    const within = await this.#requireSize("size", size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= within)
      refuse("index", `a position below ${String(within)}`);
    return this.#tree.inclusionProof(index, within);
  }

  /** RFC 6962 section 2.1.2. @throws LedgerError SYS-016 */
  async consistencyProof(oldSize: number, newSize?: number): Promise<readonly Uint8Array[]> {
    const within = await this.#requireSize("newSize", newSize);
    if (!Number.isSafeInteger(oldSize) || oldSize < 1 || oldSize > within)
      refuse("oldSize", `a size from 1 to ${String(within)}`);
    return this.#tree.consistencyProof(oldSize, within);
  }

  /**
   * Signs what the log is now, has it witnessed, stores it, and returns the note (C2SP tlog-checkpoint). The signer's name
   * is the log's origin. Every entry since the last head that `heads` remembers is hashed again first, and that head must be
   * continued: there are never two roots for one size. Where the log did not grow, its checkpoint gains the signatures that
   * it lacks.
   * @throws LedgerError SYS-013, SYS-016, SYS-036 to SYS-038, SYS-046; what the signer and the memory throw
   */
  checkpoint(signer: NoteSigner, options: CheckpointOptions): Promise<string> {
    return signCheckpoint(this.#storage, this.#tree, signer, options);
  }

  /** Whether the log begins with what a checkpoint kept elsewhere was signed over. @throws LedgerError SYS-036, SYS-037 */
  async requireContinuation(checkpoint: string): Promise<void> {
    await requireContinuation(await this.#storage.counters(), this.#tree, readCheckpoint(checkpoint));
  }

  /** The note of the latest checkpoint. */
  async latestCheckpoint(): Promise<string | undefined> {
    return (await this.#storage.latestCheckpoint())?.note;
  }

  /**
   * What proves to a stranger that the attestation of an execution is in the log, or the resolution that ended its
   * override (C2SP tlog-proof): position, audit path, checkpoint, and the entry itself as extra data. Undefined when the
   * log has none, or no checkpoint covers it yet. Of an end that nobody signed, it proves that it ended so.
   * @throws LedgerError SYS-016
   */
  async proof(
    executionId: string,
    { of = "attestation", size }: ProofOptions = {},
  ): Promise<string | undefined> {
    requireText(executionId);
    if (!provenStatements.includes(of)) refuse("of", provenStatements.join(" or "));
    if (size !== undefined && (!Number.isSafeInteger(size) || size < 0))
      refuse("size", "a number of entries");
    const stored = await (of === "attestation"
      ? this.#storage.attestedEntry(executionId)
      : this.#storage.endedEntry(executionId));
    if (stored === undefined) return undefined;
    const checkpoint =
      size === undefined
        ? await this.#storage.latestCheckpoint()
        : (await this.#storage.checkpoints(Math.max(size, stored.seq + 1), 1))[0];
    if (checkpoint === undefined || stored.seq >= checkpoint.size) return undefined;
    const hashes = await this.#tree.inclusionProof(stored.seq, checkpoint.size);
    return formatLogProof({
      index: stored.seq,
      hashes,
      extra: stored.bytes,
      checkpoint: checkpoint.note,
    });
  }

  /** Entries that the query wants, newest first. @throws LedgerError SYS-016 */
  async search(options: SearchOptions = {}): Promise<SearchPage> {
    const { cursor, limit = 100, ...query } = options;
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > SEARCH_LIMIT)
      refuse("limit", `a whole number from 1 to ${String(SEARCH_LIMIT)}`);
    if (cursor !== undefined && (!Number.isSafeInteger(cursor) || cursor < 0)) refuse("cursor", "a position");
    if (query.event !== undefined && !auditEvents.includes(query.event))
      refuse("event", `one of ${auditEvents.join(", ")}`);
    const before = Math.min(cursor ?? Infinity, await this.size());
    const { seqs, lookedFrom } = await this.#storage.find(query, before, limit);
    const entries = await this.#entriesAt(seqs);
    const next = seqs.length === limit ? (seqs.at(-1) ?? 0) : lookedFrom;
    return Object.freeze({ entries: Object.freeze(entries), cursor: next === 0 ? null : next });
  }

  /** All that the log says about one execution, oldest first. */
  async timeline(executionId: string): Promise<readonly StoredEntry[]> {
    requireText(executionId);
    const attested = await this.#storage.attestedEntry(executionId);
    const others = await this.#entriesAt(await this.#storage.positionsAbout(executionId));
    const all = attested === undefined ? others : [...others, attested];
    return Object.freeze(all.sort((one, other) => one.seq - other.seq));
  }

  async statistics(): Promise<AuditStatistics> {
    const { entries } = await this.#storage.counters();
    const checkpoint = await this.#storage.latestCheckpoint();
    return statisticsOf({
      entries,
      checkpointSize: checkpoint?.size ?? null,
      evidence: await this.#storage.evidenceCount(),
      rows: await this.#storage.statistics(),
    });
  }

  /**
   * Erases the signals of executions that were attested before the instant, or of one execution, and records each: the log
   * and its attestations stay as they are. Returns how many were erased.
   */
  eraseEvidence(which: ErasedEvidence, onProgress?: (erased: number) => void): Promise<number> {
    return eraseEvidence(this.#storage, which, onProgress);
  }

  /** Reads the whole log again, or from a remembered checkpoint on, and names the first position that does not hold. */
  verify(options: VerifyLogOptions = {}): Promise<LogReport> {
    return verifyStoredLog(this.#storage, this.#tree, options);
  }

  /**
   * Writes the log under its latest checkpoint as files that any web server may serve (C2SP tlog-tiles). Files that are
   * there already are compared, and only the checkpoint is ever replaced.
   * @throws LedgerError SYS-013, SYS-016 without a checkpoint, SYS-036, SYS-037, SYS-039; what the file system throws
   */
  exportTiles(directory: string, options: ExportTilesOptions = {}): Promise<TilesReport> {
    return exportStoredTiles(this.#storage, this.#tree, directory, options);
  }

  async #entriesAt(seqs: readonly number[]): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    for (const seq of seqs) {
      const [stored] = await this.#storage.entries(seq, 1);
      if (stored?.seq !== seq) damaged(seq, "the catalogue names an entry that the log lacks");
      entries.push(stored);
    }
    return entries;
  }

  async #requireSize(option: string, size: number | undefined): Promise<number> {
    const { entries } = await this.#storage.counters();
    const wanted = size ?? entries;
    if (!Number.isSafeInteger(wanted) || wanted < 0 || wanted > entries)
      refuse(option, `a size from 0 to ${String(entries)}`);
    return wanted;
  }
}
