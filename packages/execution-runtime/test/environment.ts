import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createTestEnvironment,
  type TestEnvironment,
  type TestEnvironmentOptions,
} from "@parmanasystems/testkit";

export const NOW = Date.parse("2026-11-20T12:00:00.000Z");

export const policySource = (policyId: string): string =>
  fileURLToPath(new URL(`../../../policies/${policyId}/1.0.0`, import.meta.url));

/** Writes a policy below the directory, as it is kept on disk, and returns its folder. */
export function writePolicy(
  directory: string,
  policy: { readonly policyId: string; readonly policyVersion: string },
): string {
  const folder = join(directory, policy.policyId, policy.policyVersion);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  return folder;
}

/** Keys, trust root, index, three signed policies and a release manifest of the packages under test. */
export function governed(options: Partial<TestEnvironmentOptions> = {}): Promise<TestEnvironment> {
  return createTestEnvironment({
    policies: ["claims-approval", "loan-approval", "agent-payment"].map(policySource),
    modules: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    now: NOW,
    ...options,
  });
}

export const CLAIMS = { policyId: "claims-approval", policyVersion: "1.0.0" } as const;

export function claim(amount: number, risk = 10, vip = false) {
  return { claim_amount: amount, risk_score: risk, vip_customer: vip };
}
