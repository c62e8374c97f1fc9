import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type NoteSigner, parseNote } from "@parmanasystems/signing";
import { LedgerError } from "../errors.js";
import { refuse } from "../ledger-arguments.js";
import type { AuditStorage } from "./audit-storage.js";
import { collectCosignatures, type WitnessTerms, witnessKey } from "./collect-cosignatures.js";
import { type HeadMemory, unsafeNoHeads } from "./head-memory.js";
import { signHead, type TreeHead } from "./issue-checkpoint.js";
import { signaturesBy, withSignatures } from "./signed-note.js";
import type { TreeReader } from "./tree-reader.js";
import { walkNewEntries } from "./walk-new-entries.js";

export type CheckpointOptions = {
  /** Who must see the checkpoint before it counts. */
  readonly witnesses?: WitnessTerms | undefined;
} & (
  | {
      /** What the key signed before: nothing is signed that does not continue it. */
      readonly heads: HeadMemory;
      readonly unsafeWithoutHeads?: undefined;
    }
  | {
      readonly heads?: undefined;
      /** Believe the ledger about what was signed: whoever can write it can then have two roots signed for one size. */
      readonly unsafeWithoutHeads: true;
    }
);

/** Others that sign the same log come in between so often at the most. */
const ATTEMPTS = 16;
const MAX_PAUSE_MS = 32;

/**
 * In this order, so that a crash leaves nothing that does not mend itself with the next checkpoint:
 *
 *   hash the new entries again → sign → remember the head, durably → let witnesses see it → store it → remember cosignatures
 *
 * What is remembered and not stored is signed again, to the same bytes, or continued. Nobody sees a signature before it is
 * remembered. @throws LedgerError SYS-013, SYS-016, SYS-036 to SYS-038, SYS-046; what signer and memory throw
 */
export async function signCheckpoint(
  storage: AuditStorage,
  tree: TreeReader,
  signer: NoteSigner,
  options: CheckpointOptions,
): Promise<string> {
  const { witnesses } = options;
  const heads = memoryOf(options);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const previous = await heads.latest();
    const head = await walkNewEntries(storage, tree, signer, previous);
    const signed = await signHead(head, signer);
    const note = sameText(previous, signed) ? withSignatures(previous, parseNote(signed).signatures) : signed;
    if (note === previous || (await heads.replace(previous, note)))
      return publish({ storage, tree, signer, heads, witnesses }, head, note);
    // Others who sign as eagerly get out of step so.
    await setTimeout(randomInt(1, MAX_PAUSE_MS));
  }
  throw changing("The head that is remembered");
}

function memoryOf(options: {
  readonly heads?: HeadMemory | undefined;
  readonly unsafeWithoutHeads?: unknown;
}) {
  const { heads, unsafeWithoutHeads } = options;
  if (heads !== undefined && unsafeWithoutHeads === undefined) return heads;
  if (heads === undefined && unsafeWithoutHeads === true) return unsafeNoHeads;
  return refuse("heads", "a memory of signed heads, or left out with unsafeWithoutHeads: true");
}

function sameText(previous: string | undefined, note: string): previous is string {
  return previous !== undefined && parseNote(previous).text === parseNote(note).text;
}

interface Publication {
  readonly storage: AuditStorage;
  readonly tree: TreeReader;
  readonly signer: NoteSigner;
  readonly heads: HeadMemory;
  readonly witnesses: WitnessTerms | undefined;
}

/** A note that is remembered. Where it was stored before, it gains the signatures that it lacks. */
async function publish(
  { storage, tree, signer, heads, witnesses }: Publication,
  head: TreeHead,
  note: string,
): Promise<string> {
  const [stored] = await storage.checkpoints(head.size, 1);
  const keys = [signer.verifierKey, ...(witnesses?.witnesses ?? []).map(witnessKey)];
  const before = stored !== undefined && sameText(stored.note, note) ? signaturesBy(keys, stored.note) : [];
  const known = withSignatures(note, before);
  const cosigned = witnesses === undefined ? known : await collectCosignatures(known, head, witnesses, tree);
  const published = await store(storage, head, cosigned);
  // Whoever remembered a later head in the meantime needs no cosignatures of this one.
  if (cosigned !== note) await heads.replace(note, cosigned);
  return published;
}

/** Returns the note as it is stored now; the given one where the log has a later checkpoint and none of this size. */
async function store(storage: AuditStorage, head: TreeHead, note: string): Promise<string> {
  const { signatures } = parseNote(note);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [stored] = await storage.checkpoints(head.size, 1);
    if (stored === undefined) await storage.addCheckpoint({ ...head, note });
    else if (stored.size !== head.size) return note;
    else {
      if (!sameText(stored.note, note))
        throw new LedgerError("SYS-013", "The stored checkpoint is not the one that was signed.");
      const gained = withSignatures(stored.note, signatures);
      if (gained === stored.note) return gained;
      await storage.extendCheckpoint(stored, gained);
    }
  }
  throw changing("The stored checkpoint");
}

function changing(what: string): LedgerError {
  return new LedgerError(
    "SYS-046",
    `${what} was changed by others ${String(ATTEMPTS)} times while the log was signed.`,
  );
}
