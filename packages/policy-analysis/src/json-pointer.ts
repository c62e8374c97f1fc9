/** Appends one reference token to a JSON pointer (RFC 6901 section 3). */
export function pointerTo(parent: string, token: string | number): string {
  return `${parent}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
