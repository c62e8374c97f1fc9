import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseStrict, sha256 } from "@parmanasystems/canonical";
import {
  createPolicyIndex,
  createTrust,
  publishToIndex,
  signPolicyBundle,
  writePrivateKey,
} from "@parmanasystems/governance/node";
import { normalizeGovernedSignals } from "@parmanasystems/provenance";
import { generatePrivateKey, LocalSigner } from "@parmanasystems/signing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../src/main.js";

const directory = mkdtempSync(join(tmpdir(), "parmana-signal-"));
const home = join(directory, "home");
const policies = join(directory, "policies");
const keyOfSource = join(home, "keys", "source-claims-db.pem");
const reference = "signed-claims@1.0.0";
const DAY_MS = 24 * 60 * 60 * 1000;

async function parmana(...words: string[]) {
  const lines: string[] = [];
  const notes: string[] = [];
  const exitCode = await main(words, { out: (line) => lines.push(line), note: (line) => notes.push(line) });
  return { exitCode, out: lines.join("\n"), notes: notes.join("\n") };
}

/** A policy that demands the amount from claims-db, signed and fresh; `more` goes into the demand. */
function writePolicy(policyId: string, more: object): string {
  const folder = join(policies, policyId, "1.0.0");
  mkdirSync(folder, { recursive: true });
  const provenance = { sources: ["claims-db"], maxAgeSeconds: 300, signed: true, ...more };
  const policy = {
    policyId,
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: {
      claim_id: { type: "string", minLength: 1, maxLength: 64 },
      amount: { type: "decimal", scale: 2, provenance },
      tags: { type: "list", items: { type: "string" }, maxItems: 4, optional: true },
    },
    replay: { identity: "execution" },
    rules: [
      {
        id: "all",
        condition: { all: [] },
        outcome: { decision: "approved", action: "pay", reason: "known amount" },
      },
    ],
  };
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
  return folder;
}

const folder = writePolicy("signed-claims", {});

