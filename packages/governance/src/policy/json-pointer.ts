import { escapeForDisplay } from "@parmanasystems/canonical";

/** Appends one reference token to a JSON pointer (RFC 6901 section 3). */
export function pointerTo(parent: string, token: string | number): string {
  return `${parent}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The unescaped tokens of a JSON pointer (RFC 6901 section 4). */
export function pointerTokens(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The pointer fit for a message, every token cut to 64 characters: the name of an unknown member is what its author liked. */
export function shortenPointer(pointer: string): string {
  const cut = (token: string): string => (token.length > 64 ? `${token.slice(0, 63)}…` : token);
  return escapeForDisplay(pointer.split("/").map(cut).join("/"));
}
