import type { VersionMemory } from "@parmanasystems/execution-runtime";
import { versionRecord } from "../audit-record.js";
import { highestVersion, requireSeenVersion } from "../seen-version.js";
import type { LedgerParts } from "./ledger-parts.js";
import { selectVersions, versionRows } from "./seen-version-rows.js";

/** The highest signed versions that any node of a ledger ever saw. */
export function postgresVersions({ commit, reader, schema }: LedgerParts): VersionMemory {
  return Object.freeze({
    highest: async (subject) => {
      const [rows = []] = await reader.rows([selectVersions(schema)]);
      const { seen, logged } = versionRows(rows, subject);
      return highestVersion(subject, seen, logged);
    },
    remember: async (subject, { version, hash }) => {
      const seen = { version, hash };
      requireSeenVersion(subject, seen);
      await commit.submit({ versions: true }, ({ versions, log }) => {
        if (versions.raise(subject, seen)) log.append(versionRecord(subject, seen));
      });
    },
  } satisfies VersionMemory);
}
