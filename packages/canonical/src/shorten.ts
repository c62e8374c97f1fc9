import { escapeForDisplay } from "./escape-for-display.js";

const maximumLength = 64;

/** The text as a quoted, escaped literal of at most 64 characters inside the quotes, fit for an error message or a log line. */
export function shorten(text: string): string {
  const literal = JSON.stringify(text.length > maximumLength ? text.slice(0, maximumLength) : text);
  const shown = escapeForDisplay(literal.slice(1, -1));
  // Escapes can make the literal up to six times longer than the text.
  return shown.length > maximumLength || text.length > maximumLength
    ? `"${shown.slice(0, maximumLength - 1)}…"`
    : `"${shown}"`;
}
