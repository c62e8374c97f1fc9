import { encodeBase64, payloadTypes } from "../packages.mjs";
import { malformed, refused } from "../kit.mjs";
import { small } from "../policies.mjs";
import {
  detached,
  envelopeOf,
  evidenceOf,
  json,
  sealed,
  signature,
  statementOf,
  text,
  without,
} from "../sign.mjs";
import { entryOf, leafOf, proofOf } from "../log.mjs";
import { factsOf, keyMembers, LOGGED, rawTrustRoot, trustRootMembers } from "../world.mjs";

/** Every closed object, with a member more, a member less, and another version (threat 19). */
export function unknownMembers(context) {
  attestations(context);
  statements(context);
  documents(context);
  trustRoots(context);
  evidence(context);
  logEntries(context);
  bundles(context);
}

/** All signed as they are, so that only the form can be wrong. */
function attestations({ kit, world, home, homed, bundles: { claims: bundle } }) {
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

function statements({ kit, world, home, homed, bundles: { claims: bundle } }) {
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

/** Manifest, index, release and signature files. */
function documents({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle, policyBundle }) {
  const { keys } = world;
  const execution = world.execute(bundle, small);
  const parse = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
  const signed = (type, members, key) => {
    const document = json(members);
    return { document, signature: detached(type, document, [key]) };
  };
  const kinds = {
    index: {
      members: parse(world.index().document),
      place: (members) => ({ policyIndex: signed(payloadTypes.policyIndex, members, keys.policy) }),
      code: { "policy-index.authentic": "POL-040" },
    },
    release: {
      members: parse(world.release.document),
      place: (members) => ({ release: signed(payloadTypes.releaseManifest, members, keys.release) }),
      code: { "release.authentic": "INV-040" },
    },
    manifest: {
      members: parse(bundle.manifest),
      place: (members) => {
        const { document, signature: sig } = signed(payloadTypes.policyBundle, members, keys.policy);
        return { policyBundle: { ...policyBundle(bundle), manifest: document, signature: sig } };
      },
      code: { "bundle.authentic": "POL-031" },
    },
  };
  for (const [name, { members, place, code }] of Object.entries(kinds)) {
    const first = Object.keys(members).find((member) => member !== "type");
    const changed = {
      "a member more": { ...members, extra: 1 },
      "type missing": without(members, "type"),
      "type of version 2": { ...members, type: members.type.replace("/v1", "/v2") },
      "type of a trust root": { ...members, type: "parmana/trust-root/v1" },
      [`${first} missing`]: without(members, first),
      "in an array": [members],
    };
    kit.add("unknown-members", name, {
      why: `The ${name} is closed and of one version, correctly signed or not.`,
      threats: [19],
      arguments: bundled,
      inputs: Object.entries(changed).map(([title, value]) => ({
        name: title,
        file: evidenceBundle(execution, place(value)),
        expect: refused(code),
      })),
    });
  }
  signatureFiles({
    kit,
    bundled,
    execution,
    evidenceBundle,
    document: world.index().document,
    key: keys.policy,
  });
}

function signatureFiles({ kit, bundled, execution, evidenceBundle, document, key }) {
  const own = JSON.parse(new TextDecoder().decode(detached(payloadTypes.policyIndex, document, [key])));
  const [entry] = own.signatures;
  const cases = {
    "a member more": { ...own, extra: 1 },
    "a payload": { ...own, payload: "" },
    "no payloadType": without(own, "payloadType"),
    "no signature": { ...own, signatures: [] },
    "a member of a signature more": { ...own, signatures: [{ ...entry, extra: 1 }] },
    "one key twice": { ...own, signatures: [entry, entry] },
    "a signature of 63 bytes": { ...own, signatures: [{ ...entry, sig: encodeBase64(Buffer.alloc(63)) }] },
    "a key id that is none": { ...own, signatures: [{ ...entry, keyid: "policy" }] },
    "65 signatures": { ...own, signatures: Array.from({ length: 65 }, () => entry) },
    "in an array": [own],
  };
  kit.add("unknown-members", "signature-file", {
    why: "A detached signature file is closed and strict.",
    threats: [11, 16, 19],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, value]) => ({
      name,
      file: evidenceBundle(execution, { policyIndex: { document, signature: json(value) } }),
      expect: refused({ "policy-index.authentic": "TRUST-030" }),
    })),
  });
}

