import { type JsonValue, parseStrict } from "@parmanasystems/canonical";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { requireCaller } from "../authentication/require-caller.js";
import { ServerError } from "../errors.js";
import { callerKey } from "./rate-keys.js";
import type { RateLimit } from "./rate-limit.js";

export interface BodyTerms {
  readonly maxBodyBytes: number;
  readonly maxDepth: number;
  readonly rate: RateLimit;
}

/** What a request may have of a body without being counted as more than one. */
const BYTES_OF_ONE = 65_536;

/** Bodies enter as strict JSON and as nothing else: no duplicate names, no lossy text, no compression, no second type. */
export function readBodiesStrictly(
  server: FastifyInstance,
  { maxBodyBytes, maxDepth, rate }: BodyTerms,
): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
      let value: JsonValue;
      try {
        requirePlainUtf8(request);
        rate.charge(callerKey(requireCaller(request)), Math.floor(body.length / BYTES_OF_ONE));
        value = parseStrict(body, { maxBytes: Math.max(maxBodyBytes, body.length), maxDepth });
      } catch (error) {
        done(error instanceof Error ? error : new Error("unknown failure", { cause: error }));
        return;
      }
      done(null, value);
    },
  );
}

function requirePlainUtf8({ headers }: FastifyRequest): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new ServerError("HTTP-001", "The body must not be compressed.");
  }
  const charset = /;\s*charset="?([^";\s]*)/i.exec(headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && charset.toLowerCase() !== "utf-8") {
    throw new ServerError("HTTP-001", "The body must be UTF-8.");
  }
}
