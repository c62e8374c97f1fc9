// The tarballs that npm users would get.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "./run.mjs";
import { publicPackages } from "./workspace.mjs";

/**
 * Packs every public package into a folder that is removed afterwards.
 * @template T
 * @param {(packed: (ReturnType<typeof publicPackages>[number] & { tarball: string })[], folder: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withTarballs(use) {
  const folder = mkdtempSync(join(tmpdir(), "parmana-pack-"));
  try {
    const packages = publicPackages();
    const filters = packages.flatMap(({ name }) => ["--filter", name]);
    const { code, output } = await runTool("pnpm", ["-r", ...filters, "pack", "--pack-destination", folder]);
    if (code !== 0) throw new Error(`pnpm pack failed:\n${output}`);
    return await use(
      packages.map((found) => ({
        ...found,
        tarball: join(
          folder,
          `${found.name.replace("@", "").replace("/", "-")}-${found.manifest.version}.tgz`,
        ),
      })),
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