function trustRoots({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const members = trustRootMembers(world.trustRoot);
  const { keys, roles } = members;
  const { keyId } = world.keys.root;
  const inKey = (changes) => ({ ...members, keys: { ...keys, [keyId]: { ...keys[keyId], ...changes } } });
  const cases = {
    "a member more": [{ ...members, extra: 1 }, "TRUST-011"],
    "no type": [without(members, "type"), "TRUST-011"],
    "version 2 of the format": [{ ...members, type: "parmana/trust-root/v2" }, "TRUST-011"],
    "no roles": [without(members, "roles"), "TRUST-011"],
    "a member of a key more": [inKey({ extra: 1 }), "TRUST-011"],
    "another algorithm": [inKey({ algorithm: "ed25519" }), "TRUST-011"],
    "a status that is none": [inKey({ status: "suspended" }), "TRUST-011"],
    "revokedAt of an active key": [inKey({ revokedAt: members.issuedAt }), "TRUST-011"],
    "revoked without a time": [inKey({ status: "revoked" }), "TRUST-011"],
    "an operator with a space behind": [inKey({ operator: "root " }), "TRUST-011"],
    "an operator with a joiner": [inKey({ operator: "ro\u200dot" }), "TRUST-011"],
    "valid until it begins": [inKey({ validUntil: keys[keyId].validFrom }), "TRUST-011"],
    "a member of a role more": [
      { ...members, roles: { ...roles, root: { ...roles.root, extra: 1 } } },
      "TRUST-011",
    ],
    "a role without keys": [
      { ...members, roles: { ...roles, log: { keyids: [], threshold: 1 } } },
      "TRUST-011",
    ],
    "a role that does not exist": [
      { ...members, roles: { ...roles, admin: { keyids: [keyId], threshold: 1 } } },
      "TRUST-013",
    ],
    "a source without a name": [
      { ...members, roles: { ...roles, "source:": { keyids: [keyId], threshold: 1 } } },
      "TRUST-013",
    ],
    "a role of a key that is not there": [
      { ...members, roles: { ...roles, log: { keyids: [world.keys.stranger.keyId], threshold: 1 } } },
      "TRUST-013",
    ],
    "no role root": [{ ...members, roles: without(roles, "root") }, "TRUST-013"],
    "a key in two roles": [
      { ...members, roles: { ...roles, log: { keyids: [world.keys.runtime.keyId], threshold: 1 } } },
      "TRUST-014",
    ],
    "a key twice in a role": [
      {
        ...members,
        roles: { ...roles, log: { keyids: [world.keys.log.keyId, world.keys.log.keyId], threshold: 1 } },
      },
      "TRUST-014",
    ],
    "a threshold above the operators": [
      { ...members, roles: { ...roles, root: { ...roles.root, threshold: 2 } } },
      "TRUST-015",
    ],
    "a threshold of 0": [
      { ...members, roles: { ...roles, root: { ...roles.root, threshold: 0 } } },
      "TRUST-011",
    ],
    "expires when it is issued": [{ ...members, expiresAt: members.issuedAt }, "TRUST-011"],
    "previous in version 1": [{ ...members, previous: world.trustRoot.hash }, "TRUST-011"],
    "no previous": [without(members, "previous"), "TRUST-011"],
    "version 0": [{ ...members, version: 0 }, "TRUST-011"],
    "version as text": [{ ...members, version: "1" }, "TRUST-011"],
    "a key under another name": [
      { ...members, keys: { ...keys, [world.keys.stranger.keyId]: keyMembers(world.keys.ada, "x") } },
      "TRUST-012",
    ],
  };
  kit.add("unknown-members", "trust-root", {
    why: "The trust root is closed and of one version, and whoever signs another does not make it one.",
    threats: [19],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, [value, code]]) => {
      const { document, signature: sig } = rawTrustRoot(value, [world.keys.root]);
      return {
        name,
        file: evidenceBundle(execution, { trustRoot: { document, signature: sig, predecessors: [] } }),
        expect: refused({ "trust-root.authentic": code }),
      };
    }),
  });
}

function evidence({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const own = evidenceOf(execution.attestation.execution_id, small);
  const cases = {
    "a member more": [{ ...own, extra: 1 }, "INV-034"],
    "type missing": [without(own, "type"), "INV-034"],
    "version 2": [{ ...own, type: "parmana/evidence/v2" }, "INV-034"],
    "signals missing": [without(own, "signals"), "INV-034"],
    "signals in an array": [{ ...own, signals: [small] }, "VAL-020"],
    "an id that is none": [{ ...own, execution_id: "a b" }, "INV-035"],
    "provenance of a signal that is not there": [
      { ...own, signalProvenance: { other: { source: "x" } } },
      "INV-036",
    ],
    "provenance in an array": [{ ...own, signalProvenance: [] }, "INV-034"],
    "a member of a record more": [
      { ...own, signalProvenance: { claim_id: { source: "x", extra: 1 } } },
      "VAL-028",
    ],
    "a record without source": [{ ...own, signalProvenance: { claim_id: {} } }, "VAL-028"],
    "a signal that is null": [{ ...own, signals: { ...small, vip_customer: null } }, "VAL-023"],
    "a governed signal": [
      { ...own, signals: { ...small, claim_id: { value: "C-1", provenance: { source: "x" } } } },
      "INV-034",
    ],
    "an object": [{ ...own, signals: { ...small, claim_id: { value: "C-1" } } }, "INV-034"],
    "null, and then an object": [{ ...own, signals: { a: null, b: {} } }, "INV-034"],
    "an index after another name": [
      text(JSON.stringify({ ...own, signals: "#" }).replace('"#"', '{"a":null,"1":[null]}')),
      "VAL-026",
    ],
    "too heavy, and then null": [heavy(own, "", ',"z":null'), "VAL-022"],
    "null, and then too heavy": [heavy(own, '"a":null,', ""), "VAL-023"],
    "a list in a list": [{ ...own, signals: { ...small, claim_id: [["C-1"]] } }, "VAL-026"],
    "257 signals": [
      { ...own, signals: Object.fromEntries(Array.from({ length: 257 }, (_, place) => [`s${place}`, 1])) },
      "VAL-022",
    ],
  };
  kit.add("unknown-members", "evidence", {
    why: "The evidence file is closed and of one version.",
    threats: [19],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, [value, code]]) => ({
      name,
      file: evidenceBundle({ ...execution, evidence: isPart(value) ? value : json(value) }),
      expect: refused({ "evidence.form": code }),
    })),
  });
}

