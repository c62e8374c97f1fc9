import type { Command } from "commander";
import { readPrivateKey } from "@parmanasystems/governance/node";
import { LocalSigner, type Signer } from "@parmanasystems/signing";
import { commandSigner } from "@parmanasystems/signing/node";
import { CliError } from "./errors.js";
import type { Home } from "./home.js";
import { homeKeys } from "./home-keys.js";
import { splitCommand } from "./split-command.js";

export interface SignerOptions {
  /** Files of private keys. */
  readonly key?: readonly string[];
  /** Commands that sign for keys held elsewhere. */
  readonly signerCommand?: readonly string[];
}

export function withSigners(command: Command): Command {
  return command
    .option("--key <file>", "sign with this private key; repeatable (default: the home's keys)", collect)
    .option(
      "--signer-command <command>",
      "sign through this program, for a key held elsewhere (docs/trust.md); repeatable",
      collect,
    );
}

/**
 * Who signs for the role: every --key and --signer-command, in that order; without any, each key of the home that the trust
 * root lets sign for it now.
 * @throws CliError CLI-020 when there is none; SIG-012 to -016, KEY-*, TRUST-001 to -037
 */
export async function readSigners(
  options: SignerOptions,
  role: string,
  home: Home,
): Promise<readonly Signer[]> {
  const named = await readNamedSigners(options);
  if (named.length > 0) return named;
  const keys = await homeKeys(home, role, Date.now());
  if (keys.length > 0) return keys.map((key) => new LocalSigner(key));
  throw new CliError(
    "CLI-020",
    `No key in ${home.keys} may sign for the role ${role} now; name one with --key or --signer-command.`,
  );
}

/** Those that the options name, and no others. @throws SIG-012 to -016, KEY-*, TRUST-001 to -006 */
export async function readNamedSigners({
  key = [],
  signerCommand = [],
}: SignerOptions): Promise<readonly Signer[]> {
  const signers: Signer[] = [];
  for (const path of key) signers.push(new LocalSigner(await readPrivateKey(path)));
  const inTurn = oneAtATime();
  for (const text of signerCommand) {
    const signer = await commandSigner({ command: splitCommand(text) });
    const { keyId } = signer;
    signers.push({
      keyId,
      sign: (payloadType, payload) => {
        const owned = payload.slice();
        return inTurn(() => signer.sign(payloadType, owned));
      },
    });
  }
  return signers;
}

/** Two programs that ask for a PIN at the same time would take each other's. */
function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const turn = last.catch(() => undefined).then(work);
    last = turn;
    return turn;
  };
}

/** For options that may be given several times. */
export function collect(next: string, all: readonly string[] | undefined): readonly string[] {
  return [...(all ?? []), next];
}
