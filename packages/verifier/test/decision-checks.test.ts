import { sha256 } from "@parmanasystems/canonical";
import { executionFingerprint, type ExecutionAttestation } from "@parmanasystems/execution";
import { openPolicyBundle, openTrustRoot } from "@parmanasystems/governance";
import { beforeAll, describe, expect, it } from "vitest";
import { Checklist } from "../src/checklist.js";
import { checkDecisionRepeats, checkState } from "../src/decision-checks.js";
import { verifyAttestation } from "../src/index.js";
import { known } from "../src/known.js";
import {
  createWorld,
  failures,
  riskyClaim,
  signed,
  signers,
  skipped,
  smallClaim,
  type World,
} from "./fixture.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

describe("a decision that the policy does not make is refused, although the signature is right (threat 20)", () => {
  const judged = (changes: Partial<ExecutionAttestation>): ReturnType<typeof verifyAttestation> =>
    verifyAttestation(signed(world.attestation, changes), world.options);

  it("a fingerprint of other facts", () => {
    const { policyId, policyVersion } = world.attestation;
    for (const execution_fingerprint of [
      sha256("anything"),
      executionFingerprint({ policyId, policyVersion, signals: riskyClaim }),
      executionFingerprint({ policyId, policyVersion: "1.0.1", signals: smallClaim }),
    ]) {
      const report = judged({ execution_fingerprint });
      expect(report).toMatchObject({ verdict: "refused", level: "L2" });
      expect(failures(report)).toEqual({ "decision.fingerprint": "INV-074" });
    }
  });

  it.each([
    ["decision.rule", { rule_id: "catch-all" }],
    ["decision.outcome", { decision: "rejected" }],
    ["decision.action", { action: "pay" }],
    ["decision.reason", { reason: "urgent" }],
  ] as const)("another %s", (id, change) => {
    const report = judged(change);
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(failures(report)).toEqual({ [id]: "INV-075" });
  });

  it("a rejected claim signed as approved, refused even where only L1 is asked for", async () => {
    const rejected = await createWorld({ signals: riskyClaim });
    const forged = signed(rejected.attestation, {
      decision: "approved",
      rule_id: "small-claim",
      action: "approve",
      reason: "small claim",
    });
    const report = verifyAttestation(forged, { ...rejected.options, requiredLevel: "L1" });
    expect(report).toMatchObject({ verdict: "refused", level: "L2" });
    expect(failures(report)).toEqual({
      "decision.rule": "INV-075",
      "decision.outcome": "INV-075",
      "decision.action": "INV-075",
      "decision.reason": "INV-075",
    });
    expect(verifyAttestation(forged, { trustRoot: rejected.material.trustRoot })).toMatchObject({
      verdict: "verified",
      level: "L1",
    });
  });
});

describe("the checks on the decision stand on their own", () => {
  const presented = (changes: Partial<ExecutionAttestation>): Parameters<typeof checkState>[1] =>
    known({ attestation: { ...world.attestation, ...changes }, issuedAt: 0, envelope: undefined });

  it("refuse a state that contradicts the decision, not only through the parser", () => {
    const codeOf = (changes: Partial<ExecutionAttestation>): string | undefined => {
      const checks = new Checklist();
      checkState(checks, presented(changes));
      return checks.list().find(({ id }) => id === "decision.state")?.code;
    };
    expect(codeOf({})).toBeUndefined();
    expect(codeOf({ execution_state: "pending_override" })).toBe("INV-077");
    expect(codeOf({ decision: "rejected", execution_state: "pending_override" })).toBe("INV-077");
    expect(codeOf({ decision: "pending_override", execution_state: "completed" })).toBe("INV-077");
    expect(codeOf({ decision: "pending_override", execution_state: "pending_override" })).toBeUndefined();
  });

  it("fail with the evaluator's code when the policy reaches no decision", () => {
    const checks = new Checklist();
    const { trustRoot, bundle } = world.material;
    const opened = openPolicyBundle(
      bundle,
      openTrustRoot({ ...trustRoot, pinnedKey: signers.root.publicKey }),
    );
    checkDecisionRepeats(
      checks,
      presented({}),
      known({ ...opened, policy: { ...opened.policy, rules: [] } }),
      known(smallClaim),
    );
    const report = { verdict: "refused", level: "none", checks: checks.list() } as const;
    expect(failures(report)).toEqual({ "decision.repeated": "SYS-006" });
    expect(skipped(report)).toEqual(
      expect.arrayContaining(["decision.rule", "decision.outcome", "decision.action", "decision.reason"]),
    );
  });
});
