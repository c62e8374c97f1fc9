import type { KeySource } from "./key-source.js";
import { pae } from "./pae.js";
import { importPublicKey, type PublicKey } from "./public-key.js";
import type { Verifier } from "./verifier.js";

/** Verifies with a public key held in this process. */
export class LocalVerifier implements Verifier {
  readonly keyId: string;
  readonly publicKey: PublicKey;

  /** @throws as `importPublicKey` */
  constructor(publicKey: KeySource | PublicKey) {
    this.publicKey = importPublicKey(publicKey);
    this.keyId = this.publicKey.keyId;
    Object.freeze(this);
  }

  /** Strict profile over `pae(payloadType, payload)`. @throws SIG-002 SIG-010 */
  verifySync(payloadType: string, payload: Uint8Array, signature: Uint8Array): boolean {
    return this.publicKey.verify(pae(payloadType, payload), signature);
  }

  verify(payloadType: string, payload: Uint8Array, signature: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      resolve(this.verifySync(payloadType, payload, signature));
    });
  }
}
