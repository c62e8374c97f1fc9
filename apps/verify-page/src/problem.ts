import { ParmanaError } from "@parmanasystems/canonical";

/** Something the person at the page can act on. */
export interface Problem {
  readonly code: string | undefined;
  readonly sentence: string;
}

/** The same of whatever was thrown; the code stands in a member of its own. */
export function problemOf(error: unknown): Problem {
  if (!ParmanaError.isInstance(error)) {
    return { code: undefined, sentence: "The browser could not read it. Choose the file again." };
  }
  return { code: error.code, sentence: error.message.replace(/^\[[A-Z0-9-]+\] /, "") };
}
