import { expectObject, type ObjectShape, ParmanaError, type ShapeProblem } from "@parmanasystems/canonical";

/** Throws the typed error for what was found. */
export type Refuse = (problem: ShapeProblem) => never;

/** Reads the members of one closed object, each of them once. */
export class MemberReader {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #refuse: Refuse;

  /** Accepts an object with exactly the members of the shape; anything else goes to `refuse`. */
  constructor(value: unknown, shape: ObjectShape, refuse: Refuse) {
    this.#refuse = refuse;
    try {
      this.#members = expectObject(value, shape, refuse);
    } catch (error) {
      if (ParmanaError.isInstance(error)) throw error;
      // A Proxy that does not let its members be listed.
      this.#members = refuse({ pointer: "", expected: "plain data" });
    }
  }

  /** A member that its own reader will check; undefined when a getter or a Proxy throws. */
  raw(name: string): unknown {
    try {
      return this.#members[name];
    } catch {
      return undefined;
    }
  }

  /** A required member that passes the test; `expected` says what the test wants. */
  required<T>(name: string, test: (member: unknown) => member is T, expected: string): T {
    const member = this.raw(name);
    return test(member) ? member : this.#refuse({ pointer: `/${name}`, expected });
  }

  /** The same; undefined when the member is absent. */
  optional<T>(name: string, test: (member: unknown) => member is T, expected: string): T | undefined {
    return Object.hasOwn(this.#members, name) ? this.required(name, test, expected) : undefined;
  }
}
