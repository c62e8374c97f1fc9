import { VerifierError } from "@parmanasystems/verifier";

/** As large as the largest evidence bundle that the verifier reads; all files of a page together are no larger. */
export const MAX_FILE_BYTES = 33_554_432;

/** @throws VerifierError INV-061 before any byte is read */
export async function readFile(file: File, bytesBefore: number): Promise<Uint8Array> {
  if (file.size > MAX_FILE_BYTES) {
    throw new VerifierError(
      "INV-061",
      `The file is ${file.size} bytes long, and at most ${MAX_FILE_BYTES} are read.`,
    );
  }
  const total = bytesBefore + file.size;
  if (total > MAX_FILE_BYTES) {
    throw new VerifierError(
      "INV-061",
      `With this file there would be ${total} bytes, and at most ${MAX_FILE_BYTES} are read in all. Remove others first.`,
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}
