import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@parmanasystems/audit-db";
import { parseResolution, parseResolutionEvidence, votesHash } from "@parmanasystems/execution";
import { generatePrivateKey } from "@parmanasystems/signing";
import { writePrivateKey } from "@parmanasystems/governance/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shell } from "./audit-home.js";
import { payoutsFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-review-"));
const home = join(directory, "home");
const withHome = (...words: string[]) => parmana(...words, "--home", home);
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const execute = (policyId: string, id: string, ...words: string[]) =>
  withHome("execute", policyId, "--signal", `payment=${id}`, "--execution-id", id, ...words);
const vote = (verb: "approve" | "reject", id: string, approver: string, ...words: string[]) =>
  withHome("review", verb, id, "--approver", approver, "--reason", "called the vendor", ...words);

beforeAll(async () => {
  const folders = [
    payoutsFolder(directory, "payouts"),
    payoutsFolder(directory, "signed-payouts", { signed: true, quorum: 1 }),
    payoutsFolder(directory, "two-roles", { approverRoles: ["officer", "manager"] }),
  ];
  expect(await withHome("init")).toMatchObject({ exitCode: 0 });
  for (const folder of folders)
    expect(await withHome("policy", "sign", folder)).toMatchObject({ exitCode: 0 });
  expect(await withHome("release", "build")).toMatchObject({ exitCode: 0 });
});

describe("parmana review", () => {
  it("takes a pending execution from the list to a signed resolution", async () => {
    const executed = await execute("payouts", "pay-1", "--requester", "agent-7");
    expect(executed).toMatchObject({
      exitCode: 5,
      out: expect.stringContaining("parmana review show pay-1"),
    });
    expect((await withHome("review", "list")).out).toMatch(
      /^ {2}pay-1 {2}payouts@1\.0\.0 {2}until \S+ {2}two/m,
    );
    expect(await withHome("review", "claim", "pay-1", "--approver", "ada")).toMatchObject({ exitCode: 0 });
    expect(await vote("approve", "pay-1", "ada")).toMatchObject({
      exitCode: 5,
      out: "PENDING: 1 of 2 approvals for pay-1",
    });
    const shown = (await withHome("review", "show", "pay-1")).out;
    expect(shown).toContain("PENDING: two officers must agree");
    expect(shown).toMatch(/requester +agent-7/);
    expect(shown).toMatch(/claimed +by ada until/);
    expect(shown).toMatch(/approved {2}ada {2}officer {2}\S+ {2}not signed {2}called the vendor/);
    const out = join(directory, "out");
    const ended = await vote("approve", "pay-1", "bob", "--out", out);
    expect(ended).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^APPROVED: 2 approvals/),
    });
    const resolution = parseResolution(readFileSync(join(out, "resolution.json")));
    const { votes } = parseResolutionEvidence(readFileSync(join(out, "votes.json")));
    expect(resolution.votesHash).toBe(votesHash(votes));
    const verified = await withHome(
      ...["verify", join(out, "resolution.json"), "--votes", join(out, "votes.json")],
      ...["--original", join(out, "original.json")],
    );
    expect(verified).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^VERIFIED at level L4/) });
    expect((await withHome("review", "show", "pay-1")).out).toContain("RESOLVED: two officers must agree");
    expect((await withHome("review", "list")).out).toBe("Nothing waits for a person.");
    expect(await vote("approve", "pay-1", "eve")).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[INV-019]"),
    });
  });

  it("does not show as votes what somebody wrote into the ledger", async () => {
    await execute("payouts", "pay-6");
    expect(await vote("approve", "pay-6", "ada")).toMatchObject({ exitCode: 5 });
    const ledger = join(home, "ledger.db");
    const seals = shell(ledger, "SELECT seal FROM review_votes WHERE execution_id = 'pay-6'") as {
      seal: string;
    };
    const votedAt = new Date().toISOString();
    const forged = { approver: "bob", decision: "approved", reason: "fine", role: "officer", votedAt };
    const row = `'pay-6', 1, 'bob', '${JSON.stringify(forged)}', '${seals.seal}'`;
    shell(ledger, `INSERT INTO review_votes (execution_id, position, approver, body, seal) VALUES (${row})`);
    const { out } = await withHome("review", "show", "pay-6");
    expect(out).toMatch(/^PENDING: .*\n1 vote:\n {2}approved {2}ada .*\nNot counted: 1 stored vote /s);
    const shown: unknown = JSON.parse((await withHome("review", "show", "pay-6", "--json")).out);
    expect(shown).toMatchObject({ votes: [{ approver: "ada" }], uncounted: 1 });
    expect(await withHome("review", "settle")).toMatchObject({ out: "Nothing was due." });
    expect(await vote("approve", "pay-6", "bob")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("APPROVED: 2 approvals"),
    });
  });

  it("ends with a rejection, and tells machines", async () => {
    await execute("payouts", "pay-2");
    const { exitCode, out } = await vote("reject", "pay-2", "ada", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: "resolved", attestation: { resolution: "rejected" } });
    const shown: unknown = JSON.parse((await withHome("review", "show", "pay-2", "--json")).out);
    expect(shown).toMatchObject({ state: "resolved", resolution: { resolution: "rejected" } });
    expect(JSON.parse((await withHome("review", "list", "--json")).out)).toEqual([]);
  });

  it("refuses the requester, and leaves no files of an end that did not come", async () => {
    await execute("payouts", "pay-3", "--requester", "agent-7");
    const out = join(directory, "nothing");
    expect(await vote("approve", "pay-3", "agent-7", "--out", out)).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[INV-090]"),
    });
    expect(existsSync(join(out, "resolution.json"))).toBe(false);
    await vote("reject", "pay-3", "ada");
  });

  it("demands the signature of a key that the trust root gives the role", async () => {
    await execute("signed-payouts", "pay-4");
    expect(await vote("approve", "pay-4", "ada")).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-020]"),
    });
    const key = join(directory, "stranger.pem");
    await writePrivateKey(key, generatePrivateKey());
    expect(await vote("approve", "pay-4", "ada", "--key", key)).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[INV-092]"),
    });
    expect(await vote("approve", "pay-4", "ada", "--key", key, "--key", key)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("name one key"),
    });
  });

  it("asks for the role where there are several", async () => {
    await execute("two-roles", "pay-5");
    expect(await vote("approve", "pay-5", "ada")).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("--role: officer or manager"),
    });
    expect(await vote("approve", "pay-5", "ada", "--role", "manager")).toMatchObject({ exitCode: 5 });
  });

  it("stores no vote in a role that the policy does not name (threat 40)", async () => {
    await execute("two-roles", "pay-7");
    for (const verb of ["approve", "reject"] as const)
      expect(await vote(verb, "pay-7", "ada", "--role", "clerk")).toMatchObject({
        exitCode: 1,
        notes: expect.stringContaining("[INV-091]"),
      });
    const stored = "SELECT count(*) AS votes FROM review_votes WHERE execution_id = 'pay-7'";
    expect(shell(join(home, "ledger.db"), stored)).toEqual({ votes: 0 });
    await vote("reject", "pay-7", "ada", "--role", "officer");
  });

  it("lists all that waits, however much it is", async () => {
    const ledger = openLedger(join(home, "ledger.db"));
    const createdAt = new Date().toISOString();
    const ids = Array.from({ length: 101 }, (_, index) => `waiting-${String(index)}`);
    for (const executionId of ids)
      await ledger.reviewTasks.add({ executionId, policyId: "payouts", policyVersion: "1.0.0", createdAt });
    const listed = JSON.parse((await withHome("review", "list", "--json")).out) as { executionId: string }[];
    expect(listed.map(({ executionId }) => executionId).slice(-101)).toEqual(ids);
    for (const executionId of ids) await ledger.reviewTasks.settle(executionId, "resolved");
    await ledger.close();
  });

  it("settles nothing that is not due", async () => {
    expect(await withHome("review", "settle")).toMatchObject({ exitCode: 0, out: "Nothing was due." });
  });

  it.each([["show"], ["approve", "--approver", "ada", "--reason", "fine"]])(
    "says that no task is about an execution that nobody knows (CLI-040): %s",
    async (verb, ...words) => {
      expect(await withHome("review", verb, "nobody", ...words)).toMatchObject({
        exitCode: 2,
        notes: expect.stringContaining("[CLI-040]"),
      });
    },
  );

  it("wants a reason and a name", async () => {
    expect(await withHome("review", "approve", "pay-5")).toMatchObject({ exitCode: 2 });
  });
});
