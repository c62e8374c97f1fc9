import type { Problem } from "./api.js";

export const clientErrors = {
  "CLIENT-001": {
    meaning:
      "No answer came: the server could not be reached, or the connection ended before the answer did.",
    remedy:
      "Check the address and the network. Where outcomeUnknown is true, ask for the execution before giving up on it.",
  },
  "CLIENT-002": {
    meaning: "The deadline of the call came before an answer.",
    remedy:
      "Give the call more time (deadlineMs). Where outcomeUnknown is true, repeat it with the same Idempotency-Key.",
  },
  "CLIENT-003": {
    meaning: "The answer is not one of this API: something between, or another server, gave it.",
    remedy: "Check that baseUrl is the address of a Parmana server, and what the balancer before it says.",
  },
  "CLIENT-004": {
    meaning: "An option or argument of the client is not usable.",
    remedy: "The message names it and what it must be.",
  },
} as const satisfies Readonly<
  Record<`CLIENT-${number}`, { readonly meaning: string; readonly remedy: string }>
>;

export type ClientErrorCode = keyof typeof clientErrors;

const API_MARK = Symbol.for("parmana.client.api-error");
const CLIENT_MARK = Symbol.for("parmana.client.error");

/** The server answered with a problem (RFC 9457). */
export class ParmanaApiError extends Error {
  override readonly name = "ParmanaApiError";
  readonly [API_MARK] = true;
  readonly status: number;
  /** Stable: a program may branch on it. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Finds the request in the server's log. */
  readonly requestId: string | undefined;
  /** The whole problem, with the members that belong to its code. */
  readonly problem: Problem;
  /** True where an execution or a vote may have gone through nevertheless. */
  readonly outcomeUnknown: boolean;

  constructor(
    problem: Problem,
    terms: { readonly requestId: string | undefined; readonly outcomeUnknown: boolean },
  ) {
    super(`[${problem.code}] ${problem.detail}`);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.problem = problem;
    this.requestId = terms.requestId;
    this.outcomeUnknown = terms.outcomeUnknown;
  }

  /** Also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is ParmanaApiError {
    return value instanceof Error && Reflect.get(value, API_MARK) === true;
  }
}

/** The server did not answer, or not in a way that can be understood; or it was not even asked. */
export class ParmanaClientError extends Error {
  override readonly name = "ParmanaClientError";
  readonly [CLIENT_MARK] = true;
  readonly code: ClientErrorCode;
  /** True where an execution or a vote may have gone through nevertheless. */
  readonly outcomeUnknown: boolean;

  constructor(
    code: ClientErrorCode,
    sentence: string,
    { cause, outcomeUnknown = false }: { readonly cause?: unknown; readonly outcomeUnknown?: boolean } = {},
  ) {
    super(`[${code}] ${sentence}`, { cause });
    this.code = code;
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is ParmanaClientError {
    return value instanceof Error && Reflect.get(value, CLIENT_MARK) === true;
  }
}
