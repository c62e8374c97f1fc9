import type { FastifyRequest } from "fastify";
import { ServerError } from "../errors.js";

/** Two of these would let two readers of one request see two requests (threat 53). To each its bit. */
const single: ReadonlyMap<string, number> = new Map(
  [
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "transfer-encoding",
    "traceparent",
  ].map((name, index) => [name, 1 << index]),
);

/** @throws ServerError HTTP-002 */
export function requireSingleHeaders({ raw: { rawHeaders } }: FastifyRequest): void {
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const bit = single.get(name) ?? 0;
    if ((seen & bit) !== 0) throw new ServerError("HTTP-002", `The header ${name} must come once.`);
    seen |= bit;
  }
}
