import { parseStrict } from "@parmanasystems/canonical";
import { basename, dirname, join, resolve } from "node:path";
import { openPolicyBundle, POLICY_FILE, type PolicyBundle } from "../bundle.js";
import { GovernanceError } from "../errors.js";
import { parsePolicy } from "../parse-policy.js";
import { policyLimits } from "../policy/policy-limits.js";
import type { Policy } from "../policy.js";
import type { TrustRoot } from "../trust-root/trust-root.js";
import { readBundleContent } from "./bundle-directory.js";
import { assertMatchesPolicySchema } from "./policy-schema-gate.js";
import { readFileSafely } from "./read-file-safely.js";

/**
 * Reads, verifies and parses one signed policy version. Whether the policy index lists it is
 * `requireListed`'s question.
 * @throws GovernanceError POL-001 to -039, TRUST-001 to -006, TRUST-030 to -037
 */
export async function loadPolicyBundle(
  policiesRootPath: string,
  policyId: string,
  policyVersion: string,
  trustRoot: TrustRoot,
): Promise<PolicyBundle> {
  const content = await readBundleContent(policiesRootPath, policyId, policyVersion);
  const bundle = openPolicyBundle(content, trustRoot, { policyId, policyVersion });
  const bytes = content.files.get(POLICY_FILE);
  if (bytes !== undefined) requireSchema(bytes);
  return bundle;
}

/**
 * Checks an unsigned policy in a directory named `…/<policyId>/<policyVersion>`.
 * @throws GovernanceError POL-001 to -027, TRUST-002 to -006
 */
export async function checkPolicyDirectory(directory: string): Promise<Policy> {
  const path = resolve(directory);
  return checkPolicyBytes(path, await readPolicyFile(path));
}

/** The same for bytes that were already read from the directory. */
export function checkPolicyBytes(directory: string, bytes: Uint8Array): Policy {
  const policy = parsePolicy(bytes, {
    policyId: basename(dirname(directory)),
    policyVersion: basename(directory),
    file: join(directory, POLICY_FILE),
  });
  requireSchema(bytes);
  return policy;
}

async function readPolicyFile(directory: string): Promise<Uint8Array> {
  try {
    return await readFileSafely(join(directory, POLICY_FILE), {
      maxBytes: policyLimits.fileBytes,
      noun: "The policy file",
    });
  } catch (cause) {
    if (!(cause instanceof GovernanceError) || cause.code !== "TRUST-001") throw cause;
    throw new GovernanceError("POL-001", `There is no ${POLICY_FILE} in ${directory}.`, { cause });
  }
}

function requireSchema(bytes: Uint8Array): void {
  assertMatchesPolicySchema(
    parseStrict(bytes, { maxBytes: policyLimits.fileBytes, maxDepth: policyLimits.jsonDepth }),
  );
}
