import { expect } from "vitest";
import { ProvenanceError } from "../src/index.js";

/** The call must throw a ProvenanceError with this code; the error comes back for further looks. */
export function expectCode(code: string, call: () => unknown): ProvenanceError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ProvenanceError);
    expect(error).toMatchObject({ code });
    if (error instanceof ProvenanceError) return error;
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}
