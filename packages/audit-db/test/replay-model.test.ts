import { type Sha256, sha256 } from "@parmanasystems/canonical";
import {
  MemoryReplayStore,
  type OverrideResolution,
  type Reservation,
} from "@parmanasystems/execution-runtime";
import { type FixedClock, fixedClock } from "@parmanasystems/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openLedger, type SqliteLedger } from "../src/index.js";
import { attestedRecord, eventRecord } from "./records.js";
import { reserveRequest, temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();

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
    logged: fc.boolean(),
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

interface Pair {
  readonly clock: FixedClock;
  readonly memory: MemoryReplayStore;
  readonly ledger: SqliteLedger;
  readonly held: Reservation[];
}

const attestationHash: Sha256 = sha256("attestation");

async function take(step: Step, { clock, memory, ledger, held }: Pair): Promise<void> {
  if (step.kind === "wait") {
    clock.advance(step.ms);
    return;
  }
  if (step.kind === "reserve") {
    const request = reserveRequest(step.id, step.name, { identity: step.identity });
    const answers = [await answerOf(memory.reserve(request)), await answerOf(ledger.reserve(request))];
    expect(comparable(answers[1])).toEqual(comparable(answers[0]));
    const [answer] = answers;
    if (isReserved(answer)) held.push(answer.reservation);
    return;
  }
  if (step.kind === "resolve") {
    const identity = { executionId: step.id, fingerprint: sha256("any"), identity: "execution" as const };
    const expected = await answerOf(memory.resolve(step.id, step.end));
    const answered = step.logged
      ? ledger.resolveAndAppend(step.id, step.end, eventRecord("override_resolved", identity))
      : ledger.resolve(step.id, step.end);
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
function comparable(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) =>
      name === "attestationHash" && value !== null ? "some" : value,
    ),
  );
}

describe("the ledger and the memory store are one state machine", () => {
  it("whatever happens, in whatever order", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 25 }), async (sequence) => {
        run += 1;
        const clock = fixedClock();
        const ledger = openLedger(inDirectory(`${String(run)}.db`), { clock });
        const pair = { clock, memory: new MemoryReplayStore({ clock }), ledger, held: [] };
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
      { numRuns: 60 },
    );
  });
});
