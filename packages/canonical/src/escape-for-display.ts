// Controls (C0 but tab and newline, DEL, C1), line and paragraph separators, the marks that turn text around, and the
// tag characters that no terminal shows: what can make a screen show something else than the text says.
const DECEIVING =
  // eslint-disable-next-line no-control-regex -- these are the characters to find
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\udb40[\udc00-\udc7f]/g;

/** The text with every character that could deceive a reader or steer a terminal as `\uXXXX`; JSON stays the same JSON. */
export function escapeForDisplay(text: string): string {
  return text.replaceAll(DECEIVING, (found) =>
    Array.from({ length: found.length }, (_, at) => spelled(found, at)).join(""),
  );
}

function spelled(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
}
