import { describe, expect, it } from "vitest";
import { Checklist } from "../src/checklist.js";
import { VerifierError, type Check } from "../src/index.js";
import { known, unknown } from "../src/known.js";

function checkOf(checks: Checklist, id: string): Check | undefined {
  return checks.list().find((check) => check.id === id);
}

describe("a checklist", () => {
  it("starts with every check unmade", () => {
    expect(new Checklist().list().map(({ status }) => status)).toEqual(
      new Checklist().list().map(() => "not_checked"),
    );
  });

  it("hands on what a check established, and the reason when it could not", () => {
    const checks = new Checklist();
    expect(
      checks.establish("bundle.hash", known(1), (value) => ({ value: value + 1, detail: "Fine." })),
    ).toEqual(known(2));
    const next = checks.establish("evidence.form", unknown("nothing was supplied"), () => ({
      value: 1,
      detail: "Fine.",
    }));
    expect(next).toEqual(unknown("nothing was supplied"));
    expect(checkOf(checks, "evidence.form")).toMatchObject({
      status: "not_checked",
      detail: "Not checked: nothing was supplied.",
    });
  });

  it("turns what a check throws into a failure with its code, and goes on", () => {
    const checks = new Checklist();
    const failed = checks.establish("bundle.hash", known(1), () => {
      throw new VerifierError("INV-070", "the hash is another one.");
    });
    expect(failed).toEqual(unknown("the check bundle.hash failed"));
    expect(checkOf(checks, "bundle.hash")).toEqual({
      id: "bundle.hash",
      level: "L2",
      status: "fail",
      code: "INV-070",
      detail: "The bundle is not the one that decided: the hash is another one.",
    });
  });

  it("gives a code of its own to what is thrown without one", () => {
    const checks = new Checklist();
    const problems: readonly unknown[] = [
      new RangeError("stack"),
      undefined,
      null,
      "text",
      { code: "INV-070" },
    ];
    for (const problem of problems) {
      checks.confirm("bundle.hash", known(1), () => {
        throw problem;
      });
      expect(checkOf(checks, "bundle.hash")).toMatchObject({ status: "fail", code: "INV-062" });
    }
  });

  it("copies findings, so that a copy does not write into the original", () => {
    const original = new Checklist();
    original.confirm("bundle.hash", known(1), () => "Fine.");
    const copy = new Checklist(original);
    copy.confirm("evidence.form", known(1), () => "Fine.");
    expect(checkOf(copy, "bundle.hash")?.status).toBe("pass");
    expect(checkOf(original, "evidence.form")?.status).toBe("not_checked");
  });

  it("shows no control, bidi or line character of the input, and no endless text", () => {
    const checks = new Checklist();
    const dirty = `a\u001b[2Jb\u202ec\u2028d\n${"x".repeat(10_000)}.`;
    checks.confirm("bundle.hash", known(1), () => {
      throw new VerifierError("INV-070", dirty);
    });
    checks.confirm("bundle.identity", known(1), () => dirty);
    for (const id of ["bundle.hash", "bundle.identity"]) {
      const detail = checkOf(checks, id)?.detail ?? "";
      expect(detail).toMatch(/a\u{FFFD}\[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}x+/u);
      expect(detail).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(detail.length).toBeLessThan(600);
    }
  });

  it("shortens long plain text and cleans short text alike", () => {
    const checks = new Checklist();
    checks.confirm("bundle.hash", known(1), () => `${"x".repeat(10_000)}.`);
    checks.confirm("bundle.identity", known(1), () => "a\u0007b");
    expect(checkOf(checks, "bundle.hash")?.detail).toBe("x".repeat(400));
    expect(checkOf(checks, "bundle.identity")?.detail).toBe("a\u{FFFD}b");
  });
});
