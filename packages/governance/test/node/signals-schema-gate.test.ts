import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSignalsSchema } from "../../src/node/signals-schema-gate.js";
import { GovernanceError } from "../../src/errors.js";
import { parsePolicy } from "../../src/parse-policy.js";
import { validateSignals } from "../../src/validate-signals.js";
import { catchAll, exampleDocument, withSignals } from "../example-policy.js";
import {
  character,
  declarationsArbitrary,
  documentBytes,
  signalsSchemaOf,
  valueArbitrary,
} from "../policy-arbitrary.js";

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

  it("knows each format by code of its own", () => {
    const tries = (format: string, texts: readonly string[]): readonly boolean[] =>
      texts.map(compiled({ type: "string", format }));
    expect(
      tries("email", ["a.b@example.com", "a..b@example.com", "a@b@c", "a@1.2", `a@${"b".repeat(64)}`]),
    ).toEqual([true, false, false, false, false]);
    expect(tries("hostname", ["a-1.example", "-a.example", "a.example.", "A.example"])).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(tries("ipv4", ["192.0.2.255", "192.0.2.256", "192.0.2.01", "1.2.3"])).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const uuid = "2eb8aa08-aa98-11ea-b4aa-73b441d16380";
    expect(tries("uuid", [uuid, uuid.toUpperCase(), uuid.slice(1), `${uuid}\n`])).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("checks every item of a list, and how many there are", () => {
    const accepts = compiled({
      type: "list",
      items: { type: "decimal", scale: 1 },
      minItems: 1,
      maxItems: 2,
    });
    expect(
      [["1.0"], ["1.0", "1.0"], [], ["1.0", "1"], ["1.0", "1.0", "1.0"], "1.0", { 0: "1.0" }].map(accepts),
    ).toEqual([true, true, false, false, false, false, false]);
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

describe("validateSignals and Ajv on the published schema of the signals", () => {
  const oddValues = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      "",
      0,
      1,
      -1,
      0.5,
      "0",
      "1.0",
      "-0.00",
      "2026-02-30",
      "2026-02-28",
      [],
      {},
    ),
    fc.constantFrom<unknown>(
      "2026-02-30T00:00:00.000Z",
      "2026-02-28T00:00:00.000Z",
      "1969-12-31T23:59:59.999Z",
    ),
    fc.integer({ min: -12, max: 12 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: character, maxLength: 14 }),
    fc.bigInt({ min: -(10n ** 32n), max: 10n ** 32n }).map(String),
    fc.stringMatching(/^-?[0-9]{1,3}\.[0-9]{1,9}$/),
    fc.stringMatching(/^[aB1.@-]{1,9}$/),
    fc.stringMatching(/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/),
    fc.uuid().map((text) => text.toUpperCase()),
    fc.array(fc.constantFrom<unknown>(0, 1, -0, "", "a", "1.0", true, null, []), { maxLength: 4 }),
    fc.jsonValue(),
  );

  const cases = declarationsArbitrary.chain((declarations) =>
    fc.record({
      declarations: fc.constant(declarations),
      signals: fc.array(
        fc.tuple(
          ...[...declarations].map(([name, declaration]) =>
            fc.oneof(
              {
                weight: 12,
                arbitrary: valueArbitrary(declaration).map((value) => [[name, value as unknown]]),
              },
              { weight: 2, arbitrary: oddValues.map((value) => [[name, value]]) },
              { weight: 1, arbitrary: fc.constant([]) },
              {
                weight: 1,
                arbitrary: oddValues.map((value) => [
                  [name, value],
                  ["undeclared", value],
                ]),
              },
            ),
          ),
        ),
        { minLength: 1, maxLength: 12 },
      ),
    }),
  );

  it("accept and refuse the same signals", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(cases, ({ declarations, signals }) => {
        const document = {
          ...exampleDocument(),
          signalsSchema: signalsSchemaOf(declarations),
          rules: [catchAll()],
        };
        const policy = parsePolicy(documentBytes(document));
        const acceptedByAjv = compileSignalsSchema(policy);
        for (const entries of signals) {
          const given = Object.fromEntries(entries.flat() as [string, unknown][]);
          const ours = accepts(() => validateSignals(policy, given));
          seen[ours ? "accepted" : "refused"] += 1;
          expect({ given, accepted: ours }).toEqual({ given, accepted: acceptedByAjv(given) });
        }
      }),
      { numRuns: 150 },
    );
    // Were all of one kind, the agreement would say little.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });
});

function accepts(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof GovernanceError) return false;
    throw error;
  }
}
