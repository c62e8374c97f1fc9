import { join } from "node:path";
import { encodeUtf8, payloadTypes } from "../packages.mjs";
import { refused, verified } from "../kit.mjs";
import { newKey } from "../new-key.mjs";
import { small } from "../policies.mjs";
import { detached, json } from "../sign.mjs";
import { at, DAY, ISSUED, listedKey, MADE, NOW, signedTrustRoot } from "../world.mjs";

const signed = ({ document, signature }) => ({ document, signature });

/** What a home has of its own decides on the evidence bundles that others bring (threats 22, 23 and 31). */
export function homes(context) {
  const scene = createScene(context);
  unopened(scene);
  laterIndexes(scene);
  withheldIndexes(scene);
  indexesOfAnOlderTrustRoot(scene);
  equivocations(scene);
}

function createScene(context) {
  const { kit, world, bundles } = context;
  /** A home below shared/ of these files and the pinned key. */
  const home = (name, files) => {
    kit.share(`${name}/trust/root.pub`, encodeUtf8(world.keys.root.publicKey.toPem()));
    for (const [path, bytes] of Object.entries(files)) kit.share(`${name}/${path}`, bytes);
    return join(kit.shared, name);
  };
  const pair = (path, { document, signature }) => ({
    [`${path}.json`]: document,
    [`${path}.sig`]: signature,
  });
  const trust = pair("trust/trust-root", world.trustRoot);
  /** An index that lists the policy of the claims, and no other. */
  const index = (version, { status = "active", ...changes } = {}) => {
    const versions = { active: new Map(), deprecated: new Map(), revoked: new Map() };
    versions[status].set("1.0.0", bundles.claims.bundleHash);
    const issuedAt = version > 3 ? at(ISSUED) + 1 : MADE;
    return world.index({ version, issuedAt, policies: new Map([["claims-approval", versions]]), ...changes });
  };
  const input = (name, expect, changes = {}) => {
    const execution = world.execute(bundles.claims, small);
    return { name, file: context.evidenceBundle(execution, changes), expect };
  };
  const add = (name, why, threats, place, inputs, words = ["--at", NOW]) =>
    kit.add("homes", name, { why, threats, home: place, arguments: words, inputs });
  return { ...context, home, pair, trust, index, input, add };
}

const never = { never: "verified" };

/** Else what a bundle brings, and may be older, would take its place unnoticed. */
function unopened({ world, bundled, home, pair, trust, index, input, add }) {
  const own = pair("policies/index", index(4));
  const strangers = pair("policies/index", index(4, { signers: [world.keys.stranger] }));
  const cases = {
    "an-index-that-is-none": { ...trust, ...own, "policies/index.json": json({}) },
    "an-index-by-a-stranger": { ...trust, ...strangers },
    "an-index-by-a-stranger-and-no-trust-root": strangers,
    "an-index-without-its-signature": { ...trust, "policies/index.json": own["policies/index.json"] },
    "a-trust-root-that-is-none": { ...trust, ...own, "trust/trust-root.json": json({}) },
    "a-trust-root-by-a-stranger": {
      ...trust,
      "trust/trust-root.sig": detached(payloadTypes.trustRoot, world.trustRoot.document, [
        world.keys.stranger,
      ]),
    },
  };
  const rootKey = bundled.slice(0, 2);
  for (const [name, files] of Object.entries(cases)) {
    const place = home(`unopened-homes/${name}`, files);
    add(name, `A bundle does not stand in for ${name.replaceAll("-", " ")}.`, [22, 23], place, [
      input(undefined, never),
    ]);
    add(
      `${name}-and-a-root-key`,
      "Whoever names a key asks for nothing of the home.",
      [22],
      place,
      [input(undefined, verified())],
      [...rootKey, "--at", NOW],
    );
  }
}

/** The index that is judged by, of the home's and the bundle's. */
function laterIndexes({ home, pair, trust, index, input, add }) {
  const revoking = index(4, { status: "revoked" });
  add(
    "a-later-index",
    "What the home's later index revokes is revoked, whatever a bundle brings.",
    [23, 31],
    home("later-index-home", { ...trust, ...pair("policies/index", revoking) }),
    [
      input("an older index", refused({ "policy-index.listed": "POL-043" })),
      input("a later index", verified(), { policyIndex: index(5) }),
      input("the same index", refused({ "policy-index.listed": "POL-043" }), { policyIndex: revoking }),
      input(
        "another index of that version",
        refused({ "policy-index.version": "POL-048", "policy-index.listed": "POL-043" }),
        {
          policyIndex: index(4),
        },
      ),
    ],
  );
  add(
    "a-later-index-and-no-trust-root",
    "So it is in a home that has nothing else but the root key.",
    [23, 31],
    home("later-index-bare-home", pair("policies/index", revoking)),
    [input("an older index", refused({ "policy-index.listed": "POL-043" }))],
  );
}

