import { CanonicalError } from "./errors.js";
import { ownMembers } from "./own-members.js";

/** Bounds of one `parseStrict` call. */
export interface ParseLimits {
  /** Size of the input in bytes of UTF-8; 1 MiB by default. */
  readonly maxBytes?: number;
  /** Nested objects and arrays, 0 to 512; 64 by default. */
  readonly maxDepth?: number;
  /** Objects, arrays and scalars together; as many as `maxBytes` has room for by default. An empty array takes 3 bytes to write and dozens to hold. */
  readonly maxValues?: number;
  /**
   * "safe" (default) refuses literals beyond ±(2^53-1) and nonzero ones that would become 0;
   * "any-double" takes whatever rounds to a finite double.
   */
  readonly numbers?: "safe" | "any-double";
}

const highestDepth = 512;

/** The limits with defaults filled in. @throws CANONICAL-015 */
export function checkLimits(limits: ParseLimits): Required<ParseLimits> {
  const {
    maxBytes = 1024 * 1024,
    maxDepth = 64,
    maxValues = Number.MAX_SAFE_INTEGER,
    numbers = "safe",
  } = ownMembers(limits);
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    throw new CanonicalError("CANONICAL-015", "maxBytes must be a whole number, 0 or more.");
  if (!Number.isSafeInteger(maxDepth) || maxDepth < 0 || maxDepth > highestDepth) {
    // The parser recurses once per level, and the bound keeps it far from the end of the stack.
    throw new CanonicalError("CANONICAL-015", `maxDepth must be a whole number from 0 to ${highestDepth}.`);
  }
  if (!Number.isSafeInteger(maxValues) || maxValues < 0)
    throw new CanonicalError("CANONICAL-015", "maxValues must be a whole number, 0 or more.");
  if (!["safe", "any-double"].includes(numbers))
    throw new CanonicalError("CANONICAL-015", 'numbers must be "safe" or "any-double".');
  return { maxBytes, maxDepth, maxValues, numbers };
}
