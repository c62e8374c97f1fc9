import type { ExecutionAttestation, ResolutionAttestation } from "@parmanasystems/execution";
import { openResultFiles } from "./result-files.js";

/** All that `parmana verify` needs of how a review ended. */
export interface ResolutionFiles {
  write(ended: EndedReview): void;
  /** Removes what was opened for an end that did not come. */
  discard(): void;
}

interface EndedReview {
  readonly resolution: ResolutionAttestation;
  readonly votes: Uint8Array;
  readonly original: ExecutionAttestation;
}

const names = ["resolution.json", "votes.json", "original.json"];

/** How to verify what was written there. */
export function verifyHint(directory: string): string {
  const [resolution, votes, original] = names.map((name) => `${directory}/${name}`);
  return `Wrote ${names.join(", ")}: parmana verify ${String(resolution)} --original ${String(original)} --votes ${String(votes)}`;
}

/** @throws CliError CLI-004 */
export function openResolutionFiles(directory: string): ResolutionFiles {
  const files = openResultFiles(directory, names);
  return {
    write({ resolution, votes, original }) {
      files.write([textOf(resolution), votes, textOf(original)]);
    },
    discard: () => {
      files.discard();
    },
  };
}

function textOf(statement: ResolutionAttestation | ExecutionAttestation): string {
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}
