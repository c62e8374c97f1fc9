import { refused, verified } from "../kit.mjs";
import { small } from "../policies.mjs";
import { json, text } from "../sign.mjs";

const outcome = { decision: "approved", action: "yes", reason: "because" };
const rules = [{ id: "catch-all", condition: { all: [] }, outcome }];
const base = {
  schemaVersion: "1.0.0",
  signalsSchema: {
    claim_id: { type: "string", maxLength: 64 },
    claim_amount: { type: "integer", minimum: 0, maximum: 100000000 },
    risk_score: { type: "integer", minimum: 0, maximum: 100 },
    note: { type: "string", optional: true },
    when: { type: "date", optional: true },
    price: { type: "decimal", scale: 2, optional: true },
    kind: { type: "enum", values: ["a", "b"], optional: true },
    flag: { type: "boolean", optional: true },
    tags: { type: "list", items: { type: "string" }, maxItems: 5, optional: true },
  },
  rules,
};

const member = (changes) => ({ ...base, ...changes });
const signal = (declaration) => member({ signalsSchema: { ...base.signalsSchema, extra: declaration } });
const optional = (declaration) => signal({ ...declaration, optional: true });
const condition = (value) => member({ rules: [{ id: "asked", condition: value, outcome }, ...rules] });
const rule = (value) => member({ rules: [value, ...rules] });
const pattern = (matches) => condition({ signal: "note", matches });
const override = (terms) =>
  member({ override: { approverRoles: ["a"], quorum: 1, expiresAfterSeconds: 60, ...terms } });
const provenance = (terms) => optional({ type: "string", provenance: terms });
const nested = (depth, inner = { all: [] }) =>
  Array.from({ length: depth }).reduce((value) => ({ not: value }), inner);
const missing = (name) => Object.fromEntries(Object.entries(base).filter(([known]) => known !== name));

