import type { Options } from "tsup";

/** Every package is built the same way: ESM, one file per door, declarations beside it. */
export const base: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  dts: true,
  sourcemap: false,
  clean: true,
  splitting: true,
  treeshake: true,
  // tsup strips "node:" by default, and node:sqlite has no other name.
  removeNodeProtocol: false,
};
