// openapi.json at the top: the description that the built server gives of itself. `--update` writes it; without it a description that
// is out of date is an error, and so is what Redocly's stricter rules find, or a route that leaves a status undocumented which every
// route can give.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import prettier from "prettier";
import { root } from "./lib/workspace.mjs";

const built = (name) => import(pathToFileURL(join(root, "packages", name, "dist", "index.js")).href);
const [
  { createServer },
  { createExecutionRuntime, MemoryReplayStore },
  { generatePrivateKey, LocalSigner, LocalVerifier },
] = await Promise.all([built("server"), built("execution-runtime"), built("signing")]);

const page = join(root, "openapi.json");
const problems = [];
const document = await describe();
const text = await prettier.format(JSON.stringify(document), {
  ...(await prettier.resolveConfig(page)),
  parser: "json",
});

const config = await createConfig({ extends: ["recommended-strict"] });
for (const { ruleId, message, location } of await lintFromString({ source: text, absoluteRef: page, config }))
  problems.push(`${location[0]?.pointer ?? ""} ${ruleId}: ${message}`);

for (const [path, operations] of Object.entries(document.paths))
  for (const [method, { responses, operationId, security }] of Object.entries(operations)) {
    const subject = `${method.toUpperCase()} ${path}`;
    if (operationId === undefined) problems.push(`${subject} has no operationId`);
    const guarded = security.length > 0 ? ["401", "403"] : [];
    for (const status of ["200", "400", "429", "500", "503", ...guarded])
      if (!(status in responses)) problems.push(`${subject} does not say what ${status} means`);
  }

if (process.argv.includes("--update")) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, "utf8") !== text)
  problems.push("openapi.json is out of date: npm run export:openapi, and commit it");

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}

/** Nothing is asked of the parts: a server describes itself before it serves. */
async function describe() {
  const key = generatePrivateKey();
  const nowhere = {
    policiesRootPath: "-",
    trustRootPath: "-",
    trustPublicKeyPath: "-",
    releaseManifestPath: "-",
  };
  const runtime = createExecutionRuntime({
    environment: nowhere,
    signer: new LocalSigner(key),
    verifier: new LocalVerifier(key.publicKey),
    replayStore: new MemoryReplayStore(),
  });
  const records = { attestation: async () => undefined, entries: async () => [] };
  const server = createServer({ runtime, records, probes: {}, authentication: { apiKeys: () => [] } });
  await server.ready();
  return server.swagger();
}
