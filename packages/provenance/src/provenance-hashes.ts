import { canonicalize, sha256, type Sha256 } from "@parmanasystems/canonical";
import { noProvenance } from "./normalize-governed-signals.js";
import type { SignalProvenance } from "./signal-provenance.js";
import type { SignalValues } from "./signal-value.js";

/** SHA-256 of the canonical form of the values. */
export function signalsHash(values: SignalValues): Sha256 {
  return sha256(canonicalize(values));
}

// SHA-256 of "{}": most executions carry plain signals only.
const hashOfNone: Sha256 = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/** SHA-256 of the canonical form of the provenance record, so that it can be neither detached nor swapped. */
export function signalProvenanceHash(provenance: Readonly<Record<string, SignalProvenance>>): Sha256 {
  return provenance === noProvenance ? hashOfNone : sha256(canonicalize(provenance));
}
