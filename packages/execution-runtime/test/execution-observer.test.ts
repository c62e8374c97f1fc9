import { fixedClock, type FixedClock, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createExecutionRuntime,
  type ExecutionObserver,
  type ExecutionRuntime,
  type ExecutionRuntimeOptions,
  executionSteps,
  MemoryReplayStore,
  type StepReport,
} from "../src/index.js";
import { claim, CLAIMS, governed } from "./environment.js";
import { MemoryAuditSink } from "./memory-audit-sink.js";

let environment: TestEnvironment;
let clock: FixedClock;
let runtime: ExecutionRuntime;
let sink: MemoryAuditSink;

beforeAll(async () => {
  environment = await governed();
});
afterAll(() => {
  environment.remove();
});
beforeEach(() => {
  clock = fixedClock();
  sink = new MemoryAuditSink();
  runtime = create();
});

function create(overrides: Partial<ExecutionRuntimeOptions> = {}): ExecutionRuntime {
  const { paths, signer, verifier } = environment;
  return createExecutionRuntime({
    environment: paths,
    signer,
    verifier,
    replayStore: new MemoryReplayStore({ clock }),
    auditSink: sink,
    clock,
    ...overrides,
  });
}

/** An observer that remembers. */
function memory(): ExecutionObserver & { readonly reports: StepReport[] } {
  const reports: StepReport[] = [];
  return {
    reports,
    step(report) {
      reports.push(report);
    },
  };
}

const small = { executionId: "e-1", ...CLAIMS, signals: claim(1_200) };

describe("an observer of an execution", () => {
  it("hears of the nine steps in their order, each beginning where the one before it ended", async () => {
    const observer = memory();
    await runtime.execute(small, observer);
    expect(observer.reports.map(({ step }) => step)).toEqual(executionSteps);
    for (const [index, { beganMs, endedMs, code }] of observer.reports.entries()) {
      expect(code).toBeNull();
      expect(endedMs).toBeGreaterThanOrEqual(beganMs);
      if (index > 0) expect(beganMs).toBe(observer.reports[index - 1]?.endedMs);
    }
  });

  it("hears which policy and rule decided, as soon as that is known", async () => {
    const observer = memory();
    await runtime.execute({ ...small, signals: claim(4_800_000, 35, true) }, observer);
    const known = Object.fromEntries(
      observer.reports.map(({ step, policyId, policyVersion, ruleId, decision }) => [
        step,
        [policyId, policyVersion, ruleId, decision],
      ]),
    );
    const policy = [CLAIMS.policyId, CLAIMS.policyVersion];
    expect(known["validate_request"]).toEqual([undefined, undefined, undefined, undefined]);
    expect(known["load_bundle"]).toEqual([...policy, undefined, undefined]);
    for (const step of executionSteps.slice(3))
      expect(known[step]).toEqual([...policy, "catch-all", "pending_override"]);
  });

  it.each([
    ["validate_request", "INV-016", { ...small, executionId: "no id" }],
    ["load_bundle", "POL-030", { ...small, policyId: "unknown" }],
    ["validate_signals", "VAL-003", { ...small, signals: { unheard_of: 1 } }],
  ] as const)("hears of %s last when it refuses with %s", async (step, code, request) => {
    const { reports, ...observer } = memory();
    await expect(runtime.execute(request, observer)).rejects.toMatchObject({ code });
    expect(reports.at(-1)).toMatchObject({ step, code });
    const steps = executionSteps.slice(0, executionSteps.indexOf(step) + 1);
    expect(reports.map((report) => report.step)).toEqual(steps);
    // What the request names is no policy until it was found and verified.
    if (step !== "validate_signals") expect(reports.at(-1)).not.toHaveProperty("policyId");
  });

  it("hears of a replay, a signer and a log that fail, in the step where they do", async () => {
    await runtime.execute(small);
    const [replay, unsigned, unlogged] = [memory(), memory(), memory()];
    await expect(runtime.execute(small, replay)).rejects.toMatchObject({ code: "INV-013" });
    expect(replay.reports.at(-1)).toMatchObject({ step: "reserve", code: "INV-013", decision: "approved" });

    const { signer } = environment;
    const broken = create({
      signer: {
        keyId: signer.keyId,
        sign: () => Promise.reject(new Error("no key")),
      },
    });
    await expect(broken.execute(small, unsigned)).rejects.toMatchObject({ code: "SYS-008" });
    expect(unsigned.reports.at(-1)).toMatchObject({ step: "issue_token", code: "SYS-008" });

    const deaf = new MemoryAuditSink();
    deaf.append = () => Promise.reject(new Error("disk full"));
    await expect(create({ auditSink: deaf }).execute(small, unlogged)).rejects.toMatchObject({
      code: "SYS-003",
    });
    expect(unlogged.reports.at(-1)).toMatchObject({ step: "append_and_confirm", code: "SYS-003" });
  });

  it("is told nothing that the caller stated, and no text of an error (threat 52)", async () => {
    const observer = memory();
    const canaries = ["31337421", "canary"];
    const stated = { ...small, signals: claim(31_337_421), requester: "canary-caller", audience: "canary" };
    await runtime.execute(stated, observer);
    await runtime.execute(stated, observer).catch(() => undefined);
    for (const request of [
      { ...small, executionId: "canary\n" },
      { ...small, policyId: "canary" },
      { ...small, signals: { ...claim(1), claim_amount: "canary" } },
      { ...small, signals: { canary: 31_337_421 } },
    ])
      await runtime.execute(request, observer).catch(() => undefined);
    expect(observer.reports.length).toBeGreaterThan(9 + 6 + 1 + 2 + 3 + 2);
    for (const canary of canaries) expect(JSON.stringify(observer.reports)).not.toContain(canary);
  });

  it("changes no outcome, whatever it does, and is complained of once", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const unfit: readonly ExecutionObserver[] = [
      {
        step() {
          throw new TypeError("broken");
        },
      },
      { step: () => Promise.reject(new Error("later")) },
      {
        step(report) {
          Object.assign(report, { step: "reserve", decision: "approved", code: "INV-013" });
        },
      },
    ];
    const plain = await create().execute({ ...small, signals: claim(1_200, 93) });
    try {
      for (const observer of unfit) {
        const fresh = create({ auditSink: new MemoryAuditSink() });
        expect(await fresh.execute({ ...small, signals: claim(1_200, 93) }, observer)).toEqual(plain);
        await expect(fresh.execute({ ...small, signals: claim(1_200, 93) }, observer)).rejects.toMatchObject({
          code: "INV-013",
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off("warning", listen);
    }
    expect(warnings.map(({ message }) => message)).toEqual([
      "An observer of executions failed, and no execution with it (TypeError: broken).",
    ]);
  });
});
