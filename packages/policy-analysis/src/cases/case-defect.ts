import type { PolicyAnalysisErrorCode } from "../errors.js";

/** What a reading step throws: it knows the place in the document, not the file. */
export class CaseDefect extends Error {
  readonly code: PolicyAnalysisErrorCode;
  readonly pointer: string;

  constructor(pointer: string, sentence: string, code: PolicyAnalysisErrorCode = "POL-061") {
    super(sentence);
    this.name = "CaseDefect";
    this.code = code;
    this.pointer = pointer;
  }
}
