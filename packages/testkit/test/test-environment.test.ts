import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPolicyBundle } from "@parmanasystems/governance/node";
import { describe, expect, it } from "vitest";
import { createTestEnvironment, fixedClock } from "../src/index.js";

describe("the test environment is a real one", () => {
  it("signs what it is given, and removes it again", async () => {
    const source = fileURLToPath(new URL("../../../policies/claims-approval/1.0.0", import.meta.url));
    const environment = await createTestEnvironment({
      policies: [source],
      modules: [fileURLToPath(import.meta.url)],
      now: fixedClock().now(),
      sources: ["claims-db"],
    });
    expect(environment.trustRoot.roles.get("source:claims-db")?.keyids).toEqual([
      environment.sources.get("claims-db")?.keyId,
    ]);
    const { policiesRootPath } = environment.paths;
    const bundle = await loadPolicyBundle(
      policiesRootPath,
      "claims-approval",
      "1.0.0",
      environment.trustRoot,
    );
    expect(bundle.policy.policyId).toBe("claims-approval");
    environment.remove();
    expect(existsSync(environment.directory)).toBe(false);
  });
});

describe("the fixed clock", () => {
  it("moves only when told", () => {
    const clock = fixedClock("2026-11-20T12:00:00.000Z");
    expect(clock.now()).toBe(Date.parse("2026-11-20T12:00:00.000Z"));
    clock.advance(1_500);
    expect(clock.now()).toBe(Date.parse("2026-11-20T12:00:01.500Z"));
  });
});
