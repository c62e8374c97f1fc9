import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "@parmanasystems/canonical";
import { parsePolicy, validateSignals } from "@parmanasystems/governance";
import { compilePolicy, type DecisionResult, interpretPolicy } from "../src/index.js";
import { codeOf } from "./code-of.js";
import { decisionsOf, hashOf, readCorpus } from "./decision-corpus.js";

const packages = fileURLToPath(new URL("../..", import.meta.url));
const corpusPath = fileURLToPath(new URL("stored/decisions.jsonl", import.meta.url));
const corpus = readCorpus(readFileSync(corpusPath, "utf8"));

describe("what was decided once (threat 33)", () => {
  // The file is never regenerated: whoever holds an attestation may ask for its decision again.
  it("is decided so for ever", () => {
    for (const [index, { policy: document, cases }] of corpus.entries()) {
      const policy = parsePolicy(encodeUtf8(JSON.stringify(document)));
      const compiled = compilePolicy(policy);
      for (const { signals, rule, code } of cases) {
        const untrusted: Record<string, unknown> = { ...signals };
        const decided = (decide: () => DecisionResult): unknown => {
          let found: string | undefined;
          const refused = codeOf(() => {
            found = decide().rule_id;
          });
          return [index, signals, refused ?? found];
        };
        const expected = [index, signals, code ?? rule];
        expect(decided(() => compiled.decide(untrusted))).toEqual(expected);
        expect(decided(() => interpretPolicy(policy, validateSignals(policy, untrusted)))).toEqual(expected);
      }
    }
  });
});

describe("decisions, and the words of refusals, are the same bytes", () => {
  // In this package, so that no bundle can be stale and none is shared.
  const output = fileURLToPath(
    new URL(`../node_modules/.cache/decide-corpus-${String(process.pid)}`, import.meta.url),
  );

  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    await build({
      config: false,
      silent: true,
      entry: { "decide-corpus": fileURLToPath(new URL("children/decide-corpus.ts", import.meta.url)) },
      outDir: output,
      format: "esm",
      outExtension: () => ({ js: ".mjs" }),
      target: "node20",
      removeNodeProtocol: false,
      noExternal: [/^(?!node:)/],
      esbuildOptions(options) {
        options.alias = Object.fromEntries(
          readdirSync(packages).map((folder) => [
            `@parmanasystems/${folder}`,
            join(packages, folder, "src/index.ts"),
          ]),
        );
      },
    });
  });
  afterAll(() => {
    rmSync(output, { recursive: true, force: true });
  });

  function child(env: Record<string, string>, ...flags: readonly string[]): unknown {
    const script = join(output, "decide-corpus.mjs");
    const told = execFileSync(process.execPath, [...flags, script, corpusPath], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", ...env },
      timeout: 80_000,
    });
    return JSON.parse(told);
  }

  const hash = hashOf(decisionsOf(corpus));

  it.each([
    [{ LC_ALL: "C", LANG: "C", TZ: "UTC" }, "en-US", 12],
    [{ LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Pacific/Kiritimati" }, "tr-TR", 2],
    [{ LC_ALL: "ar_EG.UTF-8", LANG: "ar_EG.UTF-8", TZ: "Pacific/Pago_Pago" }, "ar-EG", 1],
    [{ LC_ALL: "lt_LT.UTF-8", LANG: "lt_LT.UTF-8", TZ: "Asia/Kathmandu" }, "lt-LT", 17],
  ])("under %j", (env, locale, hour) => {
    expect(child(env)).toEqual({ hash, generatesCode: true, locale, hour });
  });

  it("where no code may be generated", () => {
    expect(child({ TZ: "UTC" }, "--disallow-code-generation-from-strings")).toMatchObject({
      hash,
      generatesCode: false,
    });
  });

  it("without optimisation, and without a just-in-time compiler", () => {
    for (const flag of ["--no-opt", "--jitless"]) expect(child({}, flag)).toMatchObject({ hash });
  });

  it("in any order of members, and by every evaluator, but for which of several defects comes first", () => {
    const decisions = decisionsOf(corpus);
    let next = 0;
    for (const { cases } of corpus) {
      // Two orders of the policy's members times two of the signals', each decided in four ways.
      const perOrder = cases.length * 8;
      for (const [index, { rule }] of cases.entries()) {
        const found = [0, perOrder].flatMap((order) =>
          decisions.slice(next + order + index * 8, next + order + index * 8 + 8),
        );
        expect(new Set(found.slice(0, 8)).size).toBe(1);
        if (rule !== undefined) expect(new Set(found).size).toBe(1);
        expect(found.every((line) => line.includes('"code"') === (rule === undefined))).toBe(true);
      }
      next += 2 * perOrder;
    }
    expect(next).toBe(decisions.length);
  });
});
