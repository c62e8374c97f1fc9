#!/usr/bin/env node
// Makes the kit anew: node conformance/generate.mjs [--check]. What did not change comes out as it was, to the byte; --check writes nothing
// and fails where something would change. Needs the packages built.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createContext, finish } from "./generate/context.mjs";
import { byteFlips } from "./generate/families/byte-flips.mjs";
import { commandLine } from "./generate/families/command-line.mjs";
import { directories } from "./generate/families/directories.mjs";
import { documentGrammars } from "./generate/families/document-grammars.mjs";
import { envelopes } from "./generate/families/envelopes.mjs";
import { homes } from "./generate/families/homes.mjs";
import { internalDefects } from "./generate/families/internal-defects.mjs";
import { keys } from "./generate/families/keys.mjs";
import { log } from "./generate/families/log.mjs";
import { policies } from "./generate/families/policies.mjs";
import { policyDocuments } from "./generate/families/policy-documents.mjs";
import { policyIndex } from "./generate/families/policy-index.mjs";
import { rememberedSince } from "./generate/families/remembered-since.mjs";
import { resolutions } from "./generate/families/resolutions.mjs";
import { signals } from "./generate/families/signals.mjs";
import { sizes } from "./generate/families/sizes.mjs";
import { strictJson } from "./generate/families/strict-json.mjs";
import { transplants } from "./generate/families/transplants.mjs";
import { trustRoot } from "./generate/families/trust-root.mjs";
import { unknownMembers } from "./generate/families/unknown-members.mjs";
import { valid } from "./generate/families/valid.mjs";
import { values } from "./generate/families/values.mjs";
import { countKeysOf } from "./generate/new-key.mjs";

const families = [
  valid,
  internalDefects,
  transplants,
  envelopes,
  unknownMembers,
  documentGrammars,
  byteFlips,
  trustRoot,
  keys,
  log,
  resolutions,
  policies,
  policyDocuments,
  policyIndex,
  signals,
  strictJson,
  sizes,
  commandLine,
  rememberedSince,
  homes,
  directories,
  values,
];

const root = fileURLToPath(new URL("./", import.meta.url));
const { values: options } = parseArgs({ options: { check: { type: "boolean", default: false } } });
if (options.check) {
  const changed = await differences();
  for (const path of changed) console.log(`✗ ${path} is not what the generator makes`);
  if (changed.length > 0) process.exitCode = 1;
} else {
  await generate(root);
}

/** Written to a directory of its own, and held against what lies here. */
async function differences() {
  const made = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    await generate(made);
    const [here, there] = [filesOf(root), filesOf(made)];
    const same = (path) =>
      here.has(path) && there.has(path) && readFileSync(here.get(path)).equals(readFileSync(there.get(path)));
    return [...new Set([...here.keys(), ...there.keys()])].filter((path) => !same(path));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

async function generate(directory) {
  const context = createContext(directory);
  for (const family of families) {
    countKeysOf(family.name);
    context.world.counter = 0;
    await family(context);
  }
  finish(context);
}

/** Paths by their name within a kit. */
function filesOf(directory) {
  const listed = ["cases", "shared"].flatMap((folder) =>
    readdirSync(join(directory, folder), { recursive: true, withFileTypes: true }),
  );
  return new Map(
    listed
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(directory, path), path]),
  );
}
