import { basename, dirname } from "node:path";
import { decodeHex, type JsonValue, parseStrict } from "@parmanasystems/canonical";
import { findVectors, readBytes } from "@parmanasystems/testkit/vectors";
import { describe } from "vitest";

/** Registers `suite` with the parsed vector file; without the file it is skipped, loudly, and in CI fails. */
export function describeVectors(name: string, file: string, suite: (vectors: Members) => void): void {
  const folder = findVectors(dirname(file));
  describe.runIf(folder !== undefined)(name, () => {
    if (folder === undefined) return;
    suite(members(parseStrict(readBytes(folder, basename(file)), { maxBytes: 16 * 1024 * 1024 })));
  });
}

/** Typed reading of a vector file; a member of another kind fails the test at once. */
export interface Members {
  has(name: string): boolean;
  text(name: string): string;
  bytes(name: string): Uint8Array;
  count(name: string): number;
  object(name: string): Members;
  list(name: string): readonly Members[];
  json(name: string): JsonValue;
}

function members(value: JsonValue | undefined): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("not an object");
  const entries = new Map(Object.entries(value));
  const json = (name: string): JsonValue => {
    const found = entries.get(name);
    if (found === undefined) throw new Error(`no member ${name}`);
    return found;
  };
  const text = (name: string): string => {
    const found = json(name);
    if (typeof found !== "string") throw new Error(`${name} is not a text`);
    return found;
  };
  return {
    has: (name) => entries.has(name),
    json,
    text,
    bytes: (name) => decodeHex(text(name)),
    count: (name) => Number(json(name)),
    object: (name) => members(json(name)),
    list: (name) => {
      const found = json(name);
      if (!Array.isArray(found)) throw new Error(`${name} is not a list`);
      return found.map((entry: JsonValue) => members(entry));
    },
  };
}
