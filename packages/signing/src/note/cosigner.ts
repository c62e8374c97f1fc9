import { joinBytes } from "../bytes.js";
import { SigningError } from "../errors.js";
import { importPrivateKey } from "../private-key.js";
import { cosignedMessage, encodeTime } from "./cosigned-message.js";
import type { NoteSignature } from "./note.js";
import { type NoteSignerOptions, signChecked } from "./note-signer.js";
import { requireNoteText } from "./note-text.js";
import { createVerifierKey, noteAlgorithms, type VerifierKey } from "./verifier-key.js";

/** A witness: states that it saw this checkpoint, at a time, as the largest consistent one of its log. */
export interface Cosigner {
  readonly name: string;
  readonly keyId: string;
  readonly verifierKey: VerifierKey;
  /** Whether the checkpoint may be cosigned is the caller's decision. `timeSeconds`: whole seconds since 1970. */
  cosign(checkpointText: string, timeSeconds: number): Promise<NoteSignature>;
}

/** cosignature/v1 of C2SP tlog-cosignature, with the key in this process. @throws SIG-018; as `importPrivateKey` */
export function createCosigner({ name, privateKey }: NoteSignerOptions): Cosigner {
  const key = importPrivateKey(privateKey);
  const verifierKey = createVerifierKey({
    name,
    algorithm: noteAlgorithms.cosignatureV1,
    publicKey: key.publicKey,
  });
  const { keyId } = verifierKey;
  const cosignNow = (checkpointText: string, timeSeconds: number): NoteSignature => {
    const text = requireNoteText(checkpointText);
    if (!Number.isSafeInteger(timeSeconds) || timeSeconds < 0) {
      throw new SigningError(
        "SIG-021",
        "The time of a cosignature must be a whole number of seconds since 1970.",
      );
    }
    const signature = signChecked(key, cosignedMessage(text, timeSeconds));
    return Object.freeze({ name, keyId, signature: joinBytes(encodeTime(timeSeconds), signature) });
  };
  return Object.freeze({
    name,
    keyId,
    verifierKey,
    /** @throws SIG-011 SIG-017 SIG-021 */
    cosign: (checkpointText: string, timeSeconds: number) =>
      new Promise<NoteSignature>((resolve) => {
        resolve(cosignNow(checkpointText, timeSeconds));
      }),
  });
}
