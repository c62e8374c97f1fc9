import type { JsonValue } from "@parmanasystems/canonical";
import type { Operand, Pattern } from "../policy.js";
import { PolicyDefect } from "./policy-defect.js";
import { policyLimits } from "./policy-limits.js";
import {
  parseRegularExpression,
  type RegularExpression,
  RegularExpressionDefect,
} from "./regular-expression.js";

/** Reads the operands of `matches`: each different expression of one policy once, and all within one limit. */
export class PatternCache {
  readonly #patterns = new Map<string, Pattern>();
  #left = policyLimits.policyPatterns;

  /** The parsed pattern beside its source, which messages and tools show. */
  read(source: JsonValue | undefined, pointer: string): Operand {
    if (typeof source !== "string") {
      const expected = "matches takes a string, a regular expression as RFC 9485 has it";
      throw new PolicyDefect("POL-017", pointer, expected);
    }
    const pattern = this.#patterns.get(source) ?? this.#parse(source, pointer);
    return { kind: "pattern", source, pattern };
  }

  #parse(source: string, pointer: string): Pattern {
    const { pattern, size } = parse(source, pointer);
    this.#left -= size;
    if (this.#left < 0) {
      throw new PolicyDefect(
        "POL-025",
        pointer,
        `the regular expressions of a policy stand for at most ${policyLimits.policyPatterns} characters together`,
      );
    }
    this.#patterns.set(source, pattern);
    return pattern;
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
