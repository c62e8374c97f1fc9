/** What a code means and how to solve it: one row of the published error table. */
export interface ErrorEntry {
  readonly meaning: string;
  readonly remedy: string;
}

/** The error table of one package, by code. */
export type ErrorTable = Readonly<Record<string, ErrorEntry>>;

// In the global registry, so that the errors of a second copy of this package are still recognised.
const marker = Symbol.for("parmana.error");

/** Base of every error the project throws. The message is `[CODE] sentence`; `details` is a frozen copy. */
export class ParmanaError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: Code,
    sentence: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(`[${code}] ${sentence}`, options.cause === undefined ? undefined : { cause: options.cause });
    Object.defineProperty(this, "name", { value: new.target.name, configurable: true, writable: true });
    this.code = code;
    this.details = Object.freeze({ ...options.details });
  }

  get [marker](): true {
    return true;
  }

  /** True for an error of the project, also when another copy of this package made it. */
  static isInstance(value: unknown): value is ParmanaError {
    return value instanceof Error && Reflect.get(value, marker) === true;
  }
}
