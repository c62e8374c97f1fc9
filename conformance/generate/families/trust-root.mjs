import { encodeUtf8, payloadTypes } from "../packages.mjs";
import { refused, verified } from "../kit.mjs";
import { newKey } from "../new-key.mjs";
import { small } from "../policies.mjs";
import { detached, json, without } from "../sign.mjs";
import { at, DAY, ISSUED, listedKey, MADE, NOW, releaseOf, signedTrustRoot } from "../world.mjs";

const NEXT = MADE + 10 * DAY;

/** Rotations of the trust root, and keys that come and go (threats 21 to 26). */
export function trustRoot(context) {
  const scene = createScene(context);
  chains(scene);
  revocations(scene);
  times(scene);
  pins(scene);
  runtimeKeys(scene);
  thresholds(scene);
  rotatedHome(scene);
}

/** Three people hold the root role, two of them must sign; everything else is as in the world. */
function createScene(context) {
  const { world, kit } = context;
  const people = {
    alice: newKey(),
    alice2: newKey(),
    bob: newKey(),
    carol: newKey(),
    dave: newKey(),
    erin: newKey(),
  };
  const operators = { alice2: "alice" };
  const held = (names, changes = {}) =>
    names.map((name) =>
      listedKey(people[name], operators[name] ?? name, { validUntil: MADE + 700 * DAY, ...changes[name] }),
    );
  const roles = without(world.roles, "root");
  const others = world.listed.filter(({ publicKey }) => publicKey.keyId !== world.keys.root.keyId);

  /** @param {{ root?: string[], threshold?: number, people?: object, keys?: any[], roles?: object, previous?: any, signers: string[] }} terms */
  function make({
    root = ["alice", "bob", "carol"],
    threshold = 2,
    changes,
    keys = others,
    roles: own = roles,
    previous = null,
    signers,
    extra = [],
    ...draft
  }) {
    return signedTrustRoot(
      {
        keys: [...held(root, changes), ...extra, ...keys],
        roles: { ...own, root: { keyids: root.map((name) => people[name].keyId), threshold } },
        previous: previous?.hash ?? null,
        version: previous === null ? 1 : previous.version + 1,
        issuedAt: previous === null ? MADE : NEXT,
        ...draft,
      },
      signers.map((name) => people[name]),
    );
  }

  const versioned = (terms) => ({
    ...make(terms),
    version:
      terms.version ??
      (terms.previous === undefined || terms.previous === null ? 1 : terms.previous.version + 1),
  });

  const first = versioned({ signers: ["alice", "bob"] });
  const pem = kit.share("alice.pub", encodeUtf8(people.alice.publicKey.toPem()));
  const words = ["--root-key", { path: pem }, "--at", NOW];

  /** An execution under the last version of the chain, unless it names another. */
  function input(name, chain, expect, changes = {}) {
    const newest = chain.at(-1);
    const named = changes.named ?? newest;
    const { bundleChanges = {}, bundle = context.bundles.claims, ...others } = changes;
    const members = without(others, "named");
    const execution = world.execute(bundle, small, {
      ...members,
      provenance: { trustRootVersion: named.version, trustRootHash: named.hash, ...members.provenance },
    });
    const signed = ({ document, signature }) => ({ document, signature });
    const file = context.evidenceBundle(execution, {
      trustRoot: { ...signed(newest), predecessors: chain.slice(0, -1).map(signed) },
      ...bundleChanges,
    });
    return { name, file, expect };
  }

  const add = (name, why, threats, inputs, options = words) =>
    kit.add("trust-root", name, { why, threats, arguments: options, inputs });
  return { ...context, people, others, roles, versioned, first, words, input, add };
}

const broken = (code) => refused({ "trust-root.authentic": code });

