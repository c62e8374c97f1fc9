// What the image holds beside its dependencies, copied to an empty directory: `node scripts/image-files.mjs <directory>`.
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, workspacePackages } from "./lib/workspace.mjs";

const target = process.argv[2];
if (target === undefined) throw new Error("usage: image-files.mjs <directory>");
if (existsSync(target) && readdirSync(target).length > 0) throw new Error(`${target} must be empty`);

const packages = workspacePackages();
const wanted = new Set(["@parmanasystems/server-app"]);
for (const name of wanted)
  for (const dependency of Object.keys(
    packages.find((found) => found.name === name).manifest.dependencies ?? {},
  ))
    if (packages.some((found) => found.name === dependency)) wanted.add(dependency);

for (const file of ["LICENSE", "package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"]) copy(file);
for (const { folder, name, manifest } of packages) {
  if (!wanted.has(name)) continue;
  copy(`${folder}/package.json`);
  for (const part of manifest.files ?? ["dist"]) copy(`${folder}/${part}`);
}

function copy(path) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  cpSync(join(root, path), join(target, path), { recursive: true });
}
