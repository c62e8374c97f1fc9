import { sha256 } from "@parmanasystems/canonical";
import type { PolicyBundle } from "@parmanasystems/governance";
import { signPolicyBundle } from "@parmanasystems/governance/node";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { noteExpiries } from "../expiry-notes.js";
import type { Home } from "../home.js";
import { type Output, print } from "../output.js";
import { type JudgedPolicy, judgePolicy, type PolicyGateOptions } from "../policy-gate.js";
import { changeIndex, type Publication, withPublication } from "../policy-publication.js";
import { TEST_FILE } from "../policy-source.js";
import { countOf } from "../policy-terms.js";
import type { SignerOptions } from "../signers.js";

export interface PolicySignOptions extends SignerOptions, PolicyGateOptions {
  readonly json?: boolean;
}

/** `parmana policy sign`: checks, tests, signs and publishes policies. A published version never changes. */
export async function policySignCommand(
  home: Home,
  directories: readonly string[],
  options: PolicySignOptions,
  output: Output,
): Promise<ExitCode> {
  return withPublication(home, options, async (publication) => {
    const published: Published[] = [];
    for (const directory of directories) {
      const judged = await judgePolicy(directory, options, output);
      published.push(await publish(judged, publication));
    }
    print(output, options.json, published, published.map(describePublished));
    await noteExpiries(
      home,
      publication.signers.map(({ keyId }) => keyId),
      output,
    );
    return exitCodes.done;
  });
}

interface Published {
  readonly policyId: string;
  readonly policyVersion: string;
  readonly bundleHash: string;
  readonly created: boolean;
  readonly cases: number | null;
  readonly indexVersion: number;
}

async function publish(judged: JudgedPolicy, publication: Publication): Promise<Published> {
  const { policiesRootPath, trustRoot, signers } = publication;
  const { bundle, created } = await signPolicyBundle({
    sourceDir: judged.source.directory,
    policiesRootPath,
    trustRoot,
    signers,
    now: Date.now(),
  });
  requireSameFiles(bundle, judged);
  const { policyId, policyVersion } = bundle.policy;
  const index = await changeIndex(publication, { policyId, policyVersion }, "active");
  const { bundleHash } = bundle;
  return { policyId, policyVersion, bundleHash, created, cases: judged.cases, indexVersion: index.version };
}

/** What was judged is what is published. @throws CliError CLI-011 */
function requireSameFiles(bundle: PolicyBundle, { source, tests }: JudgedPolicy): void {
  const testHash = bundle.files.find(({ path }) => path === TEST_FILE)?.sha256;
  const judgedHash = tests === undefined ? undefined : sha256(tests.text);
  if (bundle.policyHash === source.policy.policyHash && testHash === judgedHash) return;
  throw new CliError(
    "CLI-011",
    `The files of ${source.directory} changed between their check and the signature.`,
  );
}

function describePublished({
  policyId,
  policyVersion,
  bundleHash,
  created,
  cases,
  indexVersion,
}: Published): string {
  const what = created ? "Signed" : "Signed before, index renewed";
  const tested = cases === null ? "" : `, ${countOf(cases, "case")} passed`;
  return `${what}: ${policyId}@${policyVersion} ${bundleHash} (index version ${String(indexVersion)}${tested})`;
}
