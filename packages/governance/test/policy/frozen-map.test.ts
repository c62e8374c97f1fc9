import { describe, expect, it } from "vitest";
import { FrozenMap } from "../../src/policy/frozen-map.js";

describe("a frozen map", () => {
  const map = new FrozenMap<string, number>([
    ["a", 1],
    ["__proto__", 2],
  ]);

  it("reads like a map", () => {
    const visited: unknown[] = [];
    map.forEach((value, key, whole) => visited.push([key, value, whole === map]));
    expect([map.size, map.get("__proto__"), map.get("b"), map.has("a"), map.has("toString")]).toEqual([
      2,
      2,
      undefined,
      true,
      false,
    ]);
    expect([...map]).toEqual([...map.entries()]);
    expect([[...map.keys()], [...map.values()]]).toEqual([
      ["a", "__proto__"],
      [1, 2],
    ]);
    expect(visited).toEqual([
      ["a", 1, true],
      ["__proto__", 2, true],
    ]);
  });

  it("cannot be written to, not even with the methods of Map", () => {
    expect(() => Map.prototype.set.call(map, "a", 9)).toThrow(TypeError);
    expect(() => Object.assign(map, { get: () => 9 })).toThrow(TypeError);
    expect(map.get("a")).toBe(1);
  });

  it("does not follow later changes of what it was made from", () => {
    const source = new Map([["a", 1]]);
    const copy = new FrozenMap(source);
    source.set("a", 2);
    expect(copy.get("a")).toBe(1);
  });
});
