import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";
import { policyErrors } from "./errors/policy-errors.js";
import { provenanceErrors } from "./errors/provenance-errors.js";
import { publicationErrors } from "./errors/publication-errors.js";
import { releaseErrors } from "./errors/release-errors.js";
import { signalErrors } from "./errors/signal-errors.js";
import { trustErrors } from "./errors/trust-errors.js";

/** Every code that `governance` throws: what it means and how to solve it. */
export const governanceErrors = /* @__PURE__ */ (() =>
  // A call, since no bundler leaves out an unused object that spreads others.
  ({
    ...policyErrors,
    ...signalErrors,
    ...provenanceErrors,
    ...publicationErrors,
    ...releaseErrors,
    ...trustErrors,
  }) as const satisfies ErrorTable)();

export type GovernanceErrorCode = keyof typeof governanceErrors;

/** Thrown by every function of this package; errors of `canonical` and `signing` are its `cause`. */
export class GovernanceError extends ParmanaError<GovernanceErrorCode> {}
