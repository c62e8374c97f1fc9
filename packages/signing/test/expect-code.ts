import { expect } from "vitest";
import { SigningError } from "../src/index.js";

/** The call must throw a SigningError with this code; the error comes back for further looks. */
export function expectCode(code: string, call: () => unknown): SigningError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(SigningError);
    expect(error).toMatchObject({ code });
    if (error instanceof SigningError) return error;
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}
