import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeHex, type JsonValue, parseStrict } from "@parmanasystems/canonical";
import { describe, it } from "vitest";

const folder =
  process.env["PARMANA_VECTORS"] ?? fileURLToPath(new URL("../../../../shared/vectors", import.meta.url));

/** Registers `suite` with the parsed vector file. Without the file: one loud line and a skip; in CI a failure. */
export function describeVectors(name: string, file: string, suite: (vectors: Members) => void): void {
  const path = join(folder, file);
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    describe(name, () => {
      suite(members(parseStrict(bytes, { maxBytes: 16 * 1024 * 1024 })));
    });
    return;
  }
  const missing = `${name}: no vectors at ${path}; set PARMANA_VECTORS to the folder that holds them`;
  if (process.env["CI"] === "true") {
    it(name, () => {
      throw new Error(missing);
    });
    return;
  }
  console.warn(`SKIPPED ${missing}`);
  it.skip(missing, () => undefined);
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

export function members(value: JsonValue | undefined): Members {
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
