import { encodePkcs8, encodeSpki } from "./der.js";

/** The functions of `node:crypto` that we use, as far as we use them. */
interface NodeCrypto {
  readonly createPublicKey: (key: object) => { export(options: object): unknown };
  readonly createPrivateKey: (key: object) => object;
  readonly sign: (algorithm: null, message: Uint8Array, key: object) => Uint8Array;
  readonly verify: {
    (algorithm: null, message: Uint8Array, key: object, signature: Uint8Array): boolean;
    (
      algorithm: null,
      message: Uint8Array,
      key: object,
      signature: Uint8Array,
      done: (error: Error | null, holds?: boolean) => void,
    ): unknown;
  };
}

/** A public key held by the platform. `undefined` from `verify`: it could not answer, ask the portable backend. */
export interface NativePublicKey {
  verify(message: Uint8Array, signature: Uint8Array): boolean | undefined;
  /** On a thread of the platform's pool, which gets copies. */
  verifyAsync(message: Uint8Array, signature: Uint8Array): Promise<boolean | undefined>;
}

export interface NativePrivateKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array | undefined;
}

const usedFunctions = ["createPublicKey", "createPrivateKey", "sign", "verify"] as const;

function isNodeCrypto(value: unknown): value is NodeCrypto {
  if (typeof value !== "object" || value === null) return false;
  return usedFunctions.every((name) => typeof Reflect.get(value, name) === "function");
}

/** Node ≥ 20.16; no import, so that the same file runs in a browser. Its functions are taken once, before anyone can swap them. */
function findNodeCrypto(): NodeCrypto | undefined {
  try {
    const process: unknown = Reflect.get(globalThis, "process");
    if (typeof process !== "object" || process === null) return undefined;
    const getBuiltinModule: unknown = Reflect.get(process, "getBuiltinModule");
    if (typeof getBuiltinModule !== "function") return undefined;
    const found: unknown = Reflect.apply(getBuiltinModule, process, ["node:crypto"]);
    if (!isNodeCrypto(found)) return undefined;
    const { createPublicKey, createPrivateKey, sign, verify } = found;
    return { createPublicKey, createPrivateKey, sign, verify };
  } catch {
    return undefined;
  }
}

const nodeCrypto = /* @__PURE__ */ findNodeCrypto();

// Options carry no prototype: Node reads `padding`, `dsaEncoding` and the like through inheritance, and a polluted
// Object.prototype must not reach it. Whatever still throws (a FIPS provider without Ed25519) leaves the question to
// the portable backend, whose verdict and bytes are the same.
function attempt<T>(call: (crypto: NodeCrypto) => T): T | undefined {
  if (nodeCrypto === undefined) return undefined;
  try {
    return call(nodeCrypto);
  } catch {
    return undefined;
  }
}

/** @param raw an admitted public key, 32 bytes */
export function importNativePublicKey(raw: Uint8Array): NativePublicKey | undefined {
  return attempt((crypto) => {
    const keyObject = crypto.createPublicKey({
      __proto__: null,
      key: encodeSpki(raw),
      format: "der",
      type: "spki",
    });
    // A cached KeyObject: 62 µs per verification, against 322 µs with a PEM text parsed each time.
    const key = { __proto__: null, key: keyObject };
    return {
      verify: (message, signature) => attempt(() => crypto.verify(null, message, key, signature)),
      verifyAsync: (message, signature) =>
        new Promise((resolve) => {
          // What throws at once leaves `done` uncalled.
          const done = (error: Error | null, holds?: boolean): void => {
            resolve(error === null ? holds : undefined);
          };
          try {
            const atOnce = crypto.verify(null, message, key, signature, done);
            // Where no callback is known, the answer is there already.
            if (typeof atOnce === "boolean") resolve(atOnce);
          } catch {
            resolve(undefined);
          }
        }),
    };
  });
}

/** @param seed RFC 8032 private key, 32 bytes */
export function importNativePrivateKey(seed: Uint8Array): NativePrivateKey | undefined {
  return attempt((crypto) => {
    const keyObject = crypto.createPrivateKey({
      __proto__: null,
      key: encodePkcs8(seed),
      format: "der",
      type: "pkcs8",
    });
    const spki = crypto.createPublicKey(keyObject).export({ __proto__: null, format: "der", type: "spki" });
    if (!(spki instanceof Uint8Array) || spki.length !== 44) return undefined;
    const key = { __proto__: null, key: keyObject };
    return {
      publicKey: new Uint8Array(spki.subarray(12)),
      sign: (message) => attempt(() => new Uint8Array(crypto.sign(null, message, key))),
    };
  });
}
