const loneSurrogate = /\p{Cs}/u;
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** No half of a surrogate pair, which UTF-8 cannot write. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text);
}

/** 1 to 256 characters, none of them a control character. */
export function isLabel(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= 256 && !unprintable.test(value);
}
