import { type Sha256, sha256 } from "@parmanasystems/canonical";
import {
  MemoryReplayStore,
  type OverrideResolution,
  type Reservation,
} from "@parmanasystems/execution-runtime";
import { type FixedClock, fixedClock } from "@parmanasystems/testkit";
import fc from "fast-check";
import { expect } from "vitest";
import type { PostgresLedger, SqliteLedger } from "../src/index.js";
import { attestedRecord, eventRecord, resolvedRecord } from "./records.js";
import { reserveRequest } from "./support.js";

/** A ledger in a new place, whose time is told by the clock or moved along with it. */
export interface ModelledLedger {
  readonly ledger: SqliteLedger | PostgresLedger;
  advance?(ms: number): Promise<void>;
}

export interface ModelOptions {
  readonly runs: number;
  /** Milliseconds for each that a step waits or leases: a real clock goes on by itself. Default 1. */
  readonly scale?: number;
  /** Members that only a ledger with an injected clock answers exactly. */
  readonly ignored?: readonly string[];
}

const ids = fc.constantFrom("a", "b", "c");
const steps = fc.oneof(
  fc.record({
    kind: fc.constant("reserve" as const),
    id: ids,
    name: fc.constantFrom("x", "y"),
    identity: fc.constantFrom("fingerprint" as const, "fingerprint" as const, "execution" as const),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 999, 1_000) }),
  fc.record({ kind: fc.constant("attest" as const), holder: fc.nat(), pending: fc.boolean() }),
  fc.record({ kind: fc.constant("confirm" as const), holder: fc.nat() }),
  fc.record({ kind: fc.constant("fail" as const), holder: fc.nat(), logged: fc.boolean() }),
  fc.record({
    kind: fc.constant("resolve" as const),
    id: ids,
    end: fc.constantFrom<OverrideResolution>("approved", "rejected", "expired"),
  }),
);
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

/** What a step answered: the answer, or the code of the refusal. */
async function answerOf(step: Promise<unknown>): Promise<unknown> {
  try {
    return await step;
  } catch (error) {
    return Reflect.get(Object(error), "code");
  }
}

interface Pair extends ModelledLedger {
  readonly clock: FixedClock;
  readonly memory: MemoryReplayStore;
  readonly held: Reservation[];
  readonly scale: number;
  readonly comparable: (answer: unknown) => unknown;
}

const attestationHash: Sha256 = sha256("attestation");

async function take(step: Step, pair: Pair): Promise<void> {
  const { clock, memory, ledger, held, scale, comparable } = pair;
  if (step.kind === "wait") {
    clock.advance(step.ms * scale);
    await pair.advance?.(step.ms * scale);
    return;
  }
  if (step.kind === "reserve") {
    const request = reserveRequest(step.id, step.name, { identity: step.identity, leaseMs: 1_000 * scale });
    const answers = [await answerOf(memory.reserve(request)), await answerOf(ledger.reserve(request))];
    expect(comparable(answers[1])).toEqual(comparable(answers[0]));
    const [answer] = answers;
    if (isReserved(answer)) held.push(answer.reservation);
    return;
  }
  if (step.kind === "resolve") {
    const identity = { executionId: step.id, fingerprint: sha256("any"), identity: "execution" as const };
    const expected = await answerOf(memory.resolve(step.id, step.end));
    // Here the log attests all that is pending, so the log says how it ends.
    const unsigned = eventRecord("override_resolved", identity, step.end === "expired" ? "INV-095" : null);
    const record = step.end === "approved" ? resolvedRecord(identity) : unsigned;
    const answered = ledger.resolveAndAppend(step.id, step.end, record);
    expect(codeOf(await answerOf(answered))).toEqual(codeOf(expected));
    return;
  }
  const reservation = held[step.holder % Math.max(held.length, 1)];
  if (reservation === undefined) return;
  if (step.kind === "fail") {
    const expected = await answerOf(memory.fail(reservation));
    const answered = step.logged
      ? ledger.failAndAppend(reservation, eventRecord("failed", reservation, "SYS-008"))
      : ledger.fail(reservation);
    expect(codeOf(await answerOf(answered))).toEqual(codeOf(expected));
    return;
  }
  const state = step.kind === "attest" && step.pending ? "pending_override" : "confirmed";
  const expected = await answerOf(memory.confirm(reservation, { state, attestationHash }));
  const answered =
    step.kind === "attest"
      ? ledger.appendAndConfirm(
          reservation,
          attestedRecord(reservation, step.pending ? "pending_override" : "approved"),
        )
      : ledger.confirm(reservation, { state, attestationHash });
  expect(codeOf(await answerOf(answered))).toEqual(codeOf(expected));
}

function isReserved(answer: unknown): answer is { readonly reservation: Reservation } {
  return Reflect.get(Object(answer), "outcome") === "reserved";
}

function codeOf(answer: unknown): unknown {
  return typeof answer === "string" ? answer : "done";
}

/** Without the attestation hash: the two stores were given different ones. */
function comparing(ignored: readonly string[]): (answer: unknown) => unknown {
  return (answer): unknown =>
    JSON.parse(
      JSON.stringify(answer, (name, value: unknown) => {
        if (ignored.includes(name)) return undefined;
        return name === "attestationHash" && value !== null ? "some" : value;
      }),
    );
}

/** Ledger and memory store are one state machine: whatever happens, in whatever order. */
export async function behavesAsModel(
  create: (clock: FixedClock) => Promise<ModelledLedger>,
  { runs, scale = 1, ignored = [] }: ModelOptions,
): Promise<void> {
  const comparable = comparing(ignored);
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 25 }), async (sequence) => {
      const clock = fixedClock();
      const modelled = await create(clock);
      const { ledger } = modelled;
      const pair = {
        ...modelled,
        clock,
        memory: new MemoryReplayStore({ clock }),
        held: [],
        scale,
        comparable,
      };
      for (const step of sequence) {
        await take(step, pair);
        for (const id of ["a", "b", "c"]) {
          expect(comparable({ found: await ledger.find(id) })).toEqual(
            comparable({ found: await pair.memory.find(id) }),
          );
        }
      }
      const attested = (await ledger.entries())
        .filter(({ entry }) => entry.event === "attested")
        .map(({ entry }) => entry.execution_id);
      expect(new Set(attested).size).toBe(attested.length);
      await ledger.close();
    }),
    { numRuns: runs },
  );
}
