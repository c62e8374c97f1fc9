import type { Need } from "../judge/readiness.js";

export const needSentences = {
  statement: "An attestation or an evidence bundle is needed.",
  "trust-root": "The trust root is needed, with its signature.",
  "root-key": "The root key that you trust is needed, in step 2: its file or its fingerprint.",
  time: "The time to judge by cannot be read.",
  "log-terms": "What was entered about the log, its witnesses or runtime keys cannot be read.",
  "log-proof": "A log proof of each statement is needed: what you know of the log judges nothing else.",
} as const satisfies Record<Need, string>;
