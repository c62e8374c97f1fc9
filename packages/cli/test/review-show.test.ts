import { cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "@parmanasystems/audit-db";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { writePrivateKey } from "@parmanasystems/governance/node";
import { createTestEnvironment } from "@parmanasystems/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { reviewShowCommand } from "../src/commands/review-show.js";
import { homeAt } from "../src/home.js";
import { voteJudgement } from "../src/home-vote-judgement.js";
import { showReview } from "../src/shown-review.js";
import { auditHome, shell, tamper } from "./audit-home.js";
import { payoutsFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const { directory, home, run } = auditHome();
const vote = (id: string, approver: string) =>
  run("review", "approve", id, "--approver", approver, "--reason", "called the vendor");

beforeAll(async () => {
  for (const words of [
    ["policy", "sign", payoutsFolder(directory, "payouts")],
    ["release", "build"],
  ])
    expect(await run(...words)).toMatchObject({ exitCode: 0 });
  for (const id of ["open", "ended"]) {
    const words = ["--signal", `payment=${id}`, "--execution-id", id];
    expect(await run("execute", "payouts", ...words)).toMatchObject({ exitCode: 5 });
    expect(await vote(id, "ada")).toMatchObject({ exitCode: 5 });
  }
  expect(await vote("ended", "bob")).toMatchObject({ exitCode: 0 });
});

/** The home as it is now, at another place. */
function copyOf(name: string) {
  const copy = join(directory, name);
  cpSync(home, copy, { recursive: true });
  const show = (id: string, ...words: string[]) => parmana("review", "show", id, ...words, "--home", copy);
  return {
    ledger: join(copy, "ledger.db"),
    trustRoot: join(copy, "trust/trust-root.json"),
    rootKey: join(copy, "trust/root.pub"),
    show,
    json: async (id: string) => JSON.parse((await show(id, "--json")).out) as unknown,
    /** Revokes the key that sealed and signed, in favour of another. */
    revoke: async (at?: string) => {
      const { out } = await parmana("trust", "show", "--json", "--home", copy);
      const { roles } = JSON.parse(out) as { roles: { runtime: { keyids: [string] } } };
      const [keyId] = roles.runtime.keyids;
      const dated = at === undefined ? [] : ["--at", at];
      const words = ["--reason", "lost", ...dated, "--add", "runtime:local", "--install", "--home", copy];
      expect(await parmana("trust", "revoke", ...words, "--", keyId)).toMatchObject({ exitCode: 0 });
    },
  };
}

const votes = (...approvers: string[]) =>
  approvers.map((approver): unknown => expect.objectContaining({ approver }));

describe("parmana review show without a trust root", () => {
  it("shows the review, and that nothing of it is judged", async () => {
    const { show, json, trustRoot, rootKey } = copyOf("untrusting");
    for (const path of [trustRoot, rootKey]) rmSync(path);
    const { exitCode, out } = await show("open");
    expect(exitCode).toBe(3);
    expect(out).toMatch(/^PENDING: two officers must agree\n.*\nNot judged, since no trust root here says /s);
    expect(out).toMatch(/\n {2}not judged {2}approved {2}ada {2}officer .*called the vendor$/);
    expect(await json("open")).toMatchObject({
      state: "pending",
      countedBy: null,
      votes: [],
      uncounted: null,
      unjudged: votes("ada"),
    });
    expect((await show("ended")).out).toMatch(/Not judged, .*\n(?: {2}not judged {2}.*\n){2}APPROVED: /);
    expect(await json("ended")).toMatchObject({ countedBy: null, votes: [], unjudged: votes("ada", "bob") });
    const written = join(directory, "unjudged");
    expect(await show("ended", "--out", written)).toMatchObject({
      exitCode: 3,
      out: "",
      notes: expect.stringContaining("[CLI-002]") as unknown,
    });
    expect(existsSync(written)).toBe(false);
  });

  it.each([
    ["the key that it begins with is missing", "trustRoot", undefined, "CLI-002"],
    ["it is missing, and its key is there", "rootKey", undefined, "CLI-002"],
    ["it is a link that leads nowhere", "rootKey", "trustRoot", "TRUST-00"],
  ] as const)("is not taken for a home without one where %s", async (name, kept, dangling, code) => {
    const { show, ...paths } = copyOf(name);
    for (const path of [paths.trustRoot, paths.rootKey]) if (path !== paths[kept]) rmSync(path);
    if (dangling !== undefined) symlinkSync("nowhere", paths[dangling]);
    const { exitCode, out, notes } = await show("open");
    expect([exitCode === 0, out]).toEqual([false, ""]);
    expect(notes).toContain(`[${code}`);
  });

  it("looks into a ledger that is there, and makes none (CLI-002)", async () => {
    const { show, trustRoot, ledger } = copyOf("empty");
    for (const path of [trustRoot, ledger]) rmSync(path);
    expect(await show("open")).toMatchObject({
      exitCode: 3,
      notes: expect.stringContaining("[CLI-002]") as unknown,
    });
    expect(existsSync(ledger)).toBe(false);
  });

  it("takes the home's own runtime key where the trust root names none, and judges nothing without one", async () => {
    const environment = await createTestEnvironment({
      policies: [payoutsFolder(directory, "payouts")],
      modules: [import.meta.resolve("@parmanasystems/execution-runtime")],
      now: Date.now(),
      withoutRuntimeRole: true,
    });
    const { paths, signer, verifier, keys } = environment;
    const keyless = homeAt(environment.directory, {
      PARMANA_TRUST_ROOT: paths.trustRootPath,
      PARMANA_TRUST_PUBLIC_KEY: paths.trustPublicKeyPath,
    });
    const ledger = openLedger(keyless.ledger);
    const runtime = createExecutionRuntime({
      environment: paths,
      signer,
      verifier,
      replayStore: ledger,
      auditSink: ledger,
      reviewTasks: ledger.reviewTasks,
    });
    await runtime.execute({
      executionId: "a",
      policyId: "payouts",
      policyVersion: "1.0.0",
      signals: { payment: "a" },
    });
    for (const approver of ["ada", "bob"])
      await runtime.reviews.vote({
        executionId: "a",
        approver,
        role: "officer",
        decision: "approved",
        reason: "fine",
      });
    await runtime.close();
    await ledger.close();
    const shown = async () => {
      const lines: string[] = [];
      const output = { out: (line: string) => lines.push(line), note: () => undefined };
      const exitCode = await reviewShowCommand(keyless, "a", { json: true }, output);
      return { ...(JSON.parse(lines.join("\n")) as object), exitCode };
    };
    expect(await shown()).toMatchObject({ exitCode: 3, countedBy: null, unjudged: votes("ada", "bob") });
    const out = join(keyless.directory, "written");
    await expect(
      reviewShowCommand(keyless, "a", { out }, { out: () => undefined, note: () => undefined }),
    ).rejects.toMatchObject({ code: "CLI-068" });
    expect(existsSync(out)).toBe(false);
    await writePrivateKey(join(keyless.keys, "runtime.pem"), keys.runtime);
    expect(await shown()).toMatchObject({
      exitCode: 0,
      countedBy: "resolution",
      votes: votes("ada", "bob"),
    });
    environment.remove();
  });
});

describe("parmana review show of an ended review", () => {
  it("counts the votes that the resolution covers, and says what only the ledger dates (threat 25)", async () => {
    const { show, json, revoke } = copyOf("revoked");
    const before = await show("ended");
    expect(before.out).toMatch(/\n2 votes:\n {2}approved {2}ada .*\n {2}approved {2}bob .*\nAPPROVED: /);
    expect(before.exitCode).toBe(0);
    expect(await json("ended")).toMatchObject({ countedBy: "resolution", uncounted: 0, refusal: null });
    await revoke();
    const since = await show("ended");
    expect(since.exitCode).toBe(1);
    expect(since.out).toMatch(/\n2 votes:\n {2}approved {2}ada [^]*\nWARNING: \[TRUST-037\] .*\nAPPROVED: /);
    expect(await json("ended")).toMatchObject({
      countedBy: "resolution",
      votes: votes("ada", "bob"),
      uncounted: 0,
      unjudged: [],
      refusal: { code: "TRUST-037" },
    });
    expect(await json("open")).toMatchObject({ countedBy: "seals", votes: [], uncounted: 1 });
  });

  it("counts no vote that the resolution does not cover", async () => {
    const { show, json, ledger } = copyOf("added");
    const body = { approver: "eve", decision: "approved", reason: "fine", role: "officer" };
    const row = `'ended', 2, 'eve', '${JSON.stringify({ ...body, votedAt: new Date().toISOString() })}', ''`;
    shell(ledger, `INSERT INTO review_votes (execution_id, position, approver, body, seal) VALUES (${row})`);
    expect((await show("ended")).out).toContain(
      "Not counted: 1 stored vote that the resolution does not cover.",
    );
    expect(await json("ended")).toMatchObject({ votes: votes("ada", "bob"), uncounted: 1 });
  });

  const changed = ({ ledger }: { readonly ledger: string }) => {
    tamper(
      ledger,
      "resolutions_update",
      "UPDATE resolutions SET evidence = CAST(replace(CAST(evidence AS TEXT), 'ada', 'eve') AS BLOB)",
    );
  };

  it("says that a stored end with other votes does not hold (CLI-068), and goes by the seals", async () => {
    const copy = copyOf("changed");
    const { show, json } = copy;
    changed(copy);
    expect(await show("ended")).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(
        /\n {2}approved {2}ada [^]*\nWARNING: \[CLI-068\] .*\nAPPROVED: /,
      ) as unknown,
    });
    expect(await json("ended")).toMatchObject({
      countedBy: "seals",
      votes: votes("ada", "bob"),
      refusal: { code: "CLI-068" },
    });
  });

  it("does not hold by a key that was revoked from before it signed", async () => {
    const { json, revoke } = copyOf("stolen");
    await revoke("2020-01-01T00:00:00.000Z");
    expect(await json("ended")).toMatchObject({ votes: [], uncounted: 2, refusal: { code: "TRUST-036" } });
  });

  it("does not hold by a revoked key's own date, or of another execution, or by a key that did not sign it", async () => {
    const { ledger: path, revoke } = copyOf("dated");
    await revoke();
    const by = await voteJudgement(homeAt(join(directory, "dated"), {}));
    const ledger = openLedger(path);
    const [stored, other, resolution, bytes] = await Promise.all([
      ledger.reviewTasks.find("ended"),
      ledger.reviewTasks.find("open"),
      ledger.resolution("ended"),
      ledger.resolutionEvidence("ended"),
    ]);
    await ledger.close();
    if (!stored || !other || !resolution || !bytes) throw new Error("the review has ended");
    const end = { resolution, votes: bytes, recordedAt: resolution.issuedAt };
    expect(await showReview(stored, end, by)).toMatchObject({
      countedBy: "resolution",
      refusal: { code: "TRUST-037" },
    });
    const later = new Date().toISOString();
    const signature = Buffer.alloc(64).toString("base64");
    for (const [review, given, code] of [
      [stored, { ...end, recordedAt: later }, "TRUST-037"],
      [stored, { ...end, votes: new TextEncoder().encode("{}") }, "INV-044"],
      [stored, { ...end, resolution: { ...resolution, signature } }, "CLI-068"],
      [stored, { ...end, resolution: { ...resolution, execution_id: "open" } }, "CLI-068"],
      [other, end, "CLI-068"],
    ] as const)
      expect(await showReview(review, given, by)).toMatchObject({ countedBy: "seals", refusal: { code } });
  });

  const unreadable = ({ trustRoot }: { readonly trustRoot: string }) => {
    writeFileSync(trustRoot, "{}");
  };

  it.each([
    ["a trust root that does not open", unreadable, "TRUST-011"],
    ["an end that does not hold", changed, "CLI-068"],
  ])("writes no files before it has judged: %s", async (name, spoil, code) => {
    const copy = copyOf(name);
    spoil(copy);
    const out = join(directory, `${name}, written`);
    expect(await copy.show("ended", "--out", out)).toMatchObject({
      exitCode: expect.any(Number) as unknown,
      out: "",
      notes: expect.stringMatching(new RegExp(`^\\[${code}\\]`)) as unknown,
    });
    expect(existsSync(out)).toBe(false);
  });
});
