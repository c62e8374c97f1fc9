import { parseStrict } from "@parmanasystems/canonical";
import { pointerTokens } from "./json-pointer.js";

/** 1-based; columns count UTF-16 code units. */
interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the value a JSON pointer names, or the deepest part of the way that exists.
 * The text must be JSON that parseStrict accepted: nothing is checked again.
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
    const found = parseStrict(text.slice(place, end)) === name;
    place = skipSpace(text, skipSpace(text, end) + 1);
    if (found) return place;
    place = skipSeparator(text, skipValue(text, place));
  }
  return undefined;
}

function elementOf(text: string, array: number, token: string): number | undefined {
  if (text[array] !== "[") return undefined;
  let place = skipSpace(text, array + 1);
  for (let index = Number(token); index > 0; index -= 1) place = skipSeparator(text, skipValue(text, place));
  return place;
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
  while (text[place] !== '"') place += text[place] === "\\" ? 2 : 1;
  return place + 1;
}

function skipValue(text: string, from: number): number {
  let place = from;
  let depth = 0;
  do {
    const character = text[place] ?? "";
    if (character === '"') place = skipString(text, place);
    else if ("{[".includes(character)) [place, depth] = [place + 1, depth + 1];
    else if ("}]".includes(character)) [place, depth] = [place + 1, depth - 1];
    else if (depth > 0) place += 1;
    else return skipPrimitive(text, place);
  } while (depth > 0);
  return place;
}

function skipPrimitive(text: string, from: number): number {
  let place = from;
  while (/[-+.0-9A-Za-z]/.test(text[place] ?? "")) place += 1;
  return place;
}
