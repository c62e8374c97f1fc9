import { type JsonObject, type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import type { Policy, PolicyName, SignalType } from "@parmanasystems/governance";
import { loadPolicyBundle, readTrustRoot } from "@parmanasystems/governance/node";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";
import { nameOfInput, parseFile } from "./parse-file.js";
import { readInput } from "./read-input.js";

export interface SignalsOptions {
  /** A JSON file of signals, or "-" for standard input. */
  readonly signals?: string;
  /** Single signals, `name=value`. */
  readonly signal?: readonly string[];
}

/** What a command was given: signals as JSON, and others as they were typed. */
export interface GivenSignals {
  readonly json: JsonObject;
  readonly typed: ReadonlyMap<string, string>;
}

/** @throws CliError CLI-001, CLI-004; CanonicalError for bad JSON */
export function readSignals({ signals, signal = [] }: SignalsOptions): GivenSignals {
  if (signals === undefined && signal.length === 0) {
    throw new CliError("CLI-001", "No signals were given; use --signals <file> or --signal name=value.");
  }
  const json = signals === undefined ? {} : readSignalsFile(signals);
  const typed = new Map<string, string>();
  for (const assignment of signal) {
    const at = assignment.indexOf("=");
    if (at < 1) throw new CliError("CLI-001", `"${assignment.slice(0, 40)}" is not of the form name=value.`);
    const name = assignment.slice(0, at);
    if (typed.has(name) || Object.hasOwn(json, name)) {
      throw new CliError("CLI-001", `The signal ${name} was given twice.`);
    }
    typed.set(name, assignment.slice(at + 1));
  }
  return { json, typed };
}

/**
 * Reads what was typed as the policy in the home declares it: a decimal, a date or a text needs no quotes within the
 * quotes; a list is a JSON array.
 */
export async function typeSignals(
  home: Home,
  { policyId, policyVersion }: PolicyName,
  given: GivenSignals,
): Promise<JsonObject> {
  if (given.typed.size === 0) return given.json;
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const { policiesRootPath } = home.environment;
  const { policy } = await loadPolicyBundle(policiesRootPath, policyId, policyVersion, trustRoot);
  return typeSignalsFor(policy, given);
}

/** The same for a policy that is at hand. */
export function typeSignalsFor(policy: Policy, { json, typed }: GivenSignals): JsonObject {
  const values = [...typed].map(([name, text]): [string, JsonValue] => [
    name,
    readValue(text, policy.signals.get(name)?.type),
  ]);
  return Object.fromEntries([...Object.entries(json), ...values]);
}

function readValue(text: string, type: SignalType | undefined): JsonValue {
  switch (type) {
    case "boolean":
    case "integer":
    case "number":
    case "list":
      return jsonOrText(text);
    case "decimal":
    case "string":
    case "enum":
    case "date":
    case "timestamp":
    case undefined:
      return text;
  }
}

/** What is no JSON stays a text, and is refused by name when the signals are validated. */
function jsonOrText(text: string): JsonValue {
  try {
    return parseStrict(text);
  } catch (error) {
    if (ParmanaError.isInstance(error)) return text;
    throw error;
  }
}

function readSignalsFile(path: string): JsonObject {
  const value = parseFile(path, readInput(path));
  if (!isObject(value))
    throw new CliError(
      "CLI-001",
      `The signals in ${nameOfInput(path)} must be one JSON object, name to value.`,
    );
  return value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