function chains({ versioned, first, input, add }) {
  const next = (terms) => versioned({ previous: first, ...terms });
  const second = next({ signers: ["alice", "bob"] });
  const third = versioned({
    previous: second,
    root: ["dave", "erin"],
    signers: ["alice", "bob", "dave", "erin"],
  });
  const fourth = versioned({ previous: third, root: ["dave", "erin"], signers: ["dave", "erin"] });
  add(
    "followed",
    "Every version is signed by the thresholds of the one before and of its own.",
    [21],
    [
      input("version 1", [first], verified()),
      input("version 2 by the same", [first, second], verified()),
      input("version 2 by two others of the three", [first, next({ signers: ["bob", "carol"] })], verified()),
      input("version 3 by all new", [first, second, third], verified()),
      input("version 4, the pinned key long gone", [first, second, third, fourth], verified()),
      input("made under version 1, judged by version 4", [first, second, third, fourth], verified(), {
        named: first,
      }),
      input(
        "a signature by nobody known beside",
        [first, next({ signers: ["alice", "bob", "erin"] })],
        verified(),
      ),
      input(
        "the threshold raised",
        [first, next({ threshold: 3, signers: ["alice", "bob", "carol"] })],
        verified(),
      ),
      input("the threshold lowered", [first, next({ threshold: 1, signers: ["alice", "bob"] })], verified()),
    ],
  );
  const renewed = { root: ["dave", "erin"] };
  add(
    "too-few-signatures",
    "Signed only by the old, only by the new, or by too few.",
    [21],
    [
      input("version 1 by the pinned key alone", [versioned({ signers: ["alice"] })], broken("TRUST-032")),
      input(
        "version 1 without the pinned key",
        [versioned({ signers: ["bob", "carol"] })],
        broken("TRUST-017"),
      ),
      input(
        "version 2 only by the old",
        [first, next({ ...renewed, signers: ["alice", "bob"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 2 only by the new",
        [first, next({ ...renewed, signers: ["dave", "erin"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 2 by one of the old",
        [first, next({ ...renewed, signers: ["alice", "dave", "erin"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 2 by one of the new",
        [first, next({ ...renewed, signers: ["alice", "bob", "dave"] })],
        broken("TRUST-032"),
      ),
      input("version 2 by the pinned key alone", [first, next({ signers: ["alice"] })], broken("TRUST-032")),
      input(
        "version 2 lowers its own threshold and is signed by one",
        [first, next({ threshold: 1, signers: ["alice"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 3 by those of version 1",
        [
          first,
          second,
          third,
          versioned({ previous: third, root: ["dave", "erin"], signers: ["alice", "bob"] }),
        ],
        broken("TRUST-032"),
      ),
    ],
  );
  const two = { root: ["alice", "alice2", "bob"] };
  const mine = versioned({ ...two, signers: ["alice", "bob"] });
  add(
    "one-operator",
    "Two keys of one operator are one voice; one key twice is none.",
    [21, 47],
    [
      input("both by alice", [versioned({ ...two, signers: ["alice", "alice2"] })], broken("TRUST-032")),
      input(
        "by alice, alice and bob",
        [versioned({ ...two, signers: ["alice", "alice2", "bob"] })],
        verified(),
      ),
      input(
        "version 2 both by alice",
        [mine, versioned({ ...two, previous: mine, signers: ["alice", "alice2"] })],
        broken("TRUST-032"),
      ),
      input("one key twice", [versioned({ signers: ["alice", "alice"] })], broken("TRUST-030")),
    ],
  );
  steps({ versioned, first, second, third, input, add });
}

function steps({ versioned, first, second, third, input, add }) {
  const other = versioned({ signers: ["alice", "carol"], expiresAt: MADE + 366 * DAY });
  const signers = ["alice", "bob"];
  const branch = versioned({ previous: first, signers, expiresAt: MADE + 366 * DAY });
  add(
    "steps",
    "Versions go up by exactly one, each naming the bytes of the one before.",
    [22],
    [
      input("version 3 after version 1", [first, third], broken("TRUST-020")),
      input("back to version 1", [first, second, first], broken("TRUST-020")),
      input("version 1 again", [first, first], broken("TRUST-020")),
      input("another version 1", [first, other], broken("TRUST-021")),
      input("another version 2", [first, second, branch], broken("TRUST-021")),
      input(
        "the previous of another version 1",
        [first, versioned({ previous: { ...other, version: 1 }, signers })],
        broken("TRUST-022"),
      ),
      input(
        "dated earlier",
        [first, versioned({ previous: first, signers, issuedAt: MADE - 1, changes: earlier(signers) })],
        broken("TRUST-023"),
      ),
      input("dated the same", [first, versioned({ previous: first, signers, issuedAt: MADE })], verified()),
      input("version 2 without version 1", [second], broken("TRUST-027")),
      input("version 3 without version 1", [second, third], broken("TRUST-027")),
      input("a hole in the middle", [first, third], broken("TRUST-020")),
    ],
  );
}

const earlier = (names) => Object.fromEntries(names.map((name) => [name, { validFrom: MADE - DAY }]));

function revocations({ versioned, first, people, input, add }) {
  const since = MADE + 5 * DAY;
  const lost = (changes = {}) =>
    listedKey(people.erin, "erin", { status: "revoked", revokedAt: since, ...changes });
  const signers = ["alice", "bob"];
  const second = versioned({ previous: first, signers, extra: [lost()] });
  const dropped = versioned({ previous: second, signers });
  const next = (extra, previous = second) => versioned({ previous, signers, extra });
  add(
    "revocations",
    "A revocation is never taken back or postponed, also not by leaving the key out for a while.",
    [22, 25],
    [
      input("kept", [first, second, next([lost()])], verified()),
      input("moved forward in time", [first, second, next([lost({ revokedAt: since - 1 })])], verified()),
      input("dropped", [first, second, dropped], verified()),
      input("postponed", [first, second, next([lost({ revokedAt: since + 1 })])], broken("TRUST-023")),
      input("active again", [first, second, next([listedKey(people.erin, "erin")])], broken("TRUST-023")),
      input(
        "retired instead",
        [first, second, next([listedKey(people.erin, "erin", { status: "retired" })])],
        broken("TRUST-023"),
      ),
      input(
        "back after it was dropped",
        [first, second, dropped, next([listedKey(people.erin, "erin")], dropped)],
        broken("TRUST-023"),
      ),
      input(
        "revoked later after it was dropped",
        [first, second, dropped, next([lost({ revokedAt: since + 1 })], dropped)],
        broken("TRUST-023"),
      ),
    ],
  );
  const revoked = { bob: { status: "revoked", revokedAt: NEXT - DAY } };
  const gone = versioned({ previous: first, signers: ["alice", "bob", "carol"], changes: revoked });
  add(
    "root-keys-that-do-not-count",
    "Root keys count when the version is dated inside their validity and before no revocation.",
    [21, 25],
    [
      input("a revoked one, and enough without it", [first, gone], verified()),
      input(
        "a revoked one that is needed",
        [first, versioned({ previous: first, signers: ["alice", "bob"], changes: revoked })],
        broken("TRUST-036"),
      ),
      input(
        "one that is revoked later",
        [
          first,
          versioned({
            previous: first,
            signers: ["alice", "bob"],
            changes: { bob: { status: "revoked", revokedAt: NEXT + DAY } },
          }),
        ],
        broken("TRUST-037"),
      ),
      input(
        "one that ended",
        [
          first,
          versioned({ previous: first, signers: ["alice", "bob"], changes: { bob: { validUntil: NEXT } } }),
        ],
        broken("TRUST-035"),
      ),
      input(
        "one that begins later",
        [
          first,
          versioned({
            previous: first,
            signers: ["alice", "bob"],
            changes: { bob: { validFrom: NEXT + 1 } },
          }),
        ],
        broken("TRUST-035"),
      ),
      input(
        "a retired one",
        [
          first,
          versioned({ previous: first, signers: ["alice", "bob"], changes: { bob: { status: "retired" } } }),
        ],
        verified(),
      ),
    ],
  );
}

function times({ versioned, first, words, input, add }) {
  const signers = ["alice", "bob"];
  const until = (time) => versioned({ signers, expiresAt: at(time) });
  const from = (time) => versioned({ signers, issuedAt: at(time), changes: {} });
  const expired = until(ISSUED);
  add(
    "expiry",
    "The newest is in force at the time of verification, the one named was when it was issued.",
    [23],
    [
      input("expires a millisecond after the verification", [until("2026-11-21T00:00:00.001Z")], verified()),
      input("expires at the verification", [until(NOW)], refused({ "trust-root.unexpired": "TRUST-024" })),
      input(
        "expired when it was issued, and now",
        [expired],
        refused({ "trust-root.unexpired": "TRUST-024", "trust-root.in-force": "TRUST-024" }),
      ),
      input(
        "expired when it was issued, renewed since",
        [expired, versioned({ previous: expired, signers })],
        refused({ "trust-root.in-force": "TRUST-024" }),
        { named: expired },
      ),
      input(
        "issued a millisecond after the attestation",
        [from("2026-11-20T12:00:00.001Z")],
        refused({ "trust-root.in-force": "TRUST-025" }),
      ),
      input("issued with the attestation", [from(ISSUED)], verified()),
      input(
        "issued after the verification",
        [from("2026-11-21T00:00:00.001Z")],
        refused({ "trust-root.unexpired": "TRUST-025", "trust-root.in-force": "TRUST-025" }),
      ),
    ],
  );
  const short = versioned({ signers, expiresAt: MADE + DAY });
  add(
    "expired-on-the-way",
    "Whether an old version had expired when it was followed does not matter.",
    [23],
    [input("version 1 of a day", [short, versioned({ previous: short, signers })], verified())],
  );
  const clocks = { "ten-years-back": "2016-11-21T00:00:00.000Z", "ten-years-on": "2036-11-21T00:00:00.000Z" };
  for (const [name, time] of Object.entries(clocks)) {
    const back = name === "ten-years-back";
    const code = back ? ["TRUST-025", "POL-046"] : ["TRUST-024", "POL-045"];
    add(
      `clock-${name}`,
      "A clock that is wrong by ten years stops everything.",
      [23],
      [
        input(
          name,
          [first],
          refused({
            ...(back && { "attestation.date": "INV-067", "log.inclusion": "INV-086" }),
            "trust-root.unexpired": code[0],
            "policy-index.unexpired": code[1],
          }),
        ),
      ],
      ["--root-key", words[1], "--at", time],
    );
  }
}

function pins({ kit, people, versioned, first, input, add }) {
  const pem = (name) => kit.share(`${name}.pub`, encodeUtf8(people[name].publicKey.toPem()));
  const pinned = (name) => ["--root-key", { path: pem(name) }, "--at", NOW];
  add(
    "pinned-other-root-key",
    "Any root key of version 1 can be pinned, if it signed.",
    [27],
    [input("bob", [first], verified())],
    pinned("bob"),
  );
  add(
    "pinned-key-that-did-not-sign",
    "The pinned key must have signed version 1.",
    [27],
    [input("carol", [first], broken("TRUST-017"))],
    pinned("carol"),
  );
  add(
    "pinned-stranger",
    "A key that is not in the role root vouches for nothing.",
    [27],
    [input("dave", [first], broken("TRUST-017"))],
    pinned("dave"),
  );
  const signers = ["alice", "bob", "carol"];
  add(
    "pinned-key-does-not-count",
    "The pinned key itself is judged by what version 1 says of it.",
    [25, 27],
    [
      input(
        "revoked from the beginning",
        [versioned({ signers, changes: { alice: { status: "revoked", revokedAt: MADE } } })],
        broken("TRUST-036"),
      ),
      input(
        "revoked since",
        [versioned({ signers, changes: { alice: { status: "revoked", revokedAt: MADE + 1 } } })],
        broken("TRUST-037"),
      ),
      input(
        "not yet valid",
        [versioned({ signers, changes: { alice: { validFrom: MADE + 1 } } })],
        broken("TRUST-035"),
      ),
    ],
  );
}

/** What the newest version says of the runtime's key, and of the keys of policies and releases. */
function runtimeKeys({ world, others, roles, versioned, first, input, add }) {
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

function thresholds({ world, others, roles, versioned, first, input, add, policyBundle, bundles }) {
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

/** A home after a rotation, with a former index and an archived release. */
function rotatedHome({ kit, world, bundles, people, versioned, first, input }) {
  const second = versioned({ previous: first, signers: ["alice", "bob"] });
  const folder = "rotated";
  const share = (path, { document, signature }) => {
    kit.share(`${folder}/${path}.json`, document);
    return kit.share(`${folder}/${path}.sig`, signature);
  };
  share("trust/trust-root", second);
  share("trust/trust-root.1", first);
  kit.share(`${folder}/trust/root.pub`, encodeUtf8(people.alice.publicKey.toPem()));
  const names = {
    policies: new Map([
      [
        "claims-approval",
        {
          active: new Map([["1.0.0", bundles.claims.bundleHash]]),
          deprecated: new Map(),
          revoked: new Map(),
        },
      ],
    ]),
  };
  share("policies/index", world.index({ ...names, version: 4, issuedAt: at(ISSUED) + 1 }));
  share("policies/index.3", world.index(names));
  const { manifest, signature, files } = bundles.claims;
  kit.share(`${folder}/policies/claims-approval/1.0.0/bundle.manifest.json`, manifest);
  kit.share(`${folder}/policies/claims-approval/1.0.0/bundle.sig`, signature);
  const policy = kit.share(`${folder}/policies/claims-approval/1.0.0/policy.json`, files.get("policy.json"));
  const later = releaseOf(world.keys.release, { runtimeVersion: "1.1.0" });
  share("release-manifest", later);
  share(`releases/${world.release.hash.replace(":", "-")}`, world.release);
  const home = policy.slice(0, policy.indexOf(`/${folder}/`) + folder.length + 1);
  const named = (version, changes = {}) =>
    new TextEncoder().encode(
      JSON.stringify(
        world.execute(bundles.claims, small, {
          provenance: { trustRootVersion: version.version, trustRootHash: version.hash, ...changes },
        }).attestation,
      ),
    );
  const third = versioned({ previous: second, signers: ["alice", "bob"] });
  const forked = versioned({ previous: first, threshold: 1, signers: ["alice", "bob"] });
  const further = versioned({ previous: forked, threshold: 1, signers: ["alice"] });
  kit.add("trust-root", "bundles-in-a-home-after-a-rotation", {
    why: "A bundle's chain counts where it continues the home's. Root keys that the home knows to be revoked could have made a longer one.",
    threats: [21, 22, 25],
    home,
    arguments: ["--at", NOW],
    inputs: [
      input("an older chain", [first], verified()),
      input("the home's chain", [first, second], verified()),
      input("a chain that continues it", [first, second, third], verified()),
      input("another version 2", [first, forked], refused({ "trust-root.hash": "INV-066" })),
      input(
        "another version 2, and one more",
        [first, forked, further],
        refused({ "trust-root.version": "INV-066" }),
      ),
      input("an index that is none", [first, second], refused({ "policy-index.authentic": "POL-040" }), {
        bundleChanges: { policyIndex: { document: json({}), signature: world.index(names).signature } },
      }),
    ],
  });
  kit.add("trust-root", "home-after-a-rotation", {
    why: "A home keeps former versions of the trust root and the index, and former releases.",
    threats: [22],
    home,
    arguments: ["--at", NOW],
    inputs: [
      { name: "under version 1 and index 3", file: named(first), expect: verified("L2") },
      { name: "under version 2 and index 3", file: named(second), expect: verified("L2") },
      {
        name: "by the release in force",
        file: named(second, {
          runtimeVersion: "1.1.0",
          runtimeHash: later.runtimeHash,
          releaseManifestHash: later.hash,
        }),
        expect: verified("L2"),
      },
      {
        name: "under index 4, before it was issued",
        file: named(second, { policyIndexVersion: 4 }),
        expect: refused({ "policy-index.in-force": "POL-046" }),
      },
      {
        name: "under index 2, which is not kept",
        file: named(second, { policyIndexVersion: 2 }),
        expect: verified("L2"),
      },
      {
        name: "by a release that is not kept",
        file: named(second, { releaseManifestHash: `sha256:${"ab".repeat(32)}` }),
        expect: refused({ "release.manifest-hash": "INV-072", "release.runtime-version": "INV-072" }),
      },
    ],
  });
}
