import { canonicalize, type JsonObject, type JsonValue } from "@parmanasystems/canonical";
import { pointerTo } from "../json-pointer.js";
import { CaseDefect } from "./case-defect.js";
import { changeSignals, closedObject, listOf, member, readName, readSignals } from "./case-members.js";
import { type CaseSignals, caseLimits, type PolicyCase } from "./policy-cases.js";
import { readExpectation } from "./read-expectation.js";

/** Reads one case; with `each`, one for every combination of its values. */
export function readCase(
  value: JsonValue,
  pointer: string,
  defaults: CaseSignals,
  add: (policyCase: PolicyCase) => void,
): void {
  const members = closedObject(value, pointer, {
    required: ["name", "expect"],
    optional: ["signals", "each"],
  });
  const name = readName(members, pointer);
  const signals = changeSignals(defaults, readSignals(members, "signals", pointer));
  const expected = readExpectation(member(members, "expect"), pointerTo(pointer, "expect"));
  for (const combination of readCombinations(members, pointer)) {
    const varied = Object.entries(combination).map(([signal, each]) => `${signal} ${spell(each)}`);
    add({
      name: varied.length === 0 ? name : `${name} [${varied.join(", ")}]`,
      pointer,
      signals: changeSignals(signals, combination),
      expected,
    });
  }
}

/** Every combination of the values in `each`, the last signal varying fastest; one empty one without it. */
function* readCombinations(members: JsonObject, pointer: string): Iterable<JsonObject> {
  const place = pointerTo(pointer, "each");
  const varied = Object.entries(readSignals(members, "each", pointer)).map(
    ([signal, values]): [string, readonly JsonValue[]] => {
      const list = listOf(values, pointerTo(place, signal), 1);
      if (new Set(list.map(canonicalize)).size < list.length) {
        throw new CaseDefect(pointerTo(place, signal), "expected different values");
      }
      return [signal, list];
    },
  );
  const count = varied.reduce((product, [, values]) => product * values.length, 1);
  if (count > caseLimits.cases) throw new CaseDefect(place, `${count} combinations`, "POL-063");
  for (let index = 0; index < count; index += 1) {
    let rest = index;
    const combination: [string, JsonValue][] = [];
    for (const [signal, values] of [...varied].reverse()) {
      combination.unshift([signal, values[rest % values.length] ?? null]);
      rest = Math.floor(rest / values.length);
    }
    yield Object.fromEntries(combination);
  }
}

function spell(value: JsonValue): string {
  return value === null ? "absent" : JSON.stringify(value);
}
