import { expectObject, type JsonObject, type JsonValue } from "@parmanasystems/canonical";
import { encodeBase64 } from "../base64.js";
import { copyBytes } from "../bytes.js";
import { decodeSignature } from "../dsse-signature.js";
import { SigningError } from "../errors.js";
import type { KeySource } from "../key-source.js";
import { pae } from "../pae.js";
import { importPublicKey, type PublicKey } from "../public-key.js";
import type { Signer } from "../signer.js";
import { askCommand } from "./ask-command.js";

const PROTOCOL_VERSION = 1;
/** Long enough for a person to find a token and type its PIN. */
const TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 3_600_000;

export interface CommandSignerInput {
  /** The program and its arguments, as they are: there is no shell that would expand them. */
  readonly command: readonly string[];
  /** The key that the command signs with. Without it the command is asked. */
  readonly publicKey?: KeySource | PublicKey;
  /** How long one answer may take, in milliseconds; two minutes by default. */
  readonly timeoutMs?: number;
}

/** A signer whose key lies with another program: a bridge to an HSM, a key service or a token. */
export interface CommandSigner extends Signer {
  readonly publicKey: PublicKey;
}

/**
 * Signs through a command, which is started once for each request and holds the protocol described in docs/trust.md.
 * A signature is verified against the public key before it is returned (threats 51 and 62).
 * @throws SIG-012 to SIG-016; KEY-* for the public key
 */
export async function commandSigner(input: CommandSignerInput): Promise<CommandSigner> {
  const { timeoutMs = TIMEOUT_MS } = input;
  const command = requireCommand(input.command);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new SigningError(
      "SIG-012",
      `The signer command's timeoutMs must be a whole number from 1 to ${MAX_TIMEOUT_MS}.`,
    );
  }
  const publicKey = importPublicKey(input.publicKey ?? (await askPublicKey(command, timeoutMs)));
  const { keyId } = publicKey;
  return Object.freeze({
    keyId,
    publicKey,
    sign: async (payloadType: string, payload: Uint8Array) => {
      // Encoded before anything is awaited, so that what is verified below is what was sent.
      const message = pae(payloadType, payload);
      const request = {
        version: PROTOCOL_VERSION,
        request: "sign",
        keyid: keyId,
        payloadType,
        payload: encodeBase64(copyBytes(payload)),
        pae: encodeBase64(message),
      };
      return readSignature(await askCommand(command, request, timeoutMs), publicKey, message);
    },
  });
}

async function askPublicKey(command: readonly string[], timeoutMs: number): Promise<KeySource> {
  const request = { version: PROTOCOL_VERSION, request: "public-key" };
  const { publicKey } = read(await askCommand(command, request, timeoutMs), ["publicKey"]);
  if (typeof publicKey === "string" || isJwk(publicKey)) return publicKey;
  throw new SigningError("SIG-015", "The signer command's publicKey must be a PEM text or a JWK.");
}

function readSignature(answer: JsonObject, publicKey: PublicKey, message: Uint8Array): Uint8Array {
  const { keyid, sig } = read(answer, ["keyid", "sig"]);
  if (typeof keyid !== "string" || typeof sig !== "string") {
    throw new SigningError("SIG-015", "The signer command's keyid and sig must be texts.");
  }
  if (keyid !== publicKey.keyId) {
    throw new SigningError("SIG-016", `The signer command must sign with the key ${publicKey.keyId}.`);
  }
  const signature = decodeSignature(sig);
  if (publicKey.verify(message, signature)) return signature;
  throw new SigningError(
    "SIG-016",
    `The signer command's signature must verify with the key ${publicKey.keyId} over the bytes it was sent as pae.`,
  );
}

function read(answer: JsonObject, members: readonly string[]): JsonObject {
  return expectObject(answer, { required: members, optional: [] }, ({ pointer, expected }) => {
    throw new SigningError(
      "SIG-015",
      `The signer command's answer has a defect${pointer === "" ? "" : ` at ${pointer}`}: expected ${expected}.`,
    );
  });
}

function isJwk(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function requireCommand(command: readonly string[]): readonly string[] {
  const words: readonly unknown[] = Array.isArray(command) ? Array.from<unknown>(command) : [];
  const texts = words.filter((word) => typeof word === "string");
  if (texts.length > 0 && texts.length === words.length && texts[0] !== "") return texts;
  throw new SigningError("SIG-012", "The signer command must be a program and its arguments, all texts.");
}
