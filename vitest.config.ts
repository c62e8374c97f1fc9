import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const packages = readdirSync(`${root}packages`);

export default defineConfig({
  resolve: {
    // Tests run on the sources of every package, so one copy of each class exists and no build is stale.
    alias: [
      { find: "@parmanasystems/governance/node", replacement: `${root}packages/governance/src/node/index.ts` },
      ...packages.map((name) => ({ find: new RegExp(`^@parmanasystems/${name}$`), replacement: `${root}packages/${name}/src/index.ts` })),
    ],
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
