export type { EndOfOverride, EvidenceBundle } from "./evidence-bundle.js";
export { formatEvidenceBundle } from "./format-evidence-bundle.js";
export { parseEvidenceBundle } from "./parse-evidence-bundle.js";
