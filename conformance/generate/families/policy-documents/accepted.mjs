import { base, condition, member, nested, outcome, override, pattern, rule } from "./changes.mjs";

export const accepted = {
  "nothing but what must be": base,
  "conditions 32 deep": condition(nested(31, { signal: "flag", exists: false })),
  "all of 1,000": condition({ all: Array.from({ length: 1000 }, () => ({ signal: "flag", exists: true })) }),
  "names of JavaScript": member({
    signalsSchema: {
      ...base.signalsSchema,
      constructor: { type: "boolean", optional: true },
      toString: { type: "boolean", optional: true },
    },
  }),
  "an action of 128 bytes": rule({
    id: "a",
    condition: { signal: "flag", equals: true },
    outcome: { ...outcome, action: "é".repeat(64) },
  }),
  "1,000 positions": pattern("(a{100}){10}"),
  "1,000 characters": pattern("a".repeat(1000)),
  "groups 32 deep": pattern(`${"(".repeat(32)}a${")".repeat(32)}`),
  "hyphens first and last": pattern("[-a]|[a-]|[^-a]|[--]"),
  "a quantity of many digits": pattern("a{0000000007}"),
  "nothing between bars and in groups": pattern("a||(|)()*"),
  "an empty pattern": pattern(""),
  "a reason with joiners": rule({
    id: "a",
    condition: { signal: "flag", equals: true },
    outcome: { ...outcome, reason: "می\u200cخواهم" },
  }),
  "all other members": {
    ...override({ signed: true, quorum: 16 }),
    description: "all of it",
    replay: { identity: "execution" },
  },
};
