import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "parmana-readme-"));
const home = join(directory, "home");
const readme = readFileSync(join(root, "README.md"), "utf8");

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function run(words: readonly string[]) {
  const ended = spawnSync(process.execPath, words, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PARMANA_HOME: home },
    timeout: 80_000,
  });
  if (ended.error !== undefined) throw ended.error;
  return ended;
}

describe("the README", () => {
  it("has command lines that work as they are written, one after the other, from the built command", () => {
    const lines = [...readme.matchAll(/^parmana +(.*)$/gm)].map(([, words = ""]) =>
      words.replace(/ +#.*$/, ""),
    );
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "init",
      "policy",
      "policy",
      "release",
      "execute",
      "verify",
    ]);
    for (const line of lines) {
      const words = line
        .trim()
        .split(/ +/)
        .map((word) => word.replace(/^result\b/, join(directory, "result")));
      const { status, stderr } = run([join(root, "packages/cli/dist/bin.js"), ...words]);
      expect({ line, status, stderr }).toMatchObject({ line, status: 0 });
    }
  });

  it("shows the example as it is, and the example runs", () => {
    const example = readFileSync(join(root, "examples/execute.mjs"), "utf8");
    expect(readme).toContain(`\`\`\`js\n${example}\`\`\``);
    const { status, stdout, stderr } = run([join(root, "examples/execute.mjs")]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^approved sha256:[0-9a-f]{64}\n$/);
  });
});
