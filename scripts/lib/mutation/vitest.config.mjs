// The tests of one mutated file, as MUTATION_TESTS names them.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import workspace from "../../../vitest.config";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export default defineConfig({
  root,
  resolve: workspace.resolve,
  test: {
    include: (process.env.MUTATION_TESTS ?? "**")
      .split(",")
      .map((name) => `packages/verifier/test/${name}.test.ts`),
    setupFiles: [`${root}scripts/lib/mutation/fixed-seed.mjs`],
    isolate: false,
    maxWorkers: 1,
    // What hangs is for Stryker to end; a busy machine must not look like a test that noticed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
