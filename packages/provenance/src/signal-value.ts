import { encodeUtf8, shorten } from "@parmanasystems/canonical";
import { ProvenanceError } from "./errors.js";
import { readOwn } from "./plain-object.js";
import { isWellFormed } from "./well-formed.js";

export type Scalar = string | number | boolean;

/** A fact a policy can read: a scalar, or a list of scalars. */
export type SignalValue = Scalar | readonly Scalar[];

/** Facts by name. Frozen, without a prototype. */
export type SignalValues = { readonly [signal: string]: SignalValue };

const maxStringBytes = 65_536;
const maxListLength = 1_024;

/** What all signals of one execution may weigh together, in characters; a number weighs 4, as its text may be 24. */
export class SignalBudget {
  #left = 524_288;

  /** @throws VAL-022 */
  spend(weight: number): void {
    this.#left -= weight + 1;
    if (this.#left < 0) {
      throw new ProvenanceError("VAL-022", "The signals must not exceed 512 Ki characters together.");
    }
  }
}

/** A value as an own, frozen copy. @throws VAL-021 to VAL-026 */
export function readSignalValue(value: unknown, name: string, budget: SignalBudget): SignalValue {
  return Array.isArray(value) ? readList(value, name, budget) : readScalar(value, name, budget);
}

function readScalar(value: unknown, name: string, budget: SignalBudget): Scalar {
  if (typeof value === "boolean") {
    budget.spend(1);
    return value;
  }
  if (typeof value === "number") {
    // Larger numbers would not survive the strict JSON of the evidence file, so that nobody could verify them.
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      throw new ProvenanceError(
        "VAL-024",
        `The signal ${shorten(name)} must be a finite number within ±(2^53 - 1).`,
      );
    }
    budget.spend(4);
    return value === 0 ? 0 : value;
  }
  if (typeof value === "string") {
    budget.spend(value.length);
    if (!isWellFormed(value) || isTooLong(value)) {
      throw new ProvenanceError(
        "VAL-025",
        `The signal ${shorten(name)} must be well-formed text of at most 64 KiB.`,
      );
    }
    return value;
  }
  throw new ProvenanceError(
    "VAL-023",
    `The signal ${shorten(name)} must be a string, number, boolean or a list of them, not ${kindOf(value)}.`,
  );
}

function isTooLong(text: string): boolean {
  // A UTF-16 unit takes at most three bytes.
  return text.length > maxStringBytes / 3 && encodeUtf8(text).length > maxStringBytes;
}

function readList(list: readonly unknown[], name: string, budget: SignalBudget): readonly Scalar[] {
  const length: unknown = Reflect.getOwnPropertyDescriptor(list, "length")?.value;
  if (typeof length !== "number" || length > maxListLength || !isDense(list, length)) {
    throw new ProvenanceError(
      "VAL-026",
      `The list ${shorten(name)} must be a plain dense array of at most ${String(maxListLength)} scalars.`,
    );
  }
  const scalars: Scalar[] = [];
  for (let index = 0; index < length; index += 1) {
    const element = readOwn(list, String(index));
    if (typeof element === "object" || element === undefined) {
      throw new ProvenanceError(
        "VAL-026",
        `The list ${shorten(name)} must hold only strings, numbers and booleans.`,
      );
    }
    scalars.push(readScalar(element, name, budget));
  }
  return Object.freeze(scalars);
}

function isDense(list: readonly unknown[], length: number): boolean {
  // A dense array owns its indices and "length", nothing else.
  return Object.getPrototypeOf(list) === Array.prototype && Reflect.ownKeys(list).length === length + 1;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : typeof value;
}
