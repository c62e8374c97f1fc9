// What every family is given: the world, the kit, and shortcuts for the inputs that most cases have.
import { join } from "node:path";
import { encodeUtf8 } from "./packages.mjs";
import { claims, large, risky, signedClaims, small } from "./policies.mjs";
import { envelopeOf, json } from "./sign.mjs";
import { createKit } from "./kit.mjs";
import { createWorld, NOW } from "./world.mjs";

export function createContext(root) {
  const world = createWorld();
  const kit = createKit(root);
  const bundle = world.publish(claims());
  const signed = world.publish(signedClaims);
  const deprecated = world.publish(claims({ policyVersion: "0.9.0" }), { status: "deprecated" });
  const revoked = world.publish(claims({ policyVersion: "0.8.0" }), { status: "revoked" });
  const rootKey = kit.share("root.pub", encodeUtf8(world.keys.root.publicKey.toPem()));
  const installed = kit.home("home", world);
  installed.add(bundle);
  const home = installed.directory;
  const base = join(kit.shared, "bundle.json");

  /** Judged as an evidence bundle, with nothing but the pinned key. */
  const bundled = ["--root-key", { path: rootKey }, "--at", NOW];
  /** Judged with what lies in the shared home. */
  const homed = ["--at", NOW];

  const policyBundle = ({ manifest, signature, files }) => ({ manifest, signature, files });

  /** The evidence bundle of an execution. */
  const evidenceBundle = ({ attestation, evidence, logProof, bundle: decided }, changes = {}) => ({
    bundle: {
      extends: base,
      attestation: json(attestation),
      evidence,
      ...(decided.bundleHash !== bundle.bundleHash && { policyBundle: policyBundle(decided) }),
      logProof,
      ...changes,
    },
  });

  return {
    world,
    kit,
    bundles: { claims: bundle, signed, deprecated, revoked },
    home,
    base,
    rootKey,
    bundled,
    homed,
    policyBundle,
    evidenceBundle,
    executions: () => ({
      approved: world.execute(bundle, small),
      rejected: world.execute(bundle, risky),
      pending: world.execute(bundle, large),
    }),
    flat: ({ attestation }) => json(attestation),
    envelope: ({ attestation }, kind) => json(envelopeOf(attestation, kind)),
  };
}

/** What was not known before all policies were published: the index, and what refers to it. */
export function finish({ world, kit }) {
  const index = world.index();
  for (const home of kit.homes) kit.shareSigned(`${home}/policies/index`, index);
  const signed = (path) => ({ document: `${path}.json`, signature: `${path}.sig` });
  const directory = "home/policies/claims-approval/1.0.0";
  const base = {
    type: "parmana/evidence-bundle/v1",
    policyBundle: {
      manifest: `${directory}/bundle.manifest.json`,
      signature: `${directory}/bundle.sig`,
      files: { "policy.json": `${directory}/policy.json` },
    },
    policyIndex: signed("home/policies/index"),
    formerPolicyIndexes: [],
    release: signed("home/release-manifest"),
    trustRoot: { ...signed("home/trust/trust-root"), predecessors: [] },
    resolution: null,
  };
  kit.share("bundle.json", encodeUtf8(`${JSON.stringify(base, undefined, 2)}\n`));
}
