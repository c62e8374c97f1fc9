import type { KeySource } from "./key-source.js";
import { pae } from "./pae.js";
import { importPrivateKey, type PrivateKey } from "./private-key.js";
import type { PublicKey } from "./public-key.js";
import type { Signer } from "./signer.js";

/** Signs with a private key held in this process. */
export class LocalSigner implements Signer {
  readonly keyId: string;
  readonly publicKey: PublicKey;
  readonly #privateKey: PrivateKey;

  /** @throws as `importPrivateKey` */
  constructor(privateKey: KeySource | PrivateKey) {
    this.#privateKey = importPrivateKey(privateKey);
    this.keyId = this.#privateKey.keyId;
    this.publicKey = this.#privateKey.publicKey;
    Object.freeze(this);
  }

  /** 64 bytes over `pae(payloadType, payload)`. @throws SIG-002 SIG-010 */
  signSync(payloadType: string, payload: Uint8Array): Uint8Array {
    return this.#privateKey.sign(pae(payloadType, payload));
  }

  sign(payloadType: string, payload: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      resolve(this.signSync(payloadType, payload));
    });
  }
}
