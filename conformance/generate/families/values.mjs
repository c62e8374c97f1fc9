import { payloadTypes } from "../packages.mjs";
import { malformed, refused, verified } from "../kit.mjs";
import { small } from "../policies.mjs";
import { evidenceOf, json } from "../sign.mjs";
import { at, DAY, ISSUED, rawTrustRoot, trustRootMembers } from "../world.mjs";
import { parse, signed } from "./document-grammars/signed.mjs";

/** Values of every member that has a form of its own, in documents whose signatures hold (threats 5, 19 and 60). */
export function values(context) {
  const execution = context.world.execute(context.bundles.claims, small);
  const scene = { ...context, execution };
  trustRoots(scene);
  evidence(scene);
  manifests(scene);
  statements(scene);
}

const add = ({ kit, bundled }, name, why, threats, inputs) =>
  kit.add("unknown-members", name, { why, threats, arguments: bundled, inputs });

function trustRoots(scene) {
  const { world, bundles, evidenceBundle } = scene;
  const { keyId } = world.keys.stranger;
  const runtime = world.keys.runtime.keyId;
  const key = (changes) => (members) => Object.assign(members.keys[runtime], changes);
  const role = (changes) => (members) => Object.assign(members.roles.log, changes);
  const revoked = { status: "revoked", revokedAt: new Date(at(ISSUED) + DAY).toISOString() };
  const spoilt = {
    "issued on a day without time": [
      (members) => Object.assign(members, { issuedAt: "2026-11-01" }),
      "TRUST-011",
    ],
    "expires on 30 February": [
      (members) => Object.assign(members, { expiresAt: "2027-02-30T00:00:00.000Z" }),
      "TRUST-011",
    ],
    "keys in a list": [(members) => Object.assign(members, { keys: [] }), "TRUST-011"],
    "roles in a list": [(members) => Object.assign(members, { roles: [] }), "TRUST-011"],
    "a key valid from no time": [key({ validFrom: "then" }), "TRUST-011"],
    "a key valid until no time": [key({ validUntil: "then" }), "TRUST-011"],
    "a key revoked at no time": [key({ ...revoked, revokedAt: "then" }), "TRUST-011"],
    "a reason of two lines": [key({ ...revoked, reason: "a\nb" }), "TRUST-011"],
    "a reason of 513 characters": [key({ ...revoked, reason: "a".repeat(513) }), "TRUST-011"],
    "an empty public key": [key({ publicKey: "" }), "TRUST-011"],
    "a public key of 65 characters": [key({ publicKey: "A".repeat(65) }), "TRUST-011"],
    "a public key of 64 characters": [key({ publicKey: "A".repeat(64) }), "TRUST-012"],
    "an empty key id in a role": [role({ keyids: [""] }), "TRUST-011"],
    "a key id of 65 characters in a role": [role({ keyids: ["A".repeat(65)] }), "TRUST-011"],
    "a key id in a role that is not listed": [role({ keyids: [keyId] }), "TRUST-013"],
  };
  const inputs = Object.entries(spoilt).map(([name, [spoil, code]]) => {
    const members = trustRootMembers(world.trustRoot);
    spoil(members);
    const { document, signature, hash } = rawTrustRoot(members, [world.keys.root]);
    const execution = world.execute(bundles.claims, small, { provenance: { trustRootHash: hash } });
    const trustRoot = { document, signature, predecessors: [] };
    return {
      name,
      file: evidenceBundle(execution, { trustRoot }),
      expect: refused({ "trust-root.authentic": code }),
    };
  });
  add(scene, "trust-root-values", "Every member of a trust root has its form.", [19], inputs);
}

