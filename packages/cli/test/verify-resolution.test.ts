import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger } from "@parmanasystems/audit-db";
import {
  attestationHash,
  type ExecutionAttestation,
  parseResolution,
  parseResolutionEvidence,
  resolutionEvidence,
  signVote,
  toEnvelope,
  toResolutionEnvelope,
} from "@parmanasystems/execution";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { createTestEnvironment, fixedClock, type TestEnvironment } from "@parmanasystems/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parmana } from "./run-parmana.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const directory = mkdtempSync(join(tmpdir(), "parmana-resolution-"));
/** Trust root, policies, release and ledger of one, laid out as a home. */
let environment: TestEnvironment;
let verifiedAt: string;

/** Two officers must sign. */
const policy = {
  policyId: "payouts",
  policyVersion: "1.0.0",
  schemaVersion: "1.0.0",
  signalsSchema: { payment: { type: "string", maxLength: 64 } },
  override: { approverRoles: ["officer"], quorum: 2, expiresAfterSeconds: 3600, signed: true },
  rules: [
    {
      id: "catch-all",
      condition: { all: [] },
      outcome: { decision: "pending_override", action: "pay", reason: "two officers must agree" },
    },
  ],
};

beforeAll(async () => {
  const folder = join(directory, "payouts", "1.0.0");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  const clock = fixedClock();
  environment = await createTestEnvironment({
    policies: [folder],
    modules: [fileURLToPath(import.meta.resolve("@parmanasystems/execution-runtime"))],
    now: clock.now(),
    approvers: { officer: ["ada", "bob"] },
  });
  const { paths, signer, verifier } = environment;
  const replayStore = openLedger(join(environment.directory, "ledger.db"));
  const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore, clock });

  const pending = (executionId: string) =>
    runtime.execute({
      executionId,
      policyId: "payouts",
      policyVersion: "1.0.0",
      signals: { payment: executionId },
      requester: "agent-7",
      audience: "bank",
    });
  const cast = async (
    about: ExecutionAttestation,
    approver: string,
    decision: "approved" | "rejected" = "approved",
  ) => {
    const key = environment.approvers.get(approver);
    if (key === undefined) throw new Error(`no key of ${approver}`);
    const { execution_id } = about;
    const subject = { execution_id, attestationHash: attestationHash(about) };
    const votedAt = new Date(clock.now()).toISOString();
    const vote = { approver, role: "officer", decision, reason: "called the vendor", votedAt };
    await runtime.reviews.vote({ executionId: execution_id, ...(await signVote(subject, vote, key)) });
  };

  const approved = await pending("approved");
  const rejected = await pending("rejected");
  await pending("expired");
  await cast(approved, "ada");
  clock.advance(MINUTE_MS);
  await cast(approved, "bob");
  await cast(rejected, "ada", "rejected");
  clock.advance(HOUR_MS);
  expect(await runtime.reviews.settle()).toEqual(["expired"]);
  const waiting = await pending("waiting");
  expect(waiting.decision).toBe("pending_override");
  verifiedAt = new Date(clock.now()).toISOString();
  await runtime.close();
  await replayStore.close();
  for (const id of ["approved", "rejected", "expired"]) {
    const shown = await withHome("review", "show", id, "--out", join(directory, id));
    expect(shown).toMatchObject({ exitCode: 0, notes: expect.stringContaining("parmana verify ") });
  }
});
afterAll(() => {
  environment.remove();
  rmSync(directory, { recursive: true, force: true });
});

const withHome = (...words: string[]) => parmana(...words, "--home", environment.directory);
const file = (id: string, name: string) => join(directory, id, name);
const verify = (resolution: string, ...words: string[]) =>
  withHome("verify", resolution, "--at", verifiedAt, ...words);
const beside = (id: string) => ["--original", file(id, "original.json"), "--votes", file(id, "votes.json")];

