import type { JsonValue } from "@parmanasystems/canonical";
import type { Operand, SignalDeclaration } from "../policy.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import {
  parseRegularExpression,
  type RegularExpression,
  RegularExpressionDefect,
} from "./regular-expression.js";

/** The signal that an expression reads. */
interface Reader {
  readonly signal: string;
  readonly declaration: SignalDeclaration;
}

interface Known {
  readonly expression: RegularExpression;
  readonly signals: Set<string>;
}

/** Reads the operands of `matches`: each different expression of one policy once, and all within the same limits. */
export class PatternCache {
  readonly #known = new Map<string, Known>();
  #charactersLeft = policyLimits.policyPatterns;
  #stepsLeft = policyLimits.patternSteps;

  /** The parsed pattern beside its source, which messages and tools show. */
  read(source: JsonValue | undefined, pointer: string, reader: Reader): Operand {
    if (typeof source !== "string") {
      const expected = "matches takes a string, a regular expression as RFC 9485 has it";
      throw new PolicyDefect("POL-017", pointer, expected);
    }
    const known = this.#known.get(source) ?? this.#parse(source, pointer);
    this.#countSteps(known, pointer, reader);
    return { kind: "pattern", source, pattern: known.expression.pattern };
  }

  #parse(source: string, pointer: string): Known {
    const expression = parse(source, pointer);
    this.#charactersLeft -= expression.size;
    if (this.#charactersLeft < 0) {
      throw new PolicyDefect(
        "POL-025",
        pointer,
        `the regular expressions of a policy stand for at most ${policyLimits.policyPatterns} characters together`,
      );
    }
    const known = { expression, signals: new Set<string>() };
    this.#known.set(source, known);
    return known;
  }

  /** One decision holds an expression against a signal once, in however many conditions they stand. */
  #countSteps({ expression, signals }: Known, pointer: string, { signal, declaration }: Reader): void {
    if (signals.has(signal)) return;
    signals.add(signal);
    const longest = declaration.type === "string" ? declaration.maxLength : 0;
    this.#stepsLeft -= Math.max(1, expression.positions) * longest;
    if (this.#stepsLeft >= 0) return;
    throw new PolicyDefect(
      "POL-025",
      pointer,
      `the regular expressions of a policy take at most ${policyLimits.patternSteps} steps: the characters each stands for, times the maxLength of each signal it reads; lower maxLength, or shorten the expressions`,
    );
  }
}

function parse(source: string, pointer: string): RegularExpression {
  try {
    return parseRegularExpression(source);
  } catch (error) {
    if (!(error instanceof RegularExpressionDefect)) throw error;
    const place = `at character ${error.position} of the regular expression`;
    throw new PolicyDefect("POL-028", pointer, `${place}, ${error.message}`);
  }
}
