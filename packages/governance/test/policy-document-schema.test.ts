import { parseStrict } from "@parmanasystems/canonical";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createStrictAjv } from "../src/node/ajv-strict.js";
import { policyDocumentSchema } from "../src/policy-document-schema.js";
import { exampleDocument, withCondition } from "./example-policy.js";
import { changed, objectsIn, requiredMembers } from "./document-paths.js";
import { policyArbitrary } from "./policy-arbitrary.js";
import { operators } from "../src/policy/operators.js";
import { nested, refusedConditions, refusedDeclarations, refusedProvenance } from "./refused-policies.js";

const matches = createStrictAjv().compile(policyDocumentSchema);

describe("the published schema of policy.json", () => {
  it("is frozen, draft-07 and free of remote references", () => {
    expect(Object.isFrozen(policyDocumentSchema) && Object.isFrozen(policyDocumentSchema.definitions)).toBe(
      true,
    );
    expect(policyDocumentSchema.$schema).toBe("http://json-schema.org/draft-07/schema#");
    const references = JSON.stringify(policyDocumentSchema).match(/"\$ref":"[^"]*"/g) ?? [];
    expect(references.filter((reference) => !reference.startsWith('"$ref":"#/definitions/'))).toEqual([]);
  });

  it("accepts the example of the specification, and the deepest condition", () => {
    expect(matches(exampleDocument())).toBe(true);
    expect(matches(withCondition(nested(32)))).toBe(true);
  });

  it("accepts every valid policy", () => {
    fc.assert(
      fc.property(policyArbitrary, ({ document }) => {
        expect({ ok: matches(document), errors: matches.errors }).toEqual({ ok: true, errors: null });
      }),
      { numRuns: 150 },
    );
  });

  it("refuses every policy with a required member deleted or an unknown one inserted", () => {
    fc.assert(
      fc.property(policyArbitrary, fc.nat(), ({ document }, choice) => {
        const required = requiredMembers(document);
        const path = required[choice % required.length] ?? [];
        const without = changed(document, path.slice(0, -1), (object) =>
          Object.fromEntries(Object.entries(object).filter(([name]) => name !== path.at(-1))),
        );
        const objects = objectsIn(document);
        const place = objects[choice % objects.length] ?? [];
        const withMore = changed(document, place, (object) => ({ ...object, unknown_member: 1 }));
        expect([matches(without), matches(withMore)]).toEqual([false, false]);
      }),
      { numRuns: 150 },
    );
  });

  it("refuses conditions of a wrong shape, with unknown operators, or with two of them", () => {
    const shapes = refusedConditions.filter(([, , code]) => ["POL-014", "POL-015"].includes(code));
    expect(shapes.length).toBeGreaterThan(5);
    expect(shapes.filter(([, document]) => matches(document)).map(([title]) => title)).toEqual([]);
  });

  it("refuses the demands on an origin that parsePolicy refuses, but for what other signals decide", () => {
    const decidedByOthers = /subject (?:\{|called)|undeclared subject|itself as subject/;
    const shapes = refusedProvenance.filter(([title]) => !decidedByOthers.test(title));
    expect(shapes.length).toBeGreaterThan(15);
    expect(shapes.filter(([, document]) => matches(document)).map(([title]) => title)).toEqual([]);
  });

  it("refuses lists and formats of a wrong shape", () => {
    const shapes = refusedDeclarations.filter(([title]) => /list|maxItems|format/.test(title));
    const accepted = shapes.filter(([, document]) => matches(document)).map(([title]) => title);
    expect(shapes.length).toBeGreaterThan(15);
    // Bounds are compared by parsePolicy alone.
    expect(accepted).toEqual(["list items with a wrong keyword"]);
  });
});

describe("the published schema in an editor", () => {
  it("is the committed file, word for word", () => {
    const file = readFileSync(new URL("../schema/policy.schema.json", import.meta.url));
    expect(parseStrict(file)).toEqual(policyDocumentSchema);
  });

  it("says of every member what it is", () => {
    const silent = memberSchemas(policyDocumentSchema, "").filter(
      ([, schema]) => !["description", "title", "const", "$ref"].some((keyword) => keyword in schema),
    );
    expect(silent.map(([place]) => place)).toEqual([]);
  });

  it("knows every operator, and says what it compares", () => {
    const leaf = JSON.stringify(policyDocumentSchema.definitions);
    for (const operator of operators) expect(leaf).toMatch(new RegExp(`"${operator}":\\{"description":"`));
  });
});

/** Every schema of a named member, with its place. */
function memberSchemas(schema: unknown, place: string): [string, object][] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, part]: [string, unknown]): [string, object][] => {
    const here = `${place}/${keyword}`;
    if (keyword !== "properties") return memberSchemas(part, here);
    return Object.entries(part as Record<string, object>).flatMap(([name, member]) => [
      [`${here}/${name}`, member],
      ...memberSchemas(member, `${here}/${name}`),
    ]);
  });
}
