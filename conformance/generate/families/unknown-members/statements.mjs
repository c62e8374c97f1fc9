import { malformed } from "../../kit.mjs";
import { encodeBase64, payloadTypes } from "../../packages.mjs";
import { small } from "../../policies.mjs";
import { envelopeOf, json, sealed, signature, statementOf, without } from "../../sign.mjs";

/** All signed as they are, so that only the form can be wrong. */
export function attestations({ kit, world, home, homed, bundles: { claims: bundle } }) {
  const { attestation } = world.execute(bundle, small, { requester: "agent-7" });
  const key = world.keys.runtime;
  const unsigned = without(attestation, "signature");
  const resealed = (members) => json(sealed(members, key, { names: false }));
  const { provenance } = unsigned;
  const inputs = [
    ["a member more", resealed({ ...unsigned, extra: "x" })],
    ["a member more, of a resolution", resealed({ ...unsigned, votesHash: provenance.policyHash })],
    ["a member that is null", resealed({ ...unsigned, audience: null })],
    ["_type beside the members", resealed({ ...unsigned, _type: "https://in-toto.io/Statement/v1" })],
    ["a member of provenance more", resealed({ ...unsigned, provenance: { ...provenance, extra: 1 } })],
    ["provenance in an array", resealed({ ...unsigned, provenance: [provenance] })],
    ["provenance null", resealed({ ...unsigned, provenance: null })],
    ["signature missing", json(unsigned)],
    ["signature null", json({ ...attestation, signature: null })],
    ["in an array", json([attestation])],
    ["an empty object", json({})],
    ["null", json(null)],
    ["a text", json("attestation")],
    ["the Statement itself", json(statementOf(attestation))],
    ...Object.keys(without(unsigned, "requester")).map((name) => [
      `without ${name}`,
      json({ ...without(attestation, name) }),
    ]),
    ...Object.keys(provenance).map((name) => [
      `without provenance.${name}`,
      resealed({ ...unsigned, provenance: without(provenance, name) }),
    ]),
  ];
  kit.add("unknown-members", "attestation", {
    why: "The flat form and its provenance are closed, correctly signed or not.",
    threats: [19],
    home,
    arguments: homed,
    inputs: inputs.map(([name, file]) => ({ name, file, expect: malformed })),
  });
  grammars({ kit, home, homed, resealed, unsigned });
}

function grammars({ kit, home, homed, resealed, unsigned }) {
  const hash = unsigned.provenance.policyHash;
  const values = {
    execution_id: ["", "a b", "ä", "a/b", `${"a".repeat(129)}`, 7, null, "a\n"],
    execution_fingerprint: [
      hash.slice(7),
      hash.toUpperCase(),
      `${hash}0`,
      hash.slice(0, -1),
      `sha512:${hash.slice(7)}`,
      `sha256:${"g".repeat(64)}`,
    ],
    policyId: ["", "-a", "A", "a_b", "a".repeat(65), "claims‑approval", "../x", "a\n"],
    policyVersion: [
      "v1.0.0",
      "1.0",
      "1.0.0.0",
      "01.0.0",
      "1.0.0-",
      "1.0.0-01",
      `1.0.0-${"a".repeat(60)}`,
      "latest",
      "1.0.0\n",
    ],
    decision: ["APPROVED", "allow", true, null],
    rule_id: ["", "a\nb", "a\u0000", "a\u202eb", "x".repeat(1025), 1],
    action: ["", "a\u2028b", "\u0085"],
    reason: ["", "a\u2066b", "line one\nline two"],
    execution_state: ["done", null, "Completed"],
    issuedAt: [
      "2026-11-20T12:00:00Z",
      "2026-11-20T12:00:00.000+00:00",
      "2026-11-20t12:00:00.000z",
      "2026-11-20 12:00:00.000Z",
      "2026-02-29T12:00:00.000Z",
      "2026-11-31T12:00:00.000Z",
      "2026-11-20T24:00:00.000Z",
      "2026-11-20T12:60:00.000Z",
      "2026-11-20T23:59:60.000Z",
      "1969-12-31T23:59:59.999Z",
      "9999-01-01T00:00:00.000Z",
      "never",
      1795176000000,
      "２026-11-20T12:00:00.000Z",
    ],
    requester: ["", "a\nb", "x".repeat(257), 1, null],
    audience: ["", "\u007f", ["payments"]],
    actionHash: ["", hash.slice(7), null],
    keyId: ["", unsigned.keyId.slice(1), `${unsigned.keyId}=`, `${unsigned.keyId.slice(0, -1)}B`],
  };
  const provenance = {
    runtimeVersion: ["", "a b", "x".repeat(129), "ä", 1],
    runtimeHash: ["", hash.slice(7)],
    trustRootVersion: [0, -1, 1.5, "1", null, 9007199254740992],
    policyIndexVersion: [0, 1e300, true],
    schemaVersion: ["", "1.0.0\n"],
    signalsHash: [null, hash.replace("sha256", "SHA256")],
  };
  kit.add("unknown-members", "attestation-grammars", {
    why: "Every member has one grammar; what is outside is not well-formed, signed or not.",
    threats: [5, 19, 39],
    home,
    arguments: homed,
    inputs: [
      ...Object.entries(values).flatMap(([name, list]) =>
        list.map((value) => [name, { ...unsigned, [name]: value }, value]),
      ),
      ...Object.entries(provenance).flatMap(([name, list]) =>
        list.map((value) => [
          `provenance.${name}`,
          { ...unsigned, provenance: { ...unsigned.provenance, [name]: value } },
          value,
        ]),
      ),
    ].map(([name, members, value]) => ({
      name: `${name} ${JSON.stringify(value).slice(0, 48)}`,
      file: resealedSafely(resealed, members),
      expect: malformed,
    })),
  });
}

