import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTrust, readTrustRoot } from "../../src/node/index.js";
import { DAY_MS } from "../signed-fixtures.js";
import { temporaryDirectory } from "./environment-fixtures.js";

const packages = fileURLToPath(new URL("../../..", import.meta.url));
const output = fileURLToPath(
  new URL(`../../node_modules/.cache/rotate-child-${String(process.pid)}`, import.meta.url),
);
const KILLS = 15;

beforeAll(async () => {
  mkdirSync(output, { recursive: true });
  await build({
    config: false,
    silent: true,
    entry: { child: fileURLToPath(new URL("children/rotate-child.ts", import.meta.url)) },
    outDir: output,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
    target: "node20",
    removeNodeProtocol: false,
    noExternal: [/^(?!node:)/],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    esbuildOptions(options) {
      // From the sources under test, so that no build can be stale.
      options.alias = Object.fromEntries(
        ["canonical", "signing", "provenance"].map((folder) => [
          `@parmanasystems/${folder}`,
          join(packages, folder, "src/index.ts"),
        ]),
      );
    },
  });
});
afterAll(() => {
  rmSync(output, { recursive: true, force: true });
});

/** Starts rotating, waits for some versions and a moment more, and kills. @returns the last versions begun and ended */
async function rotateUntilKilled(
  directory: string,
  keyFile: string,
  random: number,
): Promise<{ readonly begun: number; readonly ended: number }> {
  const child = spawn(process.execPath, [join(output, "child.mjs"), directory, keyFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const closed = new Promise((resolve) => reader.once("close", resolve));
  const exited = new Promise<string | null>((resolve) =>
    child.once("exit", (_code, signal) => {
      resolve(signal);
    }),
  );
  await expect.poll(() => lines.length, { interval: 1 }).toBeGreaterThan(1 + random * 4);
  await sleep(random * 8);
  child.kill("SIGKILL");
  expect(await exited).toBe("SIGKILL");
  await closed;
  const last = (word: string): number =>
    Math.max(1, ...lines.filter((line) => line.startsWith(word)).map((line) => Number(line.split(" ")[1])));
  return { begun: last("begin"), ended: last("end") };
}

describe("kill -9 of a process that rotates the trust root (threats 24, 37)", () => {
  it("at any moment leaves a chain that opens, with all that was acknowledged", async () => {
    const home = temporaryDirectory();
    const now = Date.now();
    const authority = await createTrust({
      trustDir: join(home, "trust"),
      keysDir: join(home, "keys"),
      roles: { root: { keys: [{ operator: "Acme" }] } },
      now,
      expiresAt: now + DAY_MS,
    });
    const directory = join(home, "trust");
    let before = 1;
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Spread evenly, so that every step of an installation is hit in some run.
      const { begun, ended } = await rotateUntilKilled(directory, join(home, "keys/root.pem"), kill / KILLS);
      const { value, chain } = await readTrustRoot(authority);
      expect(value.version).toBeGreaterThanOrEqual(Math.max(ended, before));
      expect(value.version).toBeLessThanOrEqual(begun);
      expect(chain).toHaveLength(value.version);
      before = value.version;
    }
    expect(before).toBeGreaterThan(KILLS);
    expect(readdirSync(directory)).toContain(`trust-root.${String(before - 1)}.sig`);
  });
});
