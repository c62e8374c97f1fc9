import { refused, verified } from "../../kit.mjs";
import { newKey } from "../../new-key.mjs";
import { encodeUtf8, payloadTypes } from "../../packages.mjs";
import { detached, without } from "../../sign.mjs";
import { DAY, ISSUED, MADE, at, listedKey } from "../../world.mjs";

/** What the newest version says of the runtime's key, and of the keys of policies and releases. */
export function runtimeKeys({ world, others, roles, versioned, first, input, add }) {
  const signers = ["alice", "bob"];
  const { keys } = world;
  const changed = (key, changes) =>
    others.map((listed) => (listed.publicKey.keyId === key.keyId ? { ...listed, ...changes } : listed));
  const under = (key, changes) => [
    first,
    versioned({ previous: first, signers, keys: changed(key, changes) }),
  ];
  const issued = at(ISSUED);
  const validity = (code) => refused({ "signing-key.validity": code });
  add(
    "runtime-key",
    "The runtime key must have been valid when the attestation was issued, and not be revoked at all.",
    [25, 26],
    [
      input(
        "revoked before",
        under(keys.runtime, { status: "revoked", revokedAt: issued }),
        validity("TRUST-036"),
      ),
      input(
        "revoked after: the date may be a lie",
        under(keys.runtime, { status: "revoked", revokedAt: issued + 1 }),
        validity("INV-102"),
      ),
      input("ended with the attestation", under(keys.runtime, { validUntil: issued }), validity("TRUST-035")),
      input("ended a millisecond later", under(keys.runtime, { validUntil: issued + 1 }), verified()),
      input(
        "began a millisecond later",
        under(keys.runtime, { validFrom: issued + 1 }),
        validity("TRUST-035"),
      ),
      input("began with the attestation", under(keys.runtime, { validFrom: issued }), verified()),
      input("retired, and valid then", under(keys.runtime, { status: "retired" }), verified()),
      input(
        "made under version 1, revoked in version 2",
        under(keys.runtime, { status: "revoked", revokedAt: issued + 1 }),
        validity("INV-102"),
        { named: first },
      ),
    ],
  );
  const second = newKey();
  const inRole = (own, extra = []) =>
    versioned({ previous: first, signers, extra, keys: others, roles: { ...roles, runtime: own } });
  add(
    "runtime-role",
    "One signature is never enough for a role that demands two.",
    [26],
    [
      input(
        "a threshold of two",
        [
          first,
          inRole({ keyids: [keys.runtime.keyId, second.keyId], threshold: 2 }, [listedKey(second, "second")]),
        ],
        validity("TRUST-038"),
      ),
      input(
        "the key listed and in no role",
        [first, inRole({ keyids: [second.keyId], threshold: 1 }, [listedKey(second, "second")])],
        refused({ "signing-key.role": "INV-064" }),
      ),
      input(
        "another key of the role",
        [
          first,
          inRole({ keyids: [keys.runtime.keyId, second.keyId], threshold: 1 }, [listedKey(second, "second")]),
        ],
        verified(),
        { key: second },
      ),
    ],
  );
  const documents = (code) => refused({ "bundle.authentic": code, "policy-index.authentic": code });
  add(
    "policy-key",
    "The keys of policies are judged by the date of what they signed.",
    [25],
    [
      input(
        "revoked before",
        under(keys.policy, { status: "revoked", revokedAt: MADE }),
        documents("TRUST-036"),
      ),
      input(
        "revoked after",
        under(keys.policy, { status: "revoked", revokedAt: MADE + 1 }),
        documents("TRUST-037"),
      ),
      input("began later", under(keys.policy, { validFrom: MADE + 1 }), documents("TRUST-035")),
      input("ended after", under(keys.policy, { validUntil: MADE + 1 }), verified()),
      input("retired", under(keys.policy, { status: "retired" }), verified()),
    ],
  );
  const release = (code) => refused({ "release.authentic": code });
  add(
    "release-key",
    "So are those of releases.",
    [25],
    [
      input(
        "revoked before",
        under(keys.release, { status: "revoked", revokedAt: MADE }),
        release("TRUST-036"),
      ),
      input(
        "ended then",
        under(keys.release, { validFrom: MADE - DAY, validUntil: MADE }),
        release("TRUST-035"),
      ),
    ],
  );
  add(
    "roles-that-are-missing",
    "What no role may sign is signed by nobody.",
    [27],
    [
      input(
        "release",
        [first, versioned({ previous: first, signers, keys: others, roles: without(roles, "release") })],
        release("TRUST-033"),
      ),
      input(
        "policy",
        [first, versioned({ previous: first, signers, keys: others, roles: without(roles, "policy") })],
        documents("TRUST-033"),
      ),
    ],
  );
}

export function thresholds({ world, others, roles, versioned, first, input, add, policyBundle, bundles }) {
  const signers = ["alice", "bob"];
  const two = newKey();
  const same = newKey();
  const extra = [listedKey(two, "two"), listedKey(same, "policy-operator")];
  const policyRole = { keyids: [world.keys.policy, two, same].map(({ keyId }) => keyId), threshold: 2 };
  const chain = [
    first,
    versioned({ previous: first, signers, keys: others, extra, roles: { ...roles, policy: policyRole } }),
  ];
  const own = policyBundle(bundles.claims);
  const by = (...keys) => ({
    bundleChanges: {
      policyBundle: { ...own, signature: detached(payloadTypes.policyBundle, own.manifest, keys) },
      policyIndex: world.index({ signers: keys }),
    },
  });
  const both = (code) => refused({ "bundle.authentic": code, "policy-index.authentic": code });
  const { policy } = world.keys;
  const bad = JSON.parse(new TextDecoder().decode(detached(payloadTypes.policyIndex, own.manifest, [two])));
  const spoilt = (document, type, keys) => {
    const file = JSON.parse(new TextDecoder().decode(detached(type, document, keys)));
    return encodeUtf8(JSON.stringify({ ...file, signatures: [...file.signatures, ...bad.signatures] }));
  };
  add(
    "policy-threshold",
    "A threshold counts keys and operators; a bad signature of a key of the role condemns the whole.",
    [16, 21, 47],
    [
      input("two operators", chain, verified(), by(policy, two)),
      input("one", chain, both("TRUST-032"), by(policy)),
      input("two keys of one operator", chain, both("TRUST-032"), by(policy, same)),
      input("three keys of two operators", chain, verified(), by(policy, same, two)),
      input("one and a stranger", chain, both("TRUST-032"), by(policy, world.keys.stranger)),
      input(
        "enough, and a bad one by a key of the role",
        chain,
        refused({ "bundle.authentic": "TRUST-031" }),
        {
          bundleChanges: {
            policyBundle: {
              ...own,
              signature: spoilt(own.manifest, payloadTypes.policyBundle, [policy, same]),
            },
            policyIndex: world.index({ signers: [policy, two] }),
          },
        },
      ),
    ],
  );
}
