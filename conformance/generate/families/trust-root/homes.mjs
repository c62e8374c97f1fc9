import { refused, verified } from "../../kit.mjs";
import { encodeUtf8 } from "../../packages.mjs";
import { small } from "../../policies.mjs";
import { json } from "../../sign.mjs";
import { ISSUED, NOW, at, releaseOf } from "../../world.mjs";

/** A home after a rotation, with a former index and an archived release. */
export function rotatedHome({ kit, world, bundles, people, versioned, first, input }) {
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
  const { document, signature: signedIndex } = world.index(names);
  const policyIndex = { document, signature: signedIndex };
  share("policies/index.3", policyIndex);
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
  /** With the index that the home keeps, too. */
  const bundle = (name, chain, expect) => input(name, chain, expect, { bundleChanges: { policyIndex } });
  kit.add("trust-root", "bundles-in-a-home-after-a-rotation", {
    why: "A bundle's chain counts where it continues the home's. Root keys that the home knows to be revoked could have made a longer one.",
    threats: [21, 22, 25],
    home,
    arguments: ["--at", NOW],
    inputs: [
      bundle("an older chain", [first], verified()),
      bundle("the home's chain", [first, second], verified()),
      bundle("a chain that continues it", [first, second, third], verified()),
      bundle("another version 2", [first, forked], refused({ "trust-root.hash": "INV-066" })),
      bundle(
        "another version 2, and one more",
        [first, forked, further],
        refused({ "trust-root.version": "INV-066" }),
      ),
      input("an index that is none", [first, second], refused({ "policy-index.authentic": "POL-040" }), {
        bundleChanges: { policyIndex: { document: json({}), signature: signedIndex } },
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
