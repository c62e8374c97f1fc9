import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalErrors, type ErrorTable } from "../src/index.js";

const source = new URL("../src/", import.meta.url);
const used = new Set(
  readdirSync(source)
    .filter((file) => file !== "errors.ts")
    .flatMap(
      (file) => readFileSync(new URL(file, source), "utf8").match(/(?<=")CANONICAL-\d{3}(?=")/g) ?? [],
    ),
);

describe("the error table", () => {
  it("has every code that is thrown, and no other", () => {
    expect(Object.keys(canonicalErrors)).toEqual([...used].sort());
  });

  it.each(Object.entries<ErrorTable[string]>(canonicalErrors))(
    "says of %s what it means and how to solve it",
    (code, { meaning, remedy }) => {
      expect(code).toMatch(/^CANONICAL-\d{3}$/);
      expect(meaning).toMatch(/^[A-Z].{15,}\.$/);
      expect(remedy).toMatch(/^[A-Z].{10,}\.$/);
    },
  );
});
