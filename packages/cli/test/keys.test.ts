import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@parmanasystems/canonical";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parmana } from "./run-parmana.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-keys-"));
const home = join(directory, "home");
const keys = (...words: string[]) => parmana("keys", ...words, "--home", home);
const file = join(home, "api-keys.json");
beforeAll(async () => {
  expect(await parmana("init", "--home", home)).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("parmana keys", () => {
  it("shows a key once and keeps its hash, in a file of mode 0600", async () => {
    expect((await keys("list")).out).toBe("There are no API keys.");
    const made = await keys(
      "new",
      "--name",
      "claims-service",
      "--role",
      "evaluator",
      "--policy",
      "claims-approval",
    );
    expect(made).toMatchObject({ exitCode: 0, notes: expect.stringContaining("only time") });
    expect(made.notes).toContain("No version of the policy claims-approval is published");
    const text = readFileSync(file, "utf8");
    expect(text).toContain(sha256(made.out));
    expect(text).not.toContain(made.out);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const listed = await keys("list");
    expect(listed.out).toMatch(
      /^ {2}[0-9a-f]{8} {2}claims-service {2}evaluator {2}claims-approval {2}no end$/,
    );
    expect(listed.out).not.toContain(made.out);
  });

  it("says when another key in force stands for the same caller", async () => {
    const first = await keys("new", "--name", "twin", "--role", "auditor", "--json");
    expect(first.notes).not.toContain("same name");
    const { id } = JSON.parse(first.out) as { id: string };
    expect((await keys("new", "--name", "twin", "--role", "auditor")).notes).toContain(
      `The key ${id} has the same name`,
    );
  });

  it("says whose a key is", async () => {
    const person = "oidc:login.example.com:248289";
    await keys("new", "--name", "alice-laptop", "--role", "evaluator", "--person", person);
    await keys("new", "--name", "payments", "--role", "evaluator", "--service");
    expect((await keys("list")).out).toContain(`alice-laptop (${person})`);
    expect((await keys("list")).out).toContain("payments (service)");
    const wrong = ["new", "--name", "x", "--role", "evaluator", "--person"];
    expect((await keys(...wrong, "alice")).notes).toContain("TRUST-061");
    expect((await keys(...wrong, person, "--service")).notes).toContain("CLI-065");
  });

  it("revokes for good, and says when there is nothing to revoke", async () => {
    const made = await keys(
      ...["new", "--name", "maria", "--role", "approver", "--approver-role", "claims-manager"],
      ...["--days", "30", "--json"],
    );
    const { id } = JSON.parse(made.out) as { id: string };
    expect((await keys("list")).out).toMatch(
      /maria {2,}approver approver:claims-manager {2,}every policy {2,}until/,
    );
    expect(await keys("revoke", id)).toMatchObject({ exitCode: 0 });
    expect((await keys("list")).out).toMatch(/maria.*revoked/);
    const again = await keys("revoke", "00000000", "--json");
    expect(again).toMatchObject({ exitCode: 2, out: expect.stringContaining("CLI-060") });
  });

  it.each([
    ["--role", "root"],
    ["--role", "evaluator", "--days", "0"],
  ])("refuses %s %s", async (...words) => {
    const refused = await keys("new", "--name", "x", ...words, "--json");
    expect(refused).toMatchObject({ exitCode: 2, out: expect.stringContaining("CLI-001") });
  });
});
