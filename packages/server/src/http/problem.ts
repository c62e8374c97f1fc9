import { ParmanaError } from "@parmanasystems/canonical";
import { ServerError } from "../errors.js";
import { type ProblemStatus, problemStatus } from "./problem-statuses.js";

/** RFC 9457. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: ProblemStatus;
  readonly detail: string;
  readonly code: string;
  readonly [extension: string]: unknown;
}

export interface ProblemAnswer {
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

const titles: Readonly<Record<ProblemStatus, string>> = {
  400: "Malformed request",
  401: "Not authenticated",
  403: "Not allowed",
  404: "Not found",
  408: "Too slow",
  409: "Conflict",
  413: "Too large",
  415: "Unsupported media type",
  422: "Refused",
  429: "Too many requests",
  431: "Headers too large",
  500: "Internal error",
  503: "Unavailable",
};

/** Details that callers can use; all else of an error stays here. Name in the problem → name in the error. */
const extensions: Readonly<Record<string, string>> = {
  execution_id: "executionId",
  state: "state",
  attestationHash: "attestationHash",
  pointer: "pointer",
  line: "line",
  column: "column",
  signal: "signal",
};

/** What the caller is told of an error. No stack, no cause, nothing of what is not ours. */
export function problemAnswer(error: unknown): ProblemAnswer {
  const told = ParmanaError.isInstance(error)
    ? error
    : new ServerError("HTTP-013", "The server failed unexpectedly.");
  const { code, details } = told;
  const status = problemStatus(code);
  return {
    status,
    headers: headersOf(status, told),
    body: {
      type: `https://parmana.systems/errors#${code.toLowerCase()}`,
      title: titles[status],
      status,
      detail: sentenceOf(told),
      code,
      ...Object.fromEntries(
        Object.entries(extensions).flatMap(([name, from]) =>
          isPlain(details[from]) ? [[name, details[from]]] : [],
        ),
      ),
    },
  };
}

/** Our own 5xx say in words of ours what is wrong; paths and addresses of the installation are for whoever runs it. */
function sentenceOf({ code, message }: ParmanaError): string {
  if (problemStatus(code) >= 500 && !code.startsWith("HTTP-"))
    return "The server cannot decide safely now, so it decides nothing.";
  if (code === "POL-030") return "There is no such policy version here, or it is not signed.";
  return message.replace(/^\[[^\]]*\] /, "");
}

function headersOf(status: ProblemStatus, { code, details }: ParmanaError): Record<string, string> {
  const { retryAfterMs, executionId, state } = details;
  const asked = typeof retryAfterMs === "number" ? Math.max(1, Math.ceil(retryAfterMs / 1_000)) : 1;
  const isAttested = code === "INV-013" && typeof executionId === "string" && state !== "failed";
  // What is in flight is mostly done long before its lease ends.
  const seconds = code === "INV-014" ? Math.min(asked, IN_FLIGHT_SECONDS) : asked;
  return {
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...((status === 503 || status === 429 || code === "INV-014") && { "retry-after": String(seconds) }),
    ...(isAttested && { location: `/executions/${encodeURIComponent(executionId)}` }),
  };
}

const IN_FLIGHT_SECONDS = 2;

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
