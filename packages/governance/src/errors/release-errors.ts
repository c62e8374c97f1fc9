import type { ErrorTable } from "@parmanasystems/canonical";

/** The release manifest and the measured runtime. */
export const releaseErrors = {
  "INV-040": {
    meaning: "The release manifest is not strict JSON or has an unknown, missing or mistyped member.",
    remedy: "Restore the signed release manifest.",
  },
  "INV-041": {
    meaning: "The files of the running runtime are not those of the release manifest.",
    remedy:
      "Install the released packages again, or build and sign a release manifest for this installation.",
  },
  "INV-042": {
    meaning: "A package of the running runtime could not be found or measured.",
    remedy: "Install the packages completely; the message names the package.",
  },
  "INV-043": {
    meaning: "Two installed copies of one package version have different files.",
    remedy: "Reinstall the packages from the registry.",
  },
} as const satisfies ErrorTable;
