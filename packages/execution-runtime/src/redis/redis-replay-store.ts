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
import { damaged, readAnswer, readRecord, type ScriptAnswer, wholeNumber } from "./redis-record.js";
import { type RedisTls, tlsOptions } from "./redis-tls.js";
import { RedisSteps } from "./redis-steps.js";
import type { RedisStep } from "./scripts.js";

export interface RedisReplayStoreOptions {
  /** How long an identity that ended is remembered. Without an audit log this is the replay window. Default 86,400. */
  readonly ttlSeconds?: number;
  /** Keeps stores on one server apart; 1 to 64 of A-Z a-z 0-9 . _ : - Default "parmana". */
  readonly keyPrefix?: string;
  /** How long to wait for the server. Default 2,000. */
  readonly timeoutMs?: number;
  /** For rediss://, where Node.js does not trust the server's authority by itself. */
  readonly tls?: RedisTls;
}

const KEY_PREFIX = /^[A-Za-z0-9._:-]{1,64}$/;
const MAX_TTL_SECONDS = 10 * 365 * 24 * 60 * 60;

/**
 * Single use shared by many processes through one Redis server, by its clock: a gate before the audit log, which stays
 * the arbiter when Redis forgets. Every step is atomic, and keys are hashes. Nothing is sent twice; a call ends with
 * an answer or a code, and the store is usable again as soon as the server is.
 */
export class RedisReplayStore implements ReplayStore {
  readonly #connection: RedisConnection;
  readonly #steps: RedisSteps;
  readonly #ttlMs: number;
  readonly #prefix: string;
  #closed = false;

  /** Connects at the first call. @throws RuntimeError INV-017, SYS-025 */
  constructor(redisUrl: string, options: RedisReplayStoreOptions = {}) {
    const { ttlSeconds = 86_400, keyPrefix = "parmana", timeoutMs = 2_000, tls } = ownMembers(options);
    requireWhole("ttlSeconds", ttlSeconds, MAX_TTL_SECONDS);
    requireWhole("timeoutMs", timeoutMs, 600_000);
    if (typeof keyPrefix !== "string" || !KEY_PREFIX.test(keyPrefix))
      throw unusable("keyPrefix", "1 to 64 of the characters A-Z a-z 0-9 . _ : -");
    this.#ttlMs = ttlSeconds * 1_000;
    // The braces put all keys of a store into one slot of a cluster.
    this.#prefix = `{${keyPrefix}}:`;
    const address = redisAddress(redisUrl);
    this.#connection = new RedisConnection(address, tlsOptions(tls, address.isTls), timeoutMs);
    this.#steps = new RedisSteps(this.#connection, `${this.#prefix}fencing`, String(this.#ttlMs));
  }

  /** Calls that wait for the server, for those who watch the load. */
  get waiting(): number {
    return this.#steps.waiting;
  }

  /** @throws RuntimeError INV-016, INV-017, SYS-007, SYS-020 to SYS-027 */
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
    const facts = ` ${identity} ${fingerprint} ${executionId} `;
    return outcomeOf(asked, await this.#take("reserve", asked, [facts, String(leaseMs)]));
  }

  /** @throws RuntimeError INV-017, INV-018, SYS-007, SYS-020 to SYS-027 */
  async confirm(reservation: Reservation, end: ConfirmedEnd): Promise<void> {
    const { state, attestationHash } = end;
    requireConfirmedEnd({ state, attestationHash });
    await this.#end("confirm", reservation, [state, attestationHash]);
  }

  /** @throws RuntimeError INV-018, SYS-007, SYS-020 to SYS-027 */
  async fail(reservation: Reservation): Promise<void> {
    await this.#end("fail", reservation, []);
  }

  /** @throws RuntimeError INV-017, INV-019, SYS-007, SYS-020 to SYS-027 */
  async resolve(executionId: string, resolution: OverrideResolution): Promise<void> {
    requireResolution(resolution);
    const record = await this.find(executionId);
    if (record === undefined) throw notPending(executionId);
    const { outcome, more } = await this.#take("resolve", record, [`resolved_${resolution}`]);
    if (outcome !== "done") throw notPending(executionId, readRecord(more[0])?.state);
  }

  async find(executionId: string): Promise<ReplayRecord | undefined> {
    this.#requireOpen();
    const { more } = await this.#take("find", { executionId, fingerprint: "", identity: "execution" }, []);
    return readRecord(more[0]);
  }

  /**
   * Writes a key that is none of an execution and gone in a second, so that those who ask for readiness learn of a server that only
   * reads. @throws RuntimeError SYS-007, SYS-020 to SYS-027
   */
  async requireWritable(): Promise<void> {
    this.#requireOpen();
    const step: RedisStep = {
      name: "probe",
      record: `${this.#prefix}probe`,
      holder: undefined,
      values: ["1000"],
    };
    readAnswer(await this.#steps.take(step));
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection.close();
  }

  async #end(
    step: "confirm" | "fail",
    reservation: Reservation,
    values: readonly [string?, string?],
  ): Promise<void> {
    const { executionId, fingerprint, identity, fencing } = reservation;
    this.#requireOpen();
    const held = { executionId, fingerprint, identity };
    const { outcome, more } = await this.#take(step, held, [String(fencing), ...values]);
    if (outcome === "done") return;
    throw new RuntimeError("INV-018", "The reservation is no longer held by this caller.", {
      details: { executionId, state: readRecord(more[0])?.state ?? "absent" },
    });
  }

  async #take(
    name: RedisStep["name"],
    { executionId, fingerprint, identity }: Readonly<Record<keyof ExecutionIdentity, string>>,
    values: RedisStep["values"],
  ): Promise<ScriptAnswer> {
    // Keys are hashes, and a fingerprint is one. Only where it is an identity of its own does anybody hold it.
    const record = `${this.#prefix}execution:${hash("sha256", executionId, "base64url")}`;
    const holder =
      identity === "fingerprint" ? `${this.#prefix}fingerprint:${fingerprint.slice(7)}` : undefined;
    return readAnswer(await this.#steps.take({ name, record, holder, values }));
  }

  #requireOpen(): void {
    if (this.#closed) throw new RuntimeError("SYS-007", "The Redis replay store is closed.");
  }
}

/** @throws RuntimeError SYS-026 */
function outcomeOf(asked: ExecutionIdentity, { outcome, more }: ScriptAnswer): ReserveOutcome {
  const [first, second, third] = more;
  if (outcome === "reserved" || outcome === "taken over") {
    const { executionId, fingerprint, identity } = asked;
    const [fencing, leaseExpiresAt] = [wholeNumber(first), wholeNumber(second)];
    const reservation = Object.freeze({ executionId, fingerprint, identity, fencing, leaseExpiresAt });
    const abandoned = readRecord(third);
    const takenOver = outcome === "taken over";
    return { outcome: "reserved", reservation, takenOver, ...(abandoned && { abandoned }) };
  }
  const record = readRecord(first) ?? damaged();
  switch (outcome) {
    case "in_flight":
      return { outcome, record, retryAfterMs: wholeNumber(second) };
    case "replay":
    case "conflict":
      return { outcome, record };
    default:
      return damaged();
  }
}

function requireWhole(argument: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw unusable(argument, `a whole number from 1 to ${String(most)}`);
}
