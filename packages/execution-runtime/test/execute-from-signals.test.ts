import type { TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  addReviewTask,
  BatchError,
  evaluateDryRun,
  executeBatch,
  executeFromSignals,
  getAllTasks,
  getRuntimePaths,
  MemoryReplayStore,
  resolveOverride,
  type RuntimeEnvironment,
} from "../src/index.js";
import { claim, CLAIMS, governed } from "./environment.js";

let environment: TestEnvironment;
let replayStore: MemoryReplayStore;

beforeAll(async () => {
  environment = await governed({ now: Date.now() });
});
afterAll(() => {
  environment.remove();
});
beforeEach(() => {
  replayStore = new MemoryReplayStore();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function stubVariables({
  policiesRootPath,
  trustRootPath,
  trustPublicKeyPath,
  releaseManifestPath,
}: RuntimeEnvironment) {
  vi.stubEnv("PARMANA_POLICIES_ROOT", policiesRootPath);
  vi.stubEnv("PARMANA_TRUST_ROOT", trustRootPath);
  vi.stubEnv("PARMANA_TRUST_PUBLIC_KEY", trustPublicKeyPath);
  vi.stubEnv("PARMANA_RELEASE_MANIFEST", releaseManifestPath);
}

/** As a JavaScript caller may call it. */
const untyped = executeFromSignals as (...words: readonly unknown[]) => ReturnType<typeof executeFromSignals>;

describe("executeFromSignals keeps both published call forms", () => {
  it("the object form", async () => {
    const { signer, verifier, paths } = environment;
    const attestation = await executeFromSignals({
      executionId: "claim-1",
      ...CLAIMS,
      signals: claim(1_200),
      signer,
      verifier,
      replayStore,
      runtimeEnvironment: paths,
    });
    expect(attestation).toMatchObject({ execution_id: "claim-1", decision: "approved" });
  });

  it("the positional form", async () => {
    const { signer, verifier, paths } = environment;
    const input = { ...CLAIMS, signals: claim(1_200) };
    const attestation = await executeFromSignals(input, signer, verifier, paths, replayStore);
    expect(attestation).toMatchObject({ decision: "approved", rule_id: "small-claim" });
    await expect(executeFromSignals(input, signer, verifier, paths, replayStore)).rejects.toMatchObject({
      code: "INV-013",
    });
  });

  it("takes the paths from the PARMANA_* variables when none are given", async () => {
    const { signer, verifier, paths } = environment;
    stubVariables(paths);
    const attestation = await executeFromSignals({
      ...CLAIMS,
      signals: claim(3),
      signer,
      verifier,
      replayStore,
    });
    expect(attestation).toMatchObject({ decision: "approved" });
  });

  it("refuses both forms without a replay store (INV-REPLAY-001), before anything else", async () => {
    const { signer, verifier } = environment;
    const input = { policyId: "no-such-policy", policyVersion: "0", signals: {} };
    await expect(executeFromSignals(input, signer, verifier)).rejects.toMatchObject({
      code: "INV-REPLAY-001",
    });
    await expect(untyped({ ...input, signer, verifier })).rejects.toMatchObject({ code: "INV-REPLAY-001" });
    await expect(untyped(input)).rejects.toMatchObject({ code: "INV-REPLAY-001" });
  });

  it("refuses without signer or verifier", async () => {
    const input = { ...CLAIMS, signals: claim(1), replayStore, signer: undefined };
    await expect(untyped(input)).rejects.toMatchObject({ code: "INV-017", details: { argument: "signer" } });
  });

  it("sees a revocation that was published while the process runs (threat 31)", async () => {
    const own = await governed({ now: Date.now() - 60_000 });
    const { signer, verifier, paths: runtimeEnvironment } = own;
    const parts = { signer, verifier, replayStore, runtimeEnvironment };
    await executeFromSignals({ ...CLAIMS, signals: claim(1), ...parts });
    await own.revoke(CLAIMS.policyId, CLAIMS.policyVersion, Date.now());
    await expect(executeFromSignals({ ...CLAIMS, signals: claim(2), ...parts })).rejects.toMatchObject({
      code: "POL-043",
    });
    own.remove();
  });
});

describe("executeBatch stops at the first failure", () => {
  it("returns the attestations in order", async () => {
    const { signer, verifier, paths } = environment;
    const items = [claim(1), claim(2, 90), claim(5_000_000)].map((signals) => ({ ...CLAIMS, signals }));
    const results = await executeBatch(items, signer, verifier, replayStore, paths);
    expect(results.map(({ decision }) => decision)).toEqual(["approved", "rejected", "pending_override"]);
  });

  it("carries what finished, which item failed and why; a duplicate inside the batch is a replay (threat 55)", async () => {
    const { signer, verifier, paths } = environment;
    const items = [claim(1), claim(2), claim(1), claim(3)].map((signals) => ({ ...CLAIMS, signals }));
    const failure: unknown = await executeBatch(items, signer, verifier, replayStore, paths).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(BatchError);
    expect(failure).toMatchObject({ code: "INV-080", failedIndex: 2, cause: { code: "INV-013" } });
    expect(failure).toMatchObject({ results: [{ decision: "approved" }, { decision: "approved" }] });
  });
});

describe("executeBatch without a replay store", () => {
  it("is refused at once, even when empty", async () => {
    const { signer, verifier, paths } = environment;
    const batch = executeBatch as (...words: readonly unknown[]) => Promise<unknown>;
    await expect(batch([], signer, verifier, undefined, paths)).rejects.toMatchObject({
      code: "INV-REPLAY-001",
    });
  });
});

describe("evaluateDryRun", () => {
  it("needs neither store nor signer", async () => {
    const result = await evaluateDryRun({ ...CLAIMS, signals: claim(1, 99) }, environment.paths);
    expect(result).toMatchObject({ decision: "rejected", rule_id: "high-risk", signalsValidated: true });
  });
});

describe("overrides and review tasks, as published", () => {
  it("opens a task and resolves in the two-argument form", async () => {
    const { signer, verifier, paths } = environment;
    const input = { executionId: "pending-1", ...CLAIMS, signals: claim(4_000_000) };
    await executeFromSignals(input, signer, verifier, paths, replayStore);
    expect(await getAllTasks()).toContainEqual(
      expect.objectContaining({ executionId: "pending-1", ...CLAIMS }),
    );
    await resolveOverride("pending-1", replayStore);
    expect(await replayStore.find("pending-1")).toMatchObject({ state: "resolved_rejected" });
    expect(await getAllTasks()).not.toContainEqual(expect.objectContaining({ executionId: "pending-1" }));
    await expect(resolveOverride("pending-1", replayStore)).rejects.toMatchObject({ code: "INV-019" });
  });

  it("adds a task by hand", async () => {
    const task = { executionId: "by-hand", ...CLAIMS, createdAt: "2026-11-20T12:00:00.000Z" };
    await addReviewTask(task);
    expect(await getAllTasks()).toContainEqual(task);
  });
});

describe("getRuntimePaths", () => {
  it("reads all six variables", () => {
    const variables = {
      PARMANA_POLICIES_ROOT: "/p",
      PARMANA_TRUST_ROOT: "/t.json",
      PARMANA_TRUST_PUBLIC_KEY: "/t.pub",
      PARMANA_RELEASE_MANIFEST: "/r.json",
      PARMANA_RELEASE_SIGNATURE: "/r.sig",
      PARMANA_TRUST_ROOT_HASH: `sha256:${"0".repeat(64)}`,
    };
    expect(getRuntimePaths(variables)).toEqual({
      policiesRootPath: "/p",
      trustRootPath: "/t.json",
      trustPublicKeyPath: "/t.pub",
      releaseManifestPath: "/r.json",
      releaseSignaturePath: "/r.sig",
      trustRootHash: `sha256:${"0".repeat(64)}`,
    });
  });

  it("refuses a pinned hash that is none: it would look like a pin", () => {
    const paths = ["PARMANA_POLICIES_ROOT", "PARMANA_TRUST_ROOT", "PARMANA_TRUST_PUBLIC_KEY"];
    const variables = Object.fromEntries([...paths, "PARMANA_RELEASE_MANIFEST"].map((name) => [name, "/x"]));
    expect(getRuntimePaths({ ...variables, PARMANA_TRUST_ROOT_HASH: "" })).not.toHaveProperty(
      "trustRootHash",
    );
    expect(() => getRuntimePaths({ ...variables, PARMANA_TRUST_ROOT_HASH: "abc" })).toThrow(
      expect.objectContaining({ code: "SYS-009" }),
    );
  });

  it.each([
    "PARMANA_POLICIES_ROOT",
    "PARMANA_TRUST_ROOT",
    "PARMANA_TRUST_PUBLIC_KEY",
    "PARMANA_RELEASE_MANIFEST",
  ])("refuses to guess %s (threat 27)", (name) => {
    const variables = Object.fromEntries(
      ["PARMANA_POLICIES_ROOT", "PARMANA_TRUST_ROOT", "PARMANA_TRUST_PUBLIC_KEY", "PARMANA_RELEASE_MANIFEST"]
        .filter((other) => other !== name)
        .map((other) => [other, "/x"]),
    );
    expect(() => getRuntimePaths(variables)).toThrow(expect.objectContaining({ code: "SYS-009" }));
    expect(() => getRuntimePaths({ ...variables, [name]: "" })).toThrow(
      expect.objectContaining({ code: "SYS-009" }),
    );
  });
});
