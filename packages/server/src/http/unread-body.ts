import type { IncomingMessage } from "node:http";

/**
 * Whether more than a body of a request is still to come, or nobody knows how much. Node reads what was refused to its end, to keep the
 * connection; that shall cost a caller no less than a connection.
 */
export function hasEndlessRest({ headers, complete }: IncomingMessage, maxBodyBytes: number): boolean {
  if (complete) return false;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > maxBodyBytes;
}
