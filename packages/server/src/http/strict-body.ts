import { type JsonValue, parseStrict } from "@parmanasystems/canonical";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ServerError } from "../errors.js";

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxDepth: number;
}

/** Bodies enter as strict JSON and as nothing else: no duplicate names, no lossy text, no compression, no second type. */
export function readBodiesStrictly(server: FastifyInstance, { maxBodyBytes, maxDepth }: BodyLimits): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
      let value: JsonValue;
      try {
        requirePlainUtf8(request);
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
