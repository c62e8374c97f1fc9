import { ConfigError } from "./config-error.js";

/** Settings that say nothing without another: whoever sets only the first believes in something that is not so. */
const needed: Readonly<Record<string, string>> = {
  PARMANA_POSTGRES_SCHEMA: "PARMANA_POSTGRES_URL",
  PARMANA_REDIS_KEY_PREFIX: "PARMANA_REDIS_URL",
  PARMANA_REDIS_TTL_SECONDS: "PARMANA_REDIS_URL",
  PARMANA_SIGNER_TIMEOUT_MS: "PARMANA_SIGNER_COMMAND",
  PARMANA_SIGNER_CONCURRENCY: "PARMANA_SIGNER_COMMAND",
  PARMANA_OIDC_ALGORITHMS: "PARMANA_OIDC_ISSUER",
  PARMANA_OIDC_ROLES_CLAIM: "PARMANA_OIDC_ISSUER",
  PARMANA_OIDC_NAME_CLAIM: "PARMANA_OIDC_ISSUER",
};

/** Of two such settings, one would be without effect. */
const exclusive: readonly (readonly [string, string])[] = [
  ["PARMANA_LEDGER", "PARMANA_POSTGRES_URL"],
  ["PARMANA_SIGNER_COMMAND", "PARMANA_RUNTIME_KEY"],
  ["PARMANA_UNSAFE_OPEN_ACCESS", "PARMANA_API_KEYS"],
  ["PARMANA_UNSAFE_OPEN_ACCESS", "PARMANA_OIDC_ISSUER"],
];

/** Parts of an installation. A home for trying it out would sign into its ledger, and let its own key in. */
const ofAnInstallation: readonly string[] = [
  ...["PARMANA_POSTGRES_URL", "PARMANA_REDIS_URL", "PARMANA_LEDGER"],
  ...["PARMANA_API_KEYS", "PARMANA_OIDC_ISSUER", "PARMANA_RUNTIME_KEY", "PARMANA_SIGNER_COMMAND"],
  ...["PARMANA_POLICIES_ROOT", "PARMANA_TRUST_PUBLIC_KEY", "PARMANA_TRUST_ROOT_HASH"],
  ...["PARMANA_RELEASE_MANIFEST", "PARMANA_RELEASE_SIGNATURE"],
];

/** @throws ConfigError */
export function requireConsistent(settings: Readonly<Record<string, string>>): void {
  const isSet = (name: string) => Object.hasOwn(settings, name);
  for (const [name, other] of Object.entries(needed))
    if (isSet(name) && !isSet(other))
      throw new ConfigError(`${name} is set, and has no meaning without ${other}.`);
  for (const [one, other] of exclusive)
    if (isSet(one) && isSet(other))
      throw new ConfigError(`${one} and ${other} exclude each other: only one of them can count.`);
  if (namesHome(settings)) return;
  const part = ofAnInstallation.find(isSet);
  if (part !== undefined)
    throw new ConfigError(
      `${part} is set, and PARMANA_HOME is not: without it the server makes a home for trying it out, whose keys nobody else knows.`,
    );
}

/** Whether these settings say where an installation is; a trust root alone says it, too. */
export function namesHome(settings: Readonly<Record<string, string>>): boolean {
  return ["PARMANA_HOME", "PARMANA_TRUST_ROOT"].some((name) => Object.hasOwn(settings, name));
}
