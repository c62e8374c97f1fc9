import { readFileSync } from "node:fs";
import { parseStrict } from "@parmanasystems/canonical";

/** The version of this package, which the release manifest and every attestation name. */
export const runtimeVersion: string = readVersion();

function readVersion(): string {
  const manifest = parseStrict(readFileSync(new URL("../package.json", import.meta.url)));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    const { version } = manifest;
    if (typeof version === "string") return version;
  }
  throw new TypeError("The package.json beside the runtime has no version.");
}
