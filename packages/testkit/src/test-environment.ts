import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RuntimeEnvironment, runtimeVersion } from "@parmanasystems/execution-runtime";
import { createNextTrustRoot, type TrustRoot, type TrustRootChanges } from "@parmanasystems/governance";
import {
  createPolicyIndex,
  createTrust,
  installTrustRoot,
  measureRuntimeFiles,
  publishToIndex,
  readTrustRoot,
  revokeInIndex,
  runtimePackageRoots,
  signPolicyBundle,
  signRelease,
} from "@parmanasystems/governance/node";
import {
  generatePrivateKey,
  LocalSigner,
  LocalVerifier,
  payloadTypes,
  type PrivateKey,
  signDetached,
} from "@parmanasystems/signing";

export interface TestEnvironmentOptions {
  /** Folders of policy.json, …/<policyId>/<policyVersion>, to sign and publish. */
  readonly policies: readonly string[];
  /** `import.meta.url` of modules whose packages the release manifest lists. */
  readonly modules: readonly string[];
  /** Milliseconds since 1970: when everything is made. */
  readonly now: number;
  /** Leave the runtime role out, as the quick start with an ephemeral key does. Default false. */
  readonly withoutRuntimeRole?: boolean;
  /** Names of sources of signals; each gets a key in the role source:<name>. */
  readonly sources?: readonly string[];
  /** People who sign votes, by role; each gets a key in the role approver:<role>. */
  readonly approvers?: Readonly<Record<string, readonly string[]>>;
  /** How long trust root and index are valid. Default 30 days. */
  readonly lifetimeMs?: number;
}

export interface TestEnvironment {
  /** Everything lies below; `remove` deletes it. */
  readonly directory: string;
  readonly paths: RuntimeEnvironment;
  readonly trustRoot: TrustRoot;
  readonly signer: LocalSigner;
  readonly verifier: LocalVerifier;
  /** By name. */
  readonly sources: ReadonlyMap<string, LocalSigner>;
  /** By the name of the person. */
  readonly approvers: ReadonlyMap<string, LocalSigner>;
  readonly keys: Readonly<Record<"root" | "policy" | "release" | "log" | "runtime", PrivateKey>>;
  /** Revokes a version in the next index. */
  revoke(policyId: string, policyVersion: string, now: number): Promise<void>;
  /** Puts the next trust root in force, dated `now`. */
  rotate(changes: TrustRootChanges, now: number): Promise<void>;
  remove(): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A governed environment in a temporary directory, with real keys and signatures: nothing of it is faked. */
export async function createTestEnvironment(options: TestEnvironmentOptions): Promise<TestEnvironment> {
  const { now, sources = [], approvers = {}, lifetimeMs = 30 * DAY_MS } = options;
  const directory = mkdtempSync(join(tmpdir(), "parmana-"));
  const roleNames = [
    "root",
    "policy",
    "release",
    "log",
    ...(options.withoutRuntimeRole === true ? [] : ["runtime"]),
    ...sources.map((name) => `source:${name}`),
  ];
  const trust = await createTrust({
    trustDir: join(directory, "trust"),
    roles: {
      ...Object.fromEntries(roleNames.map((role) => [role, { keys: [{ operator: `${role}-operator` }] }])),
      ...Object.fromEntries(
        Object.entries(approvers).map(([role, people]) => [
          `approver:${role}`,
          { keys: people.map((operator) => ({ operator })) },
        ]),
      ),
    },
    now,
    expiresAt: now + lifetimeMs,
  });
  const { trustRoot, trustRootPath, trustPublicKeyPath } = trust;
  const made = new Map(trust.keys.map(({ role, privateKey }) => [role, privateKey]));
  const keyOf = (role: string): PrivateKey => {
    const key = made.get(role);
    if (key === undefined || key === null) throw new Error(`no ${role} key was made`);
    return key;
  };
  const policiesRootPath = join(directory, "policies");
  const releaseManifestPath = join(directory, "release-manifest.json");
  const paths = { policiesRootPath, trustRootPath, trustPublicKeyPath, releaseManifestPath };
  const terms = {
    policiesRootPath,
    trustRoot,
    signers: [new LocalSigner(keyOf("policy"))],
    now,
    expiresAt: now + lifetimeMs,
  };
  await createPolicyIndex(terms);
  for (const sourceDir of options.policies) {
    const { bundle } = await signPolicyBundle({ ...terms, sourceDir });
    const { policyId, policyVersion } = bundle.policy;
    await publishToIndex({ ...terms, policyId, policyVersion, remembered: undefined });
  }
  await signRelease({
    releaseManifestPath,
    trustRoot,
    signers: [new LocalSigner(keyOf("release"))],
    now,
    runtimeVersion,
    files: await measureModules(options.modules),
  });
  const runtimeKey = options.withoutRuntimeRole === true ? generatePrivateKey() : keyOf("runtime");
  return {
    directory,
    paths,
    trustRoot,
    signer: new LocalSigner(runtimeKey),
    verifier: new LocalVerifier(runtimeKey.publicKey),
    sources: new Map(sources.map((name) => [name, new LocalSigner(keyOf(`source:${name}`))])),
    approvers: new Map(
      trust.keys.flatMap(({ role, operator, privateKey }) =>
        role.startsWith("approver:") && privateKey !== null ? [[operator, new LocalSigner(privateKey)]] : [],
      ),
    ),
    keys: {
      root: keyOf("root"),
      policy: keyOf("policy"),
      release: keyOf("release"),
      log: keyOf("log"),
      runtime: runtimeKey,
    },
    revoke: async (policyId, policyVersion, at) => {
      await revokeInIndex({ ...terms, policyId, policyVersion, now: at, remembered: undefined });
    },
    rotate: async (changes, at) => {
      const { value } = await readTrustRoot(paths);
      const document = createNextTrustRoot(value, changes, at);
      const signers = [new LocalSigner(keyOf("root"))];
      const signature = await signDetached(payloadTypes.trustRoot, document, signers);
      await installTrustRoot({ paths, signed: { document, signature }, now: at, remembered: undefined });
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function measureModules(modules: readonly string[]) {
  const roots = new Map<string, string>();
  for (const module of modules) {
    for (const [label, root] of await runtimePackageRoots(module)) roots.set(label, root);
  }
  return measureRuntimeFiles(roots);
}
