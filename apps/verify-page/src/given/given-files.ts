import { type Problem, problemOf } from "../problem.js";
import { isTrust, type PresentedFile } from "./presented-file.js";
import { readFile } from "./read-file.js";
import { recogniseFile } from "./recognise-file.js";
import { areSameBytes } from "./same-bytes.js";

/** Where a person put a file: among what they were given, or with what they trust, which nothing that was given gets into. */
export type Place = "presented" | "own";

/** One file as it was chosen or dropped: recognised, or refused with the reason. */
export type GivenFile = {
  readonly id: number;
  readonly place: Place;
  readonly name: string;
  readonly size: number;
} & (
  | { readonly presented: PresentedFile; readonly problem?: never }
  | { readonly presented?: never; readonly problem: Problem }
);

let lastId = 0;

/** Files beside those that are present, one after the other. Never rejects. */
export async function giveFiles(
  added: readonly File[],
  place: Place,
  present: readonly GivenFile[],
): Promise<readonly GivenFile[]> {
  const read: GivenFile[] = [];
  for (const file of added) read.push(await giveFile(file, place, bytesRead([...present, ...read])));
  return read;
}

async function giveFile(file: File, place: Place, bytesBefore: number): Promise<GivenFile> {
  lastId += 1;
  const about = { id: lastId, place, name: file.name, size: file.size };
  try {
    return { ...about, presented: recogniseFile(await readFile(file, bytesBefore)) };
  } catch (error) {
    return { ...about, problem: problemOf(error) };
  }
}

function bytesRead(files: readonly GivenFile[]): number {
  return files.reduce((sum, { presented, size }) => (presented === undefined ? sum : sum + size), 0);
}

/**
 * A later file takes the place of an earlier one of its kind, since there is one case on the table at a time; but what a
 * verdict rests on gives way to its own copy alone, and so does what came at once. Which of two counts is for the person to say.
 */
export function addFiles(present: readonly GivenFile[], added: readonly GivenFile[]): readonly GivenFile[] {
  const kept = present.filter((earlier) => !added.some((file) => isReplaced(earlier, file)));
  return added.reduce<readonly GivenFile[]>(
    (files, file) => [...files.filter((earlier) => !isCopied(earlier, file)), file],
    kept,
  );
}

/** Two files of one place of which there can be but one on the table. */
export function areRivals(one: GivenFile, other: GivenFile): boolean {
  return one.place === other.place && slotsOf(one).some((slot) => slotsOf(other).includes(slot));
}

function isCopied(earlier: GivenFile, later: GivenFile): boolean {
  const { presented } = later;
  if (presented === undefined || earlier.presented === undefined) return isReplaced(earlier, later);
  return earlier.place === later.place && earlier.name === later.name && isSame(earlier.presented, presented);
}

function isReplaced(earlier: GivenFile, later: GivenFile): boolean {
  if (earlier.place !== later.place) return false;
  if (earlier.problem !== undefined || later.problem !== undefined) {
    return earlier.name === later.name && earlier.problem !== undefined;
  }
  if (isTrust(earlier.presented) || isTrust(later.presented))
    return earlier.name === later.name && isSame(earlier.presented, later.presented);
  return areRivals(earlier, later);
}

function isSame(one: PresentedFile, other: PresentedFile): boolean {
  if (one.kind === "root-key") return other.kind === "root-key" && one.key.keyId === other.key.keyId;
  return (
    one.kind === other.kind && "bytes" in one && "bytes" in other && areSameBytes(one.bytes, other.bytes)
  );
}

/** A file takes every one of its slots for itself. */
function slotsOf({ name, presented }: GivenFile): readonly string[] {
  if (presented === undefined || isTrust(presented)) return [];
  switch (presented.kind) {
    case "evidence-bundle":
      return ["statement", "attestation", "resolution"];
    case "signature":
      return [`signature ${presented.payloadType} ${name}`];
    case "policy-file":
      return [`policy-file ${name}`];
    default:
      return [presented.kind];
  }
}