/** Where no Statement can be made of it, the old signature stays. */
function resealedSafely(resealed, members) {
  return typeof members.execution_fingerprint === "string" ? resealed(members) : json(members);
}

export function statements({ kit, world, home, homed, bundles: { claims: bundle } }) {
  const { attestation } = world.execute(bundle, small);
  const statement = statementOf(attestation);
  const [subject] = statement.subject;
  const wrapped = (changed) => {
    const payload = json(changed);
    return json({
      ...envelopeOf(attestation),
      payload: encodeBase64(payload),
      signatures: [
        { keyid: attestation.keyId, sig: signature(world.keys.runtime, payloadTypes.attestation, payload) },
      ],
    });
  };
  const cases = {
    "a member more": { ...statement, extra: 1 },
    "a member of the predicate more": { ...statement, predicate: { ...statement.predicate, extra: 1 } },
    "the id in the predicate too": {
      ...statement,
      predicate: { ...statement.predicate, execution_id: attestation.execution_id },
    },
    "the signature in the predicate": {
      ...statement,
      predicate: { ...statement.predicate, signature: attestation.signature },
    },
    "two subjects": { ...statement, subject: [subject, subject] },
    "no subject": { ...statement, subject: [] },
    "the subject no list": { ...statement, subject },
    "a member of the subject more": { ...statement, subject: [{ ...subject, uri: "x" }] },
    "another digest beside": {
      ...statement,
      subject: [{ ...subject, digest: { ...subject.digest, sha512: "00" } }],
    },
    "the digest with its prefix": {
      ...statement,
      subject: [{ ...subject, digest: { sha256: attestation.execution_fingerprint } }],
    },
    "the digest in capitals": {
      ...statement,
      subject: [{ ...subject, digest: { sha256: subject.digest.sha256.toUpperCase() } }],
    },
    "no prefix in the name": { ...statement, subject: [{ ...subject, name: attestation.execution_id }] },
    "Statement v0.1": { ...statement, _type: "https://in-toto.io/Statement/v0.1" },
    "no _type": without(statement, "_type"),
    "no predicateType": without(statement, "predicateType"),
    "no predicate": without(statement, "predicate"),
    "the predicate null": { ...statement, predicate: null },
  };
  kit.add("unknown-members", "statement", {
    why: "The Statement, its subject and its predicate are closed, correctly signed or not.",
    threats: [19],
    home,
    arguments: homed,
    inputs: Object.entries(cases).map(([name, changed]) => ({
      name,
      file: wrapped(changed),
      expect: malformed,
    })),
  });
}
