import { parseTimestamp } from "@parmanasystems/canonical";
import { type LogEntry, parseLogEntry } from "@parmanasystems/execution";
import { type PolicyBundle, roleKey, type TrustRoot } from "@parmanasystems/governance";
import { parseNote, type SignedNote, verifyNote } from "@parmanasystems/signing";
import type { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, supplied, type Known } from "./known.js";
import { type Checkpoint, parseCheckpoint } from "./log/checkpoint.js";
import { LOG_ROLE, logVerifierKeys } from "./log-keys.js";
import { type LogProof, parseLogProof } from "./log/log-proof.js";
import { leafHash, sameHash } from "./log/tree-hash.js";
import { verifyConsistency } from "./log/verify-consistency.js";
import { verifyInclusion } from "./log/verify-inclusion.js";
import { requireWitnesses } from "./log/witness-policy.js";
import type { OpenedMaterial } from "./opened-material.js";
import { CLOCK_TOLERANCE_MS } from "./statement-checks.js";
import type { Presented, RuntimeStatement, StatementKind } from "./statement-kind.js";

/** A log proof of checked form: nothing in it is believed yet. */
export interface OpenProof {
  readonly proof: LogProof;
  readonly leaf: Uint8Array;
  readonly entry: LogEntry;
  /** When the entry was written, in milliseconds since 1970. */
  readonly written: number;
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

/** What the checks of the log established. */
export interface Logged {
  /** The entry is in the log, under a checkpoint that the log signed. */
  readonly included: Known<OpenProof>;
  /** The remembered checkpoint, when that log continues it. */
  readonly continued: Known<Checkpoint>;
}

/** Whether the log that the trust root names holds the entry of this statement, and only ever grew. */
export function checkLog<Statement extends RuntimeStatement>(
  checks: Checklist,
  kind: StatementKind<Statement>,
  presented: Known<Presented<Statement>>,
  logProof: Known<Uint8Array>,
  { log, trustRoot, now, bundle }: OpenedMaterial,
): Logged {
  const latest = latestOf(now);
  const opened = checks.establish("log.form", logProof, (file) => {
    const value = openProof(file);
    const { proof, checkpoint } = value;
    const detail = `The log proof is well-formed: entry ${proof.index}, under a checkpoint of ${checkpoint.size} entries.`;
    return { value, detail };
  });
  const signed = checks.establish("log.checkpoint", both(opened, trustRoot), ([value, root]) => ({
    value,
    detail: requireSigned(value, root, log.origin, latest),
  }));
  const included = checks.establish("log.inclusion", both(presented, signed), ([statement, value]) => {
    requireEntryOf(kind, statement, value, latest);
    if (bundle.known && value.entry.event === "attested")
      requireIdentityOf(bundle.value, statement.attestation, value.entry);
    return { value, detail: requireIncluded(value, kind.name) };
  });
  const remembered = supplied(log.remembered, "no checkpoint was remembered");
  const continued = checks.establish(
    "log.consistency",
    both(signed, remembered),
    ([{ checkpoint }, note]) => {
      const value = parseCheckpoint(parseNote(note).text);
      return { value, detail: requireConsistent(value, checkpoint, log.consistency) };
    },
  );
  const policy = supplied(log.witnesses, "no witnesses were demanded");
  checks.confirm("log.witnesses", both(signed, policy), ([{ note }, witnesses]) => {
    const operators = requireWitnesses(note, witnesses, latest);
    return `The checkpoint was cosigned by ${operators.join(", ")}; ${witnesses.threshold} were demanded.`;
  });
  return { included, continued };
}

/** What is dated later is dated after the time of verification. */
export function latestOf(now: Known<number>): number {
  return now.known ? now.value + CLOCK_TOLERANCE_MS : Number.MAX_SAFE_INTEGER;
}

function openProof(file: Uint8Array): OpenProof {
  const proof = parseLogProof(file);
  if (proof.extra === undefined)
    throw new VerifierError("INV-084", "A log proof must have the entry in its extra line.");
  const entry = parseLogEntry(proof.extra);
  const note = parseNote(proof.checkpoint);
  const checkpoint = parseCheckpoint(note.text);
  return { proof, leaf: proof.extra, entry, written: parseTimestamp(entry.time), note, checkpoint };
}

/**
 * A checkpoint bears no date, but it is no older than its entries. So a key that came after the entry may have signed it,
 * and one whose time had run out did not; nor does any revoked key count, whose holder could sign it today.
 */
function requireSigned(
  { note, checkpoint, written }: OpenProof,
  root: TrustRoot,
  pinnedOrigin: string | undefined,
  latest: number,
): string {
  const { origin, size } = checkpoint;
  if (pinnedOrigin !== undefined) requireOrigin(pinnedOrigin, origin);
  if (!root.roles.has(LOG_ROLE)) throw new VerifierError("INV-085", "the trust root declares no log role.");
  let refusal: unknown;
  for (const { key } of verifyNote(note, logVerifierKeys(root, origin))) {
    const { keyId } = key.publicKey;
    const validFrom = root.keys.get(keyId)?.validFrom ?? written;
    try {
      const { operator } = roleKey(
        root,
        LOG_ROLE,
        keyId,
        validFrom <= latest ? Math.max(written, validFrom) : written,
      );
      return `The checkpoint of ${origin} at ${size} entries is signed by log key ${keyId}, operated by ${operator}.`;
    } catch (problem) {
      refusal ??= problem;
    }
  }
  throw refusal;
}

/** A valid entry of another statement proves nothing for this one (threats 46 and 49). */
function requireEntryOf<Statement extends RuntimeStatement>(
  kind: StatementKind<Statement>,
  { attestation, issuedAt }: Presented<Statement>,
  { entry, written }: OpenProof,
  latest: number,
): void {
  const { execution_id, execution_fingerprint } = attestation;
  const expected = { execution_id, execution_fingerprint, ...kind.logged(attestation) };
  for (const name of [
    "event",
    "execution_id",
    "execution_fingerprint",
    "decision",
    "attestationHash",
    "code",
  ] as const) {
    if (entry[name] !== expected[name]) {
      const found = `${name} ${String(entry[name])}, and that of the ${kind.name} has ${String(expected[name])}`;
      throw new VerifierError("INV-086", `the log entry has ${found}.`);
    }
  }
  if (written < issuedAt - CLOCK_TOLERANCE_MS || written > latest) {
    throw new VerifierError(
      "INV-086",
      `the log entry is dated ${entry.time}, before the ${kind.name} was issued or after the time of verification.`,
    );
  }
}

/** What frees the facts again is for the policy to say, and not for the log. */
function requireIdentityOf(
  { bundleHash, policy }: PolicyBundle,
  { provenance }: RuntimeStatement,
  { replayIdentity }: LogEntry,
): void {
  const { identity } = policy.replay;
  if (provenance.bundleHash !== bundleHash || replayIdentity === identity) return;
  throw new VerifierError(
    "INV-086",
    `the log entry consumes the ${String(replayIdentity)}, and the policy says that it is the ${identity}.`,
  );
}

function requireIncluded({ proof, leaf, entry, checkpoint }: OpenProof, name: string): string {
  const { index, hashes } = proof;
  const { size, rootHash } = checkpoint;
  if (entry.seq !== index)
    throw new VerifierError(
      "INV-087",
      `the proof is for position ${index}, and the entry names ${entry.seq}.`,
    );
  const included = verifyInclusion({ index, size, leafHash: leafHash(leaf), proof: hashes, root: rootHash });
  if (!included)
    throw new VerifierError(
      "INV-087",
      "the inclusion proof does not lead from the entry to the checkpoint's root.",
    );
  return `Entry ${index} of the log, of ${entry.time}, is that of this ${name} and is included under the checkpoint.`;
}

/** Threats 41 and 43: both checkpoints are evidence when this fails. */
function requireConsistent(
  remembered: Checkpoint,
  checkpoint: Checkpoint,
  proof: readonly Uint8Array[] | undefined,
): string {
  requireOrigin(remembered.origin, checkpoint.origin);
  const { size: oldSize, rootHash: oldRoot } = remembered;
  const { size: newSize, rootHash: newRoot } = checkpoint;
  const sizes = `${oldSize} entries remembered and ${newSize} now`;
  if (newSize < oldSize) throw new VerifierError("INV-088", `the log is shorter than it was: ${sizes}.`);
  if (newSize === oldSize) {
    if (!sameHash(oldRoot, newRoot))
      throw new VerifierError("INV-088", `the log has two different roots for ${newSize} entries.`);
    return `The checkpoint has the same size and root as the one remembered.`;
  }
  if (oldSize === 0)
    return "The checkpoint that is remembered is of the empty log, which every log begins with.";
  if (proof === undefined)
    throw new VerifierError("INV-088", `no consistency proof was supplied for ${sizes}.`);
  if (!verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }))
    throw new VerifierError("INV-088", `the consistency proof does not hold for ${sizes}.`);
  return `The log only grew since the checkpoint that is remembered: ${sizes}.`;
}

function requireOrigin(expected: string, found: string): void {
  if (found !== expected)
    throw new VerifierError("INV-085", `the checkpoint is of the log ${found}, and ${expected} is expected.`);
}
