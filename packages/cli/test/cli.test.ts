import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseStrict } from "@parmanasystems/canonical";
import { parseAttestation, toEnvelope } from "@parmanasystems/execution";
import { main } from "../src/main.js";

const policies = fileURLToPath(new URL("../../../policies", import.meta.url));
const claimsSource = join(policies, "claims-approval/1.0.0");
const directory = mkdtempSync(join(tmpdir(), "parmana-cli-"));
const home = join(directory, "home");
const out = join(directory, "out");
const attestationFile = join(out, "attestation.json");
const evidenceFile = join(out, "evidence.json");

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly notes: string;
}

async function parmana(...words: string[]): Promise<Run> {
  const lines: string[] = [];
  const notes: string[] = [];
  const exitCode = await main(words, { out: (line) => lines.push(line), note: (line) => notes.push(line) });
  return { exitCode, out: lines.join("\n"), notes: notes.join("\n") };
}

const withHome = (...words: string[]) => parmana(...words, "--home", home);
const small = [
  "--signal",
  "claim_amount=1200",
  "--signal",
  "risk_score=12",
  "--signal",
  "vip_customer=false",
];

beforeAll(async () => {
  expect(await withHome("init")).toMatchObject({ exitCode: 0 });
  expect(await withHome("policy", "sign", claimsSource)).toMatchObject({ exitCode: 0 });
  expect(await withHome("release", "build")).toMatchObject({ exitCode: 0 });
  const executed = await withHome(
    "execute",
    "claims-approval@1.0.0",
    ...small,
    "--execution-id",
    "e-1",
    "--out",
    out,
  );
  expect(executed).toMatchObject({ exitCode: 0, notes: expect.stringContaining("attestation.json") });
  expect(executed.out).toContain("APPROVED: small claim");
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("parmana init", () => {
  it("keeps private keys to their owner and out of git", () => {
    for (const role of ["root", "policy", "release", "runtime"]) {
      expect(statSync(join(home, "keys", `${role}.pem`)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(home, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("overwrites nothing", async () => {
    const before = readFileSync(join(home, "trust/trust-root.json"));
    expect(await withHome("init")).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-003]"),
    });
    expect(readFileSync(join(home, "trust/trust-root.json"))).toEqual(before);
  });

  it("makes no home of a directory that holds something else", async () => {
    const project = join(directory, "project");
    mkdirSync(project);
    writeFileSync(join(project, ".gitignore"), "dist\n");
    expect(await parmana("init", "--home", project)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-003]"),
    });
    expect(readFileSync(join(project, ".gitignore"), "utf8")).toBe("dist\n");
  });

  it("tells machines what it made", async () => {
    const { exitCode, out } = await parmana("init", "--home", join(directory, "json"), "--json");
    expect(exitCode).toBe(0);
    expect(parseStrict(out)).toMatchObject({ trustRootVersion: 1, keys: { runtime: expect.any(String) } });
  });

  it.each(["0", "-1", "1.5", "soon", "3651"])("refuses --days %s", async (days) => {
    const fresh = join(directory, `fresh-${days}`);
    expect(await parmana("init", "--home", fresh, "--days", days)).toMatchObject({ exitCode: 2 });
    expect(existsSync(fresh)).toBe(false);
  });
});

describe("parmana policy", () => {
  it("checks a good policy", async () => {
    const { exitCode, out } = await parmana("policy", "check", claimsSource);
    expect(exitCode).toBe(0);
    expect(out).toContain("OK: claims-approval@1.0.0");
  });

  it("says which member of a bad policy is wrong, and what to do", async () => {
    const source = join(directory, "bad", "claims-approval", "1.0.0");
    mkdirSync(source, { recursive: true });
    const policy = readFileSync(join(claimsSource, "policy.json"), "utf8").replace(
      '"greater_than"',
      '"greater_then"',
    );
    writeFileSync(join(source, "policy.json"), policy);
    const { exitCode, notes } = await parmana("policy", "check", source);
    expect(exitCode).toBe(1);
    expect(notes).toMatch(/^\[POL-0\d\d\] .*\/rules\/0\/condition/s);
    expect(notes.split("\n")).toHaveLength(2);
  });

  it("does not sign a version anew whose content changed", async () => {
    const source = join(directory, "changed", "claims-approval", "1.0.0");
    mkdirSync(source, { recursive: true });
    const policy = readFileSync(join(claimsSource, "policy.json"), "utf8")
      .replace("100000 ", "900000 ")
      .replace("above 80", "above 81");
    writeFileSync(join(source, "policy.json"), policy);
    expect(await withHome("policy", "sign", source)).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("[POL-050]"),
    });
  });
});

describe("parmana policy sign", () => {
  it("does not sign a rolled-back index anew: a revoked version must not come back (threat 31)", async () => {
    const index = (ending: string) => join(home, "policies", `index.${ending}`);
    const old = { json: readFileSync(index("json")), sig: readFileSync(index("sig")) };
    expect(await withHome("policy", "sign", join(policies, "loan-approval/1.0.0"))).toMatchObject({
      exitCode: 0,
    });
    const newer = { json: readFileSync(index("json")), sig: readFileSync(index("sig")) };
    writeFileSync(index("json"), old.json);
    writeFileSync(index("sig"), old.sig);
    const refused = await withHome("policy", "sign", join(policies, "agent-payment/1.0.0"));
    expect(refused).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[POL-047]") });
    writeFileSync(index("json"), newer.json);
    writeFileSync(index("sig"), newer.sig);
  });
});

describe("parmana policy sign without the ledger", () => {
  it("refuses: nobody could tell a rolled-back index from the newest", async () => {
    const ledger = join(home, "ledger.db");
    renameSync(ledger, `${ledger}.away`);
    const refused = await withHome("policy", "sign", join(policies, "agent-payment/1.0.0"));
    expect(refused).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-008]") });
    renameSync(`${ledger}.away`, ledger);
  });
});

