import { spawnSync } from "node:child_process";
import { Redis } from "ioredis";
import { afterAll } from "vitest";

/** Where the tests find Redis. */
export const redisUrl = process.env["PARMANA_TEST_REDIS_URL"] ?? "redis://127.0.0.1:6379";

/** False, with a line that says so, where no server answers; in CI that is a failure. */
export const redisAnswers = await answers();

/** The same for a server program, of which the tests start their own. */
export const redisServerIsHere = serverIsHere();

function serverIsHere(): boolean {
  if (spawnSync("redis-server", ["--version"]).status === 0) return true;
  if (process.env["CI"] === "true") throw new Error("There is no redis-server on the PATH.");
  console.warn("SKIPPED: tests of the Redis store that break their server, since there is no redis-server");
  return false;
}

async function answers(): Promise<boolean> {
  try {
    await withRedis((redis) => redis.ping());
    return true;
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    console.warn("SKIPPED: tests of the Redis store, since no server answers at PARMANA_TEST_REDIS_URL");
    return false;
  }
}

/** As any other client of the server would. */
export async function withRedis<Answer>(
  work: (redis: Redis) => Promise<Answer>,
  url = redisUrl,
): Promise<Answer> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** Key prefixes of one test file, whose keys are deleted at its end. */
export function temporaryPrefixes(name: string): () => string {
  const made: string[] = [];
  afterAll(() =>
    withRedis(async (redis) => {
      for (const prefix of made) {
        const keys = await redis.keys(`{${prefix}}:*`);
        if (keys.length > 0) await redis.del(...keys);
      }
    }),
  );
  return () => {
    const prefix = `test-${name}-${String(process.pid)}-${String(made.length)}`;
    made.push(prefix);
    return prefix;
  };
}

/** Lets the leases of a store run out sooner: its time is the server's, which nobody can set. */
export async function advance(prefix: string, ms: number, url = redisUrl): Promise<void> {
  await withRedis(async (redis) => {
    for (const key of await redis.keys(`{${prefix}}:execution:*`)) {
      const [state, fencing, lease, ...facts] = ((await redis.get(key)) ?? "").split(" ");
      const record = [state, fencing, String(Number(lease) - ms), ...facts].join(" ");
      await redis.set(key, record, "KEEPTTL");
    }
  }, url);
}
