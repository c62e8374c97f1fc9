import { SigningError } from "../errors.js";

const MAX_LENGTH = 255;
// C2SP signed-note: no Unicode space and no plus. Controls and lone surrogates cannot stand in a note at all.
const refused = /[\p{White_Space}\p{Cc}\p{Cs}+]/u;

/** The name of a note's key: 1 to 255 UTF-16 units. @throws SIG-018 */
export function requireKeyName(name: unknown): string {
  if (typeof name === "string" && name.length > 0 && name.length <= MAX_LENGTH && !refused.test(name))
    return name;
  throw new SigningError(
    "SIG-018",
    `A key name must be 1 to ${String(MAX_LENGTH)} characters without spaces, controls and plus.`,
  );
}
