import { publishToIndex, readPrivateKey, readTrustRoot, signPolicyBundle } from "@parmanasystems/governance/node";
import { LocalSigner } from "@parmanasystems/signing";
import { type Output, print } from "../output.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, keyPath, requireHome } from "../home.js";
import { DAY_MS, INDEX_DAYS } from "../lifetimes.js";

export interface PolicySignOptions {
  readonly json?: boolean;
}

/** `parmana policy sign`: checks, signs and publishes policies. A published version never changes. */
export async function policySignCommand(
  home: Home,
  directories: readonly string[],
  options: PolicySignOptions,
  output: Output,
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
    const expiresAt = Math.min(now + INDEX_DAYS * DAY_MS, trustRoot.expiresAt);
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
    output,
    options.json,
    published,
    published.map(
      ({ policyId, policyVersion, bundleHash, created, indexVersion }) =>
        `${created ? "Signed" : "Unchanged"}: ${policyId}@${policyVersion} ${bundleHash} (index version ${String(indexVersion)})`,
    ),
  );
  return exitCodes.done;
}
