import { refused, verified } from "../kit.mjs";
import { evidenceOf, json, text } from "../sign.mjs";
import { tables } from "../policy-tables.mjs";
import { NOW } from "../world.mjs";

const YES = { decision: "approved", action: "yes", reason: "the condition holds" };
const NO = { decision: "rejected", action: "no", reason: "the condition does not hold" };

/** A policy with a rule for each condition; the signal `case` says which one is asked. */
function policyOf(name, { declarations, conditions }) {
  const names = Object.keys(conditions);
  return {
    policyId: `re-decide-${name}`,
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { case: { type: "enum", values: names }, ...declarations },
    rules: [
      ...names.map((id) => ({
        id,
        condition: { all: [{ signal: "case", equals: id }, conditions[id].condition] },
        outcome: YES,
      })),
      { id: "catch-all", condition: { all: [] }, outcome: NO },
    ],
  };
}

/** Every operator on every type, at its boundaries: what is attested must be what the policy decides, and not the opposite. */
export function policies({ kit, world }) {
  const home = kit.home("policies-home", world);
  for (const [name, table] of Object.entries(tables)) {
    const bundle = world.publish(policyOf(name, table));
    home.add(bundle);
    /** @param {number} most samples of each truth */
    const samplesOf = (most) =>
      Object.entries(table.conditions).flatMap(([id, { holds, fails }]) => [
        ...holds.slice(0, most).map((sample) => ({ id, sample, truth: true })),
        ...fails.slice(0, most).map((sample) => ({ id, sample, truth: false })),
      ]);
    const add = (title, why, inputs, claimed, expect) =>
      kit.add("policies", title, {
        why,
        threats: [6, 20, 32],
        home: home.directory,
        arguments: ["--at", NOW, "--level", "L4"],
        inputs: inputs.map(({ id, sample, truth }) => {
          const signals = { case: id, ...sample };
          const says = claimed(truth);
          const decided = says ? { ...YES, rule_id: id } : { ...NO, rule_id: "catch-all" };
          const { attestation, evidence } = world.execute(bundle, signals, { decided });
          return {
            name: `${id} ${spell(sample)}`,
            file: json(attestation),
            beside: { ".evidence": evidence },
            expect,
          };
        }),
      });
    add(
      name,
      `Conditions on signals of type ${name}: the decision attested is the right one.`,
      samplesOf(Infinity),
      (truth) => truth,
      verified(),
    );
    const other = {
      "decision.rule": "INV-075",
      "decision.outcome": "INV-075",
      "decision.action": "INV-075",
      "decision.reason": "INV-075",
    };
    add(
      `${name}-opposite`,
      `Conditions on signals of type ${name}: the opposite is attested.`,
      samplesOf(1),
      (truth) => !truth,
      refused(other, "L2"),
    );
  }
  spellings({ kit, world, home });
}

const spell = (sample) => JSON.stringify(sample).slice(0, 60);

/** The same facts, spelt in other ways, are the same facts (threat 4). */
function spellings({ kit, world, home }) {
  const bundle = world.publish({
    policyId: "re-decide-spellings",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: {
      a: { type: "integer", minimum: -10, maximum: 1000000 },
      b: { type: "number" },
      c: { type: "string" },
    },
    rules: [{ id: "catch-all", condition: { all: [] }, outcome: YES }],
  });
  home.add(bundle);
  const signals = { a: 100, b: 0, c: "é" };
  const execution = world.execute(bundle, signals, { execution_id: "spelt" });
  const plain = new TextDecoder().decode(json(evidenceOf("spelt", signals)));
  const files = {
    canonical: plain,
    "100.0": plain.replace(":100", ":100.0"),
    "1e2": plain.replace(":100", ":1e2"),
    "1000E-1": plain.replace(":100", ":1000E-1"),
    "-0": plain.replace('"b":0', '"b":-0'),
    "0e5": plain.replace('"b":0', '"b":0e5'),
    "0.000": plain.replace('"b":0', '"b":0.000'),
    "a letter escaped": plain.replace("é", "\\u00e9"),
    "white space": plain.replaceAll(",", " ,\n"),
    "the members of signals reversed": plain.replace('{"a":100,"b":0,"c":"é"}', '{"c":"é","b":0,"a":100}'),
  };
  const others = {
    "another normalisation": plain.replace("é", "e\u0301"),
    "another number": plain.replace(":100", ":100.5"),
    "a text": plain.replace(":100", ':"100"'),
  };
  const changed = { "evidence.signals-hash": "INV-074", "decision.fingerprint": "INV-074" };
  kit.add("policies", "spellings", {
    why: "Hashes are over values: how the evidence file spells them does not matter.",
    threats: [4, 5],
    home: home.directory,
    arguments: ["--at", NOW, "--level", "L4"],
    inputs: [
      ...Object.entries(files).map(([name, evidence]) => [name, evidence, verified()]),
      ...Object.entries(others).map(([name, evidence]) => [
        name,
        evidence,
        refused(
          { ...changed, ...(name !== "another normalisation" && { "evidence.signals-valid": "VAL-007" }) },
          "L2",
        ),
      ]),
    ].map(([name, evidence, expect]) => ({
      name,
      file: json(execution.attestation),
      beside: { ".evidence": text(evidence) },
      expect,
    })),
  });
}
