import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger } from "@parmanasystems/audit-db";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { createNoteSigner, encodeBase64 } from "@parmanasystems/signing";
import { createTestEnvironment, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parmana } from "./run-parmana.js";

const ORIGIN = "log.example.com/claims";

const directory = mkdtempSync(join(tmpdir(), "parmana-log-"));
/** Trust root, policies, release and ledger of one, laid out as a home. */
let environment: TestEnvironment;

const withHome = (...words: string[]) => parmana(...words, "--home", environment.directory);
const file = (name: string) => join(directory, name);

function written(name: string, content: string | Uint8Array): string {
  mkdirSync(dirname(file(name)), { recursive: true });
  writeFileSync(file(name), content);
  return file(name);
}

beforeAll(async () => {
  environment = await createTestEnvironment({
    policies: [fileURLToPath(new URL("../../../policies/claims-approval/1.0.0", import.meta.url))],
    modules: [fileURLToPath(import.meta.resolve("@parmanasystems/execution-runtime"))],
    now: Date.now(),
  });
  const { paths, signer, verifier, keys } = environment;
  const ledger = openLedger(join(environment.directory, "ledger.db"));
  const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore: ledger });
  const execute = (executionId: string, claim_amount: number) =>
    runtime.execute({
      executionId,
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      signals: { claim_amount, risk_score: 10, vip_customer: false },
    });
  const log = createNoteSigner({ name: ORIGIN, privateKey: keys.log });

  const small = await execute("small", 1_200);
  written("remembered", await ledger.audit.checkpoint(log, { unsafeWithoutHeads: true }));
  await execute("large", 1_000_000);
  const vote = { approver: "carol", role: "claims-manager", decision: "approved", reason: "seen" } as const;
  await runtime.reviews.vote({ executionId: "large", ...vote });
  written("checkpoint", await ledger.audit.checkpoint(log, { unsafeWithoutHeads: true }));

  written("small.json", JSON.stringify(small));
  written("small-evidence.json", (await ledger.evidence("small")) ?? "");
  written("small.proof", (await ledger.audit.proof("small")) ?? "");
  written("large.proof", (await ledger.audit.proof("large")) ?? "");
  written("end.proof", (await ledger.audit.proof("large", { of: "resolution" })) ?? "");
  const consistency = await ledger.audit.consistencyProof(3);
  written("consistency", consistency.map((hash) => `${encodeBase64(hash)}\n`).join(""));
  await runtime.close();
  await ledger.close();
  expect(await withHome("review", "show", "large", "--out", file("end"))).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  environment.remove();
  rmSync(directory, { recursive: true, force: true });
});

const verifySmall = (...words: string[]) => withHome("verify", file("small.json"), ...words);
const verifyEnd = (...words: string[]) =>
  withHome("verify", file("end/resolution.json"), "--original", file("end/original.json"), ...words);

