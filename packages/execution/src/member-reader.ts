import { expectObject, type ObjectShape, type ShapeProblem } from "@parmanasystems/canonical";

/** Throws the typed error for what was found. */
export type Refuse = (problem: ShapeProblem) => never;

/** Reads the members of one closed object, each of them once. */
export interface MemberReader {
  /** A required member that passes the test; `expected` says what the test wants. */
  required<T>(name: string, test: (member: unknown) => member is T, expected: string): T;
  /** The same; undefined when the member is absent. */
  optional<T>(name: string, test: (member: unknown) => member is T, expected: string): T | undefined;
}

/** Accepts an object with exactly the members of the shape; anything else goes to `refuse`. */
export function readMembers(value: unknown, shape: ObjectShape, refuse: Refuse): MemberReader {
  const members = expectObject(value, shape, refuse);
  const required: MemberReader["required"] = (name, test, expected) => {
    const member = members[name];
    return test(member) ? member : refuse({ pointer: `/${name}`, expected });
  };
  return {
    required,
    optional: (name, test, expected) => (Object.hasOwn(members, name) ? required(name, test, expected) : undefined),
  };
}
