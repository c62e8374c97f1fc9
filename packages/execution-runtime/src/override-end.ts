import type { OverrideResolution, ResolvedEntry } from "./ports.js";

/** What an override whose time ran out is recorded with. */
export const EXPIRED = "INV-095";

/** How the log says that an override ended. What nobody signed is a refusal, whatever else is said of it. */
export function overrideEnd({
  attestationHash,
  decision,
  code,
}: Pick<ResolvedEntry, "attestationHash" | "decision" | "code">): OverrideResolution {
  if (code === EXPIRED) return "expired";
  return attestationHash !== null && decision === "approved" ? "approved" : "rejected";
}
