import { writePrivateKey } from "@parmanasystems/governance/node";
import { generatePrivateKey, type PrivateKey } from "@parmanasystems/signing";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { columns, type Output, print } from "../output.js";

export interface KeyNewOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `parmana key new`: a private key in a file of mode 0600, never over another. */
export async function keyNewCommand(options: KeyNewOptions, output: Output): Promise<ExitCode> {
  return saveKey(generatePrivateKey(), options, output);
}

/** Writes a private key and says what may be known of it. @throws GovernanceError TRUST-051, TRUST-052 */
export async function saveKey(
  privateKey: PrivateKey,
  { out, json }: KeyNewOptions,
  output: Output,
): Promise<ExitCode> {
  await writePrivateKey(out, privateKey);
  const { keyId } = privateKey;
  print(output, json, { keyId, privateKeyPath: out }, [
    `Wrote ${out}`,
    ...columns([
      ["key id", keyId],
      ["public half", `parmana key show ${out} --out <file>`],
    ]),
  ]);
  return exitCodes.done;
}
