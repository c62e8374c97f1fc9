import type { Document } from "./policy-arbitrary.js";

/** The way to one member: the names and indexes from the top level down. */
export type Path = readonly (string | number)[];

/** Every object in the document, with the way to it. */
export function objectsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, part]) =>
    objectsIn(part, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return Array.isArray(value) ? inner : [path, ...inner];
}

/** A copy of the document in which the object at the path is replaced by what `change` makes of it. */
export function changed(value: unknown, path: Path, change: (object: Document) => Document): unknown {
  if (path.length === 0) return change(value as Document);
  const [step, ...rest] = path;
  if (Array.isArray(value))
    return value.map((part: unknown, index) => (index === step ? changed(part, rest, change) : part));
  const entries = Object.entries(value as Document);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, name === step ? changed(part, rest, change) : part]),
  );
}

export function objectAt(value: unknown, path: Path): Document {
  const [step, ...rest] = path;
  if (step === undefined) return value as Document;
  const parts = new Map<string | number, unknown>(
    Array.isArray(value) ? value.entries() : Object.entries(value as Document),
  );
  return objectAt(parts.get(step), rest);
}

const optionalMembers = [
  "description",
  "replay",
  "override",
  "optional",
  "provenance",
  "minLength",
  "maxLength",
  "format",
  "minItems",
  // Each of them is enough for a provenance requirement.
  "sources",
  "maxAgeSeconds",
  "signed",
];

/** The way to every member without which the document must not load. */
export function requiredMembers(document: Document): readonly Path[] {
  return objectsIn(document).flatMap((path) => {
    // Signals are data: without one of them the document may still be a policy.
    if (path.length === 1 && path[0] === "signalsSchema") return [];
    const object = objectAt(document, path);
    return Object.keys(object)
      .filter((name) => {
        if (name === "minimum" || name === "maximum") return object.type === "integer";
        return !optionalMembers.includes(name);
      })
      .map((name) => [...path, name]);
  });
}