/** A bundle that brings a newer index and leaves out, or replaces, the one that its statement was made under. */
function withheldIndexes({ home, pair, trust, index, input, add }) {
  const revoked = index(3, { status: "revoked" });
  const current = pair("policies/index", revoked);
  const archived = { ...pair("policies/index", index(4)), ...pair("policies/index.3", revoked) };
  for (const [name, files] of Object.entries({ current, archived }))
    add(
      `an-${name}-index-that-a-bundle-leaves-out`,
      "What the home knows to have been revoked when the statement was made stays so, whatever a newer index lists again.",
      [23, 31],
      home(`withheld-homes/${name}`, { ...trust, ...files }),
      [
        input("left out", refused({ "policy-index.in-force": "POL-043" }), { policyIndex: index(5) }),
        input("replaced", refused({ "policy-index.version": "POL-048" }), {
          policyIndex: index(5),
          formerPolicyIndexes: [signed(index(3))],
        }),
        input("there", refused({ "policy-index.in-force": "POL-043" }), {
          policyIndex: index(5),
          formerPolicyIndexes: [signed(revoked)],
        }),
      ],
    );
}

/** Version 2 of the trust root lets another key sign for the policies, and has revoked the first. */
function indexesOfAnOlderTrustRoot({ world, bundles, home, pair, trust, index, input, add }) {
  const { keys, listed, roles } = world;
  const next = newKey();
  const revoked = (key) =>
    key.publicKey.keyId === keys.policy.keyId ? { ...key, status: "revoked", revokedAt: MADE + DAY } : key;
  const second = signedTrustRoot(
    {
      version: 2,
      previous: world.trustRoot.hash,
      issuedAt: MADE + DAY,
      keys: [...listed.map(revoked), listedKey(next, "next-policy-operator")],
      roles: { ...roles, policy: { keyids: [keys.policy.keyId, next.keyId], threshold: 1 } },
    },
    [keys.root],
  );
  const { manifest, files } = bundles.claims;
  const brought = {
    trustRoot: { ...signed(second), predecessors: [signed(world.trustRoot)] },
    policyIndex: index(3, { signers: [next] }),
    policyBundle: { manifest, signature: detached(payloadTypes.policyBundle, manifest, [next]), files },
  };
  const cases = {
    "an-index-that-was-signed-again": [3, verified()],
    "a-later-index-by-a-key-revoked-since": [4, refused({ "policy-index.authentic": "TRUST-036" })],
  };
  for (const [name, [version, expect]] of Object.entries(cases))
    add(
      name,
      "The home's index opens under the home's trust root; under the bundle's, which continues it, it may not count.",
      [22, 31],
      home(`older-homes/${name}`, { ...trust, ...pair("policies/index", index(version)) }),
      [input(undefined, expect, brought)],
    );
}

/** Former indexes that contradict each other, or the one that is judged by. */
function equivocations({ world, kit, bundled, index, input }) {
  const equivocal = refused({ "policy-index.version": "POL-048" });
  const policyIndex = index(5);
  const other = index(3, { status: "revoked" });
  const forged = index(3, { status: "revoked", signers: [world.keys.stranger] });
  const former = (name, expect, ...formerPolicyIndexes) =>
    input(name, expect, { policyIndex, formerPolicyIndexes });
  kit.add("policy-index", "two-of-one-version", {
    why: "Whoever signs two indexes of one version shows each reader another.",
    threats: [31],
    arguments: bundled,
    inputs: [
      former("one of each", verified(), index(3), index(4)),
      former("the same twice", verified(), index(3), index(3)),
      former("one that nobody signed", verified(), index(3), forged),
      former(
        "the one that is named, after another",
        refused({ "policy-index.version": "POL-048", "policy-index.in-force": "POL-043" }),
        other,
        index(3),
      ),
      former("the one that is named, before another", equivocal, index(3), other),
      former("one that is not named", equivocal, index(3), index(4), index(4, { status: "revoked" })),
      former("the newest", equivocal, index(3), index(5, { status: "revoked" })),
    ],
  });
}
