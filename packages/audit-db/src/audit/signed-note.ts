import { ParmanaError } from "@parmanasystems/canonical";
import {
  formatNote,
  type NoteSignature,
  parseNote,
  type VerifierKey,
  verifyNote,
} from "@parmanasystems/signing";
import { LedgerError } from "../errors.js";

/** Who signs: a key, or the line of a signature. */
type Signed = Pick<NoteSignature, "name" | "keyId">;

export function isAmong(signers: readonly Signed[], { name, keyId }: Signed): boolean {
  return signers.some((one) => one.name === name && one.keyId === keyId);
}

/** The note with those signatures that it lacks behind its own, so that it begins with what it was. */
export function withSignatures(note: string, signatures: readonly NoteSignature[]): string {
  const { text, signatures: own } = parseNote(note);
  const missing = signatures.filter(
    (signature, index) => !isAmong(own, signature) && !isAmong(signatures.slice(0, index), signature),
  );
  return missing.length === 0 ? note : formatNote({ text, signatures: [...own, ...missing] });
}

/** Those of the note that the keys made; none when none of them did. @throws LedgerError SYS-013 where one does not hold */
export function signaturesBy(keys: readonly VerifierKey[], note: string): readonly NoteSignature[] {
  try {
    const parsed = parseNote(note);
    const made = verifyNote(parsed, keys).map(({ key }) => key);
    return parsed.signatures.filter((signature) => isAmong(made, signature));
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    if (cause.code === "SIG-019") return [];
    throw new LedgerError("SYS-013", "The stored checkpoint is not the one that was signed.", { cause });
  }
}
