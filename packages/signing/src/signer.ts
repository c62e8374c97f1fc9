/** Makes DSSE signatures with one key, near (`LocalSigner`) or far (a key service). */
export interface Signer {
  /** RFC 7638 thumbprint of the signing key. */
  readonly keyId: string;
  /** 64 bytes over `pae(payloadType, payload)`; the payload is read before the first await. */
  sign(payloadType: string, payload: Uint8Array): Promise<Uint8Array>;
  /** The same, where the key is at hand. */
  signSync?(payloadType: string, payload: Uint8Array): Uint8Array;
}
