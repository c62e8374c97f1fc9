import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.js";

// The error table is a module of its own for scripts/errors-doc.mjs: a command has no door to export it from.
export default defineConfig({ ...base, entry: { bin: "src/bin.ts", errors: "src/errors.ts" }, dts: false });
