import type { FetchImplementation } from "jose";

const MAX_BYTES = 1024 * 1024;

export interface Patience {
  /** How long a provider that failed is left alone. */
  readonly pauseMs: number;
  /** Monotonic. */
  readonly now?: () => number;
}

/**
 * The fetch of a provider's keys. jose pauses after answers only: while a provider is away, every token would ask it again, and hold
 * a place for as long as that takes. An answer that does not end is not read to its end.
 */
export function providerFetch({ pauseMs, now = () => performance.now() }: Patience): FetchImplementation {
  let failedAt = -Infinity;
  return async (url, terms) => {
    if (now() - failedAt < pauseMs) throw new Error("The provider failed a moment ago.");
    try {
      const response = await fetch(url, terms);
      if (response.status !== 200) throw new Error(`The provider answered with ${String(response.status)}.`);
      return new Response(await boundedBytes(response));
    } catch (error) {
      failedAt = now();
      throw error;
    }
  };
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
