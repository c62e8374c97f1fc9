import { readPrivateKey, readPublicKey } from "@parmanasystems/governance/node";
import { type PublicKey, SigningError } from "@parmanasystems/signing";
import { commandSigner } from "@parmanasystems/signing/node";
import { writeFileSync } from "node:fs";
import { CliError, reasonOf } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { columns, type Output, print } from "../output.js";
import { splitCommand } from "../split-command.js";

export interface KeyShowOptions {
  /** A program that holds the key, in place of a file. */
  readonly signerCommand?: string;
  /** Where the public PEM goes, for the others. */
  readonly out?: string;
  readonly json?: boolean;
}

/** `parmana key show`: the public part of a key. The private part never leaves its file. */
export async function keyShowCommand(
  file: string | undefined,
  { signerCommand, out, json }: KeyShowOptions,
  output: Output,
): Promise<ExitCode> {
  const key = await readKey(file, signerCommand);
  const jwk = { ...key.toJwk(), kid: key.keyId };
  if (out !== undefined) writePublicKey(out, key);
  print(output, json, { keyId: key.keyId, jwk, pem: key.toPem() }, [
    ...columns([
      ["key id", key.keyId],
      ["JWK", JSON.stringify(jwk)],
    ]),
    ...(out === undefined ? key.toPem().trimEnd().split("\n") : [`Wrote ${out}`]),
  ]);
  return exitCodes.done;
}

/** @throws CliError CLI-004 */
function writePublicKey(path: string, key: PublicKey): void {
  try {
    writeFileSync(path, key.toPem(), { flag: "wx", mode: 0o644 });
  } catch (cause) {
    throw new CliError("CLI-004", `The file ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

async function readKey(file: string | undefined, signerCommand: string | undefined): Promise<PublicKey> {
  if (file !== undefined && signerCommand === undefined) return readEitherHalf(file);
  if (file === undefined && signerCommand !== undefined) {
    return (await commandSigner({ command: splitCommand(signerCommand) })).publicKey;
  }
  throw new CliError("CLI-001", "Name a key file or a --signer-command, one of the two.");
}

async function readEitherHalf(file: string): Promise<PublicKey> {
  try {
    return await readPublicKey(file);
  } catch (error) {
    if (!(error instanceof SigningError) || error.code !== "KEY-006") throw error;
    return (await readPrivateKey(file)).publicKey;
  }
}
