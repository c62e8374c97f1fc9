import { encodeUtf8 } from "@parmanasystems/canonical";
import { copyBytes, equalBytes, isBytes } from "../bytes.js";
import { SigningError } from "../errors.js";
import { cosignedMessage, decodeTime, TIME_BYTES } from "./cosigned-message.js";
import type { SignedNote } from "./note.js";
import { noteAlgorithms, type VerifierKey } from "./verifier-key.js";

/** A signature that holds. Frozen. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** Of a cosignature: when the witness made it, in whole seconds since 1970. */
  readonly timeSeconds?: number;
}

/**
 * Verifies every signature by a known key, in the order of the note; those of other keys are ignored.
 * @throws SIG-008 when one of a known key does not hold, SIG-019 when no known key signed; SIG-018 when two known keys share name and id
 */
export function verifyNote(
  { text, signatures }: SignedNote,
  verifierKeys: readonly VerifierKey[],
): readonly VerifiedSignature[] {
  const known = byIdentity(verifierKeys);
  const verified: VerifiedSignature[] = [];
  for (const { name, keyId, signature } of signatures) {
    const key = known.get(identityOf({ name, keyId }));
    if (key === undefined) continue;
    const holds = verifySignature(text, signature, key);
    if (holds === undefined) {
      throw new SigningError("SIG-008", `The note's signature of ${name} must verify with key ${keyId}.`);
    }
    verified.push(holds);
  }
  if (verified.length > 0) return Object.freeze(verified);
  throw new SigningError("SIG-019", "A note must be signed by a key that is known.");
}

/** One signature with one key; undefined when it does not hold. */
export function verifySignature(
  text: string,
  signature: Uint8Array,
  key: VerifierKey,
): VerifiedSignature | undefined {
  if (!isBytes(signature)) return undefined;
  const owned = copyBytes(signature);
  if (key.algorithm === noteAlgorithms.ed25519) {
    return key.publicKey.verify(encodeUtf8(text), owned) ? Object.freeze({ key }) : undefined;
  }
  if (owned.length <= TIME_BYTES) return undefined;
  const timeSeconds = decodeTime(owned);
  if (timeSeconds === undefined) return undefined;
  const message = cosignedMessage(text, timeSeconds);
  return key.publicKey.verify(message, owned.slice(TIME_BYTES))
    ? Object.freeze({ key, timeSeconds })
    : undefined;
}

/** The 32 bits of a key id collide by accident or on purpose; then it is open which key is meant. */
function byIdentity(keys: readonly VerifierKey[]): ReadonlyMap<string, VerifierKey> {
  const known = new Map<string, VerifierKey>();
  for (const key of keys) {
    const identity = identityOf(key);
    const other = known.get(identity);
    if (other !== undefined && !equalBytes(other.publicKey.raw, key.publicKey.raw)) {
      throw new SigningError("SIG-018", `Two known keys must not share the name and key id ${identity}.`);
    }
    known.set(identity, key);
  }
  return known;
}

function identityOf({ name, keyId }: { readonly name: string; readonly keyId: string }): string {
  return `${name}+${keyId}`;
}
