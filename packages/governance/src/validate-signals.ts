import { shorten } from "@parmanasystems/canonical";
import type { SignalValue, SignalValues } from "@parmanasystems/provenance";
import { GovernanceError, type GovernanceErrorCode } from "./errors.js";
import type { Policy, SignalDeclaration, SignalType } from "./policy.js";
import { acceptsValue, describeExpected } from "./policy/scalar-value.js";

const CODES: Readonly<Record<SignalType, GovernanceErrorCode>> = {
  number: "VAL-005",
  boolean: "VAL-006",
  integer: "VAL-007",
  string: "VAL-008",
  enum: "VAL-009",
  decimal: "VAL-010",
  date: "VAL-011",
  timestamp: "VAL-012",
};

/**
 * Checks signals against the policy's declarations and returns them as a frozen, null-prototype copy.
 * Own properties only; each value is read once; no code is generated, so a strict CSP is no obstacle.
 * @throws GovernanceError VAL-003 to VAL-012; details: signal, expected
 */
export function validateSignals(
  policy: Policy,
  signals: SignalValues | Record<string, unknown>,
): SignalValues {
  requireDeclaredNames(policy, signals);
  const values = Object.create(null) as Record<string, SignalValue>;
  for (const [name, declaration] of policy.signals) {
    if (Object.hasOwn(signals, name)) {
      const value = readOnce(signals, name);
      if (!acceptsValue(declaration, value)) throw mismatch(name, declaration, value);
      values[name] = value === 0 ? 0 : value; // -0 becomes 0, as it does in canonical JSON
    } else if (!declaration.optional) {
      throw missing(policy, name, declaration);
    }
  }
  return Object.freeze(values);
}

// Reflect.ownKeys also sees symbols and non-enumerable properties: nothing rides along unnoticed.
function requireDeclaredNames(policy: Policy, signals: unknown): void {
  if (typeof signals !== "object" || signals === null || Array.isArray(signals)) {
    throw new GovernanceError("VAL-004", "Signals must be an object whose members are the signals.");
  }
  const undeclared = ownNames(signals).filter(
    (name) => typeof name !== "string" || !policy.signals.has(name),
  );
  if (undeclared.length === 0) return;
  // The first in code-unit order, so that the message does not depend on the order of members.
  const [signal = ""] = undeclared.map(String).sort();
  const { policyId, policyVersion } = policy;
  throw new GovernanceError(
    "VAL-003",
    `Signal ${shorten(signal)} is not declared by policy ${policyId} ${policyVersion}; only declared signals are accepted.`,
    { details: { signal: signal.slice(0, 64), policyId, policyVersion } },
  );
}

function ownNames(signals: object): readonly (string | symbol)[] {
  try {
    return Reflect.ownKeys(signals);
  } catch (cause) {
    throw new GovernanceError("VAL-004", "Signals must be a plain object whose members can be listed.", {
      cause,
    });
  }
}

/** A getter or proxy trap that throws yields no value, which no declaration accepts. */
function readOnce(signals: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return signals[name];
  } catch {
    return undefined;
  }
}

function missing(
  { policyId, policyVersion }: Policy,
  signal: string,
  declaration: SignalDeclaration,
): GovernanceError {
  const expected = describeExpected(declaration);
  return new GovernanceError(
    "VAL-004",
    `Signal "${signal}" is missing; policy ${policyId} ${policyVersion} needs ${expected}.`,
    { details: { signal, expected, policyId, policyVersion } },
  );
}

// The value itself stays out of the message: signals are often personal data, and messages end in logs.
function mismatch(signal: string, declaration: SignalDeclaration, value: unknown): GovernanceError {
  const expected = describeExpected(declaration);
  return new GovernanceError(
    CODES[declaration.type],
    `Signal "${signal}" must be ${expected}; the given ${kindOf(value)} is not.`,
    { details: { signal, expected, given: kindOf(value) } },
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
