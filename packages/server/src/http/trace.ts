const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** W3C Trace Context: where in whose trace this request is; what is malformed is as if it were not there. */
export function traceOf(
  header: string | readonly string[] | undefined,
): { readonly traceId: string; readonly parentId: string } | undefined {
  const [, traceId, parentId] = typeof header === "string" ? (TRACEPARENT.exec(header) ?? []) : [];
  return traceId === undefined || parentId === undefined ? undefined : { traceId, parentId };
}
