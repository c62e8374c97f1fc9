import {
  decodeUtf8,
  type JsonObject,
  type JsonValue,
  ParmanaError,
  parseStrict,
} from "@parmanasystems/canonical";
import { locatePointer, type Policy } from "@parmanasystems/governance";
import { PolicyAnalysisError } from "../errors.js";
import { pointerTo } from "../json-pointer.js";
import { CaseDefect } from "./case-defect.js";
import { changeSignals, closedObject, member, optionalList, readSignals } from "./case-members.js";
import { caseLimits, type CoverageTerms, type PolicyCase, type PolicyCases } from "./policy-cases.js";
import { readCase } from "./read-case.js";
import { readTable } from "./read-table.js";

/** Whose cases these are, and the file that messages name. */
export interface CasesSource {
  readonly policy?: Pick<Policy, "policyId">;
  readonly file?: string;
}

/**
 * Reads a policy.test.json. What its cases send is not judged here: that is what running them shows.
 * @throws PolicyAnalysisError POL-060 to POL-064; details: file, pointer, line, column
 */
export function parseCases(bytes: Uint8Array, source: CasesSource = {}): PolicyCases {
  const document = parseDocument(bytes, source);
  try {
    return readCases(document, source);
  } catch (error) {
    if (error instanceof CaseDefect) throw locate(error, bytes, source);
    throw error;
  }
}

function parseDocument(bytes: Uint8Array, source: CasesSource): JsonValue {
  try {
    return parseStrict(bytes, { maxBytes: caseLimits.fileBytes });
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    const { line, column, pointer } = cause.details;
    throw new PolicyAnalysisError("POL-060", `${nameOf(source)} is not strict JSON: ${cause.message}`, {
      cause,
      details: { ...fileOf(source), line, column, pointer },
    });
  }
}

function readCases(document: JsonValue, { policy }: CasesSource): PolicyCases {
  const members = closedObject(document, "", {
    required: [],
    optional: ["policyId", "defaults", "cases", "tables", "coverage"],
  });
  requirePolicyId(members, policy?.policyId);
  const defaults = changeSignals({}, readSignals(members, "defaults", ""));
  const coverage = readCoverage(member(members, "coverage"), "/coverage");
  const cases: PolicyCase[] = [];
  const names = new Set<string>();
  const add = (policyCase: PolicyCase): void => {
    const { name, pointer } = policyCase;
    if (names.has(name)) throw new CaseDefect(pointer, `there is a case "${name}" already`, "POL-064");
    names.add(name);
    cases.push(Object.freeze(policyCase));
    if (cases.length > caseLimits.cases) {
      throw new CaseDefect(pointer, `there are at most ${caseLimits.cases} cases`, "POL-063");
    }
  };
  optionalList(members, "cases", "").forEach((value, index) => {
    readCase(value, pointerTo("/cases", index), defaults, add);
  });
  optionalList(members, "tables", "").forEach((value, index) => {
    readTable(value, pointerTo("/tables", index), defaults, add);
  });
  // Tests that cannot fail would look like tests that pass.
  if (cases.length === 0) throw new CaseDefect("", "expected at least one case, in cases or tables");
  return Object.freeze({ cases: Object.freeze(cases), defaults, coverage });
}

function requirePolicyId(members: JsonObject, expected: string | undefined): void {
  const policyId = member(members, "policyId");
  if (policyId === undefined) return;
  if (typeof policyId !== "string") throw new CaseDefect("/policyId", "expected the id of the policy");
  if (expected !== undefined && policyId !== expected) {
    throw new CaseDefect("/policyId", `these are the tests of another policy than ${expected}`, "POL-062");
  }
}

function readCoverage(value: JsonValue | undefined, pointer: string): CoverageTerms {
  if (value === undefined) return Object.freeze({ rules: 0, conditions: 0 });
  const terms = closedObject(value, pointer, { required: [], optional: ["rules", "conditions"] });
  return Object.freeze({
    rules: readShare(member(terms, "rules"), pointerTo(pointer, "rules")),
    conditions: readShare(member(terms, "conditions"), pointerTo(pointer, "conditions")),
  });
}

function readShare(value: JsonValue | undefined, pointer: string): number {
  if (value === undefined) return 0;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new CaseDefect(pointer, "expected a share from 0 to 1");
}

function locate(defect: CaseDefect, bytes: Uint8Array, source: CasesSource): PolicyAnalysisError {
  const { line, column } = locatePointer(decodeUtf8(bytes), defect.pointer);
  const place = defect.pointer === "" ? "top level" : defect.pointer;
  return new PolicyAnalysisError(
    defect.code,
    `${nameOf(source)}:${line}:${column} (${place}): ${defect.message}.`,
    { details: { ...fileOf(source), pointer: defect.pointer, line, column } },
  );
}

function nameOf({ file }: CasesSource): string {
  return file ?? "policy.test.json";
}

function fileOf({ file }: CasesSource): { file?: string } {
  return file === undefined ? {} : { file };
}
