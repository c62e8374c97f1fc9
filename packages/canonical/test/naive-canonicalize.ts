/** A second reading of RFC 8785, for plain JSON values only: sort by code units, escape by hand, join. Shares no code with the package. */
export function naiveCanonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(naiveCanonicalize).join(",")}]`;
  if (typeof value === "string") return naiveQuote(value);
  if (typeof value === "number") return Object.is(value, -0) ? "0" : value.toString();
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).sort(([left], [right]) => compareCodeUnits(left, right));
  return `{${members.map(([name, member]) => `${naiveQuote(name)}:${naiveCanonicalize(member)}`).join(",")}}`;
}

function compareCodeUnits(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [0x22, '\\"'],
  [0x5c, "\\\\"],
]);

function naiveQuote(text: string): string {
  const units = Array.from(new Array(text.length).keys(), (index) => text.charCodeAt(index));
  const escaped = units.map((unit) => {
    const short = shortEscapes.get(unit);
    if (short !== undefined) return short;
    return unit < 0x20 ? `\\u${unit.toString(16).padStart(4, "0")}` : String.fromCharCode(unit);
  });
  return `"${escaped.join("")}"`;
}
