import { CanonicalError, type CanonicalErrorCode } from "../src/index.js";

/** The CanonicalError that the action throws; fails when it throws anything else or nothing. */
export function failureOf(action: () => unknown): CanonicalError {
  try {
    action();
  } catch (error) {
    if (error instanceof CanonicalError) return error;
    throw error;
  }
  throw new Error("The action was expected to throw.");
}

export function codeOf(action: () => unknown): CanonicalErrorCode {
  return failureOf(action).code;
}
