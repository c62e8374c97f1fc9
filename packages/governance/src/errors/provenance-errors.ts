import type { ErrorTable } from "@parmanasystems/canonical";

/** VAL-030 to VAL-038: signals whose origin is not what the policy demands, or whose signature does not hold. */
export const provenanceErrors = {
  "VAL-030": {
    meaning: "A signal came without provenance, and the policy demands it.",
    remedy: 'Send {"value": …, "provenance": {…}} as the source gave it, not the plain value.',
  },
  "VAL-031": {
    meaning: "A signal comes from a source that the policy does not allow for it.",
    remedy: "Get the value from one of the sources that the message names.",
  },
  "VAL-032": {
    meaning: "The time at which a signal was observed is too long ago, or missing where it is needed.",
    remedy: "Ask the source again and send what it states now, with its observedAt.",
  },
  "VAL-033": {
    meaning: "A signal was observed at a time that the clock has not reached.",
    remedy: "Correct the clock of the source or of this machine.",
  },
  "VAL-034": {
    meaning: "A signal is not signed, and the policy demands the source's signature.",
    remedy: "Send the provenance with the attestation that the source made (attestSignal).",
  },
  "VAL-035": {
    meaning:
      "A source's signature does not hold: it is by a key that the trust root does not accept for the source at that time, or over something else.",
    remedy:
      "The cause says what is wrong with a key. Else send value, provenance and execution id unchanged, as the source signed them.",
  },
  "VAL-036": {
    meaning: "A signal was stated for another subject than the policy demands, or for none.",
    remedy:
      "Have the source state the value for the subject that the message names; where it names the execution, without a subject.",
  },
  "VAL-037": {
    meaning: "A signal is signed for one execution, and the request does not name an execution id.",
    remedy: "Choose the execution id first, have the source sign for it, and send it with the request.",
  },
  "VAL-038": {
    meaning: "There is provenance of a signal that was not given or that the policy does not declare.",
    remedy: "Send provenance only together with its signal.",
  },
} as const satisfies ErrorTable;
