import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude as concludeAsked } from "../src/conclude.js";
import {
  checkCatalogue,
  type Check,
  type CheckId,
  type CheckStatus,
  type RequiredLevel,
} from "../src/index.js";

const mayBeSkipped = checkCatalogue.filter(({ required }) => !required).map(({ id }) => id);

function checksWith(
  statuses: Partial<Record<CheckId, CheckStatus>>,
  otherwise: CheckStatus = "pass",
): readonly Check[] {
  return checkCatalogue.map(({ id, level }) => ({
    id,
    level,
    status: statuses[id] ?? otherwise,
    detail: "x.",
  }));
}

const noLog = {
  "log.form": "not_checked",
  "log.inclusion": "not_checked",
  "log.checkpoint": "not_checked",
  "log.consistency": "not_checked",
  "log.witnesses": "not_checked",
} as const;

const conclude = (checks: readonly Check[], requiredLevel: RequiredLevel) =>
  concludeAsked(checks, requiredLevel, []);

describe("the verdict", () => {
  it("needs every required check of the required level and below", () => {
    for (const { id, level, required } of checkCatalogue) {
      const report = conclude(checksWith({ ...noLog, [id]: "not_checked" }), "L4");
      expect(report.verdict, id).toBe(required && level !== "L3" ? "refused" : "verified");
    }
  });

  it("is refused by any failure, on any level, whatever is required", () => {
    for (const { id } of checkCatalogue) {
      for (const level of ["L1", "L2", "L3", "L4"] as const)
        expect(conclude(checksWith({ ...noLog, [id]: "fail" }), level).verdict, id).toBe("refused");
    }
  });

  it("does not ask for levels above the required one", () => {
    expect(
      conclude(checksWith({ "bundle.hash": "not_checked", "decision.rule": "not_checked" }), "L1"),
    ).toMatchObject({ verdict: "verified", level: "L1" });
    expect(conclude(checksWith({ ...noLog, "decision.rule": "not_checked" }), "L2")).toMatchObject({
      verdict: "verified",
      level: "L2",
    });
  });

  it("needs every required check of the log where the log is required", () => {
    for (const { id, level, required } of checkCatalogue) {
      const report = conclude(checksWith({ [id]: "not_checked" }), "L3");
      expect(report.verdict, id).toBe(required && level !== "L4" ? "refused" : "verified");
    }
    expect(conclude(checksWith(noLog), "L3")).toMatchObject({ verdict: "refused", level: "L2" });
  });

  it("needs what was asked for by its own option, whatever else is required", () => {
    const asked = ["log.consistency", "log.witnesses"] as const;
    for (const level of ["L1", "L2", "L3", "L4"] as const) {
      expect(concludeAsked(checksWith({}), level, asked).verdict).toBe("verified");
      expect(concludeAsked(checksWith({ "log.witnesses": "not_checked" }), level, asked)).toMatchObject({
        verdict: "refused",
        level: "L4",
      });
      expect(
        concludeAsked(checksWith({ "log.witnesses": "not_checked" }), level, ["log.consistency"]).verdict,
      ).toBe("verified");
    }
  });

  it("is never verified while a check failed or a required one of L1 was not made", () => {
    const status = fc.constantFrom<CheckStatus>("pass", "fail", "not_checked");
    fc.assert(
      fc.property(
        fc.array(status, { minLength: checkCatalogue.length, maxLength: checkCatalogue.length }),
        fc.constantFrom("L1", "L2", "L3", "L4"),
        (statuses, level) => {
          const checks = checkCatalogue.map((entry, at) => ({
            id: entry.id,
            level: entry.level,
            status: statuses[at] ?? "fail",
            detail: "x.",
          }));
          const report = conclude(checks, level);
          const broken = checks.some(
            (check, at) =>
              check.status === "fail" ||
              (check.level === "L1" &&
                check.status === "not_checked" &&
                checkCatalogue[at]?.required !== false),
          );
          if (broken) expect(report.verdict).toBe("refused");
          if (report.level === "none") expect(report.verdict).toBe("refused");
        },
      ),
    );
  });
});

describe("the level", () => {
  it("is the highest whose checks, and those of the levels below, all hold", () => {
    expect(conclude(checksWith({}), "L1").level).toBe("L4");
    expect(conclude(checksWith({ "attestation.signature": "fail" }), "L1").level).toBe("none");
    expect(conclude(checksWith({ "bundle.hash": "fail" }), "L1").level).toBe("L1");
    expect(conclude(checksWith({ ...noLog, "decision.rule": "fail" }), "L1").level).toBe("L2");
    expect(conclude(checksWith({ "decision.rule": "fail" }), "L1").level).toBe("L3");
  });

  it("does not wait for the log, and stops at a log that disproves", () => {
    expect(conclude(checksWith(noLog), "L4")).toMatchObject({ verdict: "verified", level: "L4" });
    expect(conclude(checksWith({ ...noLog, "log.inclusion": "fail" }), "L4")).toMatchObject({
      verdict: "refused",
      level: "L2",
    });
  });

  it("is not held back by what may be skipped, and is by its failure", () => {
    for (const id of mayBeSkipped) {
      expect(conclude(checksWith({ ...noLog, [id]: "not_checked" }), "L4").level, id).toBe("L4");
      expect(conclude(checksWith({ ...noLog, [id]: "fail" }), "L4").level, id).not.toBe("L4");
    }
  });
});

describe("the catalogue", () => {
  it("has unique ids in the order of the levels", () => {
    expect(new Set(checkCatalogue.map(({ id }) => id)).size).toBe(checkCatalogue.length);
    const levels = checkCatalogue.map(({ level }) => level);
    expect(levels).toEqual([...levels].sort());
  });

  it("lets only what is judged against today, an older index, or knowledge of the log from elsewhere be skipped", () => {
    expect(mayBeSkipped).toEqual([
      "attestation.date",
      "trust-root.unexpired",
      "policy-index.unexpired",
      "policy-index.in-force",
      "log.consistency",
      "log.witnesses",
    ]);
  });
});
