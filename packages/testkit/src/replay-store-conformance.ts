import { type Sha256, sha256 } from "@parmanasystems/canonical";
import type {
  Reservation,
  ReplayStore,
  ReserveOutcome,
  ReserveRequest,
} from "@parmanasystems/execution-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FixedClock, fixedClock } from "./fixed-clock.js";

const LEASE_MS = 1_000;
const HASH = sha256("attestation");

function facts(name: string): Sha256 {
  return sha256(name);
}

function request(executionId: string, name: string, overrides: Partial<ReserveRequest> = {}): ReserveRequest {
  return { executionId, fingerprint: facts(name), identity: "fingerprint", leaseMs: LEASE_MS, ...overrides };
}

function reservationOf(answer: ReserveOutcome): Reservation {
  if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
  return answer.reservation;
}

function refusal(code: string): unknown {
  return expect.objectContaining({ code });
}

/** A store, and how its time passes. */
export interface StoreUnderTest {
  readonly store: ReplayStore;
  /** For a store on a server's clock, which nobody can set: lets its leases run out sooner. */
  readonly advance?: (ms: number) => Promise<void>;
}

/** What every replay store must do: the state machine of DESIGN section 9, on a clock the suite moves. */
export function replayStoreConformance(
  name: string,
  create: (clock: FixedClock) => Promise<ReplayStore | StoreUnderTest>,
): void {
  describe(`${name} consumes an identity once`, () => {
    let clock: FixedClock;
    let store: ReplayStore;
    let serverTime: StoreUnderTest["advance"];

    beforeEach(async () => {
      clock = fixedClock();
      const created = await create(clock);
      store = "store" in created ? created.store : created;
      serverTime = "store" in created ? created.advance : undefined;
    });
    async function advance(ms: number): Promise<void> {
      clock.advance(ms);
      await serverTime?.(ms);
    }
    /** Exact where the suite sets the clock. */
    function timeAround(ms: number): unknown {
      return serverTime === undefined ? ms : expect.any(Number);
    }
    afterEach(() => store.close());

    async function reserved(executionId: string, facts: string, overrides: Partial<ReserveRequest> = {}) {
      return reservationOf(await store.reserve(request(executionId, facts, overrides)));
    }
    async function consumed(executionId: string, facts: string, overrides: Partial<ReserveRequest> = {}) {
      const reservation = await reserved(executionId, facts, overrides);
      await store.confirm(reservation, { state: "confirmed", attestationHash: HASH });
      return reservation;
    }

    it("reserves a new identity until the lease runs out", async () => {
      const answer = await store.reserve(request("a", "x"));
      expect(answer).toMatchObject({ outcome: "reserved", takenOver: false });
      expect(reservationOf(answer)).toMatchObject({
        executionId: "a",
        fingerprint: facts("x"),
        identity: "fingerprint",
        leaseExpiresAt: timeAround(clock.now() + LEASE_MS),
      });
      expect(await store.find("a")).toMatchObject({ state: "reserved", attestationHash: null });
    });

    it("knows nothing of an identity nobody used", async () => {
      expect(await store.find("a")).toBeUndefined();
    });

    it("answers in_flight while the lease runs, for the id and for the facts", async () => {
      await reserved("a", "x");
      // A server's time passes meanwhile.
      await advance(serverTime === undefined ? LEASE_MS - 1 : LEASE_MS / 2);
      const answer = await store.reserve(request("a", "x"));
      expect(answer).toMatchObject({ outcome: "in_flight", retryAfterMs: timeAround(1) });
      if (answer.outcome !== "in_flight") throw new Error("it is in flight");
      expect(answer.retryAfterMs > 0 && answer.retryAfterMs <= LEASE_MS / 2).toBe(true);
      expect(await store.reserve(request("b", "x"))).toMatchObject({
        outcome: "in_flight",
        record: { executionId: "a" },
      });
    });

    it("answers replay for a consumed id and for consumed facts, for ever (threat 35)", async () => {
      await consumed("a", "x");
      await advance(10 * 365 * 24 * 3_600_000);
      const record = { executionId: "a", state: "confirmed", attestationHash: HASH };
      expect(await store.reserve(request("a", "x"))).toMatchObject({ outcome: "replay", record });
      expect(await store.reserve(request("b", "x"))).toMatchObject({ outcome: "replay", record });
      expect(await store.find("b")).toBeUndefined();
    });

    it("answers conflict for an id that comes back with other facts, in every state", async () => {
      const reservation = await reserved("a", "x");
      expect(await store.reserve(request("a", "y"))).toMatchObject({ outcome: "conflict" });
      await store.confirm(reservation, { state: "confirmed", attestationHash: HASH });
      expect(await store.reserve(request("a", "y"))).toMatchObject({ outcome: "conflict" });
      expect(await store.reserve(request("a", "x", { identity: "execution" }))).toMatchObject({
        outcome: "conflict",
      });
      expect(await store.reserve(request("b", "y"))).toMatchObject({ outcome: "reserved" });
    });

    it("lets equal facts recur when only the execution id is the identity", async () => {
      await consumed("a", "x", { identity: "execution" });
      await consumed("b", "x", { identity: "execution" });
      expect(await store.reserve(request("a", "x", { identity: "execution" }))).toMatchObject({
        outcome: "replay",
      });
      expect(await store.reserve(request("c", "x"))).toMatchObject({ outcome: "reserved" });
    });

    it("hands an expired reservation of the same id to whoever comes next, under a higher fencing number", async () => {
      const first = await reserved("a", "x");
      await advance(LEASE_MS);
      const answer = await store.reserve(request("a", "x"));
      expect(answer).toMatchObject({ outcome: "reserved", takenOver: true });
      const second = reservationOf(answer);
      expect(second.fencing).toBeGreaterThan(first.fencing);
      await expect(store.confirm(first, { state: "confirmed", attestationHash: HASH })).rejects.toEqual(
        refusal("INV-018"),
      );
      await expect(store.fail(first)).rejects.toEqual(refusal("INV-018"));
      await store.confirm(second, { state: "confirmed", attestationHash: HASH });
    });

    it("abandons an expired reservation of another id for the same facts", async () => {
      const first = await reserved("a", "x");
      await advance(LEASE_MS);
      const answer = await store.reserve(request("b", "x"));
      expect(answer).toMatchObject({
        outcome: "reserved",
        takenOver: false,
        abandoned: { executionId: "a", state: "failed" },
      });
      expect(reservationOf(answer).fencing).toBeGreaterThan(first.fencing);
      await expect(store.confirm(first, { state: "confirmed", attestationHash: HASH })).rejects.toEqual(
        refusal("INV-018"),
      );
      expect(await store.find("a")).toMatchObject({ state: "failed" });
      expect(await store.reserve(request("a", "x"))).toMatchObject({
        outcome: "replay",
        record: { state: "failed" },
      });
    });

    it("lets a slow holder confirm after its lease when nobody took over", async () => {
      const reservation = await reserved("a", "x");
      await advance(LEASE_MS * 10);
      await store.confirm(reservation, { state: "confirmed", attestationHash: HASH });
      expect(await store.find("a")).toMatchObject({ state: "confirmed", attestationHash: HASH });
    });

    it("burns the id of a failed attempt and releases its facts", async () => {
      await store.fail(await reserved("a", "x"));
      expect(await store.reserve(request("a", "x"))).toMatchObject({
        outcome: "replay",
        record: { state: "failed" },
      });
      expect(await store.reserve(request("b", "x"))).toMatchObject({ outcome: "reserved" });
    });

    it("ends a reservation once", async () => {
      const reservation = await consumed("a", "x");
      await expect(store.confirm(reservation, { state: "confirmed", attestationHash: HASH })).rejects.toEqual(
        refusal("INV-018"),
      );
      await expect(store.fail(reservation)).rejects.toEqual(refusal("INV-018"));
    });

    it.each(["approved", "rejected", "expired"] as const)(
      "resolves a pending override as %s, once",
      async (end) => {
        const reservation = await reserved("a", "x");
        await store.confirm(reservation, { state: "pending_override", attestationHash: HASH });
        expect(await store.reserve(request("b", "x"))).toMatchObject({
          outcome: "replay",
          record: { state: "pending_override" },
        });
        await store.resolve("a", end);
        expect(await store.find("a")).toMatchObject({ state: `resolved_${end}`, attestationHash: HASH });
        await expect(store.resolve("a", end)).rejects.toEqual(refusal("INV-019"));
      },
    );

    it("resolves nothing that is not pending (threat 40)", async () => {
      await expect(store.resolve("nobody", "approved")).rejects.toEqual(refusal("INV-019"));
      await consumed("a", "x");
      await expect(store.resolve("a", "approved")).rejects.toEqual(refusal("INV-019"));
      await reserved("b", "y");
      await expect(store.resolve("b", "approved")).rejects.toEqual(refusal("INV-019"));
    });

    it("refuses a lease or fingerprint it cannot keep", async () => {
      for (const leaseMs of [0, -1, 1.5, Number.NaN, 86_400_001]) {
        await expect(store.reserve(request("a", "x", { leaseMs }))).rejects.toEqual(refusal("INV-017"));
      }
      await expect(store.reserve(request("a", "x", { fingerprint: "sha256:no" }))).rejects.toEqual(
        refusal("INV-017"),
      );
      expect(await store.find("a")).toBeUndefined();
    });

    it("refuses ids, identities and ends that are none", async () => {
      const nonsense = "nonsense" as unknown;
      await expect(store.reserve(request("a b", "x"))).rejects.toEqual(refusal("INV-016"));
      const identity = nonsense as ReserveRequest["identity"];
      await expect(store.reserve(request("a", "x", { identity }))).rejects.toEqual(refusal("INV-017"));
      const reservation = await reserved("a", "x");
      const state = nonsense as "confirmed";
      await expect(store.confirm(reservation, { state, attestationHash: HASH })).rejects.toEqual(
        refusal("INV-017"),
      );
      await expect(store.resolve("a", nonsense as "approved")).rejects.toEqual(refusal("INV-017"));
      expect(await store.find("a")).toMatchObject({ state: "reserved" });
    });

    it("has one winner among many that ask at once (threat 34)", async () => {
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) => store.reserve(request(`id-${String(index)}`, "x"))),
      );
      const outcomes = answers.map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === "reserved")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "in_flight")).toHaveLength(199);
    });

    it("answers nothing after it was closed", async () => {
      await store.close();
      await expect(store.reserve(request("a", "x"))).rejects.toEqual(refusal("SYS-007"));
      await expect(store.find("a")).rejects.toEqual(refusal("SYS-007"));
    });
  });
}