const refusedPolicies = {
  "POL-005": {
    "a member more": member({ extra: 1 }),
    "a member of a rule more": rule({ id: "a", condition: { all: [] }, outcome, extra: 1 }),
    "a member of an outcome more": rule({
      id: "a",
      condition: { all: [] },
      outcome: { ...outcome, extra: 1 },
    }),
    "a demand on the origin that is none": provenance({ age: 1 }),
    "a member of replay more": member({ replay: { identity: "execution", extra: 1 } }),
    "a member of replay more, and one less": member({ replay: { extra: 1 } }),
  },
  "POL-004": {
    "no rules": missing("rules"),
    "replay without identity": member({ replay: {} }),
    "no signalsSchema": missing("signalsSchema"),
    "a rule without outcome": rule({ id: "a", condition: { all: [] } }),
    "override without quorum": member({ override: { approverRoles: ["a"], expiresAfterSeconds: 60 } }),
  },
  "POL-006": {
    "rules an object": member({ rules: {} }),
    "a rule that is no object": rule("catch-all"),
    "an empty description, and bounds that contradict each other": optional({
      type: "integer",
      minimum: 2,
      maximum: 1,
      description: "",
    }),
    "signalsSchema a list": member({ signalsSchema: [] }),
    "a description of two lines": member({ description: "a\nb" }),
    "replay by the caller": member({ replay: { identity: "caller" } }),
    "replay null": member({ replay: null }),
  },
  "POL-009": {
    "schemaVersion 2": member({ schemaVersion: "2.0.0" }),
    "schemaVersion null": member({ schemaVersion: null }),
  },
  "POL-010": {
    "a name with a hyphen": member({
      signalsSchema: { ...base.signalsSchema, "a-b": { type: "boolean", optional: true } },
    }),
    "a name that starts with a digit": member({
      signalsSchema: { ...base.signalsSchema, "1a": { type: "boolean", optional: true } },
    }),
    "a name of 65 characters": member({
      signalsSchema: { ...base.signalsSchema, ["a".repeat(65)]: { type: "boolean", optional: true } },
    }),
  },
  "POL-011": {
    "no type": optional({}),
    "a type that is none": optional({ type: "text" }),
    "an integer without maximum": optional({ type: "integer", minimum: 0 }),
    "a keyword of another type": optional({ type: "boolean", minimum: 0 }),
    "a list of lists": optional({
      type: "list",
      maxItems: 1,
      items: { type: "list", maxItems: 1, items: { type: "boolean" } },
    }),
    "optional items": optional({ type: "list", maxItems: 1, items: { type: "boolean", optional: true } }),
    "a declaration that is a text": signal("boolean"),
  },
  "POL-012": {
    "optional null, and an empty description": signal({ type: "boolean", optional: null, description: "" }),
    "minimum above maximum": optional({ type: "integer", minimum: 2, maximum: 1 }),
    "a bound of 1.5": optional({ type: "integer", minimum: 0, maximum: 1.5 }),
    "a scale of 10": optional({ type: "decimal", scale: 10 }),
    "a decimal bound of another scale": optional({ type: "decimal", scale: 2, minimum: "1.5" }),
    "a bound of -0.00": optional({ type: "decimal", scale: 2, minimum: "-0.00" }),
    "no values": optional({ type: "enum", values: [] }),
    "a value twice": optional({ type: "enum", values: ["a", "a"] }),
    "an empty value": optional({ type: "enum", values: [""] }),
    "maxLength 16385": optional({ type: "string", maxLength: 16385 }),
    "maxItems 0": optional({ type: "list", items: { type: "boolean" }, maxItems: 0 }),
    "a format that is none": optional({ type: "string", format: "uri" }),
    "optional null": signal({ type: "boolean", optional: null }),
    "optional as text": signal({ type: "boolean", optional: "true" }),
  },
  "POL-013": {
    "an empty condition": condition({}),
    "a condition that is true": condition(true),
    "any of nothing": condition({ any: [] }),
    "all and any": condition({ all: [], any: [] }),
    "not of a list": condition({ not: [] }),
    "all of an object": condition({ all: {} }),
    "all with a member more": condition({ all: [], description: "x" }),
    "a signal that is a number": condition({ signal: 1, equals: 1 }),
  },
  "POL-014": {
    "an operator that is none": condition({ signal: "note", eq: "a" }),
    "an operator and a member more": condition({ signal: "note", equals: "a", description: "x" }),
  },
  "POL-015": {
    "no operator": condition({ signal: "note" }),
    "two operators": condition({ signal: "note", equals: "a", not_equals: "b" }),
  },
  "POL-016": {
    "a signal that is not declared": condition({ signal: "nothing", exists: true }),
    "an operand that is not declared": condition({ signal: "note", equals: { signal: "nothing" } }),
    "an inherited name": condition({ signal: "constructor", exists: true }),
  },
  "POL-017": {
    "a literal out of range": condition({ signal: "risk_score", equals: 101 }),
    "a literal of another type": condition({ signal: "risk_score", equals: "1" }),
    "a decimal of another scale": condition({ signal: "price", equals: "1.5" }),
    "a date that is none": condition({ signal: "when", equals: "2026-02-30" }),
    "a value that is none": condition({ signal: "kind", equals: "c" }),
    "between upside down": condition({ signal: "risk_score", between: [2, 1] }),
    "between three": condition({ signal: "risk_score", between: [1, 2, 3] }),
    "in nothing": condition({ signal: "kind", in: [] }),
    "in twice the same": condition({ signal: "kind", in: ["a", "a"] }),
    "in twice the same number": text('{"in":[1,1.0]}'),
    "contains nothing": condition({ signal: "note", contains: "" }),
    "exists as text": condition({ signal: "note", exists: "true" }),
    "a pattern that is a number": pattern(1),
    null: condition({ signal: "note", equals: null }),
    "an object with a member more": condition({ signal: "note", equals: { signal: "note", offset: 1 } }),
  },
  "POL-018": {
    "an order of texts": condition({ signal: "note", less_than: "b" }),
    "an order of truths": condition({ signal: "flag", less_than: true }),
    "in for a boolean": condition({ signal: "flag", in: [true] }),
    "in for a list": condition({ signal: "tags", in: [["a"]] }),
    "matches for a number": condition({ signal: "risk_score", matches: "[0-9]+" }),
    "contains for an enum": condition({ signal: "kind", contains: "a" }),
  },
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

const accepted = {
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

/** Policies that are signed and listed, and that must not load, or must. */
export function policyDocuments({ kit, world, bundled, bundles, evidenceBundle, policyBundle }) {
  const decided = { decision: "approved", rule_id: "catch-all", action: "yes", reason: "because" };
  const execution = world.execute(bundles.claims, small);
  const identity = { policyId: "policy-documents", policyVersion: "1.0.0" };
  let version = 0;

  /** Beside an attestation of another bundle: one that does not open is compared with nothing. */
  const refusedInput = (name, policy, code) => ({
    name,
    file: evidenceBundle(execution, {
      policyBundle: policyBundle(
        world.publish(bytesOf(policy, identity), { manifest: identity, listed: false }),
      ),
    }),
    expect: refused({ "bundle.authentic": code }),
  });

  function acceptedInput(name, policy) {
    version += 1;
    const own = { ...identity, policyVersion: `1.0.${version}` };
    const bundle = world.publish(bytesOf(policy, own), { manifest: own });
    const entry = { replayIdentity: policy.replay?.identity ?? "fingerprint" };
    const execution = world.execute(bundle, small, { decided, entry });
    return { name, file: evidenceBundle(execution), expect: verified() };
  }

  for (const [code, policies] of Object.entries(refusedPolicies)) {
    kit.add("policy-documents", code.toLowerCase(), {
      why: `A policy that does not load decides nothing, whoever signed it (${code}).`,
      threats: [19, 32],
      arguments: bundled,
      inputs: Object.entries(policies).map(([name, policy]) => refusedInput(name, policy, code)),
    });
  }
  kit.add("policy-documents", "accepted", {
    why: "What is just within the limits loads.",
    arguments: bundled,
    inputs: Object.entries(accepted).map(([name, policy]) => acceptedInput(name, policy)),
  });
  const own = (changes) => JSON.stringify({ ...identity, ...base, ...changes });
  const spelt = [
    ["empty", () => "", "POL-001"],
    ["no JSON", () => "policy", "POL-002"],
    ["a member twice", () => own({}).replace('"rules":', '"rules":[],"rules":'), "POL-002"],
    ["a byte order mark", () => `\ufeff${own({})}`, "POL-002"],
    ["a comment", () => `${own({})}// end`, "POL-002"],
    ["nested 81 deep", () => `${"[".repeat(81)}${"]".repeat(81)}`, "POL-002"],
    ["nested 80 deep", () => `${"[".repeat(80)}${"]".repeat(80)}`, "POL-003"],
    ["a list", () => "[]", "POL-003"],
    ["another policyId", () => own({ policyId: "another" }), "POL-008"],
    ["another policyVersion", () => own({ policyVersion: "2.0.0" }), "POL-008"],
    [
      "an index after another name",
      () =>
        own({}).replace('"signalsSchema":{', '"signalsSchema":{"z":{"type":"none"},"7":{"type":"boolean"},'),
      "POL-010",
    ],
    ["a policyId in capitals", () => own({ policyId: "Policy" }), "POL-023"],
    ["a policyVersion with v", () => own({ policyVersion: "v1.0.0" }), "POL-022"],
  ];
  kit.add("policy-documents", "spelling", {
    why: "policy.json is strict JSON, an object, and of the name in its manifest.",
    threats: [1, 2, 28],
    arguments: bundled,
    inputs: spelt.map(([name, content, code]) => refusedInput(name, text(content()), code)),
  });
}

/** A policy as it is, with its identity; of a fragment of text, a policy around it. */
function bytesOf(policy, identity) {
  if (!(policy instanceof Uint8Array)) return json({ ...identity, ...policy });
  const content = new TextDecoder("utf-8", { ignoreBOM: true }).decode(policy);
  if (!content.startsWith('{"in"')) return policy;
  const leaf = content.replace("{", '{"signal":"risk_score",');
  return text(JSON.stringify({ ...identity, ...condition("#") }).replace('"#"', leaf));
}
