import { canonicalize, sha256 } from "@parmanasystems/canonical";
import { ServerError } from "../errors.js";

const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\x21\x23-\x7e]+$/;
const MAX_LENGTH = 255;

/** The key of draft-ietf-httpapi-idempotency-key-header, as a structured-field string or bare. @throws ServerError HTTP-010 */
export function idempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = typeof header === "string" ? header.trim() : "";
  const key = QUOTED.exec(text)?.[1]?.replace(/\\(["\\])/g, "$1") ?? BARE.exec(text)?.[0] ?? "";
  if (key.length >= 1 && key.length <= MAX_LENGTH) return key;
  throw new ServerError(
    "HTTP-010",
    "The Idempotency-Key must be 1 to 255 printable ASCII characters, quoted or not.",
  );
}

const PREFIX = "idempotent:";

/** Nobody may take the id that stands for the key of another. @throws ServerError HTTP-002 */
export function requireOwnId(executionId: string): void {
  if (!executionId.startsWith(PREFIX)) return;
  throw new ServerError("HTTP-002", `The body's execution_id must not begin with ${PREFIX}`, {
    details: { pointer: "/execution_id" },
  });
}

/**
 * The execution id that stands for the key of a caller. The ledger consumes it once and for ever, so the key needs no storage of
 * its own and holds among all nodes.
 */
export function idempotentExecutionId(caller: string, key: string): string {
  return `${PREFIX}${sha256(canonicalize(["parmana/idempotency-key/v1", caller, key])).slice("sha256:".length)}`;
}
