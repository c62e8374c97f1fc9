import { readFileSync } from "node:fs";
import { compilePolicy, interpretPolicy } from "../../../packages/execution/dist/index.js";
import { parsePolicy, validateSignals } from "../../../packages/governance/dist/index.js";
import { readJson } from "../lib/contestant.mjs";

const claims = new URL("../../../policies/claims-approval/1.0.0/policy.json", import.meta.url);

export const label = "Parmana";
export const version = readJson(new URL("../../../packages/core/package.json", import.meta.url)).version;

/** The policy as it is published; signals are validated in the same pass. */
export function claimsContestants() {
  const { decide } = compilePolicy(parsePolicy(readFileSync(claims)));
  return [{ label, validates: true, decide: (signals) => decide(signals).decision }];
}

/** @param {object} document as in policy.json */
export function translate(document) {
  const compiled = compilePolicy(parsePolicy(bytesOf(document)));
  return (signals) => compiled.decide(signals).rule_id;
}

/** The second, independent implementation of the language; here only as another voter. */
export function translateForInterpreter(document) {
  const policy = parsePolicy(bytesOf(document));
  return (signals) => interpretPolicy(policy, validateSignals(policy, signals)).rule_id;
}

/** @param {{ account: number, limit: number }[]} rows */
export function table(rows) {
  return translate({
    policyId: "account-limits",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: {
      account: { type: "integer", minimum: 0, maximum: 1_000_000 },
      amount: { type: "integer", minimum: 0, maximum: 1_000_000 },
    },
    override: { approverRoles: ["manager"], quorum: 1, expiresAfterSeconds: 86_400 },
    rules: [
      ...rows.map(({ account, limit }) => ({
        id: `row-${account}`,
        condition: {
          all: [
            { signal: "account", equals: account },
            { signal: "amount", less_than_or_equal: limit },
          ],
        },
        outcome: { decision: "approved", action: "pay", reason: "within the limit" },
      })),
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "ask", reason: "above the limit" },
      },
    ],
  });
}

const bytesOf = (document) => new TextEncoder().encode(JSON.stringify(document));
