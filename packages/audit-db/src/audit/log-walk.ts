import { parseTimestamp } from "@parmanasystems/canonical";
import { systemClock } from "@parmanasystems/execution-runtime";
import { requireCounted } from "../counted-rows.js";
import { EntryTimes } from "../entry-time.js";
import { LedgerError } from "../errors.js";
import { refuse } from "../ledger-arguments.js";
import { integer, type Row } from "../row.js";
import { LoggedVersions } from "../logged-versions.js";
import { subjects } from "../seen-version.js";
import { damaged } from "../stored-entry.js";
import { Frontier } from "../tree/frontier.js";
import type { AuditStorage, StoredCheckpoint } from "./audit-storage.js";
import { type CheckedEntry, checkLogged } from "./check-logged.js";
import { checkCheckpointSignature } from "./check-signatures.js";
import { requireContinuation, requireNotCut, requireSameHead, requireSameRoot } from "./issue-checkpoint.js";
import type { Kept } from "./kept-checkpoint.js";
import type { RevokedKeys } from "./revoked-keys.js";
import type { TreeReader } from "./tree-reader.js";
import { TreeWalk } from "./tree-walk.js";
import type { VerifyLogOptions } from "./verify-log-options.js";

const CHUNK = 512;

export interface WalkOptions extends Omit<VerifyLogOptions, "remembered"> {
  readonly remembered: readonly Kept[];
}

interface CheckedRow extends CheckedEntry {
  readonly row: Row;
}

interface CheckedRows {
  readonly checked: readonly CheckedRow[];
  readonly problem?: { readonly error: unknown };
}

/** From the first entry to the last, and with it over every stored node and checkpoint. */
export class LogWalk {
  from = 0;
  attestations = 0;
  checkpoints = 0;
  readonly #storage: AuditStorage;
  readonly #tree: TreeReader;
  readonly #options: WalkOptions;
  readonly #versions = new LoggedVersions();
  readonly #revoked: RevokedKeys;
  readonly #times: EntryTimes;
  #walked: TreeWalk;

  constructor(storage: AuditStorage, tree: TreeReader, revoked: RevokedKeys, options: WalkOptions) {
    this.#storage = storage;
    this.#tree = tree;
    this.#revoked = revoked;
    this.#options = options;
    this.#times = new EntryTimes(readClock(options.clock));
    this.#walked = new TreeWalk(storage, new Frontier(0, []));
  }

  get frontier(): Frontier {
    return this.#walked.frontier;
  }

