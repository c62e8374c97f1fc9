import type { Need } from "../judge/readiness.js";

export const needSentences = {
  statement: "An attestation or an evidence bundle is needed.",
  "trust-root": "The trust root is needed, with its signature.",
  "root-key": "The root key that you trust is needed: its file or its fingerprint.",
  time: "The time to judge by cannot be read.",
} as const satisfies Record<Need, string>;
