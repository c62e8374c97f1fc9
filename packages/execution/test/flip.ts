/** A copy in which one member, found by its path, has another value of the same kind. */
export function flip(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return flipScalar(value);
  if (typeof value !== "object" || value === null) throw new Error(`There is no member ${name}.`);
  return { ...value, [name]: flip(Reflect.get(value, name), rest) };
}

function flipScalar(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") throw new Error("Only scalars are flipped.");
  const known = new Map([
    ["approved", "rejected"],
    ["rejected", "approved"],
    ["completed", "pending_override"],
  ]);
  const other = known.get(value);
  if (other !== undefined) return other;
  // The last digit of a date or the last but two of a signature: still well-formed, most of the time.
  const index = value.search(/[0-9A-Za-z](?=[^0-9A-Za-z]*$)/);
  const character = value.charAt(index);
  const replacement = character === "1" ? "2" : /[0-9]/.test(character) ? "1" : character === "A" ? "Q" : "A";
  return value.slice(0, index) + replacement + value.slice(index + 1);
}

/** The paths of all scalar members. */
export function scalarPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => scalarPaths(member, [...path, name]));
}
