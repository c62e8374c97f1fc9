import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pointerTo } from "../../src/policy/json-pointer.js";
import { locatePointer } from "../../src/policy/locate-pointer.js";

const text = `{
  "a": [10, {"b\\"]}": "x, ]", "c": [[], {}, "\\\\"]}, true],
  "\\u0064/~": { "": null }
}`;

function rest(pointer: string): string {
  const { line, column } = locatePointer(text, pointer);
  return text
    .split("\n")
    .slice(line - 1)
    .join("\n")
    .slice(column - 1);
}

describe("the place of a JSON pointer in the text", () => {
  it.each([
    ["", "{\n"],
    ["/a", "[10"],
    ["/a/0", "10,"],
    ["/a/1", '{"b'],
    ['/a/1/b"]}', '"x, ]"'],
    ["/a/1/c/1", "{}"],
    ["/a/1/c/2", '"\\\\"'],
    ["/a/2", "true"],
    ["/d~1~0", '{ ""'],
    ["/d~1~0/", "null"],
  ])("%s", (pointer, beginning) => {
    expect(rest(pointer).startsWith(beginning)).toBe(true);
  });

  it("is that of the deepest part that exists, when the member is missing", () => {
    expect(rest("/a/1/none/deeper")).toBe(rest("/a/1"));
    expect(rest("/a/0/deeper")).toBe(rest("/a/0"));
    for (const index of ["3", "99999999999999999999", "-1", "01", "x", ""])
      expect(rest(`/a/${index}`)).toBe(rest("/a"));
  });

  it("is looked for to the end, also in a text that is no JSON", () => {
    for (const broken of [
      "",
      "{",
      '{"a',
      '{"a"',
      '{"a":[1',
      '{"a":["',
      '{"a":[}',
      '{"a":[,,',
      '{"a":[!!',
      '{"a"1[2',
    ]) {
      const { line, column } = locatePointer(broken, "/a/7/b");
      expect([line, column >= 1 && column <= broken.length + 1]).toEqual([1, true]);
    }
    expect(() => locatePointer('{"\\x":1}', "/a")).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^CANONICAL-/) as unknown }),
    );
    const unit = fc.constantFrom("{", "}", "[", "]", '"', ",", ":", "a", " ", "1", "\n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (broken) => {
        expect(locatePointer(broken, "/a/1/a").line).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is found in any JSON, however it is indented", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2), fc.nat(), (value, indent, choice) => {
        const json = JSON.stringify(value, null, indent);
        const places = placesIn(value, "");
        const [pointer, part] = places[choice % places.length] ?? ["", value];
        const { line, column } = locatePointer(json, pointer);
        const found = json
          .split("\n")
          .slice(line - 1)
          .join("\n")
          .slice(column - 1);
        // Deeper levels are indented more, so only the first line of the part can be compared.
        const [first = ""] = JSON.stringify(part, null, indent).split("\n");
        expect(found.startsWith(first)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function placesIn(value: unknown, pointer: string): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[pointer, value]];
  const inner = Object.entries(value).flatMap(([name, part]) => placesIn(part, pointerTo(pointer, name)));
  return [[pointer, value], ...inner];
}
