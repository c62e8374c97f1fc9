import type { policyErrors } from "../errors/policy-errors.js";

export type PolicyErrorCode = keyof typeof policyErrors;

/**
 * What a parsing step throws: it knows the place in the document, not the file.
 * parsePolicy turns it into a GovernanceError with file, line and column.
 */
export class PolicyDefect extends Error {
  readonly code: PolicyErrorCode;
  readonly pointer: string;

  constructor(code: PolicyErrorCode, pointer: string, sentence: string) {
    super(sentence);
    this.name = "PolicyDefect";
    this.code = code;
    this.pointer = pointer;
  }
}
