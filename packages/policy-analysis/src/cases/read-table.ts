import type { JsonObject, JsonValue } from "@parmanasystems/canonical";
import { pointerTo } from "../json-pointer.js";
import { CaseDefect } from "./case-defect.js";
import { changeSignals, closedObject, listOf, readName, readSignals, textAt } from "./case-members.js";
import type { CaseSignals, PolicyCase } from "./policy-cases.js";
import { expectationMembers, readExpectation } from "./read-expectation.js";

/** Reads a table: each row is a case, the cells of `columns` first and then those of `expect`. */
export function readTable(
  value: JsonValue,
  pointer: string,
  defaults: CaseSignals,
  add: (policyCase: PolicyCase) => void,
): void {
  const table = closedObject(value, pointer, {
    required: ["name", "columns", "expect", "rows"],
    optional: ["signals"],
  });
  const name = readName(table, pointer);
  const signals = changeSignals(defaults, readSignals(table, "signals", pointer));
  const columns = readColumns(table, "columns", pointer);
  const expected = readColumns(table, "expect", pointer);
  const stray = expected.findIndex((column) => !expectationMembers.includes(column));
  if (stray !== -1) {
    throw new CaseDefect(
      pointerTo(pointerTo(pointer, "expect"), stray),
      `expected one of ${expectationMembers.join(", ")}`,
    );
  }
  const rows = pointerTo(pointer, "rows");
  listOf(table["rows"], rows, 1).forEach((row, index) => {
    const place = pointerTo(rows, index);
    const cells = listOf(row, place, 0);
    if (cells.length !== columns.length + expected.length) {
      throw new CaseDefect(
        place,
        `expected ${columns.length + expected.length} cells: ${[...columns, ...expected].join(", ")}`,
      );
    }
    const given = Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? null]));
    add({
      name: `${name}, row ${index + 1}`,
      pointer: place,
      signals: changeSignals(signals, given),
      expected: readExpectation(expectedOf(expected, cells.slice(columns.length)), place),
    });
  });
}

/** A cell of null expects nothing. */
function expectedOf(columns: readonly string[], cells: readonly JsonValue[]): JsonObject {
  const given = columns.map((column, at): [string, JsonValue] => [column, cells[at] ?? null]);
  return Object.fromEntries(given.filter(([, cell]) => cell !== null));
}

function readColumns(table: JsonObject, name: string, pointer: string): readonly string[] {
  const place = pointerTo(pointer, name);
  const columns = new Set<string>();
  listOf(table[name], place, 1).forEach((column, index) => {
    const text = textAt(column, pointerTo(place, index));
    if (columns.has(text)) throw new CaseDefect(pointerTo(place, index), `expected each column once`);
    columns.add(text);
  });
  return [...columns];
}
