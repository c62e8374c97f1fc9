import { parseTimestamp } from "@parmanasystems/canonical";
import type { NoteSigner } from "@parmanasystems/signing";
import { EntryTimes, instantAfter } from "../entry-time.js";
import { LedgerError } from "../errors.js";
import { requireSameEdge } from "../integrity.js";
import { damaged } from "../stored-entry.js";
import { rawHash } from "../row.js";
import { Frontier } from "../tree/frontier.js";
import type { AuditStorage, StoredCheckpoint } from "./audit-storage.js";
import {
  readCheckpoint,
  requireContinuation,
  requireNotCut,
  requireSameHead,
  requireSameRoot,
  type TreeHead,
} from "./issue-checkpoint.js";
import { signaturesBy } from "./signed-note.js";
import type { TreeReader } from "./tree-reader.js";
import { TreeWalk } from "./tree-walk.js";

const CHUNK = 512;

/**
 * What the log is now, found again from the bytes of every entry since the last checkpoint, and not only from what the
 * ledger says of itself: the nodes of its tree, its right edge and its own last checkpoint must say the same.
 * @param remembered the last head that was signed, as it was kept outside the ledger
 * @throws LedgerError SYS-013, SYS-036, SYS-037
 */
export async function walkNewEntries(
  storage: AuditStorage,
  tree: TreeReader,
  signer: NoteSigner,
  remembered: string | undefined,
): Promise<TreeHead> {
  // Before the counters: another node may go on at any time.
  const stored = await storage.latestCheckpoint();
  const counters = await storage.counters();
  const known = remembered === undefined ? undefined : readCheckpoint(remembered);
  if (known !== undefined) requireOrigin(known.origin, signer);
  if (stored !== undefined) {
    requireSameHead(stored);
    requireOrigin(readCheckpoint(stored.note).origin, signer);
    requireNotCut(counters.entries, stored);
  }
  const base = known ?? signedBy(signer, stored);
  const from = base === undefined ? new Frontier(0, []) : await requireContinuation(counters, tree, base);
  const walk = new EntryWalk(storage, from);
  if (stored !== undefined && stored.size > from.size) {
    await walk.to(stored.size);
    requireSameRoot(walk.frontier, stored);
  } else if (stored !== undefined) await requireContinuation(counters, tree, stored);
  await walk.to(counters.entries);
  requireSameEdge(walk.frontier, counters.frontier);
  requireSameEdge(walk.frontier, (await tree.frontier(counters.entries)).bytes());
  await requireOfNow(storage, counters.entries);
  return { size: counters.entries, rootHash: walk.frontier.root() };
}

/** Once an entry of the far future is signed, no backup from before it continues the log. @throws LedgerError SYS-044 */
async function requireOfNow(storage: AuditStorage, entries: number): Promise<void> {
  const [last] = entries === 0 ? [] : await storage.entries(entries - 1, 1);
  if (last !== undefined) instantAfter(Date.now(), parseTimestamp(last.entry.time));
}

/** A checkpoint that the very key signed is no less than a remembered one, where there is none. */
function signedBy(
  { verifierKey }: NoteSigner,
  stored: StoredCheckpoint | undefined,
): StoredCheckpoint | undefined {
  return stored !== undefined && signaturesBy([verifierKey], stored.note).length > 0 ? stored : undefined;
}

class EntryWalk {
  readonly #storage: AuditStorage;
  readonly #walked: TreeWalk;
  #times: EntryTimes | undefined;

  constructor(storage: AuditStorage, from: Frontier) {
    this.#storage = storage;
    this.#walked = new TreeWalk(storage, from);
  }

  get frontier(): Frontier {
    return this.#walked.frontier;
  }

  /** @throws LedgerError SYS-013 naming the position */
  async to(end: number): Promise<void> {
    const times = (this.#times ??= await this.#timesBefore(this.frontier.size));
    while (this.frontier.size < end) {
      // Other work of the process gets its turn between the chunks.
      await new Promise((resolve) => setImmediate(resolve));
      const from = this.frontier.size;
      const count = Math.min(CHUNK, end - from);
      const entries = await this.#storage.entries(from, count);
      for (const [index, { seq, entry, leafHash }] of entries.entries()) {
        if (seq !== from + index) damaged(from + index, "the entry is missing");
        times.follow(seq, parseTimestamp(entry.time));
        this.#walked.append(rawHash(leafHash));
      }
      if (entries.length < count) damaged(this.frontier.size, "the entry is missing");
      await this.#walked.checkNodes();
    }
  }

  async #timesBefore(size: number): Promise<EntryTimes> {
    const times = new EntryTimes();
    const [before] = size === 0 ? [] : await this.#storage.entries(size - 1, 1);
    if (before !== undefined) times.follow(before.seq, parseTimestamp(before.entry.time));
    return times;
  }
}

function requireOrigin(origin: string, signer: NoteSigner): void {
  if (origin === signer.name) return;
  throw new LedgerError(
    "SYS-037",
    `A checkpoint is of the log ${origin}, and the signer is of the log ${signer.name}.`,
    { details: { origin, signer: signer.name } },
  );
}
