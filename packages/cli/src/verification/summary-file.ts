import { runtimeVersion } from "@parmanasystems/execution-runtime";
import { payloadTypes, signEnvelope, type Signer } from "@parmanasystems/signing";
import { verificationSummaryBytes } from "@parmanasystems/verifier/summary";
import { encodeUtf8 } from "@parmanasystems/canonical";
import { CliError } from "../errors.js";
import { readNamedSigners, type SignerOptions } from "../signers.js";
import { writeNewFile } from "../write-new-file.js";
import type { Judgement } from "./judgement.js";

export interface SummaryOptions extends SignerOptions {
  /** The file for a SLSA verification summary of the result, signed. */
  readonly vsa?: string;
  /** A URI: who says that it was verified. */
  readonly verifierId?: string;
  readonly unsafeTrustOnFirstUse?: boolean;
}

/** Writes what was found for those who trust whoever verified. */
export type WriteSummary = (judgement: Judgement, now: number) => Promise<void>;

/** Undefined where none is wanted; the keys are opened before anything is judged. @throws CliError CLI-001, CLI-067; SIG-*, KEY-*, TRUST-* */
export async function summaryWriter(options: SummaryOptions): Promise<WriteSummary | undefined> {
  const { vsa: path, verifierId: id, unsafeTrustOnFirstUse = false } = options;
  if (path !== undefined && unsafeTrustOnFirstUse)
    throw new CliError(
      "CLI-001",
      "--vsa goes with a root key that you pinned: after --unsafe-trust-on-first-use, nobody vouches for what a summary would say.",
    );
  const signers = await readNamedSigners(options);
  if (path === undefined) {
    if (id !== undefined || signers.length > 0)
      throw new CliError(
        "CLI-001",
        "--verifier-id, --key and --signer-command go with --vsa, which they sign.",
      );
    return undefined;
  }
  if (id === undefined)
    throw new CliError(
      "CLI-001",
      "--vsa needs --verifier-id: a URI that names who verified, such as https://audit.example.com.",
    );
  if (signers.length === 0)
    throw new CliError("CLI-067", "Nobody was named who signs the verification summary.");
  return (judgement, now) => writeSummary(path, { id, signers, judgement, now });
}

interface SummaryTerms {
  readonly id: string;
  readonly signers: readonly Signer[];
  readonly judgement: Judgement;
  readonly now: number;
}

async function writeSummary(path: string, { id, signers, judgement, now }: SummaryTerms): Promise<void> {
  const { statement, resolution } = judgement;
  // A file that is refused has not passed, whichever part of it is to blame.
  const { presented, report } = resolution?.report.verdict === "refused" ? resolution : statement;
  const payload = verificationSummaryBytes({
    statement: presented.statement,
    report,
    verifier: { id, version: { parmana: runtimeVersion } },
    timeVerified: now,
  });
  const envelope = await signEnvelope(payloadTypes.attestation, payload, signers);
  writeNewFile(path, encodeUtf8(`${JSON.stringify(envelope)}\n`), 0o644);
}
