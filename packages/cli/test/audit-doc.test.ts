import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { splitCommand } from "../src/split-command.js";
import { shell } from "./audit-home.js";
import { sampleFolder, temporaryFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const page = readFileSync(fileURLToPath(new URL("../../../docs/audit.md", import.meta.url)), "utf8");
const folder = temporaryFolder();
const before = process.cwd();
const signals = ["claim_amount=1200", "risk_score=12", "vip_customer=false"].flatMap((signal) => [
  "--signal",
  signal,
]);
const execute = (id: string, ...words: string[]) =>
  parmana("execute", "claims-approval", ...signals, "--execution-id", id, ...words);

beforeAll(async () => {
  process.chdir(folder);
  for (const words of [["init"], ["policy", "sign", sampleFolder("claims-approval")], ["release", "build"]])
    expect(await parmana(...words)).toMatchObject({ exitCode: 0 });
  expect(await execute("claim-1")).toMatchObject({ exitCode: 0 });
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

async function run(line: string): Promise<void> {
  const [command, ...words] = splitCommand(line);
  const [first = "", second = ""] = words;
  if (command === "cp") copyFileSync(first, second);
  else if (command === "rm") for (const path of words.slice(1)) rmSync(path, { force: true });
  else if (command === "sqlite3") shell(join(folder, first), second);
  else {
    expect({ line, command }).toEqual({ line, command: "parmana" });
    const { exitCode, notes } = await parmana(...words);
    expect({ line, exitCode, notes }).toMatchObject({ line, exitCode: 0 });
  }
}

describe("docs/audit.md", () => {
  it("has command lines that work as they are written, one after the other", async () => {
    const blocks = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, text = ""]) => text);
    const lines = blocks.flatMap((block) => block.split("\n").filter((line) => line !== ""));
    expect(lines.length).toBeGreaterThan(18);
    for (const line of lines) await run(line);
    // Restored as the page says, and as strict as before.
    expect(await execute("claim-1")).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining("INV-013") as unknown,
    });
  });

  it("names every command there is", async () => {
    const { out } = await parmana("audit", "--help");
    const commands = [...out.matchAll(/^ {2}([a-z]+) .*\[/gm)].map(([, name = ""]) => name);
    expect(commands).toContain("checkpoint");
    expect(commands.filter((name) => !page.includes(`parmana audit ${name}`))).toEqual(["help"]);
  });
});
