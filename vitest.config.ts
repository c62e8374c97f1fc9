import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Tests run on the sources of every package, so one copy of each class exists and no build is stale. */
const aliases = readdirSync(`${root}packages`).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, "utf8")) as Manifest;
  return Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === "string"
      ? []
      : {
          find: new RegExp(`^${manifest.name}${subpath.slice(1)}$`),
          replacement: `${root}packages/${folder}/${target.default.replace("/dist/", "/src/").replace(/\.js$/, ".ts")}`,
        },
  );
});

interface Manifest {
  name: string;
  exports: Record<string, string | { default: string }>;
}

export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // `vitest run --coverage`; no threshold, since a covered line is not yet a checked one.
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"],
      reporter: ["text", "html"],
    },
  },
});
