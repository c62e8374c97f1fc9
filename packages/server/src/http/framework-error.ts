import { ParmanaError } from "@parmanasystems/canonical";
import type { FastifyError } from "fastify";
import { ServerError, type ServerErrorCode } from "../errors.js";

const codes: Readonly<Record<string, ServerErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "HTTP-001",
  FST_ERR_CTP_BODY_TOO_LARGE: "HTTP-006",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "HTTP-002",
  FST_ERR_CTP_EMPTY_JSON_BODY: "HTTP-002",
  FST_ERR_BAD_URL: "HTTP-002",
  FST_ERR_MAX_PARAM_LENGTH: "HTTP-002",
};

const sentences: Partial<Record<ServerErrorCode, string>> = {
  "HTTP-001": "The body must be application/json.",
  "HTTP-006": "The body is larger than this route reads.",
};

/** Errors of Fastify as errors of ours; what is unknown stays as it is. */
export function translated(error: unknown): unknown {
  if (ParmanaError.isInstance(error) || !(error instanceof Error)) return error;
  const { code, validation, validationContext } = error as Partial<FastifyError>;
  if (validation !== undefined) return malformed(validationContext ?? "request", validation[0]);
  const ours = code === undefined ? undefined : codes[code];
  if (ours === undefined) return error;
  return new ServerError(ours, sentences[ours] ?? "The request is not well-formed.", { cause: error });
}

function malformed(
  part: string,
  problem: { readonly instancePath: string; readonly message?: string; readonly params?: object } | undefined,
): ServerError {
  const pointer = problem?.instancePath ?? "";
  const extra: unknown = Reflect.get(problem?.params ?? {}, "additionalProperty");
  const what = `${problem?.message ?? "is not as described"}${typeof extra === "string" ? `: ${JSON.stringify(extra.slice(0, 64))}` : ""}`;
  return new ServerError("HTTP-002", `The ${part}${pointer === "" ? "" : ` at ${pointer}`} ${what}.`, {
    details: { pointer },
  });
}
