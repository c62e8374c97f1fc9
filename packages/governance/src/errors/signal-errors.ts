import type { ErrorTable } from "@parmanasystems/canonical";

/** VAL-003 to VAL-013: signals that do not fit the policy's signalsSchema. */
export const signalErrors = {
  "VAL-003": {
    meaning: "A signal is not declared by the policy.",
    remedy: "Send only declared signals; check the spelling.",
  },
  "VAL-004": {
    meaning: "A signal that is not optional is missing, or the signals are not an object.",
    remedy: "Send every signal the policy declares without optional: true.",
  },
  "VAL-005": {
    meaning: "A number signal is not a finite number inside its declared range.",
    remedy: "Send a JSON number inside the range the message names.",
  },
  "VAL-006": {
    meaning: "A boolean signal is not true or false.",
    remedy: "Send true or false, not a string or a number.",
  },
  "VAL-007": {
    meaning: "An integer signal is not a whole number inside its declared range.",
    remedy: "Send a whole JSON number inside the range the message names.",
  },
  "VAL-008": {
    meaning: "A string signal is not a well-formed string of the declared length and format.",
    remedy: "Send a string as long as the message allows, spelled as its format demands.",
  },
  "VAL-009": {
    meaning: "An enum signal is not one of its declared values.",
    remedy: "Send one of the declared values, in the same spelling.",
  },
  "VAL-010": {
    meaning: "A decimal signal is not a decimal string of the declared scale and range.",
    remedy: 'Send a string such as "12.50" with exactly the declared number of fraction digits.',
  },
  "VAL-011": {
    meaning: "A date signal is not a real calendar date.",
    remedy: 'Send a string such as "2026-11-20".',
  },
  "VAL-012": {
    meaning: "A timestamp signal is not a UTC time in the one accepted spelling.",
    remedy: 'Send a string such as "2026-11-20T22:00:00.000Z".',
  },
  "VAL-013": {
    meaning: "A list signal is not a list of as many items as declared, each of the declared type.",
    remedy: "Send a JSON array; the message names the first item that is wrong.",
  },
} as const satisfies ErrorTable;
