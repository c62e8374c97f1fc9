/** A key as it is stored: PEM text (SPKI or PKCS#8), 32 raw bytes, or a parsed JWK. */
export type KeySource = string | Uint8Array | Readonly<Record<string, unknown>>;
