import { canonicalBytes, sha256 } from "@parmanasystems/canonical";
import type { LogEntry } from "@parmanasystems/execution";
import { createNoteSigner, type NoteSigner, signNote } from "@parmanasystems/signing";
import { formatCheckpoint, formatLogProof, leafHash, nodeHash } from "../src/index.js";

export const ORIGIN = "parmana.example.com/log";

const INDEX = 2;

/** The seed of `signers.log`. */
const privateKey = new Uint8Array(32).fill(10);

export function logSigner(name = ORIGIN, key = privateKey): NoteSigner {
  return createNoteSigner({ name, privateKey: key });
}

/** What the ledger writes beside the entry's place. */
export type EntryFacts = Omit<LogEntry, "type" | "seq" | "time">;

/** A log of four entries of which the third is the one given; the others are of other executions. */
export interface SmallLog {
  readonly note: string;
  readonly proof: Uint8Array;
  readonly leaves: readonly Uint8Array[];
}

export async function logOf(
  facts: EntryFacts,
  options: { readonly time?: string; readonly signer?: NoteSigner; readonly seq?: number } = {},
): Promise<SmallLog> {
  const { time = "2026-03-01T13:00:01.000Z", signer = logSigner(), seq = INDEX } = options;
  const entry = (position: number, about: EntryFacts) =>
    canonicalBytes({ ...about, type: "parmana/log-entry/v1", seq: position, time });
  const leaves = [0, 1, 2, 3].map((position) =>
    position === INDEX
      ? entry(seq, facts)
      : entry(position, {
          ...facts,
          execution_id: `other-${position}`,
          attestationHash: facts.attestationHash === null ? null : sha256(`other-${position}`),
        }),
  );
  const [a, b, c, d] = leaves.map(leafHash) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const left = nodeHash(a, b);
  const right = nodeHash(c, d);
  const head = { origin: signer.name, size: 4, rootHash: nodeHash(left, right) };
  const note = await signNote(formatCheckpoint(head), [signer]);
  const extra = leaves[INDEX] ?? new Uint8Array();
  const file = formatLogProof({ extra, index: INDEX, hashes: [d, left], checkpoint: note });
  return { note, proof: new TextEncoder().encode(file), leaves };
}

/** The checkpoint of the first `size` entries, 1 or 2, and the consistency proof up to all four. */
export async function earlier({ leaves }: SmallLog, size: 1 | 2, signer = logSigner()) {
  const [a, b, c, d] = leaves.map(leafHash) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const rootHash = size === 1 ? a : nodeHash(a, b);
  const consistency = size === 1 ? [b, nodeHash(c, d)] : [nodeHash(c, d)];
  const remembered = await signNote(formatCheckpoint({ origin: signer.name, size, rootHash }), [signer]);
  return { remembered, consistency };
}
