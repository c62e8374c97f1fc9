import { existsSync, readdirSync, readFileSync } from "node:fs";
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

const include = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"];

/** Tests that exchange modules or globals need copies of their own; for all others, loading the packages anew takes longest. */
const isolated = ["packages", "apps"]
  .flatMap((folder) => readdirSync(`${root}${folder}`).map((name) => `${folder}/${name}/test`))
  .filter((folder) => existsSync(`${root}${folder}`))
  .flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => `${folder}/${file}`),
  )
  .filter((file) =>
    /\bvi\.(?:mock|doMock|resetModules|hoisted|stubGlobal|stubEnv)\(|Object\.prototype, name/.test(
      readFileSync(`${root}${file}`, "utf8"),
    ),
  );

export default defineConfig({
  resolve: { alias: aliases },
  test: {
    projects: [
      { extends: true, test: { name: "shared", include, exclude: isolated, isolate: false } },
      { extends: true, test: { name: "isolated", include: isolated } },
    ],
    maxWorkers: 2,
    // They end what hangs. How long something may take is asserted where it is promised, never by these.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What ran out of time on a busy machine runs once more, and `npm test` names it. A wrong result never does.
    retry: { count: 1, condition: /^(?:Test|Hook) timed out in|Timeout \d+ms exceeded|ETIMEDOUT$/ },
    expect: { poll: { timeout: 60_000 } },
    // `vitest run --coverage`; no threshold, since a covered line is not yet a checked one.
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"],
      reporter: ["text", "html"],
    },
  },
});
