const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/**
 * How long to wait after so many failed attempts: a random part of a time that doubles, so that callers who failed together do not
 * come back together; and after what the server asked for.
 */
export function pauseMs(failed: number, retryAfterMs = 0): number {
  return retryAfterMs + Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failed - 1));
}

/** Retry-After of RFC 9110: seconds, or a date. */
export function retryAfterMs(headers: Headers): number {
  const text = headers.get("retry-after") ?? "";
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

/** @throws the signal's reason */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener("abort", finish);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
  });
  signal.throwIfAborted();
}
