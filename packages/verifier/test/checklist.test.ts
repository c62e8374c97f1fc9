import { ParmanaError } from "@parmanasystems/canonical";
import { describe, expect, it, vi } from "vitest";
import { Checklist } from "../src/checklist.js";
import {
  checkCatalogue,
  resolutionCatalogue,
  VerifierError,
  type Check,
  type CheckId,
} from "../src/index.js";
import { known, unknown } from "../src/known.js";

function checkOf(checks: Pick<Checklist, "list">, id: string): Check | undefined {
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
      { code: "INV-070", message: "forged" },
      Object.assign(new Error("forged"), { code: "INV-070" }),
      new ParmanaError("INV-070!", "forged"),
      new ParmanaError("\u001bINV-070", "forged"),
      new ParmanaError("X".repeat(33), "forged"),
      new Proxy(new VerifierError("INV-070", "forged"), {
        get: () => {
          throw new VerifierError("INV-070", "forged");
        },
      }),
    ];
    for (const problem of problems) {
      checks.confirm("bundle.hash", known(1), () => {
        throw problem;
      });
      expect(checkOf(checks, "bundle.hash")).toMatchObject({
        status: "fail",
        code: "INV-062",
        detail: expect.stringMatching(/: the input made the check stop before it reached a finding\.$/),
      });
    }
  });

  it("takes the code off the beginning of a message, and nothing else", () => {
    const checks = new Checklist();
    const problem = Object.assign(new VerifierError("INV-070", ""), { message: "the [A-1] of it" });
    checks.confirm("bundle.hash", known(1), () => {
      throw problem;
    });
    expect(checkOf(checks, "bundle.hash")?.detail).toMatch(/: the \[A-1\] of it$/);
  });

  it("makes no check that no catalogue lists", () => {
    const checks = new Checklist();
    const id = "bundle.colour" as CheckId;
    const unlisted = expect.objectContaining({ message: "No catalogue lists the check bundle.colour." });
    expect(() => {
      checks.confirm(id, known(1), () => "Fine.");
    }).toThrow(unlisted);
    expect(() => {
      checks.skip(id, "nothing was supplied");
    }).toThrow(unlisted);
  });

  it("can tell what a check is called by its id alone: both catalogues have the same entry", () => {
    for (const entry of resolutionCatalogue) {
      const other = checkCatalogue.find(({ id }) => id === entry.id);
      if (other !== undefined) expect(other).toBe(entry);
    }
  });

  it("gives each reason of its own, however many there are", () => {
    for (let number = 0; number < 1_000; number += 1) {
      const checks = new Checklist();
      checks.skip("bundle.hash", `reason ${String(number)}`);
      expect(checkOf(checks, "bundle.hash")?.detail).toBe(`Not checked: reason ${String(number)}.`);
    }
  });

  it("keeps the findings of 256 reasons for other checklists, and of no more: a reason can hold what was read", async () => {
    vi.resetModules();
    const { Checklist: Fresh } = await import("../src/checklist.js");
    const skip = (id: CheckId, because: string): Check | undefined => {
      const checks = new Fresh();
      checks.skip(id, because);
      return checkOf(checks, id);
    };
    for (let number = 1; number <= 260; number += 1) {
      const because = `reason ${String(number)}`;
      const kept = (["bundle.hash", "bundle.identity"] as const).map(
        (id) => skip(id, because) === skip(id, because),
      );
      // The list's own reason, for checks that were not reached, is the first.
      expect(kept, because).toEqual([number < 256, number < 256]);
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
    checks.confirm("bundle.schema-version", known(1), () => "\u202e\u0007");
    expect(checkOf(checks, "bundle.hash")?.detail).toBe("x".repeat(400));
    expect(checkOf(checks, "bundle.identity")?.detail).toBe("a\u{FFFD}b");
    expect(checkOf(checks, "bundle.schema-version")?.detail).toBe("\u{FFFD}\u{FFFD}");
  });
});
