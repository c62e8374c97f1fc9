import type { Policy } from "@parmanasystems/governance";
import { spellCaseOutcome, spellCoverage, spellDifference } from "./spell-report.js";
import type { CaseResult, CasesReport } from "./cases-report.js";

/**
 * The report as JUnit XML, which build servers show: one test case for each case, and one for each share that must be
 * covered. It holds no time and no machine's name, so that equal runs give equal bytes.
 */
export function junitReport(
  policy: Pick<Policy, "policyId" | "policyVersion">,
  { results, coverage }: CasesReport,
): string {
  const suite = `${policy.policyId}@${policy.policyVersion}`;
  const shares = (["rules", "conditions"] as const)
    .filter((part) => coverage[part].required > 0)
    .map((part): TestCase => {
      const failed = coverage[part].share < coverage[part].required;
      const text = spellCoverage(part, coverage[part]);
      return {
        name: `coverage of ${part}`,
        ...(failed && { failure: { type: "coverage", message: text, text } }),
      };
    });
  const cases = [...results.map(testCaseOf), ...shares];
  const counts = `tests="${cases.length}" failures="${cases.filter(({ failure }) => failure !== undefined).length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="parmana policy test" ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts} errors="0" skipped="0">`,
    ...cases.map((each) => spellTestCase(suite, each)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

interface TestCase {
  readonly name: string;
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string };
}

function testCaseOf({ case: { name }, actual, difference }: CaseResult): TestCase {
  if (difference === undefined) return { name };
  return {
    name,
    failure: {
      type: difference.member,
      message: spellDifference(difference),
      text: spellCaseOutcome(actual),
    },
  };
}

function spellTestCase(suite: string, { name, failure }: TestCase): string {
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  if (failure === undefined) return `${head}/>`;
  const { type, message, text } = failure;
  return [
    `${head}>`,
    `      <failure type="${escapeXml(type)}" message="${escapeXml(message)}">${escapeXml(text)}</failure>`,
    "    </testcase>",
  ].join("\n");
}

/** The text as that of an element or attribute. What XML 1.0 section 2.2 has no character for becomes U+FFFD. */
export function escapeXml(text: string): string {
  return Array.from(text, (character) =>
    isXmlCharacter(character.codePointAt(0) ?? 0) ? character : "\ufffd",
  )
    .join("")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\r", "&#13;");
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}
