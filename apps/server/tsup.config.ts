import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.js";

export default defineConfig({
  ...base,
  entry: { main: "src/main.ts", healthcheck: "src/healthcheck.ts" },
  dts: false,
});
