import { VerifierError } from "@parmanasystems/verifier";

/** As large as the largest evidence bundle that the verifier reads. */
export const MAX_FILE_BYTES = 33_554_432;

/** @throws VerifierError INV-061 before any byte is read */
export async function readFile(file: File): Promise<Uint8Array> {
  if (file.size > MAX_FILE_BYTES) {
    throw new VerifierError(
      "INV-061",
      `The file is ${file.size} bytes long, and at most ${MAX_FILE_BYTES} are read.`,
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}
