import { VerifierError } from "./errors.js";

/**
 * Refuses accessors in the value and in the objects directly below it, as deep as an attestation goes: a getter could show the
 * verifier one value and its caller another. @throws VerifierError INV-062
 */
export function requirePlainData(value: unknown, depth = 2): void {
  if (typeof value !== "object" || value === null || depth === 0) return;
  for (const name of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, name);
    if (property === undefined) continue;
    if (!Object.hasOwn(property, "value")) throw new VerifierError("INV-062", "every member must be plain data, not computed when it is read.");
    requirePlainData(property.value, depth - 1);
  }
}
