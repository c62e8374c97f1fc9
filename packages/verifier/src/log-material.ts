import type { CheckId } from "./check-id.js";
import { readWitnessPolicy } from "./log/read-witness-policy.js";
import { isCount } from "./log/tree-hash.js";
import type { ReadWitnessPolicy, WitnessPolicy } from "./log/witness-policy.js";
import { membersOf, misuse } from "./members.js";

/**
 * What is known of the audit log from elsewhere, the same for every attestation. What is asked of the log must be answered:
 * without a log proof, nothing is verified then.
 */
export interface LogMaterial {
  /** The origin that its checkpoints must have. Without it, that of any log whose key has the trust root's `log` role. */
  readonly origin?: string | undefined;
  /** A checkpoint of the log that you verified and kept: a signed note. Its signatures are not looked at again. */
  readonly remembered?: Uint8Array | string | undefined;
  /**
   * When you kept the remembered checkpoint, in milliseconds since 1970: what it covers is older. This is what proves that
   * a statement by a key which was revoked later is genuine, where no witnesses do.
   */
  readonly rememberedAt?: number | undefined;
  /** The consistency proof from the remembered checkpoint to that of the log proof. Not needed while they have the same size. */
  readonly consistency?: readonly Uint8Array[] | undefined;
  /** Who must have cosigned the checkpoint. */
  readonly witnesses?: WitnessPolicy | undefined;
}

/** The same after every option was looked at once. */
export interface ReadLogMaterial extends LogMaterial {
  readonly witnesses?: ReadWitnessPolicy | undefined;
}

const names = ["origin", "remembered", "rememberedAt", "consistency", "witnesses"] as const;

/** @throws VerifierError INV-060 */
export function readLogMaterial(value: unknown, what: string): ReadLogMaterial {
  const given = membersOf(value, what, names);
  const origin = given.get("origin");
  const remembered = given.get("remembered");
  const rememberedAt = given.get("rememberedAt");
  const consistency = given.get("consistency");
  const witnesses = given.get("witnesses");
  if (origin !== undefined && typeof origin !== "string") throw misuse(`${what}.origin`, "a text");
  if (remembered !== undefined && typeof remembered !== "string" && !(remembered instanceof Uint8Array))
    throw misuse(`${what}.remembered`, "a signed note: its text or bytes");
  if (consistency !== undefined && remembered === undefined)
    throw misuse(`${what}.consistency`, "beside the remembered checkpoint, from which it leads");
  if (rememberedAt !== undefined && (!isCount(rememberedAt) || remembered === undefined))
    throw misuse(
      `${what}.rememberedAt`,
      "a whole number of milliseconds since 1970, beside the remembered checkpoint",
    );
  return {
    origin,
    remembered,
    rememberedAt,
    consistency: consistency === undefined ? undefined : hashList(consistency, `${what}.consistency`),
    witnesses: witnesses === undefined ? undefined : readWitnessPolicy(witnesses, `${what}.witnesses`),
  };
}

/** The checks that must pass, or who asked for witnesses would be told "verified" without any. */
export function askedOfLog({ origin, remembered, witnesses }: ReadLogMaterial): readonly CheckId[] {
  return [
    ...(origin === undefined ? [] : (["log.checkpoint"] as const)),
    ...(remembered === undefined ? [] : (["log.consistency"] as const)),
    ...(witnesses === undefined ? [] : (["log.witnesses"] as const)),
  ];
}

/** What the log served is not judged here: hashes of another length and too many of them fail the check. */
function hashList(value: unknown, what: string): readonly Uint8Array[] {
  if (!Array.isArray(value)) throw misuse(what, "an array of hashes");
  return Array.from(value, (hash: unknown) => {
    if (hash instanceof Uint8Array) return hash;
    throw misuse(`Every hash of ${what}`, "a Uint8Array");
  });
}
