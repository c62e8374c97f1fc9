import type { Sha256 } from "@parmanasystems/canonical";
import {
  type PolicyBundle,
  type PolicyIndex,
  type PolicyName,
  type ReleaseManifest,
  requireIndexNotRolledBack,
  requireIndexUnexpired,
  requireListed,
  requireSigningKey,
  requireTrustRootNotRolledBack,
  requireUnexpired,
  type TrustRoot,
} from "@parmanasystems/governance";
import {
  loadPolicyBundle,
  readPolicyIndex,
  readReleaseManifest,
  readTrustRoot,
} from "@parmanasystems/governance/node";
import { type CompiledPolicy, compilePolicy } from "@parmanasystems/execution";
import type { InForce, InForceDocuments } from "./in-force.js";
import type { VersionMemory } from "./ports.js";
import { requireReleased } from "./runtime-integrity.js";
import type { RuntimeEnvironment } from "./runtime-paths.js";

export interface GovernedPolicy {
  readonly bundle: PolicyBundle;
  readonly compiled: CompiledPolicy;
}

/** Everything signed that a decision stands on, as it was when it was loaded and checked. */
export class GovernedEnvironment implements InForce {
  readonly #policies = new Map<string, Map<string, GovernedPolicy>>();

  private constructor(
    readonly trustRoot: TrustRoot,
    readonly policyIndex: PolicyIndex,
    readonly release: ReleaseManifest,
    readonly policiesRootPath: string,
    readonly documents: InForceDocuments,
  ) {}

  static async load(
    paths: RuntimeEnvironment,
    checks: { readonly now: number; readonly versions: VersionMemory; readonly modules: readonly string[] },
  ): Promise<GovernedEnvironment> {
    const opened = await readTrustRoot(paths);
    const { value: trustRoot, chain } = opened;
    requireUnexpired(trustRoot, checks.now);
    requireTrustRootNotRolledBack(await checks.versions.highest("trust-root"), chain);

    const index = await readPolicyIndex(paths.policiesRootPath, trustRoot);
    const { value: policyIndex } = index;
    requireIndexUnexpired(policyIndex, checks.now);
    requireIndexNotRolledBack(await checks.versions.highest("policy-index"), policyIndex);

    const manifest = await readReleaseManifest(paths, trustRoot);
    const { value: release } = manifest;
    await requireReleased(release, checks.modules);

    // Remembered only now: a set of documents that does not hold as a whole leaves no mark.
    await checks.versions.remember("trust-root", { version: trustRoot.version, hash: trustRoot.hash });
    await checks.versions.remember("policy-index", { version: policyIndex.version, hash: policyIndex.hash });
    const { signed, predecessors, pinnedKey } = opened;
    const documents: InForceDocuments = Object.freeze({
      trustRoot: Object.freeze({ ...signed, predecessors, pinnedKey, pinnedHash: paths.trustRootHash }),
      policyIndex: index.signed,
      release: manifest.signed,
    });
    return new GovernedEnvironment(trustRoot, policyIndex, release, paths.policiesRootPath, documents);
  }

  /**
   * What must hold at the instant of every decision, long after loading.
   * @throws GovernanceError when the trust root or index has expired, or the runtime key may not sign now
   */
  requireInForce(now: number, runtimeKeyId: string): void {
    requireUnexpired(this.trustRoot, now);
    requireIndexUnexpired(this.policyIndex, now);
    // A trust root without a runtime role leaves the choice of runtime keys to the verifier (DESIGN section 8).
    if (this.trustRoot.roles.has("runtime")) requireSigningKey(this.trustRoot, "runtime", runtimeKeyId, now);
  }

  /** @throws GovernanceError POL-042 to POL-044 when the index does not list this bundle, or revokes it */
  requireListed({ policyId, policyVersion }: PolicyName, bundleHash: Sha256): void {
    requireListed(this.policyIndex, { policyId, policyVersion, bundleHash });
  }

  /** The policy, if it was asked for before. */
  atHand(policyId: string, policyVersion: string): GovernedPolicy | undefined {
    return this.#policies.get(policyId)?.get(policyVersion);
  }

  /** The verified, compiled policy. Its bytes are read and checked once per loaded environment. */
  async policy(policyId: string, policyVersion: string): Promise<GovernedPolicy> {
    const known = this.atHand(policyId, policyVersion);
    if (known !== undefined) return known;
    const policy = await this.#load(policyId, policyVersion);
    // Failures are not remembered: a policy that is signed later becomes usable without a restart.
    const versions = this.#policies.get(policyId) ?? new Map<string, GovernedPolicy>();
    this.#policies.set(policyId, versions.set(policyVersion, policy));
    return policy;
  }

  async #load(policyId: string, policyVersion: string): Promise<GovernedPolicy> {
    const bundle = await loadPolicyBundle(this.policiesRootPath, policyId, policyVersion, this.trustRoot);
    this.requireListed(bundle.policy, bundle.bundleHash);
    return Object.freeze({ bundle, compiled: compilePolicy(bundle.policy) });
  }
}
