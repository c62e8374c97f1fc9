import { unknownLanguage } from "./unknown-language.js";

/**
 * What generated code refers to by number instead of spelling it: texts, sets, tests, results. So the code holds nothing
 * of a policy but numbers and booleans.
 */
export class GeneratedConstants {
  readonly #values: unknown[] = [];
  readonly #references = new Map<unknown, string>();

  get values(): readonly unknown[] {
    return this.#values;
  }

  /** The name under which the code finds a value. */
  refer(value: unknown): string {
    let reference = this.#references.get(value);
    if (reference === undefined) {
      reference = `k${this.#values.push(value) - 1}`;
      this.#references.set(value, reference);
    }
    return reference;
  }

  /** Source that gives the names their values, taken from an array called `constants`. */
  declarations(): string {
    return Array.from(this.#values.keys(), (index) => `const k${index} = constants[${index}];`).join("\n");
  }
}

/** A finite number as source. @throws INV-055 for anything else */
export function numberSource(value: unknown): string {
  return Number.isFinite(value) ? `(${String(value)})` : unknownLanguage("number", value);
}

/** The name of a slot's variable. */
export function variable(index: number): string {
  return `v${index}`;
}
