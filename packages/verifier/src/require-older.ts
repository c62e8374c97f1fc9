import { formatTimestamp, ParmanaError } from "@parmanasystems/canonical";
import { VerifierError } from "./errors.js";
import type { Known } from "./known.js";
import type { OpenProof } from "./log-checks.js";
import type { ReadLogMaterial } from "./log-material.js";
import type { Checkpoint } from "./log/checkpoint.js";
import { requireWitnesses } from "./log/witness-policy.js";

/** A cosignature names the second in which it was made, and may be as late as its end. */
const COSIGNATURE_PRECISION_MS = 1_000;
/** Later than every revocation. */
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Threat 25: whoever stole the key can date a statement as he likes, and whoever keeps the log can date its entry so. Older
 * than the revocation is only what a checkpoint covers that others knew of before it: witnesses, or whoever verifies.
 * @throws VerifierError INV-102
 */
export function requireOlder(
  revokedAt: number,
  { proof, entry, written, note }: OpenProof,
  continued: Known<Checkpoint>,
  { rememberedAt = NEVER, witnesses }: ReadLogMaterial,
  latest: number,
): string {
  const since = formatTimestamp(revokedAt);
  if (written >= revokedAt)
    throw unproven(`the key is revoked since ${since}, and the log recorded it at ${entry.time}`);
  if (continued.known && rememberedAt < revokedAt && proof.index < continued.value.size)
    return `The key is revoked since ${since}; the checkpoint remembered since ${formatTimestamp(rememberedAt)} covers the entry.`;
  const supply = `supply a log proof under a checkpoint that witnesses cosigned before then, and the witnesses (log.witnesses), or a checkpoint that covers it and that you remember since before then (log.remembered, log.rememberedAt)`;
  if (witnesses === undefined)
    throw unproven(
      `the key is revoked since ${since}, and nobody says that the log had it before: ${supply}`,
    );
  try {
    const operators = requireWitnesses(
      note,
      witnesses,
      Math.min(latest, revokedAt - COSIGNATURE_PRECISION_MS),
    );
    return `The key is revoked since ${since}; ${operators.join(", ")} cosigned a checkpoint that covers the entry before then.`;
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw unproven(
      `the key is revoked since ${since}, and too few witnesses cosigned before: ${supply}`,
      cause,
    );
  }
}

function unproven(problem: string, cause?: unknown): VerifierError {
  return new VerifierError("INV-102", `${problem}.`, { cause });
}