describe("parmana execute", () => {
  it.each([
    [
      "REJECTED",
      4,
      ["--signal", "claim_amount=9", "--signal", "risk_score=95", "--signal", "vip_customer=false"],
    ],
    [
      "PENDING_OVERRIDE",
      5,
      ["--signal", "claim_amount=4000000", "--signal", "risk_score=9", "--signal", "vip_customer=true"],
    ],
  ])("ends %s with %d, so that nobody takes it for an approval", async (decision, exitCode, words) => {
    const executed = await withHome("execute", "claims-approval@1.0.0", ...words);
    expect(executed).toMatchObject({ exitCode, out: expect.stringMatching(new RegExp(`^${decision}: `)) });
  });

  it("reads what is typed as the policy declares it: decimals and dates need no further quotes", async () => {
    expect(await withHome("policy", "sign", join(policies, "loan-approval/1.0.0"))).toMatchObject({
      exitCode: 0,
    });
    const { signalsSchema } = parseStrict(
      readFileSync(join(policies, "loan-approval/1.0.0/policy.json")),
    ) as {
      signalsSchema: Record<
        string,
        { type: string; scale?: number; minimum?: unknown; values?: string[]; optional?: boolean }
      >;
    };
    const typed = Object.entries(signalsSchema).flatMap(
      ([name, { type, scale = 0, minimum, values = [] }]) => {
        const values_ = {
          boolean: "true",
          integer: typeof minimum === "number" ? `${minimum}` : "1",
          number: "1",
          string: "123",
          date: "2026-11-20",
        };
        const others = {
          decimal: `1${scale === 0 ? "" : `.${"0".repeat(scale)}`}`,
          enum: values[0] ?? "",
          timestamp: "2026-11-20T12:00:00.000Z",
        };
        return [
          "--signal",
          `${name}=${Object.entries({ ...values_, ...others }).find(([key]) => key === type)?.[1] ?? ""}`,
        ];
      },
    );
    expect(Object.values(signalsSchema).map(({ type }) => type)).toEqual(
      expect.arrayContaining(["decimal", "date"]),
    );
    expect(await withHome("dry-run", "loan-approval", ...typed)).toMatchObject({ exitCode: 0 });
  });

  it("says what is missing before a release was built", async () => {
    const bare = join(directory, "bare");
    await parmana("init", "--home", bare);
    const refused = await parmana("execute", "claims-approval@1.0.0", ...small, "--home", bare);
    expect(refused).toMatchObject({
      exitCode: 2,
      notes: expect.stringMatching(/^\[CLI-007\] .*\n.*release build/),
    });
  });

  it("refuses the same facts a second time, also in a new process on the same ledger", async () => {
    const again = await withHome("execute", "claims-approval@1.0.0", ...small);
    expect(again).toMatchObject({ exitCode: 1, notes: expect.stringContaining("[INV-013]") });
  });

  it("prints the attestation for machines", async () => {
    const { exitCode, out } = await withHome(
      "execute",
      "claims-approval",
      ...small.with(1, "claim_amount=77"),
      "--json",
    );
    expect(exitCode).toBe(0);
    expect(parseAttestation(parseStrict(out))).toMatchObject({ decision: "approved" });
  });

  it.each([
    ["VAL-004", ["--signal", "claim_amount=5"], 2],
    ["VAL-003", [...small, "--signal", "colour=red"], 1],
    ["VAL-007", small.with(1, "claim_amount=1.5"), 1],
    ["VAL-006", small.with(5, "vip_customer=no"), 1],
  ])("refuses with %s, says all that is wrong and what to do", async (code, words, problems) => {
    const { exitCode, notes } = await withHome("execute", "claims-approval@1.0.0", ...words);
    expect(exitCode).toBe(1);
    expect(notes).toMatch(new RegExp(`^\\[${code}\\] `));
    expect(notes.split("\n")).toHaveLength(problems + 1);
    expect(notes).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it.each([
    ["duplicate members (threat 1)", '{"claim_amount": 1, "claim_amount": 2}'],
    ["a lone surrogate (threat 2)", '{"claim_amount": "\\ud800"}'],
    ["100,000 brackets (threat 7)", "[".repeat(100_000)],
    ["a list", "[]"],
    ["nothing", ""],
  ])("ends with 2 for a signals file of %s", async (_what, text) => {
    const file = join(directory, "signals.json");
    writeFileSync(file, text);
    const { exitCode, notes } = await withHome("execute", "claims-approval@1.0.0", "--signals", file);
    expect(exitCode).toBe(2);
    expect(notes).toMatch(/^\[(CANONICAL|CLI)-\d{3}\] /);
  });

  it.each([
    [
      "a file",
      (path: string) => {
        writeFileSync(path, "");
      },
    ],
    [
      "a folder with a link in the place of the result",
      (path: string) => {
        mkdirSync(path);
        symlinkSync(join(directory, "elsewhere"), join(path, "attestation.json"));
      },
    ],
  ])("decides nothing when --out is %s", async (what, prepare) => {
    const path = join(directory, `out-${what.length}`);
    prepare(path);
    const words = [...small.with(1, "claim_amount=4711"), "--execution-id", `out-${what.length}`];
    const refused = await withHome("execute", "claims-approval@1.0.0", ...words, "--out", path);
    expect(refused).toMatchObject({ exitCode: 2, notes: expect.stringContaining("[CLI-004]") });
    expect(existsSync(join(directory, "elsewhere"))).toBe(false);
    expect(
      await withHome("dry-run", "claims-approval@1.0.0", ...small.with(1, "claim_amount=4711")),
    ).toMatchObject({ exitCode: 0 });
  });

  it("keeps the evidence to its owner, and leaves no empty files behind a refusal", async () => {
    expect(statSync(evidenceFile).mode & 0o777).toBe(0o600);
    const path = join(directory, "refused");
    expect(await withHome("execute", "claims-approval@1.0.0", ...small, "--out", path)).toMatchObject({
      exitCode: 1,
    });
    expect(readdirSync(path)).toEqual([]);
  });

  it("does not overwrite an attestation", async () => {
    const { exitCode, notes } = await withHome(
      "execute",
      "claims-approval@1.0.0",
      ...small.with(1, "claim_amount=78"),
      "--out",
      out,
    );
    expect(exitCode).toBe(2);
    expect(notes).toContain("[CLI-004]");
  });

  it("says what is missing where there is no home", async () => {
    const { exitCode, notes } = await parmana(
      "execute",
      "claims-approval",
      ...small,
      "--home",
      join(directory, "nowhere"),
    );
    expect(exitCode).toBe(3);
    expect(notes).toMatch(/^\[CLI-002\] .*\n.*parmana init/);
  });

  it("asks for the version when the index cannot tell", async () => {
    const { exitCode, notes } = await withHome("execute", "unknown-policy", ...small);
    expect(exitCode).toBe(2);
    expect(notes).toContain("[CLI-005]");
  });
});

describe("parmana dry-run", () => {
  it("says what would be decided and that nobody may act on it", async () => {
    const { exitCode, out } = await withHome("dry-run", "claims-approval", ...small.with(3, "risk_score=99"));
    expect(exitCode).toBe(0);
    expect(out).toContain("Would be rejected: risk score above 80");
    expect(out).toContain("nobody may act on it");
  });
});

describe("parmana verify", () => {
  it.each([
    ["L2", []],
    ["L4", ["--evidence", evidenceFile]],
  ])("reaches %s", async (level, words) => {
    const { exitCode, out } = await withHome("verify", attestationFile, ...words);
    expect(exitCode).toBe(0);
    expect(out).toContain(`VERIFIED at level ${level}`);
  });

  it("does not settle for less than was asked when something is missing", async () => {
    const bundle = join(home, "policies/claims-approval");
    renameSync(bundle, `${bundle}.away`);
    for (const words of [[], ["--evidence", evidenceFile]]) {
      expect(await withHome("verify", attestationFile, ...words)).toMatchObject({ exitCode: 1 });
    }
    const onlyL1 = await withHome("verify", attestationFile, "--level", "L1");
    expect(onlyL1).toMatchObject({ exitCode: 0, out: expect.stringContaining("VERIFIED at level L1") });
    renameSync(`${bundle}.away`, bundle);
  });

  it("still verifies after the next release was built", async () => {
    const current = readFileSync(join(home, "release-manifest.json"));
    expect(await withHome("release", "build")).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(home, "release-manifest.json"))).not.toEqual(current);
    const { exitCode, out } = await withHome("verify", attestationFile, "--evidence", evidenceFile);
    expect(exitCode).toBe(0);
    expect(out).toContain("VERIFIED at level L4");
  });

  it("reads standard input once", async () => {
    const { exitCode, notes } = await withHome("verify", "-", "--evidence", "-");
    expect(exitCode).toBe(2);
    expect(notes).toContain("[CLI-001]");
  });

  it("names the level that was asked for when material for it is missing", async () => {
    const { exitCode, out } = await withHome("verify", attestationFile, "--level", "L4");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^REFUSED: level L4 was asked for/);
  });

  it("does not read without end", async () => {
    const { exitCode, notes } = await withHome("verify", "/dev/zero");
    expect(exitCode).toBe(2);
    expect(notes).toContain("[CLI-004]");
  });

  it("takes the envelope as well, and prints the report for machines", async () => {
    const envelopeFile = join(directory, "envelope.json");
    const attestation = parseAttestation(readFileSync(attestationFile));
    writeFileSync(envelopeFile, JSON.stringify(toEnvelope(attestation)));
    const { exitCode, out } = await withHome(
      "verify",
      envelopeFile,
      "--evidence",
      evidenceFile,
      "--level",
      "L4",
      "--json",
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it("ends with 1 and names the check when a byte changed", async () => {
    const changed = join(directory, "changed.json");
    writeFileSync(changed, readFileSync(attestationFile, "utf8").replace('"approved"', '"rejected"'));
    const { exitCode, out } = await withHome("verify", changed);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^REFUSED/);
    expect(out).toMatch(/✗ L1 .*\[[A-Z]+-/);
  });

  it.each([
    ["CANONICAL-010", "{"],
    ["CLI-006", "{}"],
    ["CLI-006", "[]"],
    ["CLI-006", "null"],
    ["CLI-006", '{"payloadType": 1}'],
  ])("ends with 2 and %s for %s", async (code, text) => {
    const file = join(directory, "malformed.json");
    writeFileSync(file, text);
    const { exitCode, notes } = await withHome("verify", file);
    expect(exitCode).toBe(2);
    expect(notes).toMatch(new RegExp(`^\\[${code}\\] `));
  });

  it.each([
    ["CLI-004", "a file that is not there", [join(directory, "absent.json")]],
    ["CLI-001", "an unknown level", [attestationFile, "--level", "L9"]],
    ["CANONICAL-017", "a time in words", [attestationFile, "--at", "yesterday"]],
  ])("ends with 2 and %s for %s", async (code, _what, words) => {
    const { exitCode, notes } = await withHome("verify", ...words);
    expect(exitCode).toBe(2);
    expect(notes).toMatch(new RegExp(`^\\[${code}\\] `));
  });

  it("ends with 3 without a trust root", async () => {
    expect(await parmana("verify", attestationFile, "--home", join(directory, "nowhere"))).toMatchObject({
      exitCode: 3,
    });
  });

  it("judges as of the time it is given", async () => {
    const { exitCode, out } = await withHome("verify", attestationFile, "--at", "2090-01-01T00:00:00.000Z");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/✗ L1 .*\[TRUST-/);
  });
});

describe("the command line itself", () => {
  it("explains every command", async () => {
    for (const words of [
      [],
      ["init"],
      ["policy"],
      ["policy", "check"],
      ["policy", "sign"],
      ["release", "build"],
      ["execute"],
      ["dry-run"],
      ["verify"],
    ]) {
      const { exitCode, out } = await parmana(...words, "--help");
      expect(exitCode).toBe(0);
      expect(out).toContain("Usage: parmana");
    }
  });

  it("tells machines of a wrong command line, too", async () => {
    const { exitCode, out } = await parmana("frobnicate", "--json");
    expect(exitCode).toBe(2);
    expect(parseStrict(out)).toMatchObject({ error: { code: "CLI-001" } });
  });

  it("ends with 2 for a command or option it does not know", async () => {
    expect(await parmana("frobnicate")).toMatchObject({ exitCode: 2 });
    expect(await parmana("verify", attestationFile, "--fast")).toMatchObject({ exitCode: 2 });
  });

  it("reports errors to machines as JSON", async () => {
    const { out } = await withHome("execute", "claims-approval@1.0.0", ...small, "--json");
    expect(JSON.parse(out)).toMatchObject({ error: { code: "INV-013", remedy: expect.any(String) } });
  });
});
