import { VerifierError } from "./errors.js";

/**
 * Returns the value unless it or an object directly below it, as deep as an attestation goes, has an accessor: a getter could show
 * the verifier one value and its caller another. @throws VerifierError INV-062
 */
export function requirePlainData<T>(value: T): T {
  refuseAccessors(value, 2);
  return value;
}

function refuseAccessors(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null || depth === 0) return;
  for (const name of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, name);
    if (property === undefined) continue;
    if (!Object.hasOwn(property, "value")) {
      throw new VerifierError(
        "INV-062",
        "every member must be plain data, not computed each time it is read.",
      );
    }
    refuseAccessors(property.value, depth - 1);
  }
}
