/** What the process says to scripts (DESIGN section 11 for verify; the others follow it). */
export const exitCodes = {
  done: 0,
  /** Refused: not verified, replay, policy does not hold, signals invalid, … */
  refused: 1,
  /** The input is not well-formed, or the command line is wrong. */
  malformed: 2,
  /** There is no trust root to judge by. */
  noTrustRoot: 3,
  /** Decided, attested and recorded: rejected. Not 0, so that `execute … && pay` pays nothing. */
  rejected: 4,
  /** Decided, attested and recorded: waits for a person. */
  pendingOverride: 5,
  /** What was decided or found could not be printed. */
  outputLost: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
