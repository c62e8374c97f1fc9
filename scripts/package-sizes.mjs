#!/usr/bin/env node
// What each public package weighs: its tarball, the JavaScript in it, and what it depends on.
//
//   node scripts/package-sizes.mjs
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { withTarballs } from "./lib/pack.mjs";
import { filesBelow } from "./lib/workspace.mjs";

const kilobytes = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`.padStart(9);

await withTarballs((packed) => {
  console.log("package              tarball  dist/*.js    gzipped  dependencies");
  for (const { shortName, path, tarball, manifest } of packed) {
    const scripts = filesBelow(join(path, "dist")).filter((file) => file.endsWith(".js"));
    const text = scripts.map((file) => readFileSync(join(path, "dist", file)));
    const size = text.reduce((sum, { length }) => sum + length, 0);
    const names = Object.keys(manifest.dependencies ?? {}).map((name) =>
      name.replace("@parmanasystems/", ""),
    );
    const columns = [statSync(tarball).size, size, gzipSync(Buffer.concat(text)).length].map(kilobytes);
    console.log([shortName.padEnd(18), ...columns, ` ${names.join(", ") || "none"}`].join(" "));
  }
  return Promise.resolve();
});
