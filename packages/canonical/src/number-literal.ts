const largest = String(Number.MAX_SAFE_INTEGER);

/** Why a JSON number literal cannot be taken, or undefined when it can. `value` is the double it rounds to. */
export function numberProblem(
  literal: string,
  value: number,
  numbers: "safe" | "any-double",
): string | undefined {
  if (!Number.isFinite(value)) return "is too large for a double";
  if (numbers === "any-double") return undefined;
  const magnitude = Math.abs(value);
  if (magnitude > Number.MAX_SAFE_INTEGER) return beyondSafe;
  if (magnitude === Number.MAX_SAFE_INTEGER && exceedsLargest(literal)) return beyondSafe;
  if (magnitude === 0 && /[1-9]/.test(mantissaOf(literal))) return "is not zero but too small for a double";
  return undefined;
}

const beyondSafe = `is beyond ±${largest}`;

function mantissaOf(literal: string): string {
  return literal.split(/[eE]/, 1)[0] ?? literal;
}

/** For a literal that rounds to ±(2^53-1), and so has 16 digits before its point: whether it is larger, as 9007199254740991.4 is. */
function exceedsLargest(literal: string): boolean {
  const digits = mantissaOf(literal).replace(/[-.]/g, "").replace(/^0+/, "");
  const whole = digits.slice(0, largest.length);
  return whole === largest && /[1-9]/.test(digits.slice(largest.length));
}
