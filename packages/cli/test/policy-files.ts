import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const samples = fileURLToPath(new URL("../../../policies", import.meta.url));

export function sampleFolder(policyId: string): string {
  return join(samples, policyId, "1.0.0");
}

/** A folder for the policies of one test file; the caller removes it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "parmana-policy-"));
}

export type Edit = (text: string) => string;

/** A copy of claims-approval below the folder, edited; without an edit for its tests they are left out. */
export function editedPolicy(
  folder: string,
  name: string,
  edits: { readonly policy?: Edit; readonly tests?: Edit; readonly version?: string },
): string {
  const version = edits.version ?? "1.0.0";
  const directory = join(folder, name, "claims-approval", version);
  mkdirSync(directory, { recursive: true });
  const source = sampleFolder("claims-approval");
  const policy = readFileSync(join(source, "policy.json"), "utf8").replace(
    '"policyVersion": "1.0.0"',
    `"policyVersion": "${version}"`,
  );
  writeFileSync(join(directory, "policy.json"), edits.policy?.(policy) ?? policy);
  if (edits.tests !== undefined) {
    const tests = join(directory, "policy.test.json");
    cpSync(join(source, "policy.test.json"), tests);
    writeFileSync(tests, edits.tests(readFileSync(tests, "utf8")));
  }
  return directory;
}

export const unchanged: Edit = (text) => text;

/** A policy that leaves everything to two officers, who must agree. */
export function payoutsFolder(directory: string, policyId: string, override: object = {}): string {
  const folder = join(directory, policyId, "1.0.0");
  mkdirSync(folder, { recursive: true });
  const policy = {
    policyId,
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { payment: { type: "string", maxLength: 64 } },
    override: { approverRoles: ["officer"], quorum: 2, expiresAfterSeconds: 3600, ...override },
    rules: [
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "pending_override", action: "pay", reason: "two officers must agree" },
      },
    ],
  };
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  return folder;
}
