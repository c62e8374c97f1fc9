import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toEnvelope, parseAttestation } from "@parmanasystems/execution";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditHome } from "./audit-home.js";

const audit = auditHome();
const directory = mkdtempSync(join(tmpdir(), "parmana-places-"));
const at = (name: string) => join(directory, name);
const written = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};
let attestation: string;

beforeAll(async () => {
  const words = ["claim_amount=1200", "risk_score=12", "vip_customer=false"].flatMap((signal) => [
    "--signal",
    signal,
  ]);
  attestation = (await audit.run("execute", "claims-approval", ...words, "--json")).out;
  written("attestation.json", attestation);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("an error in a file says which, and where", () => {
  it("of an attestation that is no JSON", async () => {
    const file = written("broken.json", '{\n  "a": 1,\n}');
    const { exitCode, notes } = await audit.run("verify", file);
    expect(notes).toMatch(/^\[CANONICAL-010\] In .*\/broken\.json: Expected .* \(line 3, column 1\)\./);
    expect(exitCode).toBe(2);
  });

  it("of an attestation of another form, with the place of the member", async () => {
    const file = written("form.json", attestation.replace('"approved"', '"perhaps"'));
    const line = attestation.split("\n").findIndex((text) => text.includes('"approved"')) + 1;
    const { exitCode, notes } = await audit.run("verify", file);
    expect(notes).toContain(
      `[CLI-006] ${file}:${String(line)}:15 is no attestation and no resolution: [INV-020]`,
    );
    expect(exitCode).toBe(2);
  });

  it("of an envelope, without a place that its payload has not in the file", async () => {
    const envelope = toEnvelope(parseAttestation(readFileSync(at("attestation.json"))));
    const payload = Buffer.from('{"_type":"other"}').toString("base64");
    const file = written("envelope.json", JSON.stringify({ ...envelope, payload }));
    expect(await audit.run("verify", file)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining(`[CLI-006] ${file} is no attestation and no resolution: [INV-027]`),
    });
  });

  it("of an evidence bundle", async () => {
    const file = written("bundle.json", '{"type":"parmana/evidence-bundle/v1"}');
    expect(await audit.run("verify", file)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining(`[CLI-006] ${file} is no evidence bundle: [INV-100]`),
    });
  });

  it.each([
    ["no JSON", '{"claim_amount": 1200,\n "risk_score": }', "[CANONICAL-010] In ", "(line 2, column 16"],
    ["one name twice", '{"risk_score": 1,\n "risk_score": 2}', "[CANONICAL-011] In ", "(line 2, column 2"],
    ["a list", "[]", "[CLI-001] The signals in ", "must be one JSON object"],
  ])("of signals that are %s", async (_what, text, start, place) => {
    const file = written("signals.json", text);
    for (const command of ["execute", "dry-run"]) {
      const { exitCode, notes } = await audit.run(command, "claims-approval", "--signals", file);
      expect(notes.startsWith(`${start}${file}`), notes).toBe(true);
      expect(notes).toContain(place);
      expect(exitCode).toBe(2);
    }
  });

  it.each(["--root-key", "--runtime-key"])("of the key of %s", async (option) => {
    const file = written("root.pub", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    const { exitCode, notes } = await audit.run("verify", at("attestation.json"), option, file);
    expect(notes).toMatch(/^\[KEY-\d{3}\] In .*\/root\.pub: /);
    expect(exitCode).toBe(1);
    expect(await audit.run("verify", at("attestation.json"), option, at("none.pub"))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining(`[CLI-004] The file ${at("none.pub")} cannot be read`),
    });
  });
});