function evidence(scene) {
  const { execution, evidenceBundle } = scene;
  const of = (signals, records = {}) =>
    json(evidenceOf(execution.attestation.execution_id, { ...small, ...signals }, records));
  const record = (changes) => of({}, { risk_score: { source: "claims-db", ...changes } });
  /** The sign in it stands for a long text. */
  const long = (signals, letter, times) => {
    const [before, after] = new TextDecoder().decode(of(signals)).split("@");
    return { concat: [{ text: before }, { text: letter, times }, { text: after }] };
  };
  const cases = {
    "a name of 257 characters": [of({ ["a".repeat(257)]: 1 }), "VAL-029"],
    "a text of 65,537 bytes": [long({ note: "@" }, "a", 65537), "VAL-025"],
    "a text of 65,538 bytes in half as many characters": [long({ note: "@" }, "\u00e9", 32769), "VAL-025"],
    "a text of 65,537 bytes in a list": [long({ notes: ["@"] }, "a", 65537), "VAL-025"],
    "a list of 1,025": [of({ notes: Array.from({ length: 1025 }, () => 0) }), "VAL-026"],
    "a list in a list": [of({ notes: [[]] }), "VAL-026"],
    "a null in a list": [of({ notes: [null] }), "VAL-026"],
    "an empty source": [record({ source: "" }), "VAL-028"],
    "a source with a control character": [record({ source: "a\u0085" }), "VAL-028"],
    "observed at no time": [record({ observedAt: "then" }), "VAL-028"],
    "a hash in capitals": [record({ evidenceHash: `sha256:${"A".repeat(64)}` }), "VAL-028"],
    "a subject of 257 characters": [record({ subject: "a".repeat(257) }), "VAL-028"],
    "an attestation without its signature": [record({ attestation: { keyid: "A".repeat(43) } }), "VAL-028"],
    "an attestation by a key that is none": [
      record({ attestation: { keyid: "A", sig: `${"A".repeat(86)}==` } }),
      "VAL-028",
    ],
  };
  const inputs = Object.entries(cases).map(([name, [bytes, code]]) => ({
    name,
    file: evidenceBundle({ ...execution, evidence: bytes }),
    expect: refused({ "evidence.form": code }),
  }));
  add(scene, "evidence-values", "Signals and their origin have their forms and limits.", [5], inputs);
}

function manifests(scene) {
  const { world, bundles, execution, evidenceBundle, policyBundle } = scene;
  const members = parse(bundles.claims.manifest);
  const [file] = members.files;
  const cases = {
    "an id in capitals": [{ policyId: "Claims" }, "POL-031"],
    "a version of two numbers": [{ policyVersion: "1.0" }, "POL-031"],
    "created on a day without time": [{ createdAt: "2026-11-01" }, "POL-031"],
    "an empty schema version": [{ schemaVersion: "" }, "POL-031"],
    "another schema version": [{ schemaVersion: "1.0.1" }, "POL-037"],
    "semantics that are not printable": [{ evaluatorSemantics: "parmana-policy/1\u200b" }, "POL-031"],
    "other semantics": [{ evaluatorSemantics: "parmana-policy/2" }, "POL-037"],
    "a file with a member more": [{ files: [{ ...file, mode: 1 }] }, "POL-031"],
  };
  const inputs = Object.entries(cases).map(([name, [changes, code]]) => {
    const { document, signature } = signed(
      payloadTypes.policyBundle,
      { ...members, ...changes },
      world.keys.policy,
    );
    const spoilt = { ...policyBundle(bundles.claims), manifest: document, signature };
    return {
      name,
      file: evidenceBundle(execution, { policyBundle: spoilt }),
      expect: refused({ "bundle.authentic": code }),
    };
  });
  add(scene, "manifest-values", "Every member of a manifest has its form.", [19, 28], inputs);
}

/** A Statement has 3,584 bytes, whatever its members may have. */
function statements(scene) {
  const { world, bundles, evidenceBundle } = scene;
  const decided = (length) => ({
    decision: "approved",
    rule_id: "small-claim",
    action: "approve",
    reason: "a".repeat(length),
  });
  const made = (length) =>
    world.execute(bundles.claims, small, { execution_id: "long", decided: decided(length) });
  const longest = 1024;
  const input = (name, file, expect) => ({ name, file, expect });
  const { attestation } = made(longest);
  const wide = world.execute(bundles.claims, small, {
    execution_id: "wide",
    decided: { ...decided(1024), action: "\u00e9".repeat(1024) },
  });
  add(
    scene,
    "statement-sizes",
    "A Statement has a limit of its own, which its members together may pass.",
    [60],
    [
      input(
        "a reason of 1,024 characters",
        evidenceBundle(made(longest)),
        refused({ "decision.reason": "INV-075" }),
      ),
      input("a reason and an action that are too much together", evidenceBundle(wide), malformed),
      input(
        "an action of 1,025 characters",
        evidenceBundle({ ...made(1), attestation: { ...attestation, action: "a".repeat(1025) } }),
        malformed,
      ),
      input("as it is", evidenceBundle(world.execute(bundles.claims, small)), verified()),
    ],
  );
}
