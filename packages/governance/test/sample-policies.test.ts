import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseStrict } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { assertMatchesPolicySchema } from "../src/node/policy-schema-gate.js";
import { parsePolicy } from "../src/parse-policy.js";

const root = fileURLToPath(new URL("../../../policies/", import.meta.url));

const samples = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: policyId }) =>
    readdirSync(`${root}${policyId}`).map((policyVersion) => ({ policyId, policyVersion })),
  );

describe("the sample policies", () => {
  it("are claims, loans and agent payments at least, and each is in the README", () => {
    const readme = readFileSync(`${root}README.md`, "utf8");
    const names = [...new Set(samples.map(({ policyId }) => policyId))];
    expect(names).toEqual(expect.arrayContaining(["agent-payment", "claims-approval", "loan-approval"]));
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(samples)(
    "load under the names of their directories: $policyId $policyVersion",
    ({ policyId, policyVersion }) => {
      const file = `${root}${policyId}/${policyVersion}/policy.json`;
      const bytes = readFileSync(file);
      const policy = parsePolicy(bytes, { policyId, policyVersion, file });
      assertMatchesPolicySchema(parseStrict(bytes));
      expect([policy.policyId, policy.policyVersion]).toEqual([policyId, policyVersion]);
      const decisions = new Set(policy.rules.map((rule) => rule.outcome.decision));
      expect([...decisions].sort()).toEqual(["approved", "pending_override", "rejected"]);
      const undescribed = [...policy.signals].filter(([, { description }]) => description === undefined);
      expect(undescribed).toEqual([]);
    },
  );
});

describe("The page about the policy language", () => {
  it("shows a policy that loads", () => {
    const page = readFileSync(new URL("../../../docs/policy.md", import.meta.url), "utf8");
    const [, example = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    expect(parsePolicy(new TextEncoder().encode(example))).toMatchObject({ policyId: "refund-approval" });
  });
});
