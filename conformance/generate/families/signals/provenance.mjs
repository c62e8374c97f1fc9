import { refused, verified } from "../../kit.mjs";
import { payloadTypes } from "../../packages.mjs";
import { evidenceOf, json, signedRecord } from "../../sign.mjs";
import { ISSUED, NOW, at, signedTrustRoot } from "../../world.mjs";
import { outcome } from "./validation.mjs";

const OBSERVED = "2026-11-20T11:58:00.000Z";

export function provenance(context) {
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
