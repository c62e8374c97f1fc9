import fc from "fast-check";

const awkwardNames = [
  "__proto__",
  "constructor",
  "toJSON",
  "then",
  "hasOwnProperty",
  "toString",
  "",
  "0",
  "10",
  "9",
  "\u20ac",
  "\u{1f602}",
  "\ufb33",
];

export const wellFormedText = fc.string({ unit: "binary" }).filter((text) => !/[\ud800-\udfff]/u.test(text));
const memberName = fc.oneof(wellFormedText, fc.constantFrom(...awkwardNames));
export const finiteDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Any JSON value; numbers within ±(2^53-1), -0 left out because JSON text does not keep it apart. */
export const jsonValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    finiteDouble.map((number) => (Math.abs(number) > Number.MAX_SAFE_INTEGER || number === 0 ? 0.5 : number)),
    wellFormedText,
    fc.array(tie("value"), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(memberName, tie("value")), { maxLength: 6, selector: ([name]) => name })
      .map((members) => objectOf(members)),
  ),
})).value;

/** An ordinary object with these own members, `__proto__` included. */
export function objectOf(members: readonly (readonly [string, unknown])[]): object {
  // fromEntries defines, it does not assign.
  return Object.fromEntries(members);
}
