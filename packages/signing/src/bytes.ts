// The engine's own getters: neither a Proxy nor a subclass or own property that overrides them is believed.
function intrinsic(property: string | symbol): (value: unknown) => unknown {
  const typedArray: unknown = Object.getPrototypeOf(Uint8Array.prototype);
  const descriptor =
    typeof typedArray === "object" && typedArray !== null
      ? Object.getOwnPropertyDescriptor(typedArray, property)
      : undefined;
  const getter: unknown = descriptor === undefined ? undefined : Reflect.get(descriptor, "get");
  if (typeof getter !== "function") throw new TypeError("this JavaScript engine has no typed arrays");
  return (value): unknown => Reflect.apply(getter, value, []);
}

const kindOf = /* @__PURE__ */ intrinsic(Symbol.toStringTag);
const lengthOf = /* @__PURE__ */ intrinsic("length");

/** True for a real Uint8Array (a Node Buffer is one), of any realm; false for a Proxy of one. */
export function isBytes(value: unknown): value is Uint8Array {
  return kindOf(value) === "Uint8Array";
}

/** Length in bytes; 0 for anything that is not a typed array, and for a detached one. */
export function byteLength(bytes: Uint8Array): number {
  const length = lengthOf(bytes);
  return typeof length === "number" ? length : 0;
}

/** An own copy, so that nothing the caller does later can be observed. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return byteLength(bytes) === 0 ? new Uint8Array(0) : new Uint8Array(bytes);
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i += 1) if (left[i] !== right[i]) return false;
  return true;
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
