import { payloadTypes } from "../packages.mjs";
import { refused, verified } from "../kit.mjs";
import { evidenceOf, json, signedRecord } from "../sign.mjs";
import { at, ISSUED, NOW, signedTrustRoot } from "../world.mjs";

const OBSERVED = "2026-11-20T11:58:00.000Z";
const outcome = { decision: "approved", action: "yes", reason: "because" };

/** Signals that no policy accepts, and where signals come from (threats 3, 6 and 61). */
export function signals(context) {
  validation(context);
  provenance(context);
}

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

function validation({ kit, world }) {
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

function provenance(context) {
  const { kit, world } = context;
  const home = kit.home("provenance-home", world);
  const asked = (terms) => ({
    type: "integer",
    minimum: 0,
    maximum: 1000,
    optional: true,
    ...(terms !== undefined && { provenance: terms }),
  });
  const bundle = world.publish({
    policyId: "origins",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: {
      claim: { type: "string" },
      number: { type: "integer", minimum: 0, maximum: 1000000 },
      plain: asked(),
      sourced: asked({ sources: ["claims-db", "ledger-db"] }),
      fresh: asked({ maxAgeSeconds: 300 }),
      signed: asked({ signed: true }),
      about: asked({ signed: true, subject: "claim" }),
      numbered: asked({ signed: true, subject: "number" }),
      all: asked({ sources: ["claims-db"], maxAgeSeconds: 300, signed: true }),
    },
    rules: [{ id: "catch-all", condition: { all: [] }, outcome }],
  });
  home.add(bundle);
  const { claimsDb, ledgerDb, stranger, runtime } = world.keys;
  const record = (changes = {}) => ({ source: "claims-db", observedAt: OBSERVED, ...changes });
  const decided = { ...outcome, rule_id: "catch-all" };
  let count = 0;

  /** One signal of value 7, with a record that is made for the execution. */
  function input(name, signal, make, expect) {
    count += 1;
    const execution_id = `origin-${count}`;
    const values = { claim: "C-1", number: 17, ...(signal === undefined ? {} : { [signal]: 7 }) };
    const own = make?.({ execution_id, signal, value: 7 });
    const signalProvenance = own === undefined ? {} : { [signal]: own };
    const { attestation, evidence } = world.execute(bundle, values, {
      execution_id,
      signalProvenance,
      decided,
    });
    return {
      name,
      file: json(attestation),
      beside: { ".evidence": evidence },
      expect: expect === undefined ? verified() : refused({ "evidence.provenance-met": expect }, "L2"),
    };
  }
  const plain = (changes) => () => record(changes);
  const by =
    (key, changes = {}, spoil = {}) =>
    (about) =>
      signedRecord(key, { ...about, record: record(changes), ...spoil });
  const add = (name, why, inputs) =>
    kit.add("provenance", name, {
      why,
      threats: [61],
      home: home.directory,
      arguments: ["--at", NOW, "--level", "L4"],
      inputs: inputs.map((given) => input(...given)),
    });

  add("not-demanded", "Where nothing is demanded anything may be said, but a signature must hold.", [
    ["nothing", "plain", undefined],
    ["a source", "plain", plain({ source: "Somebody, said “so”" })],
    ["a date to come", "plain", plain({ observedAt: "2027-01-01T00:00:00.000Z" })],
    ["signed", "plain", by(claimsDb)],
    ["signed by a stranger", "plain", by(stranger), "VAL-035"],
    [
      "signed, and observed in the future",
      "plain",
      by(claimsDb, { observedAt: "2026-11-20T12:00:00.001Z" }),
      "VAL-033",
    ],
    [
      "signed without a date",
      "plain",
      (about) => signedRecord(claimsDb, { ...about, record: { source: "claims-db" } }),
      "VAL-032",
    ],
    ["optional signals left out", undefined, undefined],
  ]);
  const signedFor = (name, execution_id, expect) => {
    const about = { execution_id, signal: "signed", value: 7, record: record() };
    const signalProvenance = { signed: signedRecord(claimsDb, about) };
    const values = { claim: "C-1", number: 17, signed: 7 };
    const { attestation } = world.execute(bundle, values, {
      execution_id: "stated",
      signalProvenance,
      decided,
    });
    return {
      name,
      file: json(attestation),
      beside: { ".evidence": json(evidenceOf("elsewhere", values, signalProvenance)) },
      expect: refused({ "evidence.execution-id": "INV-073", ...expect }, "L2"),
    };
  };
  kit.add("provenance", "execution", {
    why: "A source signs for the execution that the attestation names, whatever the evidence says.",
    threats: [61],
    home: home.directory,
    arguments: ["--at", NOW, "--level", "L4"],
    inputs: [
      signedFor("signed for that of the attestation", "stated", {}),
      signedFor("signed for that of the evidence", "elsewhere", { "evidence.provenance-met": "VAL-035" }),
    ],
  });
  add("sources", "Only the sources that the policy names.", [
    ["the first", "sourced", plain()],
    ["the second", "sourced", plain({ source: "ledger-db" })],
    ["another", "sourced", plain({ source: "web" }), "VAL-031"],
    ["in capitals", "sourced", plain({ source: "Claims-db" }), "VAL-031"],
    ["stripped", "sourced", undefined, "VAL-030"],
  ]);
  add("freshness", "Observed no longer ago than the policy says, and not in the future.", [
    ["two minutes", "fresh", plain()],
    ["exactly five minutes", "fresh", plain({ observedAt: "2026-11-20T11:55:00.000Z" })],
    ["a millisecond more", "fresh", plain({ observedAt: "2026-11-20T11:54:59.999Z" }), "VAL-032"],
    ["at the decision", "fresh", plain({ observedAt: ISSUED })],
    ["after the decision", "fresh", plain({ observedAt: "2026-11-20T12:00:00.001Z" }), "VAL-033"],
    ["no date", "fresh", () => ({ source: "claims-db" }), "VAL-032"],
  ]);
  const wrong = "VAL-035";
  add("signatures", "Signed by a key of its source, over this value, signal, origin and execution.", [
    ["by the source", "signed", by(claimsDb)],
    ["with the hash of a document", "signed", by(claimsDb, { evidenceHash: `sha256:${"0f".repeat(32)}` })],
    ["unsigned", "signed", plain(), "VAL-034"],
    ["stripped", "signed", undefined, "VAL-030"],
    ["by another source's key", "signed", by(ledgerDb), wrong],
    ["by the runtime", "signed", by(runtime), wrong],
    ["by a stranger", "signed", by(stranger), wrong],
    ["in a source's name that has no role", "signed", by(claimsDb, { source: "web" }), wrong],
    ["for another execution", "signed", by(claimsDb, {}, { execution_id: "origin-0" }), wrong],
    ["another value", "signed", by(claimsDb, {}, { value: 8 }), wrong],
    ["another signal", "signed", by(claimsDb, {}, { signal: "plain" }), wrong],
    [
      "another date",
      "signed",
      (about) => ({ ...by(claimsDb)(about), observedAt: "2026-11-20T11:59:00.000Z" }),
      wrong,
    ],
    [
      "a document added",
      "signed",
      (about) => ({ ...by(claimsDb)(about), evidenceHash: `sha256:${"0f".repeat(32)}` }),
      wrong,
    ],
    [
      "under the type of attestations",
      "signed",
      by(claimsDb, {}, { payloadType: payloadTypes.attestation }),
      wrong,
    ],
    ["for a subject, where none is asked", "signed", by(claimsDb, { subject: "C-1" }), "VAL-036"],
    ["everything demanded", "all", by(claimsDb)],
    ["everything, by another source", "all", by(ledgerDb, { source: "ledger-db" }), "VAL-031"],
    ["everything, too old", "all", by(claimsDb, { observedAt: "2026-11-20T11:00:00.000Z" }), "VAL-032"],
  ]);
  add("subjects", "What is signed for a subject is about that subject.", [
    ["the claim", "about", by(claimsDb, { subject: "C-1" })],
    ["another claim", "about", by(claimsDb, { subject: "C-2" }), "VAL-036"],
    ["no subject", "about", by(claimsDb), "VAL-036"],
    ["a subject added", "about", (about) => ({ ...by(claimsDb)(about), subject: "C-1" }), wrong],
    ["a number", "numbered", by(claimsDb, { subject: "17" })],
    ["a number spelt otherwise", "numbered", by(claimsDb, { subject: "17.0" }), "VAL-036"],
    ["for another execution too", "about", by(claimsDb, { subject: "C-1" }, { execution_id: "origin-0" })],
  ]);
  sourceKeys(context, { bundle, decided, record });
}

/** A source's key that was revoked or ended. */
function sourceKeys({ kit, world, bundled, evidenceBundle }, { bundle, decided, record }) {
  const { keys, listed, roles } = world;
  const cases = {
    "revoked-before": [{ status: "revoked", revokedAt: at(OBSERVED) }, false],
    "revoked-after": [{ status: "revoked", revokedAt: at(ISSUED) + 1 }, false],
    "ended-before": [{ validUntil: at(OBSERVED) }, false],
    "ended-after": [{ validUntil: at(OBSERVED) + 1 }, true],
    retired: [{ status: "retired" }, true],
  };
  for (const [name, [changes, holds]] of Object.entries(cases)) {
    const own = signedTrustRoot(
      {
        keys: listed.map((found) =>
          found.publicKey.keyId === keys.claimsDb.keyId ? { ...found, ...changes } : found,
        ),
        roles,
      },
      [keys.root],
    );
    const execution_id = `source-${name}`;
    const signalProvenance = {
      signed: signedRecord(keys.claimsDb, { signal: "signed", value: 7, record: record(), execution_id }),
    };
    const execution = world.execute(
      bundle,
      { claim: "C-1", number: 17, signed: 7 },
      { execution_id, signalProvenance, decided, provenance: { trustRootHash: own.hash } },
    );
    const trustRoot = { document: own.document, signature: own.signature, predecessors: [] };
    kit.add("provenance", `source-key-${name}`, {
      why: `The source's key, ${name.replaceAll("-", " ")} the observation: what counts is when it observed.`,
      threats: [25, 61],
      arguments: bundled,
      inputs: [
        {
          file: evidenceBundle(execution, { trustRoot }),
          expect: holds ? verified() : refused({ "evidence.provenance-met": "VAL-035" }),
        },
      ],
    });
  }
}
