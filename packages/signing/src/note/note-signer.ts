import { encodeUtf8 } from "@parmanasystems/canonical";
import { SigningError } from "../errors.js";
import type { KeySource } from "../key-source.js";
import { importPrivateKey, type PrivateKey } from "../private-key.js";
import { formatNote, type NoteSignature } from "./note.js";
import { requireNoteText } from "./note-text.js";
import { createVerifierKey, noteAlgorithms, type VerifierKey } from "./verifier-key.js";
import { verifySignature } from "./verify-note.js";

/** Signs the text of notes with one key, near (`createNoteSigner`) or far (a key service). */
export interface NoteSigner {
  readonly name: string;
  /** As in the note: 8 lower-case hexadecimal digits. */
  readonly keyId: string;
  readonly verifierKey: VerifierKey;
  /** Over the text as it is, final newline included. */
  sign(text: string): Promise<NoteSignature>;
}

export interface NoteSignerOptions {
  /** For a log, its origin. */
  readonly name: string;
  readonly privateKey: KeySource | PrivateKey;
}

/**
 * A signer with the key in this process. C2SP fixes what is signed: the raw text, without PAE. It is the only such place,
 * and a text that could pass for a signed message of another kind is refused. Use the key for notes alone.
 * @throws SIG-018; as `importPrivateKey`
 */
export function createNoteSigner({ name, privateKey }: NoteSignerOptions): NoteSigner {
  const key = importPrivateKey(privateKey);
  const verifierKey = createVerifierKey({
    name,
    algorithm: noteAlgorithms.ed25519,
    publicKey: key.publicKey,
  });
  const { keyId } = verifierKey;
  const signNow = (text: string): NoteSignature =>
    Object.freeze({ name, keyId, signature: signChecked(key, encodeUtf8(requireNoteText(text))) });
  return Object.freeze({
    name,
    keyId,
    verifierKey,
    /** @throws SIG-011 SIG-017 */
    sign: (text: string) =>
      new Promise<NoteSignature>((resolve) => {
        resolve(signNow(text));
      }),
  });
}

/**
 * The note with the signatures of all signers, each of them verified before anything is returned.
 * @throws SIG-005 SIG-007 SIG-017 SIG-020, and what a signer throws
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  const checked = requireNoteText(text);
  const signatures = await Promise.all(
    [...signers].map(async (signer) => {
      const { name, keyId } = signer.verifierKey;
      const { signature } = await signer.sign(checked);
      if (verifySignature(checked, signature, signer.verifierKey) === undefined) {
        throw new SigningError("SIG-020", `The signer ${name} must sign the note with its key ${keyId}.`);
      }
      return { name, keyId, signature };
    }),
  );
  return formatNote({ text: checked, signatures });
}

/** A fault in memory or processor would betray the key or publish a note that nobody believes. @throws SIG-011 */
export function signChecked(key: PrivateKey, message: Uint8Array): Uint8Array {
  const signature = key.sign(message);
  if (key.publicKey.verify(message, signature)) return signature;
  throw new SigningError("SIG-011", "A signature made with the local key must verify with it.");
}
