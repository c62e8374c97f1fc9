import type { Problem } from "./api.js";
import type { Connection } from "./client-options.js";
import { ParmanaClientError } from "./errors.js";

export interface Request {
  readonly method: "GET" | "POST";
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** What was parsed of JSON, the words of plain text, and undefined for all else. */
  readonly content: unknown;
}

/** No answer, or half of one: whether the server did the work is not known. */
export class LostAnswer extends Error {}

/** One request, one answer. @throws LostAnswer */
export async function exchange(
  connection: Connection,
  request: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const credentials = await connection.credentials();
  const { method, path, body } = request;
  const headers = new Headers(request.headers);
  if (credentials !== undefined) setCredentials(headers, credentials);
  if (body !== undefined) headers.set("content-type", "application/json");
  try {
    const response = await connection.fetch(`${connection.base}${path}`, {
      method,
      headers,
      signal,
      // A redirect would take facts and credentials elsewhere; a cache would answer for the server.
      redirect: "manual",
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      ...(body !== undefined && { body }),
    });
    return { status: response.status, headers: response.headers, content: await contentOf(response) };
  } catch (cause) {
    throw new LostAnswer("The answer did not come, or not to its end.", { cause });
  }
}

/** A header that cannot be sent must not look like a network that fails. @throws ParmanaClientError CLIENT-004 */
function setCredentials(headers: Headers, credentials: string): void {
  if (!/^[\x21-\x7e]+$/.test(credentials))
    throw new ParmanaClientError("CLIENT-004", "apiKey must be printable ASCII without spaces.");
  headers.set("authorization", `Bearer ${credentials}`);
}

async function contentOf(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  if (/^application\/([\w.-]+\+)?json\b/i.test(type)) return response.json();
  if (/^text\/plain\b/i.test(type)) return response.text();
  // Read all the same, so that the connection can serve again.
  await response.arrayBuffer();
  return undefined;
}

export function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const { status, code, title, detail } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof status === "number" && [code, title, detail].every((member) => typeof member === "string");
}
