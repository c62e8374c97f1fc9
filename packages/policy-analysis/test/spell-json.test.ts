import { type JsonValue, parseStrict } from "@parmanasystems/canonical";
import fc from "fast-check";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { spellJson } from "../src/spell-json.js";

describe("JSON for people", () => {
  it("keeps on a line what fits, and puts rows under each other", () => {
    expect(
      spellJson({
        name: "t",
        columns: ["a", "b"],
        rows: [
          [1, "x"],
          [2, "y"],
        ],
        empty: {},
        none: [],
      }),
    ).toBe(
      [
        "{",
        '  "name": "t",',
        '  "columns": ["a", "b"],',
        '  "rows": [',
        '    [1, "x"],',
        '    [2, "y"]',
        "  ],",
        '  "empty": {},',
        '  "none": []',
        "}",
      ].join("\n"),
    );
  });

  it("is laid out as Prettier leaves it", async () => {
    const document: JsonValue = {
      policyId: "claims",
      defaults: { amount: 1, tags: ["a", "b"] },
      cases: [
        { name: "short", expect: { decision: "approved" } },
        {
          name: "a name that is long enough to push the rest of the case to the next line, so it must be broken",
          expect: { decision: "approved", rule: "small" },
        },
      ],
      nested: { a: { b: { c: [true, null, "x"] } } },
    };
    const text = `${spellJson(document)}\n`;
    expect(await format(text, { parser: "json", printWidth: 110 })).toBe(text);
  });

  it("reads back as what it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const clean = JSON.parse(JSON.stringify(value)) as JsonValue;
        expect(parseStrict(spellJson(clean), { numbers: "any-double" })).toEqual(clean);
      }),
    );
  });
});
