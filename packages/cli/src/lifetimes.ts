import { CliError } from "./errors.js";

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The index is signed anew with every change, so it may expire sooner: that is what makes a withheld revocation show. */
export const INDEX_DAYS = 90;

const MAX_DAYS = 3_650;

/** @param option its name, for the message. @throws CliError CLI-001 */
export function readDays(text: string, option = "--days"): number {
  const days = Number(text);
  if (/^[0-9]+$/.test(text) && days >= 1 && days <= MAX_DAYS) return days;
  throw new CliError("CLI-001", `${option} must be a whole number from 1 to ${String(MAX_DAYS)}.`);
}
