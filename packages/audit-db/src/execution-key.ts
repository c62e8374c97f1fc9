import { hash } from "node:crypto";

/** The key of an execution id in every table: ids have many lengths, hashes one. */
export function executionKey(executionId: string): Uint8Array {
  return hash("sha256", executionId, "buffer");
}
