import { shorten } from "@parmanasystems/canonical";
import type { Witness, WitnessTerms } from "@parmanasystems/audit-db";
import {
  noteAlgorithms,
  parseNote,
  parseVerifierKey,
  SigningError,
  type VerifierKey,
} from "@parmanasystems/signing";
import type { WitnessPolicy } from "@parmanasystems/verifier";
import { readCount } from "./audit-terms.js";
import { CliError } from "./errors.js";

/** As many as a witness policy of the verifier may list. */
const MAX_WITNESSES = 64;

export interface WitnessOptions {
  /** url=verifier-key=operator; who only verifies may leave out the url. */
  readonly witness?: readonly string[];
  /** How many operators must cosign; all when absent. */
  readonly threshold?: string;
}

interface NamedWitness {
  readonly url: string | undefined;
  readonly verifierKey: VerifierKey;
  /** `name+keyid+base64`, as it was given. */
  readonly keyText: string;
  readonly operator: string;
}
interface ReadWitness extends Witness {
  readonly verifierKey: VerifierKey;
}
interface ReadTerms extends WitnessTerms {
  readonly witnesses: readonly ReadWitness[];
}

/** Who is to cosign. Undefined where no witness was named. @throws CliError CLI-001 */
export function readWitnesses(options: WitnessOptions): ReadTerms | undefined {
  const named = readNamed(options);
  if (named === undefined) return undefined;
  const witnesses = named.witnesses.map(({ url, verifierKey, operator }) => {
    if (url === undefined)
      throw new CliError(
        "CLI-001",
        `--witness ${shorten(verifierKey.name)} has no url, and is to be asked there.`,
      );
    return { url, verifierKey, operator };
  });
  return { witnesses, threshold: named.threshold };
}

/** Who must have cosigned. Undefined where no witness was named. @throws CliError CLI-001 */
export function readWitnessPolicy(options: WitnessOptions): WitnessPolicy | undefined {
  const named = readNamed(options);
  if (named === undefined) return undefined;
  const witnesses = named.witnesses.map(({ verifierKey: { name }, keyText, operator }) => ({
    name,
    verifierKey: keyText,
    operator,
  }));
  return { witnesses, threshold: named.threshold };
}

function readNamed({
  witness = [],
  threshold,
}: WitnessOptions): { readonly witnesses: readonly NamedWitness[]; readonly threshold: number } | undefined {
  if (witness.length === 0) {
    if (threshold === undefined) return undefined;
    throw new CliError("CLI-001", "--threshold counts witnesses, and no --witness was named.");
  }
  if (witness.length > MAX_WITNESSES)
    throw new CliError("CLI-001", `--witness may be given ${String(MAX_WITNESSES)} times at most.`);
  const witnesses = witness.map(readWitness);
  if (new Set(witnesses.map(({ verifierKey }) => verifierKey.publicKey.keyId)).size < witnesses.length)
    throw new CliError("CLI-001", "--witness names one key twice; a key is one witness.");
  const operators = new Set(witnesses.map(({ operator }) => operator)).size;
  return {
    witnesses,
    threshold: threshold === undefined ? operators : readCount(threshold, "--threshold", 1, operators),
  };
}

function readWitness(text: string): NamedWitness {
  // A verifier key of a cosigner has 33 bytes, so its base64 ends without "=".
  const [, url, keyText, operator] = /^(?:(.+)=)?([^=]+)=([^=]+)$/su.exec(text) ?? [];
  const isPlace = url === undefined || (/^https?:\/\//i.test(url) && URL.canParse(url));
  if (keyText === undefined || operator === undefined || !isPlace)
    throw new CliError(
      "CLI-001",
      `--witness must be like https://witness.example.com=name+keyid+base64=operator, not ${shorten(text)}.`,
    );
  return { url, verifierKey: readVerifierKey(keyText), keyText, operator };
}

function readVerifierKey(text: string): VerifierKey {
  try {
    const key = parseVerifierKey(text);
    if (key.algorithm === noteAlgorithms.cosignatureV1) return key;
  } catch (cause) {
    if (!SigningError.isInstance(cause)) throw cause;
    throw new CliError("CLI-001", `--witness has no verifier key: ${cause.message}`, { cause });
  }
  throw new CliError("CLI-001", "--witness has the key of a log; a witness's is of type 4, cosignature/v1.");
}

/** The operators whose witnesses cosigned the note. */
export function cosignedBy(note: string, { witnesses }: ReadTerms): readonly string[] {
  const { signatures } = parseNote(note);
  const operators = witnesses.flatMap(({ verifierKey: { name, keyId }, operator }) =>
    signatures.some((line) => line.name === name && line.keyId === keyId) ? [operator] : [],
  );
  return [...new Set(operators)];
}

/** The same for judging what they cosigned before. */
export function witnessPolicyOf({ witnesses, threshold }: ReadTerms): WitnessPolicy {
  return {
    threshold,
    witnesses: witnesses.map(({ verifierKey, operator }) => ({
      name: verifierKey.name,
      verifierKey,
      operator,
    })),
  };
}
