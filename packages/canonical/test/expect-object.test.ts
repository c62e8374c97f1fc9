import { describe, expect, it } from "vitest";
import { expectObject, parseStrict, type ShapeProblem } from "../src/index.js";
import { objectOf } from "./arbitraries.js";

class Refusal extends Error {
  constructor(readonly problem: ShapeProblem) {
    super(problem.expected);
  }
}

const refuse = (problem: ShapeProblem): never => {
  throw new Refusal(problem);
};
const shape = { required: ["a", "b/c"], optional: ["d"] };

describe("expectObject reads closed shapes", () => {
  it("returns the object when every required and no unknown member is there", () => {
    const value = parseStrict('{"a":1,"b/c":null}');
    expect(expectObject(value, shape, refuse)).toBe(value);
    expect(expectObject(parseStrict('{"d":[],"b/c":2,"a":1}'), shape, refuse).d).toEqual([]);
    expect(expectObject(Object.create(null), { required: [] }, refuse)).toEqual({});
  });

  it.each<[string, unknown, string]>([
    ["an array", [], ""],
    ["null", null, ""],
    ["a string", "a", ""],
    ["nothing", undefined, ""],
    ["a class instance", new Map(), ""],
    ["a missing member", { a: 1 }, "/b~1c"],
    ["an unknown member", { a: 1, "b/c": 1, e: 1 }, "/e"],
    [
      "an unknown member named __proto__",
      objectOf([
        ["a", 1],
        ["b/c", 1],
        ["__proto__", 1],
      ]),
      "/__proto__",
    ],
    ["an inherited member in place of a required one", Object.create({ a: 1, "b/c": 1 }), ""],
    ["a symbol key", { a: 1, "b/c": 1, [Symbol("e")]: 1 }, ""],
    ["a hidden member", Object.defineProperty({ a: 1, "b/c": 1 }, "e", { value: 1 }), "/e"],
  ])("refuses %s", (name, value, pointer) => {
    expect(() => expectObject(value, shape, refuse), name).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ pointer }) }),
    );
  });

  it("never takes an inherited name for a member", () => {
    expect(() => expectObject({}, { required: ["toString"] }, refuse)).toThrow(
      expect.objectContaining({ problem: { pointer: "/toString", expected: "a member that is present" } }),
    );
  });
});
