import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createCosigner,
  createVerifierKey,
  formatVerifierKey,
  generatePrivateKey,
  importPublicKey,
  noteAlgorithms,
  parseNote,
} from "@parmanasystems/signing";
import { type RunningWitness, startWitness } from "@parmanasystems/testkit";
import { parseCheckpoint } from "@parmanasystems/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditHome } from "./audit-home.js";
import { parmana } from "./run-parmana.js";

const audit = auditHome();
const directory = mkdtempSync(join(tmpdir(), "parmana-witness-"));
const at = (name: string) => join(directory, name);
const file = at("result/attestation.json");
const bundle = at("bundle.evidence.json");
const proof = `${file}.tlog-proof`;
let ann: RunningWitness;
let bob: RunningWitness;
const stranger = createCosigner({ name: "witness.example.com/eve", privateKey: generatePrivateKey() });

const named = ({ verifierKey }: Pick<RunningWitness, "verifierKey">, operator: string) => [
  "--witness",
  `${formatVerifierKey(verifierKey)}=${operator}`,
];
const eve = () => ({ verifierKey: stranger.verifierKey });

beforeAll(async () => {
  const words = ["claim_amount=1200", "risk_score=12", "vip_customer=false"].flatMap((signal) => [
    "--signal",
    signal,
  ]);
  const out = ["--execution-id", "e-1", "--out", at("result")];
  expect(await audit.run("execute", "claims-approval", ...words, ...out)).toMatchObject({ exitCode: 0 });
  const shown = await parmana("key", "show", join(audit.home, "keys/log.pem"), "--json");
  const publicKey = importPublicKey((JSON.parse(shown.out) as { pem: string }).pem);
  const { origin } = parseCheckpoint(parseNote((await audit.run("audit", "checkpoint")).out + "\n").text);
  const log = createVerifierKey({ name: origin, algorithm: noteAlgorithms.ed25519, publicKey });
  ann = await startWitness({ name: "witness.example.com/ann", log });
  bob = await startWitness({ name: "witness.example.com/bob", log });
  // The log must grow for another checkpoint.
  expect(await audit.execute("e-2", 1_300)).toMatchObject({ exitCode: 0 });
  const witnesses = [ann, bob].flatMap(({ url, verifierKey }) => [
    "--witness",
    `${url}=${formatVerifierKey(verifierKey)}=${verifierKey.name}`,
  ]);
  expect(await audit.run("audit", "checkpoint", ...witnesses)).toMatchObject({ exitCode: 0 });
  expect(await audit.run("audit", "prove", "e-1", "--out", proof)).toMatchObject({ exitCode: 0 });
  expect(await audit.run("audit", "export", "e-1", "--out", bundle)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(proof, "utf8")).toContain("witness.example.com/ann");
});
afterAll(async () => {
  await ann.close();
  await bob.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("parmana verify --witness", () => {
  it.each([
    ["an attestation with its log proof", file],
    ["an evidence bundle", bundle],
  ])("demands the cosignatures of %s", async (_what, path) => {
    const both = await audit.run("verify", path, ...named(ann, "ann"), ...named(bob, "bob"));
    expect(both.out).toMatch(
      /✓ L3 log\.witnesses +The checkpoint was cosigned by ann, bob; 2 were demanded\./,
    );
    expect(both.exitCode).toBe(0);
    const missing = await audit.run("verify", path, ...named(ann, "ann"), ...named(eve(), "eve"));
    expect(missing).toMatchObject({ exitCode: 1, out: expect.stringContaining("[INV-089]") });
    const oneOf = [...named(ann, "ann"), ...named(eve(), "eve"), "--threshold", "1"];
    expect(await audit.run("verify", path, ...oneOf)).toMatchObject({ exitCode: 0 });
  });

  it("counts operators, and takes the words of audit checkpoint", async () => {
    const same = [...named(ann, "ann"), ...named(bob, "ann")];
    const { out } = await audit.run("verify", file, ...same);
    expect(out).toContain("cosigned by ann; 1 were demanded");
    const witness = `https://witness.example.com=${formatVerifierKey(ann.verifierKey)}=ann`;
    expect(await audit.run("verify", file, "--witness", witness)).toMatchObject({ exitCode: 0 });
  });

  it("holds for every file of a directory, and for none without a log proof", async () => {
    const { exitCode, out } = await audit.run("verify", directory, ...named(eve(), "eve"), "--json");
    expect(exitCode).toBe(1);
    for (const line of out.split("\n")) expect(line).toContain('"code":"INV-089"');
    expect(await audit.run("verify", directory, ...named(bob, "bob"))).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ["a threshold without witnesses", ["--threshold", "1"]],
    ["a threshold that cannot be met", ["--threshold", "2", "--witness"]],
    ["a key twice", ["--witness", "twice", "--witness"]],
    ["no verifier key", ["--witness", "ann=ann"]],
  ])("refuses %s", async (_what, words) => {
    const witness = `${formatVerifierKey(ann.verifierKey)}=ann`;
    const full = words.map((word) => (word === "twice" ? witness : word));
    if (full.at(-1) === "--witness") full.push(witness);
    expect(await audit.run("verify", file, ...full)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-001]"),
    });
  });

  it("takes 64 witnesses, and no more", async () => {
    const many = Array.from({ length: 65 }, (_one, place) =>
      createCosigner({ name: `witness.example.com/${String(place)}`, privateKey: generatePrivateKey() }),
    ).flatMap((cosigner) => named(cosigner, "many"));
    expect(await audit.run("verify", file, ...many)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-001]"),
    });
    const words = [...many.slice(4), ...named(ann, "ann"), "--threshold", "1"];
    expect(await audit.run("verify", file, ...words)).toMatchObject({ exitCode: 0 });
  });

  it("is no use without a log proof", async () => {
    copyFileSync(file, at("alone"));
    expect(await audit.run("verify", at("alone"), ...named(ann, "ann"))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-001]"),
    });
  });
});

describe("who is to be asked for a cosignature", () => {
  it("needs a url", async () => {
    expect(await audit.run("audit", "checkpoint", ...named(ann, "ann"))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("has no url"),
    });
  });
});
