import { provenance } from "./signals/provenance.mjs";
import { validation } from "./signals/validation.mjs";

/** Signals that no policy accepts, and where signals come from (threats 3, 6 and 61). */
export function signals(context) {
  validation(context);
  provenance(context);
}
