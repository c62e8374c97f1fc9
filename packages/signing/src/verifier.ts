/** Verifies DSSE signatures of one key. */
export interface Verifier {
  /** RFC 7638 thumbprint of the key that must have signed. */
  readonly keyId: string;
  /** Whether the signature is over `pae(payloadType, payload)`; `false`, not an error, for a malformed signature. */
  verify(payloadType: string, payload: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** The same, without waiting. */
  verifySync?(payloadType: string, payload: Uint8Array, signature: Uint8Array): boolean;
}
