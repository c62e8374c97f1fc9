import { formatTimestamp, parseTimestamp } from "@parmanasystems/canonical";
import {
  GovernanceError,
  requireTrustRootNotRolledBack,
  requireUnexpired,
  type SignedDocument,
  type TrustRoot,
  type TrustRootStep,
  walkTrustRootChain,
} from "@parmanasystems/governance";
import { readPinnedKey, readTrustRoot, readTrustRootPredecessors } from "@parmanasystems/governance/node";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { noteExpiries } from "../expiry-notes.js";
import { type Home, requireHome } from "../home.js";
import { type Output, print } from "../output.js";
import { readInput } from "../read-input.js";
import { seenVersion } from "../seen-versions.js";

export interface TrustVerifyOptions {
  /** The time to judge by; now when absent. */
  readonly at?: string;
  readonly json?: boolean;
}

interface Step {
  readonly ok: boolean;
  readonly text: string;
  readonly code?: string;
}

/** `parmana trust verify`: walks the trust root from the pinned key, and says every step. */
export async function trustVerifyCommand(
  home: Home,
  options: TrustVerifyOptions,
  output: Output,
): Promise<ExitCode> {
  requireHome(home);
  const now = options.at === undefined ? Date.now() : parseTimestamp(options.at);
  const steps = await verifySteps(home, now);
  const verified = steps.every(({ ok }) => ok);
  print(output, options.json, { verdict: verified ? "verified" : "refused", steps }, [
    verified
      ? "VERIFIED: the trust root holds, from the pinned key on"
      : "REFUSED: do not rely on this trust root",
    ...steps.map(({ ok, text }) => `  ${ok ? "✓" : "✗"} ${text}`),
  ]);
  if (verified) await noteExpiries(home, [], output, now);
  return verified ? exitCodes.done : exitCodes.refused;
}

async function verifySteps(home: Home, now: number): Promise<readonly Step[]> {
  const { trustPublicKeyPath, trustRootHash } = home.environment;
  const steps: Step[] = [];
  const chain: TrustRoot[] = [];
  try {
    const pinnedKey = await readPinnedKey(trustPublicKeyPath);
    steps.push({ ok: true, text: `${trustPublicKeyPath} pins key ${pinnedKey.keyId}.` });
    const documents = await readDocuments(home);
    for (const step of walkTrustRootChain({ documents, pinnedKey, pinnedHash: trustRootHash })) {
      chain.push(step.trustRoot);
      steps.push({ ok: true, text: describeStep(step, chain.at(-2)) });
    }
    if (trustRootHash !== undefined) {
      steps.push({ ok: true, text: `A version has the hash that is pinned, ${trustRootHash}.` });
    }
    const seen = await seenVersion(home, "trust-root");
    requireTrustRootNotRolledBack(seen, chain);
    if (seen !== undefined) {
      steps.push({
        ok: true,
        text: `The ledger of this home remembers version ${String(seen.version)} of it.`,
      });
    }
    const newest = chain.at(-1);
    if (newest !== undefined) {
      requireUnexpired(newest, now);
      steps.push({ ok: true, text: `It is in force until ${formatTimestamp(newest.expiresAt)}.` });
    }
  } catch (error) {
    if (!(error instanceof GovernanceError)) throw error;
    steps.push({ ok: false, text: error.message, code: error.code });
  }
  return steps;
}

/** Through the reader that knows a change half done; where that one refuses, the files as they are, to show how far they hold. */
async function readDocuments(home: Home): Promise<readonly SignedDocument[]> {
  const { trustRootPath } = home.environment;
  try {
    const { predecessors, signed } = await readTrustRoot(home.environment);
    return [...predecessors, signed];
  } catch (error) {
    if (!(error instanceof GovernanceError)) throw error;
    const document = readInput(trustRootPath);
    const signature = readInput(`${trustRootPath.replace(/\.json$/, "")}.sig`);
    return [...(await readTrustRootPredecessors(trustRootPath, document)), { document, signature }];
  }
}

function describeStep(
  { trustRoot, signedBy, acceptedBy }: TrustRootStep,
  previous: TrustRoot | undefined,
): string {
  const { version, hash, roles } = trustRoot;
  const own = `${String(roles.get("root")?.threshold ?? 0)} of its own root keys must sign, and did: ${namesOf(trustRoot, signedBy)}`;
  const before =
    previous === undefined
      ? "the pinned key is among them"
      : `${String(previous.roles.get("root")?.threshold ?? 0)} of version ${String(previous.version)}: ${namesOf(previous, acceptedBy)}`;
  return `Version ${String(version)}, ${hash}: ${own}; ${before}.`;
}

function namesOf(trustRoot: TrustRoot, keyIds: readonly string[]): string {
  return keyIds.map((keyId) => `${trustRoot.keys.get(keyId)?.operator ?? "unknown"} (${keyId})`).join(", ");
}
