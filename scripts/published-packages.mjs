// What npm users would get, judged by the two tools made for it: `node scripts/published-packages.mjs publint|attw`.
// Both read the packed tarball, where workspace: ranges are gone and only published files exist.
import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { withTarballs } from "./lib/pack.mjs";
import { runTool } from "./lib/run.mjs";
import { packageDoors } from "./lib/workspace.mjs";

/** Is the manifest right: every file named exists, is published, and is in the module format it claims? */
async function publintProblems({ tarball }) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
  });
  return messages.map(
    (message) => `${message.type}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  );
}

/** Are the types right, as TypeScript sees them under every module resolution that can import ESM? */
async function attwProblems({ tarball, ...found }) {
  if (packageDoors(found).length === 0) return []; // a command has no types
  const { code, output } = await runTool(
    "@arethetypeswrong/cli",
    ["--profile", "esm-only", "--no-definitely-typed", tarball],
    { bin: "attw" },
  );
  return code === 0 && !output.includes("does not contain types") ? [] : [output.trim()];
}

const checks = { publint: publintProblems, attw: attwProblems };
const check = checks[process.argv[2]];
if (check === undefined) throw new Error(`usage: published-packages.mjs ${Object.keys(checks).join("|")}`);

await withTarballs(async (packed) => {
  for (const found of packed) {
    const problems = await check(found);
    if (problems.length === 0) continue;
    console.log(`${found.name}\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    process.exitCode = 1;
  }
});
