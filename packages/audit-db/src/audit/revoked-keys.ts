import { formatTimestamp, ParmanaError } from "@parmanasystems/canonical";
import { parseAttestation, parseResolution } from "@parmanasystems/execution";
import type { TrustRoot } from "@parmanasystems/governance";
import { parseNote } from "@parmanasystems/signing";
import { type ReadWitnessPolicy, requireWitnesses } from "@parmanasystems/verifier";
import { LedgerError } from "../errors.js";
import { blob, type Row } from "../row.js";

/** A cosignature names the second in which it was made, and may be as late as its end. */
const COSIGNATURE_PRECISION_MS = 1_000;

/** A checkpoint from elsewhere that the log continues. */
export interface KeptHead {
  readonly size: number;
  readonly note: string;
  /** Since when somebody has kept it, in milliseconds since 1970. */
  readonly since: number | undefined;
}

/**
 * What runtime keys signed that were revoked since. The date of its entry says that it is older than the revocation, and
 * whoever stole the key and can write the ledger may have made that up (threat 25). So it counts only under a checkpoint
 * that others knew of before the revocation: witnesses, by the time of their cosignatures, or whoever verifies.
 */
export class RevokedKeys {
  readonly #revokedAt = new Map<string, number>();
  /** By key: positions below this are proven. */
  readonly #provenBelow = new Map<string, number>();
  /** By key: the first position that is not proven yet. */
  readonly #unproven = new Map<string, number>();
  readonly #witnesses: ReadWitnessPolicy | undefined;

  constructor(
    trustRoot: TrustRoot | undefined,
    witnesses: ReadWitnessPolicy | undefined,
    kept: readonly KeptHead[],
  ) {
    this.#witnesses = witnesses;
    for (const keyId of trustRoot?.roles.get("runtime")?.keyids ?? []) {
      const revokedAt = trustRoot?.keys.get(keyId)?.revokedAt;
      if (revokedAt === undefined) continue;
      this.#revokedAt.set(keyId, revokedAt);
      const old = kept.filter(
        ({ note, since = Infinity }) => since < revokedAt || this.#isWitnessed(note, revokedAt),
      );
      this.#provenBelow.set(keyId, Math.max(0, ...old.map(({ size }) => size)));
    }
  }

  /** A row of the log that holds: see `checkLogged`. */
  follow(row: Row, seq: number): void {
    if (this.#revokedAt.size === 0) return;
    if (row["body"] !== null) this.#signed(parseAttestation(blob(row, "body")).keyId, seq);
    if (row["resolution"] !== null) this.#signed(parseResolution(blob(row, "resolution")).keyId, seq);
  }

  /** A checkpoint that the log holds over all the rows that were followed. */
  prove(note: string): void {
    for (const keyId of this.#unproven.keys()) {
      if (this.#isWitnessed(note, this.#revokedAt.get(keyId) ?? 0)) this.#unproven.delete(keyId);
    }
  }

  /** @throws LedgerError SYS-045 */
  requireProven(): void {
    const [first] = [...this.#unproven].sort(([, one], [, other]) => one - other);
    if (first === undefined) return;
    const [keyId, seq] = first;
    const since = formatTimestamp(this.#revokedAt.get(keyId) ?? 0);
    throw new LedgerError(
      "SYS-045",
      `Position ${String(seq)} is signed by key ${keyId}, which is revoked since ${since}, and nothing but the ledger says that it is older: name a remembered checkpoint that covers it and since when before then it was kept, or the witnesses who cosigned one before then.`,
      { details: { seq, keyId, revokedAt: since } },
    );
  }

  #signed(keyId: string, seq: number): void {
    if (
      this.#revokedAt.has(keyId) &&
      seq >= (this.#provenBelow.get(keyId) ?? 0) &&
      !this.#unproven.has(keyId)
    )
      this.#unproven.set(keyId, seq);
  }

  #isWitnessed(note: string, revokedAt: number): boolean {
    if (this.#witnesses === undefined) return false;
    try {
      requireWitnesses(parseNote(note), this.#witnesses, revokedAt - COSIGNATURE_PRECISION_MS);
      return true;
    } catch (error) {
      // Too few, or one that does not hold: no proof, and not what this is about.
      if (ParmanaError.isInstance(error)) return false;
      throw error;
    }
  }
}
