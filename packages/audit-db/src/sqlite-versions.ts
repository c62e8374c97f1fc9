import type { VersionMemory } from "@parmanasystems/execution-runtime";
import { versionRecord } from "./audit-record.js";
import { requireSeenVersion } from "./seen-version.js";
import { SeenVersionTable } from "./seen-version-table.js";
import type { SqliteParts } from "./sqlite-parts.js";

/** The highest signed versions in the tables of an SQLite ledger, each with its entry in the log. */
export function sqliteVersions({ database, commit, log, read }: SqliteParts): VersionMemory {
  const seenVersions = new SeenVersionTable(database);
  return Object.freeze({
    highest: async (subject) => read(() => seenVersions.highest(subject)),
    remember: async (subject, { version, hash }) => {
      requireSeenVersion(subject, { version, hash });
      await commit.submit((transaction) => {
        const raised = seenVersions.raise(subject, { version, hash });
        if (raised) log.append(transaction, versionRecord(subject, { version, hash }));
      });
    },
  } satisfies VersionMemory);
}
