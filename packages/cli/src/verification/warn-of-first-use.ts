import type { Output } from "../output.js";

export function warnOfFirstUse(output: Output, keyId: string): void {
  output.note(`WARNING: the root key ${keyId} was taken from the bundle itself.`);
  output.note("Whoever made up the bundle could have made up the key: compare it with its owner's first.");
}
