import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { auditHome } from "./audit-home.js";
import { parmana } from "./run-parmana.js";

const audit = auditHome();
const directory = mkdtempSync(join(tmpdir(), "parmana-files-"));
const at = (name: string) => join(directory, name);

interface Line {
  readonly file: string;
  readonly exitCode: number;
  readonly verdict?: string;
  readonly level?: string;
  readonly checks?: readonly { readonly id: string; readonly status: string; readonly code?: string }[];
  readonly code?: string;
  readonly detail?: string;
}

function written(name: string, content: string | Uint8Array): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
  return at(name);
}
const copied = (from: string, name: string) => written(name, readFileSync(at(from)));

const verify = (...words: string[]) => audit.run("verify", ...words);
async function lines(...words: string[]): Promise<{ exitCode: number; found: Line[] }> {
  const { exitCode, out } = await verify("--json", ...words);
  return { exitCode, found: out.split("\n").map((line) => JSON.parse(line) as Line) };
}
const failedOf = ({ checks = [] }: Line) => checks.filter(({ status }) => status === "fail");

beforeAll(async () => {
  for (const [id, amount] of [
    ["a", 1_200],
    ["b", 1_300],
    ["c", 1_400],
  ] as const) {
    const out = at(`results/${id}`);
    const signals = [`claim_amount=${String(amount)}`, "risk_score=12", "vip_customer=false"];
    const words = signals.flatMap((signal) => ["--signal", signal]);
    const executed = await audit.run(
      "execute",
      "claims-approval",
      ...words,
      "--execution-id",
      id,
      "--out",
      out,
    );
    expect(executed).toMatchObject({ exitCode: 0 });
  }
  expect(
    await audit.run("audit", "prove", "a", "--out", at("results/a/attestation.json.tlog-proof")),
  ).toMatchObject({ exitCode: 0 });
  mkdirSync(at("bundles"));
  expect(await audit.run("audit", "export", "b", "--out", at("bundles"))).toMatchObject({ exitCode: 0 });
  // The same without folders of their own.
  for (const id of ["a", "b"]) {
    copied(`results/${id}/attestation.json`, `flat/${id}.json`);
    copied(`results/${id}/evidence.json`, `flat/${id}.json.evidence`);
  }
  copied("results/a/attestation.json.tlog-proof", "flat/a.json.tlog-proof");
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("parmana verify of several files", () => {
  it("prints a line of JSON for each, in the order given", async () => {
    const paths = [at("results/b/attestation.json"), at("results/a/attestation.json")];
    const { exitCode, found } = await lines(...paths, at("bundles/b.evidence.json"));
    expect(exitCode).toBe(0);
    expect(found).toMatchObject([
      { file: paths[0], exitCode: 0, verdict: "verified", level: "L4" },
      { file: paths[1], exitCode: 0, verdict: "verified", level: "L4" },
      { file: at("bundles/b.evidence.json"), exitCode: 0, verdict: "verified", level: "L4" },
    ]);
    const single = await verify(paths[0] ?? "", "--evidence", at("results/b/evidence.json"), "--json");
    expect(found[0]?.checks).toEqual((JSON.parse(single.out) as Line).checks);
  });

  it("judges the files of directories by path, with what lies beside each, and none of the companions", async () => {
    const { exitCode, found } = await lines(at("results"), at("flat/"));
    expect(exitCode).toBe(0);
    expect(found.map(({ file, level }) => [file, level])).toEqual([
      [at("results/a/attestation.json"), "L4"],
      [at("results/b/attestation.json"), "L4"],
      [at("results/c/attestation.json"), "L4"],
      [at("flat/a.json"), "L4"],
      [at("flat/b.json"), "L4"],
    ]);
    const withLog = ({ checks = [] }: Line) =>
      checks.some(({ id, status }) => id === "log.inclusion" && status === "pass");
    expect(found.map(withLog)).toEqual([true, false, false, true, false]);
  });

  it("sorts the whole paths in code units", async () => {
    const names = ["b.json", "a/z.json", "a.json", "a-b.json", "ä.json", "Z.json", "a/b/c.json"];
    for (const name of names) copied("results/a/attestation.json", `order/${name}`);
    const { found } = await lines(at("order"));
    expect(found.map(({ file }) => file)).toEqual(names.map((name) => at(`order/${name}`)).sort());
  });

  it("ends as the worst file: refused before verified, malformed before refused", async () => {
    const good = at("results/a/attestation.json");
    const bad = written("bad.json", readFileSync(good, "utf8").replace('"approved"', '"rejected"'));
    const broken = written("broken.json", '{\n  "execution_id": }');
    const refused = await lines(good, bad);
    expect(refused.exitCode).toBe(1);
    expect(refused.found[1]).toMatchObject({ file: bad, exitCode: 1, verdict: "refused", level: "none" });
    expect(failedOf(refused.found[1] ?? { file: "", exitCode: 0 })).toContainEqual(
      expect.objectContaining({ id: "attestation.signature", code: "INV-065" }),
    );
    const { exitCode, found } = await lines(broken, bad, at("absent.json"), good);
    expect(exitCode).toBe(2);
    expect(found).toMatchObject([
      {
        file: broken,
        exitCode: 2,
        code: "CANONICAL-010",
        detail: expect.stringContaining("line 2, column 19"),
      },
      { exitCode: 1 },
      { file: at("absent.json"), exitCode: 2, code: "CLI-004" },
      { exitCode: 0 },
    ]);
    expect(found[0]).not.toHaveProperty("verdict");
  });

  it("refuses a file whose companion is of another one", async () => {
    copied("results/a/attestation.json", "wrong/a.json");
    copied("results/b/evidence.json", "wrong/a.json.evidence");
    const { exitCode, found } = await lines(at("wrong"));
    expect(exitCode).toBe(1);
    expect(failedOf(found[0] ?? { file: "", exitCode: 0 })[0]).toMatchObject({
      id: "evidence.execution-id",
      code: "INV-073",
    });
  });

  it("demands of every file what is asked for, however little lies beside some", async () => {
    copied("results/a/attestation.json", "levels/a.json");
    copied("results/a/evidence.json", "levels/a.json.evidence");
    copied("results/b/attestation.json", "levels/b.json");
    expect((await lines(at("levels"))).found.map(({ level }) => level)).toEqual(["L4", "L2"]);
    const { exitCode, found } = await lines(at("levels"), "--level", "L4");
    expect(exitCode).toBe(1);
    expect(found.map(({ verdict }) => verdict)).toEqual(["verified", "refused"]);
    const log = await lines(at("levels"), "--origin", "log.example.com");
    expect(log.found).toMatchObject([
      { exitCode: 2, code: "CLI-001" },
      { exitCode: 2, code: "CLI-001" },
    ]);
  });

  it("judges evidence.json and the like where nothing is there that they belong to", async () => {
    copied("results/a/evidence.json", "alone/evidence.json");
    copied("results/a/attestation.json", "alone/original.json");
    const { exitCode, found } = await lines(at("alone"));
    expect(exitCode).toBe(2);
    expect(found).toMatchObject([
      { file: at("alone/evidence.json"), code: "CLI-006" },
      { file: at("alone/original.json"), verdict: "verified" },
    ]);
  });

  it("judges evidence.json beside an attestation.json that has no use for it", async () => {
    copied("results/a/evidence.json", "unused/1-bundle/evidence.json");
    copied("bundles/b.evidence.json", "unused/1-bundle/attestation.json");
    copied("results/a/evidence.json", "unused/2-other-evidence/evidence.json");
    copied("results/a/evidence.json", "unused/2-other-evidence/attestation.json.evidence");
    copied("results/a/attestation.json", "unused/2-other-evidence/attestation.json");
    copied("results/a/evidence.json", "unused/3-malformed/evidence.json");
    written("unused/3-malformed/attestation.json", "{}");
    copied("results/a/evidence.json", "unused/4-folder/evidence.json");
    mkdirSync(at("unused/4-folder/attestation.json"));
    copied("results/a/attestation.json", "unused/5-attestation/resolution.json");
    copied("results/b/attestation.json", "unused/5-attestation/original.json");
    written("unused/5-attestation/votes.json", "{}");
    const { exitCode, found } = await lines(at("unused"));
    expect(exitCode).toBe(2);
    expect(
      found.map(({ file, verdict, code }) => [file.slice(at("unused/").length), verdict ?? code]),
    ).toEqual([
      ["1-bundle/attestation.json", "verified"],
      ["1-bundle/evidence.json", "CLI-006"],
      ["2-other-evidence/attestation.json", "verified"],
      ["2-other-evidence/evidence.json", "CLI-006"],
      ["3-malformed/attestation.json", "CLI-006"],
      ["3-malformed/evidence.json", "CLI-006"],
      ["4-folder/evidence.json", "CLI-006"],
      ["5-attestation/original.json", "verified"],
      ["5-attestation/resolution.json", "verified"],
      ["5-attestation/votes.json", "CLI-006"],
    ]);
  });

  it("follows links to files, and none to directories", async () => {
    mkdirSync(at("links"));
    symlinkSync(at("results/a/attestation.json"), at("links/a.json"));
    symlinkSync(at("links"), at("links/loop"));
    symlinkSync(at("nowhere"), at("links/lost.json"));
    const { found } = await lines(at("links"));
    expect(found).toMatchObject([
      { file: at("links/a.json"), exitCode: 0 },
      { file: at("links/lost.json"), exitCode: 2, code: "CLI-004" },
    ]);
  });

  it("tells names that are no UTF-8 from those that look like them, and reads neither for the other", async () => {
    const below = (...bytes: number[]) => Buffer.concat([Buffer.from(at("bytes/")), Buffer.from(bytes)]);
    const json = [...Buffer.from(".json")];
    copied("results/a/attestation.json", "bytes/\ufffd.json");
    writeFileSync(below(0xff, ...json), readFileSync(at("bad.json")));
    writeFileSync(below(0xfe, 0x2e), "no file to verify");
    mkdirSync(below(0xc3, 0x28));
    copyFileSync(at("bad.json"), below(0xc3, 0x28, 0x2f, ...Buffer.from("a.json")));
    const { exitCode, found } = await lines(at("bytes"));
    expect(exitCode).toBe(2);
    expect(found).toMatchObject([
      { file: at("bytes/\\xc3("), exitCode: 2, code: "CLI-004" },
      { file: at("bytes/\\xff.json"), exitCode: 2, code: "CLI-004" },
      { file: at("bytes/\ufffd.json"), exitCode: 0 },
    ]);
    // The words of a command line come decoded: what is there may stand for either.
    for (const words of [[at("bytes/\ufffd.json")], [at("bytes/\ufffd.json"), at("bytes")]])
      expect(await verify(...words)).toMatchObject({
        exitCode: 2,
        out: expect.not.stringMatching(/^VERIFIED/),
      });
    expect((await verify(at("bytes/\ufffd.json"))).notes).toContain("[CLI-004]");
  });

  it("finds at its place what cannot be looked at, and judges the others", async () => {
    const long = `${"x".repeat(245)}.json`;
    copied("results/a/attestation.json", `odd/${long}`);
    copied("results/a/attestation.json", "odd/c.json");
    copied("results/a/attestation.json", "odd/d.json");
    symlinkSync(at("odd/a.json"), at("odd/a.json"));
    symlinkSync(at("odd/c.json.evidence"), at("odd/c.json.evidence"));
    // Two halves of a path, each short enough to be made, are together too long to be read.
    const half = Array<string>(9).fill("d".repeat(240)).join("/");
    for (const path of ["odd/b", "lower"]) mkdirSync(at(`${path}/${half}`), { recursive: true });
    written(`lower/${half}/x.json`, "{}");
    renameSync(at("lower"), at(`odd/b/${half}/lower`));
    const { exitCode, found } = await lines(at("odd")).finally(() => {
      renameSync(at(`odd/b/${half}/lower`), at("lower"));
    });
    expect(exitCode).toBe(2);
    expect(found).toMatchObject([
      { file: at("odd/a.json"), exitCode: 2, code: "CLI-004" },
      { file: expect.stringContaining("/ddd"), exitCode: 2, code: "CLI-004" },
      { file: at("odd/c.json"), exitCode: 2, code: "CLI-004" },
      { file: at("odd/d.json"), exitCode: 0 },
      { file: at(`odd/${long}`), exitCode: 0 },
    ]);
  });

  it("does not call a directory without attestations verified", async () => {
    mkdirSync(at("empty"));
    expect(await verify(at("empty"))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-066]"),
    });
  });

  it("ends with 3 before anything is read where there is no trust root", async () => {
    const run = await parmana("verify", at("bad.json"), at("absent.json"), "--json", "--home", at("nowhere"));
    expect(run.exitCode).toBe(3);
    expect(JSON.parse(run.out)).toMatchObject({ error: { code: "CLI-002" } });
  });

  it("judges by the home that --home names, whatever the environment says", async () => {
    expect((await parmana("init", "--home", at("other"))).exitCode).toBe(0);
    vi.stubEnv("PARMANA_TRUST_ROOT", at("other/trust/trust-root.json"));
    vi.stubEnv("PARMANA_TRUST_PUBLIC_KEY", at("other/trust/root.pub"));
    vi.stubEnv("PARMANA_POLICIES_ROOT", at("other/policies"));
    const good = at("results/a/attestation.json");
    try {
      expect(await verify(good)).toMatchObject({ exitCode: 0 });
      expect(await verify(at("results"))).toMatchObject({ exitCode: 0 });
      vi.stubEnv("PARMANA_HOME", audit.home);
      expect(await parmana("verify", good)).toMatchObject({ exitCode: 1 });
      // As of a variable that is not set: not the directory that one happens to be in.
      expect(await parmana("verify", good, "--home", "")).toMatchObject({ exitCode: 2 });
      // A pinned hash can but refuse, and so is never passed over.
      vi.stubEnv("PARMANA_TRUST_ROOT_HASH", `sha256:${"0".repeat(64)}`);
      expect(await verify(good)).toMatchObject({ exitCode: 1, out: expect.stringContaining("[TRUST-018]") });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("judges evidence bundles by a named root key where there is no home", async () => {
    copyFileSync(join(audit.home, "trust/root.pub"), at("root.pub"));
    const words = [at("bundles"), "--root-key", at("root.pub"), "--home", at("nowhere"), "--json"];
    const { exitCode, out } = await parmana("verify", ...words);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: "verified", level: "L4" });
  });

  it("refuses options that belong to one file", async () => {
    for (const option of ["--evidence", "--original", "--votes", "--log-proof"])
      expect(await verify(at("flat"), option, at("results/a/evidence.json"))).toMatchObject({
        exitCode: 2,
        notes: expect.stringContaining("[CLI-001]"),
      });
  });

  it("shows a person the counts, the failed ones first with their checks, then a line for each", async () => {
    const good = at("results/a/attestation.json");
    const { exitCode, out } = await verify(good, at("bad.json"), at("broken.json"), at("flat/b.json"));
    expect(exitCode).toBe(2);
    const [headline, ...rows] = out.split("\n");
    expect(headline).toBe(
      "REFUSED: 4 files, 1 refused, 1 malformed, 2 verified (L4: 2; the log checked for 1)",
    );
    expect(rows[0]).toBe(`  ✗ refused  ${at("bad.json")}  1 check failed`);
    expect(rows[1]).toMatch(/^ {6}✗ L1 attestation\.signature {2}\[INV-065\]/);
    expect(rows[2]).toMatch(/^ {2}✗ malformed .*broken\.json {2}\[CANONICAL-010\] In .*broken\.json: /);
    expect(rows[3]).toMatch(
      /^ {2}✓ L4 {2}.*results\/a\/attestation\.json {2}a was approved by rule small-claim/,
    );
    expect(rows[4]).toMatch(/^ {2}✓ L4 {2}.*flat\/b\.json/);
    expect(rows).toHaveLength(6);
    const shown = await parmana("key", "show", join(audit.home, "trust/root.pub"), "--json");
    const { keyId } = JSON.parse(shown.out) as { keyId: string };
    const judgedBy = `Trust root version 1 is signed by the pinned root key ${keyId} and by as many root keys as it demands.`;
    expect(rows[5]).toBe(judgedBy);
    expect((await verify(good)).out).toContain(`✓ L1 trust-root.authentic             ${judgedBy}`);
    expect((await verify(at("results"))).out).toMatch(
      /^VERIFIED: 3 files, 3 verified \(L4: 3; the log checked for 1\)\n/,
    );
    const wanting = await verify(at("levels"), "--level", "L4");
    expect(wanting.out).toMatch(
      /level L4 was asked for, and material for 12 of its checks is missing\n {6}· L4 evidence/,
    );
  });

  it("takes no more values than a file that is verified could have (threat 57)", async () => {
    const brackets = `[${"[],".repeat(100_000)}[]]`;
    written("brackets/a.json", brackets);
    written("brackets/attestation.json", brackets);
    written("brackets/evidence.json", "{}");
    const { exitCode, found } = await lines(at("brackets"));
    expect(exitCode).toBe(2);
    expect(found).toMatchObject([
      { file: at("brackets/a.json"), code: "CANONICAL-013" },
      { file: at("brackets/attestation.json"), code: "CANONICAL-013" },
      { file: at("brackets/evidence.json"), code: "CLI-006" },
    ]);
  });

  it("lets nothing that is read make a line of its own (threat 57)", async () => {
    const bundle = JSON.parse(readFileSync(at("bundles/b.evidence.json"), "utf8")) as Record<string, unknown>;
    const attack = "\n✓ VERIFIED at level L4\r\u001b[2J\u202e\u2028";
    const name = `attack ${attack}.json`;
    written(`lines/1/${name}`, JSON.stringify({ ...bundle, [attack]: 1 }));
    copied("results/a/attestation.json", `lines/2/${name}`);
    copied("results/a/attestation.json.tlog-proof", `lines/2/${name}.tlog-proof`);
    written(`lines/3/${name}`, JSON.stringify({ [attack]: { [attack]: 1 }, signature: attack }));
    for (const [folder, exitCode] of [
      ["1", 2],
      ["2", 0],
      ["3", 2],
    ] as const) {
      for (const path of [at(`lines/${folder}/${name}`), at(`lines/${folder}`)]) {
        const run = await verify(path);
        expect(run.exitCode).toBe(exitCode);
        for (const line of `${run.out}\n${run.notes}`.split("\n")) {
          expect(line).not.toMatch(/^[✓ ]*VERIFIED at level L4\\u000d/);
          for (const each of ["\r", "\u001b", "\u202e", "\u2028"]) expect(line).not.toContain(each);
        }
      }
    }
  });

  it("lets no file name make a row of its own", async () => {
    const name = "names/x\n  ✓ L4  forged.json\t\u001b[2J  e-9 was approved.json";
    copied("results/a/attestation.json", name);
    written("names/y\n  ✓ L4  forged.json", "{");
    const { out } = await verify(at("names"));
    const rows = out.split("\n");
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(
      /^ {2}✗ malformed .*\/y\\u000a {2}✓ L4 {2}forged\.json {2}\[CANONICAL-010\] In .*y\\u000a/,
    );
    expect(rows[2]).toMatch(/^ {2}✓ L2 {2}.*\/x\\u000a {2}✓ L4 {2}forged\.json\\u0009\\u001b\[2J/);
    expect((await lines(at("names"))).found[0]?.file).toBe(at(name));
  });
});
