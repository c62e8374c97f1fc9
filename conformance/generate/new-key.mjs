// Keys that every run of the generator makes again, so that a change of the kit shows nothing but itself. Nobody trusts them.
import { createHash } from "node:crypto";
import { importPrivateKey } from "./packages.mjs";

let place = "";
let count = 0;

/** Keys that follow are counted from here, so that a key more in one family changes no other. */
export function countKeysOf(name) {
  place = name;
  count = 0;
}

/** @returns {Buffer} as many bytes as asked for, up to 64, that its name alone decides */
export function bytesNamed(name, length = 32) {
  return createHash("sha512").update(`Parmana conformance kit: ${name}`).digest().subarray(0, length);
}

/** A key and its seed, whose secret scalar the generator may use to make signatures that no signer makes. */
export function newKeyWithSeed() {
  count += 1;
  const seed = bytesNamed(`${place} ${count}`);
  return { key: importPrivateKey(new Uint8Array(seed)), seed };
}

export const newKey = () => newKeyWithSeed().key;
