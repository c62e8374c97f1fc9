import { RuntimeError } from "../errors.js";

/** Where a Redis server is. What logs may show is `shown`, which holds no password. */
export interface RedisAddress {
  readonly url: string;
  readonly shown: string;
}

/** @throws RuntimeError SYS-025 */
export function redisAddress(redisUrl: string): RedisAddress {
  const url = parsed(redisUrl);
  if (url === undefined || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "") {
    // The text may hold a password, so it is not repeated.
    throw new RuntimeError("SYS-025", "A Redis store needs a URL such as redis://host:6379/0 or rediss://…");
  }
  return { url: url.href, shown: `${url.hostname}:${url.port === "" ? "6379" : url.port}` };
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
