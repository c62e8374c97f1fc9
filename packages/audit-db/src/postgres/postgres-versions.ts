import type { VersionMemory } from "@parmanasystems/execution-runtime";
import { hash, integer } from "../row.js";
import { requireSeenVersion } from "../seen-version-table.js";
import type { LedgerParts } from "./ledger-parts.js";
import { selectVersion } from "./queries.js";

/** The highest signed versions that any node of a ledger ever saw. */
export function postgresVersions({ commit, reader, schema }: LedgerParts): VersionMemory {
  return Object.freeze({
    highest: async (subject) => {
      const [[row] = []] = await reader.rows([selectVersion(schema, subject)]);
      return row === undefined
        ? undefined
        : Object.freeze({ version: integer(row, "version"), hash: hash(row, "hash") });
    },
    remember: async (subject, { version, hash }) => {
      const seen = { version, hash };
      requireSeenVersion(subject, seen);
      await commit.submit({}, ({ versions }) => {
        versions.raise(subject, seen);
      });
    },
  } satisfies VersionMemory);
}
