import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createApiKey } from "../../src/index.js";
import { changeApiKeys, readApiKeys } from "../../src/node/index.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-api-keys-"));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});
const newKey = () =>
  createApiKey({
    name: "a",
    roles: ["auditor"],
    approverRoles: [],
    policies: null,
    createdAt: 0,
    expiresAt: null,
  }).record;

describe("the file of API keys", () => {
  it("is made with mode 0600, and keeps what several writers add", async () => {
    const path = join(directory, "several.json");
    const records = Array.from(Array(8).keys(), newKey);
    await Promise.all(records.map((record) => changeApiKeys(path, (before) => [...before, record])));
    const kept = await readApiKeys(path);
    expect(kept.map(({ id }) => id).sort()).toEqual(records.map(({ id }) => id).sort());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is not read when others may read it", async () => {
    const path = join(directory, "open.json");
    await changeApiKeys(path, () => [newKey()]);
    chmodSync(path, 0o644);
    await expect(readApiKeys(path)).rejects.toEqual(expect.objectContaining({ code: "TRUST-004" }));
    await expect(readApiKeys(join(directory, "none.json"))).rejects.toEqual(
      expect.objectContaining({ code: "TRUST-001" }),
    );
  });
});
