/** What parsePolicy accepts at most. Lengths of text are Unicode code points unless the name says bytes. */
export const policyLimits = Object.freeze({
  /** A table of 10,000 one-condition rules needs about 1.5 MiB. */
  fileBytes: 4 * 1024 * 1024,
  /** Each condition may cost two levels of JSON, and the outermost stands four levels down. */
  jsonDepth: 80,
  signals: 256,
  rules: 10_000,
  conditionDepth: 32,
  /** Members of one all, any, in or not_in. */
  listMembers: 1_000,
  enumValues: 1_000,
  enumValueLength: 256,
  /** Four bytes each make 64 KiB, the longest string normalised signals may carry. */
  stringLength: 16_384,
  defaultStringLength: 1_024,
  decimalScale: 9,
  /** Items of a list signal; below the 1,024 that normalised signals may carry. */
  listItems: 1_000,
  /** Characters of a regular expression as written, and those it stands for once every {n,m} is written out. */
  patternLength: 1_000,
  patternPositions: 1_000,
  /** Both, of all different regular expressions of a policy; parsed they weigh about 200 bytes a character. */
  policyPatterns: 250_000,
  /**
   * Steps that the regular expressions of a policy may take in one decision: the characters each stands for, times the
   * longest text of each signal that it reads. The compiled policy takes about a second for them, the interpreter four.
   */
  patternSteps: 40_000_000,
  /** Groups within groups of a regular expression. */
  patternDepth: 32,
  /** Sources one signal may come from. */
  sources: 16,
  /** 365 days. */
  maxAgeSeconds: 31_536_000,
  descriptionLength: 4_096,
  /** Action and reason are signed in every attestation, whose payload is at most 3.5 KB. */
  actionBytes: 128,
  reasonBytes: 512,
  approverRoles: 16,
  quorum: 16,
  /** 365 days. */
  expiresAfterSeconds: 31_536_000,
});
