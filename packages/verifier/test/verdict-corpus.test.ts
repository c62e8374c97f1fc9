import { beforeAll, describe, expect, it } from "vitest";
import {
  checkCatalogue,
  resolutionCatalogue,
  type VerificationReport,
  verifyAttestation,
  verifyResolution,
} from "../src/index.js";
import { failures } from "./fixture.js";
import { type VerdictCase, verdictCorpus } from "./verdict-corpus.js";

let corpus: readonly VerdictCase[];
beforeAll(async () => {
  corpus = await verdictCorpus(2);
});

function judge({ kind, statement, options }: VerdictCase): VerificationReport {
  return kind === "attestation"
    ? verifyAttestation(statement, options)
    : verifyResolution(statement, options);
}

/** The parser refuses first what these would find, so that no input reaches them. */
const unreachable: ReadonlySet<string> = new Set([
  "attestation.binding",
  "resolution.binding",
  "decision.repeated",
  "decision.state",
]);

describe("the corpus that every runtime judges", () => {
  it("has what it says: genuine cases hold, and in the others the named check fails", () => {
    for (const one of corpus) {
      const report = judge(one);
      if (one.fails === undefined) {
        expect(failures(report), one.name).toEqual({});
        expect(report.verdict, one.name).toBe("verified");
      } else {
        expect(report.verdict, one.name).toBe("refused");
        if (one.fails !== "anything") expect(Object.keys(failures(report)), one.name).toContain(one.fails);
      }
    }
  });

  it("makes every check of both catalogues fail that input can make fail", () => {
    const failed = new Set(corpus.flatMap((one) => [`${one.kind} ${one.fails ?? ""}`]));
    const named = new Set(corpus.map(({ fails }) => fails));
    const missing = [...checkCatalogue, ...resolutionCatalogue]
      .map(({ id }) => id)
      .filter((id) => !named.has(id) && !unreachable.has(id));
    expect(missing).toEqual([]);
    expect(failed.size).toBeGreaterThan(60);
  });

  it("is the same each time", async () => {
    expect(await verdictCorpus(2)).toEqual(corpus);
  });
});
