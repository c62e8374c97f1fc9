const known: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"],
]);

/** OpenTelemetry's spelling of methods that are none of RFC 9110: so many series a caller cannot make. */
export function knownMethod(method: string): string {
  return known.has(method) ? method : "_OTHER";
}
