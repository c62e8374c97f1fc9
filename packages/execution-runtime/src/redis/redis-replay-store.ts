import { hash } from "node:crypto";
import { ownMembers } from "@parmanasystems/canonical";
import { RuntimeError } from "../errors.js";
import type {
  ConfirmedEnd,
  ExecutionIdentity,
  OverrideResolution,
  ReplayRecord,
  ReplayStore,
  Reservation,
  ReserveOutcome,
  ReserveRequest,
} from "../ports.js";
import {
  requireConfirmedEnd,
  requireReserveRequest,
  requireResolution,
  unusable,
} from "../replay-arguments.js";
import { notPending } from "../review-transitions.js";
import { redisAddress } from "./redis-address.js";
import { RedisConnection } from "./redis-connection.js";
import { readAnswer, type ScriptAnswer } from "./redis-record.js";
import { type RedisScript, scripts } from "./scripts.js";

export interface RedisReplayStoreOptions {
  /** How long an identity that ended is remembered. Without an audit log this is the replay window. Default 86,400. */
  readonly ttlSeconds?: number;
  /** Keeps stores on one server apart; 1 to 64 of A-Z a-z 0-9 . _ : - Default "parmana". */
  readonly keyPrefix?: string;
  /** How long to wait for the server. Default 2,000. */
  readonly timeoutMs?: number;
}

const KEY_PREFIX = /^[A-Za-z0-9._:-]{1,64}$/;
const MAX_TTL_SECONDS = 10 * 365 * 24 * 60 * 60;

/**
 * Single use shared by many processes through one Redis server, by its clock: a gate before the audit log, which stays
 * the arbiter when Redis forgets. Every step is one script, and keys are hashes. Nothing is sent twice; a call ends with
 * an answer or a code, and the store is usable again as soon as the server is.
 */
export class RedisReplayStore implements ReplayStore {
  readonly #connection: RedisConnection;
  readonly #ttlMs: number;
  readonly #prefix: string;
  #closed = false;

  /** Connects at the first call. @throws RuntimeError INV-017, SYS-025 */
  constructor(redisUrl: string, options: RedisReplayStoreOptions = {}) {
    const { ttlSeconds = 86_400, keyPrefix = "parmana", timeoutMs = 2_000 } = ownMembers(options);
    requireWhole("ttlSeconds", ttlSeconds, MAX_TTL_SECONDS);
    requireWhole("timeoutMs", timeoutMs, 600_000);
    if (typeof keyPrefix !== "string" || !KEY_PREFIX.test(keyPrefix))
      throw unusable("keyPrefix", "1 to 64 of the characters A-Z a-z 0-9 . _ : -");
    this.#connection = new RedisConnection(redisAddress(redisUrl), timeoutMs);
    this.#ttlMs = ttlSeconds * 1_000;
    // The braces put all keys of a store into one slot of a cluster.
    this.#prefix = `{${keyPrefix}}:`;
  }

  /** @throws RuntimeError INV-016, INV-017, SYS-007, SYS-020 to SYS-026 */
  async reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    const { executionId, fingerprint, identity, leaseMs } = request;
    const asked = { executionId, fingerprint, identity, leaseMs };
    this.#requireOpen();
    requireReserveRequest(asked);
    if (leaseMs > this.#ttlMs)
      throw unusable(
        "leaseMs",
        "no longer than ttlSeconds: a reservation must not be forgotten while it runs",
      );
    return outcomeOf(await this.#run(scripts.reserve, asked, [String(leaseMs)]));
  }

  /** @throws RuntimeError INV-017, INV-018, SYS-007, SYS-020 to SYS-026 */
  async confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void> {
    const { state, attestationHash } = end;
    requireConfirmedEnd({ state, attestationHash });
    await this.#end(scripts.confirm, reservation, [state, attestationHash]);
  }

  /** @throws RuntimeError INV-018, SYS-007, SYS-020 to SYS-026 */
  async fail(reservation: Reservation): Promise<void> {
    await this.#end(scripts.fail, reservation, []);
  }

  /** @throws RuntimeError INV-017, INV-019, SYS-007, SYS-020 to SYS-026 */
  async resolve(executionId: string, resolution: OverrideResolution): Promise<void> {
    requireResolution(resolution);
    const record = await this.find(executionId);
    if (record === undefined) throw notPending(executionId);
    const { outcome, record: found } = await this.#run(scripts.resolve, record, [`resolved_${resolution}`]);
    if (outcome !== "done") throw notPending(executionId, found?.state);
  }

  async find(executionId: string): Promise<ReplayRecord | undefined> {
    this.#requireOpen();
    const { record } = await this.#run(scripts.find, { executionId, fingerprint: "", identity: "" }, []);
    return record;
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection.close();
  }

  async #end(script: RedisScript, reservation: Reservation, values: readonly string[]): Promise<void> {
    const { executionId, fingerprint, identity, fencing } = reservation;
    this.#requireOpen();
    const held = { executionId, fingerprint, identity };
    const { outcome, record } = await this.#run(script, held, [String(fencing), ...values]);
    if (outcome === "done") return;
    throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
      details: { executionId, state: record?.state ?? "absent" },
    });
  }

  async #run(
    script: RedisScript,
    { executionId, fingerprint, identity }: Readonly<Record<keyof ExecutionIdentity, string>>,
    values: readonly string[],
  ): Promise<ScriptAnswer> {
    const records = `${this.#prefix}execution:`;
    const name = hash("sha256", executionId, "hex");
    // Only where the fingerprint is an identity of its own does anybody hold it.
    const holder = `${this.#prefix}${identity === "fingerprint" ? "fingerprint" : "none"}:${hash("sha256", fingerprint, "hex")}`;
    const keys = [`${records}${name}`, holder, `${this.#prefix}fencing`];
    const shared = [executionId, fingerprint, identity, name, records, String(this.#ttlMs)];
    return readAnswer(await this.#connection.run(script, keys, [...shared, ...values]));
  }

  #requireOpen(): void {
    if (this.#closed) throw new RuntimeError("SYS-007", "The Redis replay store is closed.");
  }
}

/** @throws RuntimeError SYS-026 */
function outcomeOf({ outcome, record, abandoned, takenOver, retryAfterMs }: ScriptAnswer): ReserveOutcome {
  if (record !== undefined) {
    switch (outcome) {
      case "reserved": {
        const { executionId, fingerprint, identity, fencing, leaseExpiresAt } = record;
        const reservation = Object.freeze({ executionId, fingerprint, identity, fencing, leaseExpiresAt });
        return { outcome, reservation, takenOver, ...(abandoned && { abandoned }) };
      }
      case "in_flight":
        return { outcome, record, retryAfterMs };
      case "replay":
      case "conflict":
        return { outcome, record };
    }
  }
  throw new RuntimeError("SYS-026", "Redis answered something that is no answer to a reservation.");
}

function requireWhole(argument: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw unusable(argument, `a whole number from 1 to ${String(most)}`);
}
