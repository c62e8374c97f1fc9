import type { Level } from "@parmanasystems/verifier";

interface LevelName {
  readonly title: string;
  readonly meaning: string;
}

export const attestationLevels = {
  L1: { title: "Signed", meaning: "A runtime key that the trust root names signed exactly what is shown." },
  L2: {
    title: "Policy and release",
    meaning: "The policy, its index and the runtime's release are the signed ones.",
  },
  L3: { title: "In the log", meaning: "The audit log holds it, under a checkpoint that a log key signed." },
  L4: { title: "Decided again", meaning: "The policy, applied to the signals once more, decides the same." },
} as const satisfies Record<Level, LevelName>;

export const resolutionLevels = {
  ...attestationLevels,
  L1: { title: "Signed", meaning: "A trusted runtime signed it, and it ends exactly this attestation." },
  L2: {
    title: "Policy and terms",
    meaning: "The end fits the quorum and the time that the signed policy sets.",
  },
  L4: { title: "Votes counted again", meaning: "Each vote was cast by another person who might, in time." },
} as const satisfies Record<Level, LevelName>;

export type LevelNames = Readonly<Record<Level, LevelName>>;
