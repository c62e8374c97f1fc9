import { importPublicKey, parseVerifierKey, type PublicKey } from "@parmanasystems/signing";
import { readWitnessPolicy, VerifierError, type WitnessPolicy } from "@parmanasystems/verifier";
import { type Problem, problemOf } from "../problem.js";
import { readTime } from "./read-time.js";

/** What a person knows of the log and of runtime keys, as it was typed. */
export const noLogTexts = { origin: "", since: "", witnesses: "", threshold: "", runtimeKeys: "" };

export type LogField = keyof typeof noLogTexts;
export type LogTexts = Readonly<Record<LogField, string>>;

export interface LogTerms {
  readonly origin: string | undefined;
  /** Since when the remembered checkpoint was kept, in milliseconds since 1970. */
  readonly rememberedAt: number | undefined;
  readonly witnesses: WitnessPolicy | undefined;
  /** Trusted where the trust root names none. */
  readonly runtimeKeys: readonly PublicKey[];
}

/** The terms, or which of the texts cannot be read: none is left out in silence. */
export type ReadLogTerms =
  | { readonly terms: LogTerms; readonly field?: never; readonly problem?: never }
  | { readonly terms?: never; readonly field: LogField; readonly problem: Problem };

export function readLogTerms({ origin, since, witnesses, threshold, runtimeKeys }: LogTexts): ReadLogTerms {
  let field: LogField = "since";
  try {
    const rememberedAt = readTime(since);
    field = "witnesses";
    const read = readWitnesses(witnesses, threshold);
    field = "runtimeKeys";
    const terms = { origin: origin.trim() || undefined, rememberedAt, witnesses: read };
    return { terms: { ...terms, runtimeKeys: readKeys(runtimeKeys) } };
  } catch (error) {
    return { field, problem: problemOf(error) };
  }
}

/** In the words of `parmana verify --witness` and `--threshold`: all operators, where no number is given. */
function readWitnesses(text: string, threshold: string): WitnessPolicy | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0 && threshold.trim() === "") return undefined;
  const witnesses = lines.map((line) => {
    // A verifier key of a cosigner has 33 bytes, so its base64 ends without "=".
    const [, verifierKey, operator] = /^(?:.+=)?([^=]+)=([^=]+)$/u.exec(line.trim()) ?? [];
    if (verifierKey === undefined || operator === undefined)
      throw new VerifierError("INV-060", "A witness must be like name+keyid+base64=operator.");
    return { name: parseVerifierKey(verifierKey).name, verifierKey, operator };
  });
  const operators = new Set(witnesses.map(({ operator }) => operator)).size;
  return readWitnessPolicy({ threshold: Number(threshold.trim() || operators), witnesses });
}

/** PEM texts, one below the other. @throws SigningError KEY-* */
function readKeys(text: string): readonly PublicKey[] {
  return text
    .split(/(?<=-----END [A-Z ]+-----)\s+/)
    .filter((pem) => pem.trim() !== "")
    .map((pem) => importPublicKey(`${pem.trim()}\n`));
}
