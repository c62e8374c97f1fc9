import type { PolicyBundle, PolicyIndex, ReleaseManifest, TrustRoot } from "@parmanasystems/governance";
import { checkBundle } from "./bundle-checks.js";
import { Checklist } from "./checklist.js";
import { known, supplied, type Known } from "./known.js";
import type { ReadLogMaterial } from "./log-material.js";
import { checkPolicyIndex, openFormerIndexes } from "./policy-index-checks.js";
import { checkRelease } from "./release-checks.js";
import { pinRuntimeKeys, type RuntimeKeys } from "./runtime-keys.js";
import { checkTrustRoot, type TrustRootChain } from "./trust-root-checks.js";
import type { ReadMaterial } from "./verification-material.js";

export interface OpenedMaterial {
  readonly checks: Checklist;
  readonly now: Known<number>;
  readonly chain: Known<TrustRootChain>;
  readonly trustRoot: Known<TrustRoot>;
  readonly bundle: Known<PolicyBundle>;
  readonly policyIndex: Known<PolicyIndex>;
  readonly formerIndexes: readonly PolicyIndex[];
  readonly release: Known<ReleaseManifest>;
  readonly runtimeKeys: RuntimeKeys;
  readonly log: ReadLogMaterial;
  readonly bundleSupplied: boolean;
}

/** What can be said about the material before any attestation or resolution is seen. */
export function openMaterial(material: ReadMaterial): OpenedMaterial {
  const checks = new Checklist();
  const now = supplied(material.now, "no time of verification was given");

  // 1. The trust root, from the pinned key through every version; everything else is trusted only through it.
  const chain = checkTrustRoot(checks, material.trustRoot, now);
  const trustRoot = chain.known ? known(chain.value.newest) : chain;
  // 2. The policy bundle: the rules, as their owners signed them.
  const bundle = checkBundle(checks, supplied(material.bundle, "no policy bundle was supplied"), trustRoot);
  // 3. The policy index: which versions are in use.
  const policyIndex = checkPolicyIndex(
    checks,
    supplied(material.policyIndex, "no policy index was supplied"),
    trustRoot,
    now,
  );
  const formerIndexes = openFormerIndexes(material.formerPolicyIndexes, trustRoot);
  // 4. The release manifest: which runtime files were shipped.
  const release = checkRelease(
    checks,
    supplied(material.release, "no release manifest was supplied"),
    trustRoot,
  );

  const runtimeKeys = pinRuntimeKeys(material.runtimeKeys);
  return {
    checks,
    now,
    chain,
    trustRoot,
    bundle,
    policyIndex,
    formerIndexes,
    release,
    runtimeKeys,
    log: material.log,
    bundleSupplied: material.bundle !== undefined,
  };
}
