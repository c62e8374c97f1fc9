import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Sha256 } from "@parmanasystems/canonical";
import type { SignedDocument } from "@parmanasystems/governance";
import { writeFileAtomically } from "@parmanasystems/governance/node";
import type { Home } from "./home.js";
import { isPresent } from "./signed-file.js";

// An attestation names the release it was made by, and must verify long after the next one: all of them are kept.

export interface DocumentPaths {
  readonly documentPath: string;
  readonly signaturePath: string;
}

export async function archiveRelease(
  home: Home,
  hash: Sha256,
  { document, signature }: SignedDocument,
): Promise<void> {
  const { documentPath, signaturePath } = archivedPaths(home, hash);
  mkdirSync(releasesOf(home), { recursive: true });
  await writeFileAtomically(documentPath, document, { mode: 0o644 });
  await writeFileAtomically(signaturePath, signature, { mode: 0o644 });
}

/** Where the release manifest of that hash lies; the one in force when it was never archived here. */
export function releasePaths(home: Home, hash: Sha256): DocumentPaths {
  const archived = archivedPaths(home, hash);
  if (isPresent(archived.documentPath)) return archived;
  const { releaseManifestPath, releaseSignaturePath } = home.environment;
  return {
    documentPath: releaseManifestPath,
    signaturePath: releaseSignaturePath ?? `${releaseManifestPath.replace(/\.json$/, "")}.sig`,
  };
}

function archivedPaths(home: Home, hash: Sha256): DocumentPaths {
  const name = join(releasesOf(home), hash.replace(":", "-"));
  return { documentPath: `${name}.json`, signaturePath: `${name}.sig` };
}

function releasesOf(home: Home): string {
  return join(home.directory, "releases");
}
