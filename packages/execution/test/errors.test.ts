import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ParmanaError } from "@parmanasystems/canonical";
import { ExecutionError, executionErrors } from "../src/index.js";

const source = new URL("../src/", import.meta.url);
const code = /"((?:INV|SYS)-\d{3})"/g;

describe("the error table", () => {
  it("documents every code that is thrown, and every documented code is thrown and tested", () => {
    const uses = (directory: URL, without: readonly string[]): Set<string> => {
      const files = readdirSync(directory).filter((name) => name.endsWith(".ts") && !without.includes(name));
      const texts = files.map((name) => readFileSync(new URL(name, directory), "utf8"));
      return new Set(texts.flatMap((text) => [...text.matchAll(code)].map(([, found = ""]) => found)));
    };
    const documented = Object.keys(executionErrors).sort();
    expect([...uses(source, ["errors.ts"])].sort()).toEqual(documented);
    const tests = new Set(
      readdirSync(new URL(".", import.meta.url))
        .filter((name) => name.endsWith(".test.ts"))
        .flatMap(
          (name) => readFileSync(new URL(name, import.meta.url), "utf8").match(/(?:INV|SYS)-\d{3}/g) ?? [],
        ),
    );
    expect(documented.filter((each) => !tests.has(each))).toEqual([]);
  });

  it("says what a code means and how to solve it, in sentences", () => {
    for (const { meaning, remedy } of Object.values(executionErrors)) {
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("belongs to errors that other copies of the package recognise", () => {
    const error = new ExecutionError("INV-004", "The token's signature does not verify.", {
      details: { keyId: "k" },
    });
    expect(error).toMatchObject({
      name: "ExecutionError",
      code: "INV-004",
      message: "[INV-004] The token's signature does not verify.",
      details: { keyId: "k" },
    });
    expect(ParmanaError.isInstance(error)).toBe(true);
  });
});
