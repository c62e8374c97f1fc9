import { VerifierError } from "./errors.js";

/** Own members only, and none that is misspelt. @throws VerifierError INV-060 */
export function membersOf(
  value: unknown,
  what: string,
  allowed: readonly string[],
): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null) throw misuse(what, "an object");
  const members = new Map<string, unknown>(Object.entries(value));
  for (const name of members.keys()) {
    if (!allowed.includes(name)) throw misuse(`${what}.${name.slice(0, 64)}`, `one of ${allowed.join(", ")}`);
  }
  return members;
}

export function misuse(what: string, expected: string): VerifierError {
  return new VerifierError("INV-060", `${what} must be ${expected}.`);
}
