import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.js";

export default defineConfig({ ...base, entry: { bin: "src/bin.ts" }, dts: false });
