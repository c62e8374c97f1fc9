export { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "./base64.js";
export { parseDetachedSignature, signDetached } from "./detached-signature.js";
export type { DetachedSignature } from "./detached-signature.js";
export { parseSignature } from "./dsse-signature.js";
export type { DsseSignature } from "./dsse-signature.js";
export { parseEnvelope, signEnvelope } from "./envelope.js";
export type { DsseEnvelope } from "./envelope.js";
export { SigningError, signingErrors } from "./errors.js";
export type { SigningErrorCode } from "./errors.js";
export type { PublicJwk } from "./jwk.js";
export { keyIdOf } from "./key-id.js";
export type { KeySource } from "./key-source.js";
export { LocalSigner } from "./local-signer.js";
export { LocalVerifier } from "./local-verifier.js";
export {
  type Cosigner,
  createCosigner,
  createNoteSigner,
  createVerifierKey,
  formatNote,
  formatVerifierKey,
  type NoteAlgorithm,
  noteAlgorithms,
  noteKeyId,
  type NoteSignature,
  type NoteSigner,
  type NoteSignerOptions,
  parseNote,
  parseVerifierKey,
  type SignedNote,
  signNote,
  type VerifiedSignature,
  type VerifierKey,
  type VerifierKeyFields,
  verifyNote,
} from "./note/index.js";
export { pae } from "./pae.js";
export { payloadTypes } from "./payload-types.js";
export { generatePrivateKey, importPrivateKey, PrivateKey } from "./private-key.js";
export { importPublicKey } from "./public-key.js";
export type { PublicKey } from "./public-key.js";
export type { Signer } from "./signer.js";
export { verifyThreshold } from "./threshold.js";
export type { ThresholdInput, ThresholdKey, ThresholdResult } from "./threshold.js";
export type { Verifier } from "./verifier.js";
export { verifyEd25519, verifyEd25519Portable } from "./verify-ed25519.js";