beforeAll(async () => {
  const now = Date.now();
  const roles = ["root", "policy", "release", "runtime", "source:claims-db"];
  const { trustRoot, keys } = await createTrust({
    trustDir: join(home, "trust"),
    keysDir: join(home, "keys"),
    roles: Object.fromEntries(roles.map((role) => [role, { keys: [{ operator: role }] }])),
    now,
    expiresAt: now + DAY_MS,
  });
  const policyKey = keys.find(({ role }) => role === "policy")?.privateKey;
  if (policyKey === null || policyKey === undefined) throw new Error("no policy key was made");
  const terms = {
    policiesRootPath: join(home, "policies"),
    trustRoot,
    signers: [new LocalSigner(policyKey)],
    now,
    expiresAt: now + DAY_MS,
  };
  await createPolicyIndex(terms);
  for (const sourceDir of [folder, writePolicy("subject-claims", { subject: "claim_id" })]) {
    const { policyId, policyVersion } = (await signPolicyBundle({ ...terms, sourceDir })).bundle.policy;
    await publishToIndex({ ...terms, policyId, policyVersion, remembered: undefined });
  }
  expect(await parmana("release", "build", "--home", home)).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const attest = (...words: string[]) =>
  parmana("signal", "attest", "--source", "claims-db", "--home", home, ...words);
const amount = ["--policy", reference, "--signal", "amount=12.50"];

/** The signals that were printed, in a file beside which a plain claim_id can be typed. */
function saved(out: string): string {
  const file = join(directory, "governed.json");
  writeFileSync(file, out);
  return file;
}

function execute(policy: string, file: string, ...words: string[]) {
  return parmana(
    "execute",
    policy,
    "--signals",
    file,
    "--signal",
    "claim_id=17",
    "--home",
    home,
    "--json",
    ...words,
  );
}

describe("parmana signal attest", () => {
  it("prints what execute takes, up to a verified decision (threat 61)", async () => {
    const { exitCode, out } = await attest(...amount, "--execution-id", "e-1");
    expect(exitCode).toBe(0);
    const file = saved(out);
    const result = join(directory, "result");
    expect(await execute(reference, file, "--execution-id", "e-2")).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("VAL-035"),
    });
    expect(
      await parmana("dry-run", reference, "--signals", file, "--signal", "claim_id=17", "--home", home),
    ).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[VAL-037]") });
    expect(
      await parmana(
        ...["dry-run", reference, "--signals", file, "--signal", "claim_id=17"],
        ...["--home", home, "--execution-id", "e-1"],
      ),
    ).toMatchObject({ exitCode: 0 });
    expect(await execute(reference, file, "--execution-id", "e-1", "--out", result)).toMatchObject({
      exitCode: 0,
    });
    const report = await parmana(
      ...["verify", join(result, "attestation.json"), "--evidence", join(result, "evidence.json")],
      ...["--home", home, "--json"],
    );
    expect(report.exitCode).toBe(0);
    expect(parseStrict(report.out)).toMatchObject({
      level: "L4",
      checks: expect.arrayContaining([
        expect.objectContaining({ id: "evidence.provenance-met", status: "pass" }),
      ]),
    });
  });

  it("signs about a subject, for any execution of it", async () => {
    const { out } = await attest(...amount, "--subject", "17");
    const file = saved(out);
    expect(await execute("subject-claims@1.0.0", file)).toMatchObject({ exitCode: 0 });
    expect(await execute("subject-claims@1.0.0", file)).toMatchObject({ exitCode: 0 });
    const { out: other } = await attest(...amount, "--subject", "18");
    expect(await execute("subject-claims@1.0.0", saved(other))).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("VAL-036"),
    });
  });

  it("reads what is typed as the policy declares it, in the home or in a folder", async () => {
    for (const policy of [reference, folder]) {
      const { out } = await attest(
        ...["--policy", policy, "--signal", "amount=12.50", "--signal", 'tags=["a"]'],
        ...["--execution-id", "e-1", "--observed-at", "2026-11-20T12:00:00.000Z"],
        ...["--evidence-hash", sha256("page 3")],
      );
      const { values, provenance } = normalizeGovernedSignals(parseStrict(out));
      expect({ ...values }).toEqual({ amount: "12.50", tags: ["a"] });
      expect(provenance["tags"]).toMatchObject({
        source: "claims-db",
        observedAt: "2026-11-20T12:00:00.000Z",
        evidenceHash: sha256("page 3"),
      });
    }
  });

  it("takes JSON as it is, and signs with the key that is named, without a home", async () => {
    const file = join(directory, "plain.json");
    writeFileSync(file, '{"amount": "12.50"}');
    const key = generatePrivateKey();
    const path = join(directory, "own.pem");
    await writePrivateKey(path, key);
    const { exitCode, out } = await parmana(
      ...["signal", "attest", "--source", "crm", "--key", path, "--signals", file],
      ...["--subject", "17", "--home", join(directory, "nowhere")],
    );
    expect(exitCode).toBe(0);
    expect(normalizeGovernedSignals(parseStrict(out)).provenance["amount"]).toMatchObject({
      source: "crm",
      subject: "17",
      attestation: { keyid: key.keyId },
    });
  });

  it.each([
    ["CLI-031", [...amount]],
    ["CLI-031", [...amount, "--subject", "17", "--execution-id", "e-1"]],
    ["CLI-030", ["--signal", "amount=12.50", "--subject", "17"]],
    ["CLI-001", ["--subject", "17"]],
    ["CLI-001", [...amount, "--subject", "17", "--source", "Claims DB"]],
    ["CLI-001", [...amount, "--subject", "17", "--evidence-hash", "abc"]],
    ["CLI-001", [...amount, "--subject", "17", "--key", keyOfSource, "--key", keyOfSource]],
    ["CLI-020", [...amount, "--subject", "17", "--source", "crm"]],
  ])("ends with 2 and says %s for %j", async (code, words) => {
    const { exitCode, out, notes } = await attest(...words);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(notes).toMatch(new RegExp(`^\\[${code}\\] `));
  });

  it.each([
    ["VAL-028", ["--subject", "17", "--observed-at", "yesterday"]],
    ["VAL-028", ["--subject", ""]],
    ["INV-037", ["--execution-id", "../x"]],
  ])("refuses with %s for %j", async (code, words) => {
    const { exitCode, out, notes } = await attest(...amount, ...words);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(notes).toContain(`[${code}]`);
  });

  it("does not sign over what another source said", async () => {
    const { out } = await attest(...amount, "--execution-id", "e-1");
    const again = await attest("--signals", saved(out), "--execution-id", "e-1");
    expect(again).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-001]") });
  });
});
