// The package graph of ARCHITECTURE.md as rules. Whoever adds a package adds its line; an import against the graph fails `npm test`.

const { readdirSync } = require("node:fs");

const pure = ["canonical", "signing", "provenance", "governance", "execution"];
const stateful = [...pure, "verifier", "execution-runtime", "audit-db"];

/** What each package may import of ours, from the bottom up: every line names only packages above it on this page. */
const mayImport = {
  canonical: [],
  signing: ["canonical"],
  provenance: ["canonical", "signing"],
  governance: ["canonical", "signing", "provenance"],
  execution: ["canonical", "signing", "provenance", "governance"],
  verifier: pure,
  "policy-analysis": pure,
  "execution-runtime": pure,
  "audit-db": [...pure, "verifier", "execution-runtime"],
  testkit: [...pure, "verifier", "execution-runtime"],
  server: [...pure, "verifier", "execution-runtime"],
  client: [],
  core: stateful,
  cli: [...stateful, "policy-analysis"],
};

/** How packages are entered from outside: the sources behind their exports. All else in them is their own business. */
const doors = (name) =>
  Object.values(require(`./packages/${name}/package.json`).exports)
    .filter((target) => typeof target === "object")
    .map((target) => `packages/${name}/${target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts")}`);

/** Third-party code has one home each: whoever replaces it touches one place. */
const homes = {
  ajv: "^packages/governance/src/node/",
  "@noble/ed25519": "^packages/signing/src/",
  "@noble/hashes": "^packages/(canonical|signing)/src/",
  "@photostructure/sqlite": "^packages/audit-db/src/",
  pg: "^packages/audit-db/src/",
  ioredis: "^packages/execution-runtime/src/.*redis",
  fastify: "^(packages|apps)/server/src/",
  "@fastify": "^(packages|apps)/server/src/",
  commander: "^packages/cli/src/",
  preact: "^apps/verify-page/src/",
  "@opentelemetry": "^(packages/server/src/telemetry|apps/server/src)/",
};

/** These run in browsers too. */
const portable =
  "^packages/(canonical|provenance|execution|verifier|policy-analysis|client)/src/|^packages/signing/src/(?!node/)|^packages/governance/src/(?!node/)|^apps/verify-page/src/";

const anyOf = (names) => (names.length === 0 ? "(?!)" : `(${names.join("|")})`);

module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },

    ...Object.entries(mayImport).map(([name, lower]) => ({
      name: `graph-${name}`,
      comment: `${name} may import: ${lower.join(", ") || "none of our packages"}`,
      severity: "error",
      from: { path: `^packages/${name}/src/` },
      to: {
        path: "^(packages|apps)/[^/]+/",
        pathNot: `^(packages/${name}/src/|${anyOf(lower.flatMap(doors))}$)`,
      },
    })),
    {
      name: "graph-unknown-package",
      comment: "A new package gets a line in the graph above.",
      severity: "error",
      from: { path: "^packages/", pathNot: `^packages/${anyOf(Object.keys(mayImport))}/` },
      to: {},
    },
    {
      name: "graph-doors",
      comment:
        "Applications, tests and examples may use every package, the testkit among them, through its door.",
      severity: "error",
      from: { path: "^(apps/[^/]+|packages/[^/]+(?=/(test|examples)))/" },
      to: {
        path: "^(packages|apps)/",
        pathNot: `^$1/|^${anyOf(readdirSync(`${__dirname}/packages`).flatMap(doors))}$`,
      },
    },

    {
      name: "portable-without-node",
      severity: "error",
      from: { path: portable },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "portable-without-file-access",
      comment: "Not through another module either: files and processes are behind the doors called ./node.",
      severity: "error",
      from: { path: portable },
      to: { path: "^packages/(governance|signing)/src/node/", reachable: true },
    },

    ...Object.entries(homes).map(([dependency, home]) => ({
      name: `home-of-${dependency.replace("/", "-")}`,
      comment: `${dependency} is imported in ${home} and nowhere else.`,
      severity: "error",
      from: { path: "^(packages|apps)/[^/]+/src/", pathNot: home },
      to: { path: `(^|/)node_modules/${dependency}/` },
    })),

    {
      name: "no-undeclared",
      comment:
        "What a package's source imports is in its own package.json, or it does not exist for whoever installs it.",
      severity: "error",
      // The testkit is private and its suites register themselves with the root's vitest.
      from: { path: "^(packages|apps)/[^/]+/src/", pathNot: "^packages/testkit/" },
      // A peer is declared, also where the package's own tests need it for development.
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev", "unknown"],
        dependencyTypesNot: ["npm-peer"],
      },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(packages|apps)/[^/]+/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      mainFields: ["module", "main"],
    },
  },
};
