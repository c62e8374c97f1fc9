import { ServerError } from "../errors.js";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** How many of a page the query asks for. @throws ServerError HTTP-002 */
export function limitOf(text: string | undefined): number {
  const limit = Number(text ?? DEFAULT_LIMIT);
  if (limit <= MAX_LIMIT) return limit;
  throw new ServerError("HTTP-002", `The query's limit must be at most ${String(MAX_LIMIT)}.`, {
    details: { pointer: "/limit" },
  });
}
