// What authors bring along from other dialects, and what to write instead.

const CLASSES = new Map([
  ["d", "[0-9]"],
  ["D", "[^0-9]"],
  ["w", "[A-Za-z0-9_]"],
  ["W", "[^A-Za-z0-9_]"],
  ["s", "[ \\t\\n\\r]"],
  ["S", "[^ \\t\\n\\r]"],
]);

const WHOLE = "a pattern always covers the whole text";

/** Why \ and this character are no escape. */
export function foreignEscape(escaped: string | undefined): string {
  if (escaped === undefined) return "a backslash ends it; the character itself is \\\\";
  const written = CLASSES.get(escaped);
  if (written !== undefined) return `\\${escaped} is not known; write ${written}`;
  if ("bBAzZG".includes(escaped))
    return `\\${escaped} is not known: ${WHOLE}, so write what stands around it`;
  if ("pP".includes(escaped)) {
    return `\\${escaped}{…} is not accepted, because the tables of Unicode change; list the characters, such as [A-Za-z]`;
  }
  if ("123456789k".includes(escaped)) {
    return `\\${escaped} cannot refer back to a group: no linear-time matcher could decide that`;
  }
  if ("0xucfv".includes(escaped)) {
    return `\\${escaped} is not known; put the character itself, which JSON may spell \\u and four digits`;
  }
  return `\\ before "${escaped}" is no escape; those are \\n \\r \\t and \\ before one of ( ) * + - . ? [ \\ ] ^ { | }`;
}

/** Why a group cannot begin with "(?" and this character. */
export function foreignGroup(mark: string | undefined): string {
  if (mark === ":") return "no group captures anything here; write ( instead of (?:";
  if (mark === "=" || mark === "!") return `look-around is not known: ${WHOLE}`;
  if (mark === "<" || mark === "P") return "named groups and look-behind are not known; write (";
  return 'what begins with "(?" is not known; spell out both cases as [Aa] instead of a flag';
}

/** Why a quantifier cannot follow another. */
export function foreignSuffix(mark: string): string {
  if (mark === "?")
    return `lazy quantifiers are not known, and would change nothing: ${WHOLE}; leave "?" out`;
  if (mark === "+")
    return 'possessive quantifiers are not known; leave "+" out, or put what is repeated into ( and )';
  return `"${mark}" cannot follow a quantifier; put what is repeated into ( and )`;
}
