import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalBytes, parseStrict } from "@parmanasystems/canonical";
import { fromEnvelope, parseAttestation, toEnvelope, toStatement } from "@parmanasystems/execution";
import { decodeBase64, importPublicKey, pae, parseEnvelope } from "@parmanasystems/signing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditHome } from "./audit-home.js";
import { parmana } from "./run-parmana.js";

const audit = auditHome();
const directory = mkdtempSync(join(tmpdir(), "parmana-summary-"));
const at = (name: string) => join(directory, name);
const file = at("attestation.json");
const id = "https://audit.example.com/parmana";

beforeAll(async () => {
  const words = ["claim_amount=1200", "risk_score=12", "vip_customer=false"].flatMap((signal) => [
    "--signal",
    signal,
  ]);
  const out = ["--execution-id", "e-1", "--out", directory];
  expect(await audit.run("execute", "claims-approval", ...words, ...out)).toMatchObject({ exitCode: 0 });
  expect(await parmana("key", "new", "--out", at("auditor.pem"))).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const summarize = (name: string, ...words: string[]) =>
  audit.run("verify", ...words, "--vsa", at(name), "--verifier-id", id, "--key", at("auditor.pem"));

/** The summary of a file, once its signature holds. */
async function summaryIn(name: string) {
  const { payloadType, payload, signatures } = parseEnvelope(readFileSync(at(name)));
  const shown = await parmana("key", "show", at("auditor.pem"), "--json");
  const key = importPublicKey((JSON.parse(shown.out) as { pem: string }).pem);
  const [signature] = signatures;
  const bytes = decodeBase64(payload);
  expect(signature?.keyid).toBe(key.keyId);
  expect(key.verify(pae(payloadType, bytes), decodeBase64(signature?.sig ?? ""))).toBe(true);
  return parseStrict(bytes);
}

describe("parmana verify --vsa", () => {
  it("writes a signed summary of what was verified, with its level", async () => {
    const { exitCode, out } = await summarize("good.json", file, "--evidence", at("evidence.json"));
    expect(out).toMatch(/^VERIFIED at level L4 \(log not checked\)/);
    expect(exitCode).toBe(0);
    expect(await summaryIn("good.json")).toMatchObject({
      predicateType: "https://slsa.dev/verification_summary/v1",
      subject: [{ name: "execution:e-1" }],
      predicate: { verifier: { id }, verificationResult: "PASSED", verifiedLevels: ["PARMANA_L4"] },
    });
  });

  it("says so of what was refused, too, and overwrites nothing", async () => {
    const forged = at("forged.json");
    writeFileSync(forged, readFileSync(file, "utf8").replace('"approved"', '"rejected"'));
    expect(await summarize("bad.json", forged)).toMatchObject({ exitCode: 1 });
    expect(await summaryIn("bad.json")).toMatchObject({
      predicate: { verificationResult: "FAILED", verifiedLevels: ["FAILED"] },
    });
    expect(await summarize("bad.json", file)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-004]"),
    });
  });

  it("says that the log has it only of what the log is shown to have", async () => {
    expect(await audit.run("audit", "export", "e-1", "--out", at("bundle.json"))).toMatchObject({
      exitCode: 0,
    });
    expect(await summarize("logged.json", at("bundle.json"))).toMatchObject({ exitCode: 0 });
    expect(await summaryIn("logged.json")).toMatchObject({
      predicate: { verifiedLevels: ["PARMANA_L4", "PARMANA_LOGGED"] },
    });
  });

  it("vouches for nothing that only a key of its own vouches for", async () => {
    const run = await summarize("first-use.json", at("bundle.json"), "--unsafe-trust-on-first-use");
    expect(run).toMatchObject({ exitCode: 2, out: "", notes: expect.stringContaining("[CLI-001]") });
    expect(existsSync(at("first-use.json"))).toBe(false);
  });

  it.each([
    ["CLI-067", "without a key", ["--vsa", at("x.json"), "--verifier-id", id]],
    ["CLI-001", "without the id of the verifier", ["--vsa", at("x.json"), "--key", at("auditor.pem")]],
    ["CLI-001", "for a key without a summary", ["--key", at("auditor.pem")]],
    ["CLI-001", "for several files", [file, "--vsa", at("x.json")]],
  ])("refuses with %s %s", async (code, _what, words) => {
    expect(await audit.run("verify", file, ...words)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining(`[${code}]`),
    });
  });
});

describe("parmana attestation export", () => {
  const attestation = () => parseAttestation(readFileSync(file));
  const exported = (form: string, source = file) => parmana("attestation", "export", source, "--as", form);

  it("writes the Statement to the byte as it was signed", async () => {
    const words = ["attestation", "export", file, "--as", "statement", "--out", at("statement.json")];
    expect(await parmana(...words)).toMatchObject({ exitCode: 0 });
    const bytes = new Uint8Array(readFileSync(at("statement.json")));
    expect(bytes).toEqual(canonicalBytes(toStatement(attestation())));
    expect(bytes).toEqual(decodeBase64(toEnvelope(attestation()).payload));
    expect(await parmana(...words)).toMatchObject({ exitCode: 2 });
  });

  it("goes from each spelling to the others, and out of an evidence bundle", async () => {
    writeFileSync(at("envelope.json"), (await exported("envelope")).out);
    expect(fromEnvelope(readFileSync(at("envelope.json")))).toEqual(attestation());
    writeFileSync(at("flat.json"), (await exported("flat", at("envelope.json"))).out);
    expect(parseAttestation(readFileSync(at("flat.json")))).toEqual(attestation());
    expect((await exported("flat", at("bundle.json"))).out).toBe((await exported("flat")).out);
    expect(await audit.run("verify", at("envelope.json"))).toMatchObject({ exitCode: 0 });
  });

  it("refuses another form, and what is no attestation", async () => {
    expect(await exported("xml")).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-001]") });
    expect(await exported("flat", at("evidence.json"))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-006]"),
    });
  });
});
