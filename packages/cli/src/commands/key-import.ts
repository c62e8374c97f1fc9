import { readPrivateKey } from "@parmanasystems/governance/node";
import type { ExitCode } from "../exit-codes.js";
import type { Output } from "../output.js";
import { type KeyNewOptions, saveKey } from "./key-new.js";

/** `parmana key import`: a private key, PEM or JWK, as the PKCS#8 file of mode 0600 that every command reads. */
export async function keyImportCommand(
  file: string,
  options: KeyNewOptions,
  output: Output,
): Promise<ExitCode> {
  return saveKey(await readPrivateKey(file), options, output);
}
