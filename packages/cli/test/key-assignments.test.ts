import { generatePrivateKey } from "@parmanasystems/signing";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readKeyAssignment, readThresholds, rolesOf } from "../src/key-assignments.js";
import { temporaryFolder } from "./policy-files.js";

const file = join(temporaryFolder(), "alice.pub.pem");
const key = generatePrivateKey();
writeFileSync(file, key.publicKey.toPem());
const malformed = expect.objectContaining({ code: "CLI-001" });

describe("A key for a role, as it is typed", () => {
  it("names role, operator and, where the key was made elsewhere, its file", async () => {
    const given = await readKeyAssignment(`root:alice=${file}`, "--role");
    expect(given).toMatchObject({ role: "root", operator: "alice" });
    expect(given.publicKey?.keyId).toBe(key.keyId);
    expect(await readKeyAssignment("policy:Acme Ltd", "--role")).toEqual({
      role: "policy",
      operator: "Acme Ltd",
      publicKey: undefined,
    });
  });

  it("may be for a role with a name of its own", async () => {
    for (const role of ["approver:claims-manager", "source:claims-db"]) {
      expect(await readKeyAssignment(`${role}:bob`, "--add")).toMatchObject({ role, operator: "bob" });
    }
  });

  it.each(["root", "root:", ":alice", "root:alice=", "approver:claims", "", "root:=x"])(
    "%j is refused",
    async (text) => {
      await expect(readKeyAssignment(text, "--role")).rejects.toThrow(malformed);
    },
  );
});

describe("Thresholds, as they are typed", () => {
  it("name a role and a number", () => {
    expect(readThresholds(["root=2", "approver:claims=1"])).toEqual({ root: 2, "approver:claims": 1 });
  });

  it.each([[["root"]], [["root=0"]], [["root=-1"]], [["root=1.5"]], [["=2"]], [["root=2", "root=3"]]])(
    "%j are refused",
    (texts) => {
      expect(() => readThresholds(texts)).toThrow(malformed);
    },
  );

  it("belong to roles that have keys", () => {
    const assigned = [{ role: "root", operator: "alice", publicKey: undefined }];
    expect(rolesOf(assigned, { root: 1 })).toEqual({ root: { keys: [{ operator: "alice" }], threshold: 1 } });
    expect(() => rolesOf(assigned, { policy: 1 })).toThrow(malformed);
  });
});
