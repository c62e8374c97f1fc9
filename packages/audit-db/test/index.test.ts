import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

describe("the door", () => {
  it("exports what users need, and nothing else", () => {
    expect(Object.keys(door).sort()).toEqual([
      "LedgerError",
      "headFile",
      "leafHash",
      "ledgerErrors",
      "openLedger",
      "openPostgresLedger",
      "parseLogEntry",
    ]);
  });

  it("explains every code", () => {
    for (const { meaning, remedy } of Object.values(door.ledgerErrors)) {
      expect([meaning, remedy].every((sentence) => /^[A-Z].*\.$/.test(sentence))).toBe(true);
    }
  });
});