function written(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe("parmana verify of a resolution", () => {
  it.each([
    ["approved", 2],
    ["rejected", 0],
    ["expired", 0],
  ])("verifies what review show wrote of one that was %s, votes included", async (id, approvals) => {
    const { exitCode, out } = await verify(file(id, "resolution.json"), ...beside(id));
    expect(out).toContain(
      `VERIFIED at level L4 (log not checked): ${id}, which payouts@1.0.0 left to people, ended as ${id} with ${String(approvals)} approvals`,
    );
    expect(out).toMatch(/· L3 log\.inclusion/);
    expect(exitCode).toBe(0);
  });

  it("takes envelopes, and tells machines", async () => {
    const resolution = parseResolution(readFileSync(file("approved", "resolution.json")));
    const envelope = written("envelope.json", toResolutionEnvelope(resolution));
    const original = written(
      "original-envelope.json",
      toEnvelope(JSON.parse(readFileSync(file("approved", "original.json"), "utf8")) as ExecutionAttestation),
    );
    const { exitCode, out } = await verify(envelope, "--original", original, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: "verified", level: "L2" });
  });

  it("refuses without the attestation that it ends, and for a level that the files do not reach", async () => {
    const alone = await verify(file("approved", "resolution.json"));
    expect(alone).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/^REFUSED: level L2 was asked for/),
    });
    expect(alone.out).toContain("· L1 original.link");
    const words = ["--original", file("approved", "original.json"), "--level"];
    expect(await verify(file("approved", "resolution.json"), ...words, "L4")).toMatchObject({ exitCode: 1 });
    expect(await verify(file("approved", "resolution.json"), ...words, "L1")).toMatchObject({ exitCode: 0 });
  });

  it("refuses another execution's attestation and votes (threat 40)", async () => {
    const swapped = await verify(file("approved", "resolution.json"), ...beside("rejected"));
    expect(swapped.exitCode).toBe(1);
    expect(swapped.out).toMatch(/^REFUSED: 3 checks failed/);
    for (const finding of ["original.link", "votes.execution-id", "votes.hash"])
      expect(swapped.out).toContain(`✗ ${finding.startsWith("votes") ? "L4" : "L1"} ${finding}`);
  });

  it("refuses a rejection that was turned into an approval, and votes that were changed (threat 40)", async () => {
    const rejected = parseResolution(readFileSync(file("rejected", "resolution.json")));
    const forged = written("forged.json", { ...rejected, resolution: "approved", approvals: 2 });
    const report = await verify(forged, "--original", file("rejected", "original.json"));
    expect(report).toMatchObject({ exitCode: 1, out: expect.stringContaining("[INV-065]") });
    const { votes } = parseResolutionEvidence(readFileSync(file("approved", "votes.json")));
    const changed = written(
      "changed-votes.json",
      resolutionEvidence(
        "approved",
        votes.map((vote) => ({ ...vote, approver: "mallory" })),
      ),
    );
    const words = ["--original", file("approved", "original.json"), "--votes", changed];
    expect(await verify(file("approved", "resolution.json"), ...words)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("[INV-078]"),
    });
  });

  it("refuses the signature of the attestation on the resolution (threat 14)", async () => {
    const resolution = parseResolution(readFileSync(file("approved", "resolution.json")));
    const { signature } = JSON.parse(
      readFileSync(file("approved", "original.json"), "utf8"),
    ) as ExecutionAttestation;
    const moved = written("moved.json", { ...resolution, signature });
    expect(await verify(moved, ...beside("approved"))).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("[INV-065]"),
    });
  });

  it("tells malformed input and the wrong options from a refusal", async () => {
    const resolution = parseResolution(readFileSync(file("approved", "resolution.json")));
    const extra = written("extra.json", { ...resolution, approvedBy: "mallory" });
    const envelope = toResolutionEnvelope(resolution);
    const unsigned = written("unsigned.json", { ...envelope, signatures: [] });
    for (const path of [extra, unsigned, written("nothing.json", { payloadType: "x" })])
      expect(await verify(path, ...beside("approved"))).toMatchObject({
        exitCode: 2,
        notes: expect.stringContaining("[CLI-006]"),
      });
    const original = file("approved", "original.json");
    for (const [path, ...words] of [
      [file("approved", "resolution.json"), "--evidence", original],
      [original, "--votes", file("approved", "votes.json")],
      [original, "--original", original],
      ["-", "--original", "-"],
    ] as const)
      expect(await verify(path, ...words)).toMatchObject({
        exitCode: 2,
        notes: expect.stringContaining("[CLI-001]"),
      });
    const nowhere = join(directory, "nowhere");
    expect(await parmana("verify", file("approved", "resolution.json"), "--home", nowhere)).toMatchObject({
      exitCode: 3,
    });
  });

  it("verifies the attestation that it ends on its own as before", async () => {
    expect(await verify(file("approved", "original.json"))).toMatchObject({ exitCode: 0 });
  });
});

describe("parmana review show --out", () => {
  it("writes no end that has not come (CLI-041), and nothing over files that are there (CLI-004)", async () => {
    const out = join(directory, "waiting");
    expect(await withHome("review", "show", "waiting", "--out", out)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-041]"),
    });
    const again = await withHome("review", "show", "approved", "--out", join(directory, "approved"));
    expect(again).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-004]") });
  });
});
