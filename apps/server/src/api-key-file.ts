import { existsSync } from "node:fs";
import type { ApiKeyRecord } from "@parmanasystems/governance";
import { readApiKeys } from "@parmanasystems/governance/node";

/** The keys of a file, as they were when it last could be read; none as long as there is no such file. */
export interface ApiKeyFile {
  current(): readonly ApiKeyRecord[];
  /** @throws GovernanceError TRUST-001 to -006, TRUST-060; the keys stay as they were */
  reload(): Promise<void>;
}

/** @throws GovernanceError TRUST-002 to -006, TRUST-060 */
export async function openApiKeyFile(path: string): Promise<ApiKeyFile> {
  let found: readonly ApiKeyRecord[] | undefined;
  const file: ApiKeyFile = {
    current: () => found ?? [],
    async reload() {
      // One that was there and is away now is no reason to shut everybody out.
      if (found !== undefined || existsSync(path)) found = await readApiKeys(path);
    },
  };
  await file.reload();
  return file;
}
