import { RuntimeError } from "../errors.js";

/** Where a Redis server is. What logs may show is `shown`, which holds no password. */
export interface RedisAddress {
  readonly url: string;
  readonly shown: string;
  readonly isTls: boolean;
}

/** @throws RuntimeError SYS-025 */
export function redisAddress(redisUrl: string): RedisAddress {
  const url = parsed(redisUrl);
  // What stands behind a question mark would become options of the driver, also those that this store depends on.
  const isUsable = url?.hostname !== "" && url?.search === "" && url.hash === "";
  if (!isUsable || !["redis:", "rediss:"].includes(url.protocol)) {
    // The text may hold a password, so it is not repeated.
    throw new RuntimeError(
      "SYS-025",
      "A Redis store needs a URL such as redis://host:6379/0 or rediss://…, without options behind it.",
    );
  }
  const shown = `${url.hostname}:${url.port === "" ? "6379" : url.port}`;
  return { url: url.href, shown, isTls: url.protocol === "rediss:" };
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