  async run(): Promise<void> {
    const { incremental = false, onProgress } = this.#options;
    const counters = await this.#storage.counters();
    let remembered = this.#options.remembered.toSorted((one, other) => one.size - other.size);
    for (const known of remembered) {
      checkCheckpointSignature(known.note, this.#options.trustRoot);
      const edge = await requireContinuation(counters, this.#tree, known);
      if (incremental && (this.from === 0 || edge.size < this.from)) {
        this.#walked = new TreeWalk(this.#storage, edge);
        this.from = edge.size;
      }
    }
    const [before] = this.from === 0 ? [] : await this.#storage.entries(this.from - 1, 1);
    if (before !== undefined) this.#times.follow(before.seq, parseTimestamp(before.entry.time));
    let pending = await this.#nextCheckpoints(this.from);
    for (;;) {
      const [known] = remembered;
      if (known?.size === this.frontier.size) {
        // What was read again must lead to it, and not only the nodes that were stored of it.
        requireSameRoot(this.frontier, known);
        remembered = remembered.slice(1);
        continue;
      }
      const [next] = pending;
      if (next?.size === this.frontier.size) {
        this.#checkCheckpoint(next);
        pending = pending.length > 1 ? pending.slice(1) : await this.#nextCheckpoints(next.size + 1);
        continue;
      }
      if (this.frontier.size >= counters.entries) break;
      const stops = [this.frontier.size + CHUNK, counters.entries, next?.size, known?.size];
      const end = Math.min(...stops.filter((size) => size !== undefined));
      await this.#read(end - this.frontier.size);
      onProgress?.(this.frontier.size - this.from, counters.entries - this.from);
    }
    // The log may have grown since, and been signed.
    if (pending[0] !== undefined) requireNotCut((await this.#storage.counters()).entries, pending[0]);
    await this.#checkEnd(counters);
    this.#times.requireNotFuture();
    this.#revoked.requireProven();
  }

  async #read(count: number): Promise<void> {
    const rows = await this.#storage.logged(this.frontier.size, count);
    const { checked, problem } = this.#check(rows);
    for (const { row, leafHash, entry, signatureHolds } of checked) {
      const seq = this.frontier.size;
      if (signatureHolds !== undefined && !(await signatureHolds))
        damaged(seq, "the signature of the attestation does not hold");
      this.#versions.follow(entry);
      // The catalogue says the time that the entry says: that was checked.
      this.#times.follow(seq, integer(row, "time"));
      this.#revoked.follow(row, seq);
      this.#walked.append(leafHash);
      if (entry.event === "attested") this.attestations += 1;
    }
    if (problem !== undefined) throw problem.error;
    if (rows.length < count) damaged(this.frontier.size, "the entry is missing");
    await this.#walked.checkNodes();
  }

  /** Up to the first row that does not hold. Signatures are verified on other threads meanwhile, and one that fails in an earlier row is told first. */
  #check(rows: readonly Row[]): CheckedRows {
    const checked: CheckedRow[] = [];
    try {
      for (const row of rows)
        checked.push({
          row,
          ...checkLogged(row, this.frontier.size + checked.length, this.#options.trustRoot),
        });
    } catch (error) {
      return { checked, problem: { error } };
    }
    return { checked };
  }

  #checkCheckpoint(checkpoint: StoredCheckpoint): void {
    requireSameHead(checkpoint);
    requireSameRoot(this.frontier, checkpoint);
    checkCheckpointSignature(checkpoint.note, this.#options.trustRoot);
    this.#revoked.prove(checkpoint.note);
    this.checkpoints += 1;
  }

  /** Nothing beyond what was counted, and no version forgotten. */
  async #checkEnd(counters: { readonly entries: number; readonly frontier: Uint8Array }): Promise<void> {
    if (!Buffer.from(this.frontier.bytes()).equals(counters.frontier))
      throw new LedgerError("SYS-013", "The right edge of the log's tree is not that of its entries.");
    const counted = requireCounted(await this.#storage.countedRows());
    for (const subject of subjects) {
      const { seen, logged } = await this.#storage.versions(subject);
      this.#versions.requireKnown(subject, seen, logged);
    }
    if (this.from === 0 && integer(counted, "entries") === counters.entries)
      this.#versions.requireRows(integer(counted, "versions"));
    const broken = await this.#storage.brokenIndex();
    if (broken !== undefined)
      throw new LedgerError("SYS-013", `The indexes of the ledger are not those of its tables: ${broken}.`);
    const nodes = await this.#storage.nodeCount();
    const grown = (await this.#storage.counters()).entries > counters.entries;
    if (!grown && nodes !== nodesOf(counters.entries))
      throw new LedgerError("SYS-013", "The tree of the log has more nodes than its entries make.");
  }

  #nextCheckpoints(leastSize: number): Promise<readonly StoredCheckpoint[]> {
    return this.#storage.checkpoints(Math.max(1, leastSize), CHUNK);
  }
}

/** Stored nodes over so many entries: one for each complete 16, 256, 4,096 and so on. */
function nodesOf(entries: number): number {
  let nodes = 0;
  for (let width = 16; width <= entries; width *= 16) nodes += Math.floor(entries / width);
  return nodes;
}

/** @throws LedgerError SYS-016 */
function readClock(clock = systemClock): number {
  const now = clock.now();
  if (!Number.isSafeInteger(now) || now < 0)
    refuse("clock", "a clock whose now() is a whole number of milliseconds since 1970");
  return now;
}
