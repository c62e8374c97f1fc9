import { parseStrict } from "@parmanasystems/canonical";
import type { FetchImplementation } from "jose";

const MAX_BYTES = 1024 * 1024;

export interface Patience {
  /** How long a provider is left alone that failed once; each failure that follows doubles it. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** Monotonic. */
  readonly now?: () => number;
}

/**
 * The fetch of a provider's keys. jose pauses after key sets only: while a provider is away, or answers with something else, every token
 * would ask it again, and hold a place for as long as that takes. One failure shuts nobody out for long. An answer that does not end is
 * not read to its end.
 */
export function providerFetch(patience: Patience): FetchImplementation {
  const { pauseMs, maxPauseMs, now = () => performance.now() } = patience;
  let failures = 0;
  let restsUntil = -Infinity;
  return async (url, terms) => {
    if (now() < restsUntil) throw new Error("The provider failed a moment ago.");
    try {
      const response = await fetch(url, terms);
      if (response.status !== 200) throw new Error(`The provider answered with ${String(response.status)}.`);
      const bytes = await boundedBytes(response);
      requireKeySet(bytes);
      failures = 0;
      return new Response(bytes);
    } catch (error) {
      restsUntil = now() + Math.min(maxPauseMs, pauseMs * 2 ** failures);
      failures += 1;
      throw error;
    }
  };
}

/** What the keys are is for jose to judge. */
function requireKeySet(bytes: Uint8Array): void {
  const answer = parseStrict(bytes);
  const keys: unknown = answer instanceof Object ? Reflect.get(answer, "keys") : undefined;
  if (!Array.isArray(keys)) throw new Error("The provider answered with something that is no key set.");
}

async function boundedBytes({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body?.getReader();
  const parts: Uint8Array[] = [];
  for (let length = 0; ;) {
    const part = (await reader?.read())?.value;
    if (part === undefined) return new Uint8Array(Buffer.concat(parts));
    parts.push(part);
    length += part.length;
    if (length <= MAX_BYTES) continue;
    await reader?.cancel();
    throw new Error(`The provider answered with more than ${String(MAX_BYTES)} bytes.`);
  }
}
