import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type * as GovernanceNode from "@parmanasystems/governance/node";
import { afterAll, describe, expect, it, vi } from "vitest";
import { readPolicySource } from "../src/policy-source.js";
import { editedPolicy, temporaryFolder } from "./policy-files.js";

const folder = temporaryFolder();
let writesBetween = false;

// The file is read twice, to check it and to point into it; somebody else may write in between.
vi.mock("@parmanasystems/governance/node", async (importOriginal) => {
  const original = await importOriginal<typeof GovernanceNode>();
  return {
    ...original,
    checkPolicyDirectory: async (directory: string) => {
      const policy = await original.checkPolicyDirectory(directory);
      if (writesBetween) appendFileSync(join(directory, "policy.json"), "\n");
      return policy;
    },
  };
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("readPolicySource", () => {
  it("refuses a policy that changes between being checked and being pointed into", async () => {
    const directory = editedPolicy(folder, "1.0.0", {});
    await expect(readPolicySource(directory)).resolves.toMatchObject({ directory });
    writesBetween = true;
    await expect(readPolicySource(directory)).rejects.toMatchObject({ code: "CLI-011" });
  });
});
