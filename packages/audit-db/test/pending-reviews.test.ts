import { formatTimestamp } from "@parmanasystems/canonical";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { fixedClock } from "@parmanasystems/testkit";
import { expect, it } from "vitest";
import { openLedger } from "../src/index.js";
import { claim, claimsEnvironment } from "./claims.js";
import { temporaryDirectory } from "./support.js";

const PENDING = 12_000;
/** Ten times what a page of them takes; all of them in one turn took 1,100 ms. */
const MAX_TURN_MS = 300;

const inDirectory = temporaryDirectory();
const clock = fixedClock();
const environment = claimsEnvironment(clock.now());

/** The most CPU time that passed between two turns of the event loop; what else the machine does is not in it. */
async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = cpuMs();
  const measure = () => {
    const now = cpuMs();
    longest = Math.max(longest, now - before);
    before = now;
  };
  let turn: NodeJS.Immediate;
  const again = () => {
    measure();
    turn = setImmediate(again);
  };
  turn = setImmediate(again);
  await work();
  measure();
  clearImmediate(turn);
  return longest;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

it(`settles ${String(PENDING)} reviews that wait without keeping others waiting`, async () => {
  const { paths, signer, verifier } = environment();
  const ledger = openLedger(inDirectory("ledger.db"), { clock });
  const runtime = createExecutionRuntime({
    environment: paths,
    signer,
    verifier,
    replayStore: ledger,
    clock,
  });
  try {
    await runtime.execute(claim("first", 5_000_000));
    const [task] = await runtime.reviews.list();
    if (task === undefined) throw new Error("the first one waits");
    for (let added = 0; added < PENDING; added += 1_000) {
      const others = Array.from({ length: 1_000 }, (_, index) => ({
        ...task,
        executionId: `task-${String(added + index)}`,
        createdAt: formatTimestamp(clock.now() + added + index),
      }));
      await Promise.all(others.map((other) => ledger.reviewTasks.add(other)));
    }
    const longest = await longestTurnMs(async () => {
      expect(await runtime.reviews.settle()).toEqual([]);
    });
    expect(longest).toBeLessThan(MAX_TURN_MS);
  } finally {
    await runtime.close();
  }
});
