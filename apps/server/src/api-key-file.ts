import { existsSync } from "node:fs";
import type { ApiKeyRecord } from "@parmanasystems/governance";
import { readApiKeys } from "@parmanasystems/governance/node";

/** The keys of a file, as they were when it last could be read. */
export interface ApiKeyFile {
  current(): readonly ApiKeyRecord[];
  /** @throws GovernanceError TRUST-001 to -006, TRUST-060; the keys stay as they were */
  reload(): Promise<void>;
}

/** @throws GovernanceError TRUST-002 to -006, TRUST-060 */
export async function openApiKeyFile(path: string): Promise<ApiKeyFile | undefined> {
  if (!existsSync(path)) return undefined;
  let records = await readApiKeys(path);
  return {
    current: () => records,
    async reload() {
      records = await readApiKeys(path);
    },
  };
}
