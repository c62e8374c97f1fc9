import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of one vector set: PARMANA_VECTORS, else ../shared/vectors beside the repository; undefined when it is absent. */
export function findVectors(set: string): string | undefined {
  const configured = process.env.PARMANA_VECTORS === "" ? undefined : process.env.PARMANA_VECTORS;
  const root = configured ?? join(repositoryRoot(), "..", "shared", "vectors");
  const folder = join(root, set);
  if (existsSync(folder)) return folder;
  if (configured !== undefined) throw new Error(`PARMANA_VECTORS is set, but ${folder} does not exist.`);
  if (process.env.CI === "true") throw new Error(`The vectors in ${folder} are required when CI=true.`);
  console.warn(`SKIPPED: the ${set} vectors are not tested, ${folder} does not exist (set PARMANA_VECTORS).`);
  return undefined;
}

export function readText(folder: string, ...path: readonly string[]): string {
  return readFileSync(join(folder, ...path), "utf8");
}

export function readBytes(folder: string, ...path: readonly string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, ...path)));
}

function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "pnpm-workspace.yaml"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("No pnpm-workspace.yaml above this file.");
    folder = parent;
  }
  return folder;
}
