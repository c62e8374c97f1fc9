import type { Policy, SignalDeclaration } from "@parmanasystems/governance";
import { acceptSignal, copyList } from "./accept-signal.js";
import type { DecisionResult } from "./decision-result.js";
import { type GeneratedConstants, numberSource, variable } from "./generated-constants.js";
import type { UntrustedSignals } from "./validate-read.js";

/** Goes on where the code does not accept: with the values of the first `begun` signals, as far as they were listed. */
export type Refuse = (
  signals: UntrustedSignals,
  begun: number,
  values: readonly unknown[],
  listed: readonly boolean[],
) => DecisionResult;

/**
 * Source of a block labelled `validate` that is left by its end when all signals are accepted, with their values in
 * variables; otherwise it returns what `refuse` does. @throws INV-055
 */
export function generateValidation(policy: Policy, constants: GeneratedConstants, refuse: Refuse): string {
  const signals = [...policy.signals].map(([name, declaration], index) => ({
    name: constants.refer(internalized(name)),
    value: variable(index),
    declaration,
    listed: declaration.optional ? `listed${index}` : "true",
  }));
  const required = signals.filter(({ declaration }) => !declaration.optional);
  const optional = signals.filter(({ declaration }) => declaration.optional);

  const undeclared = required.map(({ name }) => `name !== ${name}`).join(" && ") || "true";
  const reads = signals.map(({ name, value, declaration, listed }, index) => {
    const member = `signals[${name}]`;
    const read =
      declaration.type === "list"
        ? `${constants.refer((list: unknown) => copyList(declaration, list))}(${member})`
        : member;
    return `begun = ${index + 1}; ${declaration.optional ? `if (${listed}) ` : ""}${value} = ${read};`;
  });
  const checks = signals.map(({ value, declaration, listed }) => {
    const accepted = acceptSource(declaration, value, constants);
    return `if (${declaration.optional ? `${listed} && ` : ""}!(${accepted})) break check;`;
  });
  return `
    let begun = 0, count = 0;
    ${signals.map(({ value }) => `let ${value};`).join(" ")}
    ${optional.map(({ listed }) => `let ${listed} = false;`).join(" ")}
    validate: {
      try {
        check: {
          if (typeof signals !== "object" || signals === null || Array.isArray(signals)) break check;
          for (const name in signals) {
            if (!Object.prototype.hasOwnProperty.call(signals, name)) continue;
            ${optional.map(({ name, listed }) => `if (name === ${name}) { ${listed} = true; continue; }`).join("\n")}
            if (${undeclared}) break check;
            count += 1;
          }
          if (count !== ${required.length}) break check;
          ${reads.join("\n")}
          ${checks.join("\n")}
          break validate;
        }
      } catch {}
      return ${constants.refer(refuse)}(signals, begun, [${signals.map(({ value }) => value).join(", ")}],
        [${signals.map(({ listed }) => listed).join(", ")}]);
    }`;
}

function acceptSource(declaration: SignalDeclaration, value: string, constants: GeneratedConstants): string {
  switch (declaration.type) {
    case "boolean":
      return `typeof ${value} === "boolean"`;
    case "integer":
      return `Number.isSafeInteger(${value}) && ${rangeSource(declaration, value)}`;
    case "number":
      return `typeof ${value} === "number" && ${rangeSource(declaration, value)}`;
    default:
      return `${constants.refer(acceptSignal(declaration))}(${value})`;
  }
}

function rangeSource({ minimum, maximum }: { minimum: number; maximum: number }, value: string): string {
  return `${value} >= ${numberSource(minimum)} && ${value} <= ${numberSource(maximum)}`;
}

/** The copy of a text that V8 uses as a property's name: comparing two of those is comparing two addresses. */
function internalized(name: string): string {
  return Object.keys({ [name]: true })[0] ?? name;
}
