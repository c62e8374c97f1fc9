import { shorten } from "@parmanasystems/canonical";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { GovernanceError, type GovernanceErrorCode } from "./errors.js";
import type { Policy, SignalDeclaration, SignalType } from "./policy.js";
import { readList } from "./policy/list-value.js";
import { suggestion } from "./policy/nearest-name.js";
import { acceptsScalar, describeExpected } from "./policy/scalar-value.js";

const CODES: Readonly<Record<SignalType, GovernanceErrorCode>> = {
  number: "VAL-005",
  boolean: "VAL-006",
  integer: "VAL-007",
  string: "VAL-008",
  enum: "VAL-009",
  decimal: "VAL-010",
  date: "VAL-011",
  timestamp: "VAL-012",
  list: "VAL-013",
};

/** How many wrong signals an error lists. */
const PROBLEMS = 20;

/** What is wrong with one signal. */
interface Problem {
  readonly code: GovernanceErrorCode;
  readonly message: string;
  readonly details: { readonly signal: string; readonly [member: string]: unknown };
}

type Reading = { readonly value: SignalValue } | { readonly value?: undefined; readonly wrongItem?: number };

/**
 * Checks signals against the policy's declarations and returns them as a frozen, null-prototype copy.
 * Own properties only; each value is read once; no code is generated, so a strict CSP is no obstacle.
 * The code is that of the first wrong signal: undeclared ones by name, then the others as they are declared.
 * @throws GovernanceError VAL-003 to VAL-013; details: signal, expected, index of a list's item, and problems, a list
 * of the first 20 wrong signals, each {code, signal, message}
 */
export function validateSignals(
  policy: Policy,
  signals: SignalValues | Record<string, unknown>,
): SignalValues {
  const own = ownNames(signals);
  const problems = undeclaredNames(policy, own).map((name) => undeclared(policy, name));
  const values = Object.create(null) as Record<string, SignalValue>;
  for (const [name, declaration] of policy.signals) {
    if (own.has(name)) {
      const given = readOnce(signals, name);
      const reading = readValue(declaration, given);
      if (reading.value === undefined) problems.push(mismatch(name, declaration, given, reading.wrongItem));
      else values[name] = reading.value;
    } else if (!declaration.optional) {
      problems.push(missing(policy, name, declaration));
    }
  }
  const [first] = problems;
  if (first !== undefined) throw refusal(first, problems);
  return Object.freeze(values);
}

// Reflect.ownKeys also sees symbols and non-enumerable properties: nothing rides along unnoticed.
function ownNames(signals: unknown): ReadonlySet<string | symbol> {
  if (typeof signals !== "object" || signals === null || isArray(signals)) {
    throw new GovernanceError("VAL-004", "Signals must be an object whose members are the signals.");
  }
  try {
    return new Set(Reflect.ownKeys(signals));
  } catch (cause) {
    throw new GovernanceError("VAL-004", "Signals must be a plain object whose members can be listed.", {
      cause,
    });
  }
}

/** In the order of code units, so that the error does not depend on the order of members. */
function undeclaredNames(policy: Policy, own: ReadonlySet<string | symbol>): readonly string[] {
  const names: string[] = [];
  for (const name of own) if (typeof name !== "string" || !policy.signals.has(name)) names.push(String(name));
  return names.sort().slice(0, PROBLEMS);
}

/** A getter or proxy trap that throws yields no value, which no declaration accepts. */
function readOnce(signals: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return signals[name];
  } catch {
    return undefined;
  }
}

function readValue(declaration: SignalDeclaration, given: unknown): Reading {
  if (declaration.type === "list") {
    const reading = readList(declaration, given);
    return reading.list === undefined ? reading : { value: reading.list };
  }
  if (!acceptsScalar(declaration, given)) return {};
  return { value: given === 0 ? 0 : given }; // -0 becomes 0, as it does in canonical JSON
}

function undeclared({ policyId, policyVersion, signals }: Policy, name: string): Problem {
  const near = suggestion(name, signals.keys());
  return {
    code: "VAL-003",
    message: `Signal ${shorten(name)} is not declared by policy ${policyId} ${policyVersion}${near}; only declared signals are accepted.`,
    details: { signal: name.slice(0, 64), policyId, policyVersion },
  };
}

function missing(
  { policyId, policyVersion }: Policy,
  signal: string,
  declaration: SignalDeclaration,
): Problem {
  const expected = describeExpected(declaration);
  return {
    code: "VAL-004",
    message: `Signal "${signal}" is missing; policy ${policyId} ${policyVersion} needs ${expected}.`,
    details: { signal, expected, policyId, policyVersion },
  };
}

// The value itself stays out of the message: signals are often personal data, and messages end in logs.
function mismatch(
  signal: string,
  declaration: SignalDeclaration,
  given: unknown,
  index: number | undefined,
): Problem {
  const expected = describeExpected(declaration);
  const kind = kindOf(given);
  const wrong = index === undefined ? `the given ${kind} is not` : `item ${index} of the given list is not`;
  return {
    code: CODES[declaration.type],
    message: `Signal "${signal}" must be ${expected}; ${wrong}.`,
    details: { signal, expected, given: kind, ...(index !== undefined && { index }) },
  };
}

function refusal(first: Problem, problems: readonly Problem[]): GovernanceError {
  const listed = problems
    .slice(0, PROBLEMS)
    .map(({ code, message, details }) => ({ code, signal: details.signal, message }));
  return new GovernanceError(first.code, first.message, { details: { ...first.details, problems: listed } });
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return isArray(value) ? "array" : typeof value;
}

/** Array.isArray throws on a revoked proxy. */
function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
