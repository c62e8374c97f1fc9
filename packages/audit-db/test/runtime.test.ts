import { createExecutionRuntime, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import { fixedClock } from "@parmanasystems/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedger, type SqliteLedger } from "../src/index.js";
import { claim, claimsEnvironment } from "./claims.js";
import { refusal, temporaryDirectory } from "./support.js";

const inDirectory = temporaryDirectory();
const clock = fixedClock();
const environment = claimsEnvironment(clock.now());
let opened = 0;
let path: string;
let ledger: SqliteLedger;
let runtime: ExecutionRuntime;

beforeEach(() => {
  opened += 1;
  path = inDirectory(`${String(opened)}.db`);
  start();
});
afterEach(() => runtime.close());

function start(): void {
  const { paths, signer, verifier } = environment();
  ledger = openLedger(path, { clock });
  runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore: ledger, clock });
}

const events = async () =>
  (await ledger.entries()).map(({ entry }) => [entry.event, entry.execution_id, entry.code]);

describe("the runtime on a ledger", () => {
  it("executes facts once, also after a restart, and logs what it refused (threat 35)", async () => {
    const attestation = await runtime.execute(claim("a", 1_200));
    await expect(runtime.execute(claim("b", 1_200))).rejects.toEqual(refusal("INV-013"));
    await runtime.close();
    start();
    await expect(runtime.execute(claim("a", 1_200))).rejects.toEqual(refusal("INV-013"));
    await expect(runtime.execute(claim("a", 1_300))).rejects.toEqual(refusal("INV-015"));
    expect(await ledger.attestation("a")).toEqual(attestation);
    expect(await events()).toEqual([
      ["trust_root_changed", "trust-root:1", null],
      ["policy_index_changed", "policy-index:2", null],
      ["attested", "a", null],
      ["replay_refused", "b", "INV-013"],
      ["replay_refused", "a", "INV-013"],
      ["replay_refused", "a", "INV-015"],
    ]);
  });

  it("has one winner among many that execute at once (threat 34)", async () => {
    const answers = await Promise.allSettled(
      Array.from(Array(50).keys(), (index) => runtime.execute(claim(`id-${String(index)}`, 1_200))),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await events()).filter(([event]) => event === "attested")).toHaveLength(1);
  });

  it("keeps a pending override, its task and its end", async () => {
    await runtime.execute(claim("a", 5_000_000));
    await runtime.close();
    start();
    expect(await ledger.reviewTasks.list()).toMatchObject([
      { executionId: "a", policyId: "claims-approval" },
    ]);
    await runtime.resolveOverride("a", "expired");
    await expect(runtime.resolveOverride("a", "rejected")).rejects.toEqual(refusal("INV-019"));
    expect(await ledger.reviewTasks.list()).toEqual([]);
    expect(await ledger.find("a")).toMatchObject({ state: "resolved_expired" });
    expect((await events()).map(([event]) => event)).toEqual([
      "trust_root_changed",
      "policy_index_changed",
      "attested",
      "override_resolved",
    ]);
  });
});
