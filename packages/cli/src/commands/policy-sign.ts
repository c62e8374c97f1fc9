import { publishToIndex, readPrivateKey, readTrustRoot, signPolicyBundle } from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { type Console, print } from "../console.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, keyPath, requireHome } from "../home.js";

export interface PolicySignOptions {
  readonly json?: boolean;
}

const INDEX_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

/** `parmana policy sign`: checks, signs and publishes policies. A published version never changes. */
export async function policySignCommand(
  home: Home,
  directories: readonly string[],
  options: PolicySignOptions,
  console: Console,
): Promise<ExitCode> {
  requireHome(home);
  const { policiesRootPath } = home.environment;
  const { value: trustRoot } = await readTrustRoot(home.environment);
  const signers = [new LocalSigner(await readPrivateKey(keyPath(home, "policy")))];
  const published = [];
  for (const sourceDir of directories) {
    const now = Date.now();
    const { bundle, created } = await signPolicyBundle({ sourceDir, policiesRootPath, trustRoot, signers, now });
    const { policyId, policyVersion } = bundle.policy;
    const expiresAt = Math.min(now + INDEX_LIFETIME_MS, trustRoot.expiresAt);
    const { value: index } = await publishToIndex({
      policiesRootPath,
      trustRoot,
      signers,
      policyId,
      policyVersion,
      now,
      expiresAt,
    });
    published.push({ policyId, policyVersion, bundleHash: bundle.bundleHash, created, indexVersion: index.version });
  }
  print(
    console,
    options.json,
    published,
    published.map(
      ({ policyId, policyVersion, bundleHash, created, indexVersion }) =>
        `${created ? "Signed" : "Unchanged"}: ${policyId}@${policyVersion} ${bundleHash} (index version ${String(indexVersion)})`,
    ),
  );
  return exitCodes.done;
}
