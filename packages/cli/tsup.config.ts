import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.js";

export default defineConfig({
  ...base,
  entry: { bin: "src/bin.ts", index: "src/index.ts", "verify-worker": "src/verification/verify-worker.ts" },
  dts: { entry: { index: "src/index.ts" } },
});
