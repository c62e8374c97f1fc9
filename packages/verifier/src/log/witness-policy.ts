import { ParmanaError } from "@parmanasystems/canonical";
import { type SignedNote, type VerifierKey, verifyNote } from "@parmanasystems/signing";
import { VerifierError } from "../errors.js";

export interface Witness {
  /** The name in its cosignatures. */
  readonly name: string;
  /** `name+keyid+base64` of type cosignature/v1, as its operator published it; or the same parsed. */
  readonly verifierKey: VerifierKey | string;
  /** Who runs it. Several witnesses of one operator count once. */
  readonly operator: string;
}

/** How many independent witnesses must have cosigned a checkpoint. */
export interface WitnessPolicy {
  readonly threshold: number;
  readonly witnesses: readonly Witness[];
}

/** The same with every key admitted. */
export interface ReadWitnessPolicy {
  readonly threshold: number;
  readonly witnesses: readonly (Witness & { readonly verifierKey: VerifierKey })[];
}

/**
 * The operators whose cosignatures hold and are not dated after `latest`, in milliseconds since 1970.
 * @throws VerifierError INV-089; SigningError SIG-008 when one by a known witness does not hold
 */
export function requireWitnesses(
  note: SignedNote,
  { threshold, witnesses }: ReadWitnessPolicy,
  latest: number,
): readonly string[] {
  const cosigners = new Set(cosignersOf(note, witnesses, latest));
  const counted = witnesses.filter(({ verifierKey }) => cosigners.has(verifierKey));
  const independent = partiesOf(counted, witnesses);
  if (independent >= threshold) return [...new Set(counted.map(({ operator }) => operator))];
  throw new VerifierError(
    "INV-089",
    `${independent} independent witnesses cosigned the checkpoint, and ${threshold} must.`,
  );
}

type Listed = ReadWitnessPolicy["witnesses"];

/**
 * How many parties the witnesses are of. An operator is one however many keys it has, and operators that list one key are
 * one as well: whoever holds that key speaks for all of them.
 */
function partiesOf(counted: Listed, listed: Listed): number {
  const parties = new Map<string, ReadonlySet<string>>();
  for (const { verifierKey } of listed) {
    const { keyId } = verifierKey.publicKey;
    const joined = listed
      .filter((other) => other.verifierKey.publicKey.keyId === keyId)
      .flatMap((other) => [...(parties.get(other.operator) ?? [other.operator])]);
    const party = new Set(joined);
    for (const member of party) parties.set(member, party);
  }
  return new Set(counted.map(({ operator }) => parties.get(operator))).size;
}

/** A signature without a time is no cosignature. */
const NEVER = Number.POSITIVE_INFINITY;

function cosignersOf(
  note: SignedNote,
  witnesses: ReadWitnessPolicy["witnesses"],
  latest: number,
): readonly VerifierKey[] {
  try {
    return verifyNote(
      note,
      witnesses.map(({ verifierKey }) => verifierKey),
    )
      .filter(({ timeSeconds = NEVER }) => timeSeconds * 1_000 <= latest)
      .map(({ key }) => key);
  } catch (error) {
    // No witness at all: that is for the threshold to say.
    if (ParmanaError.isInstance(error) && error.code === "SIG-019") return [];
    throw error;
  }
}
