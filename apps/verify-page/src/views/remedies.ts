import { canonicalErrors, type ErrorTable } from "@parmanasystems/canonical";
import { executionErrors } from "@parmanasystems/execution";
import { governanceErrors } from "@parmanasystems/governance";
import { provenanceErrors } from "@parmanasystems/provenance";
import { signingErrors } from "@parmanasystems/signing";
import { verifierErrors } from "@parmanasystems/verifier";

const tables: readonly ErrorTable[] = [
  canonicalErrors,
  signingErrors,
  provenanceErrors,
  governanceErrors,
  executionErrors,
  verifierErrors,
];

/** What to do about an error of this code, as docs/errors.md says it. */
export function remedyOf(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  for (const table of tables) if (Object.hasOwn(table, code)) return table[code]?.remedy;
  return undefined;
}
