import { VerifierError, type VerifierErrorCode } from "./errors.js";

/** The attestation states one thing and the material supplied another. @throws VerifierError with the code given */
export function requireSame(code: VerifierErrorCode, what: string, attested: string, supplied: string): void {
  if (attested !== supplied)
    throw new VerifierError(
      code,
      `${what} named by the statement is ${attested}, the one supplied is ${supplied}.`,
    );
}
