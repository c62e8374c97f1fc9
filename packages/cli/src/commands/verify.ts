import { existsSync } from "node:fs";
import { join } from "node:path";
import { type JsonValue, parseStrict, parseTimestamp } from "@parmanasystems/canonical";
import { type ExecutionAttestation, fromEnvelope, parseAttestation } from "@parmanasystems/execution";
import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import {
  archivedPathsOf,
  readBundleContent,
  readTrustRootPredecessors,
} from "@parmanasystems/governance/node";
import {
  type Check,
  type RequiredLevel,
  type VerificationReport,
  verifyAttestation,
} from "@parmanasystems/verifier";
import { columns, type Output, print } from "../output.js";
import { CliError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { type Home, requireHome } from "../home.js";
import { countOf } from "../policy-terms.js";
import { readInput } from "../read-input.js";
import { releasePaths } from "../release-archive.js";

export interface VerifyOptions {
  readonly evidence?: string;
  readonly level?: string;
  /** The time to judge by; now when absent. */
  readonly at?: string;
  /** PEM files of trusted runtime keys, for a trust root without a runtime role. */
  readonly runtimeKey?: readonly string[];
  readonly json?: boolean;
}

/** `parmana verify`: offline, with nothing but the trust root and what lies beside it. */
export async function verifyCommand(
  home: Home,
  file: string,
  options: VerifyOptions,
  output: Output,
): Promise<ExitCode> {
  // Not what happens to lie here decides how much must hold, but what was asked for.
  const requiredLevel = readLevel(options.level) ?? (options.evidence === undefined ? "L2" : "L4");
  const now = options.at === undefined ? Date.now() : parseTimestamp(options.at);
  if (file === "-" && options.evidence === "-") {
    throw new CliError("CLI-001", "Only one of attestation and evidence can come from standard input.");
  }
  const value = parseStrict(readInput(file));
  const attestation = readEitherSpelling(value);
  requireHome(home);
  const text = new TextDecoder();
  const release = releasePaths(home, attestation.provenance.releaseManifestHash);
  const trustRoot = signedFile(home.environment.trustRootPath);
  const index = join(home.environment.policiesRootPath, "index.json");
  const report = verifyAttestation(value, {
    trustRoot: {
      ...trustRoot,
      predecessors: await readTrustRootPredecessors(home.environment.trustRootPath, trustRoot.document),
      pinnedKey: text.decode(readInput(home.environment.trustPublicKeyPath)),
      pinnedHash: home.environment.trustRootHash,
    },
    bundle: await bundleOf(home, attestation),
    policyIndex: signedFileIfPresent(index),
    formerPolicyIndexes: formerIndex(index, attestation),
    release: signedFileIfPresent(release.documentPath, release.signaturePath),
    evidence: options.evidence === undefined ? undefined : readInput(options.evidence),
    runtimeKeys: options.runtimeKey?.map((path) => text.decode(readInput(path))),
    now,
    requiredLevel,
  });
  print(output, options.json, report, describeReport(report, attestation, requiredLevel));
  return report.verdict === "verified" ? exitCodes.done : exitCodes.refused;
}

/** Malformed input is told apart from a refused attestation: it ends with exit code 2. */
function readEitherSpelling(value: JsonValue): ExecutionAttestation {
  const isEnvelope = typeof value === "object" && value !== null && "payloadType" in value;
  try {
    return isEnvelope ? fromEnvelope(value) : parseAttestation(value);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : "it has another form";
    throw new CliError("CLI-006", `The file is no execution attestation: ${problem}`, { cause });
  }
}

function readLevel(level: string | undefined): RequiredLevel | undefined {
  switch (level?.toUpperCase()) {
    case undefined:
      return undefined;
    case "L1":
      return "L1";
    case "L2":
      return "L2";
    case "L4":
      return "L4";
    default:
      throw new CliError("CLI-001", "The level must be L1, L2 or L4.");
  }
}

async function bundleOf(home: Home, attestation: ExecutionAttestation): Promise<BundleContent | undefined> {
  const { policyId, policyVersion } = attestation;
  const { policiesRootPath } = home.environment;
  // Both are of the grammar that parseAttestation admits, so the path stays inside the root.
  if (!existsSync(join(policiesRootPath, policyId, policyVersion))) return undefined;
  return readBundleContent(policiesRootPath, policyId, policyVersion);
}

/** The index that the attestation names, where a later one has taken its place. */
function formerIndex(path: string, { provenance }: ExecutionAttestation): readonly SignedDocument[] {
  const { documentPath, signaturePath } = archivedPathsOf(path, provenance.policyIndexVersion);
  const former = signedFileIfPresent(documentPath, signaturePath);
  return former === undefined ? [] : [former];
}

function signedFileIfPresent(path: string, signaturePath?: string): SignedDocument | undefined {
  return existsSync(path) ? signedFile(path, signaturePath) : undefined;
}

/** As the runtime looks for it: beside the document, with the ending .sig. */
function signedFile(path: string, signaturePath = `${path.replace(/\.json$/, "")}.sig`): SignedDocument {
  return { document: readInput(path), signature: readInput(signaturePath) };
}

const MARKS = { pass: "✓", fail: "✗", not_checked: "·" } as const satisfies Record<Check["status"], string>;

function describeReport(
  report: VerificationReport,
  attestation: ExecutionAttestation,
  requiredLevel: RequiredLevel,
): string[] {
  const { decision, policyId, policyVersion, rule_id, execution_id } = attestation;
  const claim = `${execution_id} was ${decision} by rule ${rule_id} of ${policyId}@${policyVersion}`;
  const failed = report.checks.filter(({ status }) => status === "fail");
  const rows = (checks: readonly Check[]) =>
    columns(
      checks.map((check): [string, string] => [
        `${MARKS[check.status]} ${check.level} ${check.id}`,
        check.code === undefined ? check.detail : `[${check.code}] ${check.detail}`,
      ]),
    );
  if (report.verdict === "verified")
    return [`VERIFIED at level ${report.level}: ${claim}`, ...rows(report.checks)];
  const missing = report.checks.filter((check) => check.status === "not_checked" && check.level !== "L3");
  const headline =
    failed.length > 0
      ? `REFUSED: ${countOf(failed.length, "check")} failed. Do not rely on the claim that ${claim}`
      : `REFUSED: level ${requiredLevel} was asked for, and material for ${String(missing.length)} of its checks is missing`;
  // What decides comes first; what holds is for whoever wants to know more.
  const others = report.checks.filter((check) => !failed.includes(check) && !missing.includes(check));
  return [headline, ...rows(failed), ...rows(missing), ...rows(others)];
}