describe("parmana verify with a log proof", () => {
  it("demands level L3, and names the log", async () => {
    const { exitCode, out, notes } = await verifySmall("--log-proof", file("small.proof"));
    expect(out).toMatch(/^VERIFIED at level L3: small was approved/);
    expect(out).toMatch(/✓ L3 log\.inclusion +Entry 2 of the log/);
    expect(out).toContain(`The checkpoint of ${ORIGIN} at 5 entries is signed by log key`);
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: "" });
  });

  it("goes with the evidence up to L4, and lower when asked", async () => {
    const words = ["--log-proof", file("small.proof")];
    const evidence = ["--evidence", file("small-evidence.json")];
    const both = await verifySmall(...words, ...evidence, "--json");
    expect(JSON.parse(both.out)).toMatchObject({ verdict: "verified", level: "L4" });
    expect(await verifySmall(...words, "--level", "l1")).toMatchObject({ exitCode: 0 });
    expect(await verifySmall("--level", "L3", ...evidence)).toMatchObject({ exitCode: 1 });
  });

  it("says what is missing for L3 when nothing shows the log, and only that", async () => {
    const { exitCode, out } = await verifySmall("--level", "L3");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^REFUSED: level L3 was asked for, and material for 3 of its checks is missing/);
    for (const id of ["log.form", "log.inclusion", "log.checkpoint"])
      expect(out).toMatch(new RegExp(`· L3 ${id} +Not checked: no log proof was supplied`));
  });

  it("refuses the proof of another execution, whatever level is asked (threat 46)", async () => {
    for (const level of ["L1", "L3"])
      expect(await verifySmall("--log-proof", file("large.proof"), "--level", level)).toMatchObject({
        exitCode: 1,
        out: expect.stringContaining("[INV-086]"),
      });
  });

  it("refuses another log than the one named (threat 44)", async () => {
    const words = ["--log-proof", file("small.proof"), "--origin"];
    expect(await verifySmall(...words, ORIGIN)).toMatchObject({ exitCode: 0 });
    expect(await verifySmall(...words, "other.example.com/log")).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("[INV-085]"),
    });
  });

  it("checks that the log only grew since the checkpoint remembered (threats 41 and 43)", async () => {
    const proof = ["--log-proof", file("small.proof")];
    const grown = ["--remembered", file("remembered"), "--consistency", file("consistency")];
    const { exitCode, out } = await verifySmall(...proof, ...grown);
    expect(out).toMatch(/✓ L3 log\.consistency +The log only grew .*: 3 entries remembered and 5 now/);
    expect(exitCode).toBe(0);
    const same = await verifySmall(...proof, "--remembered", file("checkpoint"));
    expect(same.exitCode).toBe(0);
    const empty = written("empty", "");
    for (const words of [
      ["--remembered", file("remembered")],
      ["--remembered", file("remembered"), "--consistency", empty],
    ])
      expect(await verifySmall(...proof, ...words)).toMatchObject({
        exitCode: 1,
        out: expect.stringContaining("[INV-088]"),
      });
    const other = readFileSync(file("remembered"), "utf8").replace(ORIGIN, "other.example.com/log");
    const words = ["--remembered", written("other", other), "--consistency", file("consistency")];
    expect(await verifySmall(...proof, ...words)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("[INV-085]"),
    });
    expect(await verifySmall(...proof, "--remembered", written("none", "no note"))).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("✗ L3 log.consistency"),
    });
  });

  it("tells the wrong options and unreadable files from a refusal", async () => {
    const proof = ["--log-proof", file("small.proof")];
    for (const [code, ...words] of [
      ["CLI-001", "--remembered", file("remembered")],
      ["CLI-001", "--origin", ORIGIN],
      ["CLI-001", "--consistency", file("consistency")],
      ["CLI-001", ...proof, "--consistency", file("consistency")],
      ["CLI-001", "--log-proof", "-", "--remembered", "-"],
      ["CLI-001", "--level", "L5"],
      ["CLI-004", "--log-proof", file("nowhere")],
      ["CLI-004", ...proof, "--remembered", file("checkpoint"), "--consistency", file("small.proof")],
    ] as const)
      expect(await verifySmall(...words), words.join(" ")).toMatchObject({
        exitCode: 2,
        notes: expect.stringContaining(`[${code}]`),
      });
  });
});

describe("a log proof that lies beside the file", () => {
  it("is found, named, and must hold, but demands no level", async () => {
    const attestation = written("beside/small.json", readFileSync(file("small.json")));
    const proof = written("beside/small.json.tlog-proof", readFileSync(file("small.proof")));
    const good = await withHome("verify", attestation);
    expect(good).toMatchObject({ exitCode: 0, notes: `Log proof: ${proof}, found beside the file.` });
    expect(good.out).toMatch(/^VERIFIED at level L3/);
    expect(await withHome("verify", attestation, "--origin", ORIGIN, "--level", "L3")).toMatchObject({
      exitCode: 0,
    });
    written("beside/small.json.tlog-proof", readFileSync(file("large.proof")));
    const wrong = await withHome("verify", attestation, "--level", "L1", "--json");
    expect(wrong).toMatchObject({ exitCode: 1, notes: expect.stringContaining(proof) });
    expect(JSON.parse(wrong.out)).toMatchObject({ verdict: "refused" });
    const named = await withHome("verify", attestation, "--log-proof", file("small.proof"));
    expect(named).toMatchObject({ exitCode: 0, notes: "" });
  });
});

describe("parmana verify of a resolution with its log proof", () => {
  it("reaches L3, and with the votes L4", async () => {
    const proof = ["--log-proof", file("end.proof")];
    const { exitCode, out } = await verifyEnd(...proof);
    expect(out).toMatch(/^VERIFIED at level L3: large, which claims-approval@1\.0\.0 left to people/);
    expect(out).toMatch(/✓ L3 log\.inclusion +Entry 4 of the log, .* is that of this resolution/);
    expect(exitCode).toBe(0);
    const votes = await verifyEnd(...proof, "--votes", file("end/votes.json"), "--json");
    expect(JSON.parse(votes.out)).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it("refuses the entry of its attestation, and of another execution (threats 46 and 49)", async () => {
    for (const proof of ["large.proof", "small.proof"])
      expect(await verifyEnd("--log-proof", file(proof))).toMatchObject({
        exitCode: 1,
        out: expect.stringContaining("[INV-086]"),
      });
  });
});
