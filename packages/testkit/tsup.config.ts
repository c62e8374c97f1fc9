import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.js";

export default defineConfig({
  ...base,
  entry: {
    index: "src/index.ts",
    conformance: "src/conformance.ts",
    servers: "src/servers.ts",
    vectors: "src/vectors.ts",
  },
});
