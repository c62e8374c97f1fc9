import { refused } from "../../kit.mjs";
import { encodeBase64, payloadTypes } from "../../packages.mjs";
import { small } from "../../policies.mjs";
import { detached, json, without } from "../../sign.mjs";
import { keyMembers, rawTrustRoot, trustRootMembers } from "../../world.mjs";

/** Manifest, index, release and signature files. */
export function documents({
  kit,
  world,
  bundled,
  bundles: { claims: bundle },
  evidenceBundle,
  policyBundle,
}) {
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

export function trustRoots({ kit, world, bundled, bundles: { claims: bundle }, evidenceBundle }) {
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
