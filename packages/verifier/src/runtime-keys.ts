import { importPublicKey, type KeySource, type PublicKey } from "@parmanasystems/signing";

/** The runtime keys that the verifier trusts on its own account, by key id. @throws SigningError KEY-* */
export type RuntimeKeys = () => ReadonlyMap<string, PublicKey>;

/** Admission costs about 1 ms a key, so it happens when the keys are first needed, and once. */
export function pinRuntimeKeys(sources: readonly KeySource[]): RuntimeKeys {
  let admitted: ReadonlyMap<string, PublicKey> | undefined;
  return () => (admitted ??= new Map(sources.map(importPublicKey).map((key) => [key.keyId, key])));
}
