import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Source that must also run in a browser: no Node built-in, no Node global. */
const portable = {
  files: [
    "packages/{canonical,signing,provenance,governance,execution,verifier,policy-analysis,client}/src/**/*.ts",
    "apps/verify-page/src/**/*.{ts,tsx}",
  ],
  ignores: ["packages/{governance,signing}/src/node/**"],
};
const tests = ["packages/*/test/**/*.ts", "apps/*/test/**/*.ts", "packages/testkit/src/**/*.ts"];
const plainJavaScript = ["**/*.js", "**/*.mjs", "**/*.cjs"];

const bareJsonParse = {
  object: "JSON",
  property: "parse",
  message:
    "Outside JSON enters through parseStrict of @parmanasystems/canonical: JSON.parse keeps the last of two equal names.",
};

const switchedOff = (name) => ({
  selector: `MemberExpression[object.name=/^(describe|it|test|suite)$/][property.name='${name}']`,
  message: `A committed test is neither singled out nor switched off; .${name} hides the others or itself.`,
});
const saysLittle = (matcher, instead) => ({
  selector: `CallExpression[callee.property.name='${matcher}'][arguments.length=0]`,
  message: `${matcher}() passes for the wrong reason too: ${instead}.`,
});

export default defineConfig(
  globalIgnores(["**/dist/**", "**/coverage/**", "**/node_modules/**", ".parmana/**", ".turbo/**"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,

  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A default clause is a decision about the rest; without one, a new member of the union must not fall through.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { args: "all", argsIgnorePattern: "^_$", caughtErrors: "all", ignoreRestSiblings: true },
      ],
      // A port's method is async so that it rejects and never throws, also where an implementation has nothing to wait for.
      "@typescript-eslint/require-await": "off",
      eqeqeq: "error",
    },
  },
  {
    files: ["{packages,apps}/*/{src,test}/**/*.{ts,tsx}"],
    rules: { "no-console": "error", "no-restricted-properties": ["error", bareJsonParse] },
  },
  { files: ["packages/canonical/src/**/*.ts"], rules: { "no-restricted-properties": "off" } },
  { files: ["packages/cli/src/**/*.ts"], rules: { "no-console": "off" } },
  {
    ...portable,
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["node:*"], message: "This package also runs in browsers." }] },
      ],
      "no-restricted-globals": [
        "error",
        ...[
          "Buffer",
          "process",
          "global",
          "require",
          "module",
          "__dirname",
          "__filename",
          "setImmediate",
        ].map((name) => ({
          name,
          message:
            "This package also runs in browsers; feature-detect through globalThis where Node is merely faster.",
        })),
      ],
    },
  },
  {
    files: tests,
    rules: {
      "no-restricted-properties": "off",
      // A suite that cannot reach its service or vectors says so aloud and skips itself with skipIf.
      "no-console": ["error", { allow: ["warn"] }],
      "no-restricted-syntax": [
        "error",
        ...["only", "skip", "todo"].map(switchedOff),
        saysLittle("toBeTruthy", "compare with the value expected"),
        saysLittle("toBeDefined", "compare with the value expected"),
        saysLittle("toThrow", "expect.objectContaining({ code })"),
      ],
      // The first column of it.each is often only the title.
      "@typescript-eslint/no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
      // expect.objectContaining and its kin are typed any by vitest.
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },

  {
    files: plainJavaScript,
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      // What this Node offers is what the scripts and examples may use.
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, "readonly"])),
    },
    rules: { eqeqeq: "error" },
  },
  { files: ["**/*.cjs"], languageOptions: { sourceType: "commonjs", globals: { __dirname: "readonly" } } },
);
