// One file of JavaScript that a browser runs, made of built packages as whoever uses them would make it.
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { root } from "./workspace.mjs";

const virtual = "\0entry.mjs";

/**
 * @param {string} source the module to start from; the packages of the workspace by their paths
 * @returns {Promise<string>} an ES module without imports
 * @throws when it needs anything that a browser does not have
 */
export async function browserBundle(source) {
  const { output } = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? virtual : null),
        load: (id) => (id === virtual ? source : null),
      },
      {
        name: "no-node",
        enforce: "pre",
        resolveId(id, importer) {
          if (id.startsWith("node:")) throw new Error(`${importer} imports ${id}, which no browser has.`);
          return null;
        },
      },
    ],
    build: {
      write: false,
      target: "es2022",
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input: "entry",
        preserveEntrySignatures: "strict",
        output: { format: "es", codeSplitting: false },
      },
    },
  }).then((result) => (Array.isArray(result) ? result[0] : result));
  const [chunk, ...others] = output.filter(({ type }) => type === "chunk");
  if (chunk === undefined || others.length > 0) throw new Error("The bundle is not one file.");
  return chunk.code;
}

/** @param {string} name of a package below packages/ */
export const builtPackage = (name) =>
  fileURLToPath(new URL(`../../packages/${name}/dist/index.js`, import.meta.url));
