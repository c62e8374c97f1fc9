import { describe, expect, it } from "vitest";
import { compileSignalsSchema } from "../../src/node/signals-schema-gate.js";
import { parsePolicy } from "../../src/parse-policy.js";
import { withSignals } from "../example-policy.js";
import { documentBytes } from "../policy-arbitrary.js";

function compiled(declaration: object): (value: unknown) => boolean {
  const accepts = compileSignalsSchema(parsePolicy(documentBytes(withSignals({ a: declaration }))));
  return (value) => accepts({ a: value });
}

describe("the compiled schema of a policy's signals", () => {
  it("compares decimals exactly, beyond what a double can hold (threat 6)", () => {
    const accepts = compiled({ type: "decimal", scale: 2, minimum: "-0.10", maximum: "9007199254740993.01" });
    expect(["9007199254740993.01", "-0.10", "0.30"].map(accepts)).toEqual([true, true, true]);
    expect(["9007199254740993.02", "-0.11", "0.3", "-0.00", "x"].map(accepts)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("knows the calendar", () => {
    const day = compiled({ type: "date" });
    expect(["2024-02-29", "0099-12-31"].map(day)).toEqual([true, true]);
    expect(["2026-02-29", "2026-11-31", "0000-01-01"].map(day)).toEqual([false, false, false]);
    const instant = compiled({ type: "timestamp" });
    expect(instant("2024-02-29T23:59:59.999Z")).toBe(true);
    expect(["2026-02-29T00:00:00.000Z", "2024-02-29T24:00:00.000Z"].map(instant)).toEqual([false, false]);
  });

  it("counts code points, and refuses what is undeclared or missing", () => {
    const accepts = compileSignalsSchema(
      parsePolicy(documentBytes(withSignals({ a: { type: "string", maxLength: 2 } }))),
    );
    expect([{ a: "😀😀" }, { a: "😀😀😀" }, {}, { a: "x", b: 1 }, null].map(accepts)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
