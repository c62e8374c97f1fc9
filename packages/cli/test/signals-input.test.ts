import { encodeUtf8 } from "@parmanasystems/canonical";
import { parsePolicy, validateSignals } from "@parmanasystems/governance";
import { describe, expect, it } from "vitest";
import { readSignals, typeSignalsFor } from "../src/signals-input.js";

const declarations = {
  open: { type: "boolean" },
  count: { type: "integer", minimum: -9, maximum: 9 },
  ratio: { type: "number" },
  price: { type: "decimal", scale: 2 },
  name: { type: "string" },
  color: { type: "enum", values: ["red", "true"] },
  day: { type: "date" },
  instant: { type: "timestamp" },
  tags: { type: "list", items: { type: "string" }, maxItems: 3 },
  prices: { type: "list", items: { type: "decimal", scale: 2 }, maxItems: 3 },
};

const policy = parsePolicy(
  encodeUtf8(
    JSON.stringify({
      policyId: "typed",
      policyVersion: "1.0.0",
      schemaVersion: "1.0.0",
      signalsSchema: declarations,
      rules: [
        {
          id: "catch-all",
          condition: { all: [] },
          outcome: { decision: "rejected", action: "none", reason: "nothing" },
        },
      ],
    }),
  ),
);

const typed = (...signal: string[]): unknown => typeSignalsFor(policy, readSignals({ signal }));

const valid = [
  "open=true",
  "count=-3",
  "ratio=0.25",
  "price=12.50",
  "name=123",
  "color=true",
  "day=2026-11-20",
  "instant=2026-11-20T12:00:00.000Z",
];

describe("signals as they are typed on the command line", () => {
  it("are read as the policy declares them; a list is a JSON array", () => {
    const signals = typeSignalsFor(
      policy,
      readSignals({ signal: [...valid, 'tags=["a","b,c"]', 'prices=["1.00"]'] }),
    );
    expect(signals).toEqual({
      open: true,
      count: -3,
      ratio: 0.25,
      price: "12.50",
      name: "123",
      color: "true",
      day: "2026-11-20",
      instant: "2026-11-20T12:00:00.000Z",
      tags: ["a", "b,c"],
      prices: ["1.00"],
    });
    expect(validateSignals(policy, signals)).toMatchObject({ tags: ["a", "b,c"], prices: ["1.00"] });
  });

  it("keep a list that is no strict JSON as text, so that it is refused by name", () => {
    for (const text of ["a,b", "[a]", '["a",]', '["a"] ["b"]', "", '["\\ud800"]']) {
      const signals = typeSignalsFor(
        policy,
        readSignals({ signal: [...valid, `tags=${text}`, "prices=[]"] }),
      );
      expect(signals["tags"]).toBe(text);
      expect(() => validateSignals(policy, signals)).toThrow(
        expect.objectContaining({
          code: "VAL-013",
          details: expect.objectContaining({ signal: "tags" }) as unknown,
        }),
      );
    }
  });

  it("convert nothing: items of another type are refused, not made text", () => {
    const signals = typeSignalsFor(
      policy,
      readSignals({ signal: [...valid, "tags=[]", 'prices=["1.00",2.00]'] }),
    );
    expect(() => validateSignals(policy, signals)).toThrow(
      expect.objectContaining({ code: "VAL-013", details: expect.objectContaining({ index: 1 }) as unknown }),
    );
  });

  it("may hold = in the value, and are text where the policy declares nothing", () => {
    expect(typed("name=a=b", "unknown=[1]")).toEqual({ name: "a=b", unknown: "[1]" });
  });

  it("are refused with CLI-001 when they have no name or come twice", () => {
    for (const signal of [["count"], ["=1"], ["count=1", "count=2"]])
      expect(() => typed(...signal)).toThrow(expect.objectContaining({ code: "CLI-001" }));
    expect(() => readSignals({})).toThrow(expect.objectContaining({ code: "CLI-001" }));
  });
});
