import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const folder = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: folder,
  plugins: [singleFile()],
  build: {
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: { input: `${folder}src/main.tsx`, output: { codeSplitting: false } },
  },
});

/** Script and style inside the one file, each allowed by its hash and by nothing else. */
function singleFile(): Plugin {
  return {
    name: "single-file",
    enforce: "post",
    generateBundle(_, bundle) {
      let script = "";
      let style = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === "chunk") script += part.code;
        else if (name.endsWith(".css")) style += String(part.source);
        else throw new Error(`${name} cannot be part of the one file.`);
        Reflect.deleteProperty(bundle, name);
      }
      this.emitFile({ type: "asset", fileName: "verify.html", source: composed(script, style) });
    },
  };
}

function composed(script: string, style: string): string {
  // An HTML parser would end the element at these, whatever the string is that they stand in.
  if (/<\/(?:script|style)|<!--/i.test(script + style)) throw new Error("The page would end its own script.");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    // Text can become HTML or script nowhere: there is no policy that could make it so.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const parts = new Map([
    ["policy", `<meta http-equiv="Content-Security-Policy" content="${policy}" />`],
    ["style", `<style>${style}</style>`],
    ["script", `<script type="module">${script}</script>`],
  ]);
  return readFileSync(`${folder}src/page.html`, "utf8").replaceAll(
    /<!-- (policy|style|script) -->/g,
    (_, name: string) => parts.get(name) ?? "",
  );
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
