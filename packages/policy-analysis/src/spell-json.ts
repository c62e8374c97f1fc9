import type { JsonValue } from "@parmanasystems/canonical";

const WIDTH = 110;

/** JSON as a person would lay it out, and as Prettier does at 110 columns: what fits on a line stays on it. */
export function spellJson(value: JsonValue): string {
  return spell(value, "", 0, true);
}

/** @param before characters on the line before the value @param open whether to give every member a line */
function spell(value: JsonValue, indent: string, before: number, open: boolean): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!open && !isTable(value)) {
    const line = onOneLine(value);
    // One more for the comma that may follow.
    if (before + line.length + 1 <= WIDTH) return line;
  }
  const inner = `${indent}  `;
  const rows = entriesOf(value).map(([name, member]) => {
    const label = name === undefined ? "" : `${JSON.stringify(name)}: `;
    return `${inner}${label}${spell(member, inner, inner.length + label.length, false)}`;
  });
  const [first, last] = isList(value) ? ["[", "]"] : ["{", "}"];
  return rows.length === 0 ? `${first}${last}` : `${first}\n${rows.join(",\n")}\n${indent}${last}`;
}

/** Several objects, or several lists, of several members each: one under the other, also where they would fit. */
function isTable(value: JsonValue): boolean {
  if (!isList(value) || value.length < 2) return false;
  const allLists = value.every(isList);
  const allObjects = value.every((each) => typeof each === "object" && each !== null && !isList(each));
  return (allLists || allObjects) && value.every((each) => entriesOf(each).length > 1);
}

function onOneLine(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = entriesOf(value);
  const members = entries.map(([name, member]) =>
    name === undefined ? onOneLine(member) : `${JSON.stringify(name)}: ${onOneLine(member)}`,
  );
  if (isList(value)) return `[${members.join(", ")}]`;
  return entries.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function entriesOf(value: JsonValue): readonly (readonly [string | undefined, JsonValue])[] {
  if (typeof value !== "object" || value === null) return [];
  return isList(value) ? value.map((member) => [undefined, member] as const) : Object.entries(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
