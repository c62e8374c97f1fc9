import { type Problem, problemOf } from "../problem.js";
import type { PresentedFile } from "./presented-file.js";
import { readFile } from "./read-file.js";
import { recogniseFile } from "./recognise-file.js";

/** One file as it was chosen or dropped: recognised, or refused with the reason. */
export type GivenFile = {
  readonly id: number;
  readonly name: string;
  readonly size: number;
} & (
  | { readonly presented: PresentedFile; readonly problem?: never }
  | { readonly presented?: never; readonly problem: Problem }
);

let lastId = 0;

/** Never rejects. */
export async function giveFile(file: File): Promise<GivenFile> {
  lastId += 1;
  const about = { id: lastId, name: file.name, size: file.size };
  try {
    return { ...about, presented: recogniseFile(await readFile(file)) };
  } catch (error) {
    return { ...about, problem: problemOf(error) };
  }
}

/** A later file takes the place of an earlier one of the same kind; there is one case on the table at a time. */
export function addFiles(present: readonly GivenFile[], added: readonly GivenFile[]): readonly GivenFile[] {
  return added.reduce<readonly GivenFile[]>(
    (files, file) => [...files.filter((earlier) => !isReplaced(earlier, file)), file],
    present,
  );
}

function isReplaced(earlier: GivenFile, later: GivenFile): boolean {
  if (earlier.problem !== undefined || later.problem !== undefined) {
    return earlier.name === later.name && earlier.problem !== undefined;
  }
  return slotsOf(later).some((slot) => slotsOf(earlier).includes(slot));
}

/** A file takes every one of its slots for itself. */
function slotsOf({ name, presented }: GivenFile): readonly string[] {
  if (presented === undefined) return [];
  switch (presented.kind) {
    case "evidence-bundle":
      return ["statement", "attestation", "resolution"];
    case "trust-root":
      return [`trust-root ${presented.version}`];
    case "signature":
      return [`signature ${presented.payloadType} ${name}`];
    case "policy-file":
      return [`policy-file ${name}`];
    default:
      return [presented.kind];
  }
}
