import type { StringFormat } from "@parmanasystems/governance";
import { unknownLanguage } from "./unknown-language.js";

const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL_CHARACTERS = /^[a-z0-9-]{1,63}$/;
const DIGITS = /^[0-9]+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The test of a string format, with the verdicts of `validateSignals`. Linear in the text. @throws INV-055 */
export function formatTest(format: StringFormat): (text: string) => boolean {
  switch (format) {
    case "email":
      return isEmail;
    case "hostname":
      return isHostname;
    case "ipv4":
      return isIpv4;
    case "uuid":
      return (text) => UUID.test(text);
    default:
      return unknownLanguage("string format", format);
  }
}

/** RFC 5321 without quotes and address literals; the domain in lower case. */
function isEmail(text: string): boolean {
  const at = text.indexOf("@");
  if (at < 1 || at > 64 || text.length > 254) return false;
  return ATOMS.test(text.slice(0, at)) && isHostname(text.slice(at + 1));
}

/** RFC 1123 in lower case; a last label of digits alone would be read as an address. */
function isHostname(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.split(".");
  return labels.every(isLabel) && !DIGITS.test(labels.at(-1) ?? "");
}

function isLabel(label: string): boolean {
  return LABEL_CHARACTERS.test(label) && !label.startsWith("-") && !label.endsWith("-");
}

function isIpv4(text: string): boolean {
  if (text.length > 15) return false;
  const bytes = text.split(".");
  return (
    bytes.length === 4 &&
    bytes.every((byte) => DIGITS.test(byte) && String(Number(byte)) === byte && Number(byte) <= 255)
  );
}
