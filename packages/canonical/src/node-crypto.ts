/** The part of node:crypto that hashing uses: `crypto.hash`, twice as fast as createHash for short inputs. */
export interface NodeHash {
  (algorithm: "sha256", input: Uint8Array | string, encoding: "hex"): string;
}

/** Node's one-shot hash, or undefined where there is none (browsers, Node before 20.16). */
export function findNodeHash(): NodeHash | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  if (!hasMethod(process, "getBuiltinModule")) return undefined;
  const crypto = process.getBuiltinModule("node:crypto");
  if (!hasMethod(crypto, "hash")) return undefined;
  return (algorithm, input, encoding) => {
    const digest = crypto.hash(algorithm, input, encoding);
    if (typeof digest !== "string") throw new TypeError("crypto.hash did not return text.");
    return digest;
  };
}

function hasMethod<Name extends string>(
  host: unknown,
  name: Name,
): host is Record<Name, (...values: unknown[]) => unknown> {
  return typeof host === "object" && host !== null && typeof Reflect.get(host, name) === "function";
}
