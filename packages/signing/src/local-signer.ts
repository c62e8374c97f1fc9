import { SigningError } from "./errors.js";
import type { KeySource } from "./key-source.js";
import { pae } from "./pae.js";
import { importPrivateKey, type PrivateKey } from "./private-key.js";
import type { PublicKey } from "./public-key.js";
import type { Signer } from "./signer.js";

/** How often a signature is verified after it was made: a fault in memory or processor shows, at 0.1 µs for each signature. */
const SELF_TEST_EVERY = 1024;

/** Signs with a private key held in this process. Its first signature, and every 1,024th, is verified (fault detection). */
export class LocalSigner implements Signer {
  readonly keyId: string;
  readonly publicKey: PublicKey;
  readonly #privateKey: PrivateKey;
  #signatures = 0;

  /** @throws as `importPrivateKey` */
  constructor(privateKey: KeySource | PrivateKey) {
    this.#privateKey = importPrivateKey(privateKey);
    this.keyId = this.#privateKey.keyId;
    this.publicKey = this.#privateKey.publicKey;
    Object.freeze(this);
  }

  /** True for a signer of this very class: its signatures are as good as the key, with nothing in between. */
  static has(value: unknown): value is LocalSigner {
    return (
      typeof value === "object" &&
      value !== null &&
      #privateKey in value &&
      Object.getPrototypeOf(value) === LocalSigner.prototype
    );
  }

  /** 64 bytes over `pae(payloadType, payload)`. @throws SIG-002 SIG-010 SIG-011 */
  signSync(payloadType: string, payload: Uint8Array): Uint8Array {
    const message = pae(payloadType, payload);
    const signature = this.#privateKey.sign(message);
    if (this.#signatures % SELF_TEST_EVERY === 0 && !this.publicKey.verify(message, signature)) {
      throw new SigningError("SIG-011", "A signature made with the local key must verify with it.");
    }
    this.#signatures += 1;
    return signature;
  }

  sign(payloadType: string, payload: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      resolve(this.signSync(payloadType, payload));
    });
  }
}
