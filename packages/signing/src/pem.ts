import { decodeBase64, encodeBase64 } from "./base64.js";
import { SigningError } from "./errors.js";

export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

const maxPemLength = 16_384;

// RFC 7468 section 3, the strict production: one block, lines of exactly 64 letters but for the last, nothing around it.
const oneBlock =
  /^-----BEGIN ([A-Z0-9 ]{1,40})-----(\r?\n)((?:[A-Za-z0-9+/]{64}\2)*[A-Za-z0-9+/=]{1,64})\2-----END \1-----(?:\2)?$/;

/** @throws KEY-002; never quotes the text, which may be a private key. */
export function decodePem(text: string): PemBlock {
  if (text.length > maxPemLength) {
    throw new SigningError("KEY-002", `The PEM text must not exceed ${String(maxPemLength)} characters.`);
  }
  const begins = text.split("-----BEGIN ").length - 1;
  if (begins !== 1) {
    throw new SigningError("KEY-002", `The key must be exactly one PEM block, found ${String(begins)}.`);
  }
  const [, label, , body] = oneBlock.exec(text) ?? [];
  if (label === undefined || body === undefined) {
    throw new SigningError(
      "KEY-002",
      "The PEM block must stand alone, begin and end with the same label, and hold base64 lines of 64 characters.",
    );
  }
  try {
    return { label, der: decodeBase64(body.replace(/\r?\n/g, "")) };
  } catch {
    throw new SigningError("KEY-002", "The base64 of the PEM block is not canonical.");
  }
}

export function encodePem(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
