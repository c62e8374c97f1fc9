const maximumToken = 64;

/** RFC 6901 pointer of a path; a name longer than 64 characters is cut and ends in "…", so a hostile name cannot swell an error. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${escapeToken(String(step))}`).join("");
}

function escapeToken(name: string): string {
  const token = name.length > maximumToken ? `${name.slice(0, maximumToken - 1)}…` : name;
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}
