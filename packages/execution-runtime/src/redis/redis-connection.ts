import { Redis } from "ioredis";
import { RuntimeError } from "../errors.js";
import type { RedisAddress } from "./redis-address.js";
import { RedisDeadline } from "./redis-deadline.js";
import { redisFailure, replyFailure } from "./redis-failure.js";
import type { RedisTls } from "./redis-tls.js";
import type { RedisScript } from "./scripts.js";

/** A connection that is there, or on its way. */
interface Connecting {
  readonly client: Redis;
  readonly deadline: RedisDeadline;
  readonly ready: Promise<void>;
}

/**
 * A connection that is made when it is needed, and made anew after it broke. Nothing is ever sent twice: what became of
 * a command whose answer was lost, only a question can tell. Every call ends within the time limit or twice of it, when
 * it had to connect.
 */
export class RedisConnection {
  readonly #address: RedisAddress;
  readonly #tls: RedisTls | undefined;
  readonly #timeoutMs: number;
  #current: Connecting | undefined;
  #closed = false;

  constructor(address: RedisAddress, tls: RedisTls | undefined, timeoutMs: number) {
    this.#address = address;
    this.#tls = tls;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws RuntimeError SYS-007, SYS-020 to SYS-027 */
  async run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const { client, deadline, ready } = this.#connection();
    await ready;
    const terms = [...keys, ...values];
    const asked = client.evalsha(script.sha1, keys.length, ...terms);
    return deadline.within<unknown>(asked, async (cause) => {
      if (!isUnknownScript(cause)) throw this.#failure(cause);
      try {
        return await client.eval(script.source, keys.length, ...terms);
      } catch (error) {
        throw this.#failure(error);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#current !== undefined) this.#giveUp(this.#current.client);
  }

  #connection(): Connecting {
    if (this.#closed) throw new RuntimeError("SYS-007", "The Redis replay store is closed.");
    return (this.#current ??= this.#connect());
  }

  #connect(): Connecting {
    const client = new Redis(this.#address.url, {
      ...(this.#tls && { tls: this.#tls }),
      lazyConnect: true,
      connectTimeout: this.#timeoutMs,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      enableReadyCheck: false,
      // A login that is refused must not be followed by commands.
      enableOfflineQueue: false,
    });
    let broken: unknown;
    client.on("error", (error) => {
      broken = error;
    });
    client.on("close", () => {
      this.#giveUp(client);
    });
    // A connection that is late is given up: whatever waits on it would be late, too.
    const deadline = new RedisDeadline(this.#timeoutMs, () => {
      this.#giveUp(client);
      const sentence = `Redis at ${this.#address.shown} did not answer within ${String(this.#timeoutMs)} ms.`;
      return new RuntimeError("SYS-020", sentence);
    });
    const connected = async () => {
      try {
        await client.connect();
        requireKeeping(await client.info("memory"), this.#address.shown);
      } catch (error) {
        this.#giveUp(client);
        // Connecting fails with a sentence of its own; what the server said comes as an event.
        throw error instanceof RuntimeError ? error : (broken ?? error);
      }
    };
    return {
      client,
      deadline,
      ready: deadline.within(connected(), (cause) => Promise.reject(this.#failure(cause))),
    };
  }

  /** The error for what the server said. */
  refusal(reply: string): RuntimeError {
    return replyFailure(reply, this.#address.shown);
  }

  readonly #failure = (cause: unknown): RuntimeError => redisFailure(cause, this.#address.shown);

  /** The next call connects anew. */
  #giveUp(client: Redis): void {
    if (this.#current?.client !== client) return;
    this.#current = undefined;
    client.disconnect();
  }
}

/** Then the script did not run. */
function isUnknownScript(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith("NOSCRIPT");
}

/** A server that evicts keys forgets what was executed. @throws RuntimeError SYS-024 */
function requireKeeping(memory: string, shown: string): void {
  const limit = /^maxmemory:(\d+)/m.exec(memory)?.[1];
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (limit === "0" || policy === "noeviction") return;
  throw new RuntimeError("SYS-024", `Redis at ${shown} may evict keys: set maxmemory-policy noeviction.`, {
    details: { policy: policy ?? "unknown" },
  });
}
