import { type JsonValue, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import { GovernanceError, type SignedDocument } from "@parmanasystems/governance";
import { decodeBase64Url, importPublicKey, type PublicKey } from "@parmanasystems/signing";
import { findOwnKeys } from "../given/find-files.js";
import type { GivenFile } from "../given/given-files.js";

/** What the person says about the root key: nothing of it comes from the files that the key vouches for. */
export type RootKeyChoice =
  | { readonly kind: "none" }
  /** Something was entered that is no key: no file takes its place. */
  | { readonly kind: "unreadable" }
  | { readonly kind: "key"; readonly key: PublicKey }
  /** The RFC 7638 thumbprint, as `parmana key show` prints it: no other key has it. */
  | { readonly kind: "fingerprint"; readonly keyId: string }
  /** Believe whatever key the trust root itself begins with. */
  | { readonly kind: "unsafe" };

const FINGERPRINT = /^[A-Za-z0-9_-]{43}$/;

/** A fingerprint, or the text of a PEM file or JWK. @throws KEY-* */
export function readRootKey(text: string): RootKeyChoice {
  const given = text.trim();
  if (given === "") return { kind: "none" };
  if (FINGERPRINT.test(given)) return { kind: "fingerprint", keyId: given };
  return { kind: "key", key: importPublicKey(given.startsWith("{") ? jwkOf(given) : `${given}\n`) };
}

/** The key in a file of the person's own, which is the one that was entered, or there is no verdict; else what was entered. */
export function chosenKey(files: readonly GivenFile[], entered: RootKeyChoice): RootKeyChoice {
  const [own] = findOwnKeys(files);
  return own === undefined || entered.kind === "unreadable" ? entered : { kind: "key", key: own.value };
}

/**
 * The key to pin, where the choice names one.
 * @throws GovernanceError TRUST-017 when version 1 of the trust root has no root key of that fingerprint
 */
export function keyToPin(choice: RootKeyChoice, first: SignedDocument): PublicKey | undefined {
  switch (choice.kind) {
    case "none":
    case "unreadable":
      return undefined;
    case "key":
      return choice.key;
    case "fingerprint":
      return requireKey(rootKeyOf(first, (keyids) => keyids.find((keyid) => keyid === choice.keyId)));
    case "unsafe":
      return requireKey(rootKeyOf(first, ([keyid]) => keyid));
  }
}

function requireKey(key: PublicKey | undefined): PublicKey {
  if (key !== undefined) return key;
  throw new GovernanceError(
    "TRUST-017",
    "Version 1 of the trust root has no root key with this fingerprint: it belongs to somebody else, or the fingerprint is of another key.",
  );
}

/** The one key to admit of those that version 1 calls its root's: a hostile one lists thousands. */
function rootKeyOf(
  { document }: SignedDocument,
  choose: (keyids: readonly JsonValue[]) => JsonValue | undefined,
): PublicKey | undefined {
  try {
    const json = parseStrict(document);
    const keyids = member(member(member(json, "roles"), "root"), "keyids");
    const keyid = isList(keyids) ? choose(keyids) : undefined;
    const raw = member(member(member(json, "keys"), keyid), "publicKey");
    const key = typeof raw === "string" ? importPublicKey(decodeBase64Url(raw)) : undefined;
    // Its name is its thumbprint, made anew.
    return key?.keyId === keyid ? key : undefined;
  } catch (error) {
    // A trust root that cannot be read has no keys; what is wrong with it the report says.
    if (ParmanaError.isInstance(error)) return undefined;
    throw error;
  }
}

function jwkOf(text: string): Readonly<Record<string, unknown>> {
  const json = parseStrict(text);
  return typeof json === "object" && json !== null && !isList(json) ? json : {};
}

function member(value: JsonValue | undefined, name: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "object" || value === null || isList(value) || typeof name !== "string")
    return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
