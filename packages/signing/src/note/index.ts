export { createCosigner, type Cosigner } from "./cosigner.js";
export { createNoteSigner, type NoteSigner, type NoteSignerOptions, signNote } from "./note-signer.js";
export { formatNote, type NoteSignature, parseNote, type SignedNote } from "./note.js";
export {
  createVerifierKey,
  formatVerifierKey,
  type NoteAlgorithm,
  noteAlgorithms,
  noteKeyId,
  parseVerifierKey,
  type VerifierKey,
  type VerifierKeyFields,
} from "./verifier-key.js";
export { type VerifiedSignature, verifyNote } from "./verify-note.js";
