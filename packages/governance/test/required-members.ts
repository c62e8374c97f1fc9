import { type Document, objectAt, objectsIn, type Path } from "./policy-arbitrary.js";

const optionalMembers = ["description", "replay", "override", "optional", "minLength", "maxLength"];

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
