#!/usr/bin/env node
// What a browser loads to verify, minified and gzipped. Fails above the limits.
//
//   node scripts/browser-sizes.mjs
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { browserBundle, builtPackage } from "./lib/browser-bundle.mjs";
import { root } from "./lib/workspace.mjs";

const from = JSON.stringify(builtPackage("verifier"));
const names = Object.keys(await import(builtPackage("verifier"))).filter((name) => name !== "verifierErrors");
const measured = [
  {
    name: "verifyAttestation, verifyResolution, parseEvidenceBundle",
    limit: 60_000,
    content: await browserBundle(
      `export { parseEvidenceBundle, verifyAttestation, verifyResolution } from ${from};`,
    ),
  },
  {
    name: "everything that the verifier exports but the texts of its error table",
    limit: 60_000,
    content: await browserBundle(`export { ${names.join(", ")} } from ${from};`),
  },
  {
    name: "apps/verify-page/dist/verify.html",
    limit: 100_000,
    content: readFileSync(join(root, "apps", "verify-page", "dist", "verify.html")),
  },
];

for (const { name, limit, content } of measured) {
  const size = gzipSync(content, { level: 9 }).length;
  const figures = [size, limit].map((bytes) => `${(bytes / 1_000).toFixed(1)} kB`.padStart(9));
  console.log(`${figures[0]} of ${figures[1].trim()}  ${name}`);
  if (size <= limit) continue;
  console.log(`${name} is too large for a browser.`);
  process.exitCode = 1;
}
