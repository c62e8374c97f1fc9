import { spawnSync } from "node:child_process";
import type { JsonValue } from "@parmanasystems/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { junitReport } from "../../src/cases/junit-report.js";
import { parseCases } from "../../src/cases/parse-cases.js";
import { runCases } from "../../src/cases/run-cases.js";
import { bytesOf, claims, policyOf, rule } from "../policies.js";
import { parseXml } from "@parmanasystems/testkit";

function junit(document: JsonValue): string {
  return junitReport(claims(), runCases(claims(), parseCases(bytesOf(document))));
}

const document = {
  defaults: { amount: 10, risk: 10 },
  cases: [
    { name: "good", expect: { decision: "approved" } },
    { name: 'bad <&> "quoted"', expect: { decision: "rejected" } },
  ],
  coverage: { rules: 1 },
};

describe("The JUnit report", () => {
  it("has a test case for each case, and one for each share that is demanded", () => {
    expect(junit(document)).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="parmana policy test" tests="3" failures="2">',
        '  <testsuite name="tried@1.0.0" tests="3" failures="2" errors="0" skipped="0">',
        '    <testcase classname="tried@1.0.0" name="good"/>',
        '    <testcase classname="tried@1.0.0" name="bad &lt;&amp;&gt; &quot;quoted&quot;">',
        '      <failure type="decision" message="decision: expected rejected, got approved">approved by rule small, action do_approved: because of small</failure>',
        "    </testcase>",
        '    <testcase classname="tried@1.0.0" name="coverage of rules">',
        '      <failure type="coverage" message="rules: 1 of 3 covered (33 %), 100 % must be">rules: 1 of 3 covered (33 %), 100 % must be</failure>',
        "    </testcase>",
        "  </testsuite>",
        "</testsuites>",
        "",
      ].join("\n"),
    );
  });

  it("is the same, byte for byte, for the same tests", () => {
    expect(junit(document)).toBe(junit(document));
  });

  it("stays well-formed whatever the texts of a policy hold", () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, (note) => {
        const policy = policyOf({ note: { type: "string", maxLength: 40 } }, [
          rule("r", { signal: "note", equals: note }),
        ]);
        const cases = parseCases(
          bytesOf({
            cases: [
              {
                name: "reason",
                signals: { note: "" },
                expect: { decision: "pending_override", reason: note },
              },
              { name: "each", each: { note: [note] }, expect: { decision: "rejected" } },
            ],
          }),
        );
        const { root } = parseXml(junitReport(policy, runCases(policy, cases)));
        expect(root.children[0]?.children).toHaveLength(2);
      }),
    );
  });

  it("is XML to a parser of others", ({ skip }) => {
    const script =
      "import sys, xml.dom.minidom as m; print(len(m.parseString(sys.stdin.buffer.read()).getElementsByTagName('testcase')))";
    const { error, stdout } = spawnSync("python3", ["-c", script], {
      input: junit(document),
      encoding: "utf8",
    });
    if (error !== undefined) skip("python3 is not here to parse it");
    expect(stdout.trim()).toBe("3");
  });
});
