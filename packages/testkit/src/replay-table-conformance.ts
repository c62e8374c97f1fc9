import { sha256 } from "@parmanasystems/canonical";
import {
  type ReplayAnswer,
  type ReplayEvent,
  replayEvents,
  type ReplaySituation,
  replaySituations,
  type ReplayStore,
  replayTransitions,
  type Reservation,
  RuntimeError,
} from "@parmanasystems/execution-runtime";
import { describe, expect, it } from "vitest";
import { type FixedClock, fixedClock } from "./fixed-clock.js";
import type { StoreUnderTest } from "./replay-store-conformance.js";

const LEASE_MS = 60_000;
const attestationHash = sha256("attestation");

/** Drives a store through every cell of the table of the replay state machine. */
export function replayTableConformance(
  name: string,
  create: (clock: FixedClock) => Promise<ReplayStore | StoreUnderTest>,
): void {
  const cells = replaySituations.flatMap((situation) =>
    replayEvents.map((event) => [situation, event] as const),
  );
  describe(`${name} is the table of the replay state machine`, () => {
    it.each(cells)("%s: %s", async (situation, event) => {
      const clock = fixedClock();
      const created = await create(clock);
      const store = "store" in created ? created.store : created;
      const advance = async (ms: number) => {
        clock.advance(ms);
        if ("store" in created) await created.advance?.(ms);
      };
      try {
        const reservation = await bringTo(store, situation, advance);
        const { answer, to } = replayTransitions[situation][event];
        const before = (await store.find("a"))?.state;
        expect(await answerTo(store, event, reservation)).toBe(answer);
        const after = (await store.find("a"))?.state;
        expect(after?.replace(/^resolved_.*/, "resolved")).toBe(
          to ?? before?.replace(/^resolved_.*/, "resolved"),
        );
      } finally {
        await store.close();
      }
    });
  });
}

/** Execution "a" in the situation; its reservation, or one that nobody ever gave out. */
async function bringTo(
  store: ReplayStore,
  situation: ReplaySituation,
  advance: (ms: number) => Promise<void>,
): Promise<Reservation> {
  const invented = { executionId: "a", fingerprint: sha256("x"), identity: "fingerprint" } as const;
  if (situation === "absent") return { ...invented, fencing: 1, leaseExpiresAt: 0 };
  const answer = await store.reserve({ ...invented, leaseMs: LEASE_MS });
  if (answer.outcome !== "reserved") throw new Error(`expected a reservation, got ${answer.outcome}`);
  const { reservation } = answer;
  if (situation === "lease over") await advance(LEASE_MS);
  if (situation === "failed") await store.fail(reservation);
  if (situation === "confirmed") await store.confirm(reservation, { state: "confirmed", attestationHash });
  if (situation === "pending_override" || situation === "resolved")
    await store.confirm(reservation, { state: "pending_override", attestationHash });
  if (situation === "resolved") await store.resolve("a", "approved");
  return reservation;
}

async function answerTo(
  store: ReplayStore,
  event: ReplayEvent,
  reservation: Reservation,
): Promise<ReplayAnswer> {
  try {
    switch (event) {
      case "reserve":
      case "reserve with other facts": {
        const fingerprint = sha256(event === "reserve" ? "x" : "y");
        const request = {
          executionId: "a",
          fingerprint,
          identity: "fingerprint",
          leaseMs: LEASE_MS,
        } as const;
        const answer = await store.reserve(request);
        if (answer.outcome !== "reserved") return answer.outcome;
        return answer.takenOver ? "taken over" : "reserved";
      }
      case "reserve the facts under another id": {
        const fingerprint = sha256("x");
        const request = {
          executionId: "b",
          fingerprint,
          identity: "fingerprint",
          leaseMs: LEASE_MS,
        } as const;
        const answer = await store.reserve(request);
        if (answer.outcome !== "reserved") return answer.outcome;
        return answer.abandoned === undefined ? "free" : "abandoned";
      }
      case "confirm":
        await store.confirm(reservation, { state: "confirmed", attestationHash });
        return "done";
      case "confirm as pending":
        await store.confirm(reservation, { state: "pending_override", attestationHash });
        return "done";
      case "fail":
        await store.fail(reservation);
        return "done";
      case "end with an old fencing number":
        await store.confirm(
          { ...reservation, fencing: reservation.fencing - 1 },
          { state: "confirmed", attestationHash },
        );
        return "done";
      case "resolve":
        await store.resolve("a", "rejected");
        return "done";
    }
  } catch (error) {
    if (error instanceof RuntimeError && (error.code === "INV-018" || error.code === "INV-019"))
      return error.code;
    throw error;
  }
}
