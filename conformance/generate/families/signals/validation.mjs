import { refused, verified } from "../../kit.mjs";
import { json } from "../../sign.mjs";
import { NOW } from "../../world.mjs";

export const outcome = { decision: "approved", action: "yes", reason: "because" };

const declared = {
  truth: { type: "boolean" },
  whole: { type: "integer", minimum: -5, maximum: 5 },
  real: { type: "number", minimum: -1.5, maximum: 1.5 },
  money: { type: "decimal", scale: 2, minimum: "-10.00", maximum: "10.00" },
  word: { type: "string", minLength: 1, maxLength: 3 },
  kind: { type: "enum", values: ["a", "b"] },
  day: { type: "date" },
  time: { type: "timestamp" },
  list: { type: "list", items: { type: "integer", minimum: 0, maximum: 9 }, minItems: 1, maxItems: 3 },
  host: { type: "string", format: "hostname", optional: true },
  mail: { type: "string", format: "email", optional: true },
  ip: { type: "string", format: "ipv4", optional: true },
  id: { type: "string", format: "uuid", optional: true },
};

const good = {
  truth: true,
  whole: 0,
  real: 0,
  money: "0.00",
  word: "abc",
  kind: "a",
  day: "2026-11-20",
  time: "2026-11-20T12:00:00.000Z",
  list: [1],
};

const accepted = [
  { whole: -5 },
  { whole: 5 },
  { real: 1.5 },
  { real: -1.5 },
  { money: "-10.00" },
  { money: "10.00" },
  { word: "\u{1f680}\u{1f680}\u{1f680}" },
  { word: " " },
  { day: "0001-01-01" },
  { day: "2000-02-29" },
  { time: "1970-01-01T00:00:00.000Z" },
  { list: [0, 9, 9] },
  { host: "a" },
  { host: "xn--bcher-kva.example" },
  { host: `${"a".repeat(63)}.b` },
  { mail: "Ada.o'Neil+x@example.com" },
  { mail: `${"a".repeat(64)}@b` },
  { ip: "0.0.0.0" },
  { ip: "255.255.255.255" },
  { id: "00000000-0000-0000-0000-000000000000" },
  { host: "1.a" },
];

const refusals = {
  "VAL-003": [{ extra: 1 }, { Truth: true }, { constructor: 1 }],
  "VAL-005": [{ real: 1.5000000000000002 }, { real: -2 }, { real: "1" }, { real: true }, { real: [] }],
  "VAL-006": [{ truth: 1 }, { truth: "true" }, { truth: [] }],
  "VAL-007": [{ whole: 6 }, { whole: -6 }, { whole: 0.5 }, { whole: "0" }, { whole: true }],
  "VAL-008": [
    { word: "" },
    { word: "abcd" },
    { word: "\u{1f680}\u{1f680}\u{1f680}\u{1f680}" },
    { word: 1 },
    { host: "A" },
    { host: "a." },
    { host: ".a" },
    { host: "-a" },
    { host: "a-" },
    { host: "a..b" },
    { host: "1.2.3" },
    { host: "1" },
    { host: "a_b" },
    { host: `${"a".repeat(64)}` },
    { host: "" },
    { mail: "a@B" },
    { mail: "a@" },
    { mail: "@a" },
    { mail: "a.@b" },
    { mail: ".a@b" },
    { mail: "a..b@c" },
    { mail: `${"a".repeat(65)}@b` },
    { mail: '"a"@b' },
    { mail: "a@[1.2.3.4]" },
    { mail: "a@b@c" },
    { mail: "ä@b" },
    { ip: "256.0.0.1" },
    { ip: "01.0.0.1" },
    { ip: "1.2.3" },
    { ip: "1.2.3.4.5" },
    { ip: "1.2.3.4 " },
    { ip: "::1" },
    { id: "00000000-0000-0000-0000-00000000000A" },
    { id: "{00000000-0000-0000-0000-000000000000}" },
  ],
  "VAL-009": [{ kind: "c" }, { kind: "A" }, { kind: "a " }, { kind: 1 }],
  "VAL-010": [
    { money: "0.0" },
    { money: "0.000" },
    { money: "0" },
    { money: "-0.00" },
    { money: "00.00" },
    { money: "+1.00" },
    { money: "1,00" },
    { money: ".50" },
    { money: "10.01" },
    { money: "-10.01" },
    { money: 1 },
    { money: "1e0" },
    { money: " 1.00" },
    { money: "１.00" },
  ],
  "VAL-011": [
    { day: "2026-02-29" },
    { day: "1900-02-29" },
    { day: "0000-01-01" },
    { day: "2026-13-01" },
    { day: "2026-1-1" },
    { day: "20261120" },
    { day: "2026-11-20T00:00:00.000Z" },
    { day: 20261120 },
  ],
  "VAL-012": [
    { time: "2026-11-20T12:00:00Z" },
    { time: "2026-11-20T12:00:00.000+00:00" },
    { time: "2026-11-20T12:00:00.0000Z" },
    { time: "2026-06-31T12:00:00.000Z" },
    { time: "2026-11-20T24:00:00.000Z" },
    { time: "2026-11-20T12:00:60.000Z" },
    { time: "9999-01-01T00:00:00.000Z" },
    { time: 0 },
  ],
  "VAL-013": [
    { list: [] },
    { list: [1, 2, 3, 4] },
    { list: [10] },
    { list: [1, "1"] },
    { list: 1 },
    { list: "1" },
  ],
};

export function validation({ kit, world }) {
  const home = kit.home("signals-home", world);
  const bundle = world.publish({
    policyId: "signals",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: declared,
    rules: [{ id: "catch-all", condition: { all: [] }, outcome }],
  });
  home.add(bundle);
  const input = (given, expect, name = JSON.stringify(given).slice(0, 60)) => {
    const { attestation, evidence } = world.execute(bundle, given.all ?? { ...good, ...given }, {
      decided: { ...outcome, rule_id: "catch-all" },
    });
    return { name, file: json(attestation), beside: { ".evidence": evidence }, expect };
  };
  const add = (name, why, inputs) =>
    kit.add("signals", name, {
      why,
      threats: [3, 5, 6],
      home: home.directory,
      arguments: ["--at", NOW, "--level", "L4"],
      inputs,
    });
  const without = (...names) => ({
    all: Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name))),
  });
  add("accepted", "Values at the ends of what is declared.", [
    input({}, verified(), "all in the middle"),
    ...accepted.map((given) => input(given, verified())),
  ]);
  for (const [code, list] of Object.entries(refusals)) {
    add(
      code.toLowerCase(),
      `A value that its declaration does not accept (${code}), attested all the same.`,
      list.map((given) => input(given, refused({ "evidence.signals-valid": code }, "L2"))),
    );
  }
  const first = (code) => refused({ "evidence.signals-valid": code }, "L2");
  add(
    "missing",
    "Every signal that is not optional is there; the first problem, in the order of the policy, gives the code.",
    [
      ...Object.keys(good).map((name) => input(without(name), first("VAL-004"), `without ${name}`)),
      input({ all: {} }, first("VAL-004"), "none"),
      input({ truth: 1, whole: 6 }, first("VAL-006"), "two are wrong"),
      input({ whole: 6, truth: 1 }, first("VAL-006"), "two are wrong, in another order"),
      input(
        { all: { ...without("truth").all, whole: 6 } },
        first("VAL-004"),
        "the first missing, the second wrong",
      ),
      input({ truth: 1, zzz: 1 }, first("VAL-003"), "one wrong, one undeclared"),
    ],
  );
}
