import { VerifierError } from "@parmanasystems/verifier";

/** The largest single document that the verifier reads. */
const MAX_DOCUMENT_BYTES = 4_194_304;
/** An evidence bundle has some ten thousand: its documents are base64. */
const MAX_BUNDLE_VALUES = 65_536;

const comma = 0x2c;
const bracket = 0x5b;
const brace = 0x7b;

/**
 * Values of a few bytes take a hundred times as much memory once they are parsed, so that the largest file of nothing else
 * would take more than a browser has. Commas inside of texts count as well.
 * @throws VerifierError INV-061
 */
export function requireFewValues(bytes: Uint8Array): void {
  if (bytes.length <= MAX_DOCUMENT_BYTES) return;
  let values = 0;
  for (const byte of bytes) if (byte === comma || byte === bracket || byte === brace) values += 1;
  if (values <= MAX_BUNDLE_VALUES) return;
  throw new VerifierError(
    "INV-061",
    `The file is ${bytes.length} bytes long and has ${values} values. Of files above ${MAX_DOCUMENT_BYTES} bytes only evidence bundles are read, which have ${MAX_BUNDLE_VALUES} at most.`,
  );
}
