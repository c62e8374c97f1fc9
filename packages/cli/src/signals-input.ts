import { type JsonObject, type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import { CliError } from "./errors.js";
import { readInput } from "./read-input.js";

export interface SignalsOptions {
  /** A JSON file of signals, or "-" for standard input. */
  readonly signals?: string;
  /** Single signals, `name=value`; the value is JSON, or else taken as a string. */
  readonly signal?: readonly string[];
}

/** Collects the signals a command was given. @throws CliError CLI-001, CLI-004; CanonicalError for bad JSON */
export function readSignals({ signals, signal = [] }: SignalsOptions): JsonObject {
  if (signals === undefined && signal.length === 0) {
    throw new CliError("CLI-001", "No signals were given; use --signals <file> or --signal name=value.");
  }
  const fromFile = signals === undefined ? {} : readSignalsFile(signals);
  const single = signal.map(readAssignment);
  const names = new Set(Object.keys(fromFile));
  for (const [name] of single) {
    if (names.has(name)) throw new CliError("CLI-001", `The signal ${name} was given twice.`);
    names.add(name);
  }
  return Object.fromEntries([...Object.entries(fromFile), ...single]);
}

function readSignalsFile(path: string): JsonObject {
  const value = parseStrict(readInput(path));
  if (!isObject(value)) throw new CliError("CLI-001", "The signals must be one JSON object, name to value.");
  return value;
}

function readAssignment(text: string): [string, JsonValue] {
  const at = text.indexOf("=");
  if (at < 1) throw new CliError("CLI-001", `"${text.slice(0, 40)}" is not of the form name=value.`);
  return [text.slice(0, at), readValue(text.slice(at + 1))];
}

function readValue(text: string): JsonValue {
  try {
    return parseStrict(text);
  } catch (error) {
    // A word such as EUR is no JSON and meant as a string; anything that looks like JSON must be JSON.
    if (ParmanaError.isInstance(error) && /^[A-Za-z][^"{}[\]]*$/.test(text)) return text;
    throw error;
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
