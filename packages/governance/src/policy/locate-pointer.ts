import { parseStrict } from "@parmanasystems/canonical";
import { pointerTokens } from "./json-pointer.js";

/** 1-based; columns count UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the value that a JSON pointer (RFC 6901) names, or the deepest part of the way that exists.
 * The text must be JSON that parseStrict accepts; of any other text the position means nothing.
 */
export function locatePointer(text: string, pointer: string): TextPosition {
  let place = skipSpace(text, 0);
  for (const token of pointerTokens(pointer)) {
    const next = text[place] === "{" ? memberOf(text, place, token) : elementOf(text, place, token);
    if (next === undefined) break;
    place = next;
  }
  const before = text.slice(0, place).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function memberOf(text: string, object: number, name: string): number | undefined {
  let place = skipSpace(text, object + 1);
  while (text[place] === '"') {
    const end = skipString(text, place);
    const found = isSpelled(text.slice(place, end), name);
    place = skipSpace(text, skipSpace(text, end) + 1);
    if (found) return place;
    place = skipSeparator(text, skipValue(text, place));
  }
  return undefined;
}

function isSpelled(literal: string, name: string): boolean {
  return literal.includes("\\") ? parseStrict(literal) === name : literal.slice(1, -1) === name;
}

function elementOf(text: string, array: number, token: string): number | undefined {
  if (text[array] !== "[" || !/^(?:0|[1-9][0-9]*)$/.test(token)) return undefined;
  let place = skipSpace(text, array + 1);
  for (let index = Number(token); index > 0 && isInside(text, place); index -= 1)
    place = skipSeparator(text, skipValue(text, place));
  return isInside(text, place) ? place : undefined;
}

/** Whether an element begins here, and not the end of the array or of the text. */
function isInside(text: string, place: number): boolean {
  return place < text.length && text[place] !== "]";
}

function skipSpace(text: string, from: number): number {
  let place = from;
  while (" \t\r\n".includes(text[place] ?? "end")) place += 1;
  return place;
}

function skipSeparator(text: string, from: number): number {
  const place = skipSpace(text, from);
  return text[place] === "," ? skipSpace(text, place + 1) : place;
}

function skipString(text: string, from: number): number {
  let place = from + 1;
  while (place < text.length && text[place] !== '"') place += text[place] === "\\" ? 2 : 1;
  return place + 1;
}

/** Moves on in every step, so that also of a text that is no JSON the end is reached. */
function skipValue(text: string, from: number): number {
  let place = from;
  let depth = 0;
  while (place < text.length) {
    const character = text[place];
    if (character === '"') place = skipString(text, place);
    else if (character === "{" || character === "[") [place, depth] = [place + 1, depth + 1];
    else if (character === "}" || character === "]") [place, depth] = [place + 1, depth - 1];
    else if (depth > 0) place += 1;
    else return skipPrimitive(text, place);
    if (depth <= 0) break;
  }
  return place;
}

/** At least one character, whatever it is. */
function skipPrimitive(text: string, from: number): number {
  let place = from + 1;
  while (/[-+.0-9A-Za-z]/.test(text[place] ?? "")) place += 1;
  return place;
}
