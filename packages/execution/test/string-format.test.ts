import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StringFormat, validateSignals } from "@parmanasystems/governance";
import { formatTest } from "../src/string-format.js";
import { codeOf } from "./code-of.js";
import { policyOf } from "./fixtures.js";

const label63 = "a".repeat(63);
const texts: Readonly<Record<StringFormat, readonly (readonly [text: string, expected: boolean])[]>> = {
  email: [
    ["a@b", true],
    ["first.last+tag@mail.example", true],
    ["!#$%&'*+/=?^_`{|}~-@b", true],
    [`${"a".repeat(64)}@b`, true],
    [`${"a".repeat(65)}@b`, false],
    [`a@${[label63, label63, label63, "a".repeat(60)].join(".")}`, true],
    [`a@${[label63, label63, label63, "a".repeat(61)].join(".")}`, false],
    ["", false],
    ["a", false],
    ["@b", false],
    ["a@", false],
    ["a@b@c", false],
    [".a@b", false],
    ["a.@b", false],
    ["a..b@c", false],
    ["a b@c", false],
    ['"a"@b', false],
    ["a@[192.0.2.1]", false],
    ["a@B", false],
    ["\u00e9@b", false],
    ["a@1.2", false],
    ["a@b\n", false],
  ],
  hostname: [
    ["a", true],
    ["xn--nxasmq6b.example", true],
    ["1a.2b", true],
    ["1.a", true],
    [label63, true],
    [`${label63}a`, false],
    [[label63, label63, label63, "a".repeat(61)].join("."), true],
    [[label63, label63, label63, "a".repeat(62)].join("."), false],
    ["", false],
    [".", false],
    ["a.", false],
    [".a", false],
    ["a..b", false],
    ["-a", false],
    ["a-", false],
    ["A", false],
    ["a_b", false],
    ["1", false],
    ["a.1", false],
    ["192.0.2.1", false],
    ["a\n", false],
  ],
  ipv4: [
    ["0.0.0.0", true],
    ["255.255.255.255", true],
    ["192.0.2.1", true],
    ["256.0.0.0", false],
    ["01.0.0.0", false],
    ["1.2.3", false],
    ["1.2.3.4.5", false],
    ["1.2.3.", false],
    ["1.2.3.-4", false],
    ["1.2.3.4\n", false],
    [" 1.2.3.4", false],
    ["0x1.2.3.4", false],
    ["", false],
  ],
  uuid: [
    ["00000000-0000-0000-0000-000000000000", true],
    ["0190b2c4-11aa-7abc-8def-0123456789ab", true],
    ["0190B2C4-11AA-7ABC-8DEF-0123456789AB", false],
    ["0190b2c411aa7abc8def0123456789ab", false],
    ["{0190b2c4-11aa-7abc-8def-0123456789ab}", false],
    ["0190b2c4-11aa-7abc-8def-0123456789a", false],
    ["0190b2c4-11aa-7abc-8def-0123456789abc", false],
    ["g190b2c4-11aa-7abc-8def-0123456789ab", false],
    ["", false],
  ],
};

const formats = ["email", "hostname", "ipv4", "uuid"] as const;

function validated(format: StringFormat): (text: string) => boolean {
  const policy = policyOf({
    policyId: "format",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { x: { type: "string", format } },
    rules: [
      {
        id: "all",
        condition: { all: [] },
        outcome: { decision: "approved", action: "approve", reason: "ok" },
      },
    ],
  });
  return (text) => codeOf(() => validateSignals(policy, { x: text })) === undefined;
}

describe.each(formats)("the format %s", (format) => {
  const test = formatTest(format);
  const expected = validated(format);

  it.each(texts[format])("%j: %s", (text, verdict) => {
    expect(test(text)).toBe(verdict);
    expect(expected(text)).toBe(verdict);
  });

  it("is the one that validateSignals knows", () => {
    const known = texts[format].map(([text]) => text);
    const piece = fc.oneof(
      fc.constantFrom(
        "a",
        "z",
        "0",
        "9",
        "f",
        "A",
        "-",
        ".",
        "@",
        "_",
        "+",
        " ",
        "\u00e9",
        "25",
        "255",
        "256",
      ),
      fc.constantFrom(...known),
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
      // One character of a known text changed.
      fc
        .tuple(fc.constantFrom(...known), fc.nat(), piece)
        .map(
          ([one, at, other]) =>
            one.slice(0, at % (one.length + 1)) + other + one.slice((at % (one.length + 1)) + 1),
        ),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect([candidate, test(candidate)]).toEqual([candidate, expected(candidate)]);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a format that is none of the language", () => {
  it("is INV-055", () => {
    expect(codeOf(() => formatTest("uri" as StringFormat))).toBe("INV-055");
  });
});
