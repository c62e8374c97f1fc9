import {
  base,
  condition,
  member,
  nested,
  optional,
  outcome,
  override,
  pattern,
  provenance,
  rule,
  rules,
} from "./changes.mjs";

/** Rules that do not load, and what is too much of a policy, by code. */
export const refusedRules = {
  "POL-019": {
    "a decision of its own": rule({
      id: "a",
      condition: { all: [] },
      outcome: { ...outcome, decision: "allow" },
    }),
    "an empty action": rule({ id: "a", condition: { all: [] }, outcome: { ...outcome, action: "" } }),
    "an action of 129 bytes": rule({
      id: "a",
      condition: { all: [] },
      outcome: { ...outcome, action: `${"é".repeat(64)}x` },
    }),
    "a reason that turns round": rule({
      id: "a",
      condition: { all: [] },
      outcome: { ...outcome, reason: "a\u202eb" },
    }),
    "an outcome that is a text": rule({ id: "a", condition: { all: [] }, outcome: "approved" }),
  },
  "POL-020": {
    "an id twice": rule({ id: "catch-all", condition: { signal: "flag", equals: true }, outcome }),
  },
  "POL-021": {
    "no rule": member({ rules: [] }),
    "no rule, and an empty description": member({ rules: [], description: "" }),
    "no catch-all": member({ rules: [{ id: "a", condition: { signal: "flag", exists: true }, outcome }] }),
    "a catch-all that is a not": member({
      rules: [{ id: "a", condition: { not: { signal: "flag", exists: true } }, outcome }],
    }),
    "the catch-all first": member({
      rules: [...rules, { id: "a", condition: { signal: "flag", equals: true }, outcome }],
    }),
  },
  "POL-023": {
    "a rule id in capitals": rule({ id: "A", condition: { all: [] }, outcome }),
    "a role with a space": override({ approverRoles: ["a b"] }),
    "a role with a space, and twice": override({ approverRoles: ["a b", "a b"] }),
  },
  "POL-024": {
    "pending and nobody to ask": rule({
      id: "a",
      condition: { all: [] },
      outcome: { ...outcome, decision: "pending_override" },
    }),
  },
  "POL-025": {
    "conditions 33 deep": condition(nested(32, { signal: "flag", exists: true })),
    "all of 1,001": condition({ all: Array.from({ length: 1001 }, () => ({ all: [] })) }),
    "1,001 values, all the same": optional({ type: "enum", values: Array.from({ length: 1001 }, () => "a") }),
    "in 1,001 values": condition({
      signal: "claim_amount",
      in: Array.from({ length: 1001 }, (_unused, place) => place),
    }),
    "257 signals": member({
      signalsSchema: {
        ...base.signalsSchema,
        ...Object.fromEntries(
          Array.from({ length: 248 }, (_unused, place) => [`s${place}`, { type: "boolean", optional: true }]),
        ),
      },
    }),
    "patterns of too many steps": member({
      signalsSchema: { ...base.signalsSchema, long: { type: "string", maxLength: 16384, optional: true } },
      rules: [
        ...Array.from({ length: 3 }, (_unused, place) => ({
          id: `r${place}`,
          condition: { signal: "long", matches: `[a-z]{${998 + place}}` },
          outcome,
        })),
        ...rules,
      ],
    }),
  },
  "POL-026": {
    "a quorum of 0": override({ quorum: 0 }),
    "a quorum of 17": override({ quorum: 17 }),
    "no roles": override({ approverRoles: [] }),
    "a role twice": override({ approverRoles: ["a", "a"] }),
    "a role twice, and one with a space": override({ approverRoles: ["a", "a", "a b"] }),
    "signed null": override({ signed: null }),
    "signed as text": override({ signed: "yes" }),
    "a second too many": override({ expiresAfterSeconds: 31536001 }),
    "override a list": member({ override: [] }),
  },
  "POL-027": {
    "signals of different types": condition({ signal: "note", equals: { signal: "kind" } }),
    "integer and decimal": condition({ signal: "risk_score", less_than: { signal: "price" } }),
    "in a signal": condition({ signal: "kind", in: { signal: "kind" } }),
    "starts with a signal": condition({ signal: "note", starts_with: { signal: "note" } }),
    "a list contains a number": condition({ signal: "tags", contains: { signal: "risk_score" } }),
    "between a signal": condition({ signal: "risk_score", between: { signal: "risk_score" } }),
  },
  "POL-028": {
    "a quantity from 1,001 on": pattern("a{1001,}"),
    "an anchor": pattern("^a$"),
    "a class of digits": pattern("\\d+"),
    "a property": pattern("\\p{L}"),
    "look-ahead": pattern("(?=a)a"),
    "a group that captures nothing": pattern("(?:a)"),
    "a reference back": pattern("(a)\\1"),
    lazy: pattern("a*?"),
    possessive: pattern("a++"),
    "an empty class": pattern("[]"),
    "a class of everything": pattern("[^\u0000-\u{10ffff}]"),
    "a range upside down": pattern("[b-a]"),
    "a hyphen in the middle": pattern("[a-b-c]"),
    "a class in a class": pattern("[[:alpha:]]"),
    "a group that is not closed": pattern("(a"),
    "a group that closes nothing": pattern("a)"),
    "a brace that is not closed": pattern("a{2"),
    "a quantity upside down": pattern("a{3,2}"),
    "a quantity of 1001": pattern("a{1001}"),
    "1001 positions": pattern("(a{91}){11}"),
    "1001 characters": pattern("a".repeat(1001)),
    "groups 33 deep": pattern(`${"(".repeat(33)}a${")".repeat(33)}`),
    "a backslash at the end": pattern("a\\"),
    "nothing to repeat": pattern("*a"),
    "a brace by itself": pattern("a}"),
  },
  "POL-029": {
    "no demand": provenance({}),
    "a list of demands": provenance([]),
    "signed false": provenance({ signed: false }),
    "no sources": provenance({ sources: [] }),
    "a source twice": provenance({ sources: ["a", "a"] }),
    "a source in capitals": provenance({ sources: ["A"] }),
    "an age of 0": provenance({ maxAgeSeconds: 0 }),
    "a subject and no signature": provenance({ subject: "claim_id" }),
    "a subject that is optional": provenance({ signed: true, subject: "note" }),
    "a subject that is a date": member({
      signalsSchema: {
        ...base.signalsSchema,
        day: { type: "date" },
        extra: { type: "string", optional: true, provenance: { signed: true, subject: "day" } },
      },
    }),
    "itself as subject": member({
      signalsSchema: {
        ...base.signalsSchema,
        extra: { type: "string", provenance: { signed: true, subject: "extra" } },
      },
    }),
  },
};
