import { sha256 } from "@parmanasystems/canonical";
import { parseProposal } from "@parmanasystems/governance";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { splitCommand } from "../src/split-command.js";
import { temporaryFolder } from "./policy-files.js";
import { parmana } from "./run-parmana.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(join(root, "docs/trust.md"), "utf8");
const folder = temporaryFolder();
const before = process.cwd();

beforeAll(() => {
  process.chdir(folder);
  symlinkSync(join(root, "policies"), join(folder, "policies"));
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(([, text = ""]) => text);

/** What the page leaves to its reader: hashes that were compared, and key ids that trust show prints. */
async function filledIn(line: string): Promise<readonly string[]> {
  const words = splitCommand(line.replace(/<small policy>/, "<small-policy>"));
  const file = words[words.indexOf("sign") + 1] ?? "";
  const filled: string[] = [];
  for (const word of words) {
    if (word === "sha256:…") filled.push(sha256(parseProposal(readFileSync(file)).document));
    else if (word === "<small-policy>") filled.push(await keyOf("policy", "small"));
    else if (word === "--retire=<carol>") filled.push(`--retire=${await keyIdOf("carol.pub.pem")}`);
    else filled.push(word);
  }
  return filled;
}

async function keyIdOf(file: string): Promise<string> {
  const { out } = await parmana("key", "show", file, "--json");
  return (JSON.parse(out) as { keyId: string }).keyId;
}

async function keyOf(role: string, home: string): Promise<string> {
  const { out } = await parmana("trust", "show", "--home", home, "--json");
  return (JSON.parse(out) as { roles: Record<string, { keyids: string[] }> }).roles[role]?.keyids[0] ?? "";
}

async function run(line: string): Promise<void> {
  const [command, ...words] = await filledIn(line);
  if (command === "mkdir") mkdirSync(words[0] ?? "");
  else if (command === "cp") {
    const [from = "", to = ""] = words.filter((word) => word !== "-r");
    cpSync(from, to, { recursive: true });
  } else {
    expect({ line, command }).toEqual({ line, command: "parmana" });
    const { exitCode, notes } = await parmana(...words);
    expect({ line, exitCode, notes }).toMatchObject({ line, exitCode: 0 });
  }
}

describe("docs/trust.md", () => {
  it("has command lines that work as they are written, one after the other", async () => {
    const [ceremony = ""] = blocks("json");
    writeFileSync("ceremony.json", ceremony);
    const [signer = ""] = blocks("js");
    writeFileSync("signer.mjs", signer);
    const lines = blocks("sh").flatMap((block) => block.split("\n").filter((line) => line !== ""));
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) await run(line);
    for (const home of ["small", "prod", "bob", "erin"]) {
      expect(await parmana("trust", "verify", "--home", home)).toMatchObject({ exitCode: 0 });
    }
  });

  it("names every command there is", async () => {
    const { out } = await parmana("trust", "--help");
    const commands = [...out.matchAll(/^ {2}([a-z]+) .*\[/gm)].map(([, name = ""]) => name);
    expect(commands).toContain("countersign");
    const unnamed = commands.filter((name) => !new RegExp(`(?:trust |\`)${name}\\b`).test(page));
    expect(unnamed).toEqual(["help"]);
  });
});