const isPart = (value) => value instanceof Uint8Array || "concat" in value;

/** Evidence with a list of eight texts of 64 KiB, which weighs a little more than signals may. */
function heavy(own, before, after) {
  const [head, tail] = JSON.stringify({ ...own, signals: "#" }).split('"#"');
  const texts = Array.from({ length: 8 }, (_, place) => [
    { text: place === 0 ? '"' : ',"' },
    { text: "y", times: 65536 },
    { text: '"' },
  ]);
  return {
    concat: [{ text: `${head}{${before}"list":[` }, ...texts.flat(), { text: `]${after}}${tail}` }],
  };
}

function logEntries({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const entry = entryOf(factsOf(execution.attestation), { time: LOGGED });
  const spelt = (value) => new TextEncoder().encode(value);
  const canonical = new TextDecoder().decode(leafOf(entry));
  const cases = {
    "a member more": leafOf({ ...entry, extra: 1 }),
    "a member missing": leafOf(without(entry, "code")),
    "version 2": leafOf({ ...entry, type: "parmana/log-entry/v2" }),
    "an event that is none": leafOf({ ...entry, event: "approved" }),
    "seq as text": leafOf({ ...entry, seq: "0" }),
    "a space": spelt(canonical.replace(":", ": ")),
    "a newline after it": spelt(`${canonical}\n`),
    "members in another order": spelt(JSON.stringify(entry)),
    "a letter escaped": spelt(canonical.replace('"seq"', '"se\\u0071"')),
    "an identity that is none": leafOf({ ...entry, replayIdentity: "caller" }),
    "an attested entry that consumes nothing": leafOf({ ...entry, replayIdentity: null }),
    "another event that consumes the facts": leafOf({ ...entry, event: "failed" }),
    "a code in lower case": leafOf({ ...entry, code: "inv-013" }),
    "no JSON": spelt("attested"),
    empty: spelt(" "),
  };
  kit.add("unknown-members", "log-entry", {
    why: "A leaf that is in the log is an entry only in its one spelling.",
    threats: [19, 46],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, leaf]) => ({
      name,
      file: evidenceBundle({ ...execution, logProof: proofOf(0, [leaf], world.keys.log) }),
      expect: refused({ "log.form": "INV-028" }),
    })),
  });
}

/** The evidence bundle itself. */
function bundles({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
  const execution = world.execute(bundle, small);
  const cases = {
    "a member more": { extra: { value: 1 } },
    "a pinned key": { pinnedKey: { value: world.keys.root.publicKey.toPem() } },
    "version 2": { type: { value: "parmana/evidence-bundle/v2" } },
    "a member of the trust root more": {
      trustRoot: {
        document: world.trustRoot.document,
        signature: world.trustRoot.signature,
        predecessors: [],
        pinnedKey: { value: "" },
      },
    },
    "logProof null": { logProof: null },
    "release null": { release: null },
    "an attestation that is no base64": { attestation: { value: "????" } },
    "an attestation without padding": { attestation: { value: "eyJ9".slice(0, 3) } },
    "an attestation that is no attestation": { attestation: { json: { hello: 1 } } },
    "an empty attestation": { attestation: { text: "" } },
  };
  kit.add("unknown-members", "evidence-bundle", {
    why: "The evidence bundle is closed, of one version, and brings no key that vouches for it.",
    threats: [19],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, changes]) => ({
      name,
      file: evidenceBundle(execution, changes),
      expect: malformed,
    })),
  });
  kit.add("unknown-members", "evidence-bundle-without-a-member", {
    why: "Nothing of an evidence bundle may be left out.",
    threats: [19],
    arguments: bundled,
    inputs: [
      "evidence",
      "policyIndex",
      "formerPolicyIndexes",
      "release",
      "trustRoot",
      "logProof",
      "resolution",
    ].map((name) => ({
      name,
      file: json(
        without(
          {
            type: "parmana/evidence-bundle/v1",
            attestation: encodeBase64(json(execution.attestation)),
            evidence: null,
            policyBundle: null,
            policyIndex: null,
            formerPolicyIndexes: [],
            release: null,
            trustRoot: null,
            logProof: "",
            resolution: null,
          },
          name,
        ),
      ),
      expect: malformed,
    })),
  });
}
