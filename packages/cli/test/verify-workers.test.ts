import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditHome } from "./audit-home.js";
import { parmanaWith } from "./run-parmana.js";

const audit = auditHome();
const directory = mkdtempSync(join(tmpdir(), "parmana-workers-"));
const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
/** Enough for two threads. */
const FILES = 2_100;

beforeAll(async () => {
  const { out } = await audit.execute("many", 1_200);
  expect(out).toContain("APPROVED");
  const shown = await audit.run("audit", "show", "many", "--json");
  const { attestation } = JSON.parse(shown.out) as { attestation: object };
  const good = JSON.stringify(attestation);
  const name = (number: number) => String(number).padStart(6, "0");
  for (let number = 0; number < FILES; number += 1) {
    const folder = join(directory, "files", name(Math.floor(number / 500)));
    if (number % 500 === 0) mkdirSync(folder, { recursive: true });
    const content = number === 700 ? good.replace('"approved"', '"rejected"') : number === 1_900 ? "{" : good;
    writeFileSync(join(folder, `${name(number)}.json`), content);
  }
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function verify(...words: string[]) {
  const { stdout, stderr, status, error } = spawnSync(
    process.execPath,
    [bin, "verify", join(directory, "files"), "--home", audit.home, "--at", at, ...words],
    { encoding: "utf8", maxBuffer: 1 << 28, timeout: 80_000 },
  );
  if (error !== undefined) throw error;
  return { out: stdout, notes: stderr, exitCode: status };
}
const at = new Date(Date.now() + 60_000).toISOString();

describe("parmana verify with threads, from the built command", () => {
  it("prints what one thread prints, in the same order", () => {
    const [one, two] = ["1", "2"].map((workers) => verify("--json", "--workers", workers));
    expect(one?.notes).toBe("");
    expect(two).toEqual(one);
    expect(two?.exitCode).toBe(2);
    const lines = (two?.out ?? "").trimEnd().split("\n");
    expect(lines).toHaveLength(FILES);
    expect(JSON.parse(lines[700] ?? "")).toMatchObject({ exitCode: 1, verdict: "refused" });
    expect(JSON.parse(lines[1_900] ?? "")).toMatchObject({ exitCode: 2, code: "CANONICAL-010" });
  });

  it("shows only what failed of so many files, and reports all of them", () => {
    const junit = join(directory, "report.xml");
    const { out, exitCode } = verify("--workers", "2", "--junit", junit);
    expect(exitCode).toBe(2);
    expect(out).toMatch(
      /^REFUSED: 2100 files, 1 refused, 1 malformed, 2098 verified \(L2: 2098; the log checked for 0\)\n/,
    );
    expect(out.split("\n").length).toBeLessThan(20);
    expect(readFileSync(junit, "utf8").match(/<testcase /g)).toHaveLength(FILES);
  });
});

describe("parmana verify --workers", () => {
  it.each(["0", "-1", "two", "1025"])("refuses %s", async (workers) => {
    expect(await audit.run("verify", directory, "--workers", workers)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-001]"),
    });
  });

  it("shows whoever watches how far it has come", async () => {
    const shown: string[] = [];
    const words = ["verify", join(directory, "files"), "--workers", "1", "--home", audit.home];
    const { exitCode } = await parmanaWith({ progress: (text) => shown.push(text) }, ...words);
    expect(exitCode).toBe(2);
    expect(shown.at(-1)).toBe("");
    for (const text of shown.slice(0, -1)) expect(text).toMatch(/^Verifying \d+\/2100$/);
  });
});
