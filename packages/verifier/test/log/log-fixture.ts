import { canonicalBytes, encodeUtf8, sha256 } from "@parmanasystems/canonical";
import { attestationHash, type ExecutionAttestation, type LogEntry } from "@parmanasystems/execution";
import {
  createCosigner,
  createNoteSigner,
  formatNote,
  type NoteSignature,
  parseNote,
  signNote,
} from "@parmanasystems/signing";
import { formatCheckpoint, formatLogProof, type LogProof } from "../../src/index.js";
import { naivePath, naiveProof, naiveRoot, type Leaves } from "./naive-tree.js";

export const ORIGIN = "log.example/claims";
/** A few seconds after the attestation of the fixture. */
export const WRITTEN = "2026-03-01T12:00:02.000Z";

/** Seeds of the fixture's signers, which a note needs as the key itself. */
export const seeds = { log: 10, nextLog: 11, stranger: 5 } as const;

export function noteSigner(seed: number, origin = ORIGIN): ReturnType<typeof createNoteSigner> {
  return createNoteSigner({ name: origin, privateKey: new Uint8Array(32).fill(seed) });
}

export function witness(name: string, seed: number): ReturnType<typeof createCosigner> {
  return createCosigner({ name, privateKey: new Uint8Array(32).fill(seed) });
}

function entryOf(attestation: ExecutionAttestation, seq: number): LogEntry {
  return {
    type: "parmana/log-entry/v1",
    seq,
    time: WRITTEN,
    event: "attested",
    execution_id: attestation.execution_id,
    execution_fingerprint: attestation.execution_fingerprint,
    attestationHash: attestationHash(attestation),
    decision: attestation.decision,
    code: null,
    replayIdentity: "fingerprint",
  };
}

/** Entries of other executions, with one of the test's choice among them. */
export function leavesWith(entry: LogEntry, size: number, index = entry.seq): Leaves {
  return Array.from({ length: size }, (_, seq) =>
    canonicalBytes(
      seq === index
        ? entry
        : {
            ...entry,
            seq,
            event: "failed",
            execution_id: `other-${seq}`,
            execution_fingerprint: sha256(`other-${seq}`),
            attestationHash: null,
            decision: null,
            code: "SYS-008",
            replayIdentity: null,
          },
    ),
  );
}

export interface LogOptions {
  readonly index?: number;
  readonly size?: number;
  readonly origin?: string;
  readonly seed?: number;
  readonly entry?: Partial<LogEntry>;
  readonly cosignatures?: (text: string) => Promise<readonly NoteSignature[]>;
}

export interface Log {
  readonly leaves: Leaves;
  readonly entry: LogEntry;
  /** The signed checkpoint. */
  readonly note: string;
  readonly proof: LogProof;
  /** The .tlog-proof file. */
  readonly file: Uint8Array;
  /** The proof that this log grew from a former size. */
  consistency(oldSize: number): readonly Uint8Array[];
}

/** A log that really holds the attestation, really signed. */
export async function logOf(attestation: ExecutionAttestation, options: LogOptions = {}): Promise<Log> {
  const { index = 5, size = 13, origin = ORIGIN, seed = seeds.log } = options;
  const entry = { ...entryOf(attestation, index), ...options.entry };
  const leaves = leavesWith(entry, size, index);
  const signed = await checkpointOf(leaves, { origin, seed });
  const note = await cosigned(signed, options.cosignatures);
  const proof = { extra: canonicalBytes(entry), index, hashes: naivePath(index, leaves), checkpoint: note };
  return {
    leaves,
    entry,
    note,
    proof,
    file: encodeUtf8(formatLogProof(proof)),
    consistency: (oldSize) => naiveProof(oldSize, leaves),
  };
}

export async function checkpointOf(
  leaves: Leaves,
  { origin = ORIGIN, seed }: { origin?: string; seed?: number } = {},
): Promise<string> {
  const text = formatCheckpoint({ origin, size: leaves.length, rootHash: naiveRoot(leaves) });
  return signNote(text, [noteSigner(seed ?? seeds.log, origin)]);
}

async function cosigned(note: string, cosign: LogOptions["cosignatures"]): Promise<string> {
  if (cosign === undefined) return note;
  const { text, signatures } = parseNote(note);
  return formatNote({ text, signatures: [...signatures, ...(await cosign(text))] });
}

export function fileOf(proof: LogProof): Uint8Array {
  return encodeUtf8(formatLogProof(proof));
}
