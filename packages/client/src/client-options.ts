import { ParmanaClientError } from "./errors.js";

export interface ClientOptions {
  /** Where the server is, such as `https://parmana.example.com`; a path before its routes is kept. */
  readonly baseUrl: string;
  /** An API key or a token of the OIDC provider; a function is asked before every request. */
  readonly apiKey?: string | (() => string | Promise<string>);
  /** The most that a call takes, with all that it repeats. Default 60,000. */
  readonly deadlineMs?: number;
  /** How long one request may take before it counts as lost. Default 15,000. */
  readonly attemptMs?: number;
  /** In place of the global one, for proxies and certificates of one's own. */
  readonly fetch?: typeof globalThis.fetch;
}

/** For one call. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. What the server has begun goes on there. */
  readonly signal?: AbortSignal;
  /** In place of the client's. */
  readonly deadlineMs?: number;
}

export interface Connection {
  readonly base: string;
  readonly credentials: () => string | undefined | Promise<string>;
  readonly deadlineMs: number;
  readonly attemptMs: number;
  readonly fetch: typeof globalThis.fetch;
}

const LONGEST_MS = 24 * 60 * 60 * 1_000;

/** @throws ParmanaClientError CLIENT-004 */
export function connectionOf(options: ClientOptions): Connection {
  const { baseUrl, apiKey, deadlineMs = 60_000, attemptMs = 15_000, fetch = globalThis.fetch } = options;
  return {
    base: checkedBase(baseUrl),
    credentials: typeof apiKey === "function" ? apiKey : () => apiKey,
    deadlineMs: checkedMs("deadlineMs", deadlineMs),
    attemptMs: checkedMs("attemptMs", attemptMs),
    // Browsers refuse their fetch on any other object.
    fetch: (input, init) => fetch(input, init),
  };
}

/** @throws ParmanaClientError CLIENT-004 */
export function checkedMs(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= LONGEST_MS) return value;
  throw new ParmanaClientError(
    "CLIENT-004",
    `${name} must be a whole number of milliseconds, at the most a day.`,
  );
}

function checkedBase(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const usable =
    url !== undefined &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
  if (usable) return url.href.replace(/\/+$/, "");
  throw new ParmanaClientError(
    "CLIENT-004",
    "baseUrl must be an http or https address without credentials, query or fragment.",
  );
}
